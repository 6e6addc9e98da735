//! Chinese: 2019年3月1日, 下周三上午10点, 从三月到五月, 两天后, 每周一.

mod clock;
mod day;
mod length;
mod period;

use jiff::civil::{Date, DateTime};

use super::{AFTERNOON, Clock, Day, DayPart, EVENING, Item, Length, MORNING, NIGHT, Period, Unit, range};
use crate::{
    entity::{
        date::calendar,
        number::numeral,
        scan::{literal, longest, skip_spaces},
    },
    recognizers::{Span, number::chinese as number},
};

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

/// What may begin an expression; all else is passed quickly.
const FIRST: &str =
    "从自在今明后昨前当过这最年本月上中下周末早晚凌清午夜半大约星礼每去第春夏秋冬零两几之接现还间";

impl Reader<'_> {
    fn word(&self, at: usize, words: &[&str]) -> Read<usize> {
        longest(self.chars, at, words)
    }

    fn is(&self, at: usize, word: &str) -> Option<usize> {
        literal(self.chars, skip_spaces(self.chars, at), word)
    }

    fn expression(&self, at: usize) -> Read<Item> {
        let c = self.chars[at];
        if !(c.is_ascii_digit() || numeral(c).is_some() || FIRST.contains(c) || "十百".contains(c)) {
            return None;
        }
        if at > 0
            && c.is_ascii_digit()
            && (self.chars[at - 1].is_ascii_alphanumeric() || matches!(self.chars[at - 1], '.' | '/' | ':'))
        {
            return None;
        }
        self.span(at).or_else(|| self.bounded(at)).or_else(|| self.single(at))
    }

    /// 从…到…, …至…, …-…
    fn span(&self, at: usize) -> Read<Item> {
        // 1995-1997年
        if let Some((from, end)) = self.digits(at, 4, 4)
            && let Some((_, after)) =
                self.word(skip_spaces(self.chars, end), &["到", "至", "-", "–", "—", "~"])
            && let Some((to, end)) = self.year(skip_spaces(self.chars, after))
        {
            let item = range::between(&Item::Period(Period::year(from)?), &Item::Period(Period::year(to)?));
            return item.map(|item| (item, end));
        }
        let start = self.word(at, &["从", "自"]).map_or(at, |(_, end)| end);
        let (first, mid) = self.single(start)?;
        let next = skip_spaces(self.chars, mid);
        let (joint, after) = self.word(next, &["到", "至", "-", "–", "—", "~", "和", "与"])?;
        let after = skip_spaces(self.chars, after);
        let second = self.single(after).or_else(|| self.short_end(&first, after));
        let (second, mut end) = second?;
        let second = self.aligned(&first, second, after);
        let enclosed = self.word(skip_spaces(self.chars, end), &["之间", "间", "期间"]);
        if let Some((_, after)) = enclosed {
            end = after;
        }
        // 2015年和2018年 without 之间 are two.
        if joint >= 6 && enclosed.is_none() {
            return None;
        }
        Some((range::between(&first, &second)?, end))
    }

    /// 从一月十日到十二日: what the second leaves out, the first has said.
    fn short_end(&self, first: &Item, at: usize) -> Read<Item> {
        let (day, end) = self.number(at)?;
        match first {
            Item::Day(from) => {
                let end = self.word(end, &["日", "号"])?.1;
                Some((Item::Day(same_month(from, day, self.today)?), end))
            }
            _ => None,
        }
    }

    /// 2019年2月28日-3月1日: the year goes on; 下午五点到七点: so does the half of the day.
    fn aligned(&self, first: &Item, second: Item, at: usize) -> Item {
        match (first, second) {
            (Item::Day(from), Item::Day(to))
                if to.timex.starts_with("XXXX-") && !to.timex.starts_with("XXXX-W") =>
            {
                let year = from.timex.get(..4).and_then(|year| year.parse::<i32>().ok());
                let date = to
                    .timex
                    .get(5..7)
                    .and_then(|m| m.parse().ok())
                    .zip(to.timex.get(8..10).and_then(|d| d.parse().ok()));
                match (year, date) {
                    (Some(year), Some((month, day))) => {
                        Item::Day(Day::of_year(year, month, day).unwrap_or(to))
                    }
                    _ => Item::Day(to),
                }
            }
            (Item::Clock(from) | Item::Moment(_, from), Item::Clock(to))
                if !from.either && to.either && from.hour() >= 12 && self.part(at).is_none() =>
            {
                let late = to.late();
                Item::Clock(if late.seconds > from.seconds { late } else { to })
            }
            (_, second) => second,
        }
    }

    /// 2018年以前, 自2018年以来, 2010年1月4日或之前
    fn bounded(&self, at: usize) -> Read<Item> {
        let lead = self.word(at, &["自从", "自", "从", "在"]);
        let start = lead.map_or(at, |(_, end)| skip_spaces(self.chars, end));
        let (inner, end) = self.single(start)?;
        let next = skip_spaces(self.chars, end);
        const AFTER: &[(&str, &str)] = &[
            ("或之前", "until"),
            ("或以前", "until"),
            ("及以前", "until"),
            ("及之前", "until"),
            ("或之后", "since"),
            ("或以后", "since"),
            ("及以后", "since"),
            ("及之后", "since"),
            ("之前", "before"),
            ("以前", "before"),
            ("之后", "after"),
            ("以后", "after"),
            ("以来", "since"),
            ("开始", "since"),
            ("起", "since"),
        ];
        let tail = AFTER
            .iter()
            .find_map(|(word, modifier)| literal(self.chars, next, word).map(|end| (*modifier, end)));
        if !matches!(inner, Item::Day(_) | Item::Period(_) | Item::Clock(_) | Item::Moment(..)) {
            return None;
        }
        let since = matches!(lead, Some((0 | 1, _))) || (matches!(lead, Some((2, _))) && tail.is_some());
        match tail {
            Some((modifier, end)) if since && modifier == "since" => {
                // 从2015年起 begins with the year, 从…开始 with the word.
                let begins =
                    lead.is_some_and(|(word, _)| word < 2) || literal(self.chars, next, "开始").is_some();
                if begins { Some((Item::Bounded("since", Box::new(inner)), end)) } else { None }
            }
            Some((modifier, end)) if lead.is_none() => Some((Item::Bounded(modifier, Box::new(inner)), end)),
            None if matches!(lead, Some((0 | 1, _))) => Some((Item::Bounded("since", Box::new(inner)), end)),
            _ => None,
        }
    }

    fn single(&self, at: usize) -> Read<Item> {
        let at = skip_spaces(self.chars, at);
        self.chars.get(at)?;
        self.set(at)
            .or_else(|| self.now(at))
            .or_else(|| self.moment(at))
            .or_else(|| self.relative_span(at))
            .or_else(|| self.later(at))
            .or_else(|| self.day(at).map(|(day, end)| (Item::Day(day), end)))
            .or_else(|| self.period(at))
            .or_else(|| self.clock(at).map(|(clock, end)| (Item::Clock(clock), end)))
            .or_else(|| self.length(at).map(|(length, end)| (Item::Length(length), end)))
            .or_else(|| self.part(at).map(|(part, end)| (Item::DayPart(part), end)))
    }

    fn now(&self, at: usize) -> Read<Item> {
        self.word(at, &["现在", "此刻", "目前"]).map(|(_, end)| (Item::Now, end))
    }

    /// A day with a time or a part of the day.
    fn moment(&self, at: usize) -> Read<Item> {
        // 今晚6点, 明早
        const SHORT: &[(&str, i64, DayPart)] = &[
            ("今早", 0, MORNING),
            ("今晨", 0, MORNING),
            ("今晚", 0, EVENING),
            ("明早", 1, MORNING),
            ("明晨", 1, MORNING),
            ("明晚", 1, EVENING),
            ("昨晚", -1, EVENING),
            ("昨夜", -1, NIGHT),
            ("后晚", 2, EVENING),
        ];
        if let Some((end, days, part)) = SHORT
            .iter()
            .find_map(|(word, days, part)| literal(self.chars, at, word).map(|end| (end, *days, *part)))
        {
            let day = Day::exact(calendar::plus_days(self.today, days)?);
            if let Some((clock, end)) = self.clock(end) {
                let clock = if part == MORNING { clock.early() } else { clock.late() };
                return Some((Item::Moment(day, clock), end));
            }
            return Some((Item::PartOf(day, part), end));
        }
        let (day, end) = self.day(at)?;
        let next = self.is(end, "的").unwrap_or_else(|| skip_spaces(self.chars, end));
        if let Some((clock, end)) = self.clock(next) {
            return Some((Item::Moment(day, clock), end));
        }
        let (part, end) = self.part(next)?;
        Some((Item::PartOf(day, part), end))
    }

    fn number(&self, at: usize) -> Read<i32> {
        let at = skip_spaces(self.chars, at);
        if self.chars.get(at)?.is_ascii_digit() {
            return self.digits(at, 1, 5);
        }
        // 八点二十 is a time: the point ends the numeral.
        let run = self.chars[at..]
            .iter()
            .take(8)
            .take_while(|&&c| numeral(c).is_some() || matches!(c, '十' | '百'))
            .count();
        let number = number::unsigned(&self.chars[..at + run], at)
            .filter(|number| number.value.fract() == 0.0 && !number.vague);
        let number = number.filter(|number| (0.0..1e5).contains(&number.value))?;
        Some((number.value as i32, number.end))
    }

    fn digits(&self, at: usize, least: usize, most: usize) -> Read<i32> {
        let count = self.chars[at.min(self.chars.len())..].iter().take_while(|c| c.is_ascii_digit()).count();
        if count < least || count > most {
            return None;
        }
        self.chars[at..at + count].iter().collect::<String>().parse().ok().map(|value| (value, at + count))
    }
}

/// The day of the same month as another.
fn same_month(from: &Day, day: i32, today: Date) -> Option<Day> {
    let month = from.timex.get(5..7)?.parse().ok()?;
    match from.timex.get(..4)?.parse() {
        Ok(year) => Day::of_year(year, month, day),
        Err(_) => Day::of_any_year(month, day, today),
    }
}
