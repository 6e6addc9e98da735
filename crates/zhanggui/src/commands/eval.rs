//! Measurements on data that the caller names; nothing here trains what is served.

mod intents;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Subcommand)]
pub enum Eval {
    /// Judge the intent classifier on labelled messages
    Intents(intents::Options),
}

pub fn run(eval: Eval) -> anyhow::Result<ExitCode> {
    match eval {
        Eval::Intents(options) => intents::run(&options),
    }
}
