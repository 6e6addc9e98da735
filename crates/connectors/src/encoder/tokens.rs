//! From a text to the tokens of a model, as its `tokenizer.json` says. WordPiece (BERT and what is distilled from it) and Unigram
//! (SentencePiece) are read. Texts come in compatibility form and lower case, which stands for the normalisers of most models.

use std::collections::HashMap;

use serde_json::Value;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

#[derive(Debug)]
pub struct Tokenizer {
    pieces: HashMap<String, Piece>,
    division: Division,
    /// In characters.
    longest: usize,
    unknown: Option<usize>,
    /// One more than the highest id.
    count: usize,
    /// What stands around every text that a model with layers reads.
    pub before: Vec<usize>,
    pub after: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    id: usize,
    /// The logarithm of its probability (Unigram).
    score: f64,
}

/// How a text falls into tokens.
#[derive(Debug)]
enum Division {
    /// Words and signs; from the front of each the longest known piece, further ones behind this prefix.
    WordPiece { prefix: String, strip_accents: bool },
    /// The likeliest row of pieces; a space is written so, and stands before the first word too.
    /// `unknown` is what a character that no piece holds is worth.
    Unigram { space: char, unknown: f64 },
}

/// A word longer than this is not divided: it counts as unknown.
const LONGEST_WORD: usize = 100;
/// What a character that no piece holds is worth below the unlikeliest piece.
const UNKNOWN_PENALTY: f64 = 10.0;

impl Tokenizer {
    pub fn read(file: &Value) -> Result<Self, String> {
        let model = file.get("model").ok_or("`model` is missing; copy the model's own tokenizer.json")?;
        // Old files of WordPiece do not say so.
        let kind = model.get("type").and_then(Value::as_str).unwrap_or("WordPiece");
        let (pieces, division, unknown) = match kind {
            "WordPiece" => word_piece(file, model)?,
            "Unigram" => unigram(model)?,
            other => {
                return Err(format!(
                    "tokenizers of the type `{other}` are not read; WordPiece and Unigram are"
                ));
            }
        };
        if pieces.is_empty() {
            return Err(
                "`model.vocab` is empty or of another form; copy the model's own tokenizer.json".to_owned()
            );
        }
        let longest = pieces.keys().map(|piece| piece.chars().count()).max().unwrap_or(0);
        let count = pieces.values().map(|piece| piece.id + 1).max().unwrap_or(0);
        if count > MOST_TOKENS {
            return Err(format!(
                "`model.vocab` has ids above {MOST_TOKENS}; copy the model's own tokenizer.json"
            ));
        }
        let (before, after) = around(file.get("post_processor"), &pieces);
        Ok(Self { pieces, division, longest, unknown, count, before, after })
    }

    pub const fn count(&self) -> usize {
        self.count
    }

    /// The tokens of a text without those that stand for something unknown, and without what stands around every text.
    pub fn known(&self, text: &str, most: usize) -> Vec<usize> {
        self.tokens(text).into_iter().flatten().take(most).collect()
    }

    /// The same with the token for the unknown, where there is one.
    pub fn all(&self, text: &str, most: usize) -> Vec<usize> {
        self.tokens(text).into_iter().filter_map(|token| token.or(self.unknown)).take(most).collect()
    }

    fn tokens(&self, text: &str) -> Vec<Option<usize>> {
        match &self.division {
            Division::WordPiece { prefix, strip_accents } => {
                let mut tokens = Vec::new();
                for word in words(text, *strip_accents) {
                    self.divide(&word, prefix, &mut tokens);
                }
                tokens
            }
            Division::Unigram { space, unknown } => {
                let mut tokens = Vec::new();
                for word in text.split_whitespace() {
                    let chars: Vec<char> = std::iter::once(*space).chain(word.chars()).collect();
                    for chars in chars.chunks(LONGEST_WORD) {
                        self.likeliest(chars, *unknown, &mut tokens);
                    }
                }
                tokens
            }
        }
    }

    fn divide(&self, word: &[char], prefix: &str, tokens: &mut Vec<Option<usize>>) {
        let start = tokens.len();
        let mut at = 0;
        let mut piece = String::new();
        while at < word.len() && word.len() <= LONGEST_WORD {
            let most = (word.len() - at).min(self.longest);
            let found = (1..=most).rev().find_map(|length| {
                piece.clear();
                piece.push_str(if at > 0 { prefix } else { "" });
                piece.extend(&word[at..at + length]);
                Some((length, self.pieces.get(&piece)?.id))
            });
            let Some((length, id)) = found else { break };
            tokens.push(Some(id));
            at += length;
        }
        if at < word.len() {
            tokens.truncate(start);
            tokens.push(None);
        }
    }

    /// Viterbi over the pieces that stand at each place.
    fn likeliest(&self, chars: &[char], least: f64, tokens: &mut Vec<Option<usize>>) {
        let mut best: Vec<(f64, usize, Option<usize>)> = vec![(f64::NEG_INFINITY, 0, None); chars.len() + 1];
        best[0].0 = 0.0;
        let mut piece = String::new();
        for from in 0..chars.len() {
            let so_far = best[from].0;
            piece.clear();
            for to in from + 1..=chars.len().min(from + self.longest) {
                piece.push(chars[to - 1]);
                if let Some(known) = self.pieces.get(&piece)
                    && so_far + known.score > best[to].0
                {
                    best[to] = (so_far + known.score, from, Some(known.id));
                }
            }
            if so_far + least > best[from + 1].0 {
                best[from + 1] = (so_far + least, from, None);
            }
        }
        let start = tokens.len();
        let mut at = chars.len();
        while at > 0 {
            let (_, from, token) = best[at];
            tokens.push(token.filter(|&token| Some(token) != self.unknown));
            at = from;
        }
        tokens[start..].reverse();
    }
}

/// No vocabulary is larger.
const MOST_TOKENS: usize = 4_000_000;

type Parts = (HashMap<String, Piece>, Division, Option<usize>);

fn word_piece(file: &Value, model: &Value) -> Result<Parts, String> {
    let vocabulary = model.get("vocab").and_then(Value::as_object).ok_or("`model.vocab` is not an object")?;
    let mut pieces = HashMap::with_capacity(vocabulary.len());
    for (piece, id) in vocabulary {
        let id = id.as_u64().and_then(|id| usize::try_from(id).ok());
        let id = id.ok_or_else(|| format!("the id of `{piece}` in `model.vocab` is no whole number"))?;
        pieces.insert(piece.clone(), Piece { id, score: 0.0 });
    }
    let prefix = model.get("continuing_subword_prefix").and_then(Value::as_str).unwrap_or("##").to_owned();
    let normaliser = file.get("normalizer");
    let told = |key: &str| normaliser.and_then(|normaliser| normaliser.get(key)).and_then(Value::as_bool);
    let strip_accents = told("strip_accents").unwrap_or_else(|| told("lowercase").unwrap_or(true));
    let unknown = model.get("unk_token").and_then(Value::as_str).and_then(|piece| pieces.get(piece));
    let unknown = unknown.map(|piece| piece.id);
    Ok((pieces, Division::WordPiece { prefix, strip_accents }, unknown))
}

fn unigram(model: &Value) -> Result<Parts, String> {
    let vocabulary = model.get("vocab").and_then(Value::as_array).ok_or("`model.vocab` is not a list")?;
    let mut pieces = HashMap::with_capacity(vocabulary.len());
    for (id, entry) in vocabulary.iter().enumerate() {
        let piece = entry.get(0).and_then(Value::as_str);
        let score = entry.get(1).and_then(Value::as_f64).filter(|score| score.is_finite());
        let (Some(piece), Some(score)) = (piece, score) else {
            return Err(format!("entry {id} of `model.vocab` is not a piece with its score"));
        };
        // Of a piece that stands twice the first counts, but its id stays taken.
        pieces.entry(piece.to_owned()).or_insert(Piece { id, score });
    }
    let unknown = model.get("unk_id").and_then(Value::as_u64).and_then(|id| usize::try_from(id).ok());
    let least = pieces.values().map(|piece| piece.score).fold(0.0, f64::min) - UNKNOWN_PENALTY;
    Ok((pieces, Division::Unigram { space: '▁', unknown: least }, unknown))
}

/// The ids of what a post-processor puts before and behind a text.
fn around(processor: Option<&Value>, pieces: &HashMap<String, Piece>) -> (Vec<usize>, Vec<usize>) {
    let id = |piece: &str| pieces.get(piece).map(|piece| piece.id);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let Some(processor) = processor else { return (before, after) };
    // `BertProcessing` and its kind.
    let named =
        |key: &str| processor.get(key).and_then(|pair| pair.get(0)).and_then(Value::as_str).and_then(id);
    before.extend(named("cls"));
    after.extend(named("sep"));
    // `TemplateProcessing`.
    let mut behind = false;
    for step in processor.get("single").and_then(Value::as_array).into_iter().flatten() {
        if step.get("Sequence").is_some() {
            behind = true;
        } else if let Some(token) = step.pointer("/SpecialToken/id").and_then(Value::as_str).and_then(id) {
            if behind { after.push(token) } else { before.push(token) }
        }
    }
    (before, after)
}

/// The words and signs of a text; a character of Chinese is a word.
fn words(text: &str, strip_accents: bool) -> Vec<Vec<char>> {
    let mut words: Vec<Vec<char>> = Vec::new();
    let mut open = false;
    let decomposed: String;
    let text = if strip_accents {
        decomposed = text.nfd().filter(|c| !is_combining_mark(*c)).collect();
        decomposed.as_str()
    } else {
        text
    };
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            open = false;
        } else if is_sign(c) || is_ideograph(c) {
            words.push(vec![c]);
            open = false;
        } else {
            match words.last_mut() {
                Some(word) if open => word.push(c),
                _ => words.push(vec![c]),
            }
            open = true;
        }
    }
    words
}

/// What stands alone: the signs of ASCII, and whatever else is neither letter, number nor mark.
fn is_sign(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_punctuation() } else { !c.is_alphanumeric() && !is_combining_mark(c) }
}

const fn is_ideograph(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x2fa1f)
}
