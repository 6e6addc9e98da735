//! Measurements on data that the caller names; nothing here trains what is served.

mod entities;
mod intents;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Subcommand)]
pub enum Eval {
    /// Judge the intent classifier on labelled messages
    Intents(intents::Options),
    /// Judge the entities that are read from messages
    Entities(entities::Options),
}

pub fn run(eval: Eval) -> anyhow::Result<ExitCode> {
    match eval {
        Eval::Intents(options) => intents::run(&options),
        Eval::Entities(options) => entities::run(&options),
    }
}
