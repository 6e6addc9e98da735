use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::Args;
use desk::{
    Overrides,
    knowledge::{prepare, read_folder},
};
use domain::{
    Timestamp,
    understanding::{Entity, EntityKind},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use understanding::{
    Context, Understander,
    entity_evaluation::{Marked, Miss, Tally, compare},
};

use crate::embedded;

#[derive(Args)]
pub struct Options {
    /// JSONL of {"text", "entities": [{"type", "text", "value"}]} to judge on
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Folder of knowledge whose words are known; the demo shop's without it
    #[arg(long, value_name = "FOLDER")]
    knowledge: Option<PathBuf>,
    /// Also show what was missed, invented or read with another value
    #[arg(long)]
    failures: bool,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Row {
    text: String,
    entities: Vec<MarkedRecord>,
}

#[derive(Deserialize)]
struct MarkedRecord {
    #[serde(rename = "type")]
    kind: EntityKind,
    text: String,
    #[serde(default)]
    value: Value,
}

/// What the contract names of each type. What cannot be said is null.
#[derive(Serialize)]
struct Figures {
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    value_accuracy: Option<f64>,
    n: usize,
}

#[derive(Serialize)]
struct Report {
    by_type: BTreeMap<String, Figures>,
    /// All types together.
    all: Figures,
}

/// The moment from which relative dates count: the same in each run, so that the figures are.
const NOW: Timestamp = Timestamp::from_millis(1_795_335_240_000);

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what the command is asked for"
)]
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let rows = read(&options.test)?;
    if rows.is_empty() {
        bail!("`{}` has no rows", options.test.display());
    }
    let files = match &options.knowledge {
        Some(folder) => read_folder(folder)?,
        None => embedded::demo(),
    };
    let published = prepare(&files, &Overrides::default())?;
    let (tallies, misses) = judge(&rows, &published.understander)?;
    if options.failures {
        for (text, misses) in &misses {
            eprintln!("{text}");
            for miss in misses {
                eprintln!("    {}", shown(miss));
            }
        }
    }
    let mut all = Tally::default();
    for tally in tallies.values() {
        all.add(tally);
    }
    let by_type = tallies.iter().map(|(kind, tally)| (kind.clone(), figures(tally))).collect();
    let report = Report { by_type, all: figures(&all) };
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!("{:<14}{:>10}{:>10}{:>10}{:>10}{:>6}", "type", "precision", "recall", "f1", "value", "n");
        let lines = report.by_type.iter().map(|(kind, one)| (kind.as_str(), one));
        for (kind, one) in lines.chain([("all", &report.all)]) {
            let cells = [one.precision, one.recall, one.f1, one.value_accuracy].map(cell);
            println!("{kind:<14}{}{:>6}", cells.concat(), one.n);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn cell(share: Option<f64>) -> String {
    share.map_or_else(|| format!("{:>10}", "–"), |share| format!("{share:>10.3}"))
}

fn figures(tally: &Tally) -> Figures {
    Figures {
        precision: tally.precision(),
        recall: tally.recall(),
        f1: tally.f1(),
        value_accuracy: tally.value_accuracy(),
        n: tally.marked,
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<Row>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("`{}` could not be read", path.display()))?;
    parse(&text, path)
}

fn parse(text: &str, path: &Path) -> anyhow::Result<Vec<Row>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            serde_json::from_str(line).with_context(|| {
                format!(
                    r#"{}:{}: expected {{"text", "entities": [{{"type", "text", "value"}}]}}"#,
                    path.display(),
                    index + 1
                )
            })
        })
        .collect()
}

/// Counts by type, and the messages in which something went wrong.
type Judgement<'a> = (BTreeMap<String, Tally>, Vec<(&'a str, Vec<Miss>)>);

fn judge<'a>(rows: &'a [Row], understander: &Understander) -> anyhow::Result<Judgement<'a>> {
    let context = Context {
        now: NOW,
        timezone: "Asia/Shanghai",
        question: None,
        focus: None,
        topic: None,
        listed: understanding::Listed::NONE,
        language: None,
    };
    let mut tallies = BTreeMap::new();
    let mut misses = Vec::new();
    for row in rows {
        let understanding = understander.understand(&context, &row.text);
        let read = understanding.entities.iter().map(as_read).collect::<anyhow::Result<Vec<_>>>()?;
        let marked: Vec<Marked> = row
            .entities
            .iter()
            .map(|one| Marked {
                kind: one.kind.name().to_owned(),
                text: one.text.clone(),
                value: one.value.clone(),
            })
            .collect();
        let wrong = compare(&marked, &read, &mut tallies);
        if !wrong.is_empty() {
            misses.push((row.text.as_str(), wrong));
        }
    }
    Ok((tallies, misses))
}

fn as_read(entity: &Entity) -> anyhow::Result<Marked> {
    Ok(Marked {
        kind: entity.kind.name().to_owned(),
        text: entity.text.clone(),
        value: serde_json::to_value(&entity.value)?,
    })
}

fn shown(miss: &Miss) -> String {
    let one = |entity: &Marked| format!("{} `{}` {}", entity.kind, entity.text, entity.value);
    match miss {
        Miss::Missed(truth) => format!("missed    {}", one(truth)),
        Miss::Invented(said) => format!("invented  {}", one(said)),
        Miss::Value(truth, said) => format!("value     {} read as {}", one(truth), said.value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let said = match parse(line, Path::new("set.jsonl")) {
            Ok(rows) => format!("{} rows", rows.len()),
            Err(error) => format!("{error:#}"),
        };
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn a_bad_line_is_told_by_file_and_line() {
        check("{\"text\":\"a\",\"entities\":[]}\n\n{\"text\":\"b\",\"entities\":[]}", "2 rows");
        check("{\"text\":\"a\",\"entities\":[]}\n{\"text\":1}", "set.jsonl:2: expected");
        check(
            r#"{"text":"a","entities":[{"type":"colour","text":"red","value":null}]}"#,
            "unknown variant `colour`",
        );
    }
}
