//! English number words, alone and with digits: "two hundred and five", "three quarters", "five and a half million", "6 crore".

use super::{Numeral, digits};
use crate::entity::{
    number::english::{ONES as UNITS, TENS},
    scan::{begins, is_letter, skip_spaces},
};

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// 0 to 19.
    Unit,
    Tens,
    /// hundred and up.
    Scale,
    Dozen,
    Article,
    Digits,
    /// third, fifths, hundredth, quarter: the denominator.
    Ordinal,
    Half,
}

#[derive(Debug, Clone, Copy)]
pub struct Token {
    pub start: usize,
    pub end: usize,
    pub value: f64,
    pub kind: Kind,
    /// "and" stands before it.
    pub and: bool,
    pub hyphen: bool,
}

const ORDINALS: &[&str] = &[
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];
const TENTHS: &[&str] =
    &["twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"];
const SCALES: &[(&str, f64)] = &[
    ("hundred", 1e2),
    ("thousand", 1e3),
    ("lakh", 1e5),
    ("million", 1e6),
    ("mln", 1e6),
    ("crore", 1e7),
    ("billion", 1e9),
    ("trillion", 1e12),
];

/// The number word, and its ordinal form if it is one.
pub fn word(text: &str) -> Option<(f64, Kind)> {
    let position = |list: &[&str]| list.iter().position(|known| *known == text);
    let singular = text.strip_suffix('s').unwrap_or(text);
    let one = |list: &[&str]| list.iter().position(|known| *known == singular);
    if let Some(value) = position(UNITS.list) {
        return Some((value as f64, Kind::Unit));
    }
    if let Some(tens) = position(TENS.list) {
        return Some((tens as f64 * 10.0 + 20.0, Kind::Tens));
    }
    match text {
        "nought" | "naught" | "nil" => return Some((0.0, Kind::Unit)),
        "fourty" => return Some((40.0, Kind::Tens)),
        "a" | "an" => return Some((1.0, Kind::Article)),
        "half" | "halves" => return Some((2.0, Kind::Half)),
        "quarter" | "quarters" => return Some((4.0, Kind::Ordinal)),
        "dozen" | "dozens" | "doz" | "dozs" => return Some((12.0, Kind::Dozen)),
        "nineth" => return Some((9.0, Kind::Ordinal)),
        _ => {}
    }
    if let Some((_, value)) = SCALES.iter().find(|(known, _)| *known == singular) {
        return Some((*value, Kind::Scale));
    }
    if let Some(value) = one(ORDINALS) {
        return Some((value as f64 + 1.0, Kind::Ordinal));
    }
    if let Some(tens) = one(TENTHS) {
        return Some((tens as f64 * 10.0 + 20.0, Kind::Ordinal));
    }
    let scale = singular.strip_suffix("th")?;
    SCALES.iter().find(|(known, _)| *known == scale).map(|(_, value)| (*value, Kind::Ordinal))
}

/// The tokens of the longest run of number words and digits from `at` on.
pub fn tokens(chars: &[char], at: usize) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut next = at;
    while tokens.len() < 40 {
        let (mut and, mut hyphen) = (false, false);
        let mut start = skip_spaces(chars, next);
        if !tokens.is_empty() {
            if chars.get(start) == Some(&'-') {
                hyphen = true;
                start = skip_spaces(chars, start + 1);
            } else if let Some(after) = latin(chars, start, "and") {
                and = true;
                start = skip_spaces(chars, after);
            }
            if start == next {
                break;
            }
        }
        let Some(token) = token(chars, start, and, hyphen) else { break };
        if token.kind == Kind::Digits && (hyphen || !tokens.is_empty() && token.value.fract() != 0.0) {
            break;
        }
        next = token.end;
        tokens.push(token);
    }
    tokens
}

/// The end of a Latin word that stands whole at `at`.
pub fn latin(chars: &[char], at: usize, word: &str) -> Option<usize> {
    let end = crate::entity::scan::literal(chars, at, word)?;
    (begins(chars, at) && crate::entity::scan::ends(chars, end)).then_some(end)
}

fn token(chars: &[char], start: usize, and: bool, hyphen: bool) -> Option<Token> {
    let first = *chars.get(start)?;
    if first.is_ascii_digit() || first == '.' {
        let number = digits::read(chars, start)?;
        if chars.get(number.end).is_some_and(|&c| is_letter(c)) {
            return None;
        }
        return Some(Token { start, end: number.end, value: number.value, kind: Kind::Digits, and, hyphen });
    }
    if !is_letter(first) || !begins(chars, start) {
        return None;
    }
    let mut end = start;
    while end - start < 16 && chars.get(end).is_some_and(|&c| is_letter(c)) {
        end += 1;
    }
    if chars.get(end).is_some_and(|&c| crate::entity::scan::is_code(c) || c == '\'') {
        return None;
    }
    let text: String = chars[start..end].iter().collect();
    word(&text).map(|(value, kind)| Token { start, end, value, kind, and, hyphen })
}

/// The cardinal number that begins with token `at`: its value and the next token.
pub fn cardinal(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let (mut total, mut section, mut last) = (0.0, 0.0, 0.0);
    // Whether the token before is a hundred or more in words.
    let mut scaled = false;
    let mut next = at;
    let mut ceiling = f64::INFINITY;
    while let Some(token) = tokens.get(next) {
        let fresh = section % 100.0 == 0.0;
        let fits = match token.kind {
            Kind::Unit => {
                let joins = (20.0..100.0).contains(&last) && token.value < 10.0 && !token.and;
                (next == at || (fresh && scaled) || joins) && (token.value > 0.0 || next == at)
            }
            Kind::Tens => next == at || (fresh && scaled),
            Kind::Digits => {
                next == at
                    || (scaled && token.value < last && token.value >= 1.0 && token.value.fract() == 0.0)
            }
            Kind::Article => {
                next == at
                    && tokens.get(next + 1).is_some_and(|t| matches!(t.kind, Kind::Scale | Kind::Dozen))
            }
            Kind::Scale => {
                !token.and
                    && if token.value < 1e3 {
                        next > at && section > 0.0 && section < 100.0
                    } else {
                        section > 0.0 && token.value < ceiling
                    }
            }
            Kind::Dozen => next > at && section > 0.0,
            Kind::Ordinal | Kind::Half => false,
        };
        if !fits {
            break;
        }
        match token.kind {
            Kind::Scale if token.value >= 1e3 => {
                total += section * token.value;
                section = 0.0;
                ceiling = token.value;
                last = token.value;
            }
            Kind::Scale => {
                section *= token.value;
                last = token.value;
            }
            Kind::Dozen => {
                section += last * 11.0;
                last = 12.0;
            }
            _ => {
                section += token.value;
                last = token.value;
            }
        }
        scaled = token.kind == Kind::Scale;
        next += 1;
        if token.kind == Kind::Dozen {
            break;
        }
    }
    (next > at).then_some((total + section, next))
}

/// The ordinal that begins with token `at`: "twenty fifth" is 25.
pub fn ordinal(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let (value, next) = cardinal(tokens, at).unwrap_or((0.0, at));
    let last = tokens.get(next).filter(|token| token.kind == Kind::Ordinal)?;
    if next == at {
        return Some((last.value, next + 1));
    }
    let before = tokens[next - 1];
    let joined = match before.kind {
        Kind::Tens => last.value < 10.0,
        Kind::Scale if last.value >= 100.0 => return Some((value * last.value, next + 1)),
        Kind::Scale => last.value < before.value,
        Kind::Article | Kind::Unit | Kind::Digits => {
            return (last.value >= 100.0).then_some((value * last.value, next + 1));
        }
        _ => false,
    };
    joined.then_some((value + last.value, next + 1))
}

/// A fraction that begins with token `at`: "two thirds", "a quarter", "half", "twenty twenty-fifths".
fn fraction(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let first = tokens.get(at)?;
    if matches!(first.kind, Kind::Ordinal | Kind::Half) {
        return (first.kind == Kind::Half).then_some((0.5, at + 1));
    }
    let (mut value, mut next) =
        if first.kind == Kind::Article { (1.0, at + 1) } else { cardinal(tokens, at)? };
    let under = tokens.get(next)?;
    if !matches!(under.kind, Kind::Ordinal | Kind::Half) {
        // "one one hundred fifth", "twenty twenty fifths"
        let (bottom, after) = ordinal(tokens, next)?;
        return (!under.and).then_some((value / bottom, after));
    }
    let mut bottom = under.value;
    let end = next + 1;
    // "a second", "one second" are no halves.
    if under.kind == Kind::Ordinal && (1.5..2.5).contains(&bottom) {
        return None;
    }
    let tens = tokens[next - 1];
    if tens.kind == Kind::Tens && bottom < 10.0 && next - 1 > at && (under.hyphen || !tens.and) {
        (bottom, next) = (bottom + tens.value, next - 1);
        value = cardinal(&tokens[..next], at)?.0;
    }
    // "one hundred and three fifths" is 100.6; "one hundred and thirty fifths" is 26.
    if let Some(split) = (at + 1..next).rev().find(|&i| tokens[i].and)
        && let (Some((whole, _)), Some((part, _))) =
            (cardinal(&tokens[..split], at), cardinal(&tokens[..next], split))
        && part < bottom
    {
        // "two million and one half" is two and a half million.
        let last = tokens[split - 1];
        let unit = if last.value >= 1e6 && matches!(bottom as i64, 2 | 4) { last.value } else { 1.0 };
        return Some((part / bottom * unit + whole, end));
    }
    Some((value / bottom, end))
}

/// A number of any form that begins with token 0: its value and the next token.
fn expression(chars: &[char], tokens: &[Token]) -> Option<(f64, usize)> {
    let scale = |at: usize| {
        tokens.get(at).filter(|token| token.kind == Kind::Scale && token.value >= 1e3 && !token.and)
    };
    // A fraction that no scale or mixed number goes with.
    if let Some((value, next)) = fraction(tokens, 0) {
        return Some(match scale(next) {
            Some(token) => (value * token.value, next + 1),
            None if tokens.get(next).is_some_and(|t| t.kind == Kind::Article)
                && scale(next + 1).is_some() =>
            {
                (value * tokens[next + 1].value, next + 2)
            }
            None => (value, next),
        });
    }
    let (mut value, mut next) = cardinal(tokens, 0)?;
    if tokens.get(next).is_some_and(|token| token.and)
        && let Some((part, after)) = fraction(tokens, next)
        && part < 1.0
    {
        let last = tokens[next - 1];
        let coarse = matches!(tokens[after - 1].value as i64, 2 | 4);
        next = after;
        if let Some(token) = scale(after) {
            // "five and a half million" against "one billion and a quarter million"
            value = if last.kind == Kind::Scale {
                part.mul_add(token.value, value)
            } else {
                (value + part) * token.value
            };
            next += 1;
        } else if last.kind == Kind::Scale && last.value >= 1e6 && coarse {
            value = part.mul_add(last.value, value);
        } else {
            value += part;
        }
    }
    let _ = chars;
    Some((value, next))
}

/// "two point seventy-one": the digits behind the point and the end.
fn decimals(chars: &[char], at: usize) -> Option<(f64, usize)> {
    let point = latin(chars, skip_spaces(chars, at), "point")?;
    let tokens = tokens(chars, skip_spaces(chars, point));
    let mut text = String::from("0.");
    let mut end = None;
    let mut index = 0;
    while let Some(token) = tokens.get(index).filter(|token| !token.and) {
        match token.kind {
            Kind::Unit => text.push_str(&format!("{}", token.value)),
            Kind::Tens => match tokens.get(index + 1) {
                Some(unit) if unit.kind == Kind::Unit && unit.value < 10.0 && unit.value > 0.0 => {
                    text.push_str(&format!("{}", token.value + unit.value));
                    index += 1;
                    end = Some(unit.end);
                }
                _ => text.push_str(&format!("{}", token.value)),
            },
            _ => break,
        }
        end = end.max(Some(token.end));
        index += 1;
    }
    Some((text.parse().ok()?, end?))
}

pub fn numbers(chars: &[char]) -> Vec<Numeral> {
    let mut found = all(chars);
    found.retain(|number| !is_bound_one(chars, number));
    found
}

/// Also "this one": with a unit behind it is an amount.
pub fn all(chars: &[char]) -> Vec<Numeral> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if let Some(number) = read(chars, at) {
            at = number.end.max(at + 1);
            found.push(number);
        } else if chars[at].is_ascii_alphanumeric() {
            while chars.get(at).is_some_and(char::is_ascii_alphanumeric) {
                at += 1;
            }
        } else {
            at += 1;
        }
    }
    found
}

/// The number that begins at `at`, with its sign.
pub fn read(chars: &[char], at: usize) -> Option<Numeral> {
    if !begins(chars, at) {
        return None;
    }
    let (negative, start) = sign(chars, at);
    let mut number = unsigned(chars, start)?;
    number.start = at;
    if negative {
        number.value = -number.value;
    }
    if chars.get(number.end).is_some_and(|&c| is_letter(c)) && number.digits {
        return None;
    }
    Some(number)
}

fn sign(chars: &[char], at: usize) -> (bool, usize) {
    if chars.get(at) == Some(&'-') && !follows(chars, at) {
        return (true, skip_spaces(chars, at + 1));
    }
    for name in ["minus", "negative"] {
        if let Some(end) = latin(chars, at, name) {
            return (true, skip_spaces(chars, end));
        }
    }
    (false, at)
}

/// A minus behind a number or word joins the two.
fn follows(chars: &[char], at: usize) -> bool {
    let gap = chars.get(at + 1) == Some(&' ');
    let before = chars[..at].iter().rposition(|&c| c != ' ' || !gap);
    before.is_some_and(|i| chars[i].is_alphanumeric() || matches!(chars[i], '-' | ')'))
}

fn unsigned(chars: &[char], at: usize) -> Option<Numeral> {
    let &first = chars.get(at)?;
    if !(first.is_ascii_digit() || first == '.' || is_letter(first)) {
        return None;
    }
    if first.is_ascii_digit() || first == '.' {
        let number = digits::read(chars, at)?;
        if let Some(raised) = digits::suffix(chars, &number) {
            return Some(raised);
        }
        if chars.get(number.end).is_some_and(|&c| is_letter(c)) {
            return None;
        }
    }
    let tokens = tokens(chars, at);
    let first = *tokens.first()?;
    let (value, next) = expression(chars, &tokens)?;
    let end = tokens[next - 1].end;
    let single = next == 1;
    let digits = single && first.kind == Kind::Digits;
    if let Some((part, after)) = decimals(chars, end) {
        return Some(Numeral::words(at, after, value + part));
    }
    if let Some((bottom, after)) = over(chars, end, at, value) {
        return Some(Numeral { start: at, end: after, value: value / bottom, digits, vague: false });
    }
    Some(Numeral { start: at, end, value, digits, vague: false })
}

/// "this one", "the next one": no number.
fn is_bound_one(chars: &[char], number: &Numeral) -> bool {
    if number.digits || number.end - number.start != 3 || (number.value - 1.0).abs() > f64::EPSILON {
        return false;
    }
    let before = crate::entity::scan::word_before(chars, number.start);
    before.is_some_and(|word| {
        crate::entity::scan::is_one_of(
            chars,
            word,
            &["this", "that", "next", "previous", "last", "which", "the", "first"],
        )
    })
}

/// "one over three", "two out of five": what stands below the line.
fn over(chars: &[char], end: usize, start: usize, top: f64) -> Option<(f64, usize)> {
    let at = skip_spaces(chars, end);
    let (after, proper) = match latin(chars, at, "over") {
        Some(after) => (after, false),
        None => (latin(chars, at, "out of")?, true),
    };
    let tokens = tokens(chars, skip_spaces(chars, after));
    let (bottom, next) = cardinal(&tokens, 0)?;
    let last = tokens[next - 1].end;
    let priced = start > 0 && "$€£¥".contains(chars[start - 1]);
    let counted = crate::entity::scan::word_after(chars, last).is_some() && !proper;
    (bottom > 0.0 && !priced && !counted && (!proper || top < bottom)).then_some((bottom, last))
}
