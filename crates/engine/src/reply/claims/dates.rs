//! Dates and times of day in digits and words.

use super::{
    Claim, ONE, Read, han,
    text::{Text, is_latin},
};

const MONTHS: &[(&str, u32)] = &[
    ("january", 1),
    ("jan", 1),
    ("february", 2),
    ("feb", 2),
    ("march", 3),
    ("mar", 3),
    ("april", 4),
    ("apr", 4),
    ("may", 5),
    ("june", 6),
    ("jun", 6),
    ("july", 7),
    ("jul", 7),
    ("august", 8),
    ("aug", 8),
    ("september", 9),
    ("sept", 9),
    ("sep", 9),
    ("october", 10),
    ("oct", 10),
    ("november", 11),
    ("nov", 11),
    ("december", 12),
    ("dec", 12),
];

pub(super) fn read(text: &Text, at: usize) -> Option<Read> {
    let before = at.checked_sub(1).and_then(|before| text.at(before));
    let first = text.at(at)?;
    if text.word_starts(at) {
        return month_first(text, at);
    }
    if first.is_ascii_digit() {
        if before.is_some_and(is_latin) {
            return None;
        }
        return clock(text, at)
            .or_else(|| separated(text, at))
            .or_else(|| day_first(text, at))
            .or_else(|| chinese(text, at));
    }
    if han::is_numeral(first) {
        return chinese_clock(text, at).or_else(|| chinese(text, at));
    }
    None
}

fn date(end: usize, year: Option<i32>, month: Option<u32>, day: Option<u32>) -> Read {
    Read::claim(end, Claim::Date { year, month, day })
}

/// A whole number in digits or Chinese numerals, past a blank, and its end.
fn whole(text: &Text, at: usize) -> Option<(u32, usize)> {
    let start = text.skip_blanks(at, 1);
    let digits_end = text.digits_end(start);
    if digits_end > start {
        return Some((text.slice(start, digits_end).parse().ok()?, digits_end));
    }
    if !text.at(start).is_some_and(han::is_numeral) {
        return None;
    }
    let (value, end) = han::value(text, start, None)?;
    (value % ONE == 0).then_some(())?;
    Some((u32::try_from(value / ONE).ok()?, end))
}

/// Whether `sign` follows, past a blank; its end.
fn follows(text: &Text, at: usize, signs: &[char]) -> Option<usize> {
    let start = text.skip_blanks(at, 1);
    text.at(start).filter(|character| signs.contains(character)).map(|_| start + 1)
}

fn is_year(year: u32) -> bool {
    (1900..=2200).contains(&year)
}

/// 2026年12月20日, 12月20日, 十二月二十日, 20号
fn chinese(text: &Text, at: usize) -> Option<Read> {
    let (first, first_end) = whole(text, at)?;
    let day_of = |at: usize| {
        let (day, end) = whole(text, at)?;
        let end = follows(text, end, &['日', '号'])?;
        (1..=31).contains(&day).then_some((day, end))
    };
    let month_of = |at: usize| {
        let (month, end) = whole(text, at)?;
        let end = follows(text, end, &['月'])?;
        (1..=12).contains(&month).then_some((month, end))
    };
    if is_year(first)
        && let Some(year_end) = follows(text, first_end, &['年'])
    {
        let year = i32::try_from(first).ok();
        let Some((month, month_end)) = month_of(year_end) else {
            return Some(date(year_end, year, None, None));
        };
        let Some((day, end)) = day_of(month_end) else {
            return Some(date(month_end, year, Some(month), None));
        };
        return Some(date(end, year, Some(month), Some(day)));
    }
    if let Some((month, month_end)) = month_of(at) {
        return match day_of(month_end) {
            Some((day, end)) => Some(date(end, None, Some(month), Some(day))),
            None => Some(date(month_end, None, Some(month), None)),
        };
    }
    let end = follows(text, first_end, &['号'])?;
    (1..=31).contains(&first).then(|| date(end, None, None, Some(first)))
}

/// 2026-12-20, 2026/12/20, 2026.12.20, 12/20/2026
fn separated(text: &Text, at: usize) -> Option<Read> {
    let first_end = text.digits_end(at);
    let sign = text.at(first_end).filter(|sign| matches!(sign, '-' | '/' | '.'))?;
    let second_end = text.digits_end(first_end + 1);
    if text.at(second_end) != Some(sign) {
        return None;
    }
    let end = text.digits_end(second_end + 1);
    let number = |from: usize, to: usize| -> Option<u32> {
        (to > from && to - from <= 4).then(|| text.slice(from, to).parse().ok()).flatten()
    };
    let (first, second, third) =
        (number(at, first_end)?, number(first_end + 1, second_end)?, number(second_end + 1, end)?);
    if text.at(end).is_some_and(is_latin) {
        return None;
    }
    let (year, month, day) = if is_year(first) {
        (first, second, third)
    } else if is_year(third) && first > 12 {
        (third, second, first)
    } else if is_year(third) {
        (third, first, second)
    } else {
        return None;
    };
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day);
    valid.then(|| date(end, i32::try_from(year).ok(), Some(month), Some(day)))
}

fn month_at(text: &Text, at: usize) -> Option<(u32, usize)> {
    let end = text.letters_end(at);
    let word = text.slice(at, end);
    let (_, month) = MONTHS.iter().find(|(name, _)| *name == word)?;
    // `Dec.`
    let end = if word.len() <= 4 && text.at(end) == Some('.') && text.at(end + 1) == Some(' ') {
        end + 1
    } else {
        end
    };
    Some((*month, end))
}

/// A year after a comma or blank.
fn year_at(text: &Text, at: usize) -> Option<(i32, usize)> {
    let start = if text.at(at) == Some(',') { at + 1 } else { at };
    let start = text.skip_blanks(start, 1);
    let end = text.digits_end(start);
    let year: u32 = (end == start + 4).then(|| text.slice(start, end).parse().ok()).flatten()?;
    is_year(year).then_some((i32::try_from(year).ok()?, end))
}

/// Past `st`, `nd`, `rd`, `th`.
fn past_ordinal(text: &Text, at: usize) -> usize {
    let end = text.letters_end(at);
    if matches!(text.slice(at, end), "st" | "nd" | "rd" | "th") { end } else { at }
}

/// 20 December 2026, 20th of Dec
fn day_first(text: &Text, at: usize) -> Option<Read> {
    let digits_end = text.digits_end(at);
    let day: u32 = (digits_end - at <= 2).then(|| text.slice(at, digits_end).parse().ok()).flatten()?;
    let mut next = text.skip_blanks(past_ordinal(text, digits_end), 1);
    if text.starts(next, "of ") {
        next += 3;
    }
    let (month, month_end) = text.word_starts(next).then(|| month_at(text, next)).flatten()?;
    (1..=31).contains(&day).then(|| match year_at(text, month_end) {
        Some((year, end)) => date(end, Some(year), Some(month), Some(day)),
        None => date(month_end, None, Some(month), Some(day)),
    })
}

/// December 20, 2026; Dec 2026; a month alone after a word that makes it a date.
fn month_first(text: &Text, at: usize) -> Option<Read> {
    let (month, month_end) = month_at(text, at)?;
    if let Some((year, end)) = year_at(text, month_end) {
        return Some(date(end, Some(year), Some(month), None));
    }
    let start = text.skip_blanks(month_end, 1);
    let digits_end = text.digits_end(start);
    let day: Option<u32> = text.slice(start, digits_end).parse().ok();
    if let Some(day) = day.filter(|day| (1..=31).contains(day) && digits_end - start <= 2) {
        let day_end = past_ordinal(text, digits_end);
        return Some(match year_at(text, day_end) {
            Some((year, end)) => date(end, Some(year), Some(month), Some(day)),
            None => date(day_end, None, Some(month), Some(day)),
        });
    }
    let tail = text.slice(at.saturating_sub(8), at);
    ["in ", "by ", "before ", "until ", "till ", "early ", "mid ", "late ", "of ", "mid-", "next "]
        .iter()
        .any(|word| tail.ends_with(word))
        .then(|| date(month_end, None, Some(month), None))
}

/// 8:30, 17:30, 5:30 pm
fn clock(text: &Text, at: usize) -> Option<Read> {
    let hour_end = text.digits_end(at);
    let minute_end = text.digits_end(hour_end + 1);
    if text.at(hour_end) != Some(':') || hour_end - at > 2 || minute_end != hour_end + 3 {
        return None;
    }
    let hour: u32 = text.slice(at, hour_end).parse().ok()?;
    let minute: u32 = text.slice(hour_end + 1, minute_end).parse().ok()?;
    let next = text.skip_blanks(minute_end, 1);
    let (hour, end) =
        if text.starts(next, "pm") && hour < 12 { (hour + 12, next + 2) } else { (hour, minute_end) };
    (hour <= 24 && minute < 60).then(|| Read::claim(end, Claim::Clock(hour * 60 + minute)))
}

/// 八点半, 九点钟
fn chinese_clock(text: &Text, at: usize) -> Option<Read> {
    let (hour, end) = whole(text, at)?;
    if hour > 24 || text.at(end) != Some('点') {
        return None;
    }
    let minutes = match text.at(end + 1) {
        Some('半') => 30,
        Some('钟' | '整') => 0,
        _ => return None,
    };
    Some(Read::claim(end + 2, Claim::Clock(hour * 60 + minutes)))
}
