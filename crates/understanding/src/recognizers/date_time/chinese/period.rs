//! Weeks, months, quarters and years.

use super::{Item, Period, Read, Reader, calendar, literal};

impl Reader<'_> {
    pub fn period(&self, at: usize) -> Read<Item> {
        let as_item = |period: Option<Period>, end: usize| period.map(|period| (Item::Period(period), end));
        let (weeks, start) = self.weeks(at);
        if let Some((_, end)) = self.word(start, &["周末", "星期末"]) {
            return as_item(Period::weekend(calendar::monday(self.today, weeks.unwrap_or(0))?), end);
        }
        if let Some(weeks) = weeks {
            let (unit, end) = self.word(start, &["星期", "礼拜", "周", "月", "季度"]).unwrap_or((9, start));
            let period = match unit {
                0..=2 if !self.chars.get(end).is_some_and(|c| "一二三四五六日天年期".contains(*c)) => {
                    Period::week(calendar::monday(self.today, weeks)?)
                }
                3 if !self.chars.get(end).is_some_and(|c| "份".contains(*c)) || weeks.abs() < 3 => {
                    let first = calendar::month_start(self.today, weeks)?;
                    Period::month(i32::from(first.year()), i32::from(first.month()))
                }
                4 => {
                    let quarter = i64::from((self.today.month() - 1) / 3) + weeks;
                    Period::months(
                        calendar::plus_months(
                            self.today.first_of_month().with().month(1).build().ok()?,
                            quarter * 3,
                        )?,
                        3,
                    )
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
            let (start, stop) = if half == 0 {
                (self.today.first_of_month(), middle)
            } else {
                (middle, calendar::month_start(self.today, 1)?)
            };
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
    pub fn part_of_year(&self, year: i32, at: usize) -> Read<Item> {
        let first = calendar::day(year, 1, 1)?;
        if let Some((half, end)) = self.word(at, &["上半年", "前半年", "下半年", "后半年"]) {
            let start = calendar::plus_months(first, if half < 2 { 0 } else { 6 })?;
            return Some((Item::Period(Period::months(start, 6)?), end));
        }
        let counted = literal(self.chars, at, "第")?;
        let (count, end) = self.number(counted)?;
        if let Some((_, end)) = self.word(end, &["季度", "季"]) {
            let start = calendar::plus_months(first, (i64::from(count) - 1) * 3)?;
            let known = (1..=4).contains(&count) && self.is(end, "日期").is_none();
            return known.then_some((Item::Period(Period::months(start, 3)?), end));
        }
        let (_, end) = self.word(end, &["周", "个星期", "个礼拜"])?;
        let base = calendar::monday(calendar::day(year, 1, 4)?, 0)?;
        let monday = calendar::plus_days(base, (i64::from(count) - 1) * 7)?;
        let period = (1..=53).contains(&count).then(|| Period::week(monday)).flatten()?;
        Some((Item::Period(period), end))
    }
}
