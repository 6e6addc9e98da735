//! The features that count in a fit, and the vector of a message over them.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use super::{
    collection::Collection,
    encoder,
    features::{Featurizer, Text},
};

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

/// The features that count in one fit, by row, with their inverse document frequency.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    pub idf: Vec<f32>,
    /// The idf that an unseen feature counts with in the coverage.
    pub unseen_idf: f32,
    /// The collection's number of each row.
    features: Vec<u32>,
    /// The row of each of the collection's features, or [`NO_ROW`].
    rows: Vec<u32>,
}

const NO_ROW: u32 = u32::MAX;

impl Terms {
    /// What occurs often enough in the messages that the fit learns from.
    pub fn learn(collection: &Collection, messages: &[usize]) -> Self {
        let mut frequencies = vec![0_u32; collection.features()];
        for &i in messages {
            for &(feature, _) in collection.entries(i) {
                frequencies[feature as usize] += 1;
            }
        }
        let mut features: Vec<u32> = (0..frequencies.len() as u32)
            .filter(|&feature| frequencies[feature as usize] >= collection.floor(feature))
            .collect();
        // What is read often lies together: the caches hold it.
        features.sort_by_key(|&feature| std::cmp::Reverse(frequencies[feature as usize]));
        let mut rows = vec![NO_ROW; frequencies.len()];
        for (row, &feature) in features.iter().enumerate() {
            rows[feature as usize] = row as u32;
        }
        let count = messages.len() as f64;
        let idf = |df: u32| ((1.0 + count) / (1.0 + f64::from(df))).ln() as f32 + 1.0;
        let idfs = features.iter().map(|&feature| idf(frequencies[feature as usize])).collect();
        Self { idf: idfs, unseen_idf: idf(1), features, rows }
    }

    pub fn row(&self, feature: u32) -> Option<u32> {
        self.rows.get(feature as usize).copied().filter(|&row| row != NO_ROW)
    }

    pub fn vocabulary(&self, collection: &Collection, featurizer: Featurizer) -> Vocabulary {
        let hashes = self.features.iter().map(|&feature| collection.hash(feature));
        Vocabulary {
            featurizer,
            index: hashes.zip(0..).collect(),
            idf: self.idf.clone(),
            unseen_idf: self.unseen_idf,
        }
    }
}

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

impl Vocabulary {
    /// The vector of a message and the share of it that is known.
    pub fn vector(&self, text: &Text<'_>) -> (Vec<(u32, f32)>, f32) {
        let blocks = self.featurizer.blocks_of(text);
        let sentence = self.featurizer.sentence(text.folded);
        let mut out = Vec::with_capacity(blocks.iter().map(Vec::len).sum::<usize>() + sentence.len());
        let mut weighing = Weighing::new(&self.featurizer, &self.idf, self.unseen_idf, &mut out);
        for block in &blocks {
            weighing.block(block.iter().map(|&(hash, times)| (self.index.get(&hash).copied(), times)), 0);
        }
        weighing.sentence(&sentence);
        let coverage = weighing.finish();
        (out, coverage)
    }
}

/// Makes a vector, block by block. It is of length one, unless in some block nothing is known.
pub struct Weighing<'a> {
    featurizer: &'a Featurizer,
    idf: &'a [f32],
    unseen_idf: f32,
    out: &'a mut Vec<(u32, f32)>,
    position: usize,
    coverage: f32,
}

impl<'a> Weighing<'a> {
    pub fn new(
        featurizer: &'a Featurizer,
        idf: &'a [f32],
        unseen_idf: f32,
        out: &'a mut Vec<(u32, f32)>,
    ) -> Self {
        out.clear();
        Self { featurizer, idf, unseen_idf, out, position: 0, coverage: 0.0 }
    }

    /// The next block: row, if known, and how often it occurs, of each feature; `unknown` more are known to be unknown.
    pub fn block(&mut self, features: impl Iterator<Item = (Option<u32>, u32)>, unknown: u32) {
        let weight = self.featurizer.weights()[self.position];
        let start = self.out.len();
        let (mut known, mut missing) = (0.0, unknown as f32 * self.unseen_idf);
        for (row, times) in features {
            if let Some(row) = row {
                let idf = self.idf[row as usize];
                known += idf;
                self.out.push((row, log_count(times) * idf));
            } else {
                missing += self.unseen_idf;
            }
        }
        if self.position == self.featurizer.family.coverage_block() && known + missing > 0.0 {
            self.coverage = known / (known + missing);
        }
        let length = self.out[start..].iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            for (_, value) in &mut self.out[start..] {
                *value *= weight / length;
            }
        }
        self.position += 1;
    }

    /// The sentence vector, of length one, where there is one. Its rows follow those of the features.
    pub fn sentence(&mut self, values: &[f32]) {
        if values.iter().any(|value| *value != 0.0) {
            let rows = self.idf.len() as u32..;
            self.out.extend(rows.zip(values).map(|(row, value)| (row, value * encoder::WEIGHT)));
        }
    }

    /// The share of the message that is known.
    pub fn finish(self) -> f32 {
        let sentence = if self.featurizer.encoder().is_some() { encoder::WEIGHT } else { 0.0 };
        let size = self.featurizer.weights().iter().fold(sentence * sentence, |sum, w| sum + w * w);
        let scale = 1.0 / size.sqrt();
        for (_, value) in &mut *self.out {
            *value *= scale;
        }
        self.coverage
    }
}

fn log_count(times: u32) -> f32 {
    if times == 1 { 1.0 } else { 1.0 + (times as f32).ln() }
}
