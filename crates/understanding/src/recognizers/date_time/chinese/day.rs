//! Days: 2019年3月1日, 明天, 下周三.

use super::{Day, Read, Reader, calendar, literal, numeral, skip_spaces};

impl Reader<'_> {
    /// 2019年, 18年, 二零一九年, 今年: the year, its end without 的.
    pub fn year(&self, at: usize) -> Read<i32> {
        let this = i32::from(self.today.year());
        if let Some((word, end)) = self.word(at, &["今年", "明年", "后年", "去年", "前年", "本年", "这年"])
        {
            return Some(([this, this + 1, this + 2, this - 1, this - 2, this, this][word], end));
        }
        if let Some((value, end)) = self.digits(at, 2, 4) {
            let end = self.is(end, "年").filter(|_| !matches!(end - at, 3))?;
            let year = if value >= 100 {
                value
            } else if value >= 40 {
                1_900 + value
            } else {
                2_000 + value
            };
            return Some((year, end));
        }
        let count = self.chars[at..].iter().take(4).take_while(|&&c| numeral(c).is_some()).count();
        let end = self.is(at + count, "年").filter(|_| matches!(count, 2 | 4))?;
        let value = self.chars[at..at + count]
            .iter()
            .filter_map(|&c| numeral(c))
            .fold(0, |sum, digit| sum * 10 + digit as i32);
        if count == 2 && value < 20 {
            return None;
        }
        let year = if value >= 100 {
            value
        } else if value >= 40 {
            1_900 + value
        } else {
            2_000 + value
        };
        Some((year, end))
    }

    pub fn month(&self, at: usize) -> Read<i32> {
        let at = skip_spaces(self.chars, at);
        if let Some(end) = literal(self.chars, at, "正月") {
            return Some((1, end));
        }
        let (month, end) = self.number(at)?;
        let end = self.is(end, "月").filter(|_| (1..=12).contains(&month))?;
        Some((month, end))
    }

    pub fn day_of_month(&self, at: usize) -> Read<i32> {
        let (day, end) = self.number(at)?;
        let (_, end) = self.word(end, &["日", "号"])?;
        (1..=31).contains(&day).then_some((day, end))
    }

    pub fn day(&self, at: usize) -> Read<Day> {
        self.written(at)
            .or_else(|| self.dated(at))
            .or_else(|| self.relative_day(at))
            .or_else(|| self.weekday(at))
    }

    /// 2019-03-01, 2019/3/1, 1/2/2020, 12/1
    pub fn written(&self, at: usize) -> Read<Day> {
        let (first, end) = self.digits(at, 1, 4)?;
        let separator = *self.chars.get(end).filter(|c| matches!(c, '-' | '/' | '.'))?;
        let (second, end) = self.digits(end + 1, 1, 2)?;
        if self.chars.get(end) == Some(&separator) {
            let (third, end) = self.digits(end + 1, 1, 4)?;
            if self.chars.get(end).is_some_and(char::is_ascii_digit) {
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
    pub fn dated(&self, at: usize) -> Read<Day> {
        if let Some((year, end)) = self.year(at) {
            let (month, end) = self.month(end)?;
            let (day, end) = self.day_of_month(end)?;
            return Some((Day::of_year(year, month, day)?, end));
        }
        if let Some((word, end)) =
            self.word(at, &["本月", "这个月", "下个月", "上个月", "下月", "上月", "这月"])
        {
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
        (!bound && literal(self.chars, end, "元").is_none())
            .then_some((Day::of_any_month(day, self.today)?, end))
    }

    pub fn relative_day(&self, at: usize) -> Read<Day> {
        let words = [
            "大后天",
            "大前天",
            "今天",
            "今日",
            "明天",
            "明日",
            "后天",
            "昨天",
            "昨日",
            "前天",
            "前日",
            "今儿",
            "明儿",
            "当天",
        ];
        let (word, end) = self.word(at, &words)?;
        let days = [3, -3, 0, 0, 1, 1, 2, -1, -1, -2, -2, 0, 1, 0][word];
        let other = self.word(end, &["头条", "之后》", "之星"]).is_some()
            || at > 0
                && (numeral(self.chars[at - 1]).is_some()
                    || self.chars[at - 1].is_ascii_digit()
                    || self.chars[at - 1] == '《');
        (!other).then_some((Day::exact(calendar::plus_days(self.today, days)?), end))
    }

    /// How many weeks from this one a word tells.
    pub fn weeks(&self, at: usize) -> (Option<i64>, usize) {
        let words = [
            "下下个",
            "上上个",
            "下下",
            "上上",
            "下一个",
            "上一个",
            "下个",
            "上个",
            "这个",
            "本",
            "下",
            "上",
            "这",
        ];
        match self.word(at, &words) {
            Some((word, end)) => {
                (Some([2, -2, 2, -2, 1, -1, 1, -1, 0, 0, 1, -1, 0][word]), skip_spaces(self.chars, end))
            }
            None => (None, at),
        }
    }

    pub fn weekday(&self, at: usize) -> Read<Day> {
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
        if self.chars.get(end + 1).is_some_and(|c| "到至".contains(*c))
            && weeks.is_none()
            && at > 0
            && self.chars[at - 1] == '每'
        {
            return None;
        }
        let day = match weeks {
            Some(weeks) => Day::exact(calendar::weekday_of(self.today, weeks, day)?),
            None => Day::weekday(day, self.today)?,
        };
        Some((day, end + 1))
    }
}
