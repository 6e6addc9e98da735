//! Times of day.

use super::{Clock, Read, Reader, number};
use crate::entity::scan::skip_spaces;

impl Reader<'_> {
    /// 8:30am, 8am, 8.30 pm, noon, half past seven, 8 o'clock, 7 in the evening
    pub fn clock(&self, at: usize) -> Read<Clock> {
        let at = skip_spaces(self.chars, at);
        if let Some((word, end)) =
            self.any(at, &["noon", "midday", "midnight", "12 noon", "12 midnight", "noonish", "mid-day"])
        {
            return Some((Clock::new(if matches!(word, 2 | 4) { 0 } else { 12 }, 0, 0, 1, false)?, end));
        }
        if let Some((word, end)) =
            self.any(at, &["half past", "quarter past", "a quarter past", "quarter to", "a quarter to"])
        {
            let (hour, end) = self.hour(end)?;
            let minutes = [30, 15, 15, -15, -15][word];
            let seconds = (hour.seconds + minutes * 60).rem_euclid(86_400);
            let clock = Clock { seconds, parts: 2, either: hour.either };
            return Some(
                self.with_half(clock, self.past(end, &["o'clock", "oclock"]))
                    .unwrap_or((clock, self.past(end, &["o'clock", "oclock"]))),
            );
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
            let weekday = crate::entity::scan::word_before(self.chars, at).is_some_and(|word| {
                crate::entity::scan::is_one_of(self.chars, word, &["at", "from", "between"])
            });
            let free =
                !self.chars.get(end).is_some_and(|&c| c.is_ascii_alphanumeric() || matches!(c, '%' | '/'));
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
        if words && let Some((minute, after)) = self.minutes(next) {
            let clock = Clock::new(hour.hour(), minute, 0, 2, hour.either)?;
            return Some(self.with_half(clock, after).unwrap_or((clock, after)));
        }
        None
    }

    pub fn minutes(&self, at: usize) -> Read<i32> {
        let tokens = number::tokens(self.chars, skip_spaces(self.chars, at));
        let first = tokens.first().filter(|token| token.kind != number::Kind::Digits)?;
        let (value, next) = number::cardinal(&tokens, 0)?;
        let known = first.value >= 10.0 && (10.0..60.0).contains(&value);
        known.then(|| (value as i32, tokens[next - 1].end))
    }

    /// am, pm, "in the morning" behind a time.
    pub fn with_half(&self, clock: Clock, at: usize) -> Read<Clock> {
        let marks = [
            "a.m.", "am", "a.m", "a. m.", "a . m .", "p.m.", "pm", "p.m", "p. m.", "p . m .", ".am", ".pm",
            "p", "a",
        ];
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
        let (word, end) = self.any(
            at,
            &["in the morning", "in the afternoon", "in the evening", "at night", "early morning"],
        )?;
        Some((if matches!(word, 0 | 4) { clock.early() } else { clock.late() }, end))
    }

    /// A bare hour, which is a time only beside other words.
    pub fn hour(&self, at: usize) -> Read<Clock> {
        let at = skip_spaces(self.chars, at);
        if let Some((hour, end)) = self.figures(at, 1, 2) {
            let glued = matches!(self.chars.get(end), Some('/' | '%' | '.' | ',' | ':'))
                && self.chars.get(end + 1).is_some_and(char::is_ascii_digit);
            return (!glued).then_some((Clock::new(hour, 0, 0, 1, (1..=12).contains(&hour))?, end));
        }
        let tokens = number::tokens(self.chars, at);
        let first = tokens
            .first()
            .filter(|token| token.kind == number::Kind::Unit && (1.0..=12.0).contains(&token.value))?;
        Some((Clock::new(first.value as i32, 0, 0, 1, true)?, first.end))
    }
}
