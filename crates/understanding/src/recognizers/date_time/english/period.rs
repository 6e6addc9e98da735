//! Weeks, months, quarters, years and their parts.

use super::{Period, Read, Reader, calendar};
use crate::entity::scan::skip_spaces;

impl Reader<'_> {
    pub fn period(&self, at: usize) -> Read<Period> {
        let at = skip_spaces(self.chars, at);
        if let Some((part, after)) = self.any(
            at,
            &[
                "end of",
                "beginning of",
                "start of",
                "middle of",
                "mid",
                "mid-",
                "early",
                "late",
                "early in",
                "earlier",
                "later",
            ],
        ) {
            let which = match part {
                0 | 7 | 10 => "end",
                3..=5 => "mid",
                _ => "start",
            };
            let (period, end) = self.whole(self.past(after, &["the year", "-"]))?;
            let mut found = portion(&period, which)?;
            if part >= 9 {
                found.modifier = None;
            }
            // "the end of 1989" is its last third.
            let written = period.timex.len() == 4
                && !matches!(part, 9 | 10)
                && self.any(after, &["this", "the", "next", "last"]).is_none();
            if written && which == "end" {
                found.ranges = found
                    .ranges
                    .iter()
                    .filter_map(|&(_, end)| Some((calendar::plus_months(end, -4)?, end)))
                    .collect();
            }
            return Some((found, end));
        }
        self.last_week(at).or_else(|| self.week_of_day(at)).or_else(|| self.whole(at))
    }

    pub fn whole(&self, at: usize) -> Read<Period> {
        let (year, month) = (i32::from(self.today.year()), i32::from(self.today.month()));
        let words =
            ["this", "next", "last", "previous", "past", "coming", "upcoming", "following", "current", "the"];
        let lead = self.any(at, &words);
        if let Some((word, start)) = lead {
            let offset = match word {
                0 | 8 | 9 => 0,
                2..=4 => -1,
                _ => 1,
            };
            // "the calendar year 2008" begins behind "the".
            if word == 9
                && self
                    .any(start, &["calendar year", "year"])
                    .is_some_and(|(_, end)| self.year(end).is_some())
            {
                return None;
            }
            let units = [
                "week",
                "weekend",
                "month",
                "year",
                "quarter",
                "decade",
                "calendar year",
                "working week",
                "workweek",
                "calendar week",
                "calendar month",
            ];
            if let Some((unit, end)) = self.any(start, &units) {
                let monday = calendar::monday(self.today, offset)?;
                let of = self.any(end, &["of"]);
                let period = match unit {
                    0 | 9 if of.is_none() => Period::week(monday)?,
                    1 if of.is_none() => Period::weekend(monday)?,
                    2 | 10 if of.is_none() => {
                        let first = calendar::month_start(self.today, offset)?;
                        Period::month(i32::from(first.year()), i32::from(first.month()))?
                    }
                    3 | 6 => Period::year(year + offset as i32)?,
                    4 => {
                        let start = calendar::plus_months(
                            calendar::day(year, 1, 1)?,
                            (i64::from((month - 1) / 3) + offset) * 3,
                        )?;
                        Period::months(start, 3)?
                    }
                    5 => {
                        let first = calendar::day(year / 10 * 10 + offset as i32 * 10, 1, 1)?;
                        let last = calendar::plus_months(first, 120)?;
                        Period::exact(format!("({first},{last},P10Y)"), first, last)
                    }
                    7 | 8 => {
                        let mut period = Period::week(monday)?;
                        period.ranges = vec![(monday, calendar::plus_days(monday, 5)?)];
                        period
                    }
                    _ => return self.nth_of(at),
                };
                return Some((period, end));
            }
            if let Some((named, end)) = self.month_name(start).filter(|_| word != 9) {
                return Some((Period::month(year + offset as i32, named)?, end));
            }
        }
        self.nth_of(at)
            .or_else(|| self.quarter(at))
            .or_else(|| self.month_year(at))
            .or_else(|| self.decade(at))
            .or_else(|| {
                let start = self.past(at, &["the year", "year", "calendar year", "cy"]);
                let (year, end) = self.year(start)?;
                Some((Period::year(year)?, end))
            })
    }

    /// "June 2016", "June of 1992", "2017 April", "Dec-2018", "2015-3", "September"
    pub fn month_year(&self, at: usize) -> Read<Period> {
        if let Some((month, end)) = self.month_name(at) {
            let next = match self.chars.get(end) {
                Some('-' | '/') => end + 1,
                _ => self.past(end, &[", in", "of", "in", ","]),
            };
            if let Some((year, end)) = self.year(next) {
                return Some((Period::month(year, month)?, end));
            }
            return Some((Period::any_month(month, self.today)?, end));
        }
        let at = skip_spaces(self.chars, at);
        let (year, end) = self.figures(at, 4, 4).filter(|(year, _)| (1_500..2_200).contains(year))?;
        if let Some((month, end)) = self.month_name(end) {
            return Some((Period::month(year, month)?, end));
        }
        let separator = *self.chars.get(end)?;
        let (month, end) = self.figures(end + 1, 1, 2).filter(|_| matches!(separator, '-' | '/'))?;
        let free = !self.chars.get(end).is_some_and(|&c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/'));
        (free && (1..=12).contains(&month)).then_some((Period::month(year, month)?, end))
    }

    /// Q1 2019, 2019-q1, H2
    pub fn quarter(&self, at: usize) -> Read<Period> {
        let at = skip_spaces(self.chars, at);
        let names = ["q1", "q2", "q3", "q4", "h1", "h2"];
        let build = |year: i32, which: usize| {
            let (start, months) = if which < 4 { (which as i64 * 3, 3) } else { ((which as i64 - 4) * 6, 6) };
            Period::months(calendar::plus_months(calendar::day(year, 1, 1)?, start)?, months)
        };
        if let Some((which, end)) = self.any(at, &names) {
            let (year, end) =
                self.year(self.past(end, &["of", "in", "-"])).unwrap_or((i32::from(self.today.year()), end));
            return Some((build(year, which)?, end));
        }
        let (year, end) = self.figures(at, 4, 4)?;
        let next = if self.chars.get(end) == Some(&'-') { end + 1 } else { end };
        let (which, end) = self.any(next, &names)?;
        Some((build(year, which)?, end))
    }

    /// 1990s, 90 s
    pub fn decade(&self, at: usize) -> Read<Period> {
        let at = skip_spaces(self.chars, at);
        let (value, end) = self.figures(at, 4, 4)?;
        let end = skip_spaces(self.chars, end);
        let plural = self.chars.get(end) == Some(&'s')
            && !self.chars.get(end + 1).is_some_and(char::is_ascii_alphanumeric);
        if !plural || value % 10 != 0 {
            return None;
        }
        let start = calendar::day(value, 1, 1)?;
        let stop = calendar::plus_months(start, 120)?;
        Some((Period::exact(format!("({start},{stop},P10Y)"), start, stop), end + 1))
    }

    /// "the second week of 2021", "last week of Dec 2016", "week 27 of last year", "the 9th month of next year"
    pub fn nth_of(&self, at: usize) -> Read<Period> {
        let at = self.past(at, &["the"]);
        let of_year = |start: usize| -> Read<i32> {
            let this = i32::from(self.today.year());
            match self.any(start, &["this year", "next year", "last year", "the year"]) {
                Some((word, end)) => Some((this + [0, 1, -1, 0][word], end)),
                None => self.year(start),
            }
        };
        let week_of = |year: i32, week: i64| {
            let first = calendar::monday(calendar::day(year, 1, 4)?, 0)?;
            Period::week(calendar::plus_days(first, (week - 1) * 7)?)
        };
        if let Some(end) = self.word(at, &["week"])
            && let Some((week, end)) = self.figures(skip_spaces(self.chars, end), 1, 2)
        {
            let (year, end) =
                self.word(end, &["of"]).and_then(of_year).unwrap_or((i32::from(self.today.year()), end));
            return Some((week_of(year, i64::from(week))?, end));
        }
        let last = self.word(at, &["last"]);
        let (count, end) = match last {
            Some(end) => (-1, end),
            None => self.day_number(at).map(|(day, end)| (i64::from(day), end))?,
        };
        let (unit, end) = self.any(end, &["week of", "month of", "quarter of"])?;
        if let Some((year, end)) = of_year(end) {
            let period = match unit {
                0 if count < 0 => {
                    let last = calendar::monday(calendar::day(year, 12, 28)?, 0)?;
                    Period::week(last)?
                }
                0 => week_of(year, count)?,
                1 => Period::month(year, if count < 0 { 12 } else { count as i32 })?,
                _ => Period::months(
                    calendar::plus_months(
                        calendar::day(year, 1, 1)?,
                        (if count < 0 { 3 } else { count - 1 }) * 3,
                    )?,
                    3,
                )?,
            };
            return Some((period, end));
        }
        None
    }

    /// "the week of April 10th" is the week that holds the day.
    pub fn week_of_day(&self, at: usize) -> Read<Period> {
        let end = self.word(at, &["the week of", "week of"])?;
        let (day, end) = self.day(end)?;
        let week = |date: &jiff::civil::Date| {
            let monday = calendar::monday(*date, 0)?;
            Some((monday, calendar::plus_days(monday, 7)?))
        };
        let ranges = day.days.iter().filter_map(week).collect();
        Some((Period { timex: day.timex, ranges, modifier: None }, end))
    }

    /// "last week of July", "the last week of last month"
    pub fn last_week(&self, at: usize) -> Read<Period> {
        let end = self.word(at, &["the last week of", "last week of", "the final week of"])?;
        let (month, end) = self.whole(end).filter(|(period, _)| period.timex.len() == 7)?;
        let weeks = |&(_, stop): &(jiff::civil::Date, jiff::civil::Date)| {
            let monday = calendar::monday(calendar::plus_days(stop, -1)?, 0)?;
            Some((monday, calendar::plus_days(monday, 7)?))
        };
        let ranges: Vec<_> = month.ranges.iter().filter_map(weeks).collect();
        Some((Period { timex: format!("{}-W05", month.timex), ranges, modifier: None }, end))
    }
}

/// Early, mid and late in a month or year.
fn portion(period: &Period, which: &'static str) -> Option<Period> {
    let part = |&(start, end): &(jiff::civil::Date, jiff::civil::Date)| {
        let months = (i32::from(end.year()) - i32::from(start.year())) * 12 + i32::from(end.month())
            - i32::from(start.month());
        Some(match (months, which) {
            (1, "start") => (start, calendar::plus_days(start, 15)?),
            (1, "mid") => (calendar::plus_days(start, 9)?, calendar::plus_days(start, 20)?),
            (1, _) => (calendar::plus_days(start, 15)?, end),
            (12, "start") => (start, calendar::plus_months(start, 6)?),
            (0, "end") => (calendar::plus_days(start, 3)?, calendar::plus_days(start, 6)?),
            (0, "start") => (start, calendar::plus_days(start, 3)?),
            (12, "mid") => (calendar::plus_months(start, 4)?, calendar::plus_months(start, 8)?),
            (12, _) => (calendar::plus_months(start, 6)?, end),
            _ => return None,
        })
    };
    let ranges = period.ranges.iter().map(part).collect::<Option<Vec<_>>>()?;
    Some(Period { timex: period.timex.clone(), ranges, modifier: Some(which) })
}
