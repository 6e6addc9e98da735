//! Chinese: 2019年3月1日, 下周三上午10点, 从三月到五月, 两天后, 每周一.

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
const FIRST: &str = "从自在今明后昨前当过这最年本月上中下周末早晚凌清午夜半大约星礼每去第春夏秋冬零两几之接现还间";

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
        if at > 0 && c.is_ascii_digit() && (self.chars[at - 1].is_ascii_alphanumeric() || matches!(self.chars[at - 1], '.' | '/' | ':')) {
            return None;
        }
        self.span(at).or_else(|| self.bounded(at)).or_else(|| self.single(at))
    }

    /// 从…到…, …至…, …-…
    fn span(&self, at: usize) -> Read<Item> {
        // 1995-1997年
        if let Some((from, end)) = self.digits(at, 4, 4)
            && let Some((_, after)) = self.word(skip_spaces(self.chars, end), &["到", "至", "-", "–", "—", "~"])
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
            (Item::Day(from), Item::Day(to)) if to.timex.starts_with("XXXX-") && !to.timex.starts_with("XXXX-W") => {
                let year = from.timex.get(..4).and_then(|year| year.parse::<i32>().ok());
                let date = to.timex.get(5..7).and_then(|m| m.parse().ok()).zip(to.timex.get(8..10).and_then(|d| d.parse().ok()));
                match (year, date) {
                    (Some(year), Some((month, day))) => Item::Day(Day::of_year(year, month, day).unwrap_or(to)),
                    _ => Item::Day(to),
                }
            }
            (Item::Clock(from) | Item::Moment(_, from), Item::Clock(to)) if !from.either && to.either && from.hour() >= 12 && self.part(at).is_none() => {
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
            ("或之前", "until"), ("或以前", "until"), ("及以前", "until"), ("及之前", "until"), ("或之后", "since"), ("或以后", "since"),
            ("及以后", "since"), ("及之后", "since"), ("之前", "before"), ("以前", "before"), ("之后", "after"), ("以后", "after"),
            ("以来", "since"), ("开始", "since"), ("起", "since"),
        ];
        let tail = AFTER.iter().find_map(|(word, modifier)| literal(self.chars, next, word).map(|end| (*modifier, end)));
        if !matches!(inner, Item::Day(_) | Item::Period(_) | Item::Clock(_) | Item::Moment(..)) {
            return None;
        }
        let since = matches!(lead, Some((0 | 1, _))) || (matches!(lead, Some((2, _))) && tail.is_some());
        match tail {
            Some((modifier, end)) if since && modifier == "since" => {
                // 从2015年起 begins with the year, 从…开始 with the word.
                let begins = lead.is_some_and(|(word, _)| word < 2) || literal(self.chars, next, "开始").is_some();
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
            ("今早", 0, MORNING), ("今晨", 0, MORNING), ("今晚", 0, EVENING), ("明早", 1, MORNING), ("明晨", 1, MORNING), ("明晚", 1, EVENING), ("昨晚", -1, EVENING), ("昨夜", -1, NIGHT), ("后晚", 2, EVENING),
        ];
        if let Some((end, days, part)) = SHORT.iter().find_map(|(word, days, part)| literal(self.chars, at, word).map(|end| (end, *days, *part))) {
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
        let run = self.chars[at..].iter().take(8).take_while(|&&c| numeral(c).is_some() || matches!(c, '十' | '百')).count();
        let number = number::unsigned(&self.chars[..at + run], at).filter(|number| number.value.fract() == 0.0 && !number.vague);
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

    /// 2019年, 18年, 二零一九年, 今年: the year, its end without 的.
    fn year(&self, at: usize) -> Read<i32> {
        let this = i32::from(self.today.year());
        if let Some((word, end)) = self.word(at, &["今年", "明年", "后年", "去年", "前年", "本年", "这年"]) {
            return Some(([this, this + 1, this + 2, this - 1, this - 2, this, this][word], end));
        }
        if let Some((value, end)) = self.digits(at, 2, 4) {
            let end = self.is(end, "年").filter(|_| !matches!(end - at, 3))?;
            let year = if value >= 100 { value } else if value >= 40 { 1_900 + value } else { 2_000 + value };
            return Some((year, end));
        }
        let count = self.chars[at..].iter().take(4).take_while(|&&c| numeral(c).is_some()).count();
        let end = self.is(at + count, "年").filter(|_| matches!(count, 2 | 4))?;
        let value = self.chars[at..at + count].iter().filter_map(|&c| numeral(c)).fold(0, |sum, digit| sum * 10 + digit as i32);
        if count == 2 && value < 20 {
            return None;
        }
        let year = if value >= 100 { value } else if value >= 40 { 1_900 + value } else { 2_000 + value };
        Some((year, end))
    }

    fn month(&self, at: usize) -> Read<i32> {
        let at = skip_spaces(self.chars, at);
        if let Some(end) = literal(self.chars, at, "正月") {
            return Some((1, end));
        }
        let (month, end) = self.number(at)?;
        let end = self.is(end, "月").filter(|_| (1..=12).contains(&month))?;
        Some((month, end))
    }

    fn day_of_month(&self, at: usize) -> Read<i32> {
        let (day, end) = self.number(at)?;
        let (_, end) = self.word(end, &["日", "号"])?;
        (1..=31).contains(&day).then_some((day, end))
    }

    fn day(&self, at: usize) -> Read<Day> {
        self.written(at).or_else(|| self.dated(at)).or_else(|| self.relative_day(at)).or_else(|| self.weekday(at))
    }

    /// 2019-03-01, 2019/3/1, 1/2/2020, 12/1
    fn written(&self, at: usize) -> Read<Day> {
        let (first, end) = self.digits(at, 1, 4)?;
        let separator = *self.chars.get(end).filter(|c| matches!(c, '-' | '/' | '.'))?;
        let (second, end) = self.digits(end + 1, 1, 2)?;
        if self.chars.get(end) == Some(&separator) {
            let (third, end) = self.digits(end + 1, 1, 4)?;
            if self.chars.get(end).is_some_and(|c| c.is_ascii_digit()) {
                return None;
            }
            if first >= 1_000 {
                return Some((Day::of_year(first, second, third)?, end));
            }
            let year = if third >= 1_000 { third } else { 2_000 + third };
            let day = Day::of_year(year, second, first).or_else(|| Day::of_year(year, first, second))?;
            return Some((day, end));
        }
        let short = separator == '/' && first <= 12 && !self.chars.get(end).is_some_and(char::is_ascii_digit);
        short.then_some((Day::of_any_year(first, second, self.today)?, end))
    }

    /// 2019年3月1日, 3月1号, 本月十日
    fn dated(&self, at: usize) -> Read<Day> {
        if let Some((year, end)) = self.year(at) {
            let (month, end) = self.month(end)?;
            let (day, end) = self.day_of_month(end)?;
            return Some((Day::of_year(year, month, day)?, end));
        }
        if let Some((word, end)) = self.word(at, &["本月", "这个月", "下个月", "上个月", "下月", "上月", "这月"]) {
            let months = [0, 0, 1, -1, 1, -1, 0][word];
            let first = calendar::month_start(self.today, months)?;
            let (day, end) = self.day_of_month(end)?;
            return Some((Day::of_year(i32::from(first.year()), i32::from(first.month()), day)?, end));
        }
        if let Some((month, end)) = self.month(at) {
            let (day, end) = self.day_of_month(end).or_else(|| {
                let (day, end) = self.number(end)?;
                let bare = !self.chars.get(end).is_some_and(|c| "月年个日".contains(*c));
                (bare && (1..=31).contains(&day)).then_some((day, end))
            })?;
            return Some((Day::of_any_year(month, day, self.today)?, end));
        }
        let (day, end) = self.day_of_month(at)?;
        let bound = at > 0 && (self.chars[at - 1] == '第' || self.chars[at - 1].is_ascii_digit());
        (!bound && literal(self.chars, end, "元").is_none()).then_some((Day::of_any_month(day, self.today)?, end))
    }

    fn relative_day(&self, at: usize) -> Read<Day> {
        let words = [
            "大后天", "大前天", "今天", "今日", "明天", "明日", "后天", "昨天", "昨日", "前天", "前日", "今儿", "明儿", "当天",
        ];
        let (word, end) = self.word(at, &words)?;
        let days = [3, -3, 0, 0, 1, 1, 2, -1, -1, -2, -2, 0, 1, 0][word];
        let other = self.word(end, &["头条", "之后》", "之星"]).is_some()
            || at > 0 && (numeral(self.chars[at - 1]).is_some() || self.chars[at - 1].is_ascii_digit() || self.chars[at - 1] == '《');
        (!other).then_some((Day::exact(calendar::plus_days(self.today, days)?), end))
    }

    /// How many weeks from this one a word tells.
    fn weeks(&self, at: usize) -> (Option<i64>, usize) {
        let words = ["下下个", "上上个", "下下", "上上", "下一个", "上一个", "下个", "上个", "这个", "本", "下", "上", "这"];
        match self.word(at, &words) {
            Some((word, end)) => (Some([2, -2, 2, -2, 1, -1, 1, -1, 0, 0, 1, -1, 0][word]), skip_spaces(self.chars, end)),
            None => (None, at),
        }
    }

    fn weekday(&self, at: usize) -> Read<Day> {
        let (weeks, start) = self.weeks(at);
        let (_, end) = self.word(start, &["星期", "礼拜", "周"])?;
        let day = match self.chars.get(end)? {
            '一' | '1' => 0,
            '二' | '2' => 1,
            '三' | '3' => 2,
            '四' | '4' => 3,
            '五' | '5' => 4,
            '六' | '6' => 5,
            '日' | '天' | '7' => 6,
            _ => return None,
        };
        if self.chars.get(end + 1).is_some_and(|c| "到至".contains(*c)) && weeks.is_none() && at > 0 && self.chars[at - 1] == '每' {
            return None;
        }
        let day = match weeks {
            Some(weeks) => Day::exact(calendar::weekday_of(self.today, weeks, day)?),
            None => Day::weekday(day, self.today)?,
        };
        Some((day, end + 1))
    }

    fn period(&self, at: usize) -> Read<Item> {
        let as_item = |period: Option<Period>, end: usize| period.map(|period| (Item::Period(period), end));
        let (weeks, start) = self.weeks(at);
        if let Some((_, end)) = self.word(start, &["周末", "星期末"]) {
            return as_item(Period::weekend(calendar::monday(self.today, weeks.unwrap_or(0))?), end);
        }
        if let Some(weeks) = weeks {
            let (unit, end) = self.word(start, &["星期", "礼拜", "周", "月", "季度"]).unwrap_or((9, start));
            let period = match unit {
                0..=2 if !self.chars.get(end).is_some_and(|c| "一二三四五六日天年期".contains(*c)) => Period::week(calendar::monday(self.today, weeks)?),
                3 if !self.chars.get(end).is_some_and(|c| "份".contains(*c)) || weeks.abs() < 3 => {
                    let first = calendar::month_start(self.today, weeks)?;
                    Period::month(i32::from(first.year()), i32::from(first.month()))
                }
                4 => {
                    let quarter = i64::from((self.today.month() - 1) / 3) + weeks;
                    Period::months(calendar::plus_months(self.today.first_of_month().with().month(1).build().ok()?, quarter * 3)?, 3)
                }
                _ => None,
            };
            if period.is_some() {
                return as_item(period, end);
            }
        }
        if let Some((year, end)) = self.year(at) {
            let next = self.is(end, "的").unwrap_or(end);
            if let Some(found) = self.part_of_year(year, next) {
                return Some(found);
            }
            if let Some((month, end)) = self.month(next) {
                return as_item(Period::month(year, month), end);
            }
            // 今年 goes up to now.
            let mut whole = Period::year(year)?;
            if year == i32::from(self.today.year()) && !self.chars[at].is_ascii_digit() {
                whole.ranges = vec![(calendar::day(year, 1, 1)?, self.today)];
            }
            return as_item(Some(whole), end);
        }
        if let Some(found) = self.part_of_year(i32::from(self.today.year()), at) {
            return Some(found);
        }
        if let Some((half, end)) = self.word(at, &["上半月", "下半月"]) {
            let (year, month) = (i32::from(self.today.year()), i32::from(self.today.month()));
            let middle = calendar::day(year, month, 16)?;
            let (start, stop) = if half == 0 { (self.today.first_of_month(), middle) } else { (middle, calendar::month_start(self.today, 1)?) };
            let days = (stop - start).get_days();
            return as_item(Some(Period::exact(format!("({start},{stop},P{days}D)"), start, stop)), end);
        }
        let (month, end) = self.month(at)?;
        let counted = at > 0 && "第每".contains(self.chars[at - 1]);
        if counted {
            return None;
        }
        as_item(Period::any_month(month, self.today), end)
    }

    /// 上半年, 第二季度, Q3, 第二周, behind a year or of this one.
    fn part_of_year(&self, year: i32, at: usize) -> Read<Item> {
        let first = calendar::day(year, 1, 1)?;
        if let Some((half, end)) = self.word(at, &["上半年", "前半年", "下半年", "后半年"]) {
            let start = calendar::plus_months(first, if half < 2 { 0 } else { 6 })?;
            return Some((Item::Period(Period::months(start, 6)?), end));
        }
        let counted = literal(self.chars, at, "第")?;
        let (count, end) = self.number(counted)?;
        if let Some((_, end)) = self.word(end, &["季度", "季"]) {
            let start = calendar::plus_months(first, (i64::from(count) - 1) * 3)?;
            let known = (1..=4).contains(&count) && !self.is(end, "日期").is_some();
            return known.then_some((Item::Period(Period::months(start, 3)?), end));
        }
        let (_, end) = self.word(end, &["周", "个星期", "个礼拜"])?;
        let base = calendar::monday(calendar::day(year, 1, 4)?, 0)?;
        let monday = calendar::plus_days(base, (i64::from(count) - 1) * 7)?;
        let period = (1..=53).contains(&count).then(|| Period::week(monday)).flatten()?;
        Some((Item::Period(period), end))
    }

    fn part(&self, at: usize) -> Read<DayPart> {
        let words = ["早上", "早晨", "清晨", "早间", "上午", "下午", "午后", "晚上", "傍晚", "晚间", "夜里", "夜晚", "深夜", "夜间", "早", "晚"];
        let (word, end) = self.word(at, &words)?;
        let alone = word < 14 || (at > 0 && "日号天一二三四五六".contains(self.chars[at - 1]));
        let part = match word {
            0..=4 | 14 => MORNING,
            5 | 6 => AFTERNOON,
            7..=9 | 15 => EVENING,
            _ => NIGHT,
        };
        alone.then_some((part, end))
    }

    /// 上午10点半, 17:55:23, 三点一刻, 2:00pm
    fn clock(&self, at: usize) -> Read<Clock> {
        let words = ["大约", "凌晨", "清晨", "早上", "早晨", "上午", "中午", "正午", "下午", "午后", "傍晚", "晚上", "夜里", "半夜", "深夜", "夜间", "早"];
        let about = literal(self.chars, at, "大约").unwrap_or(at);
        let (half, start) = match self.word(about, &words) {
            Some((word, end)) if word > 0 => (Some(word), skip_spaces(self.chars, end)),
            _ => (None, about),
        };
        let (clock, end) = self.bare_clock(start)?;
        let Some(half) = half else { return Some((clock, end)) };
        let clock = match half {
            1..=5 | 16 => clock.early(),
            6 | 7 if clock.hour() >= 10 => Clock { either: false, ..clock },
            12..=15 if clock.hour() < 5 || clock.hour() == 12 => clock.early(),
            _ => clock.late(),
        };
        Some((clock, end))
    }

    fn bare_clock(&self, at: usize) -> Read<Clock> {
        if let Some((hour, end)) = self.digits(at, 1, 2)
            && self.chars.get(end) == Some(&':')
        {
            let (minute, mut end) = self.digits(end + 1, 2, 2)?;
            let (mut second, mut parts) = (0, 2);
            if self.chars.get(end) == Some(&':')
                && let Some((value, after)) = self.digits(end + 1, 2, 2)
            {
                (second, parts, end) = (value, 3, after);
            }
            let clock = Clock::new(hour, minute, second, parts, (1..=12).contains(&hour))?;
            let next = skip_spaces(self.chars, end);
            if let Some((word, after)) = self.word(next, &["a.m.", "p.m.", "am", "pm"]) {
                return Some((if word % 2 == 0 { clock.early() } else { clock.late() }, after));
            }
            return Some((clock, end));
        }
        let (hour, end) = self.number(at)?;
        if hour > 24 {
            return None;
        }
        let (mark, mut end) = self.word(end, &["点钟", "点整", "点", "时"])?;
        let mut clock = Clock::new(hour, 0, 0, 1, (1..=12).contains(&hour))?;
        if mark == 3 && self.chars.get(end).is_some_and(|c| "间候期代常".contains(*c)) {
            return None;
        }
        if mark >= 2 {
            if let Some((word, after)) = self.word(end, &["半", "一刻", "三刻"]) {
                clock = Clock::new(hour, [30, 15, 45][word], 0, 2, clock.either)?;
                end = after;
            } else if let Some((minute, after)) = self.number(end).filter(|(minute, _)| *minute < 60) {
                let marked = self.word(after, &["分钟", "分"]).map(|(_, end)| end);
                let two = after - end >= 2 || marked.is_some();
                if two {
                    clock = Clock::new(hour, minute, 0, 2, clock.either)?;
                    end = marked.unwrap_or(after);
                    if marked.is_some()
                        && let Some((second, after)) = self.number(end)
                        && let Some((_, after)) = self.word(after, &["秒"])
                    {
                        clock = Clock::new(hour, minute, second, 3, clock.either)?;
                        end = after;
                    }
                }
            }
        }
        Some((clock, end))
    }

    fn unit(&self, at: usize) -> Read<Unit> {
        let words = ["秒钟", "秒", "分钟", "个钟头", "个小时", "小时", "钟头", "天", "日", "个星期", "星期", "个礼拜", "礼拜", "周", "个月", "年"];
        let (word, end) = self.word(skip_spaces(self.chars, at), &words)?;
        let unit = match word {
            0 | 1 => Unit::Second,
            2 => Unit::Minute,
            3..=6 => Unit::Hour,
            7 | 8 => Unit::Day,
            9..=13 => Unit::Week,
            14 => Unit::Month,
            _ => Unit::Year,
        };
        Some((unit, end))
    }

    /// 两天, 一年又一个月21天, 半个月, 8天20小时
    fn length(&self, at: usize) -> Read<Length> {
        let mut parts = Vec::new();
        let mut end = at;
        loop {
            let start = if parts.is_empty() { at } else { self.word(end, &["又", "零"]).map_or(end, |(_, end)| end) };
            let half = self.word(start, &["半"]);
            let (count, after) = match half {
                Some((_, after)) => (0.5, after),
                None => {
                    let Some(number) = number::unsigned(self.chars, start).filter(|number| !number.vague) else { break };
                    // 2018年以前, 07年 are years.
                    let digits = self.chars[start..number.end].iter().filter(|c| c.is_ascii_digit()).count();
                    let year = self.is(number.end, "年").is_some() && (digits >= 3 || digits == 2 && self.chars[start] == '0');
                    if year {
                        break;
                    }
                    (number.value, number.end)
                }
            };
            let Some((unit, after)) = self.unit(after) else { break };
            let other = self.chars.get(after).is_some_and(|c| match unit {
                Unit::Week => "一二三四五六日天岁年".contains(*c),
                Unit::Year => "级代龄".contains(*c),
                _ => false,
            });
            if other || self.chars[after - 1] == '日' {
                break;
            }
            parts.push((count, unit));
            end = after;
        }
        (!parts.is_empty() && !(at > 0 && "第每".contains(self.chars[at - 1]))).then_some((Length(parts), end))
    }

    /// 前1周, 之后5分钟, 过去三年, 还剩3小时, 上个小时
    fn relative_span(&self, at: usize) -> Read<Item> {
        let (word, end) = self.word(at, &["过去", "前", "之前", "最近", "上个", "之后", "未来", "接下来", "今后", "下个", "还剩", "后"])?;
        let forward = word >= 5;
        let next = skip_spaces(self.chars, end);
        if matches!(word, 4 | 9) {
            let end = ["小时", "钟头"].iter().find_map(|unit| literal(self.chars, next, unit))?;
            return Some((self.around(Length(vec![(1.0, Unit::Hour)]), forward)?, end));
        }
        let (length, end) = self.length(next)?;
        if matches!(word, 10) && length.0.len() > 1 || (matches!(word, 1 | 11) && length.of_day()) {
            return None;
        }
        let (_, end) = self.word(end, &["内"]).unwrap_or((0, end));
        Some((self.around(length, forward)?, end))
    }

    fn around(&self, length: Length, forward: bool) -> Option<Item> {
        let base = if forward && !length.of_day() { Length(vec![(1.0, Unit::Day)]).from(self.now, true)? } else { self.now };
        let other = length.from(base, forward)?;
        let (from, to) = if forward { (base, other) } else { (other, base) };
        Some(Item::Span(from, to, length))
    }

    /// 两天后, 10分钟之前
    fn later(&self, at: usize) -> Read<Item> {
        let (length, end) = self.length(at)?;
        let words = ["之后", "以后", "后", "之前", "以前", "前"];
        let (word, end) = self.word(skip_spaces(self.chars, end), &words)?;
        let moment = length.from(self.now, word < 3)?;
        if length.of_day() {
            return Some((Item::Instant(moment, false), end));
        }
        Some((Item::Day(Day::exact(moment.date())), end))
    }

    /// 每天, 每周一下午八点, 每年
    fn set(&self, at: usize) -> Read<Item> {
        let after = literal(self.chars, at, "每")?;
        if let Some((_, end)) = self.word(after, &["周", "星期", "礼拜"])
            && let Some((day, day_end)) = self.weekday(after)
            && day_end > end
        {
            if let Some((clock, end)) = self.clock(skip_spaces(self.chars, day_end)) {
                return Some((Item::Set(format!("{}{}", day.timex, clock.timex())), end));
            }
            return Some((Item::Set(day.timex), day_end));
        }
        let words = ["天", "日", "个星期", "周", "星期", "礼拜", "个月", "月", "年", "小时", "个小时"];
        let (word, end) = self.word(after, &words)?;
        let timex = match word {
            0 | 1 => "P1D",
            2..=5 => "P1W",
            6 | 7 => "P1M",
            8 => "P1Y",
            _ => "PT1H",
        };
        if timex == "P1D"
            && let Some((clock, end)) = self.clock(skip_spaces(self.chars, end))
        {
            return Some((Item::Set(clock.timex()), end));
        }
        Some((Item::Set(timex.to_owned()), end))
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
