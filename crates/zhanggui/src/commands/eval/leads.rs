use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use engine::{
    lead::{rule::score, scorecard::Scorecard},
    learning::{measure, random::Random},
};
use serde::Serialize;

use super::records;

#[derive(Args)]
pub struct Options {
    /// CSV of records with a known outcome
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Column of the outcome: 1 or 0
    #[arg(long, value_name = "COLUMN")]
    label: String,
    /// Column that tells the order in time: the earlier records teach, the later ones judge. Without it they are parted by lot, always
    /// in the same way
    #[arg(long, value_name = "COLUMN")]
    order: Option<String>,
    /// Share of the records that is learned from; the rest is judged
    #[arg(long, value_name = "SHARE", default_value_t = 0.7)]
    split: f64,
    /// File to judge on; then all of --data is learned from
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
    /// Columns that must not be looked at
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    drop: Vec<String>,
    /// Learn from the first so many outcomes only
    #[arg(long, value_name = "NUMBER")]
    outcomes: Option<usize>,
    /// YAML that maps the article's signals to conditions on columns; the score starts from it
    #[arg(long, value_name = "FILE")]
    rule: Option<PathBuf>,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Figures {
    auc: Option<f64>,
    brier: Option<f64>,
    ece: Option<f64>,
    precision_top20: Option<f64>,
}

#[derive(Serialize)]
struct Report {
    rule: Option<Figures>,
    learned: Figures,
    n_train: usize,
    n_test: usize,
}

/// The lot by which records without an order in time are parted.
const LOT: u64 = 1;

/// Numbers of the records that teach, and of those that judge.
fn parted(count: usize, split: f64, by_lot: bool) -> (Vec<usize>, Vec<usize>) {
    let mut all: Vec<usize> = (0..count).collect();
    if by_lot {
        Random::new(LOT).shuffle(&mut all);
    }
    let judging = all.split_off((count as f64 * split) as usize);
    (all, judging)
}

#[expect(clippy::print_stdout, reason = "the figures are what the command is asked for")]
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let mut records = records::read(&options.data, &options.label, options.order.as_deref(), &options.drop)?;
    let count = records.table.rows.len();
    let (mut train, test): (Vec<usize>, Vec<usize>) = if let Some(path) = &options.test {
        let judged = records::read(path, &options.label, options.order.as_deref(), &options.drop)?;
        let columns = &records.table.columns;
        if judged.table.columns != *columns {
            bail!("`{}` has other columns than `{}`", path.display(), options.data.display());
        }
        records.table.rows.extend(judged.table.rows);
        records.outcomes.extend(judged.outcomes);
        ((0..count).collect(), (count..records.table.rows.len()).collect())
    } else {
        if !(0.0..1.0).contains(&options.split) || options.split == 0.0 {
            bail!("--split {} is no share between 0 and 1", options.split);
        }
        parted(count, options.split, options.order.is_none())
    };
    if let Some(outcomes) = options.outcomes {
        train.truncate(outcomes);
    }
    if test.is_empty() {
        bail!("nothing is left to judge on; lower --split or give --test");
    }
    let rule = options.rule.as_ref().map(|path| records::rule(path, &records.table)).transpose()?;
    let signals = rule.clone().unwrap_or_default();
    let card = Scorecard::fit(&records.table, &train, &records.outcomes, &signals);
    let judge = |chance: &dyn Fn(&[String]) -> f64| {
        let rows: Vec<(f64, bool)> =
            test.iter().map(|row| (chance(&records.table.rows[*row]), records.outcomes[*row])).collect();
        Figures {
            auc: measure::auc(&rows),
            brier: measure::brier(&rows),
            ece: measure::calibration_error(&rows),
            precision_top20: measure::precision_of_top_fifth(&rows),
        }
    };
    let report = Report {
        rule: rule.map(|rule| judge(&|row| f64::from(score(&rule, row)) / 100.0)),
        learned: judge(&|row| card.chance(row)),
        n_train: train.len(),
        n_test: test.len(),
    };
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{:<10}{:>10}{:>10}{:>10}{:>18}", "", "AUC", "Brier", "error", "hits in top 20%");
    for (name, figures) in [("rule", report.rule.as_ref()), ("learned", Some(&report.learned))] {
        let Some(figures) = figures else { continue };
        let cell = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
        let Figures { auc, brier, ece, precision_top20 } = figures;
        println!(
            "{name:<10}{:>10}{:>10}{:>10}{:>18}",
            cell(*auc),
            cell(*brier),
            cell(*ece),
            cell(*precision_top20)
        );
    }
    println!("learned from {}, judged on {}", report.n_train, report.n_test);
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn records_in_time_are_cut_and_others_are_parted_by_lot() {
        assert_eq!(parted(10, 0.7, false), ((0..7).collect(), (7..10).collect()));
        let (teaching, judging) = parted(1_000, 0.7, true);
        assert_eq!((teaching.len(), judging.len()), (700, 300));
        let late = judging.iter().filter(|record| **record >= 700).count();
        assert!((60..=120).contains(&late), "{late} of the last 300 judge");
        let mut all = [teaching, judging].concat();
        assert_eq!(parted(1_000, 0.7, true), (all[..700].to_vec(), all[700..].to_vec()));
        all.sort_unstable();
        assert_eq!(all, (0..1_000).collect::<Vec<_>>());
    }
}
