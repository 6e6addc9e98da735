//! Any single point or stretch of time.

use super::{Clock, Day, Item, Read, Reader, calendar};
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

    pub fn part(&self, at: usize) -> Read<DayPart> {
        // "early morning", "late this afternoon"
        if let Some((word, end)) =
            self.any(at, &["early", "early in the", "late", "late in the", "later in the"])
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
        let words =
            ["morning", "afternoon", "evening", "night", "mornings", "afternoons", "evenings", "nights"];
        self.any(at, &words).map(|(word, end)| ([MORNING, AFTERNOON, EVENING, NIGHT][word % 4], end))
    }

    /// A day with a time or a part, in either order.
    pub fn moment(&self, at: usize) -> Read<Item> {
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
            "this morning",
            "this afternoon",
            "this evening",
            "tonight",
            "last night",
            "this night",
            "today pm",
            "today am",
            "tomorrow am",
            "tomorrow pm",
        ];
        let near = self.any(at, &words).map(|(word, end)| {
            let days = match word {
                4 => -1,
                8 | 9 => 1,
                _ => 0,
            };
            (
                days,
                [MORNING, AFTERNOON, EVENING, NIGHT, NIGHT, NIGHT, AFTERNOON, MORNING, MORNING, AFTERNOON]
                    [word],
                end,
            )
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
            return Some((
                if plural {
                    Item::Set(format!("{}{}", day.timex, part.code))
                } else {
                    Item::PartOf(day, part)
                },
                end,
            ));
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
}

/// The time that a part of the day means.
const fn in_part(clock: Clock, part: DayPart) -> Clock {
    if !clock.either {
        return clock;
    }
    if part.start < 43_200 { clock.early() } else { clock.late() }
}
