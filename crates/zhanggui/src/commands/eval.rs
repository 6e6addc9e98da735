//! Measurements on data that the caller names; nothing here trains what is served.

mod entities;
mod intents;
mod recognizers;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Subcommand)]
pub enum Eval {
    /// Judge the intent classifier on labelled messages
    Intents(intents::Options),
    /// Judge the entities that are read from messages
    Entities(entities::Options),
    /// Hold numbers, units, money, dates and addresses against the cases of Recognizers-Text
    Recognizers(recognizers::Options),
}

pub fn run(eval: Eval) -> anyhow::Result<ExitCode> {
    match eval {
        Eval::Intents(options) => intents::run(&options),
        Eval::Entities(options) => entities::run(&options),
        Eval::Recognizers(options) => recognizers::run(&options),
    }
}
