//! Times and parts of the day.

use super::{AFTERNOON, Clock, DayPart, EVENING, MORNING, NIGHT, Read, Reader, literal, skip_spaces};

impl Reader<'_> {
    pub fn part(&self, at: usize) -> Read<DayPart> {
        let words = [
            "早上", "早晨", "清晨", "早间", "上午", "下午", "午后", "晚上", "傍晚", "晚间", "夜里", "夜晚",
            "深夜", "夜间", "早", "晚",
        ];
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
    pub fn clock(&self, at: usize) -> Read<Clock> {
        let words = [
            "大约", "凌晨", "清晨", "早上", "早晨", "上午", "中午", "正午", "下午", "午后", "傍晚", "晚上",
            "夜里", "半夜", "深夜", "夜间", "早",
        ];
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

    pub fn bare_clock(&self, at: usize) -> Read<Clock> {
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
}
