//! The record of what the server has acknowledged, kept where the server's end cannot reach it.

use std::{
    io::{BufRead, Write},
    path::Path,
    process::Stdio,
    sync::{Mutex, PoisonError},
};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// One message that the server has answered with `200` or `202`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The buyer's id in the channel.
    pub contact: String,
    /// The message's place among those of the buyer, from 0, in the order in which they were sent.
    pub sequence: u64,
    /// The message's id in the channel.
    pub external_id: String,
    pub conversation_id: String,
    pub message_id: String,
    /// Set where the turn was waited for and came.
    pub turn_id: Option<String>,
}

/// Where acknowledgements are kept.
pub enum Ledger {
    /// In this process, which is not the server's.
    Here(Mutex<Vec<Acknowledgement>>),
    /// In a process of its own, by [`keep`].
    Elsewhere(Box<tokio::sync::Mutex<Keeper>>),
}

/// The process that keeps a ledger.
pub struct Keeper {
    _process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

const LIST: &str = "list";
const CLEAR: &str = "clear";
const END: &str = "end";

impl Ledger {
    pub fn here() -> Self {
        Self::Here(Mutex::default())
    }

    /// Starts this program once more as the keeper; `file` gets every entry too.
    pub fn elsewhere(file: &Path) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program does not find itself")?;
        let mut process = Command::new(program)
            .arg("ledger")
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the ledger's process could not be started")?;
        let to = process.stdin.take().context("the ledger's input is piped")?;
        let from = process.stdout.take().context("the ledger's output is piped")?;
        Ok(Self::Elsewhere(Box::new(tokio::sync::Mutex::new(Keeper {
            _process: process,
            to,
            from: BufReader::new(from),
        }))))
    }

    pub async fn record(&self, entry: Acknowledgement) -> anyhow::Result<()> {
        match self {
            Self::Here(entries) => entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry),
            Self::Elsewhere(keeper) => {
                let mut line = serde_json::to_string(&entry)?;
                line.push('\n');
                keeper.lock().await.to.write_all(line.as_bytes()).await?;
            }
        }
        Ok(())
    }

    /// Everything recorded since the last [`Self::clear`].
    pub async fn entries(&self) -> anyhow::Result<Vec<Acknowledgement>> {
        match self {
            Self::Here(entries) => Ok(entries.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            Self::Elsewhere(keeper) => {
                let mut keeper = keeper.lock().await;
                keeper.to.write_all(format!("{LIST}\n").as_bytes()).await?;
                let mut entries = Vec::new();
                let mut line = String::new();
                loop {
                    line.clear();
                    let read = keeper.from.read_line(&mut line).await?;
                    anyhow::ensure!(read > 0, "the ledger's process has ended");
                    if line.trim_end() == END {
                        return Ok(entries);
                    }
                    entries.push(serde_json::from_str(&line)?);
                }
            }
        }
    }

    /// Begins anew; the file keeps the old entries.
    pub async fn clear(&self) -> anyhow::Result<()> {
        match self {
            Self::Here(entries) => entries.lock().unwrap_or_else(PoisonError::into_inner).clear(),
            Self::Elsewhere(keeper) => {
                keeper.lock().await.to.write_all(format!("{CLEAR}\n").as_bytes()).await?;
            }
        }
        Ok(())
    }
}

/// The keeper's side: takes entries line by line into memory and a file, and gives them back when asked.
pub fn keep(file: &Path, input: impl BufRead, mut output: impl Write) -> anyhow::Result<()> {
    let mut file = std::fs::File::options().create(true).append(true).open(file)?;
    let mut entries = Vec::new();
    for line in input.lines() {
        let line = line?;
        match line.as_str() {
            LIST => {
                for entry in &entries {
                    writeln!(output, "{entry}")?;
                }
                writeln!(output, "{END}")?;
                output.flush()?;
            }
            CLEAR => entries.clear(),
            _ => {
                writeln!(file, "{line}")?;
                entries.push(line);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keeper_gives_back_what_it_was_told_since_it_was_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ledger");
        let mut output = Vec::new();
        keep(&file, "a\nclear\nb\nc\nlist\n".as_bytes(), &mut output).unwrap();
        assert_eq!(String::from_utf8(output).unwrap(), "b\nc\nend\n");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "a\nb\nc\n");
    }
}
