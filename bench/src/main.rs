//! The command line of the benchmarks; see README.md.

use std::{
    io::{BufReader, stdin, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use bench::{
    commerce,
    faults::{self, Report, Setup},
    ledger::{self, Ledger},
    load::{self, Kind, Plan},
    machine,
    random::Random,
    replay,
    results::{self, Section},
    selling::{self, decide, recommend},
    shim,
};
use clap::{Args, Parser, Subcommand};

/// Load and faults over HTTP against the release binary of Zhanggui
#[derive(Parser)]
#[command(name = "bench", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Throughput, latency, starts and memory on every database
    Load(Load),
    /// kill -9 at random moments under load; nothing acknowledged may be lost
    Kill(Faults),
    /// Simulated power cuts: only what was synced to the disk survives
    PowerCut(PowerCut),
    /// The same messages again and again, from eight clients, across a kill
    Duplicates(Duplicates),
    /// Many stored conversations decided anew by other knowledge, three times
    Replay(Replay),
    /// Prices with many price lists and searches through a large catalogue, in this process
    Commerce(Commerce),
    /// Learning from the orders of a large shop, turns that recommend there, turns under hundreds of rules
    Selling(Selling),
    /// Keeps the record of acknowledgements; started by the others
    #[command(hide = true)]
    Ledger { file: PathBuf },
    /// A bare JSON echo server; started by `load`
    #[command(hide = true)]
    Echo,
}

#[derive(Args)]
struct Common {
    /// The server to measure
    #[arg(long, default_value = "target/release/zhanggui", value_name = "FILE")]
    binary: PathBuf,
    /// Where slowsync.c and powerloss.c lie
    #[arg(long, default_value = "../shared/tools", value_name = "FOLDER")]
    tools: PathBuf,
    /// Where the results are written
    #[arg(long, default_value = "bench/RESULTS.md", value_name = "FILE")]
    results: PathBuf,
    /// Where the databases are made for the run
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

#[derive(Args)]
struct Load {
    #[command(flatten)]
    common: Common,
    /// A look of about a minute at SQLite; prints, and writes nothing
    #[arg(long)]
    quick: bool,
    /// Which databases: sqlite, sqlite-slow, postgres, postgres-slow
    #[arg(long, value_delimiter = ',')]
    databases: Vec<Kind>,
    /// A PostgreSQL database to measure on instead of a private cluster
    #[arg(long, value_name = "URL")]
    postgres_url: Option<String>,
    /// Buyers among whom the messages are spread
    #[arg(long, default_value_t = 2_000)]
    conversations: u64,
    /// Seconds of each run at 70 % of the maximum
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How often each run is repeated
    #[arg(long, default_value_t = 3)]
    repeat: usize,
}

#[derive(Args)]
struct Faults {
    #[command(flatten)]
    common: Common,
    #[arg(long, default_value_t = 50)]
    rounds: u32,
    /// Repeats the moments and messages of an earlier run
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Args)]
struct PowerCut {
    #[command(flatten)]
    common: Common,
    #[arg(long, default_value_t = 20)]
    rounds: u32,
    /// Repeats the moments and messages of an earlier run
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Args)]
struct Duplicates {
    #[command(flatten)]
    common: Common,
    #[arg(long, default_value_t = 10_000)]
    deliveries: usize,
    /// Repeats the messages of an earlier run
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Args)]
struct Selling {
    #[command(flatten)]
    common: Common,
    #[arg(long, default_value_t = 10_000)]
    products: usize,
    #[arg(long, default_value_t = 100_000)]
    customers: usize,
    /// Of the shop whose nightly learning is timed, with a fifth of the customers
    #[arg(long, default_value_t = 5_000)]
    nightly_products: usize,
    /// Of each customer, within a year
    #[arg(long, default_value_t = 8)]
    orders: usize,
    /// Turns that recommend, and as many under the rules
    #[arg(long, default_value_t = 3_000)]
    turns: usize,
    /// Rules beside those of the demo shop
    #[arg(long, default_value_t = 500)]
    rules: usize,
    /// Which made-up goods and orders
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Args)]
struct Replay {
    #[command(flatten)]
    common: Common,
    #[arg(long, default_value_t = 10_000)]
    conversations: u64,
    /// Of each conversation
    #[arg(long, default_value_t = 5)]
    messages: u64,
}

#[derive(Args)]
struct Commerce {
    /// Price lists beside the products' own prices
    #[arg(long, default_value_t = 100)]
    lists: usize,
    #[arg(long, default_value_t = 100_000)]
    prices: usize,
    #[arg(long, default_value_t = 10_000)]
    products: usize,
    #[arg(long, default_value_t = 3_000)]
    searches: usize,
    /// Which made-up shops, buyers and wishes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the results are written
    #[arg(long, default_value = "bench/RESULTS.md", value_name = "FILE")]
    results: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One thread: the server should have the cores.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let outcome = runtime.block_on(async {
        match arguments.command {
            Command::Load(options) => measure(options).await,
            Command::Kill(options) => kill(options).await,
            Command::PowerCut(options) => power_cut(options).await,
            Command::Duplicates(options) => duplicates(options).await,
            Command::Replay(options) => {
                let (folder, binary) = prepare(&options.common)?;
                let Replay { conversations, messages, .. } = options;
                let measured = replay::run(&binary, folder.path(), conversations, messages, say).await?;
                let (exactly, of) = measured.reproduced;
                let took: Vec<String> =
                    measured.took.iter().map(|took| format!("{:.1} s", took.as_secs_f64())).collect();
                say(&format!(
                    "{} turns in {} conversations decided twice; {} would change; {exactly} of {of} come out as they were; \
                     on one thread, then twice on all: {}; the same report each time, hash {}",
                    measured.turns, measured.conversations, measured.changed, took.join(", "), measured.hash
                ));
                Ok(ExitCode::SUCCESS)
            }
            Command::Commerce(options) => commerce(&options),
            Command::Selling(options) => selling(options).await,
            Command::Ledger { file } => {
                ledger::keep(&file, BufReader::new(stdin()), stdout()).map(|()| ExitCode::SUCCESS)
            }
            Command::Echo => bench::echo::serve(say).await.map(|()| ExitCode::SUCCESS),
        }
    });
    outcome.unwrap_or_else(|error| fail(&error))
}

fn commerce(options: &Commerce) -> anyhow::Result<ExitCode> {
    let Commerce { lists, prices, products, searches, seed, ref results } = *options;
    let measured = commerce::run(commerce::Plan { lists, prices, products, searches, seed })?;
    let text = measured.markdown(&command_line(std::env::args()));
    say(&text);
    results::replace(results, Section::Commerce, &text)?;
    Ok(if measured.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn selling(options: Selling) -> anyhow::Result<ExitCode> {
    let (folder, binary) = prepare(&options.common)?;
    let built = machine::written(&options.common.binary);
    let Selling { products, customers, nightly_products, orders, turns, rules, seed, common } = options;
    let large = recommend::Size { products, customers, orders, turns };
    let nightly =
        recommend::Size { products: nightly_products, customers: customers.div_ceil(5), turns: 1, ..large };
    let turns = turns as u64;
    let measured = selling::Measured {
        plan: selling::Plan { large, nightly, rules, turns, seed },
        large: recommend::run(large, seed)?,
        nightly: recommend::run(nightly, seed)?,
        decided: decide::run(&binary, folder.path(), rules, turns).await?,
    };
    let text = measured.markdown(&built, &command_line(std::env::args()));
    say(&text);
    results::replace(&common.results, Section::Selling, &text)?;
    Ok(if measured.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[expect(clippy::print_stdout, reason = "this is where the results are shown")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "this is where the command line complains")]
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

/// A folder that is thrown away, and in it a copy of the server, so that a build meanwhile does not change what is measured.
fn prepare(common: &Common) -> anyhow::Result<(tempfile::TempDir, PathBuf)> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("zhanggui-bench-").permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    let folder = match &common.folder {
        Some(parent) => builder.tempdir_in(std::path::absolute(parent)?),
        None => builder.tempdir(),
    };
    let folder = folder.context("no folder for the databases could be made")?;
    let binary = folder.path().join("zhanggui");
    std::fs::copy(&common.binary, &binary).with_context(|| {
        format!("`{}` is not there; build it with `cargo build --release`", common.binary.display())
    })?;
    Ok((folder, binary))
}

/// Options that say where things lie on this machine; they change no figure.
const PLACES: [&str; 4] = ["--binary", "--tools", "--results", "--folder"];

/// The command as anyone would type it.
fn command_line(arguments: impl Iterator<Item = String>) -> String {
    let mut shown = vec!["bench".to_owned()];
    let mut arguments = arguments.skip(1);
    while let Some(argument) = arguments.next() {
        if PLACES.contains(&argument.as_str()) {
            arguments.next();
        } else if !PLACES.iter().any(|place| argument.starts_with(&format!("{place}="))) {
            shown.push(argument);
        }
    }
    shown.join(" ")
}

async fn measure(options: Load) -> anyhow::Result<ExitCode> {
    let (folder, binary) = prepare(&options.common)?;
    let built = machine::written(&options.common.binary);
    let databases = if options.databases.is_empty() { Kind::ALL.to_vec() } else { options.databases };
    let plan = Plan {
        binary,
        folder: folder.path().to_path_buf(),
        tools: options.common.tools,
        databases,
        postgres_url: options.postgres_url,
        conversations: options.conversations,
        connections: vec![16, 64, 256],
        saturate: Duration::from_secs(4),
        hold: Duration::from_secs(options.seconds),
        repeat: options.repeat.max(1),
        starts: 5,
    };
    let plan = if options.quick { plan.quick() } else { plan };
    let results = load::run(plan, &built, command_line(std::env::args()), |step| say(&step)).await?;
    let text = load::markdown(&results);
    say(&text);
    if !options.quick {
        results::replace(&options.common.results, Section::Load, &text)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn kill(options: Faults) -> anyhow::Result<ExitCode> {
    let (folder, binary) = prepare(&options.common)?;
    let setup = setup(binary, folder.path(), options.rounds, options.seed);
    let ledger = Arc::new(Ledger::elsewhere(&folder.path().join("acknowledgements"))?);
    let report = faults::kill::run(&setup, &ledger).await?;
    conclude(&options.common, &report, "kills", setup.seed)
}

async fn power_cut(options: PowerCut) -> anyhow::Result<ExitCode> {
    let (folder, binary) = prepare(&options.common)?;
    let setup = setup(binary, folder.path(), options.rounds, options.seed);
    let library = shim::compile(&options.common.tools, shim::POWER_LOSS, folder.path())?;
    let ledger = Arc::new(Ledger::elsewhere(&folder.path().join("acknowledgements"))?);
    let report = faults::power_cut::run(&setup, &library, &ledger).await?;
    conclude(&options.common, &report, "simulated power cuts", setup.seed)
}

async fn duplicates(options: Duplicates) -> anyhow::Result<ExitCode> {
    let (folder, binary) = prepare(&options.common)?;
    let setup = setup(binary, folder.path(), 1, options.seed);
    let report = faults::duplicates::run(&setup, options.deliveries).await?;
    let what = format!("run of {} deliveries, 30 % of them repeated, one kill", options.deliveries);
    conclude(&options.common, &report, &what, setup.seed)
}

fn setup(binary: PathBuf, folder: &Path, rounds: u32, seed: Option<u64>) -> Setup {
    let seed = seed.unwrap_or_else(Random::fresh_seed);
    say(&format!("seed {seed}"));
    Setup::new(binary, folder.to_path_buf(), rounds, seed)
}

fn conclude(common: &Common, report: &Report, what: &str, seed: u64) -> anyhow::Result<ExitCode> {
    let sentence = report.sentence(what, seed);
    say(&sentence);
    for example in &report.verdict.examples {
        say(&format!("  {example}"));
    }
    results::append_fault(
        &common.results,
        &machine::now(),
        &machine::commit(),
        &command_line(std::env::args()),
        &sentence,
    )?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_without_the_places_of_this_machine() {
        let check = |typed: &str, expected: &str| {
            assert_eq!(command_line(typed.split(' ').map(str::to_owned)), expected);
        };
        check("/x/bench load --quick", "bench load --quick");
        check("bench kill --binary /x/y --rounds 3 --results=/z", "bench kill --rounds 3");
    }
}
