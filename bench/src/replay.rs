//! How long it takes to decide many stored conversations anew, and whether it comes to the same each time.

use std::{
    path::{Path, PathBuf},
    process::Output,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use tokio::process::Command;

use crate::{buyer::Phrases, http::Client, server::Launch};

/// Connections that bring the messages in.
const CONNECTIONS: u64 = 32;

/// What was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    pub conversations: u64,
    pub turns: u64,
    /// Turns that the revision in force decides exactly as it did, of those that it decided.
    pub reproduced: (u64, u64),
    /// Turns that the other knowledge would change.
    pub changed: u64,
    /// From the start of the command to its report, for each run.
    pub took: Vec<Duration>,
    pub hash: String,
}

/// Has `conversations` buyers write `messages` each to a server with the demo shop, stops it, and replays them all against the demo shop
/// with another price, once on one thread and then on as many as there are processors.
pub async fn run(
    binary: &Path,
    folder: &Path,
    conversations: u64,
    messages: u64,
    mut say: impl FnMut(&str),
) -> anyhow::Result<Measured> {
    let database = folder.join("replay.db");
    let launch = Launch::sqlite(binary, folder, &database);
    let server = launch.start().await?;
    let started = Instant::now();
    let mut talks = tokio::task::JoinSet::new();
    for first in 0..CONNECTIONS {
        let mut client = Client::new(server.address);
        talks.spawn(async move {
            let phrases = Phrases::new();
            for buyer in (first..conversations).step_by(CONNECTIONS as usize) {
                for message in 0..messages {
                    let body = phrases.request("replay", buyer, buyer * messages + message, true);
                    let answer = client.message(body).await?;
                    ensure!(answer.status == 200, "a message got {}: {}", answer.status, answer.text());
                }
            }
            Ok(())
        });
    }
    while let Some(talk) = talks.join_next().await {
        talk.context("a buyer was lost")??;
    }
    say(&format!(
        "{conversations} conversations of {messages} turns were held in {:.1} s",
        started.elapsed().as_secs_f64()
    ));
    server.stop().await?;

    let url = format!("sqlite://{}", database.display());
    let other = folder.join("other");
    let exported =
        command(binary, folder, &["knowledge", "export", "--database", &url, &other.display().to_string()])
            .await?;
    ensure!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
    change_price(&other)?;
    let mut reports = Vec::new();
    let mut took = Vec::new();
    let all = conversations.to_string();
    let knowledge = other.display().to_string();
    let replay = ["replay", "--json", "--database", &url, "--knowledge", &knowledge, "--conversations", &all];
    for threads in [Some("1"), None, None] {
        let mut arguments = replay.to_vec();
        arguments.extend(threads.into_iter().flat_map(|threads| ["--threads", threads]));
        let begun = Instant::now();
        let output = command(binary, folder, &arguments).await?;
        took.push(begun.elapsed());
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let report: Value = serde_json::from_slice(&output.stdout).context("the report is JSON")?;
        say(&format!("replayed in {:.1} s", begun.elapsed().as_secs_f64()));
        reports.push(report);
    }
    let Some(report) = reports.first().filter(|first| reports.iter().all(|other| other == *first)) else {
        bail!("the same conversations and knowledge gave different reports");
    };
    let number = |pointer: &str| report.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
    Ok(Measured {
        conversations: number("/conversations"),
        turns: number("/turns"),
        reproduced: (number("/reproduced/exactly"), number("/reproduced/of")),
        changed: number("/changed/turns"),
        took,
        hash: report["hash"].as_str().unwrap_or_default().to_owned(),
    })
}

async fn command(binary: &Path, folder: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    let mut command = Command::new(binary);
    command.current_dir(folder).args(arguments).kill_on_drop(true);
    command.output().await.context("the command could not be started")
}

/// Makes the robot that most buyers ask for a little cheaper.
fn change_price(folder: &Path) -> anyhow::Result<()> {
    let mut changed = 0;
    for file in files(folder)? {
        let text = std::fs::read_to_string(&file)?;
        let cheaper = text.replace("price: 50000\n", "price: 49900\n");
        if cheaper != text {
            std::fs::write(&file, cheaper)?;
            changed += 1;
        }
    }
    ensure!(changed == 1, "the price of 50000 stands in {changed} files of the demo shop");
    Ok(())
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    Ok(found)
}
