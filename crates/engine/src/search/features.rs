//! Text to weighted features.

use unicode_normalization::UnicodeNormalization;

use super::concepts;

/// Words that say little by themselves.
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "any", "are", "at", "be", "by", "can", "could", "do", "does", "for", "get", "give",
    "has", "have", "how", "i", "if", "in", "is", "it", "me", "my", "of", "on", "or", "our", "please", "that",
    "the", "there", "this", "to", "us", "we", "what", "when", "where", "which", "who", "with", "would",
    "you", "your",
];

const STOP_CHARACTERS: &str = "吗的了呢你我们有是能可以怎么什请问下一要会得啊吧这那个在和跟给";

/// What a feature of stop words alone counts.
const STOP_WEIGHT: f32 = 0.15;

/// What a word with a digit counts: a model, a standard, an error code.
const CODE_WEIGHT: f32 = 1.6;

/// Longer messages are cut: a question that needs more is not a FAQ.
const MAX_CHARACTERS: usize = 600;

/// Features with their weights.
pub type Features = Vec<(String, f32)>;

/// The features of `text` with their weights before idf; a feature may recur.
pub fn of(text: &str) -> Features {
    let text: String = text.nfkc().take(MAX_CHARACTERS).flat_map(char::to_lowercase).collect();
    let mut features = Vec::new();
    let mut han: Vec<char> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for character in text.chars().chain(std::iter::once(' ')) {
        if is_han(character) {
            han.push(character);
        } else {
            push_han(&mut features, &mut han);
        }
        if character.is_alphanumeric() && !is_han(character) {
            word.push(character);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    push_words(&mut features, &words);
    concepts::push(&mut features, &text, &words);
    features
}

fn push_han(features: &mut Vec<(String, f32)>, run: &mut Vec<char>) {
    for &character in run.iter() {
        let weight = if STOP_CHARACTERS.contains(character) { STOP_WEIGHT } else { 1.0 };
        features.push((character.to_string(), 0.5 * weight));
    }
    for pair in run.windows(2) {
        let stops = pair.iter().filter(|&&character| STOP_CHARACTERS.contains(character)).count();
        let weight = [1.0, 0.6, STOP_WEIGHT][stops.min(2)];
        features.push((pair.iter().collect(), weight));
    }
    run.clear();
}

fn push_words(features: &mut Vec<(String, f32)>, words: &[String]) {
    let is_stop = |word: &String| STOP_WORDS.contains(&word.as_str());
    for word in words {
        let is_code = word.contains(|character: char| character.is_ascii_digit());
        let weight = if is_stop(word) { STOP_WEIGHT } else { 1.0 };
        features.push((stem(word).to_owned(), if is_code { CODE_WEIGHT } else { weight }));
    }
    for pair in words.windows(2) {
        let stops = pair.iter().filter(|word| is_stop(word)).count();
        let weight = [1.0, 0.5, STOP_WEIGHT][stops.min(2)];
        features.push((format!("{} {}", stem(&pair[0]), stem(&pair[1])), 0.4 * weight));
    }
}

/// The longer ones first. With -ise and -ize cut off, both spellings of a word are one, and the one who palletises is near the pallet.
const ENDINGS: &[&str] = &[
    "isation", "ization", "ising", "izing", "ised", "ized", "iser", "izer", "ise", "ize", "ing", "ies", "ed",
    "es", "s", "e", "y",
];

/// Cuts the commonest endings; both sides of a comparison are cut alike, so it need not be a word.
pub fn stem(word: &str) -> &str {
    for ending in ENDINGS {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() >= 3
        {
            return stem;
        }
    }
    word
}

pub fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
