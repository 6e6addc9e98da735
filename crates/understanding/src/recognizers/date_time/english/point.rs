//! Days, times of day, stretches of days and lengths.

use super::{
    Clock, Day, Item, Length, Period, Read, Reader, Unit, calendar, number,
    words::{MONTHS, WEEKDAYS, month_of, weekday_of},
};
use crate::{
    entity::scan::skip_spaces,
    recognizers::date_time::{AFTERNOON, DayPart, EVENING, MORNING, NIGHT},
};

impl Reader<'_> {
    pub fn single(&self, at: usize) -> Read<Item> {
        let at = skip_spaces(self.chars, at);
        self.chars.get(at)?;
        self.moment(at)
            .or_else(|| self.relative(at))
            .or_else(|| self.later(at))
            .or_else(|| self.day(at).map(|(day, end)| (Item::Day(day), end)))
            .or_else(|| self.period(at).map(|(period, end)| (Item::Period(period), end)))
            .or_else(|| self.clock(at).map(|(clock, end)| (Item::Clock(clock), end)))
            .or_else(|| self.length(at).map(|(length, end)| (Item::Length(length), end)))
            .or_else(|| self.part(at).map(|(part, end)| (Item::DayPart(part), end)))
            .or_else(|| self.word(at, &["right now", "now"]).map(|end| (Item::Now, end)))
    }

    fn part(&self, at: usize) -> Read<DayPart> {
        // "early morning", "late this afternoon"
        if let Some((word, end)) = self.any(at, &["early", "early in the", "late", "late in the", "later in the"])
            && let Some((part, end)) = self.any(end, &["morning", "afternoon", "evening"])
        {
            let whole = [MORNING, AFTERNOON, EVENING][part];
            let found = if word < 2 {
                DayPart { end: whole.start + 7_200, modifier: Some("start"), ..whole }
            } else {
                DayPart { start: whole.end - 7_200, modifier: Some("end"), ..whole }
            };
            return Some((found, end));
        }
        if let Some(end) = self.word(at, &["lunchtime", "at lunchtime", "lunch time"]) {
            return Some((DayPart { code: "TMEL", start: 39_600, end: 46_800, modifier: None }, end));
        }
        if let Some(end) = self.word(at, &["in the night-time", "night-time", "nighttime"]) {
            return Some((DayPart { code: "TNT", start: 0, end: 28_800, modifier: None }, end));
        }
        let at = self.past(at, &["in the", "at", "during the"]);
        let words = ["morning", "afternoon", "evening", "night", "mornings", "afternoons", "evenings", "nights"];
        self.any(at, &words).map(|(word, end)| ([MORNING, AFTERNOON, EVENING, NIGHT][word % 4], end))
    }

    /// A day with a time or a part, in either order.
    fn moment(&self, at: usize) -> Read<Item> {
        if let Some((word, end)) = self.any(at, &["late", "later", "early", "earlier"])
            && let Some((part, end)) = self.any(end, &["this morning", "this afternoon", "this evening"])
        {
            let whole = [MORNING, AFTERNOON, EVENING][part];
            let found = if word < 2 {
                DayPart { start: whole.end - 7_200, modifier: Some("end"), ..whole }
            } else {
                DayPart { end: whole.start + 7_200, modifier: Some("start"), ..whole }
            };
            return Some((Item::PartOf(Day::exact(self.today), found), end));
        }
        let tonight = self.word(at, &["tonight"]).map(|end| (0, NIGHT, end));
        let words = [
            "this morning", "this afternoon", "this evening", "tonight", "last night", "this night", "today pm", "today am", "tomorrow am", "tomorrow pm",
        ];
        let near = self.any(at, &words).map(|(word, end)| {
            let days = match word {
                4 => -1,
                8 | 9 => 1,
                _ => 0,
            };
            (days, [MORNING, AFTERNOON, EVENING, NIGHT, NIGHT, NIGHT, AFTERNOON, MORNING, MORNING, AFTERNOON][word], end)
        });
        if let Some((days, part, end)) = near.or(tonight) {
            let day = Day::exact(calendar::plus_days(self.today, days)?);
            let next = self.past(end, &["at", "around"]);
            if let Some((clock, end)) = self.clock(next).or_else(|| self.hour(next).filter(|_| next > end)) {
                return Some((Item::Moment(day, in_part(clock, part)), end));
            }
            return Some((Item::PartOf(day, part), end));
        }
        if let Some((day, end)) = self.day(at) {
            let next = self.past(end, &[", at", "at", "for", "@", ",", "around", "by the"]);
            let explicit = self.word(end, &["at", ", at", "around", "@"]).is_some();
            if let Some((clock, end)) = self.clock(next).or_else(|| self.hour(next).filter(|_| explicit)) {
                return Some((Item::Moment(day, clock), end));
            }
            let (part, end) = self.part(self.past(end, &["in the"]))?;
            let next = self.past(end, &["at"]);
            if let Some((clock, end)) = self.clock(next).or_else(|| self.hour(next).filter(|_| next > end)) {
                return Some((Item::Moment(day, in_part(clock, part)), end));
            }
            let plural = self.chars[end - 1] == 's';
            return Some((if plural { Item::Set(format!("{}{}", day.timex, part.code)) } else { Item::PartOf(day, part) }, end));
        }
        let start = self.past(at, &["at"]);
        let (clock, end) = self.clock(start).or_else(|| self.hour(start).filter(|_| start == at))?;
        let lead = start > at;
        let next = self.past(end, &["on", "in the", ",", "this"]);
        let tonight = self.word(next, &["tonight"]).map(|end| (Day::exact(self.today), Some(NIGHT), end));
        let part = self.word(end, &["this"]).is_some().then(|| self.part(next)).flatten();
        let hit = tonight
            .or_else(|| part.map(|(part, end)| (Day::exact(self.today), Some(part), end)))
            .or_else(|| {
                let (day, end) = self.day(next).filter(|_| !clock.either || clock.parts > 1)?;
                Some(match self.part(end) {
                    Some((part, end)) => (day, Some(part), end),
                    None => (day, None, end),
                })
            })?;
        let (day, part, end) = hit;
        // "at 8 today" begins with "at", "at 13:00 February 28" with the time.
        if lead && day.days != [self.today] {
            return None;
        }
        Some((Item::Moment(day, part.map_or(clock, |part| in_part(clock, part))), end))
    }

    fn figures(&self, at: usize, least: usize, most: usize) -> Read<i32> {
        let count = self.chars.get(at..)?.iter().take_while(|c| c.is_ascii_digit()).count();
        if count < least || count > most {
            return None;
        }
        self.chars[at..at + count].iter().collect::<String>().parse().ok().map(|value| (value, at + count))
    }

    fn month_name(&self, at: usize) -> Read<i32> {
        self.any(at, MONTHS).map(|(position, end)| (month_of(position), end))
    }

    pub fn weekday_name(&self, at: usize) -> Read<i64> {
        self.any(at, WEEKDAYS).map(|(position, end)| (weekday_of(position), if self.chars.get(end) == Some(&'.') && end - at <= 4 { end } else { end }))
    }

    /// 14th, the 4th, twenty-first, 14
    pub fn day_number(&self, at: usize) -> Read<i32> {
        let at = skip_spaces(self.chars, at);
        if let Some((value, end)) = self.figures(at, 1, 2) {
            let ending: String = self.chars.get(end..(end + 2).min(self.chars.len()))?.iter().collect();
            let end = if matches!(ending.as_str(), "st" | "nd" | "rd" | "th") { end + 2 } else { end };
            let free = !self.chars.get(end).is_some_and(|&c| c.is_ascii_alphanumeric() || (matches!(c, ':' | '.' | '%') && self.chars.get(end + 1).is_some_and(char::is_ascii_digit)));
            return (free && (1..=31).contains(&value)).then_some((value, end));
        }
        let tokens = number::tokens(self.chars, at);
        let (value, next) = number::ordinal(&tokens, 0).or_else(|| number::cardinal(&tokens, 0))?;
        (value.fract() == 0.0 && (1.0..=31.0).contains(&value)).then_some((value as i32, tokens[next - 1].end))
    }

    fn has_ending(&self, end: usize) -> bool {
        end >= 2 && matches!(self.chars[end - 2..end], ['s', 't'] | ['n', 'd'] | ['r', 'd'] | ['t', 'h'])
    }

    /// 2016, "nineteen ninety six", "two thousand and fifteen"
    fn year(&self, at: usize) -> Read<i32> {
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

    fn named_day(&self, at: usize) -> Read<Day> {
        let words = [
            "today", "tomorrow", "yesterday", "the day after tomorrow", "day after tomorrow", "the day before yesterday", "day before yesterday", "the day before",
            "the day after", "the next day", "the previous day", "otd", "the current day", "current date",
        ];
        let (word, end) = self.any(at, &words)?;
        let days = [0, 1, -1, 2, 2, -2, -2, -1, 1, 1, -1, 0, 0, 0][word];
        Some((Day::exact(calendar::plus_days(self.today, days)?), end))
    }

    fn weekday(&self, at: usize) -> Read<Day> {
        let words = [
            "next", "last", "previous", "this", "this upcoming", "this coming", "coming", "upcoming", "following", "this past", "past",
            "next week on", "last week on", "this week on", "current",
        ];
        let lead = self.any(at, &words);
        let start = self.past(lead.map_or(at, |(_, end)| end), &["the"]);
        let (day, end) = self.weekday_name(start)?;
        let of_week = self.any(end, &["of last week", "of next week", "of this week", "next week", "last week", "this week"]);
        if let (Some((word, end)), None) = (of_week, lead) {
            return Some((Day::exact(calendar::weekday_of(self.today, [-1, 1, 0, 1, -1, 0][word], day)?), end));
        }
        let Some((lead, _)) = lead else {
            // "Friday, July 6", "tues the 4th": the date tells, the weekday belongs to it.
            let next = self.past(end, &[",", ", the", "the"]);
            if let Some((date, end)) = self.written(next).or_else(|| self.month_day(next)) {
                return Some((date, end));
            }
            if let Some((number, after)) = self.day_number(next)
                && (self.has_ending(after) || self.word(end, &["the"]).is_some() || self.chars[after - 1].is_ascii_digit())
                && !matches!(self.chars.get(after), Some('-' | '/' | ':' | '.')) | (self.chars.get(after) == Some(&'.') && self.chars.get(after + 1).is_none_or(|c| !c.is_ascii_digit()))
                && self.word(after, &["am", "pm", "to", "o'clock", "oclock", "a.m.", "p.m."]).is_none()
            {
                if self.word(end, &["the"]).is_some() {
                    let (year, month) = (i32::from(self.today.year()), i32::from(self.today.month()));
                    return Some((Day::of_year(year, month, number)?, after));
                }
                return Some((self.weekday_on(day, number)?, after));
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
        if let Some((mut dated, end)) = self.written(end).filter(|(dated, _)| dated.timex.starts_with("XXXX")) {
            let year = i32::from(self.today.year());
            dated.days.retain(|date| i32::from(date.year()) == year);
            return Some((dated, end));
        }
        Some((Day::exact(date), end))
    }

    /// Monday 21: the last and the next 21st that is a Monday.
    fn weekday_on(&self, weekday: i64, number: i32) -> Option<Day> {
        let fits = |months: i64| {
            let first = calendar::month_start(self.today, months)?;
            let date = calendar::day(i32::from(first.year()), i32::from(first.month()), number)?;
            (i64::from(date.weekday().to_monday_zero_offset()) == weekday).then_some(date)
        };
        let past = (-40..=0).rev().filter_map(fits).find(|date| *date < self.today);
        let next = (0..=40).filter_map(fits).find(|date| *date >= self.today);
        let days = past.into_iter().chain(next).collect();
        Some(Day { timex: format!("XXXX-WXX-{}", weekday + 1), days })
    }

    /// 2016-11-07, 11/7/2016, 7.11.2016, 11/7, 2016/Sep/23, Sep-23-2020, 20161107
    fn written(&self, at: usize) -> Read<Day> {
        let at = skip_spaces(self.chars, at);
        let lead = self.any(at, &["this", "next", "last"]);
        let start = skip_spaces(self.chars, lead.map_or(at, |(_, end)| end));
        if let Some((value, end)) = self.figures(start, 8, 8) {
            let day = Day::of_year(value / 10_000, value / 100 % 100, value % 100)?;
            let known = (1_900..2_100).contains(&(value / 10_000)) && !day.days.is_empty();
            return (known && !self.chars.get(end).is_some_and(char::is_ascii_alphanumeric)).then_some((day, end));
        }
        let (first, end) = self.figures(start, 1, 4)?;
        let separator = *self.chars.get(end).filter(|c| matches!(c, '-' | '/' | '.' | ' '))?;
        if let Some((month, end)) = self.month_name(end + 1).filter(|_| separator != ' ')
            && self.chars.get(end) == Some(&separator)
        {
            let (last, end) = self.figures(end + 1, 1, 4)?;
            return Some((if first > 31 { Day::of_year(first, month, last)? } else { Day::of_year(last, month, first)? }, end));
        }
        let (second, end) = self.figures(end + 1, 1, 2)?;
        if self.chars.get(end) == Some(&separator) && self.figures(end + 1, 1, 4).is_some() {
            let (third, end) = self.figures(end + 1, 1, 4)?;
            if self.chars.get(end).is_some_and(|&c| c.is_ascii_alphanumeric() && c != 't') {
                return None;
            }
            if first >= 1_000 {
                let four = end - start >= 8;
                return (four && separator != ' ' || end - start == 10).then_some((Day::of_year(first, second, third)?, end));
            }
            if separator == ' ' {
                return None;
            }
            if third >= 1_000 {
                let day = if separator == '.' { Day::of_year(third, second, first) } else { Day::of_year(third, first, second) };
                return Some((day.or_else(|| Day::of_year(third, second, first)).or_else(|| Day::of_year(third, first, second))?, end));
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
        let glued = self.chars.get(end).is_some_and(|&c| c.is_ascii_alphanumeric() || matches!(c, ':' | '%') || (matches!(c, '.' | '/' | '-') && self.chars.get(end + 1).is_some_and(char::is_ascii_digit) && separator != '/'));
        let decimal = self.chars.get(end) == Some(&'.') && self.chars.get(end + 1).is_some_and(char::is_ascii_digit);
        let weekday_before = crate::entity::scan::word_before(self.chars, start).is_some_and(|word| crate::entity::scan::is_one_of(self.chars, word, WEEKDAYS));
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
    fn month_day(&self, at: usize) -> Read<Day> {
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

    /// "the 18th", "on the 4th", "the 21st of next month"
    fn ordinal_day(&self, at: usize) -> Read<Day> {
        let end = self.word(at, &["the"])?;
        let (day, end) = self.day_number(end)?;
        let ordinal = self.has_ending(end);
        let months = self.any(end, &["of this month", "of next month", "of last month", "this month", "next month", "day of the month", "day of next month", "of the month"]);
        if let Some((word, end)) = months {
            let first = calendar::month_start(self.today, [0, 1, -1, 0, 1, 0, 1, 0][word])?;
            return Some((Day::of_year(i32::from(first.year()), i32::from(first.month()), day)?, end));
        }
        let lead = crate::entity::scan::word_before(self.chars, at);
        let cued = lead.is_some_and(|word| crate::entity::scan::is_one_of(self.chars, word, &["on", "until", "by", "from", "before", "after", "since"]));
        (ordinal && cued).then_some((Day::of_any_month(day, self.today)?, end))
    }

    fn holiday(&self, at: usize) -> Read<Day> {
        let names = [
            "christmas day", "christmas", "christmas eve", "new year's day", "new year day", "new years day", "new year's eve", "independence day", "halloween",
            "valentine's day", "saint patrick's day", "saint patrick", "labor day", "labour day", "thanksgiving", "thanksgiving day", "black friday", "easter", "easter sunday", "easter monday", "good friday",
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
                14 | 15 => return calendar::plus_days(calendar::upcoming(calendar::day(year, 11, 1)?, 3)?, 21),
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

    pub fn period(&self, at: usize) -> Read<Period> {
        let at = skip_spaces(self.chars, at);
        if let Some((part, after)) = self.any(at, &["end of", "beginning of", "start of", "middle of", "mid", "mid-", "early", "late", "early in", "earlier", "later"]) {
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
            let written = period.timex.len() == 4 && !matches!(part, 9 | 10) && self.any(after, &["this", "the", "next", "last"]).is_none();
            if written && which == "end" {
                found.ranges = found.ranges.iter().filter_map(|&(_, end)| Some((calendar::plus_months(end, -4)?, end))).collect();
            }
            return Some((found, end));
        }
        self.last_week(at).or_else(|| self.week_of_day(at)).or_else(|| self.whole(at))
    }

    fn whole(&self, at: usize) -> Read<Period> {
        let (year, month) = (i32::from(self.today.year()), i32::from(self.today.month()));
        let words = ["this", "next", "last", "previous", "past", "coming", "upcoming", "following", "current", "the"];
        let lead = self.any(at, &words);
        if let Some((word, start)) = lead {
            let offset = match word {
                0 | 8 | 9 => 0,
                2..=4 => -1,
                _ => 1,
            };
            // "the calendar year 2008" begins behind "the".
            if word == 9 && self.any(start, &["calendar year", "year"]).is_some_and(|(_, end)| self.year(end).is_some()) {
                return None;
            }
            let units = ["week", "weekend", "month", "year", "quarter", "decade", "calendar year", "working week", "workweek", "calendar week", "calendar month"];
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
                        let start = calendar::plus_months(calendar::day(year, 1, 1)?, (i64::from((month - 1) / 3) + offset) * 3)?;
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
        self.nth_of(at).or_else(|| self.quarter(at)).or_else(|| self.month_year(at)).or_else(|| self.decade(at)).or_else(|| {
            let start = self.past(at, &["the year", "year", "calendar year", "cy"]);
            let (year, end) = self.year(start)?;
            Some((Period::year(year)?, end))
        })
    }

    /// "June 2016", "June of 1992", "2017 April", "Dec-2018", "2015-3", "September"
    fn month_year(&self, at: usize) -> Read<Period> {
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
    fn quarter(&self, at: usize) -> Read<Period> {
        let at = skip_spaces(self.chars, at);
        let names = ["q1", "q2", "q3", "q4", "h1", "h2"];
        let build = |year: i32, which: usize| {
            let (start, months) = if which < 4 { (which as i64 * 3, 3) } else { ((which as i64 - 4) * 6, 6) };
            Period::months(calendar::plus_months(calendar::day(year, 1, 1)?, start)?, months)
        };
        if let Some((which, end)) = self.any(at, &names) {
            let (year, end) = self.year(self.past(end, &["of", "in", "-"])).unwrap_or((i32::from(self.today.year()), end));
            return Some((build(year, which)?, end));
        }
        let (year, end) = self.figures(at, 4, 4)?;
        let next = if self.chars.get(end) == Some(&'-') { end + 1 } else { end };
        let (which, end) = self.any(next, &names)?;
        Some((build(year, which)?, end))
    }

    /// 1990s, 90 s
    fn decade(&self, at: usize) -> Read<Period> {
        let at = skip_spaces(self.chars, at);
        let (value, end) = self.figures(at, 4, 4)?;
        let end = skip_spaces(self.chars, end);
        let plural = self.chars.get(end) == Some(&'s') && !self.chars.get(end + 1).is_some_and(char::is_ascii_alphanumeric);
        if !plural || value % 10 != 0 {
            return None;
        }
        let start = calendar::day(value, 1, 1)?;
        let stop = calendar::plus_months(start, 120)?;
        Some((Period::exact(format!("({start},{stop},P10Y)"), start, stop), end + 1))
    }

    /// "the second week of 2021", "last week of Dec 2016", "week 27 of last year", "the 9th month of next year"
    fn nth_of(&self, at: usize) -> Read<Period> {
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
            let (year, end) = self.word(end, &["of"]).and_then(of_year).unwrap_or((i32::from(self.today.year()), end));
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
                _ => Period::months(calendar::plus_months(calendar::day(year, 1, 1)?, (if count < 0 { 3 } else { count - 1 }) * 3)?, 3)?,
            };
            return Some((period, end));
        }
        None
    }

    /// "the week of April 10th" is the week that holds the day.
    fn week_of_day(&self, at: usize) -> Read<Period> {
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
    fn last_week(&self, at: usize) -> Read<Period> {
        let end = self.word(at, &["the last week of", "last week of", "the final week of"])?;
        let (month, end) = self.whole(end).filter(|(period, _)| period.timex.len() == 7)?;
        let weeks = |&(_, stop): &(jiff::civil::Date, jiff::civil::Date)| {
            let monday = calendar::monday(calendar::plus_days(stop, -1)?, 0)?;
            Some((monday, calendar::plus_days(monday, 7)?))
        };
        let ranges: Vec<_> = month.ranges.iter().filter_map(weeks).collect();
        Some((Period { timex: format!("{}-W05", month.timex), ranges, modifier: None }, end))
    }

    /// 8:30am, 8am, 8.30 pm, noon, half past seven, 8 o'clock, 7 in the evening
    pub fn clock(&self, at: usize) -> Read<Clock> {
        let at = skip_spaces(self.chars, at);
        if let Some((word, end)) = self.any(at, &["noon", "midday", "midnight", "12 noon", "12 midnight", "noonish", "mid-day"]) {
            return Some((Clock::new(if matches!(word, 2 | 4) { 0 } else { 12 }, 0, 0, 1, false)?, end));
        }
        if let Some((word, end)) = self.any(at, &["half past", "quarter past", "a quarter past", "quarter to", "a quarter to"]) {
            let (hour, end) = self.hour(end)?;
            let minutes = [30, 15, 15, -15, -15][word];
            let seconds = (hour.seconds + minutes * 60).rem_euclid(86_400);
            let clock = Clock { seconds, parts: 2, either: hour.either };
            return Some(self.with_half(clock, self.past(end, &["o'clock", "oclock"])).unwrap_or((clock, self.past(end, &["o'clock", "oclock"]))));
        }
        if let Some((hour, end)) = self.figures(at, 1, 2)
            && matches!(self.chars.get(end), Some(':' | '.'))
            && let Some((minute, mut end)) = self.figures(end + 1, 2, 2)
        {
            let dotted = self.chars[end - 3] == '.';
            let (mut second, mut parts) = (0, 2);
            if self.chars.get(end) == Some(&':')
                && let Some((value, after)) = self.figures(end + 1, 2, 2)
            {
                (second, parts, end) = (value, 3, after);
            }
            let clock = Clock::new(hour, minute, second, parts, (1..=12).contains(&hour))?;
            if let Some(hit) = self.with_half(clock, end) {
                return Some(hit);
            }
            let weekday = crate::entity::scan::word_before(self.chars, at).is_some_and(|word| crate::entity::scan::is_one_of(self.chars, word, &["at", "from", "between"]));
            let free = !self.chars.get(end).is_some_and(|&c| c.is_ascii_alphanumeric() || matches!(c, '%' | '/'));
            return (free && (!dotted || weekday)).then_some((clock, end));
        }
        // 1140 a.m.
        if let Some((value, end)) = self.figures(at, 3, 4)
            && let Some(clock) = Clock::new(value / 100, value % 100, 0, 2, true)
            && let Some(hit) = self.with_half(clock, end)
        {
            return Some(hit);
        }
        let (hour, end) = self.hour(at)?;
        if let Some(hit) = self.with_half(hour, end) {
            return Some(hit);
        }
        if let Some(end) = self.word(end, &["o'clock", "oclock"]) {
            return Some(self.with_half(hour, end).unwrap_or((hour, end)));
        }
        // 11ish
        let ish: String = self.chars.get(end..(end + 3).min(self.chars.len()))?.iter().collect();
        if ish == "ish" {
            return Some((Clock { either: false, ..hour }, end + 3));
        }
        // "five thirty", "two forty five"
        let words = self.chars[at].is_ascii_lowercase();
        let next = if self.chars.get(end) == Some(&'-') { end + 1 } else { end };
        if words
            && let Some((minute, after)) = self.minutes(next)
        {
            let clock = Clock::new(hour.hour(), minute, 0, 2, hour.either)?;
            return Some(self.with_half(clock, after).unwrap_or((clock, after)));
        }
        None
    }

    fn minutes(&self, at: usize) -> Read<i32> {
        let tokens = number::tokens(self.chars, skip_spaces(self.chars, at));
        let first = tokens.first().filter(|token| token.kind != number::Kind::Digits)?;
        let (value, next) = number::cardinal(&tokens, 0)?;
        let known = first.value >= 10.0 && (10.0..60.0).contains(&value);
        known.then(|| (value as i32, tokens[next - 1].end))
    }

    /// am, pm, "in the morning" behind a time.
    fn with_half(&self, clock: Clock, at: usize) -> Read<Clock> {
        let marks = ["a.m.", "am", "a.m", "a. m.", "a . m .", "p.m.", "pm", "p.m", "p. m.", "p . m .", ".am", ".pm", "p", "a"];
        let next = skip_spaces(self.chars, at);
        let hit = marks.iter().enumerate().filter_map(|(index, mark)| {
            let end = crate::entity::scan::literal(self.chars, next, mark)?;
            let glued = mark.len() > 1 || next == at;
            (glued && !self.chars.get(end).is_some_and(char::is_ascii_alphanumeric)).then_some((index, end))
        });
        if let Some((mark, end)) = hit.max_by_key(|(_, end)| *end) {
            let early = matches!(mark, 0..=4 | 10 | 13);
            if clock.hour() > 12 {
                return None;
            }
            return Some((if early { clock.early() } else { clock.late() }, end));
        }
        let (word, end) = self.any(at, &["in the morning", "in the afternoon", "in the evening", "at night", "early morning"])?;
        Some((if matches!(word, 0 | 4) { clock.early() } else { clock.late() }, end))
    }

    /// A bare hour, which is a time only beside other words.
    pub fn hour(&self, at: usize) -> Read<Clock> {
        let at = skip_spaces(self.chars, at);
        if let Some((hour, end)) = self.figures(at, 1, 2) {
            let glued = matches!(self.chars.get(end), Some('/' | '%' | '.' | ',' | ':')) && self.chars.get(end + 1).is_some_and(char::is_ascii_digit);
            return (!glued).then_some((Clock::new(hour, 0, 0, 1, (1..=12).contains(&hour))?, end));
        }
        let tokens = number::tokens(self.chars, at);
        let first = tokens.first().filter(|token| token.kind == number::Kind::Unit && (1.0..=12.0).contains(&token.value))?;
        Some((Clock::new(first.value as i32, 0, 0, 1, true)?, first.end))
    }

    /// "3 days", "an hour", "one and a half hours", "1 hour and 30 minutes"
    pub fn length(&self, at: usize) -> Read<Length> {
        let mut parts: Vec<(f64, Unit)> = Vec::new();
        let mut end = at;
        while parts.len() < 4 {
            let start = if parts.is_empty() { at } else { self.past(end, &["and", ","]) };
            let Some((count, next)) = self.quantity(start) else { break };
            let Some((unit, after)) = self.unit(if self.chars.get(next) == Some(&'-') { next + 1 } else { next }) else { break };
            let glued = after - next == 1 && self.chars[next].is_ascii_lowercase();
            let single = after - skip_spaces(self.chars, next) == 1;
            let smaller = parts.last().is_none_or(|(_, last)| unit.seconds() < last.seconds());
            if single && !glued || !smaller || self.chars.get(after).is_some_and(char::is_ascii_alphanumeric) {
                break;
            }
            // "2 days ago" behind "3 weeks and" is another.
            if !parts.is_empty() && self.word(after, &["ago", "later", "from now", "before", "after"]).is_some() {
                break;
            }
            parts.push((count, unit));
            end = after;
            if let Some((word, after)) = self.any(end, &["and a half", "and half", "and a quarter"])
                && parts.len() == 1
            {
                parts[0].0 += if word == 2 { 0.25 } else { 0.5 };
                end = after;
            }
        }
        (!parts.is_empty()).then_some((Length(parts), end))
    }

    /// A count before a unit, also glued to it: 3h.
    fn quantity(&self, at: usize) -> Read<f64> {
        let at = skip_spaces(self.chars, at);
        let digits = self.chars.get(at..)?.iter().take_while(|c| c.is_ascii_digit()).count();
        if (1..=4).contains(&digits) && self.chars.get(at + digits).is_some_and(char::is_ascii_lowercase) {
            let value: String = self.chars[at..at + digits].iter().collect();
            return value.parse().ok().map(|value| (value, at + digits));
        }
        self.count(at).filter(|(count, _)| *count < 10_000.0)
    }

    /// "next 3 months", "past two weeks", "within 9 months", "2 upcoming months"
    fn relative(&self, at: usize) -> Read<Item> {
        let words = [
            "next", "coming", "upcoming", "following", "within", "within the next", "within next", "last", "past", "previous", "the next", "the last", "the past",
        ];
        let (forward, plain, length, end) = match self.any(at, &words) {
            Some((word, end)) => {
                let forward = word < 7 || word == 10;
                if word >= 10 {
                    return None;
                }
                let (length, after) = match self.any(end, &["hour", "minute", "second"]) {
                    Some((unit, after)) => (Length(vec![(1.0, [Unit::Hour, Unit::Minute, Unit::Second][unit])]), after),
                    None => self.length(end).filter(|_| self.word(end, &["a", "an"]).is_none() || word == 4)?,
                };
                (forward, matches!(word, 4..=6), length, after)
            }
            None => {
                let (count, end) = self.count(at)?;
                let (word, end) = self.any(end, &["upcoming", "next", "coming", "past", "previous", "last"])?;
                let (unit, end) = self.unit(end)?;
                (word < 3, false, Length(vec![(count, unit)]), end)
            }
        };
        let base = if forward && !plain && !length.of_day() { Length(vec![(1.0, Unit::Day)]).from(self.now, true)? } else { self.now };
        let other = length.from(base, forward)?;
        let (from, to) = if forward { (base, other) } else { (other, base) };
        Some((Item::Span(from, to, length), end))
    }

    /// "in 3 weeks", "2 days ago", "3 days from tomorrow", "two months after Easter"
    fn later(&self, at: usize) -> Read<Item> {
        if let Some(start) = self.word(at, &["in"]) {
            let (length, end) = self.length(start)?;
            let moment = length.from(self.now, true)?;
            let item = if length.of_day() { Item::Instant(moment, true) } else { Item::Day(Day::exact(moment.date())) };
            return Some((item, end));
        }
        let (length, end) = self.length(at)?;
        if let Some((word, end)) = self.any(end, &["ago", "earlier", "before now", "later", "from now", "hence", "after now"]) {
            let moment = length.from(self.now, word >= 3)?;
            let item = if length.of_day() { Item::Instant(moment, true) } else { Item::Day(Day::exact(moment.date())) };
            return Some((item, end));
        }
        let (word, after) = self.any(end, &["from", "after", "before"])?;
        if length.of_day() {
            return None;
        }
        let (day, end) = self.day(after)?;
        let base = day.days.iter().find(|date| **date > self.today).or_else(|| day.days.last())?;
        let moment = length.from(base.to_datetime(jiff::civil::Time::midnight()), word < 2)?;
        Some((Item::Day(Day::exact(moment.date())), end))
    }
}

/// The time that a part of the day means.
const fn in_part(clock: Clock, part: DayPart) -> Clock {
    if !clock.either {
        return clock;
    }
    if part.start < 43_200 { clock.early() } else { clock.late() }
}

/// Early, mid and late in a month or year.
fn portion(period: &Period, which: &'static str) -> Option<Period> {
    let part = |&(start, end): &(jiff::civil::Date, jiff::civil::Date)| {
        let months = (i32::from(end.year()) - i32::from(start.year())) * 12 + i32::from(end.month()) - i32::from(start.month());
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

/// Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
fn easter(year: i32) -> Option<jiff::civil::Date> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    calendar::day(year, sum / 31, sum % 31 + 1)
}
