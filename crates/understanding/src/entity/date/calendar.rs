//! Arithmetic on days, and the festivals that trade turns on.

use jiff::{ToSpan as _, civil::Date};

use super::Meaning;

pub fn day(year: i32, month: i32, day: i32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

pub fn plus_days(date: Date, days: i64) -> Option<Date> {
    if days.abs() > 100_000 {
        return None;
    }
    date.checked_add(days.days()).ok()
}

pub fn plus_months(date: Date, months: i64) -> Option<Date> {
    if months.abs() > 2_400 {
        return None;
    }
    date.checked_add(months.months()).ok()
}

/// So many of a unit from `date` on.
pub fn plus(date: Date, count: i64, unit: &str) -> Option<Date> {
    match unit {
        "day" => plus_days(date, count),
        "week" => plus_days(date, count.checked_mul(7)?),
        "month" => plus_months(date, count),
        "year" => plus_months(date, count.checked_mul(12)?),
        _ => None,
    }
}

/// Monday of the week that lies `weeks` from this one.
pub fn monday(date: Date, weeks: i64) -> Option<Date> {
    let back = i64::from(date.weekday().to_monday_zero_offset());
    plus_days(date, weeks * 7 - back)
}

/// The weekday (0 is Monday) of the week that lies `weeks` from this one.
pub fn weekday_of(date: Date, weeks: i64, weekday: i64) -> Option<Date> {
    plus_days(monday(date, weeks)?, weekday)
}

/// The next such weekday, today included.
pub fn upcoming(date: Date, weekday: i64) -> Option<Date> {
    let today = i64::from(date.weekday().to_monday_zero_offset());
    plus_days(date, (weekday - today).rem_euclid(7))
}

pub fn week(date: Date, weeks: i64) -> Option<Meaning> {
    let from = monday(date, weeks)?;
    Some(Meaning::Range(from, plus_days(from, 6)?))
}

pub fn weekend(date: Date, weeks: i64) -> Option<Meaning> {
    let from = weekday_of(date, weeks, 5)?;
    Some(Meaning::Range(from, plus_days(from, 1)?))
}

/// The first day of the month that lies `months` from this one.
pub fn month_start(date: Date, months: i64) -> Option<Date> {
    plus_months(date.first_of_month(), months)
}

/// Which part of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    Start,
    Middle,
    Last,
    End,
}

pub fn part_of_month(first: Date, part: Part) -> Option<Meaning> {
    let (year, month) = (i32::from(first.year()), i32::from(first.month()));
    let last = first.last_of_month();
    Some(match part {
        Part::Whole => Meaning::Range(first, last),
        Part::Start => Meaning::Range(first, day(year, month, 10)?),
        Part::Middle => Meaning::Range(day(year, month, 11)?, day(year, month, 20)?),
        Part::Last => Meaning::Range(day(year, month, 21)?, last),
        Part::End => Meaning::Day(last),
    })
}

pub fn months(year: i32, from: i32, to: i32) -> Option<Meaning> {
    Some(Meaning::Range(day(year, from, 1)?, day(year, to, 1)?.last_of_month()))
}

/// The year in which this month, as somebody speaks of it today, most likely lies: the coming one, but not more than ten months ahead.
pub fn year_of_month(today: Date, month: i32) -> i32 {
    let year = i32::from(today.year());
    let now = i32::from(today.month());
    if month < now && now - month >= 2 { year + 1 } else { year }
}

/// This day of a year that nobody named: the coming one, but the past one where it is less than two months ago.
pub fn nearest(today: Date, month: i32, of_month: i32) -> Option<Date> {
    let year = i32::from(today.year());
    let this = day(year, month, of_month);
    match this {
        Some(date) if plus_days(date, 60)? >= today => Some(date),
        _ => day(year + 1, month, of_month),
    }
}

/// The coming day with this number.
pub fn day_of_month(today: Date, of_month: i32) -> Option<Date> {
    let mut first = today.first_of_month();
    for _ in 0..3 {
        if let Some(date) = day(i32::from(first.year()), i32::from(first.month()), of_month)
            && date >= today
        {
            return Some(date);
        }
        first = plus_months(first, 1)?;
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Festival {
    NewYear,
    Spring,
    Labour,
    Dragon,
    MidAutumn,
    National,
    Singles,
    Christmas,
}

/// First day of the Chinese year from 2024 on.
const SPRING: &[(i32, i32)] = &[
    (2, 10),
    (1, 29),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 13),
    (2, 3),
    (1, 23),
    (2, 11),
    (1, 31),
    (2, 19),
    (2, 8),
];
const DRAGON: &[(i32, i32)] = &[(6, 10), (5, 31), (6, 19), (6, 9), (5, 28), (6, 16), (6, 5)];
const MID_AUTUMN: &[(i32, i32)] = &[(9, 17), (10, 6), (9, 25), (9, 15), (10, 3), (9, 22), (9, 12)];
const TABLES_FROM: i32 = 2024;

/// The festival in a year, where the tables reach.
pub fn festival(year: i32, which: Festival) -> Option<Date> {
    let lunar = |table: &[(i32, i32)]| table.get(usize::try_from(year - TABLES_FROM).ok()?).copied();
    let (month, of_month) = match which {
        Festival::NewYear => (1, 1),
        Festival::Spring => lunar(SPRING)?,
        Festival::Labour => (5, 1),
        Festival::Dragon => lunar(DRAGON)?,
        Festival::MidAutumn => lunar(MID_AUTUMN)?,
        Festival::National => (10, 1),
        Festival::Singles => (11, 11),
        Festival::Christmas => (12, 25),
    };
    day(year, month, of_month)
}

/// The coming one, today included.
pub fn next_festival(today: Date, which: Festival) -> Option<Date> {
    let year = i32::from(today.year());
    (year..=year + 1).filter_map(|year| festival(year, which)).find(|date| *date >= today)
}
