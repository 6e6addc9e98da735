//! The features known from training, and the vector of a message over them.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use super::features::{Block, Featurizer};

/// Features are well mixed hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

pub type Index = HashMap<u64, u32, BuildHasherDefault<Identity>>;

/// Features with their inverse document frequency.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    pub featurizer: Featurizer,
    /// Row of each feature.
    pub index: Index,
    pub idf: Vec<f32>,
    /// The idf that an unseen feature counts with in the coverage.
    pub unseen_idf: f32,
}

/// From so many messages on, features that occur once are left out of the blocks that say so.
const PRUNED_FROM: usize = 3_000;

impl Vocabulary {
    pub fn learn<'a>(featurizer: &Featurizer, messages: impl Iterator<Item = &'a [Block]> + Clone) -> Self {
        let count = messages.clone().count();
        let mut frequencies: Vec<HashMap<u64, u32, BuildHasherDefault<Identity>>> = Vec::new();
        for blocks in messages {
            frequencies.resize_with(blocks.len(), HashMap::default);
            for (block, frequencies) in blocks.iter().zip(&mut frequencies) {
                for &(feature, _) in block {
                    *frequencies.entry(feature).or_insert(0) += 1;
                }
            }
        }
        let mut known: Vec<(u64, u32)> = Vec::new();
        for (frequencies, &pruned) in frequencies.iter().zip(featurizer.pruned()) {
            let floor = if pruned && count >= PRUNED_FROM { 2 } else { 1 };
            known.extend(frequencies.iter().map(|(&f, &df)| (f, df)).filter(|&(_, df)| df >= floor));
        }
        // What is read often lies together: the caches hold it.
        known.sort_unstable_by_key(|&(feature, df)| (std::cmp::Reverse(df), feature));
        let idf = |df: f64| ((1.0 + count as f64) / (1.0 + df)).ln() as f32 + 1.0;
        Self {
            featurizer: featurizer.clone(),
            index: known.iter().enumerate().map(|(row, &(feature, _))| (feature, row as u32)).collect(),
            idf: known.iter().map(|&(_, df)| idf(f64::from(df))).collect(),
            unseen_idf: idf(1.0),
        }
    }

    /// The vector of a message, of length one unless nothing is known, and the share of it that is known.
    pub fn vector(&self, blocks: &[Block]) -> (Vec<(u32, f32)>, f32) {
        let weights = self.featurizer.weights();
        let mut vector = Vec::with_capacity(blocks.iter().map(Vec::len).sum());
        let mut coverage = 0.0;
        for (position, (block, &weight)) in blocks.iter().zip(weights).enumerate() {
            let start = vector.len();
            let (mut known, mut unknown) = (0.0, 0.0);
            for &(feature, times) in block {
                match self.index.get(&feature) {
                    Some(&row) => {
                        let idf = self.idf[row as usize];
                        known += idf;
                        vector.push((row, log_count(times) * idf));
                    }
                    None => unknown += self.unseen_idf,
                }
            }
            if position == self.featurizer.family.coverage_block() && known + unknown > 0.0 {
                coverage = known / (known + unknown);
            }
            let length = vector[start..].iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
            if length > 0.0 {
                for (_, value) in &mut vector[start..] {
                    *value *= weight / length;
                }
            }
        }
        let scale = 1.0 / weights.iter().map(|w| w * w).sum::<f32>().sqrt();
        for (_, value) in &mut vector {
            *value *= scale;
        }
        (vector, coverage)
    }
}

fn log_count(times: u32) -> f32 {
    if times == 1 { 1.0 } else { 1.0 + (times as f32).ln() }
}
