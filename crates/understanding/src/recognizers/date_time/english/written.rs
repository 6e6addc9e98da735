//! Days as they are written, and holidays.

use super::{Day, Read, Reader, calendar, words::WEEKDAYS};
use crate::entity::scan::skip_spaces;

impl Reader<'_> {
    /// 2016-11-07, 11/7/2016, 7.11.2016, 11/7, 2016/Sep/23, Sep-23-2020, 20161107
    pub fn written(&self, at: usize) -> Read<Day> {
        let at = skip_spaces(self.chars, at);
        let lead = self.any(at, &["this", "next", "last"]);
        let start = skip_spaces(self.chars, lead.map_or(at, |(_, end)| end));
        if let Some((value, end)) = self.figures(start, 8, 8) {
            let day = Day::of_year(value / 10_000, value / 100 % 100, value % 100)?;
            let known = (1_900..2_100).contains(&(value / 10_000)) && !day.days.is_empty();
            return (known && !self.chars.get(end).is_some_and(char::is_ascii_alphanumeric))
                .then_some((day, end));
        }
        let (first, end) = self.figures(start, 1, 4)?;
        let separator = *self.chars.get(end).filter(|c| matches!(c, '-' | '/' | '.' | ' '))?;
        if let Some((month, end)) = self.month_name(end + 1).filter(|_| separator != ' ')
            && self.chars.get(end) == Some(&separator)
        {
            let (last, end) = self.figures(end + 1, 1, 4)?;
            return Some((
                if first > 31 {
                    Day::of_year(first, month, last)?
                } else {
                    Day::of_year(last, month, first)?
                },
                end,
            ));
        }
        let (second, end) = self.figures(end + 1, 1, 2)?;
        if self.chars.get(end) == Some(&separator) && self.figures(end + 1, 1, 4).is_some() {
            let (third, end) = self.figures(end + 1, 1, 4)?;
            if self.chars.get(end).is_some_and(|&c| c.is_ascii_alphanumeric() && c != 't') {
                return None;
            }
            if first >= 1_000 {
                let four = end - start >= 8;
                return (four && separator != ' ' || end - start == 10)
                    .then_some((Day::of_year(first, second, third)?, end));
            }
            if separator == ' ' {
                return None;
            }
            if third >= 1_000 {
                let day = if separator == '.' {
                    Day::of_year(third, second, first)
                } else {
                    Day::of_year(third, first, second)
                };
                return Some((
                    day.or_else(|| Day::of_year(third, second, first))
                        .or_else(|| Day::of_year(third, first, second))?,
                    end,
                ));
            }
            let (month, day) = if first <= 12 { (first, second) } else { (second, first) };
            if third > 99 || end - start < 6 {
                return None;
            }
            // Two digits of a year may lie in either century where both are near.
            let days: Vec<_> = match third {
                0..=29 => vec![2_000 + third],
                30..=39 => vec![1_900 + third, 2_000 + third],
                _ => vec![1_900 + third],
            };
            if let [year] = days.as_slice() {
                return Some((Day::of_year(*year, month, day)?, end));
            }
            let dates = days.iter().filter_map(|year| calendar::day(*year, month, day)).collect();
            return Some((Day { timex: format!("XX{third:02}-{month:02}-{day:02}"), days: dates }, end));
        }
        let glued = self.chars.get(end).is_some_and(|&c| {
            c.is_ascii_alphanumeric()
                || matches!(c, ':' | '%')
                || (matches!(c, '.' | '/' | '-')
                    && self.chars.get(end + 1).is_some_and(char::is_ascii_digit)
                    && separator != '/')
        });
        let decimal =
            self.chars.get(end) == Some(&'.') && self.chars.get(end + 1).is_some_and(char::is_ascii_digit);
        let weekday_before = crate::entity::scan::word_before(self.chars, start)
            .is_some_and(|word| crate::entity::scan::is_one_of(self.chars, word, WEEKDAYS));
        let short = separator == '/' || separator == '.' && weekday_before;
        if !short || glued || decimal || first > 31 {
            return None;
        }
        let (month, day) = if first <= 12 { (first, second) } else { (second, first) };
        let mut found = Day::of_any_year(month, day, self.today)?;
        if let Some((lead, _)) = lead {
            let year = i32::from(self.today.year()) + [0, 1, -1][lead];
            found.days.clear();
            found.days.extend(calendar::day(year, month, day));
        }
        Some((found, end))
    }

    /// "July 1st, 2018", "4th of July", "the 12 of Nov", "28 June in 2020", "Jan/3"
    pub fn month_day(&self, at: usize) -> Read<Day> {
        let at = skip_spaces(self.chars, at);
        let (month, day, end) = if let Some((month, end)) = self.month_name(at) {
            let next = match self.chars.get(end) {
                Some('/' | '-') => end + 1,
                _ => self.past(end, &[", the", ",", "the"]),
            };
            let (day, end) = self.day_number(next)?;
            (month, day, end)
        } else {
            let start = self.past(at, &["the"]);
            let (day, end) = self.day_number(start)?;
            let next = self.past(end, &["day of", "of"]);
            let next = if self.chars.get(next) == Some(&'-') { next + 1 } else { next };
            let (month, end) = self.month_name(next)?;
            (month, day, end)
        };
        let next = match self.chars.get(end) {
            Some('-' | '/') => end + 1,
            _ => self.past(end, &[", in", ", of", ",", "in", "of"]),
        };
        if let Some((year, end)) = self.year(next) {
            return Some((Day::of_year(year, month, day)?, end));
        }
        Some((Day::of_any_year(month, day, self.today)?, end))
    }

    pub fn holiday(&self, at: usize) -> Read<Day> {
        let names = [
            "christmas day",
            "christmas",
            "christmas eve",
            "new year's day",
            "new year day",
            "new years day",
            "new year's eve",
            "independence day",
            "halloween",
            "valentine's day",
            "saint patrick's day",
            "saint patrick",
            "labor day",
            "labour day",
            "thanksgiving",
            "thanksgiving day",
            "black friday",
            "easter",
            "easter sunday",
            "easter monday",
            "good friday",
        ];
        let lead = self.any(at, &["next", "last", "previous", "this", "following", "the"]);
        let (which, end) = self.any(lead.map_or(at, |(_, end)| end), &names)?;
        let of = |year: i32| -> Option<jiff::civil::Date> {
            let (month, day) = match which {
                0 | 1 => (12, 25),
                2 => (12, 24),
                3..=5 => (1, 1),
                6 => (12, 31),
                7 => (7, 4),
                8 => (10, 31),
                9 => (2, 14),
                10 | 11 => (3, 17),
                12 => return calendar::upcoming(calendar::day(year, 9, 1)?, 0),
                13 => (5, 1),
                14 | 15 => {
                    return calendar::plus_days(calendar::upcoming(calendar::day(year, 11, 1)?, 3)?, 21);
                }
                16 => return calendar::plus_days(calendar::upcoming(calendar::day(year, 11, 1)?, 3)?, 22),
                17 | 18 => return easter(year),
                19 => return calendar::plus_days(easter(year)?, 1),
                _ => return calendar::plus_days(easter(year)?, -2),
            };
            calendar::day(year, month, day)
        };
        let this = i32::from(self.today.year());
        let next = self.past(end, &["of", "in", ","]);
        if let Some((word, end)) = self.any(next, &["this year", "next year", "last year"]) {
            return Some((Day::exact(of(this + [0, 1, -1][word])?), end));
        }
        if let Some((year, end)) = self.year(next) {
            return Some((Day::exact(of(year)?), end));
        }
        let past = (this - 1..=this).rev().filter_map(of).find(|date| *date < self.today);
        let coming = (this..=this + 1).filter_map(of).find(|date| *date >= self.today);
        match lead.map(|(word, _)| word) {
            Some(0 | 4) => Some((Day::exact(coming?), end)),
            Some(1 | 2) => Some((Day::exact(past?), end)),
            Some(3) => Some((Day::exact(of(this)?), end)),
            _ => {
                let fixed = of(2_001)?;
                let timex = format!("XXXX-{:02}-{:02}", fixed.month(), fixed.day());
                let timex = if (12..=20).contains(&which) && which != 13 {
                    let date = past?;
                    format!("XXXX-{:02}-{:02}", date.month(), date.day())
                } else {
                    timex
                };
                Some((Day { timex, days: past.into_iter().chain(coming).collect() }, end))
            }
        }
    }
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
fn easter(year: i32) -> Option<jiff::civil::Date> {
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let moon = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - moon + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let sum = epact + weekday - 7 * late + 114;
    calendar::day(year, sum / 31, sum % 31 + 1)
}
