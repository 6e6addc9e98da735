//! Days by name, weekday or number.

use super::{
    Day, Read, Reader, calendar, number,
    words::{MONTHS, WEEKDAYS, month_of, weekday_of},
};
use crate::entity::scan::skip_spaces;

impl Reader<'_> {
    pub fn figures(&self, at: usize, least: usize, most: usize) -> Read<i32> {
        let count = self.chars.get(at..)?.iter().take_while(|c| c.is_ascii_digit()).count();
        if count < least || count > most {
            return None;
        }
        self.chars[at..at + count].iter().collect::<String>().parse().ok().map(|value| (value, at + count))
    }

    pub fn month_name(&self, at: usize) -> Read<i32> {
        self.any(at, MONTHS).map(|(position, end)| (month_of(position), end))
    }

    pub fn weekday_name(&self, at: usize) -> Read<i64> {
        self.any(at, WEEKDAYS).map(|(position, end)| (weekday_of(position), end))
    }

    /// 14th, the 4th, twenty-first, 14
    pub fn day_number(&self, at: usize) -> Read<i32> {
        let at = skip_spaces(self.chars, at);
        if let Some((value, end)) = self.figures(at, 1, 2) {
            let ending: String = self.chars.get(end..(end + 2).min(self.chars.len()))?.iter().collect();
            let end = if matches!(ending.as_str(), "st" | "nd" | "rd" | "th") { end + 2 } else { end };
            let free = !self.chars.get(end).is_some_and(|&c| {
                c.is_ascii_alphanumeric()
                    || (matches!(c, ':' | '.' | '%')
                        && self.chars.get(end + 1).is_some_and(char::is_ascii_digit))
            });
            return (free && (1..=31).contains(&value)).then_some((value, end));
        }
        let tokens = number::tokens(self.chars, at);
        let (value, next) = number::ordinal(&tokens, 0).or_else(|| number::cardinal(&tokens, 0))?;
        (value.fract() == 0.0 && (1.0..=31.0).contains(&value))
            .then_some((value as i32, tokens[next - 1].end))
    }

    pub fn has_ending(&self, end: usize) -> bool {
        end >= 2 && matches!(self.chars[end - 2..end], ['s', 't'] | ['n' | 'r', 'd'] | ['t', 'h'])
    }

    /// 2016, "nineteen ninety six", "two thousand and fifteen"
    pub fn year(&self, at: usize) -> Read<i32> {
        let at = skip_spaces(self.chars, at);
        if let Some((value, end)) = self.figures(at, 4, 4) {
            let free = !self.chars.get(end).is_some_and(char::is_ascii_alphanumeric);
            return (free && (1_500..2_200).contains(&value)).then_some((value, end));
        }
        let tokens = number::tokens(self.chars, at);
        let (first, next) = number::cardinal(&tokens, 0)?;
        let end = tokens[next - 1].end;
        if (1_500.0..2_200.0).contains(&first) && next >= 2 {
            return Some((first as i32, end));
        }
        let (second, after) = number::cardinal(&tokens, next)?;
        let fits = (15.0..=21.0).contains(&first) && (10.0..100.0).contains(&second);
        fits.then(|| ((first * 100.0 + second) as i32, tokens[after - 1].end))
    }

    pub fn day(&self, at: usize) -> Read<Day> {
        let at = skip_spaces(self.chars, at);
        self.chars.get(at)?;
        self.named_day(at)
            .or_else(|| self.weekday(at))
            .or_else(|| self.written(at))
            .or_else(|| self.month_day(at))
            .or_else(|| self.holiday(at))
            .or_else(|| self.ordinal_day(at))
    }

    pub fn named_day(&self, at: usize) -> Read<Day> {
        let words = [
            "today",
            "tomorrow",
            "yesterday",
            "the day after tomorrow",
            "day after tomorrow",
            "the day before yesterday",
            "day before yesterday",
            "the day before",
            "the day after",
            "the next day",
            "the previous day",
            "otd",
            "the current day",
            "current date",
        ];
        let (word, end) = self.any(at, &words)?;
        let days = [0, 1, -1, 2, 2, -2, -2, -1, 1, 1, -1, 0, 0, 0][word];
        Some((Day::exact(calendar::plus_days(self.today, days)?), end))
    }

    pub fn weekday(&self, at: usize) -> Read<Day> {
        let words = [
            "next",
            "last",
            "previous",
            "this",
            "this upcoming",
            "this coming",
            "coming",
            "upcoming",
            "following",
            "this past",
            "past",
            "next week on",
            "last week on",
            "this week on",
            "current",
        ];
        let lead = self.any(at, &words);
        let start = self.past(lead.map_or(at, |(_, end)| end), &["the"]);
        let (day, end) = self.weekday_name(start)?;
        let of_week = self.any(
            end,
            &["of last week", "of next week", "of this week", "next week", "last week", "this week"],
        );
        if let (Some((word, end)), None) = (of_week, lead) {
            return Some((
                Day::exact(calendar::weekday_of(self.today, [-1, 1, 0, 1, -1, 0][word], day)?),
                end,
            ));
        }
        let Some((lead, _)) = lead else {
            // "Friday, July 6", "tues the 4th": the date tells, the weekday belongs to it.
            let next = self.past(end, &[",", ", the", "the"]);
            if let Some((date, end)) = self.written(next).or_else(|| self.month_day(next)) {
                return Some((date, end));
            }
            if let Some((number, after)) = self.day_number(next)
                && (self.has_ending(after)
                    || self.word(end, &["the"]).is_some()
                    || self.chars[after - 1].is_ascii_digit())
                && !matches!(self.chars.get(after), Some('-' | '/' | ':' | '.'))
                    | (self.chars.get(after) == Some(&'.')
                        && self.chars.get(after + 1).is_none_or(|c| !c.is_ascii_digit()))
                && self.word(after, &["am", "pm", "to", "o'clock", "oclock", "a.m.", "p.m."]).is_none()
            {
                if self.word(end, &["the"]).is_some() {
                    let (year, month) = (i32::from(self.today.year()), i32::from(self.today.month()));
                    return Some((Day::of_year(year, month, number)?, after));
                }
                return Some((self.weekday_on(day, number), after));
            }
            return Some((Day::weekday(day, self.today)?, end));
        };
        let near = |from: i64| calendar::upcoming(calendar::plus_days(self.today, from)?, day);
        let date = match lead {
            0 | 8 | 11 => calendar::weekday_of(self.today, 1, day)?,
            1 | 2 | 12 => calendar::weekday_of(self.today, -1, day)?,
            3 | 13 | 14 => calendar::weekday_of(self.today, 0, day)?,
            9 | 10 => near(-7)?,
            _ => near(1)?,
        };
        // "this friday 5/12": the date tells.
        if let Some((mut dated, end)) = self.written(end).filter(|(dated, _)| dated.timex.starts_with("XXXX"))
        {
            let year = i32::from(self.today.year());
            dated.days.retain(|date| i32::from(date.year()) == year);
            return Some((dated, end));
        }
        Some((Day::exact(date), end))
    }

    /// Monday 21: the last and the next 21st that is a Monday.
    pub fn weekday_on(&self, weekday: i64, number: i32) -> Day {
        let fits = |months: i64| {
            let first = calendar::month_start(self.today, months)?;
            let date = calendar::day(i32::from(first.year()), i32::from(first.month()), number)?;
            (i64::from(date.weekday().to_monday_zero_offset()) == weekday).then_some(date)
        };
        let past = (-40..=0).rev().filter_map(fits).find(|date| *date < self.today);
        let next = (0..=40).filter_map(fits).find(|date| *date >= self.today);
        let days = past.into_iter().chain(next).collect();
        Day { timex: format!("XXXX-WXX-{}", weekday + 1), days }
    }

    /// "the 18th", "on the 4th", "the 21st of next month"
    pub fn ordinal_day(&self, at: usize) -> Read<Day> {
        let end = self.word(at, &["the"])?;
        let (day, end) = self.day_number(end)?;
        let ordinal = self.has_ending(end);
        let months = self.any(
            end,
            &[
                "of this month",
                "of next month",
                "of last month",
                "this month",
                "next month",
                "day of the month",
                "day of next month",
                "of the month",
            ],
        );
        if let Some((word, end)) = months {
            let first = calendar::month_start(self.today, [0, 1, -1, 0, 1, 0, 1, 0][word])?;
            return Some((Day::of_year(i32::from(first.year()), i32::from(first.month()), day)?, end));
        }
        let lead = crate::entity::scan::word_before(self.chars, at);
        let cued = lead.is_some_and(|word| {
            crate::entity::scan::is_one_of(
                self.chars,
                word,
                &["on", "until", "by", "from", "before", "after", "since"],
            )
        });
        (ordinal && cued).then_some((Day::of_any_month(day, self.today)?, end))
    }
}
