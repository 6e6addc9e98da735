//! What bounds a point or repeats it.

use super::{Clock, Item, Length, Read, Reader, Unit, number, range, words::unit_of};
use crate::entity::scan::skip_spaces;

impl Reader<'_> {
    /// "around 1pm", "about tomorrow 10am"; "more than 2 hours", "less than 4 days"
    pub fn about(&self, at: usize) -> Read<Item> {
        if let Some((word, end)) = self.any(at, &["more than", "less than", "over", "at least", "at most"])
            && let Some((length, end)) = self.length(end)
        {
            let modifier = if matches!(word, 0 | 2 | 3) { "more" } else { "less" };
            return (word < 2).then_some((Item::Marked(modifier, Box::new(Item::Length(length))), end));
        }
        let end = self.word(at, &["around", "about", "approximately", "circa"])?;
        let (inner, end) = self.single(end)?;
        let fits = matches!(inner, Item::Day(_) | Item::Clock(_) | Item::Moment(..));
        fits.then(|| (Item::Marked("approx", Box::new(inner)), end))
    }

    /// "from 2pm for 2 hours", "for 3 days from today", "2 weeks starting May 20th"
    pub fn lasting(&self, at: usize) -> Read<Item> {
        let point = |at: usize| {
            let start = self.past(at, &["from", "starting from", "starting on", "starting", "beginning"]);
            let (item, end) = self
                .single(start)
                .filter(|(item, _)| matches!(item, Item::Day(_) | Item::Clock(_) | Item::Moment(..)))
                .or_else(|| {
                    self.hour(start)
                        .filter(|_| start > at)
                        .map(|(hour, end)| (Item::Clock(Clock { either: false, ..hour }), end))
                })?;
            Some((item, end))
        };
        if let Some(start) = self.word(at, &["for"]).or(Some(at))
            && let Some((length, end)) = self.length(start)
        {
            let next = self.past(end, &[","]);
            let joined =
                self.word(next, &["from", "starting from", "starting on", "starting", "beginning"])?;
            // "3 days from today" without "for" is a day.
            if start == at && self.word(next, &["from"]).is_some() && !length.of_day() {
                return None;
            }
            let _ = joined;
            let (item, end) = point(next)?;
            return Some((range::lasting(&item, &length)?, end));
        }
        let dated = self.word(at, &["from"]).is_some();
        let (item, end) =
            if dated { point(at)? } else { self.day(at).map(|(day, end)| (Item::Day(day), end))? };
        if let Item::Day(day) = &item {
            let (clock, length, end) = match (self.word(end, &["from"]), self.word(end, &["for"])) {
                (Some(start), _) => {
                    let (clock, end) = self.clock(start)?;
                    let (length, end) = self.length(self.word(end, &["for"])?)?;
                    (clock, length, end)
                }
                (_, Some(start)) => {
                    let (length, end) = self.length(start)?;
                    let (clock, end) = self.clock(self.word(end, &["from"])?)?;
                    (clock, length, end)
                }
                _ => return None,
            };
            return Some((range::lasting(&Item::Moment(day.clone(), clock), &length)?, end));
        }
        let (length, end) = self.length(self.word(end, &["for"])?)?;
        Some((range::lasting(&item, &length)?, end))
    }

    /// "before Friday", "since 2018", "after the end of June", "2018 or later"
    pub fn bounded(&self, at: usize) -> Read<Item> {
        let words = [
            "before",
            "prior to",
            "earlier than",
            "by",
            "after",
            "later than",
            "since",
            "starting",
            "starting from",
            "starting on",
            "beginning",
            "as early as",
            "until",
            "till",
            "as late as",
            "no later than",
            "> =",
            ">=",
            "< =",
            "<=",
            "<",
            ">",
        ];
        let modifiers = [
            "before", "before", "before", "before", "after", "after", "since", "since", "since", "since",
            "since", "since", "until", "until", "until", "until", "since", "since", "until", "until",
            "before", "after",
        ];
        if let Some((word, end)) = self.any(at, &words) {
            let (inner, end) = self
                .single(end)
                .filter(|(inner, _)| !matches!(inner, Item::Length(_)))
                .or_else(|| self.single(self.past(end, &["the year", "the"])))?;
            let fits = matches!(inner, Item::Day(_) | Item::Period(_) | Item::Clock(_) | Item::Moment(..));
            return fits.then(|| (Item::Bounded(modifiers[word], Box::new(inner)), end));
        }
        let (inner, end) = self.single(at)?;
        let fits = matches!(inner, Item::Day(_) | Item::Period(_) | Item::Clock(_) | Item::Moment(..));
        let words = [
            "or later",
            "and later",
            "or after",
            "and after",
            "onwards",
            "onward",
            "or earlier",
            "or before",
            "and before",
        ];
        let (word, end) = self.any(end, &words)?;
        // "1/1/2016 and after 6PM" are two.
        if self.clock(end).is_some() || self.hour(end).is_some() || !fits {
            return None;
        }
        Some((Item::Bounded(if word < 6 { "since" } else { "until" }, Box::new(inner)), end))
    }

    /// "every Monday at 4pm", "daily", "once a week"
    pub fn set(&self, at: usize) -> Read<Item> {
        let adverbs = [
            ("daily", "P1D"),
            ("weekly", "P1W"),
            ("biweekly", "P2W"),
            ("fortnightly", "P2W"),
            ("monthly", "P1M"),
            ("quarterly", "P3M"),
            ("semi-annually", "P0.5Y"),
            ("semiannually", "P0.5Y"),
            ("annually", "P1Y"),
            ("annual", "P1Y"),
            ("yearly", "P1Y"),
            ("weekends", "P1WE"),
            ("weekdays", "P1WD"),
            ("everyday", "P1D"),
        ];
        let names: Vec<&str> = adverbs.iter().map(|(name, _)| *name).collect();
        if let Some((word, end)) = self.any(at, &names) {
            return Some((Item::Set(adverbs[word].1.to_owned()), end));
        }
        if let Some((_, end)) = self.any(at, &["once a", "one a", "twice a"]) {
            let (unit, end) = self.unit(end)?;
            return Some((Item::Set(Length(vec![(1.0, unit)]).timex()), end));
        }
        if let Some((clock, end)) = self.clock(at)
            && let Some(end) = self.word(end, &["every day", "everyday", "each day"])
        {
            return Some((Item::Set(clock.timex()), end));
        }
        let (_, end) = self.any(at, &["every", "each"])?;
        if let Some(end) = self.word(end, &["weekday", "workday", "business day"]) {
            return Some((Item::Set("P1WD".to_owned()), end));
        }
        if let Some(end) = self.word(end, &["weekend"]) {
            return Some((Item::Set("P1WE".to_owned()), end));
        }
        let (timex, end) = if let Some((day, end)) = self.weekday_name(end) {
            (format!("XXXX-WXX-{}", day + 1), end)
        } else {
            let (count, next) = self.count(end).unwrap_or((1.0, end));
            let (unit, end) = self.unit(next)?;
            (Length(vec![(count, unit)]).timex(), end)
        };
        if let Some((clock, end)) = self.clock(self.past(end, &["at"])) {
            let timex = if timex == "P1D" { clock.timex() } else { format!("{timex}{}", clock.timex()) };
            return Some((Item::Set(timex), end));
        }
        Some((Item::Set(timex), end))
    }

    pub fn unit(&self, at: usize) -> Read<Unit> {
        let at = skip_spaces(self.chars, at);
        let end =
            (at..self.chars.len()).find(|&i| !self.chars[i].is_ascii_lowercase()).unwrap_or(self.chars.len());
        let text: String = self.chars[at..end].iter().collect();
        unit_of(&text).map(|unit| (unit, end))
    }

    /// A number, or "a", "another", "half a".
    pub fn count(&self, at: usize) -> Read<f64> {
        let at = skip_spaces(self.chars, at);
        if let Some(end) = self.word(at, &["half a", "half an"]) {
            return Some((0.5, end));
        }
        if let Some(end) = self.word(at, &["a couple of", "couple of"]) {
            return Some((2.0, end));
        }
        let tokens = number::tokens(self.chars, at);
        if let Some(number) = number::read(self.chars, at).filter(|number| number.value > 0.0)
            && !tokens.is_empty()
        {
            return Some((number.value, number.end));
        }
        self.word(at, &["another", "an", "a"]).map(|end| (1.0, end))
    }
}
