//! English: "next Friday at 3pm", "from March to May", "two weeks ago", "every Monday", "before the end of June".

mod bounded;
mod clock;
mod day;
mod length;
mod period;
mod point;
mod words;
mod written;

use jiff::civil::{Date, DateTime};

use super::{Clock, Day, Item, Length, Period, Unit, range};
use crate::{
    entity::{
        date::calendar,
        scan::{begins, ends, literal, skip_spaces},
    },
    recognizers::{Span, number::english as number},
};
use words::FIRST_WORDS;

type Read<T> = Option<(T, usize)>;

pub fn items(chars: &[char], reference: DateTime) -> Vec<(Span, Item)> {
    let reader = Reader { chars, now: reference, today: reference.date() };
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match reader.expression(at) {
            Some((item, end)) if end > at => {
                found.push(((at, end), item));
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

struct Reader<'a> {
    chars: &'a [char],
    now: DateTime,
    today: Date,
}

impl Reader<'_> {
    /// The longest of the words that stands whole behind spaces: its position and end.
    fn any(&self, at: usize, words: &[&str]) -> Read<usize> {
        let at = skip_spaces(self.chars, at);
        let first = *self.chars.get(at)?;
        if first.is_ascii_alphanumeric() && !begins(self.chars, at) {
            return None;
        }
        let whole = |word: &&str| {
            let end = literal(self.chars, at, word)?;
            (!word.ends_with(|c: char| c.is_ascii_alphanumeric()) || ends(self.chars, end)).then_some(end)
        };
        let hits = words.iter().enumerate().filter(|(_, word)| word.starts_with(first));
        hits.filter_map(|(index, word)| whole(word).map(|end| (index, end))).max_by_key(|(_, end)| *end)
    }

    fn word(&self, at: usize, words: &[&str]) -> Option<usize> {
        self.any(at, words).map(|(_, end)| end)
    }

    /// Past one of the words, if it stands there.
    fn past(&self, at: usize, words: &[&str]) -> usize {
        self.word(at, words).unwrap_or(at)
    }

    fn expression(&self, at: usize) -> Read<Item> {
        let c = self.chars[at];
        if !c.is_ascii_alphanumeric() && !matches!(c, '<' | '>' | '=') || !begins(self.chars, at) {
            return None;
        }
        if c.is_ascii_alphabetic() && !FIRST_WORDS.iter().any(|word| literal(self.chars, at, word).is_some())
        {
            return None;
        }
        let coded = |c: char| matches!(c, '.' | '/' | ':' | '$' | '€' | '£' | '+' | ',' | '~');
        // 133-03-03-2020 is a code.
        let dashed = at >= 2 && self.chars[at - 1] == '-' && self.chars[at - 2].is_ascii_digit();
        if dashed && c.is_ascii_digit() {
            return None;
        }
        if at > 0 && coded(self.chars[at - 1]) && (c.is_ascii_digit() || self.chars[at - 1] == '$') {
            return None;
        }
        self.span(at)
            .or_else(|| self.lasting(at))
            .or_else(|| self.dated_span(at))
            .or_else(|| self.bounded(at))
            .or_else(|| self.about(at))
            .or_else(|| self.set(at))
            .or_else(|| self.single(at))
            .filter(|(item, end)| !self.is_other(at, *end, item))
    }

    /// "may" the verb, "second" the ordinal, numbers that only look like a year.
    fn is_other(&self, at: usize, end: usize, item: &Item) -> bool {
        let text: String = self.chars[at..end].iter().collect();
        let next = self.chars.get(end).copied();
        match item {
            Item::Period(_) if matches!(text.as_str(), "may" | "march" | "mar") => {
                let cues = ["in", "of", "this", "next", "last", "since", "by", "until", "for", "during"];
                let lead = crate::entity::scan::word_before(self.chars, at);
                let cued = lead.is_some_and(|word| crate::entity::scan::is_one_of(self.chars, word, &cues));
                let alone = at == 0 && end == self.chars.len();
                !cued && !alone
            }
            // A bare year stands behind a word that a year follows.
            Item::Period(_) if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) => {
                let dashed = matches!(next, Some('-' | '/' | ':' | '%' | '.' | ','))
                    && self.chars.get(end + 1).is_some_and(char::is_ascii_digit);
                let before = at.checked_sub(1).map(|i| self.chars[i]);
                let counted =
                    self.word(end, &["pieces", "pcs", "units", "people", "students", "times"]).is_some();
                dashed || counted || matches!(before, Some('-' | '#'))
            }
            Item::DayPart(_) => crate::entity::scan::word_before(self.chars, at)
                .is_some_and(|word| crate::entity::scan::is_one_of(self.chars, word, &["good"])),
            // 1687-413d is a code.
            Item::Length(_) => at > 0 && self.chars[at - 1] == '-' && !self.chars[at..end].contains(&' '),
            _ => false,
        }
    }

    /// "from A to B", "between A and B", "A - B"
    fn span(&self, at: usize) -> Read<Item> {
        let (lead, start) = match self.any(at, &["from", "between"]) {
            Some((word, end)) => (Some(word), skip_spaces(self.chars, end)),
            None => (None, at),
        };
        let (first, mid) = self.end_point(start, None)?;
        let next = skip_spaces(self.chars, mid);
        let after = match self.chars.get(next)? {
            '-' | '–' | '—' | '~' => next + 1,
            _ => {
                let joints: &[&str] = match lead {
                    Some(1) => &["and", "to"],
                    _ => &["to", "through", "till", "until", "thru"],
                };
                self.word(next, joints)?
            }
        };
        let (second, end) = self.end_point(skip_spaces(self.chars, after), Some(&first))?;
        let (first, second) = self.aligned(first, second);
        let (first, second) = (self.settled(first, &second), self.settled(second, &Item::Now));
        // Numbers alone are times only beside a word or mark of time.
        if let (Item::Clock(from), Item::Clock(to)) = (&first, &second) {
            let told = |clock: &Clock| !clock.either || clock.parts > 1;
            if !(told(from) || told(to)) {
                let (part, end) = self.behind_times(end)?;
                return Some((moments(part, *from, *to), end));
            }
            if let Some((part, after)) = self.behind_times(end) {
                return Some((moments(part, *from, *to), after));
            }
        }
        Some((range::between(&first, &second)?, end))
    }

    /// "now" beside a day is today.
    fn settled(&self, item: Item, other: &Item) -> Item {
        let today = || Item::Day(Day::exact(self.today));
        match (item, other) {
            (Item::Now, Item::Day(_)) => today(),
            (item, _) => item,
        }
    }

    /// What follows a range of times: a day, or a part of the day.
    fn behind_times(&self, at: usize) -> Read<(Option<Day>, Option<bool>)> {
        let next = self.past(at, &["on", "in the", "this", ","]);
        if let Some((late, end)) = self.half(next) {
            let this = self.word(at, &["this"]).is_some();
            let day = this.then(|| Day::exact(self.today));
            if let Some((day, end)) = self.day(self.past(end, &["on"])) {
                return Some(((Some(day), Some(late)), end));
            }
            return Some(((day, Some(late)), end));
        }
        if let Some(end) = self.word(next, &["last night"]) {
            return Some(((Some(Day::exact(calendar::plus_days(self.today, -1)?)), Some(true)), end));
        }
        let (day, end) = self.day(next)?;
        match self.half(end) {
            Some((late, after)) => Some(((Some(day), Some(late)), after)),
            None => Some(((Some(day), None), end)),
        }
    }

    /// Whether a part of the day is its later half.
    fn half(&self, at: usize) -> Read<bool> {
        let words = ["morning", "afternoon", "evening", "night"];
        self.any(at, &words).map(|(word, end)| (word > 0, end))
    }

    /// One end of a range; the second may leave out what the first has said.
    fn end_point(&self, at: usize, first: Option<&Item>) -> Read<Item> {
        let years = |item: &Item| matches!(item, Item::Period(period) if period.timex.len() == 4);
        if let Some(Item::Day(day)) = first
            && self.single(at).is_none_or(|(item, _)| matches!(item, Item::Clock(_)))
            && let Some((number, end)) = self.day_number(self.past(at, &["the"]))
            && let Some(month) = day.timex.get(5..7).and_then(|month| month.parse().ok())
        {
            let day = match day.timex.get(..4).and_then(|year| year.parse().ok()) {
                Some(year) => Day::of_year(year, month, number)?,
                None => Day::of_any_year(month, number, self.today)?,
            };
            return Some((Item::Day(day), end));
        }
        if let Some(Item::Clock(_)) = first
            && let Some((clock, end)) = self.clock(at)
        {
            return Some((Item::Clock(clock), end));
        }
        if let Some(Item::Clock(_)) = first
            && self.day(at).is_none()
            && let Some((clock, end)) = self.hour(at)
        {
            return Some((Item::Clock(clock), end));
        }
        if let Some(hit) = self.single(at).or_else(|| self.single(self.past(at, &["the"])))
            && !matches!(hit.0, Item::Length(_) | Item::Span(..))
            && (first.is_none() || first.is_some_and(years) == years(&hit.0))
        {
            return Some(hit);
        }
        let (hour, end) = self.hour(at)?;
        Some((Item::Clock(hour), end))
    }

    /// "from May to October 2020": the year of the second counts for both; "5 to 6pm": so does the half of the day.
    fn aligned(&self, first: Item, second: Item) -> (Item, Item) {
        match (&first, &second) {
            (Item::Period(from), Item::Period(to))
                if from.timex.starts_with("XXXX-") && !to.timex.starts_with("XXXX") =>
            {
                let year = to.timex.get(..4).and_then(|year| year.parse::<i32>().ok());
                let month = from.timex.get(5..7).and_then(|month| month.parse::<i32>().ok());
                let end = to.timex.get(5..7).and_then(|month| month.parse::<i32>().ok());
                if let (Some(year), Some(month), Some(end)) = (year, month, end) {
                    let year = if month > end { year - 1 } else { year };
                    if let Some(period) = Period::month(year, month) {
                        return (Item::Period(period), second);
                    }
                }
                (first, second)
            }
            // "from next Monday to Friday"
            (Item::Day(from), Item::Day(to)) if from.days.len() == 1 && to.timex.starts_with("XXXX-WXX") => {
                let weekday = to.days.first().map(|date| i64::from(date.weekday().to_monday_zero_offset()));
                match weekday.and_then(|weekday| calendar::upcoming(from.days[0], weekday)) {
                    Some(date) => (first, Item::Day(Day::exact(date))),
                    None => (first, second),
                }
            }
            // "November to February 5th, 2017"
            (Item::Period(from), Item::Day(to)) if from.timex.starts_with("XXXX-") && to.days.len() == 1 => {
                let month = from.timex.get(5..7).and_then(|month| month.parse::<i32>().ok());
                let last = to.days[0];
                let year = i32::from(last.year())
                    - i32::from(month.is_some_and(|month| month > i32::from(last.month())));
                match month.and_then(|month| Day::of_year(year, month, 1)) {
                    Some(day) => (Item::Day(day), second),
                    None => (first, second),
                }
            }
            (Item::Period(from), Item::Now) if from.ranges.len() == 1 => {
                (Item::Day(Day::exact(from.ranges[0].0)), Item::Day(Day::exact(self.today)))
            }
            (Item::Day(_), Item::Now) => (first, Item::Day(Day::exact(self.today))),
            (Item::Day(from), Item::Day(to))
                if from.timex.starts_with("XXXX-") != to.timex.starts_with("XXXX-")
                    && !from.timex.contains('W')
                    && !to.timex.contains('W')
                    && !from.timex.contains("XX-XX") =>
            {
                let year_of = |day: &Day| day.timex.get(..4).and_then(|year| year.parse::<i32>().ok());
                let parts = |day: &Day| {
                    Some((day.timex.get(5..7)?.parse().ok()?, day.timex.get(8..10)?.parse().ok()?))
                };
                let dated =
                    |day: &Day, year: i32| parts(day).and_then(|(month, of)| Day::of_year(year, month, of));
                match (year_of(from), year_of(to)) {
                    (None, Some(year)) => match dated(from, year) {
                        Some(day) => (Item::Day(day), second),
                        None => (first, second),
                    },
                    (Some(year), None) => match dated(to, year) {
                        Some(day) => (first, Item::Day(day)),
                        None => (first, second),
                    },
                    _ => (first, second),
                }
            }
            _ => (first, second),
        }
    }

    /// "Monday 3-8", "tomorrow from 10 to 12", "1/1/2015 between 10 and 11:30": a day and a range of times.
    fn dated_span(&self, at: usize) -> Read<Item> {
        let (day, end) = self.day(self.past(at, &["on"]))?;
        if self.word(at, &["on"]).is_some() {
            return None;
        }
        let next = self.past(end, &[",", "at", "for"]);
        if let Some(modifier) = self.any(next, &["before", "after", "by", "since"]) {
            let (clock, end) = self.clock(modifier.1).or_else(|| self.hour_of_part(modifier.1))?;
            let name = ["before", "after", "before", "since"][modifier.0];
            return Some((Item::BoundedMoment(name, day, clock), end));
        }
        let start = self.past(next, &["from", "between"]);
        let (first, mid) = self.clock(start).or_else(|| self.hour(start))?;
        let gap = skip_spaces(self.chars, mid);
        let after = match self.chars.get(gap)? {
            '-' | '–' | '~' => gap + 1,
            _ => self.word(gap, &["to", "and", "till", "until", "through"])?,
        };
        if self.word(gap, &["and"]).is_some() && self.word(next, &["between"]).is_none() {
            return None;
        }
        let (second, end) = self.clock(after).or_else(|| self.hour(after))?;
        Some((Item::MomentRange(day.clone(), first, day, second), end))
    }

    fn hour_of_part(&self, at: usize) -> Read<Clock> {
        let (clock, end) = self.hour(at)?;
        let (late, end) = self.half(self.past(end, &["in the"]))?;
        Some((if late { clock.late() } else { clock.early() }, end))
    }
}

/// A range of times on a day, in a half of it, or alone.
fn moments((day, late): (Option<Day>, Option<bool>), from: Clock, to: Clock) -> Item {
    let told = |clock: Clock| match late {
        Some(true) if clock.either => clock.late(),
        Some(false) if clock.either => clock.early(),
        _ => clock,
    };
    let (from, to) = (told(from), told(to));
    match day {
        Some(day) => Item::MomentRange(day.clone(), from, day, to),
        None => Item::ClockRange(from, to),
    }
}
