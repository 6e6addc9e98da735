//! Dates: absolute and relative to the message's day, in both languages.

pub mod calendar;
mod chinese;
mod english;

use domain::understanding::{EntityKind, EntityValue};
use jiff::civil::Date;

use super::{Found, Scene, rank};

/// What an expression says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    Day(Date),
    /// Both ends included.
    Range(Date, Date),
    /// Either of two days: 3/4 is in March or April.
    Either(Date, Date),
    /// A date, but nobody can tell which.
    Open,
}

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let mut at = 0;
    while at < scene.chars.len() {
        let hit = numeric(scene.chars, at)
            .or_else(|| chinese::date(scene.chars, at, scene.today))
            .or_else(|| english::date(scene.chars, at, scene.today));
        match hit {
            Some((end, meaning)) if end > at => {
                found.push(entity(at, end, meaning));
                at = end;
            }
            _ => at += 1,
        }
    }
}

fn entity(start: usize, end: usize, meaning: Meaning) -> Found {
    let text = |date: Date| EntityValue::Date(date.to_string());
    let mut found = Found::new(EntityKind::Date, start, end, EntityValue::Unknown(()), rank::DATE);
    match meaning {
        Meaning::Day(date) => found.value = text(date),
        Meaning::Range(from, to) => {
            found.value = EntityValue::DateRange { from: from.to_string(), to: to.to_string() };
        }
        Meaning::Either(first, second) => found.candidates = vec![text(first), text(second)],
        Meaning::Open => {}
    }
    found
}

/// 2026-11-30, 2026/11/30, 2026.11.30, 30/11/2026, 30.11.2026.
fn numeric(chars: &[char], at: usize) -> Option<(usize, Meaning)> {
    if !chars[at].is_ascii_digit()
        || (at > 0 && (super::scan::is_code(chars[at - 1]) || matches!(chars[at - 1], '.' | '-' | '/')))
    {
        return None;
    }
    let (first, after) = digits(chars, at, 4)?;
    let separator = *chars.get(after).filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (second, after) = digits(chars, after + 1, 2)?;
    if chars.get(after) != Some(&separator) {
        return None;
    }
    let (third, end) = digits(chars, after + 1, 4)?;
    if chars.get(end).is_some_and(|&c| super::scan::is_code(c) || (c == separator && c != '.')) {
        return None;
    }
    if first >= 1_900 {
        return Some((end, Meaning::Day(calendar::day(first, second, third)?)));
    }
    let year = if third >= 1_900 { third } else { return None };
    let (day_first, month_first) = (calendar::day(year, second, first), calendar::day(year, first, second));
    Some((
        end,
        match (day_first, month_first) {
            (Some(a), Some(b)) if a == b || separator == '.' => Meaning::Day(a),
            (Some(a), Some(b)) => Meaning::Either(a, b),
            (Some(only), None) | (None, Some(only)) => Meaning::Day(only),
            (None, None) => return None,
        },
    ))
}

/// Up to `most` digits at `at`.
pub fn digits(chars: &[char], at: usize, most: usize) -> Option<(i32, usize)> {
    let mut end = at;
    let mut value = 0;
    while let Some(digit) = chars.get(end).and_then(|c| c.to_digit(10)) {
        if end - at == most {
            return None;
        }
        value = value * 10 + digit as i32;
        end += 1;
    }
    (end > at).then_some((value, end))
}
