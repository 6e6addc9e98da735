//! Lengths of time, what they lead to from now, and what recurs.

use super::{Day, Item, Length, Read, Reader, Unit, literal, number, skip_spaces};

impl Reader<'_> {
    pub fn unit(&self, at: usize) -> Read<Unit> {
        let words = [
            "秒钟",
            "秒",
            "分钟",
            "个钟头",
            "个小时",
            "小时",
            "钟头",
            "天",
            "日",
            "个星期",
            "星期",
            "个礼拜",
            "礼拜",
            "周",
            "个月",
            "年",
        ];
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
    pub fn length(&self, at: usize) -> Read<Length> {
        let mut parts = Vec::new();
        let mut end = at;
        loop {
            let start = if parts.is_empty() {
                at
            } else {
                self.word(end, &["又", "零"]).map_or(end, |(_, end)| end)
            };
            let half = self.word(start, &["半"]);
            let (count, after) = if let Some((_, after)) = half {
                (0.5, after)
            } else {
                let Some(number) = number::unsigned(self.chars, start).filter(|number| !number.vague) else {
                    break;
                };
                // 2018年以前, 07年 are years.
                let digits = self.chars[start..number.end].iter().filter(|c| c.is_ascii_digit()).count();
                let year = self.is(number.end, "年").is_some()
                    && (digits >= 3 || digits == 2 && self.chars[start] == '0');
                if year {
                    break;
                }
                (number.value, number.end)
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
        let bound = at > 0 && "第每".contains(self.chars[at - 1]);
        (!parts.is_empty() && !bound).then_some((Length(parts), end))
    }

    /// 前1周, 之后5分钟, 过去三年, 还剩3小时, 上个小时
    pub fn relative_span(&self, at: usize) -> Read<Item> {
        let (word, end) = self.word(
            at,
            &["过去", "前", "之前", "最近", "上个", "之后", "未来", "接下来", "今后", "下个", "还剩", "后"],
        )?;
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

    pub fn around(&self, length: Length, forward: bool) -> Option<Item> {
        let base = if forward && !length.of_day() {
            Length(vec![(1.0, Unit::Day)]).from(self.now, true)?
        } else {
            self.now
        };
        let other = length.from(base, forward)?;
        let (from, to) = if forward { (base, other) } else { (other, base) };
        Some(Item::Span(from, to, length))
    }

    /// 两天后, 10分钟之前
    pub fn later(&self, at: usize) -> Read<Item> {
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
    pub fn set(&self, at: usize) -> Read<Item> {
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
