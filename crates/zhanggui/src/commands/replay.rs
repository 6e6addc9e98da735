use std::{num::NonZero, path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, bail};
use clap::Args;
use desk::{
    Overrides,
    knowledge::{self, Learning, Published},
    ports::ModelStore,
    replay::{Counts, Example, Outcome, ReplayOptions, Report, replay},
};
use domain::Timestamp;
use engine::{clock, knowledge::SourceFile};
use store::{Store, StoreOptions};

use crate::{Common, config::Config, embedded, encoders, model_folder::ModelFolder, wiring};

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Report turns from this day (where the shop is) or instant on
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// The newest so many conversations
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    conversations: usize,
    /// Examples of each pair of rules
    #[arg(long, default_value_t = 3, value_name = "N")]
    examples: usize,
    /// Threads that decide; as many as the machine has processors
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    /// The whole report for machines
    #[arg(long)]
    json: bool,
}

/// Decides stored conversations anew by the knowledge that is named and reports what would change.
///
/// The database is opened to be read only, beside the server if one runs: nothing is written and nothing is sent.
#[expect(clippy::print_stdout, reason = "the report is what the command is asked for")]
pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let config = wiring::configure(&options.common, true)?;
    let store = open(&config).await?;
    let before = published(&store, &config).await?;
    let after = Arc::new(prepare(&candidate(&config)?, &config)?);
    let since = options.since.as_deref().map(|text| since(text, &before)).transpose()?;
    let options_of_replay = ReplayOptions {
        since,
        conversations: options.conversations,
        threads: options.threads,
        examples: options.examples,
        public_url: wiring::public_url(&config),
    };
    let report = replay(&store, before, after, options_of_replay).await?;
    store.close().await;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report);
    }
    Ok(ExitCode::SUCCESS)
}

/// The database, to be read.
pub(super) async fn open(config: &Config) -> anyhow::Result<Store> {
    let readers = std::thread::available_parallelism().map_or(1, NonZero::get);
    let options = StoreOptions { url: config.database_url.clone(), readers, ..StoreOptions::default() };
    Store::open_to_read(&options).await.context("the conversations could not be read")
}

/// The knowledge that the configuration names: its folder, else the demo shop.
pub(super) fn candidate(config: &Config) -> anyhow::Result<Vec<SourceFile>> {
    match &config.knowledge_folder {
        Some(folder) => Ok(knowledge::read_folder(Path::new(folder))?),
        None => Ok(embedded::demo()),
    }
}

/// The revision that is in force.
async fn published(store: &Store, config: &Config) -> anyhow::Result<Arc<Published>> {
    let Some(revision) = store.current_revision().await? else {
        bail!("no knowledge was published in this database yet; start the server once");
    };
    let files = knowledge::files_of(&revision).context("the published revision could not be read")?;
    let mut published = prepare(&files, config).with_context(|| {
        format!("revision {} does not pass this version's check; publish it anew first", revision.number)
    })?;
    Arc::make_mut(&mut published.knowledge).revision = revision.number;
    Ok(Arc::new(published))
}

fn prepare(files: &[SourceFile], config: &Config) -> anyhow::Result<Published> {
    let overrides = Overrides { proactive: config.proactive, lead_threshold: config.lead_threshold };
    let models = ModelFolder::beside(&config.database_url);
    let models = models.map(|models| Arc::new(models) as Arc<dyn ModelStore>);
    let learning = Learning { models, encoders: encoders::load(&config.encoder_folders)? };
    Ok(knowledge::prepare_with(files, &overrides, &learning)?)
}

/// A day in the shop's zone, or an instant.
fn since(text: &str, published: &Published) -> anyhow::Result<Timestamp> {
    if let Ok(at) = Timestamp::parse(text) {
        return Ok(at);
    }
    let day: jiff::civil::Date = text
        .parse()
        .ok()
        .with_context(|| format!("`{text}` is no date; write it as in 2026-11-01 or 2026-11-01T08:00:00Z"))?;
    clock::start_of_day(&published.knowledge, day).context("the day lies beyond all calendars")
}

#[expect(clippy::print_stdout, reason = "the report is what the command is asked for")]
fn print(report: &Report) {
    println!(
        "{} turns in {} conversations decided anew, by revision {} and by the other knowledge",
        report.turns, report.conversations, report.revision
    );
    if report.skipped > 0 {
        println!("{} turns were left out: their messages are not stored any more", report.skipped);
    }
    println!(
        "as it was then: {} of the {} turns that revision {} decided come out exactly the same by it",
        report.reproduced.exactly, report.reproduced.of, report.revision
    );
    if report.changed.turns == 0 {
        println!("nothing would change");
    } else {
        println!(
            "would change: conversations {} of {}; {}",
            report.changed_conversations,
            report.conversations,
            counts(&report.changed)
        );
    }
    for pair in &report.by_rule {
        println!();
        if pair.rule_before == pair.rule_after {
            println!("rule {}: {}", pair.rule_before, counts(&pair.changed));
        } else {
            println!("rule {} → {}: {}", pair.rule_before, pair.rule_after, counts(&pair.changed));
        }
        for example in &pair.examples {
            show(example);
        }
    }
    println!();
    println!("hash {}", report.hash);
}

fn counts(counts: &Counts) -> String {
    let mut parts = vec![format!("turns {}", counts.turns)];
    if counts.following > 0 {
        parts.push(format!("of them only after an earlier change {}", counts.following));
    }
    for (count, what) in [
        (counts.replies, "replies"),
        (counts.prices, "prices"),
        (counts.handoffs, "hand-overs"),
        (counts.recommendations, "recommendations"),
        (counts.scores, "scores"),
        (counts.approvals, "approvals"),
        (counts.strategies, "strategies"),
    ] {
        if count > 0 {
            parts.push(format!("{what} {count}"));
        }
    }
    parts.join(", ")
}

#[expect(clippy::print_stdout, reason = "the report is what the command is asked for")]
fn show(example: &Example) {
    let follows = if example.following { " (after an earlier change)" } else { "" };
    println!("  {} {}{follows}", example.conversation, example.at);
    println!("    buyer   {}", one_line(&example.text));
    for (side, outcome) in [("before", &example.before), ("after ", &example.after)] {
        println!("    {side}  {}", one_line(&outcome.reply));
        println!("            {}", decided(outcome));
    }
}

fn decided(outcome: &Outcome) -> String {
    let mut parts = vec![outcome.strategy.clone(), outcome.stage.name().to_owned()];
    parts.extend(outcome.score.map(|score| format!("score {score:.2}")));
    parts.extend(outcome.handoff.map(|reason| format!("hand-over: {}", reason.name())));
    parts.extend(outcome.prices.iter().cloned());
    parts.extend(outcome.recommendation.iter().map(|product| format!("recommends {product}")));
    parts.extend(outcome.approvals.iter().map(|parameter| format!("asks for {}", parameter.name())));
    if outcome.draft {
        parts.push("draft".into());
    }
    parts.join("; ")
}

fn one_line(text: &str) -> String {
    text.replace('\n', " / ")
}
