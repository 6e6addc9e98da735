use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use engine::recommendation::evaluation::{Offered, evaluate_timing};
use serde::Serialize;

use super::records;

#[derive(Args)]
pub struct Options {
    /// CSV of records, each a chance to offer
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Column that says whether the offer would be accepted: 1 or 0
    #[arg(long, value_name = "COLUMN")]
    label: String,
    /// What an ignored offer loses; an accepted one gains 1
    #[arg(long, default_value_t = 0.2)]
    cost: f64,
    /// Columns that must not be looked at
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    drop: Vec<String>,
    /// Orders of the records over which the means are taken
    #[arg(long, default_value_t = 5)]
    shuffles: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// YAML that maps `rounds`, `same_topic` and `purchase_intent` to conditions on columns; learning starts from it
    #[arg(long, value_name = "FILE")]
    rule: Option<PathBuf>,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row {
    reward: f64,
    offer_rate: f64,
    of_bound: f64,
}

#[derive(Serialize)]
struct Report {
    rule: Option<Row>,
    learned: Row,
    bound: f64,
}

impl From<Offered> for Row {
    fn from(offered: Offered) -> Self {
        let Offered { reward, offer_rate, of_bound } = offered;
        Self { reward, offer_rate, of_bound }
    }
}

#[expect(clippy::print_stdout, reason = "the figures are what the command is asked for")]
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if !(options.cost > 0.0 && options.cost.is_finite()) {
        bail!("--cost {} is not above 0: an offer that costs nothing is always made", options.cost);
    }
    let records = records::read(&options.data, &options.label, None, &options.drop)?;
    let rule = options.rule.as_ref().map(|path| records::rule(path, &records.table)).transpose()?;
    let found = evaluate_timing(
        &records.table,
        &records.outcomes,
        options.cost,
        &rule.unwrap_or_default(),
        options.shuffles,
        options.seed,
    );
    let report =
        Report { rule: found.rule.map(Row::from), learned: found.learned.into(), bound: found.bound };
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{:<10}{:>10}{:>12}{:>14}", "", "reward", "offers", "of the bound");
    for (name, row) in [("rule", report.rule.as_ref()), ("learned", Some(&report.learned))] {
        let Some(Row { reward, offer_rate, of_bound }) = row else { continue };
        println!("{name:<10}{reward:>10.1}{:>11.1}%{:>13.1}%", offer_rate * 100.0, of_bound * 100.0);
    }
    println!("the bound is {:.1}", report.bound);
    Ok(ExitCode::SUCCESS)
}
