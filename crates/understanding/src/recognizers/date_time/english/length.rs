//! Lengths of time, and what they lead to from now.

use super::{Day, Item, Length, Read, Reader, Unit};
use crate::entity::scan::skip_spaces;

impl Reader<'_> {
    /// "3 days", "an hour", "one and a half hours", "1 hour and 30 minutes"
    pub fn length(&self, at: usize) -> Read<Length> {
        let mut parts: Vec<(f64, Unit)> = Vec::new();
        let mut end = at;
        while parts.len() < 4 {
            let start = if parts.is_empty() { at } else { self.past(end, &["and", ","]) };
            let Some((count, next)) = self.quantity(start) else { break };
            let Some((unit, after)) =
                self.unit(if self.chars.get(next) == Some(&'-') { next + 1 } else { next })
            else {
                break;
            };
            let glued = after - next == 1 && self.chars[next].is_ascii_lowercase();
            let single = after - skip_spaces(self.chars, next) == 1;
            let smaller = parts.last().is_none_or(|(_, last)| unit.seconds() < last.seconds());
            if single && !glued || !smaller || self.chars.get(after).is_some_and(char::is_ascii_alphanumeric)
            {
                break;
            }
            // "2 days ago" behind "3 weeks and" is another.
            if !parts.is_empty()
                && self.word(after, &["ago", "later", "from now", "before", "after"]).is_some()
            {
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
    pub fn quantity(&self, at: usize) -> Read<f64> {
        let at = skip_spaces(self.chars, at);
        let digits = self.chars.get(at..)?.iter().take_while(|c| c.is_ascii_digit()).count();
        if (1..=4).contains(&digits) && self.chars.get(at + digits).is_some_and(char::is_ascii_lowercase) {
            let value: String = self.chars[at..at + digits].iter().collect();
            return value.parse().ok().map(|value| (value, at + digits));
        }
        self.count(at).filter(|(count, _)| *count < 10_000.0)
    }

    /// "next 3 months", "past two weeks", "within 9 months", "2 upcoming months"
    pub fn relative(&self, at: usize) -> Read<Item> {
        let words = [
            "next",
            "coming",
            "upcoming",
            "following",
            "within",
            "within the next",
            "within next",
            "last",
            "past",
            "previous",
        ];
        let (forward, plain, length, end) = if let Some((word, end)) = self.any(at, &words) {
            let hour = self.any(end, &["hour", "minute", "second"]);
            let (length, after) = if let Some((unit, after)) = hour {
                (Length(vec![(1.0, [Unit::Hour, Unit::Minute, Unit::Second][unit])]), after)
            } else {
                // "next a week" is nothing; "within a week" is.
                self.length(end).filter(|_| word == 4 || self.word(end, &["a", "an"]).is_none())?
            };
            (word < 7, matches!(word, 4..=6), length, after)
        } else {
            let (count, end) = self.count(at)?;
            let (word, end) = self.any(end, &["upcoming", "next", "coming", "past", "previous", "last"])?;
            let (unit, end) = self.unit(end)?;
            (word < 3, false, Length(vec![(count, unit)]), end)
        };
        let base = if forward && !plain && !length.of_day() {
            Length(vec![(1.0, Unit::Day)]).from(self.now, true)?
        } else {
            self.now
        };
        let other = length.from(base, forward)?;
        let (from, to) = if forward { (base, other) } else { (other, base) };
        Some((Item::Span(from, to, length), end))
    }

    /// "in 3 weeks", "2 days ago", "3 days from tomorrow", "two months after Easter"
    pub fn later(&self, at: usize) -> Read<Item> {
        if let Some(start) = self.word(at, &["in"]) {
            let (length, end) = self.length(start)?;
            let moment = length.from(self.now, true)?;
            let item = if length.of_day() {
                Item::Instant(moment, true)
            } else {
                Item::Day(Day::exact(moment.date()))
            };
            return Some((item, end));
        }
        let (length, end) = self.length(at)?;
        if let Some((word, end)) =
            self.any(end, &["ago", "earlier", "before now", "later", "from now", "hence", "after now"])
        {
            let moment = length.from(self.now, word >= 3)?;
            let item = if length.of_day() {
                Item::Instant(moment, true)
            } else {
                Item::Day(Day::exact(moment.date()))
            };
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
