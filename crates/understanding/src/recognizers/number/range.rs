//! Ranges of numbers: 20~100, 大于10, 1000以上, "between 20 and 30", "no more than 12".

mod words;

use super::{Numeral, chinese, english, shown};
use crate::{
    entity::scan::{literal, skip_spaces},
    recognizers::{Culture, Span},
};
use words::{AFTER, BEFORE, Side};

/// An interval; a bound that is `true` belongs to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: Option<(f64, bool)>,
    pub high: Option<(f64, bool)>,
}

impl Interval {
    const fn of(side: Side, value: f64) -> Self {
        match side {
            Side::Above => Self { low: Some((value, false)), high: None },
            Side::From => Self { low: Some((value, true)), high: None },
            Side::Below => Self { low: None, high: Some((value, false)) },
            Side::UpTo => Self { low: None, high: Some((value, true)) },
            Side::Equal => Self { low: Some((value, true)), high: Some((value, true)) },
        }
    }

    /// What both say together, where one is a lower and the other an upper bound and something lies between.
    fn joined(self, other: Self) -> Option<Self> {
        let ((Some(low), None, None, Some(high)) | (None, Some(high), Some(low), None)) =
            (self.low, self.high, other.low, other.high)
        else {
            return None;
        };
        (low.0 < high.0).then_some(Self { low: Some(low), high: Some(high) })
    }

    /// As mathematicians write it: `[20,100)`, `(30,)`.
    pub fn written(self) -> String {
        let number = |bound: Option<(f64, bool)>| bound.map_or(String::new(), |(value, _)| shown(value));
        let open = if self.low.is_some_and(|(_, closed)| closed) { '[' } else { '(' };
        let close = if self.high.is_some_and(|(_, closed)| closed) { ']' } else { ')' };
        format!("{open}{},{}{close}", number(self.low), number(self.high))
    }
}

pub fn ranges(culture: Culture, chars: &[char]) -> Vec<(Span, Interval)> {
    let mut found: Vec<(Span, Interval)> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let Some((end, interval)) = one(culture, chars, at) else {
            at += 1;
            continue;
        };
        // "larger than 10 and smaller than 20" is one range.
        if let Some((last, before)) = found.last_mut()
            && joint(chars, last.1, at)
            && let Some(both) = before.joined(interval)
        {
            (last.1, *before) = (end, both);
        } else {
            found.push(((at, end), interval));
        }
        at = end;
    }
    found
}

/// Nothing but a joining word or comma stands between.
fn joint(chars: &[char], from: usize, to: usize) -> bool {
    let text: String = chars.get(from..to).map(|part| part.iter().collect()).unwrap_or_default();
    matches!(
        text.trim(),
        "" | "and" | "but" | "," | ", and" | "，" | "、" | "并" | "并且" | "且" | "而" | "又" | "但"
    ) && !text.is_empty()
        || text.is_empty() && matches!(chars.get(to), Some('最'))
}

fn number(culture: Culture, chars: &[char], at: usize) -> Option<Numeral> {
    match culture {
        Culture::Chinese => {
            let percent = literal(chars, at, "百分之").unwrap_or(at);
            chinese::read(chars, percent).map(|number| Numeral { start: at, ..number })
        }
        Culture::English => {
            let start = english::latin(chars, at, "the").map_or(at, |end| skip_spaces(chars, end));
            let tokens = english::tokens(chars, start);
            english::read(chars, start).or_else(|| {
                let (value, next) = english::ordinal(&tokens, 0)?;
                Some(Numeral::words(start, tokens[next - 1].end, value))
            })
        }
    }
}

fn one(culture: Culture, chars: &[char], at: usize) -> Option<(usize, Interval)> {
    if inside_word(chars, at) {
        return None;
    }
    if let Some(hit) = between(culture, chars, at) {
        return Some(hit);
    }
    if let Some((after, side)) = words::longest(BEFORE, chars, at) {
        let start = skip_spaces(chars, after);
        let number = number(culture, chars, start)?;
        // 比三十大
        if chars[at] == '比' {
            let side = match chars.get(number.end)? {
                '大' | '高' | '多' | '长' | '重' => Side::Above,
                '小' | '低' | '少' | '短' | '轻' => Side::Below,
                _ => return None,
            };
            return Some((number.end + 1, Interval::of(side, number.value)));
        }
        let (side, end) = widened(culture, chars, &number, side);
        return Some((end, Interval::of(side, number.value)));
    }
    let number =
        number(culture, chars, at).filter(|number| number.start == at || culture == Culture::English)?;
    if number.start != at {
        return None;
    }
    let next = skip_spaces(chars, number.end);
    if let Some((end, side)) = words::longest(AFTER, chars, next) {
        return Some((end, Interval::of(side, number.value)));
    }
    // 十几万, 500多亿
    let more = number.vague && culture == Culture::Chinese;
    more.then(|| (number.end, Interval::of(Side::Above, number.value)))
}

/// "less than 5000 or equal", "equal to 5000 or more than"
fn widened(culture: Culture, chars: &[char], number_read: &Numeral, side: Side) -> (Side, usize) {
    let next = skip_spaces(chars, number_read.end);
    for (words, from, to) in [
        ("or equal", Side::Below, Side::UpTo),
        ("or equal", Side::Above, Side::From),
        ("or more than", Side::Equal, Side::From),
        ("or more", Side::Equal, Side::From),
        ("or less than", Side::Equal, Side::UpTo),
        ("or less", Side::Equal, Side::UpTo),
    ] {
        if side == from
            && let Some(end) = english::latin(chars, next, words)
            && number(culture, chars, skip_spaces(chars, end)).is_none()
            && english::latin(chars, skip_spaces(chars, end), "than").is_none()
        {
            return (to, end);
        }
    }
    (side, number_read.end)
}

/// A Latin word or number has begun before.
fn inside_word(chars: &[char], at: usize) -> bool {
    let code = |c: char| c.is_ascii_alphanumeric();
    at > 0
        && code(chars[at])
        && (code(chars[at - 1])
            || (matches!(chars[at - 1], '-' | '/' | '.' | '+') && chars[at].is_ascii_digit()))
}

/// 20~100, 10000与20000之间, "between 20 and 30", "from 200 to 3000", "20 through 100".
fn between(culture: Culture, chars: &[char], at: usize) -> Option<(usize, Interval)> {
    let lead =
        ["between", "from"].iter().find_map(|word| english::latin(chars, at, word).map(|end| (*word, end)));
    let start = lead.map_or(at, |(_, end)| skip_spaces(chars, end));
    let start = if matches!(chars.get(start), Some('从')) { start + 1 } else { start };
    let low = number(culture, chars, start)?;
    let next = skip_spaces(chars, low.end);
    let named = lead.map(|(word, _)| word);
    let (after, closed) = match chars.get(next)? {
        '~' | '–' | '—' | '-' => (next + 1, true),
        '到' | '至' if culture == Culture::Chinese => (next + 1, true),
        '与' | '和' if culture == Culture::Chinese => (next + 1, false),
        _ => {
            let words: &[&str] = match named {
                Some("between") => &["and"],
                Some(_) => &["to", "until"],
                None => &["through"],
            };
            (words.iter().find_map(|word| english::latin(chars, next, word))?, true)
        }
    };
    let high = number(culture, chars, skip_spaces(chars, after))?;
    let mut end = high.end;
    let enclosed = ["之间", "间"].iter().find_map(|word| literal(chars, skip_spaces(chars, end), word));
    if let Some(after) = enclosed {
        end = after;
    }
    let goes_on =
        matches!(chars.get(end), Some('-' | '/')) && chars.get(end + 1).is_some_and(char::is_ascii_digit);
    ((closed || enclosed.is_some()) && low.value < high.value && !goes_on)
        .then_some((end, Interval { low: Some((low.value, true)), high: Some((high.value, false)) }))
}
