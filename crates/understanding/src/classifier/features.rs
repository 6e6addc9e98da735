//! From text to features: blocks of hashed n-grams.
//!
//! English: stemmed word 1- and 2-grams, unordered pairs of words, character 3- and 4-grams within words. Chinese: 1- and 2-grams of
//! units (a Han character, a Latin word, a number), and of their toneless pinyin, which forgives homophone typos.

use std::{fmt, sync::Arc};

use pinyin::ToPinyin as _;
use rust_stemmers::{Algorithm, Stemmer};

use super::{
    concepts::{Lists, NameKind},
    encoder::{Encoder, unit_vector},
};

/// Which blocks a model reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Chinese,
    English,
}

impl Family {
    /// The weight of each block in the message's vector; the last two are there for text of trade only.
    pub const fn weights(self, trade: bool) -> &'static [f32] {
        match (self, trade) {
            (Self::English, false) => &[1.0, 0.8, 1.4],
            (Self::English, true) => &[0.7, 1.0, 1.2, 0.5, 1.0],
            (Self::Chinese, false) => &[1.0, 0.5],
            (Self::Chinese, true) => &[1.0, 0.5, 0.25, 1.0],
        }
    }

    /// In how many messages a feature of each block must occur to count, where there are many messages. In a pack every example is
    /// meant to differ from the others, and what occurs once is mostly noise; of pairs of words, what occurs twice is too.
    pub const fn floors(self, trade: bool) -> &'static [u32] {
        match (self, trade) {
            (Self::English, true) => &[2, 3, 2, 2, 2],
            (Self::Chinese, true) => &[2, 2, 2, 2],
            (Self::English, false) => &[1, 2, 2],
            (Self::Chinese, false) => &[1, 1],
        }
    }

    /// The block that tells how much of a message is known at all.
    pub const fn coverage_block(self) -> usize {
        match self {
            Self::English => 2,
            Self::Chinese => 1,
        }
    }
}

/// How many distinct words of a message are paired; later ones are left out.
const PAIRED: usize = 24;

/// Of longer messages, only this many tokens are read.
const MAX_TOKENS: usize = 1_500;

/// The distinct features of one block of a message with how often each occurs, sorted.
pub type Block = Vec<(u64, u32)>;

/// A word, number, character or sign of a message.
#[derive(Debug, Clone, Copy)]
pub struct Unit<'a> {
    pub text: &'a str,
    /// The byte of the message where it begins.
    pub start: usize,
    /// Of its stem, where it is an English word.
    pub id: u64,
}

impl Unit<'_> {
    pub fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| {
            c.is_ascii_digit() || matches!(c, '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九')
        })
    }
}

/// Turns text into blocks of features. Cheap to clone.
#[derive(Clone)]
pub struct Featurizer {
    pub family: Family,
    /// Only for text of trade.
    lists: Option<Arc<Lists>>,
    encoder: Option<Arc<dyn Encoder>>,
}

impl fmt::Debug for Featurizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Featurizer({:?})", self.family)
    }
}

impl Featurizer {
    /// For texts of any kind.
    pub const fn general(family: Family) -> Self {
        Self { family, lists: None, encoder: None }
    }

    /// For buyers' messages: with the lists of trade's concepts, and folded names of goods, places, firms and people.
    pub fn of_trade<'a>(family: Family, names: impl Iterator<Item = (NameKind, &'a str)>) -> Self {
        let ids = |word: &str| units(family, word).into_iter().map(|unit| unit.id).collect();
        Self { family, lists: Some(Arc::new(Lists::new(family, names, ids))), encoder: None }
    }

    /// The same, with sentence vectors beside the blocks.
    pub fn with_encoder(self, encoder: Option<Arc<dyn Encoder>>) -> Self {
        Self { encoder, ..self }
    }

    pub fn encoder(&self) -> Option<&Arc<dyn Encoder>> {
        self.encoder.as_ref()
    }

    /// How many values a sentence vector has; 0 without an encoder.
    pub fn dimension(&self) -> usize {
        self.encoder.as_ref().map_or(0, |encoder| encoder.dimension())
    }

    /// The sentence vector of a message, of length one; empty without an encoder. The text must be folded.
    pub fn sentence(&self, folded: &str) -> Vec<f32> {
        self.encoder.as_ref().map_or(Vec::new(), |encoder| unit_vector(encoder.as_ref(), folded))
    }

    pub const fn is_of_trade(&self) -> bool {
        self.lists.is_some()
    }

    pub const fn floors(&self) -> &'static [u32] {
        self.family.floors(self.is_of_trade())
    }

    pub const fn weights(&self) -> &'static [f32] {
        self.family.weights(self.is_of_trade())
    }

    /// A message divided into its units. The text must be folded.
    pub fn read<'a>(&self, folded: &'a str) -> Text<'a> {
        let units = units(self.family, folded);
        Text { folded, whole: units.len() < MAX_TOKENS, units }
    }

    /// A stretch of bytes of a message, divided as if it stood alone.
    pub fn part<'a>(&self, text: &Text<'a>, start: usize, end: usize) -> Text<'a> {
        let folded = &text.folded[start..end];
        let first = text.units.partition_point(|unit| unit.start < start);
        let behind = text.units.partition_point(|unit| unit.start < end);
        let goes_on = |before: usize, border: usize| {
            let unit = before.checked_sub(1).and_then(|last| text.units.get(last));
            unit.is_some_and(|unit| unit.start + unit.text.len() > border)
        };
        if !text.whole || goes_on(first, start) || goes_on(behind, end) {
            return self.read(folded);
        }
        let units = text.units[first..behind].iter().map(|unit| Unit { start: unit.start - start, ..*unit });
        Text { folded, whole: true, units: units.collect() }
    }

    /// The blocks of a message. The text must be folded.
    pub fn blocks(&self, folded: &str) -> Vec<Block> {
        self.blocks_of(&self.read(folded))
    }

    pub fn blocks_of(&self, text: &Text<'_>) -> Vec<Block> {
        let units = &text.units;
        let mut blocks = Vec::with_capacity(self.weights().len());
        match self.family {
            Family::English => blocks.extend(english(units)),
            Family::Chinese => blocks.extend(chinese(units)),
        }
        if let Some(lists) = &self.lists {
            let reading = lists.read(units);
            blocks.push(concept_grams(blocks.len() as u64, &reading.concepts));
            blocks.push(masked_grams(blocks.len() as u64, &reading.masked));
        }
        blocks
    }
}

/// A message divided into its units.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    pub folded: &'a str,
    units: Vec<Unit<'a>>,
    /// Whether it was read to its end.
    whole: bool,
}

/// Words (in English with an inner apostrophe), numbers, and every other character by itself.
fn units(family: Family, text: &str) -> Vec<Unit<'_>> {
    let stemmer = Stemmer::create(Algorithm::English);
    let bytes = text.as_bytes();
    let mut units = Vec::with_capacity(text.len() / 3 + 1);
    let mut at = 0;
    while at < bytes.len() && units.len() < MAX_TOKENS {
        let start = at;
        let word = bytes[at].is_ascii_lowercase();
        at = match bytes[at] {
            b'a'..=b'z' => {
                let end = run(bytes, at, u8::is_ascii_lowercase);
                let apostrophe = family == Family::English
                    && bytes.get(end) == Some(&b'\'')
                    && bytes.get(end + 1).is_some_and(u8::is_ascii_lowercase);
                if apostrophe { run(bytes, end + 1, u8::is_ascii_lowercase) } else { end }
            }
            b'0'..=b'9' => run(bytes, at, u8::is_ascii_digit),
            _ => {
                let c = text[at..].chars().next().unwrap_or(' ');
                at += c.len_utf8();
                if c.is_whitespace() {
                    continue;
                }
                at
            }
        };
        let text = &text[start..at];
        let stemmed = word && family == Family::English;
        let id = if stemmed { hash_text(&stemmer.stem(text)) } else { hash_text(text) };
        units.push(Unit { text, start, id });
    }
    units
}

/// Concepts, neighbours in order, and unordered pairs.
fn concept_grams(block: u64, concepts: &[u64]) -> Block {
    let paired = concepts.len().min(PAIRED);
    let mut grams = Vec::with_capacity(2 * concepts.len() + paired * paired / 2 + 1);
    grams.push(one(block, 0));
    grams.extend(concepts.iter().map(|&concept| one(block, concept)));
    grams.extend(concepts.windows(2).map(|pair| two(block + 100, pair[0], pair[1])));
    let mut distinct: Vec<u64> = Vec::new();
    for &concept in concepts.iter().take(PAIRED) {
        if !distinct.contains(&concept) {
            grams.extend(distinct.iter().map(|&other| two(block, concept.min(other), concept.max(other))));
            distinct.push(concept);
        }
    }
    count(grams)
}

/// 1- and 2-grams of the message with names and numbers replaced.
fn masked_grams(block: u64, masked: &[u64]) -> Block {
    let mut grams = Vec::with_capacity(masked.len() * 2 + 3);
    let mut previous = hash(&['^']);
    grams.push(one(block, previous));
    for &unit in masked.iter().chain(std::iter::once(&hash(&['$']))) {
        grams.push(one(block, unit));
        grams.push(two(block, previous, unit));
        previous = unit;
    }
    count(grams)
}

fn english(units: &[Unit<'_>]) -> [Block; 3] {
    let mut grams = Vec::with_capacity(units.len() * 2 + 3);
    let mut stems: Vec<u64> = Vec::with_capacity(PAIRED);
    let mut previous = hash(&['^']);
    grams.push(one(0, previous));
    let mut characters = Vec::with_capacity(units.len() * 10);
    let mut padded: Vec<char> = Vec::new();
    for unit in units {
        padded.clear();
        padded.push('<');
        padded.extend(unit.text.chars());
        padded.push('>');
        character_grams(&padded, &mut characters);
        let Some(first) = unit.text.chars().next().filter(|c| c.is_alphanumeric()) else { continue };
        if stems.len() < PAIRED && !stems.contains(&unit.id) {
            stems.push(unit.id);
        }
        let word = if first.is_ascii_digit() { hash(&['0']) } else { unit.id };
        grams.push(one(0, word));
        grams.push(two(0, previous, word));
        previous = word;
    }
    let end = hash(&['$']);
    grams.push(one(0, end));
    grams.push(two(0, previous, end));
    let mut pairs = Vec::with_capacity(stems.len() * stems.len() / 2);
    for (i, &a) in stems.iter().enumerate() {
        pairs.extend(stems[..i].iter().map(|&b| two(1, a.min(b), a.max(b))));
    }
    [count(grams), count(pairs), count(characters)]
}

fn run(bytes: &[u8], mut at: usize, of: impl Fn(&u8) -> bool) -> usize {
    while bytes.get(at).is_some_and(&of) {
        at += 1;
    }
    at
}

/// 3- and 4-grams; a token shorter than n is emitted whole once, and no longer n is tried.
fn character_grams(padded: &[char], out: &mut Vec<u64>) {
    for n in [3, 4] {
        if padded.len() <= n {
            out.push(one(2, hash(padded)));
            break;
        }
        out.extend(padded.windows(n).map(|gram| one(2, hash(gram))));
    }
}

fn chinese(units: &[Unit<'_>]) -> [Block; 2] {
    let mut grams = Vec::with_capacity(units.len() * 2 + 3);
    let mut sounds = Vec::with_capacity(units.len() * 2);
    let mut previous = hash(&['^']);
    grams.push(one(0, previous));
    let mut previous_sound = None;
    for unit in units {
        let word = unit.id;
        grams.push(one(0, word));
        grams.push(two(0, previous, word));
        previous = word;
        let syllable = unit.text.chars().next().and_then(|c| c.to_pinyin());
        let sound = syllable.map_or(word, |syllable| hash_text(syllable.plain()));
        sounds.push(one(1, sound));
        if let Some(before) = previous_sound {
            sounds.push(two(1, before, sound));
        }
        previous_sound = Some(sound);
    }
    let end = hash(&['$']);
    grams.push(one(0, end));
    grams.push(two(0, previous, end));
    [count(grams), count(sounds)]
}

fn count(mut features: Vec<u64>) -> Block {
    features.sort_unstable();
    let mut counted: Block = Vec::with_capacity(features.len());
    for feature in features {
        match counted.last_mut() {
            Some((last, times)) if *last == feature => *times += 1,
            _ => counted.push((feature, 1)),
        }
    }
    counted
}

// 64-bit hashes stand for features: among the 10⁵ of a model a collision has odds of 10⁻⁹.

fn hash(chars: &[char]) -> u64 {
    mix(chars
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |state, &c| (state ^ u64::from(c)).wrapping_mul(0x100_0000_01b3)))
}

fn hash_text(text: &str) -> u64 {
    mix(text
        .chars()
        .fold(0xcbf2_9ce4_8422_2325, |state, c| (state ^ u64::from(c)).wrapping_mul(0x100_0000_01b3)))
}

const fn one(block: u64, feature: u64) -> u64 {
    mix(feature ^ (block + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

const fn two(block: u64, first: u64, second: u64) -> u64 {
    mix(one(block, first).rotate_left(23) ^ second.wrapping_mul(0xd6e8_feb8_6659_fd93))
}

/// The finaliser of SplitMix64.
const fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(family: Family, text: &str, expected: &[&str]) {
        let found: Vec<&str> = units(family, text).iter().map(|unit| unit.text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_part_is_read_as_if_it_stood_alone() {
        let texts = [
            "what's the price's range? don't 20pcs, rock'and'roll 'tis".to_owned(),
            "p001多少钱 不含税,what's 你们'的".to_owned(),
            // Longer than is read.
            "price? ".repeat(MAX_TOKENS),
        ];
        for text in &texts {
            for featurizer in [Family::English, Family::Chinese].map(Featurizer::general) {
                let read = featurizer.read(text);
                let borders: Vec<usize> =
                    text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect();
                let step = borders.len().div_ceil(60);
                for (at, &start) in borders.iter().enumerate().step_by(step) {
                    for &end in borders[at..].iter().step_by(step) {
                        let part = featurizer.part(&read, start, end);
                        let alone = featurizer.blocks(&text[start..end]);
                        assert_eq!(featurizer.blocks_of(&part), alone, "{}", &text[start..end]);
                    }
                }
            }
        }
    }

    #[test]
    fn english_words_numbers_and_signs_are_told_apart() {
        check(
            Family::English,
            "what's p001's $5.5?",
            &["what's", "p", "001", "'", "s", "$", "5", ".", "5", "?"],
        );
    }

    #[test]
    fn chinese_units_are_characters_words_and_numbers() {
        check(Family::Chinese, "cif到港 20台", &["cif", "到", "港", "20", "台"]);
        check(Family::Chinese, "what's", &["what", "'", "s"]);
    }

    #[test]
    fn homophones_share_their_sounds() {
        let blocks = |text| Featurizer::general(Family::Chinese).blocks(text);
        let (right, typo) = (blocks("专票"), blocks("专漂"));
        assert_ne!(right[0], typo[0]);
        assert_eq!(right[1], typo[1]);
    }
}
