//! All messages to learn from, read once: each feature has a number, and those that can never count are left out.

use super::{
    features::{Block, Featurizer},
    vocabulary::Index,
};

/// From so many messages on, rare features are left out.
const PRUNED_FROM: usize = 3_000;

/// A feature's number, and how often it occurs in the block.
pub type Entry = (u32, u32);

#[derive(Debug, Default)]
pub struct Collection {
    /// By hash.
    index: Index,
    hashes: Vec<u64>,
    /// In so many messages a feature must occur to count.
    floors: Vec<u32>,
    blocks: usize,
    /// Where each block of each message begins among the entries; one more at the end.
    starts: Vec<usize>,
    entries: Vec<Entry>,
    /// How many features of the message's block that measures coverage were left out.
    unknown: Vec<u32>,
    /// The sentence vectors, one behind another; none without an encoder.
    sentences: Vec<f32>,
    dimension: usize,
}

impl Collection {
    pub fn read(featurizer: &Featurizer, texts: &[&str]) -> Self {
        let (first, second) = texts.split_at(texts.len() / 2);
        let read = |texts: &[&str]| -> (Vec<Vec<Block>>, Vec<f32>) {
            let blocks = texts.iter().map(|text| featurizer.blocks(text)).collect();
            (blocks, texts.iter().flat_map(|text| featurizer.sentence(text)).collect())
        };
        let ((mut messages, mut sentences), rest) = std::thread::scope(|scope| {
            let second = scope.spawn(|| read(second));
            (read(first), second.join())
        });
        // A thread that could not do its part leaves it to this one.
        let (more, more_sentences) = rest.unwrap_or_else(|_| read(second));
        messages.extend(more);
        sentences.extend(more_sentences);
        Self { sentences, dimension: featurizer.dimension(), ..Self::of(featurizer, &messages) }
    }

    fn of(featurizer: &Featurizer, messages: &[Vec<Block>]) -> Self {
        let mut index = Index::default();
        let mut found: Vec<(u64, u32, u32)> = Vec::new();
        let mut numbers: Vec<u32> = Vec::with_capacity(messages.iter().flatten().map(Vec::len).sum());
        for blocks in messages {
            for (block, &floor) in blocks.iter().zip(featurizer.floors()) {
                let floor = if messages.len() >= PRUNED_FROM { floor } else { 1 };
                for &(hash, _) in block {
                    let number = *index.entry(hash).or_insert_with(|| {
                        found.push((hash, 0, floor));
                        found.len() as u32 - 1
                    });
                    found[number as usize].1 += 1;
                    numbers.push(number);
                }
            }
        }
        let mut collection = Self { blocks: featurizer.weights().len(), ..Self::default() };
        let mut kept = vec![u32::MAX; found.len()];
        for (number, &(hash, frequency, floor)) in found.iter().enumerate() {
            if frequency >= floor {
                kept[number] = collection.hashes.len() as u32;
                collection.index.insert(hash, kept[number]);
                collection.hashes.push(hash);
                collection.floors.push(floor);
            }
        }
        let mut numbers = numbers.into_iter();
        for blocks in messages {
            let mut unknown = 0;
            for (at, block) in blocks.iter().enumerate() {
                collection.starts.push(collection.entries.len());
                for (&(_, times), number) in block.iter().zip(&mut numbers) {
                    match kept[number as usize] {
                        u32::MAX if at == featurizer.family.coverage_block() => unknown += 1,
                        u32::MAX => {}
                        number => collection.entries.push((number, times)),
                    }
                }
            }
            collection.unknown.push(unknown);
        }
        collection.starts.push(collection.entries.len());
        collection
    }

    pub fn features(&self) -> usize {
        self.hashes.len()
    }

    pub fn hash(&self, feature: u32) -> u64 {
        self.hashes[feature as usize]
    }

    pub fn floor(&self, feature: u32) -> u32 {
        self.floors[feature as usize]
    }

    pub fn number(&self, hash: u64) -> Option<u32> {
        self.index.get(&hash).copied()
    }

    /// The blocks of a message, and what was left out of the one that measures coverage.
    pub fn message(&self, i: usize) -> (impl Iterator<Item = &[Entry]>, u32) {
        let starts = &self.starts[i * self.blocks..=(i + 1) * self.blocks];
        (starts.windows(2).map(|pair| &self.entries[pair[0]..pair[1]]), self.unknown[i])
    }

    /// The sentence vector of a message; empty without an encoder.
    pub fn sentence(&self, i: usize) -> &[f32] {
        &self.sentences[i * self.dimension..][..self.dimension]
    }

    /// Every entry of a message.
    pub fn entries(&self, i: usize) -> &[Entry] {
        &self.entries[self.starts[i * self.blocks]..self.starts[(i + 1) * self.blocks]]
    }
}
