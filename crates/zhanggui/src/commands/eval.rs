//! Measurements on data that the caller names; nothing here trains what is served.

mod attacks;
mod entities;
mod intents;
mod leads;
mod recognizers;
mod recommend;
mod records;
mod timing;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Subcommand)]
pub enum Eval {
    /// Send hostile messages through the whole pipeline, with a language model that obeys them
    Attacks(attacks::Options),
    /// Judge the intent classifier on labelled messages
    Intents(intents::Options),
    /// Judge the entities that are read from messages
    Entities(entities::Options),
    /// Hold numbers, units, money, dates and addresses against the cases of Recognizers-Text
    Recognizers(recognizers::Options),
    /// Judge what is recommended, week by week over past orders, beside what others do
    Recommend(recommend::Options),
    /// Judge the lead score on records with known outcomes, beside the points of the rule
    Leads(leads::Options),
    /// Judge when offers are made, on records each of which is a chance to offer
    Timing(timing::Options),
}

pub async fn run(eval: Eval) -> anyhow::Result<ExitCode> {
    match eval {
        Eval::Attacks(options) => attacks::run(&options).await,
        Eval::Intents(options) => intents::run(&options),
        Eval::Entities(options) => entities::run(&options),
        Eval::Recognizers(options) => recognizers::run(&options),
        Eval::Recommend(options) => recommend::run(&options),
        Eval::Leads(options) => leads::run(&options),
        Eval::Timing(options) => timing::run(&options),
    }
}
