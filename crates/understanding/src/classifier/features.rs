//! From text to features: blocks of hashed n-grams.
//!
//! English: stemmed word 1- and 2-grams, unordered pairs of words, character 3- and 4-grams within words. Chinese: 1- and 2-grams of
//! units (a Han character, a Latin word, a number), and of their toneless pinyin, which forgives homophone typos.

use pinyin::ToPinyin as _;
use rust_stemmers::{Algorithm, Stemmer};

/// Which blocks a model reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Chinese,
    English,
}

impl Family {
    /// The weight of each block in the message's vector.
    pub const fn weights(self) -> &'static [f32] {
        match self {
            Self::English => &[1.0, 0.8, 1.4],
            Self::Chinese => &[1.0, 0.5],
        }
    }

    /// The blocks whose features must occur in two messages to count, where there are many messages.
    pub const fn pruned(self) -> &'static [bool] {
        match self {
            Self::English => &[false, true, true],
            Self::Chinese => &[false, false],
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

/// The blocks of a message. The text must be folded.
pub fn blocks(family: Family, folded: &str) -> Vec<Block> {
    match family {
        Family::English => english(folded),
        Family::Chinese => chinese(folded),
    }
}

fn english(text: &str) -> Vec<Block> {
    let stemmer = Stemmer::create(Algorithm::English);
    let tokens = english_tokens(text);
    let mut grams = Vec::with_capacity(tokens.len() * 2 + 3);
    let mut stems: Vec<u64> = Vec::with_capacity(PAIRED);
    let mut previous = hash(&['^']);
    grams.push(one(0, previous));
    let mut characters = Vec::with_capacity(text.len() * 2);
    let mut padded: Vec<char> = Vec::new();
    for token in tokens {
        padded.clear();
        padded.push('<');
        padded.extend(token.chars());
        padded.push('>');
        character_grams(&padded, &mut characters);
        let Some(first) = token.chars().next().filter(|c| c.is_alphanumeric()) else { continue };
        let number = first.is_ascii_digit();
        let stem = if number { hash_text(token) } else { hash_text(&stemmer.stem(token)) };
        if stems.len() < PAIRED && !stems.contains(&stem) {
            stems.push(stem);
        }
        let word = if number { hash(&['0']) } else { stem };
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
    vec![count(grams), count(pairs), count(characters)]
}

/// Words (with an inner apostrophe), numbers, and every other character by itself.
fn english_tokens(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() && tokens.len() < MAX_TOKENS {
        let start = at;
        at = match bytes[at] {
            b'a'..=b'z' => {
                let mut end = run(bytes, at, u8::is_ascii_lowercase);
                if bytes.get(end) == Some(&b'\'') && bytes.get(end + 1).is_some_and(u8::is_ascii_lowercase) {
                    end = run(bytes, end + 1, u8::is_ascii_lowercase);
                }
                end
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
        tokens.push(&text[start..at]);
    }
    tokens
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

fn chinese(text: &str) -> Vec<Block> {
    let mut grams = Vec::with_capacity(text.len());
    let mut sounds = Vec::with_capacity(text.len());
    let mut previous = hash(&['^']);
    grams.push(one(0, previous));
    let mut previous_sound = None;
    for unit in chinese_units(text) {
        let word = hash_text(unit);
        grams.push(one(0, word));
        grams.push(two(0, previous, word));
        previous = word;
        let syllable = unit.chars().next().and_then(|c| c.to_pinyin());
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
    vec![count(grams), count(sounds)]
}

fn chinese_units(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut units = Vec::new();
    let mut at = 0;
    while at < bytes.len() && units.len() < MAX_TOKENS {
        let start = at;
        at = match bytes[at] {
            b'a'..=b'z' => run(bytes, at, u8::is_ascii_lowercase),
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
        units.push(&text[start..at]);
    }
    units
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
    mix(chars.iter().fold(0xcbf2_9ce4_8422_2325, |state, &c| (state ^ u64::from(c)).wrapping_mul(0x100_0000_01b3)))
}

fn hash_text(text: &str) -> u64 {
    mix(text.chars().fold(0xcbf2_9ce4_8422_2325, |state, c| (state ^ u64::from(c)).wrapping_mul(0x100_0000_01b3)))
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

    #[test]
    fn english_words_numbers_and_signs_are_told_apart() {
        assert_eq!(english_tokens("what's p001's $5.5?"), ["what's", "p", "001", "'", "s", "$", "5", ".", "5", "?"]);
    }

    #[test]
    fn chinese_units_are_characters_words_and_numbers() {
        assert_eq!(chinese_units("cif到港 20台"), ["cif", "到", "港", "20", "台"]);
    }

    #[test]
    fn homophones_share_their_sounds() {
        let (right, typo) = (chinese("专票"), chinese("专漂"));
        assert_ne!(right[0], typo[0]);
        assert_eq!(right[1], typo[1]);
    }
}
