//! tomorrow, next Friday, Nov 30, the 28th, in three weeks, end of December.

use jiff::civil::Date;

use super::{
    Meaning,
    calendar::{self, Festival, Part},
    digits,
};
use crate::entity::{
    number,
    scan::{Words, begins, ends, is_letter, longest, skip_spaces},
};

static MONTHS: Words = Words::new(&[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "sept",
]);
static WEEKDAYS: Words = Words::new(&[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "tues",
    "weds",
    "thur",
    "thurs",
]);

/// The date that begins at `at`.
pub fn date(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    if !begins(chars, at) || !(is_letter(chars[at]) || chars[at].is_ascii_digit()) {
        return None;
    }
    word(chars, at, today)
        .or_else(|| in_time(chars, at, today))
        .or_else(|| part(chars, at, today))
        .or_else(|| relative(chars, at, today))
        .or_else(|| month_first(chars, at, today))
        .or_else(|| day_first(chars, at, today))
        .or_else(|| weekday(chars, at, today))
        .or_else(|| ordinal(chars, at, today))
        .or_else(|| festival(chars, at, today))
        .or_else(|| quarter(chars, at, today))
}

fn word(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    static WORDS: Words = Words::new(&[
        "today",
        "tonight",
        "tomorrow",
        "tmrw",
        "tmr",
        "day after tomorrow",
        "the day after tomorrow",
        "yesterday",
        "this morning",
        "this afternoon",
        "this evening",
    ]);
    let (word, end) = WORDS.longest(chars, at)?;
    let days = [0, 0, 1, 1, 1, 2, 2, -1, 0, 0, 0][word];
    Some((end, Meaning::Day(calendar::plus_days(today, days)?)))
}

/// in three weeks, in 10 days
fn in_time(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    static WORDS: Words = Words::new(&["in about", "in"]);
    let (_, end) = WORDS.longest(chars, at)?;
    let start = skip_spaces(chars, end);
    let (count, after) = match longest(chars, start, &["a", "one"]) {
        Some((_, after)) => (1, after),
        None => count(chars, start)?,
    };
    let (end, unit) = crate::entity::duration::unit(chars, skip_spaces(chars, after))?;
    Some((end, Meaning::Day(calendar::plus(today, count, unit)?)))
}

fn count(chars: &[char], at: usize) -> Option<(i64, usize)> {
    if chars.get(at)?.is_ascii_digit() {
        let (value, end) = digits(chars, at, 3)?;
        return Some((i64::from(value), end));
    }
    // The words are few and short: reading them again here is cheap.
    let rest = &chars[at..chars.len().min(at + 24)];
    let first = number::numbers(rest).into_iter().next().filter(|number| number.start == 0)?;
    Some((first.low.as_whole()?, at + first.end))
}

/// end of the month, mid November, early March, late May, beginning of next week
fn part(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    static WORDS: Words = Words::new(&[
        "end of the",
        "the end of the",
        "end of",
        "the end of",
        "beginning of the",
        "beginning of",
        "start of",
        "early",
        "mid",
        "mid-",
        "middle of",
        "late",
        "end",
    ]);
    let (word, end) = WORDS
        .longest(chars, at)
        .or_else(|| (crate::entity::scan::literal(chars, at, "mid-")).map(|end| (9, end)))?;
    let part = match word {
        0..=3 | 12 => Part::End,
        4..=7 => Part::Start,
        8..=10 => Part::Middle,
        _ => Part::Last,
    };
    let start = skip_spaces(chars, end);
    if let Some((span, after)) = longest(
        chars,
        start,
        &[
            "this month",
            "month",
            "next month",
            "year",
            "this year",
            "the year",
            "next year",
            "this week",
            "week",
            "next week",
            "quarter",
            "this quarter",
        ],
    ) {
        let year = i32::from(today.year());
        let meaning = match (span, part) {
            (0 | 1, _) => calendar::part_of_month(today.first_of_month(), part)?,
            (2, _) => calendar::part_of_month(calendar::month_start(today, 1)?, part)?,
            (3..=5, Part::End) => Meaning::Day(calendar::day(year, 12, 31)?),
            (6, Part::End) => Meaning::Day(calendar::day(year + 1, 12, 31)?),
            (7 | 8, Part::End) => Meaning::Day(calendar::weekday_of(today, 0, 4)?),
            (9, Part::End) => Meaning::Day(calendar::weekday_of(today, 1, 4)?),
            (10 | 11, Part::End) => {
                let last = (i32::from(today.month()) - 1) / 3 * 3 + 3;
                Meaning::Day(calendar::day(year, last, 1)?.last_of_month())
            }
            _ => Meaning::Open,
        };
        return Some((after, meaning));
    }
    let (month, after) = month_name(chars, start)?;
    let (year, after) = year_behind(chars, after).unwrap_or((calendar::year_of_month(today, month), after));
    Some((after, calendar::part_of_month(calendar::day(year, month, 1)?, part)?))
}

fn relative(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    static WORDS: Words = Words::new(&["this", "next", "last", "coming"]);
    let (side, end) = WORDS.longest(chars, at)?;
    let step = [0, 1, -1, 1][side];
    let start = skip_spaces(chars, end);
    if let Some((day, after)) = WEEKDAYS.longest(chars, start) {
        let day = weekday_number(day);
        // "next Friday" is the Friday of next week; "coming Friday" the next one.
        let date =
            if side == 3 { calendar::upcoming(today, day)? } else { calendar::weekday_of(today, step, day)? };
        return Some((after, Meaning::Day(date)));
    }
    let (unit, after) = longest(
        chars,
        start,
        &["week", "month", "quarter", "year", "weekend", "season", "summer", "winter", "spring", "autumn"],
    )?;
    let year = i32::from(today.year());
    let meaning = match unit {
        0 => calendar::week(today, step)?,
        1 => calendar::part_of_month(calendar::month_start(today, step)?, Part::Whole)?,
        2 => {
            let quarter = i64::from(year) * 4 + (i64::from(today.month()) - 1) / 3 + step;
            let first = (quarter.rem_euclid(4) * 3 + 1) as i32;
            calendar::months(quarter.div_euclid(4) as i32, first, first + 2)?
        }
        3 => calendar::months(year + step as i32, 1, 12)?,
        4 => calendar::weekend(today, step)?,
        _ => Meaning::Open,
    };
    Some((after, meaning))
}

const fn weekday_number(word: usize) -> i64 {
    match word {
        14 => 1,
        15 => 2,
        16 | 17 => 3,
        other => (other % 7) as i64,
    }
}

fn weekday(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    let (word, end) = WEEKDAYS.longest(chars, at)?;
    // "sun", "sat", "wed" and "mon" are words of their own.
    let short = matches!(WEEKDAYS.list[word], "sun" | "sat" | "wed" | "mon" | "fri" | "tue" | "thu");
    if short
        && !crate::entity::scan::cue_before(
            chars,
            at,
            8,
            &["on", "by", "next", "this", "until", "before", "till"],
        )
    {
        return None;
    }
    ends(chars, end).then_some(())?;
    Some((end, Meaning::Day(calendar::upcoming(today, weekday_number(word))?)))
}

fn month_name(chars: &[char], at: usize) -> Option<(i32, usize)> {
    let (word, mut end) = MONTHS.longest(chars, at)?;
    // The point of an abbreviation, not that of a sentence.
    let next = chars.get(skip_spaces(chars, end + 1)).copied();
    if chars.get(end) == Some(&'.')
        && MONTHS.list[word].len() <= 4
        && next.is_some_and(|c| c.is_ascii_digit())
    {
        end += 1;
    }
    Some((if word == 24 { 9 } else { word as i32 % 12 + 1 }, end))
}

fn year_behind(chars: &[char], at: usize) -> Option<(i32, usize)> {
    let mut start = skip_spaces(chars, at);
    if chars.get(start) == Some(&',') {
        start = skip_spaces(chars, start + 1);
    }
    let (year, end) = digits(chars, start, 4)?;
    ((2_000..2_200).contains(&year) && ends(chars, end)).then_some((year, end))
}

/// Nov 30, November 30th, 2026, March, Nov 2026
fn month_first(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    let (month, end) = month_name(chars, at)?;
    if !ends(chars, end) {
        return None;
    }
    if let Some((day, after)) = day_behind(chars, skip_spaces(chars, end)) {
        return Some(match year_behind(chars, after) {
            Some((year, after)) => (after, Meaning::Day(calendar::day(year, month, day)?)),
            None => (after, Meaning::Day(calendar::nearest(today, month, day)?)),
        });
    }
    if let Some((year, after)) = year_behind(chars, end) {
        return Some((after, calendar::part_of_month(calendar::day(year, month, 1)?, Part::Whole)?));
    }
    // "may", "mar", "march", "dec" by themselves are often other words.
    let word: String = chars[at..end].iter().collect();
    let doubtful = matches!(
        word.as_str(),
        "may"
            | "mar"
            | "march"
            | "sep"
            | "dec"
            | "jan"
            | "oct"
            | "jun"
            | "apr"
            | "nov"
            | "feb"
            | "aug"
            | "jul"
    );
    if doubtful
        && !crate::entity::scan::cue_before(
            chars,
            at,
            8,
            &["in", "by", "before", "until", "since", "of", "from", "after", "next", "till"],
        )
    {
        return None;
    }
    let year = calendar::year_of_month(today, month);
    Some((end, calendar::part_of_month(calendar::day(year, month, 1)?, Part::Whole)?))
}

fn day_behind(chars: &[char], at: usize) -> Option<(i32, usize)> {
    let (day, end) = digits(chars, at, 2)?;
    let end = longest(chars, end, &["st", "nd", "rd", "th"]).map_or(end, |(_, after)| after);
    ((1..=31).contains(&day) && ends(chars, end) && chars.get(end) != Some(&'%')).then_some((day, end))
}

/// 30 Nov, 30th of November 2026
fn day_first(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    if at > 0 && matches!(chars[at - 1], '.' | '/' | '-' | ':') {
        return None;
    }
    let (day, end) = day_behind(chars, at)?;
    let mut start = skip_spaces(chars, end);
    if let Some((_, after)) = longest(chars, start, &["of"]) {
        start = skip_spaces(chars, after);
    }
    if start == end {
        return None;
    }
    let (month, after) = month_name(chars, start)?;
    Some(match year_behind(chars, after) {
        Some((year, after)) => (after, Meaning::Day(calendar::day(year, month, day)?)),
        None => (after, Meaning::Day(calendar::nearest(today, month, day)?)),
    })
}

/// the 28th, 20th
fn ordinal(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    let start = longest(chars, at, &["the"]).map_or(at, |(_, end)| skip_spaces(chars, end));
    let (day, end) = digits(chars, start, 2)?;
    let (_, end) = longest(chars, end, &["st", "nd", "rd", "th"])?;
    let noun = crate::entity::scan::word_after(chars, end).is_some_and(|word| {
        !crate::entity::scan::is_one_of(
            chars,
            word,
            &[
                "of", "is", "or", "and", "at", "please", "pls", "latest", "by", "to", "for", "if", "we", "i",
                "then", "ok",
            ],
        )
    });
    ((1..=31).contains(&day) && !noun && ends(chars, end)).then_some(())?;
    Some((end, Meaning::Day(calendar::day_of_month(today, day)?)))
}

fn festival(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    static WORDS: Words = Words::new(&[
        "chinese new year",
        "lunar new year",
        "cny holiday",
        "spring festival",
        "christmas",
        "xmas",
        "new year",
        "mid-autumn",
        "ramadan",
        "eid",
        "diwali",
        "black friday",
        "easter",
        "thanksgiving",
    ]);
    let (word, end) = WORDS.longest(chars, at)?;
    let which = match word {
        0..=3 => Festival::Spring,
        4 | 5 => Festival::Christmas,
        6 => Festival::NewYear,
        7 => Festival::MidAutumn,
        _ => return Some((end, Meaning::Open)),
    };
    Some((end, calendar::next_festival(today, which).map_or(Meaning::Open, Meaning::Day)))
}

fn quarter(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    static WORDS: Words = Words::new(&["q1", "q2", "q3", "q4"]);
    let (word, end) = WORDS.longest(chars, at)?;
    if !ends(chars, end) {
        return None;
    }
    let first = word as i32 * 3 + 1;
    let (year, end) = year_behind(chars, end).unwrap_or_else(|| {
        let year = i32::from(today.year());
        (if first + 2 < i32::from(today.month()) { year + 1 } else { year }, end)
    });
    Some((end, calendar::months(year, first, first + 2)?))
}
