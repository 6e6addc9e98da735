#![doc = include_str!("../README.md")]

pub mod assist;
mod classifier;
mod context;
mod entity;
pub mod entity_evaluation;
pub mod evaluation;
mod language;
mod lexicon;
mod own_intents;
mod pack;
pub mod recognizers;
mod split;
mod tagger;
pub mod text;
mod understander;

pub use classifier::encoder::{Encoder, Encoders};
pub use lexicon::Lexicon;
pub use understander::{Context, Focus, Listed, TrainingError, Understander};

pub(crate) use domain::understanding::intent::OUT_OF_SCOPE;
