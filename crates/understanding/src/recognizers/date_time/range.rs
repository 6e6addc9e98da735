//! From one point to another.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    Clock, Day, Item, Length, Period,
    resolution::{at, moment_text, moment_timex, value},
};
use crate::entity::date::calendar;

/// The range between two items of one kind; `None` where they make none.
pub fn between(from: &Item, to: &Item) -> Option<Item> {
    match (from, to) {
        (Item::Day(from), Item::Day(to)) => days(from, to),
        (Item::Period(from), Item::Period(to)) => periods(from, to),
        (Item::Clock(from), Item::Clock(to)) => Some(Item::ClockRange(*from, *to)),
        (Item::Moment(day, from), Item::Clock(to)) => {
            Some(Item::MomentRange(day.clone(), *from, day.clone(), *to))
        }
        (Item::Moment(first, from), Item::Moment(second, to)) => {
            Some(Item::MomentRange(first.clone(), *from, second.clone(), *to))
        }
        _ => None,
    }
}

fn paired(from: &[Date], to: &[Date]) -> Vec<(Date, Date)> {
    match (from, to) {
        ([from], [to]) => vec![(*from, *to)],
        // From May to March: no year has both the last May and a later last March.
        ([first, second], [third, fourth]) if first > third || second > fourth => {
            let end = if third > first { third } else { fourth };
            vec![(*first, *end)]
        }
        ([first, second], [third, fourth]) => vec![(*first, *third), (*second, *fourth)],
        ([from], [past, next]) => vec![(*from, if past > from { *past } else { *next })],
        ([past, next], [to]) => vec![(if next < to { *next } else { *past }, *to)],
        _ => Vec::new(),
    }
}

fn days(from: &Day, to: &Day) -> Option<Item> {
    // 二月廿八 to a day that no such year has cannot be told.
    if from.days.is_empty() || to.days.is_empty() {
        let timex = format!("({},{},PXD)", from.timex, to.timex);
        return Some(Item::Period(Period { timex, ranges: Vec::new(), modifier: None }));
    }
    let ranges: Vec<(Date, Date)> =
        paired(&from.days, &to.days).into_iter().filter_map(|(from, to)| forward(from, to)).collect();
    let (first, last) = ranges.first()?;
    let length = (*last - *first).get_days();
    let timex = format!("({},{},P{length}D)", from.timex, to.timex);
    Some(Item::Period(Period { timex, ranges, modifier: None }))
}

/// The end lies behind the start, a year later if need be.
fn forward(from: Date, to: Date) -> Option<(Date, Date)> {
    let to = if to < from { calendar::plus_months(to, 12)? } else { to };
    (to >= from).then_some((from, to))
}

fn periods(from: &Period, to: &Period) -> Option<Item> {
    // The end of a month or year is its last day, not the beginning of its last part.
    let start = |period: &Period| {
        let edge = |&(start, end): &(Date, Date)| if period.modifier == Some("end") { end } else { start };
        period.ranges.iter().map(edge).collect::<Vec<_>>()
    };
    let pairs: Vec<(Date, Date)> =
        paired(&start(from), &start(to)).into_iter().filter_map(|(from, to)| forward(from, to)).collect();
    let (first, last) = pairs.first()?;
    let months = i32::from(last.year() - first.year()) * 12 + i32::from(last.month() - first.month());
    let whole_years =
        from.timex.len() == 4 && to.timex.len() == 4 && from.modifier.is_none() && to.modifier.is_none();
    let length = if whole_years { format!("P{}Y", months / 12) } else { format!("P{months}M") };
    let edge = |period: &Period, date: &Date| match period.timex.len() {
        7 if period.timex.starts_with("XXXX-") => format!("XXXX-{:02}-{:02}", date.month(), date.day()),
        _ => date.to_string(),
    };
    let timex = format!("({},{},{length})", edge(from, first), edge(to, last));
    let known = months > 0;
    known.then_some(Item::Period(Period { timex, ranges: pairs, modifier: None }))
}

fn length(seconds: i32) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let part = |count: i32, letter: &str| if count > 0 { format!("{count}{letter}") } else { String::new() };
    format!("PT{}{}{}", part(hours, "H"), part(minutes, "M"), part(rest, "S"))
}

/// Both ends in the same half of the day where nothing else is said.
fn choices(from: Clock, to: Clock) -> Vec<(Clock, Clock)> {
    let later = |clock: Clock| Clock { seconds: (clock.seconds + 43_200) % 86_400, either: false, ..clock };
    let sure = |clock: Clock| Clock { either: false, ..clock };
    match (from.either, to.either) {
        (true, true) if from.seconds < to.seconds => {
            vec![(sure(from), sure(to)), (later(from), later(to))]
        }
        (true, true) => vec![(sure(from), later(to)), (later(from), sure(to))],
        (true, false) => {
            let from = if to.seconds >= 43_200
                && (from.seconds + 43_200) % 86_400 < to.seconds
                && from.hour() < 12
            {
                later(from)
            } else {
                sure(from)
            };
            vec![(from, to)]
        }
        (false, true) => vec![(from, if to.seconds <= from.seconds { later(to) } else { sure(to) })],
        (false, false) => vec![(from, to)],
    }
}

/// From an item on for so long.
pub fn lasting(item: &Item, length: &Length) -> Option<Item> {
    match item {
        Item::Clock(clock) if length.of_day() => Some(Item::ClockFor(*clock, length.clone())),
        Item::Moment(day, clock) => Some(Item::MomentFor(day.clone(), *clock, length.clone())),
        Item::Day(day) if !length.of_day() => {
            // Of a day that every year has, the one of this year.
            let date = match day.days.as_slice() {
                [first, second] if day.timex.starts_with("XXXX") => {
                    if first.year() == second.year() {
                        second
                    } else {
                        first
                    }
                }
                days => days.first()?,
            };
            let year = day.timex.starts_with("XXXX").then(|| day.days.last()).flatten();
            let date = year.filter(|next| next.year() == date.year()).unwrap_or(date);
            let start = date.to_datetime(jiff::civil::Time::midnight());
            Some(Item::Span(start, length.from(start, true)?, length.clone()))
        }
        _ => None,
    }
}

pub fn clock_for(clock: Clock, lasting: &Length) -> Vec<Value> {
    let seconds = lasting.seconds() as i32;
    let end = Clock { seconds: (clock.seconds + seconds).rem_euclid(86_400), parts: 3, either: false };
    let timex = format!("({},{},{})", clock.timex(), end.timex(), length(seconds));
    vec![value(&timex, "timerange", &[("start", clock.text()), ("end", end.text())])]
}

pub fn moment_for(day: &Day, clock: Clock, lasting: &Length) -> Vec<Value> {
    let one = |date: &Date| {
        let start = date.to_datetime(jiff::civil::Time::midnight());
        let from = Length(vec![(f64::from(clock.seconds), super::Unit::Second)]).from(start, true)?;
        let to = lasting.from(from, true)?;
        let end = Clock {
            seconds: i32::from(to.hour()) * 3_600 + i32::from(to.minute()) * 60 + i32::from(to.second()),
            parts: 3,
            either: false,
        };
        let last =
            if to.date() == *date { format!("{}{}", day.timex, end.timex()) } else { moment_timex(to) };
        let timex = format!("({}{},{last},{})", day.timex, clock.timex(), length(lasting.seconds() as i32));
        Some(value(&timex, "datetimerange", &[("start", at(*date, clock)), ("end", moment_text(to))]))
    };
    day.days.iter().filter_map(one).collect()
}

pub fn clocks(from: Clock, to: Clock) -> Vec<Value> {
    let one = |(from, to): (Clock, Clock)| {
        let span = (to.seconds - from.seconds).rem_euclid(86_400);
        let timex = format!("({},{},{})", from.timex(), to.timex(), length(span));
        value(&timex, "timerange", &[("start", from.text()), ("end", to.text())])
    };
    choices(from, to).into_iter().map(one).collect()
}

pub fn moments(from_day: &Day, from: Clock, to_day: &Day, to: Clock) -> Vec<Value> {
    let mut values = Vec::new();
    // On another day the time is as it was said.
    let apart = from_day != to_day && !from.either;
    let to = if apart { Clock { either: false, ..to } } else { to };
    for (from, to) in choices(from, to) {
        for (first, last) in paired(&from_day.days, &to_day.days) {
            let apart = (last - first).get_days() * 86_400 + to.seconds - from.seconds;
            let (last, apart) = match calendar::plus_days(last, 1) {
                Some(next) if apart <= 0 => (next, apart + 86_400),
                _ => (last, apart),
            };
            let timex = format!(
                "({}{},{}{},{})",
                from_day.timex,
                from.timex(),
                to_day.timex,
                to.timex(),
                length(apart)
            );
            let fields = [("start", at(first, from)), ("end", at(last, to))];
            values.push(value(&timex, "datetimerange", &fields));
        }
    }
    values
}
