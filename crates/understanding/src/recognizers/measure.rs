//! Numbers with a unit: money and dimensions.

use std::sync::LazyLock;

use super::{
    Culture, Span,
    number::{Numeral, chinese, digits, english},
};
use crate::entity::scan::{begins, ends, is_letter, literal, skip_spaces};

/// A word of a unit, and the unit's name.
struct Word {
    chars: Vec<char>,
    name: &'static str,
}

/// By first character, so that a text that names no unit costs little.
struct Table(std::collections::BTreeMap<char, Vec<Word>>);

impl Table {
    fn new(text: &'static str) -> Self {
        let mut words = std::collections::BTreeMap::<char, Vec<Word>>::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('|').map(str::trim);
            let name = columns.next().unwrap_or_default();
            for word in columns.flat_map(|column| column.split(", ")).filter(|word| !word.is_empty()) {
                let chars: Vec<char> = word.chars().collect();
                words.entry(chars[0]).or_default().push(Word { chars, name });
            }
        }
        Self(words)
    }

    /// The longest word that stands whole at `at`.
    fn at(&self, chars: &[char], at: usize) -> Option<(usize, &'static str)> {
        let words = self.0.get(chars.get(at)?)?;
        let stands = |word: &&Word| {
            let end = at + word.chars.len();
            chars.get(at..end) == Some(word.chars.as_slice())
                && (!word.chars.last().copied().is_some_and(|c| is_letter(c) || c.is_ascii_digit())
                    || ends(chars, end))
        };
        let best = words.iter().filter(stands).max_by_key(|word| word.chars.len())?;
        Some((at + best.chars.len(), best.name))
    }

    /// The longest word that ends before `end`, spaces between: its start.
    fn before(&self, chars: &[char], end: usize) -> Option<(usize, &'static str)> {
        let last = chars[..end].iter().rposition(|&c| c != ' ')? + 1;
        let longest = 24.min(last);
        (1..=longest).rev().find_map(|length| {
            let start = last - length;
            let whole = !chars[start].is_ascii_alphanumeric() || begins(chars, start);
            let (after, name) = self.at_exactly(chars, start, length)?;
            (whole && after == last).then_some((start, name))
        })
    }

    fn at_exactly(&self, chars: &[char], at: usize, length: usize) -> Option<(usize, &'static str)> {
        let words = self.0.get(chars.get(at)?)?;
        let word = words.iter().find(|word| {
            word.chars.len() == length && chars.get(at..at + length) == Some(word.chars.as_slice())
        })?;
        Some((at + length, word.name))
    }
}

static CURRENCIES: LazyLock<Table> = LazyLock::new(|| Table::new(include_str!("measure/currencies.txt")));
static UNITS: LazyLock<Table> = LazyLock::new(|| Table::new(include_str!("measure/units.txt")));

/// An amount with its unit; no value where the unit stands alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    pub span: Span,
    pub value: Option<f64>,
    pub unit: &'static str,
}

/// The number without the k, m or g that its reader takes for thousand, million …: it may be a unit.
fn without_suffix(chars: &[char], number: &Numeral) -> Option<Numeral> {
    let lettered = number.digits && number.end > number.start && is_letter(chars[number.end - 1]);
    let minus = usize::from(chars[number.start] == '-');
    let start = skip_spaces(chars, number.start + minus);
    let plain = lettered.then(|| digits::read(chars, start)).flatten()?;
    let value = if minus == 1 { -plain.value } else { plain.value };
    Some(Numeral { start: number.start, value, ..plain })
}

/// Digits that letters follow are no number, but an amount where the letters are a unit: 180ml, 50km2.
fn glued(chars: &[char], culture: Culture) -> Vec<Numeral> {
    let mut all = match culture {
        Culture::Chinese => chinese::all(chars),
        Culture::English => english::all(chars),
    };
    let mut at = 0;
    while at < chars.len() {
        let starts = chars[at].is_ascii_digit()
            && (at == 0 || !(chars[at - 1].is_ascii_alphanumeric() || matches!(chars[at - 1], '.' | ',')));
        if !starts {
            at += 1;
            continue;
        }
        let end = digits::read(chars, at).map_or(at + 1, |number| {
            let end = number.end;
            // scp-173m is a code.
            let coded =
                at >= 2 && matches!(chars[at - 1], '-' | '_') && chars[at - 2].is_ascii_alphanumeric();
            let known = all.iter().any(|other| other.start <= at && at < other.end);
            if !known && !coded && chars.get(end).is_some_and(|&c| is_letter(c)) {
                all.push(number);
            }
            end
        });
        at = end.max(at + 1);
    }
    all.sort_by_key(|number| number.start);
    all
}

pub fn dimensions(culture: Culture, chars: &[char]) -> Vec<Measure> {
    let mut found: Vec<Measure> = Vec::new();
    for number in glued(chars, culture) {
        let coded = number.start >= 2 && chars[number.start - 1] == '-' && is_letter(chars[number.start - 2]);
        let free = found.last().is_none_or(|last| last.span.1 <= number.start);
        if coded || !free {
            continue;
        }
        let candidates =
            [shorter(culture, chars, &number), Some(number.clone()), without_suffix(chars, &number)];
        let hit = candidates.into_iter().flatten().find_map(|number| {
            let (end, unit) = unit(chars, number.end)?;
            Some((number, end, unit))
        });
        let Some((number, mut end, unit)) = hit else { continue };
        let mut value = number.value;
        if culture == Culture::Chinese && chars.get(end) == Some(&'半') {
            (value, end) = (value + 0.5, end + 1);
        }
        // "5 feet 2 inches" is one length.
        if unit == "Inch"
            && let Some(last) = found.last_mut()
            && last.unit == "Foot"
            && joined(chars, last.span.1, number.start)
        {
            last.span.1 = end;
            last.value = last.value.map(|feet| feet + value / 12.0);
            continue;
        }
        found.push(Measure { span: (number.start, end), value: Some(value), unit });
    }
    found
}

/// 六千字节 is 6 千字节, 五十兆字节 50 兆字节: the power belongs to the unit.
fn shorter(culture: Culture, chars: &[char], number: &Numeral) -> Option<Numeral> {
    let last = number.end.checked_sub(1)?;
    if culture != Culture::Chinese || !matches!(chars[last], '千' | '兆' | '百') || last <= number.start {
        return None;
    }
    UNITS.at(chars, last)?;
    let part = chinese::read(&chars[..last], number.start)?;
    (part.end == last).then_some(part)
}

fn joined(chars: &[char], from: usize, to: usize) -> bool {
    let between: String = chars.get(from..to).map(|part| part.iter().collect()).unwrap_or_default();
    matches!(between.trim(), "" | "and" | ",")
}

/// A unit behind a number: its end and name.
fn unit(chars: &[char], number_end: usize) -> Option<(usize, &'static str)> {
    let mut at = skip_spaces(chars, number_end);
    if chars.get(at) == Some(&'-') && at == number_end {
        at += 1;
    }
    if chars.get(at) == Some(&'<') {
        let (end, name) = UNITS.at(chars, at + 1)?;
        return (chars.get(end) == Some(&'>')).then_some((end + 1, name));
    }
    let (end, name) = UNITS.at(chars, at)?;
    let word: String = chars[at..end].iter().collect();
    let next = skip_spaces(chars, end);
    let followed = chars.get(next).is_some_and(|c| c.is_alphanumeric());
    let other = match word.as_str() {
        // "50,000 in 2020", "2 in april" against "5 ft 2 in".
        "in" => followed,
        "a" | "mi" | "mu" | "dan" => true,
        // 1.8M dollars
        "m" | "g" | "l" | "kb" | "mb" => CURRENCIES.at(chars, next).is_some_and(|(end, _)| end - next > 2),
        "\"" => chars[at + 1..].contains(&'"') || chars[..number_end].contains(&'"'),
        "码" => chars.get(end).is_some_and(|c| "头".contains(*c)),
        "节" => chars.get(end).is_some_and(|c| "课日目假车".contains(*c)),
        "安" => chars.get(end).is_some_and(|c| "装全排".contains(*c)),
        "卡" => chars.get(end).is_some_and(|c| "车片通".contains(*c)),
        "升" => chars.get(end).is_some_and(|c| "级高降".contains(*c)),
        "度" => chars.get(end).is_some_and(|c| "假过".contains(*c)),
        _ => false,
    };
    (!other).then_some((end, name))
}

/// Codes and words that stand for a currency beside a number only: alone they are other words.
const ONLY_WITH_NUMBER: &[&str] = &[
    "元", "块", "圆", "角", "毛", "欧", "镑", "$", "£", "€", "all", "try", "mad", "pen", "mark", "marks",
    "won", "sen", "pound", "pounds", "cent", "cents", "penny", "pence", "us $", "kip", "dong", "rand", "cup",
    "cop", "sterling", "rs", "rs.", "real", "punt", "top", "gel", "块钱",
];

pub fn currencies(culture: Culture, chars: &[char]) -> Vec<Measure> {
    let mut found: Vec<Measure> = Vec::new();
    let mut taken = 0;
    let numbers = glued_money(chars, culture);
    let mut at = 0;
    for (index, number) in numbers.iter().enumerate() {
        if number.start < taken {
            continue;
        }
        let Some(measure) = money(culture, chars, number, taken) else { continue };
        bare(chars, at.max(taken), measure.span.0, &mut found);
        taken = measure.span.1;
        at = taken;
        let suffixed = measure.span.1 > number.end && measure.span.0 == number.start;
        found.push(measure);
        if suffixed && let Some(next) = numbers.get(index + 1) {
            taken = minor_part(culture, chars, &mut found, next).unwrap_or(taken);
            at = taken;
        }
    }
    bare(chars, at, chars.len(), &mut found);
    found
}

/// Numbers, and digits with a code of money glued behind or before: 115.5usd, usd115.5.
fn glued_money(chars: &[char], culture: Culture) -> Vec<Numeral> {
    let mut all = glued(chars, culture);
    let mut at = 0;
    while at < chars.len() {
        if is_letter(chars[at]) && begins(chars, at) {
            let end = (at..chars.len()).find(|&i| !is_letter(chars[i])).unwrap_or(chars.len());
            if chars.get(end).is_some_and(char::is_ascii_digit)
                && CURRENCIES.at_exactly(chars, at, end - at).is_some()
            {
                let part: Vec<char> =
                    std::iter::repeat_n(' ', end).chain(chars[end..].iter().copied()).collect();
                if !all.iter().any(|number| number.start <= end && end < number.end)
                    && let Some(number) = digits::read(&part, end)
                {
                    all.push(number);
                }
            }
            at = end;
        } else {
            at += 1;
        }
    }
    all.sort_by_key(|number| number.start);
    all
}

fn money(culture: Culture, chars: &[char], number: &Numeral, taken: usize) -> Option<Measure> {
    let prefix = CURRENCIES
        .before(chars, number.start)
        .or_else(|| {
            CURRENCIES
                .at_exactly(chars, number.start.checked_sub(3)?, 3)
                .map(|(_, name)| (number.start - 3, name))
                .filter(|(start, _)| begins(chars, *start))
        })
        .filter(|(start, _)| *start >= taken)
        .filter(|(start, _)| culture == Culture::English || !is_count_word(chars, *start));
    let at = skip_spaces(chars, number.end);
    if let Some((start, unit)) = prefix {
        let mut end = number.end;
        // 人民币50元: both say the same.
        if let Some((after, again)) = CURRENCIES.at(chars, at).filter(|(_, again)| *again == unit) {
            let _ = again;
            end = if culture == Culture::Chinese { after } else { end };
        }
        return Some(Measure { span: (start, end), value: Some(number.value), unit });
    }
    // 120 MEUR, MAUD 60: millions
    if let Some((start, unit)) = mega_before(chars, number.start).filter(|(start, _)| *start >= taken) {
        return Some(Measure { span: (start, number.end), value: Some(number.value * 1e6), unit });
    }
    if chars.get(at) == Some(&'m')
        && let Some((end, unit)) = CURRENCIES.at_exactly(chars, at + 1, 3)
        && ends(chars, end)
        && begins_word(chars, at)
    {
        return Some(Measure { span: (number.start, end), value: Some(number.value * 1e6), unit });
    }
    let hyphen = usize::from(chars.get(at) == Some(&'-') && at == number.end);
    // 1 $10: the sign belongs to what follows it.
    let sign_ahead = chars.get(at).is_some_and(|c| "$€£¥".contains(*c))
        && at > number.end
        && chars.get(at + 1).is_some_and(char::is_ascii_digit);
    if sign_ahead {
        return None;
    }
    let candidates = [Some(number.clone()), without_suffix(chars, number)];
    candidates.into_iter().flatten().find_map(|number| {
        let at = if hyphen == 1 { number.end + 1 } else { skip_spaces(chars, number.end) };
        let (mut end, unit) = CURRENCIES.at(chars, at)?;
        // 五角大楼, 三毛 behind no 元
        if culture == Culture::Chinese
            && matches!(chars[at], '角' | '毛' | '块' | '欧' | '镑')
            && chars.get(end).is_some_and(|c| "大楼形度落色铁巾衣板砖洲".contains(*c))
        {
            return None;
        }
        let mut value = number.value;
        // "75 USD million"
        for (word, factor) in [("thousand", 1e3), ("million", 1e6), ("billion", 1e9), ("trillion", 1e12)] {
            if let Some(after) = english::latin(chars, skip_spaces(chars, end), word) {
                (value, end) = (value * factor, after);
            }
        }
        // 元人民币, 元钱
        if unit == "Chinese yuan"
            && let Some((after, "Chinese yuan")) = CURRENCIES.at(chars, skip_spaces(chars, end))
            && culture == Culture::Chinese
        {
            end = after;
        }
        Some(Measure { span: (number.start, end), value: Some(value), unit })
    })
}

fn begins_word(chars: &[char], at: usize) -> bool {
    at == 0 || !is_letter(chars[at - 1])
}

fn is_count_word(chars: &[char], at: usize) -> bool {
    matches!(chars[at], '元' | '块' | '角' | '毛' | '圆' | '欧' | '镑')
}

/// MAUD before its number.
fn mega_before(chars: &[char], number: usize) -> Option<(usize, &'static str)> {
    let last = chars[..number].iter().rposition(|&c| c != ' ')? + 1;
    let start = last.checked_sub(4)?;
    (chars[start] == 'm' && begins(chars, start)).then_some(())?;
    CURRENCIES.at_exactly(chars, start + 1, 3).map(|(_, name)| (start, name))
}

/// "3 dollars 50 cents", "15 dollars and 50", 五元三毛, 10日元5日本钱: the minor units join the amount.
fn minor_part(culture: Culture, chars: &[char], found: &mut [Measure], next: &Numeral) -> Option<usize> {
    let last = found.last_mut()?;
    let value = last.value?;
    if value.fract() != 0.0 || next.value.fract() != 0.0 || next.value < 1.0 || next.value >= 100.0 {
        return None;
    }
    let between: String = chars.get(last.span.1..next.start)?.iter().collect();
    if !matches!(between.trim(), "" | "and") || (culture == Culture::English && between.is_empty()) {
        return None;
    }
    let at = skip_spaces(chars, next.end);
    let (end, part) = match CURRENCIES.at(chars, at) {
        Some((end, "Cent" | "Pence" | "Sen")) => (end, next.value / 100.0),
        Some((end, "Chinese jiao")) if next.value < 10.0 => (end, next.value / 10.0),
        Some(_) => return None,
        None if culture == Culture::Chinese && chars.get(at) == Some(&'分') => (at + 1, next.value / 100.0),
        None if culture == Culture::English => (next.end, next.value / 100.0),
        None => return None,
    };
    last.value = Some(value + part);
    last.span.1 = end;
    Some(end)
}

/// Currencies that are named without a number.
fn bare(chars: &[char], from: usize, to: usize, found: &mut Vec<Measure>) {
    let mut at = from;
    while at < to {
        let whole = !chars[at].is_ascii_alphanumeric() || begins(chars, at);
        let hit = whole.then(|| CURRENCIES.at(chars, at)).flatten().filter(|(end, _)| *end <= to);
        let Some((end, unit)) = hit else {
            at += 1;
            continue;
        };
        let word: String = chars[at..end].iter().collect();
        let code = end - at == 3 && word != "rmb" && word != "yen" && word.chars().all(is_letter);
        let alone = word.chars().all(|c| is_letter(c) || c == ' ')
            && !code
            && !ONLY_WITH_NUMBER.contains(&word.as_str())
            && literal(chars, at, "元").is_none();
        if alone {
            found.push(Measure { span: (at, end), value: None, unit });
        }
        at = end;
    }
}
