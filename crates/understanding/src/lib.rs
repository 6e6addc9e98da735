#![doc = include_str!("../README.md")]

mod classifier;
mod context;
mod entity;
pub mod evaluation;
mod language;
mod lexicon;
mod pack;
mod split;
mod text;
mod understander;

pub use lexicon::Lexicon;
pub use understander::{Context, Focus, TrainingError, Understander};

pub(crate) use domain::understanding::intent::OUT_OF_SCOPE;

/// The examples of a pack's intent file, without entity marks: for measurements.
#[doc(hidden)]
pub fn pack_examples(text: &str) -> Vec<String> {
    pack::parse_intent(text).examples
}
