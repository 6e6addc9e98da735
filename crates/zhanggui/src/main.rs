#![doc = include_str!("../README.md")]

mod commands;
mod config;
mod control;
mod embedded;
mod encoders;
mod logging;
mod model_folder;
mod wiring;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

/// A turn makes many small values; this allocator makes them for a fraction of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 掌柜: customer service and sales for B2B commerce, in one binary.
#[derive(Parser)]
#[command(name = "zhanggui", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: commands::serve::Options,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything: API, console, widget, background work (the default)
    Serve(commands::serve::Options),
    /// Talk to the assistant in the terminal, through the real pipeline
    Chat(commands::chat::Options),
    /// Check configuration and knowledge; exit code 1 if anything is wrong
    Check(commands::check::Options),
    /// Run golden conversations; exit code 1 on a difference
    Test(commands::test::Options),
    /// Compare, publish and write out the shop's knowledge
    #[command(subcommand)]
    Knowledge(commands::knowledge::Knowledge),
    /// Decide stored conversations anew by other knowledge and report what would change; writes and sends nothing
    Replay(commands::replay::Options),
    /// Take in data from files
    #[command(subcommand)]
    Import(commands::import::Import),
    /// Measure parts of the assistant on given data
    #[command(subcommand)]
    Eval(commands::eval::Eval),
    /// API tokens
    #[command(subcommand)]
    Token(commands::token::Token),
    /// Check a deployment and say how to mend what is wrong
    Doctor(commands::doctor::Options),
}

/// What most commands share.
#[derive(Args, Clone, Default)]
struct Common {
    /// Configuration file; used only when named
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// sqlite://relative/path, sqlite:///absolute/path or postgres://…
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Folder with products, prices, FAQs and rules; without it the demo shop
    #[arg(long, value_name = "FOLDER")]
    knowledge: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let command = arguments.command.unwrap_or(Command::Serve(arguments.serve));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve(options) => commands::serve::run(options).await,
            Command::Chat(options) => commands::chat::run(options).await,
            Command::Check(options) => commands::check::run(&options),
            Command::Test(options) => commands::test::run(options).await,
            Command::Knowledge(knowledge) => commands::knowledge::run(knowledge).await,
            Command::Replay(options) => commands::replay::run(options).await,
            Command::Import(import) => commands::import::run(import).await,
            Command::Eval(eval) => commands::eval::run(eval).await,
            Command::Token(token) => commands::token::run(token).await,
            Command::Doctor(options) => commands::doctor::run(options).await,
        }
    });
    // Reading stdin blocks a thread that nothing can interrupt.
    runtime.shutdown_background();
    match outcome {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

#[expect(clippy::print_stderr, reason = "this is where the command line speaks")]
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
    ExitCode::FAILURE
}
