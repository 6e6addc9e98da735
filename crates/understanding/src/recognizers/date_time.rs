//! Dates, times, their ranges, durations and recurrences, in the library's timex notation.
//!
//! A reader of a language gives [`Item`]s; what they mean from a reference on stands here, once for both.

mod chinese;
mod english;
mod range;
mod resolution;

use jiff::civil::{Date, DateTime};
use serde_json::{Value, json};

use resolution::resolve;

use super::{Culture, Span};
use crate::entity::date::calendar;

/// A day, or the two that it may be: the last and the next of its kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    timex: String,
    days: Vec<Date>,
}

/// A time of day in seconds; whether it may be twelve hours later too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    seconds: i32,
    /// How precisely it was told: 1 hour, 2 minutes, 3 seconds.
    parts: u8,
    either: bool,
}

/// A stretch of days, the end not included; or the two that it may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    timex: String,
    ranges: Vec<(Date, Date)>,
    modifier: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayPart {
    code: &'static str,
    start: i32,
    end: i32,
    modifier: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// A number of units of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Length(pub Vec<(f64, Unit)>);

#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Day(Day),
    Period(Period),
    Clock(Clock),
    Moment(Day, Clock),
    Now,
    /// A moment told from the reference on; whether its notation holds the time too.
    Instant(DateTime, bool),
    DayPart(DayPart),
    PartOf(Day, DayPart),
    Length(Length),
    /// From the reference so far.
    Span(DateTime, DateTime, Length),
    Set(String),
    /// Before, after, since or until another.
    Bounded(&'static str, Box<Item>),
    /// About another, or more or less than it.
    Marked(&'static str, Box<Item>),
    /// A time of day and how long from it.
    ClockFor(Clock, Length),
    /// A moment and how long from it.
    MomentFor(Day, Clock, Length),
    /// A date and a bounded time.
    BoundedMoment(&'static str, Day, Clock),
    ClockRange(Clock, Clock),
    MomentRange(Day, Clock, Day, Clock),
}

impl Unit {
    const fn letter(self) -> &'static str {
        match self {
            Self::Second => "S",
            Self::Minute | Self::Month => "M",
            Self::Hour => "H",
            Self::Day => "D",
            Self::Week => "W",
            Self::Year => "Y",
        }
    }

    const fn seconds(self) -> f64 {
        match self {
            Self::Second => 1.0,
            Self::Minute => 60.0,
            Self::Hour => 3_600.0,
            Self::Day => 86_400.0,
            Self::Week => 604_800.0,
            Self::Month => 2_592_000.0,
            Self::Year => 31_536_000.0,
        }
    }

    pub const fn of_day(self) -> bool {
        matches!(self, Self::Second | Self::Minute | Self::Hour)
    }
}

impl Length {
    pub fn timex(&self) -> String {
        let mut parts = self.0.clone();
        parts.sort_by(|a, b| b.1.seconds().total_cmp(&a.1.seconds()));
        let mut text = String::from("P");
        let mut timed = false;
        for (count, unit) in parts {
            if unit.of_day() && !timed {
                text.push('T');
                timed = true;
            }
            text.push_str(&super::number::shown(count));
            text.push_str(unit.letter());
        }
        text
    }

    pub fn seconds(&self) -> f64 {
        self.0.iter().map(|(count, unit)| count * unit.seconds()).sum()
    }

    pub fn of_day(&self) -> bool {
        self.0.iter().any(|(_, unit)| unit.of_day())
    }

    /// So much from a moment on; `None` beyond the calendar.
    pub fn from(&self, moment: DateTime, forward: bool) -> Option<DateTime> {
        let mut moment = moment;
        for &(count, unit) in &self.0 {
            if !(0.0..1e6).contains(&count) {
                return None;
            }
            let signed = if forward { count } else { -count };
            let span = match unit {
                Unit::Month | Unit::Year if count.fract() == 0.0 => {
                    let months = if unit == Unit::Year { signed * 12.0 } else { signed };
                    jiff::Span::new().try_months(months as i64).ok()?
                }
                _ => jiff::Span::new().try_seconds((signed * unit.seconds()) as i64).ok()?,
            };
            moment = moment.checked_add(span).ok()?;
        }
        Some(moment)
    }
}

impl Clock {
    pub const fn new(hour: i32, minute: i32, second: i32, parts: u8, either: bool) -> Option<Self> {
        if hour > 24 || minute > 59 || second > 59 || hour < 0 || minute < 0 || second < 0 {
            return None;
        }
        let hour = if hour == 24 { 0 } else { hour };
        Some(Self { seconds: hour * 3_600 + minute * 60 + second, parts, either })
    }

    pub const fn hour(self) -> i32 {
        self.seconds / 3_600
    }

    /// In the afternoon or evening.
    #[must_use]
    pub const fn late(self) -> Self {
        let seconds = if self.hour() < 12 { self.seconds + 43_200 } else { self.seconds };
        Self { seconds, parts: self.parts, either: false }
    }

    /// In the night's second half or the morning.
    #[must_use]
    pub const fn early(self) -> Self {
        let seconds = if self.hour() == 12 { self.seconds - 43_200 } else { self.seconds };
        Self { seconds, parts: self.parts, either: false }
    }

    /// What it may be, the time as written first.
    pub fn choices(self) -> Vec<Self> {
        let sure = Self { either: false, ..self };
        if !self.either {
            return vec![sure];
        }
        vec![sure, Self { seconds: (self.seconds + 43_200) % 86_400, ..sure }]
    }

    pub fn timex(self) -> String {
        let (hour, minute, second) = self.split();
        match self.parts {
            1 => format!("T{hour:02}"),
            2 => format!("T{hour:02}:{minute:02}"),
            _ => format!("T{hour:02}:{minute:02}:{second:02}"),
        }
    }

    const fn split(self) -> (i32, i32, i32) {
        (self.seconds / 3_600, self.seconds / 60 % 60, self.seconds % 60)
    }

    pub fn text(self) -> String {
        let (hour, minute, second) = self.split();
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

impl Day {
    pub fn exact(date: Date) -> Self {
        Self { timex: date.to_string(), days: vec![date] }
    }

    /// A day of a year; where the month has no such day it stays unresolved.
    pub fn of_year(year: i32, month: i32, day: i32) -> Option<Self> {
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(1..=9_999).contains(&year) {
            return None;
        }
        let timex = format!("{year:04}-{month:02}-{day:02}");
        Some(Self { timex, days: calendar::day(year, month, day).into_iter().collect() })
    }

    /// A day of every year: the last before the reference and the next from it on; today counts as the last.
    pub fn of_any_year(month: i32, day: i32, reference: Date) -> Option<Self> {
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let year = i32::from(reference.year());
        let mut all = (year - 8..=year + 8).filter_map(|year| calendar::day(year, month, day));
        let past = all.clone().rfind(|date| *date <= reference);
        let next = all.find(|date| *date > reference);
        let days = past.into_iter().chain(next).collect();
        Some(Self { timex: format!("XXXX-{month:02}-{day:02}"), days })
    }

    /// The last and the next such weekday, 0 for Monday; today counts as the next.
    pub fn weekday(weekday: i64, reference: Date) -> Option<Self> {
        let next = calendar::upcoming(reference, weekday)?;
        let past = calendar::plus_days(next, -7)?;
        Some(Self { timex: format!("XXXX-WXX-{}", weekday + 1), days: vec![past, next] })
    }

    /// The day of the month, this month and the next or the last.
    pub fn of_any_month(day: i32, reference: Date) -> Option<Self> {
        let first = reference.first_of_month();
        let of = |months: i64| {
            let month = calendar::plus_months(first, months)?;
            calendar::day(i32::from(month.year()), i32::from(month.month()), day)
        };
        let all: Vec<Date> = (-2..=2).filter_map(of).collect();
        let past = all.iter().rfind(|date| **date <= reference);
        let next = all.iter().find(|date| **date > reference);
        let days: Vec<Date> = past.into_iter().chain(next).copied().collect();
        (1..=31).contains(&day).then(|| Self { timex: format!("XXXX-XX-{day:02}"), days })
    }
}

impl Period {
    pub fn exact(timex: String, start: Date, end: Date) -> Self {
        Self { timex, ranges: vec![(start, end)], modifier: None }
    }

    pub fn year(year: i32) -> Option<Self> {
        Some(Self::exact(format!("{year:04}"), calendar::day(year, 1, 1)?, calendar::day(year + 1, 1, 1)?))
    }

    pub fn month(year: i32, month: i32) -> Option<Self> {
        let start = calendar::day(year, month, 1)?;
        Some(Self::exact(format!("{year:04}-{month:02}"), start, calendar::plus_months(start, 1)?))
    }

    pub fn any_month(month: i32, reference: Date) -> Option<Self> {
        // The month that is now counts as the next.
        let before = calendar::plus_days(reference.first_of_month(), -1)?;
        let first = Day::of_any_year(month, 1, before)?;
        let range = |date: &Date| Some((*date, calendar::plus_months(*date, 1)?));
        let ranges = first.days.iter().filter_map(range).collect();
        Some(Self { timex: format!("XXXX-{month:02}"), ranges, modifier: None })
    }

    pub fn week(monday: Date) -> Option<Self> {
        Some(Self::exact(week_timex(monday), monday, calendar::plus_days(monday, 7)?))
    }

    pub fn weekend(monday: Date) -> Option<Self> {
        let start = calendar::plus_days(monday, 5)?;
        let end = calendar::plus_days(monday, 7)?;
        Some(Self::exact(format!("{}-WE", week_timex(monday)), start, end))
    }

    /// So many months from a first of a month on.
    pub fn months(start: Date, count: i64) -> Option<Self> {
        let end = calendar::plus_months(start, count)?;
        Some(Self::exact(format!("({start},{end},P{count}M)"), start, end))
    }
}

fn week_timex(monday: Date) -> String {
    let week = monday.iso_week_date();
    format!("{}-W{:02}", week.year(), week.week())
}

/// Where an item stands, its type and its resolution.
pub fn date_times(culture: Culture, chars: &[char], reference: DateTime) -> Vec<(Span, String, Value)> {
    let items = match culture {
        Culture::Chinese => chinese::items(chars, reference),
        Culture::English => english::items(chars, reference),
    };
    items
        .into_iter()
        .filter_map(|(span, item)| {
            let (name, values) = resolve(&item, reference)?;
            Some((span, format!("datetimeV2.{name}"), json!({"values": values})))
        })
        .collect()
}

pub const MORNING: DayPart = DayPart { code: "TMO", start: 28_800, end: 43_200, modifier: None };
pub const AFTERNOON: DayPart = DayPart { code: "TAF", start: 43_200, end: 57_600, modifier: None };
pub const EVENING: DayPart = DayPart { code: "TEV", start: 57_600, end: 72_000, modifier: None };
pub const NIGHT: DayPart = DayPart { code: "TNI", start: 72_000, end: 86_399, modifier: None };
