#![doc = include_str!("../README.md")]

pub mod assist;
mod classifier;
mod context;
mod entity;
pub mod evaluation;
mod language;
mod lexicon;
mod own_intents;
mod pack;
mod split;
mod text;
mod understander;

pub use lexicon::Lexicon;
pub use understander::{Context, Focus, TrainingError, Understander};

pub(crate) use domain::understanding::intent::OUT_OF_SCOPE;
