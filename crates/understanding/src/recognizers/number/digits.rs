//! Numbers in Arabic digits: groups of three, Indian groups, spaces as separators, decimals, powers, simple fractions.

use super::Numeral;
use crate::entity::scan::{is_letter, skip_spaces};

/// The number whose digits, point or sign-free form begins at `at`.
pub fn read(chars: &[char], at: usize) -> Option<Numeral> {
    if joined_before(chars, at) {
        return None;
    }
    let (value, end) = plain(chars, at)?;
    let (value, end) = power(chars, value, end).unwrap_or((value, end));
    if let Some((fraction, after)) = fraction(chars, value, at, end) {
        return Some(Numeral::digits(at, after, fraction));
    }
    // 10 1/2: a whole number and a part.
    if value.fract() == 0.0
        && chars.get(end) == Some(&' ')
        && let Some((part, after)) = part(chars, end + 1)
    {
        return Some(Numeral::digits(at, after, value + part));
    }
    Some(Numeral::digits(at, end, value))
}

/// Digits that go on from letters or other digits are part of a code.
fn joined_before(chars: &[char], at: usize) -> bool {
    let Some(&previous) = at.checked_sub(1).and_then(|i| chars.get(i)) else { return false };
    previous.is_ascii_digit() || is_letter(previous) || previous == '_'
}

fn run(chars: &[char], at: usize) -> usize {
    chars.get(at..).map_or(0, |rest| rest.iter().take_while(|c| c.is_ascii_digit()).count())
}

/// An amount without sign, power and fraction.
fn plain(chars: &[char], at: usize) -> Option<(f64, usize)> {
    let after_point = at >= 2 && chars[at - 1] == '.' && chars[at - 2].is_ascii_digit();
    let first = run(chars, at);
    if first == 0 {
        let decimals = (chars.get(at) == Some(&'.')).then(|| run(chars, at + 1)).filter(|&n| n > 0)?;
        let bare =
            at.checked_sub(1).and_then(|i| chars.get(i)).is_none_or(|&c| c != '.' && !c.is_ascii_digit());
        return bare.then(|| (value(&chars[at..=at + decimals]), at + 1 + decimals));
    }
    let mut end = at + first;
    if first <= 3 {
        end = grouped(chars, end, ',', 1).or_else(|| grouped(chars, end, ' ', 2)).unwrap_or(end);
        if let Some(after) = indian(chars, at + first) {
            end = after;
        }
        // 1.111,11: point and comma change places.
        if let Some(after) = grouped(chars, at + first, '.', 1)
            && chars.get(after) == Some(&',')
            && matches!(run(chars, after + 1), 1 | 2)
        {
            let last = after + 1 + run(chars, after + 1);
            let text: Vec<char> = chars[at..last]
                .iter()
                .filter(|&&c| c != '.')
                .map(|&c| if c == ',' { '.' } else { c })
                .collect();
            return Some((value(&text), last));
        }
    }
    if !after_point && chars.get(end) == Some(&'.') {
        let decimals = run(chars, end + 1);
        let version = chars.get(end + 1 + decimals) == Some(&'.') && run(chars, end + 2 + decimals) > 0;
        if decimals > 0 && !version {
            end += 1 + decimals;
        }
    }
    Some((value(&chars[at..end]), end))
}

/// The end of so many groups of three, each behind the separator.
fn grouped(chars: &[char], mut end: usize, separator: char, least: usize) -> Option<usize> {
    let mut groups = 0;
    while chars.get(end) == Some(&separator) && run(chars, end + 1) == 3 {
        end += 4;
        groups += 1;
    }
    (groups >= least).then_some(end)
}

/// 12,34,567: pairs before the last three.
fn indian(chars: &[char], mut end: usize) -> Option<usize> {
    let mut pairs = 0;
    while chars.get(end) == Some(&',') && run(chars, end + 1) == 2 {
        end += 3;
        pairs += 1;
    }
    (pairs > 0 && chars.get(end) == Some(&',') && run(chars, end + 1) == 3).then_some(end + 4)
}

fn value(text: &[char]) -> f64 {
    let plain: String = text.iter().filter(|c| c.is_ascii_digit() || **c == '.').collect();
    plain.parse().unwrap_or(0.0)
}

/// 2e5, 1.1^23, 1.3x10^6.
fn power(chars: &[char], base: f64, end: usize) -> Option<(f64, usize)> {
    let signed = |from: usize| {
        let signs = chars.get(from..)?.iter().take_while(|c| matches!(c, '+' | '-')).count();
        let digits = run(chars, from + signs);
        if digits == 0 || digits > 3 {
            return None;
        }
        let negative = chars[from..from + signs].iter().filter(|&&c| c == '-').count() % 2 == 1;
        let size = value(&chars[from + signs..from + signs + digits]);
        Some((if negative { -size } else { size }, from + signs + digits))
    };
    let (result, after) = match chars.get(end)? {
        'e' => signed(end + 1).map(|(power, after)| (base * 10_f64.powf(power), after))?,
        '^' => signed(end + 1).map(|(power, after)| (base.powf(power), after))?,
        'x' | '×' | '*' if chars.get(end + 1..end + 4) == Some(&['1', '0', '^']) => {
            signed(end + 4).map(|(power, after)| (base * 10_f64.powf(power), after))?
        }
        _ => return None,
    };
    (result.is_finite() && chars.get(after).is_none_or(|&c| !is_letter(c))).then_some((result, after))
}

/// 3/5 as a whole number over another; 5/17/2018 is none.
fn fraction(chars: &[char], top: f64, at: usize, end: usize) -> Option<(f64, usize)> {
    let slash = |i: Option<usize>| i.and_then(|i| chars.get(i)) == Some(&'/');
    if !slash(Some(end)) || slash(at.checked_sub(1)) || top.fract() != 0.0 {
        return None;
    }
    let digits = run(chars, end + 1);
    let bottom = value(&chars[end + 1..end + 1 + digits]);
    let after = end + 1 + digits;
    let decimal = chars.get(after) == Some(&'.') && run(chars, after + 1) > 0;
    let ends = !slash(Some(after)) && !decimal;
    (digits > 0 && bottom > 0.0 && ends).then(|| (top / bottom, after))
}

fn part(chars: &[char], at: usize) -> Option<(f64, usize)> {
    let digits = run(chars, at);
    if digits == 0 {
        return None;
    }
    fraction(chars, value(&chars[at..at + digits]), at, at + digits)
}

/// k, m, g, b, t behind digits: thousand to trillion.
pub fn suffix(chars: &[char], numeral: &Numeral) -> Option<Numeral> {
    let at = skip_spaces(chars, numeral.end);
    let words = [("mil", 1e6), ("k", 1e3), ("m", 1e6), ("g", 1e9), ("b", 1e9), ("t", 1e12)];
    let (word, factor) = words.iter().find(|(word, _)| {
        crate::entity::scan::literal(chars, at, word)
            .is_some_and(|end| chars.get(end).is_none_or(|&c| !c.is_ascii_alphanumeric() && c != '\''))
    })?;
    Some(Numeral { end: at + word.len(), value: numeral.value * factor, ..numeral.clone() })
}
