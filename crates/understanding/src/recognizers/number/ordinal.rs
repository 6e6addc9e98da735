//! Ordinals: 第三, 21st, "twenty-fifth"; and places counted from the end or from here: "last", "the second to last", "next".

use super::{chinese, english};
use crate::{
    entity::scan::{begins, is_letter, skip_spaces},
    recognizers::{Culture, Span},
};

/// Where an ordinal stands, and whether it counts from the start or relative to another place: 3, end-1, current+1.
pub fn ordinals(culture: Culture, chars: &[char]) -> Vec<(Span, bool, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let hit = match culture {
            Culture::Chinese => chinese_ordinal(chars, at),
            Culture::English => english_ordinal(chars, at),
        };
        match hit {
            Some((end, relative, value)) => {
                found.push(((at, end), relative, value));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

fn chinese_ordinal(chars: &[char], at: usize) -> Option<(usize, bool, String)> {
    if chars[at] != '第' {
        return None;
    }
    let number = chinese::unsigned(chars, skip_spaces(chars, at + 1))?;
    Some((number.end, false, super::shown(number.value)))
}

/// Longest first where one begins with another.
const RELATIVE: &[(&str, &str)] = &[
    ("the one before the last", "end-1"),
    ("one before the last", "end-1"),
    ("the second to last", "end-1"),
    ("second to last", "end-1"),
    ("the third to last", "end-2"),
    ("third to last", "end-2"),
    ("the next to last", "end-1"),
    ("next to last", "end-1"),
    ("antepenultimate", "end-2"),
    ("penultimate", "end-1"),
    ("previous one", "current-1"),
    ("next one", "current+1"),
    ("last one", "end+0"),
    ("current one", "current+0"),
    ("previous", "current-1"),
    ("preceding", "current-1"),
    ("next", "current+1"),
    ("following one", "current+1"),
    ("current", "current+0"),
    ("last", "end+0"),
];

fn english_ordinal(chars: &[char], at: usize) -> Option<(usize, bool, String)> {
    if !begins(chars, at) || !chars[at].is_ascii_alphanumeric() {
        return None;
    }
    if let Some((end, value)) =
        RELATIVE.iter().find_map(|(word, value)| english::latin(chars, at, word).map(|end| (end, *value)))
    {
        return Some((end, true, value.to_owned()));
    }
    if chars[at].is_ascii_digit() {
        let (value, end) = with_ending(chars, at)?;
        return Some((end, false, value));
    }
    let tokens = english::tokens(chars, at);
    let (value, next) = english::ordinal(&tokens, 0)?;
    let last = tokens[next - 1];
    // "a trillionth" is a part; quarters and halves are too.
    let part = next == 1 && value >= 100.0 && at >= 2 && chars[at - 2] == 'a' && begins(chars, at - 2);
    let text: String = chars[last.start..last.end].iter().collect();
    let other = matches!(text.as_str(), "half" | "halves" | "quarter" | "quarters") || text.ends_with('s');
    (!part && !other).then(|| (last.end, false, super::shown(value)))
}

/// 21st, 1,000th
fn with_ending(chars: &[char], at: usize) -> Option<(String, usize)> {
    let mut end = at;
    let mut digits = String::new();
    while let Some(&c) = chars.get(end).filter(|&&c| c.is_ascii_digit() || c == ',') {
        if c != ',' {
            digits.push(c);
        }
        end += 1;
    }
    let ending: String = chars.get(end..end + 2)?.iter().collect();
    let stands = matches!(ending.as_str(), "st" | "nd" | "rd" | "th")
        && !chars.get(end + 2).is_some_and(|&c| is_letter(c) || c.is_ascii_digit());
    stands.then_some((digits, end + 2))
}
