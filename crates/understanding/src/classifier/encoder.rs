//! Sentence vectors from a model that the operator supplies, as further features of the classifier.

use std::{fmt, sync::Arc};

use super::features::Family;

/// Turns a text into a vector that says what it is about. The same text gives the same bits.
///
/// Nothing here loads a model: that takes files. Whoever supplies one answers for its speed, which every message pays.
pub trait Encoder: fmt::Debug + Send + Sync {
    /// How many values each vector has.
    fn dimension(&self) -> usize;

    /// The vector of a folded text; all zeros where nothing of it is known. Its length does not matter.
    fn encode(&self, text: &str) -> Vec<f32>;

    /// Tells what this encoder gives from what any other gives, so that a model that learnt from it can be kept.
    fn digest(&self) -> &[u8];
}

/// The encoder of each language, where there is one.
#[derive(Debug, Clone, Default)]
pub struct Encoders {
    pub chinese: Option<Arc<dyn Encoder>>,
    pub english: Option<Arc<dyn Encoder>>,
}

impl Encoders {
    /// That of one language.
    pub const fn of(&self, family: Family) -> Option<&Arc<dyn Encoder>> {
        match family {
            Family::Chinese => self.chinese.as_ref(),
            Family::English => self.english.as_ref(),
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.chinese.is_none() && self.english.is_none()
    }
}

/// How much a vector counts beside the blocks of words, whose weights are about one: more than any of them, since it alone knows words
/// that no example holds. A guess, not tuned.
pub const WEIGHT: f32 = 2.0;

/// The vector of a text with length one; all zeros where the encoder gives nothing that can be used.
pub fn unit_vector(encoder: &dyn Encoder, folded: &str) -> Vec<f32> {
    let mut vector = encoder.encode(folded);
    vector.resize(encoder.dimension(), 0.0);
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    let usable = length.is_finite() && length > f32::MIN_POSITIVE;
    for value in &mut vector {
        *value = if usable { *value / length } else { 0.0 };
    }
    vector
}
