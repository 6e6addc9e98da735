use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use anyhow::{Context, bail};
use clap::Args;
use desk::{
    Overrides,
    knowledge::{Learning, prepare_with, read_folder},
};
use domain::understanding::intent::OUT_OF_SCOPE;
use serde::{Deserialize, Serialize};
use understanding::{
    Understander,
    evaluation::{Classified, train_with},
};

use crate::{config::EncoderFolders, embedded, encoders};

#[derive(Args)]
pub struct Options {
    /// JSONL of {"text", "intent"} to train on; without it the loaded knowledge's classifier is judged
    #[arg(long, value_name = "FILE")]
    train: Option<PathBuf>,
    /// JSONL of {"text", "intent"} to judge on
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Labels to leave out of the training and to count as out of scope
    #[arg(long, value_name = "LABEL", value_delimiter = ',')]
    hold_out: Vec<String>,
    /// Folder of knowledge whose classifier is judged
    #[arg(long, value_name = "FOLDER")]
    knowledge: Option<PathBuf>,
    /// Folder of a model for sentence vectors of Chinese (a program built with the feature `encoder`)
    #[arg(long, value_name = "FOLDER")]
    encoder_zh: Option<String>,
    /// The same for English
    #[arg(long, value_name = "FOLDER")]
    encoder_en: Option<String>,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Row {
    text: String,
    intent: String,
    /// What else the text asks.
    #[serde(default)]
    also: Vec<String>,
}

/// What a whole understanding finds in a text, in order.
type Understand = Box<dyn Fn(&str) -> Vec<String>>;
type Classify = Box<dyn Fn(&str) -> Classified>;

/// The figures of the contract. What cannot be said of the given rows is null.
#[derive(Serialize)]
struct Figures {
    accuracy: Option<f64>,
    accuracy_gated: Option<f64>,
    top3: Option<f64>,
    macro_f1: Option<f64>,
    oos_auroc: Option<f64>,
    oos_recall_at_5fpr: Option<f64>,
    ece: Option<f64>,
    train_seconds: Option<f64>,
    p50_us: f64,
    p99_us: f64,
    n: usize,
    /// Behind those of the contract: of the rows that ask several things, the share in which all are found; of the others, the share in
    /// which more is found than is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    several_all_found: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_taken_for_several: Option<f64>,
    /// Of the rows whose label is known and within the scope: the share whose label is in the set of those that cannot be told apart,
    /// how many the set holds in the mean, and the share of sets that hold more than one.
    set_coverage: Option<f64>,
    set_size: Option<f64>,
    set_open: Option<f64>,
}

#[expect(clippy::print_stdout, reason = "the figures are what the command is asked for")]
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let rows = read(&options.test)?;
    if rows.is_empty() {
        bail!("`{}` has no rows", options.test.display());
    }
    let folders = EncoderFolders { zh: options.encoder_zh.clone(), en: options.encoder_en.clone() };
    let encoders = encoders::load(&folders)?;
    let begun = Instant::now();
    let mut understand: Option<Understand> = None;
    let (labels, classify): (BTreeSet<String>, Classify) = if let Some(path) = &options.train {
        let pairs: Vec<(String, String)> = read(path)?
            .into_iter()
            .filter(|row| !options.hold_out.contains(&row.intent))
            .map(|row| (row.text, row.intent))
            .collect();
        let labels = pairs.iter().map(|(_, label)| label.clone()).collect();
        let classifier = train_with(&pairs, &encoders);
        (labels, Box::new(move |text| classifier.classify(text)))
    } else {
        let files = match &options.knowledge {
            Some(folder) => read_folder(folder)?,
            None => embedded::demo(),
        };
        let learning = Learning { models: None, encoders };
        let published = prepare_with(&files, &Overrides::default(), &learning)?;
        let own = published.knowledge.intents.iter().map(|intent| intent.name.clone());
        let labels = domain::understanding::intent::ALL.iter().map(|&name| name.to_owned()).chain(own);
        let understander = Arc::new(published.understander);
        let whole = Arc::clone(&understander);
        understand = Some(Box::new(move |text| whole_understanding(&whole, text)));
        (labels.collect(), Box::new(move |text| understander.classify(text)))
    };
    let train_seconds = options.train.is_some().then(|| begun.elapsed().as_secs_f64());
    let mut figures = judge(&rows, &labels, train_seconds, classify.as_ref());
    if let Some(understand) = understand.filter(|_| rows.iter().any(|row| !row.also.is_empty())) {
        judge_several(&mut figures, &rows, understand.as_ref());
    }
    if options.json {
        println!("{}", serde_json::to_string(&figures)?);
    } else {
        let serde_json::Value::Object(fields) = serde_json::to_value(&figures)? else {
            bail!("the figures are not an object");
        };
        for (name, value) in fields {
            println!("{name:<20} {value}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The intents that the text asks when it stands alone.
fn whole_understanding(understander: &Understander, text: &str) -> Vec<String> {
    let context = understanding::Context {
        now: domain::Timestamp::from_millis(0),
        timezone: "UTC",
        question: None,
        focus: None,
        topic: None,
        listed: understanding::Listed::NONE,
        language: None,
    };
    understander.understand(&context, text).intents.into_iter().map(|intent| intent.name).collect()
}

fn judge_several(figures: &mut Figures, rows: &[Row], understand: &dyn Fn(&str) -> Vec<String>) {
    let (several, one): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| !row.also.is_empty());
    figures.several_all_found = share(several.iter().map(|row| {
        let found = understand(&row.text);
        found.contains(&row.intent) && row.also.iter().all(|also| found.contains(also))
    }));
    figures.one_taken_for_several = share(one.iter().map(|row| understand(&row.text).len() > 1));
}

fn read(path: &Path) -> anyhow::Result<Vec<Row>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("`{}` could not be read", path.display()))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            serde_json::from_str(line).with_context(|| format!("{}:{}", path.display(), index + 1))
        })
        .collect()
}

/// One judged row.
struct Judged<'a> {
    truth: &'a str,
    known: bool,
    classified: Classified,
}

fn judge(
    rows: &[Row],
    labels: &BTreeSet<String>,
    train_seconds: Option<f64>,
    classify: &dyn Fn(&str) -> Classified,
) -> Figures {
    let mut micros = Vec::with_capacity(rows.len());
    let judged: Vec<Judged<'_>> = rows
        .iter()
        .map(|row| {
            let begun = Instant::now();
            let classified = classify(&row.text);
            micros.push(begun.elapsed().as_secs_f64() * 1e6);
            let known = labels.contains(&row.intent) && row.intent != OUT_OF_SCOPE;
            Judged { truth: &row.intent, known, classified }
        })
        .collect();
    micros.sort_by(f64::total_cmp);
    let within: Vec<&Judged<'_>> = judged.iter().filter(|row| row.known).collect();
    let set_size = |row: &&Judged<'_>| row.classified.set.len();
    let in_training: Vec<&Judged<'_>> = judged.iter().filter(|row| labels.contains(row.truth)).collect();
    Figures {
        accuracy: share(in_training.iter().map(|row| top(row) == row.truth)),
        accuracy_gated: share(judged.iter().map(|row| {
            let said = if row.classified.in_scope { top(row) } else { OUT_OF_SCOPE };
            said == if row.known { row.truth } else { OUT_OF_SCOPE }
        })),
        top3: share(
            in_training
                .iter()
                .map(|row| row.classified.ranked.iter().take(3).any(|(label, _)| label == row.truth)),
        ),
        macro_f1: macro_f1(&in_training),
        oos_auroc: auroc(&judged),
        oos_recall_at_5fpr: recall_at_false_reject(&judged, 0.05),
        ece: calibration_error(&in_training),
        train_seconds,
        p50_us: percentile(&micros, 0.50),
        p99_us: percentile(&micros, 0.99),
        n: rows.len(),
        several_all_found: None,
        one_taken_for_several: None,
        set_coverage: share(
            within.iter().map(|row| row.classified.set.iter().any(|label| label == row.truth)),
        ),
        set_size: (!within.is_empty())
            .then(|| within.iter().map(set_size).sum::<usize>() as f64 / within.len() as f64),
        set_open: share(within.iter().map(|row| set_size(row) > 1)),
    }
}

fn top<'a>(row: &'a Judged<'_>) -> &'a str {
    row.classified.ranked.first().map_or(OUT_OF_SCOPE, |(label, _)| label)
}

fn share(hits: impl Iterator<Item = bool>) -> Option<f64> {
    let (mut all, mut good) = (0_usize, 0_usize);
    for hit in hits {
        all += 1;
        good += usize::from(hit);
    }
    (all > 0).then(|| good as f64 / all as f64)
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    let index = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len());
    sorted[index - 1]
}

/// The mean over the labels of the rows of the harmonic mean of precision and recall.
fn macro_f1(rows: &[&Judged<'_>]) -> Option<f64> {
    let labels: BTreeSet<&str> = rows.iter().map(|row| row.truth).collect();
    let scores: Vec<f64> = labels
        .iter()
        .map(|label| {
            let hits = rows.iter().filter(|row| row.truth == *label && top(row) == *label).count() as f64;
            let said = rows.iter().filter(|row| top(row) == *label).count() as f64;
            let meant = rows.iter().filter(|row| row.truth == *label).count() as f64;
            2.0 * hits / (said + meant)
        })
        .collect();
    (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
}

/// Scores of the rows that are out of scope, and of those that are not.
fn out_of_scope_scores(rows: &[Judged<'_>]) -> Option<(Vec<f64>, Vec<f64>)> {
    let score = |known: bool| -> Vec<f64> {
        let mut scores: Vec<f64> =
            rows.iter().filter(|row| row.known == known).map(|row| row.classified.out_of_scope).collect();
        scores.sort_by(f64::total_cmp);
        scores
    };
    let (outside, inside) = (score(false), score(true));
    (!outside.is_empty() && !inside.is_empty()).then_some((outside, inside))
}

/// The chance that a row out of scope scores above one in scope, ties counting half.
fn auroc(rows: &[Judged<'_>]) -> Option<f64> {
    let (outside, inside) = out_of_scope_scores(rows)?;
    let wins: f64 = outside
        .iter()
        .map(|&score| {
            let below = inside.partition_point(|&other| other < score);
            let not_above = inside.partition_point(|&other| other <= score);
            below as f64 + (not_above - below) as f64 / 2.0
        })
        .sum();
    Some(wins / (outside.len() as f64 * inside.len() as f64))
}

/// The share of out-of-scope rows found where at most `limit` of the others are rejected with them.
fn recall_at_false_reject(rows: &[Judged<'_>], limit: f64) -> Option<f64> {
    let (outside, inside) = out_of_scope_scores(rows)?;
    let allowed = (inside.len() as f64 * limit).floor() as usize;
    let threshold = inside[inside.len() - 1 - allowed.min(inside.len() - 1)];
    Some(outside.iter().filter(|&&score| score > threshold).count() as f64 / outside.len() as f64)
}

/// The mean gap between confidence and accuracy over ten bins of equal mass.
fn calibration_error(rows: &[&Judged<'_>]) -> Option<f64> {
    if rows.is_empty() {
        return None;
    }
    let mut points: Vec<(f64, bool)> = rows
        .iter()
        .map(|row| (row.classified.ranked.first().map_or(0.0, |(_, p)| *p), top(row) == row.truth))
        .collect();
    points.sort_by(|left, right| left.0.total_cmp(&right.0));
    let n = points.len();
    let mut error = 0.0;
    for bin in 0..10 {
        let part = &points[n * bin / 10..n * (bin + 1) / 10];
        if part.is_empty() {
            continue;
        }
        let confidence: f64 = part.iter().map(|(p, _)| p).sum();
        let right = part.iter().filter(|(_, right)| *right).count() as f64;
        error += (confidence - right).abs();
    }
    Some(error / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A classifier that says what stands in the text: `label@confidence`, out of scope where the label is `?`.
    fn fake(text: &str) -> Classified {
        let (label, confidence) = text.split_once('@').expect("label@confidence");
        let confidence: f64 = confidence.parse().expect("a number");
        let rest = if label == "a" { "b" } else { "a" };
        Classified {
            ranked: vec![(label.to_owned(), confidence), (rest.to_owned(), 1.0 - confidence)],
            out_of_scope: 1.0 - confidence,
            in_scope: confidence >= 0.5,
            set: if confidence >= 0.75 {
                vec![label.to_owned()]
            } else {
                vec![label.to_owned(), rest.to_owned()]
            },
        }
    }

    fn figures(rows: &[(&str, &str)]) -> Figures {
        let rows: Vec<Row> = rows
            .iter()
            .map(|&(text, intent)| Row { text: text.into(), intent: intent.into(), also: Vec::new() })
            .collect();
        judge(&rows, &["a".to_owned(), "b".to_owned()].into(), None, &fake)
    }

    fn near(value: Option<f64>, expected: f64) {
        assert!(value.is_some_and(|value| (value - expected).abs() < 1e-9), "{value:?} is not {expected}");
    }

    #[test]
    fn figures_follow_their_definitions() {
        let figures = figures(&[("a@0.9", "a"), ("b@0.8", "a"), ("b@0.7", "b"), ("a@0.2", "c")]);
        near(figures.accuracy, 2.0 / 3.0);
        near(figures.accuracy_gated, 3.0 / 4.0);
        near(figures.top3, 1.0);
        near(figures.macro_f1, 2.0 / 3.0);
        near(figures.oos_auroc, 1.0);
        near(figures.oos_recall_at_5fpr, 1.0);
        near(figures.ece, (0.1 + 0.8 + 0.3) / 3.0);
        near(figures.set_coverage, 2.0 / 3.0);
        near(figures.set_size, 4.0 / 3.0);
        near(figures.set_open, 1.0 / 3.0);
    }

    #[test]
    fn without_rows_out_of_scope_nothing_is_said_of_them() {
        assert!(figures(&[("a@0.9", "a")]).oos_auroc.is_none());
    }
}
