//! The intent classifier: linear models on hashed n-grams, calibrated, with an out-of-scope gate.
//!
//! `features` turns text into blocks of n-grams, `collection` holds those of all examples, `vocabulary` makes vectors, `solver` fits, `calibration` measures on held-out parts,
//! `trainer` puts these together, `model` classifies, `decode` reads a model from bytes. The build script compiles the same files and
//! embeds what it trained.

pub mod calibration;
pub mod collection;
pub mod concepts;
pub mod corpus;
pub mod decode;
pub mod division;
pub mod encode;
pub mod encoder;
pub mod features;
pub mod held_out;
pub mod joined;
pub mod joints;
pub mod linear;
pub mod model;
#[cfg(test)]
mod name_lists;
pub mod several;
pub mod solver;
pub mod trainer;
pub mod vocabulary;
