//! 今天, 下周三, 月底, 11月30日, 春节前, 三天后.

use jiff::civil::Date;

use super::{
    Meaning,
    calendar::{self, Festival, Part},
    digits,
};
use crate::entity::scan::{Letters, Words, literal, longest};

/// What a date may begin with; all else is passed quickly.
const FIRST: &str =
    "今明后昨前当过这最年本月上中下周末开夏冬大星礼每去第春新农元劳端国双圣五一二两三四五六七八九十";
static FIRST_LETTERS: Letters = Letters::of(FIRST);

/// The date that begins at `at`.
pub fn date(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    let first = chars[at];
    let begins_one = first.is_ascii_digit() || (FIRST_LETTERS.may_hold(first) && FIRST.contains(first));
    if !begins_one {
        return None;
    }
    relative_day(chars, at, today)
        .or_else(|| week(chars, at, today))
        .or_else(|| year(chars, at, today))
        .or_else(|| month(chars, at, today))
        .or_else(|| quarter(chars, at, today))
        .or_else(|| festival(chars, at, today))
        .or_else(|| later(chars, at, today))
        .or_else(|| day_only(chars, at, today))
}

fn relative_day(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    static WORDS: Words = Words::new(&[
        "大后天",
        "大前天",
        "今天",
        "今日",
        "今晚",
        "今早",
        "今儿",
        "明天",
        "明日",
        "明早",
        "明晚",
        "明儿",
        "后天",
        "後天",
        "昨天",
        "昨日",
        "昨晚",
        "前天",
        "当天",
        "前几天",
        "前两天",
        "过两天",
        "这两天",
        "最近几天",
        "年底",
        "年末",
        "年前",
        "年后",
        "年初",
        "本月",
        "月底",
        "月末",
        "月初",
        "月中",
        "上旬",
        "中旬",
        "下旬",
        "周末",
        "本周末",
        "这周末",
        "下周末",
    ]);
    let (word, end) = WORDS.longest(chars, at)?;
    let word = WORDS.list[word];
    let after = |days| calendar::plus_days(today, days).map(Meaning::Day);
    let year = i32::from(today.year());
    let meaning = match word {
        "今天" | "今日" | "今晚" | "今早" | "今儿" => after(0)?,
        "明天" | "明日" | "明早" | "明晚" | "明儿" => after(1)?,
        "后天" | "後天" => {
            // 三天后天气 is no such day.
            if at > 0 && matches!(chars[at - 1], '天' | '今' | '以' | '之') || chars.get(end) == Some(&'气')
            {
                return None;
            }
            after(2)?
        }
        "大后天" => after(3)?,
        "昨天" | "昨日" | "昨晚" => after(-1)?,
        "前天" => after(-2)?,
        "大前天" => after(-3)?,
        "年底" | "年末" => Meaning::Day(calendar::day(year, 12, 31)?),
        "年初" => calendar::months(if today.month() > 3 { year + 1 } else { year }, 1, 1)?,
        "年前" => before(today, calendar::next_festival(today, Festival::Spring)),
        "本月" => return None,
        "月底" | "月末" => calendar::part_of_month(today.first_of_month(), Part::End)?,
        "月初" => {
            calendar::part_of_month(calendar::month_start(today, i64::from(today.day() > 10))?, Part::Start)?
        }
        "月中" | "中旬" => {
            calendar::part_of_month(calendar::month_start(today, i64::from(today.day() > 20))?, Part::Middle)?
        }
        "上旬" => {
            calendar::part_of_month(calendar::month_start(today, i64::from(today.day() > 10))?, Part::Start)?
        }
        "下旬" => calendar::part_of_month(today.first_of_month(), Part::Last)?,
        "周末" | "本周末" | "这周末" => calendar::weekend(today, 0)?,
        "下周末" => calendar::weekend(today, 1)?,
        _ => Meaning::Open,
    };
    // 年前 within 3年前, 月底 behind 下个 or 11 are read there.
    let bound = at > 0
        && word.starts_with(['年', '月'])
        && (chars[at - 1].is_ascii_digit()
            || "一二三四五六七八九十个半几两来今明去本这下上".contains(chars[at - 1]));
    (!bound).then_some((end, meaning))
}

fn weekday(c: char) -> Option<i64> {
    Some(match c {
        '一' | '1' => 0,
        '二' | '2' => 1,
        '三' | '3' => 2,
        '四' | '4' => 3,
        '五' | '5' => 4,
        '六' | '6' => 5,
        '日' | '天' | '末' => 6,
        _ => return None,
    })
}

fn week(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    static PREFIXES: Words =
        Words::new(&["下下个", "下下", "上上", "下个", "上个", "这个", "下", "上", "这", "本", "每"]);
    let (weeks, start) = match PREFIXES.longest(chars, at) {
        Some((prefix, end)) => (
            match prefix {
                0 | 1 => Some(2),
                2 => Some(-2),
                3 | 6 => Some(1),
                4 | 7 => Some(-1),
                10 => return None,
                _ => Some(0),
            },
            end,
        ),
        None => (None, at),
    };
    let (_, end) = longest(chars, start, &["周", "星期", "礼拜"])?;
    let day = chars.get(end).copied().and_then(weekday);
    if weeks.is_none() {
        // 三周一 is no Monday, 周一到 is.
        let day = day?;
        if at > 0
            && (chars[at - 1].is_ascii_digit() || "一二三四五六七八九十两几个每".contains(chars[at - 1]))
        {
            return None;
        }
        return Some((end + 1, Meaning::Day(calendar::upcoming(today, day)?)));
    }
    match day {
        Some(day) => Some((end + 1, Meaning::Day(calendar::weekday_of(today, weeks?, day)?))),
        None if chars.get(end).is_some_and(|c| "边围到年".contains(*c)) => None,
        None => Some((end, calendar::week(today, weeks?)?)),
    }
}

/// 2026年11月30日, 2026年底, 今年, 明年三月, 去年.
fn year(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    let this = i32::from(today.year());
    static NAMED: Words = Words::new(&["今年", "明年", "后年", "去年", "前年", "本年", "当年"]);
    let (year, end) = if let Some((word, end)) = NAMED.longest(chars, at) {
        ([this, this + 1, this + 2, this - 1, this - 2, this, this][word], end)
    } else {
        if at > 0 && (chars[at - 1].is_ascii_alphanumeric() || matches!(chars[at - 1], '-' | '/')) {
            return None;
        }
        let (value, end) = digits(chars, at, 4)?;
        if chars.get(end) != Some(&'年') {
            return None;
        }
        match end - at {
            4 if (1_900..2_200).contains(&value) => (value, end + 1),
            2 if (20..=60).contains(&value)
                && chars.get(end + 1).is_some_and(|c| c.is_ascii_digit() || *c == '底') =>
            {
                (value + 2_000, end + 1)
            }
            _ => return None,
        }
    };
    if let Some((month, after)) = month_number(chars, end) {
        return in_month(chars, after, year, month);
    }
    if let Some((part, after)) = longest(
        chars,
        end,
        &["年底", "底", "末", "上半年", "下半年", "初", "春节前", "春节", "国庆", "双十一前", "双十一"],
    ) {
        let meaning = match part {
            0..=2 => Meaning::Day(calendar::day(year, 12, 31)?),
            3 => calendar::months(year, 1, 6)?,
            4 => calendar::months(year, 7, 12)?,
            5 => calendar::months(year, 1, 1)?,
            6 | 7 => calendar::festival(year, Festival::Spring).map_or(Meaning::Open, Meaning::Day),
            8 => Meaning::Day(calendar::day(year, 10, 1)?),
            _ => Meaning::Day(calendar::day(year, 11, 11)?),
        };
        return Some((after, meaning));
    }
    Some((end, calendar::months(year, 1, 12)?))
}

fn numeral(chars: &[char], at: usize) -> Option<(i32, usize)> {
    if chars.get(at)?.is_ascii_digit() {
        return digits(chars, at, 2);
    }
    let digit =
        |c: char| "一二三四五六七八九".chars().position(|known| known == c).map(|value| value as i32 + 1);
    let (first, second, third) = (*chars.get(at)?, chars.get(at + 1).copied(), chars.get(at + 2).copied());
    if first == '十' {
        return Some(match second.and_then(digit) {
            Some(ones) => (10 + ones, at + 2),
            None => (10, at + 1),
        });
    }
    let value = digit(first)?;
    if second != Some('十') {
        return Some((value, at + 1));
    }
    Some(match third.and_then(digit) {
        Some(ones) => (value * 10 + ones, at + 3),
        None => (value * 10, at + 2),
    })
}

fn month_number(chars: &[char], at: usize) -> Option<(i32, usize)> {
    let (month, end) = numeral(chars, at)?;
    let named = chars.get(end) == Some(&'月') && chars.get(end + 1) != Some(&'结');
    ((1..=12).contains(&month) && named).then_some((month, end + 1))
}

/// 11月30日, 11月底, 三月中旬, 5月, 下个月, 本月20号.
fn month(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    static MONTHS: Words =
        Words::new(&["下下个月", "下个月", "下月", "上个月", "上月", "这个月", "本月", "当月"]);
    if let Some((word, end)) = MONTHS.longest(chars, at) {
        let first = calendar::month_start(today, [2, 1, 1, -1, -1, 0, 0, 0][word])?;
        return in_month(chars, end, i32::from(first.year()), i32::from(first.month()));
    }
    if at > 0 && (chars[at - 1].is_ascii_digit() || "一二三四五六七八九十.-/第".contains(chars[at - 1]))
    {
        return None;
    }
    let (month, end) = month_number(chars, at)?;
    if let Some((day, after)) = day_number(chars, end) {
        return Some((after, calendar::nearest(today, month, day).map_or(Meaning::Open, Meaning::Day)));
    }
    in_month(chars, end, calendar::year_of_month(today, month), month)
}

/// 30日, 20号; 30 alone only behind a month.
fn day_number(chars: &[char], at: usize) -> Option<(i32, usize)> {
    let (day, end) = numeral(chars, at)?;
    if !(1..=31).contains(&day) {
        return None;
    }
    match chars.get(end) {
        Some('日' | '号') => Some((day, end + 1)),
        Some(c)
            if c.is_ascii_alphanumeric() || super::super::unit::is_measure(*c) || "万千百%.".contains(*c) =>
        {
            None
        }
        _ => Some((day, end)),
    }
}

fn in_month(chars: &[char], at: usize, year: i32, month: i32) -> Option<(usize, Meaning)> {
    if let Some((day, end)) = day_number(chars, at)
        && let Some(date) = calendar::day(year, month, day)
    {
        return Some((end, Meaning::Day(date)));
    }
    let first = calendar::day(year, month, 1)?;
    let parts = ["底", "末", "初", "上旬", "中旬", "下旬", "中", "份"];
    if let Some((part, end)) = longest(chars, at, &parts) {
        let part = [
            Part::End,
            Part::End,
            Part::Start,
            Part::Start,
            Part::Middle,
            Part::Last,
            Part::Middle,
            Part::Whole,
        ][part];
        return Some((end, calendar::part_of_month(first, part)?));
    }
    Some((at, calendar::part_of_month(first, Part::Whole)?))
}

fn quarter(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    let now = (i64::from(today.month()) - 1) / 3;
    let year = i64::from(today.year());
    static WORDS: Words = Words::new(&[
        "上半年",
        "下半年",
        "本季度",
        "这季度",
        "这个季度",
        "上季度",
        "上个季度",
        "下季度",
        "下个季度",
        "一季度",
        "二季度",
        "三季度",
        "四季度",
        "第一季度",
        "第二季度",
        "第三季度",
        "第四季度",
    ]);
    let (word, end) = WORDS.longest(chars, at)?;
    let quarter = match word {
        0 => return Some((end, calendar::months(year as i32, 1, 6)?)),
        1 => return Some((end, calendar::months(year as i32, 7, 12)?)),
        2..=4 => year * 4 + now,
        5 | 6 => year * 4 + now - 1,
        7 | 8 => year * 4 + now + 1,
        _ => year * 4 + (word as i64 - 9) % 4,
    };
    let first = (quarter.rem_euclid(4) * 3 + 1) as i32;
    Some((end, calendar::months(quarter.div_euclid(4) as i32, first, first + 2)?))
}

fn before(today: Date, festival: Option<Date>) -> Meaning {
    match festival.and_then(|date| calendar::plus_days(date, -1)) {
        Some(last) if last >= today => Meaning::Range(today, last),
        _ => Meaning::Open,
    }
}

static FESTIVAL_NAMES: Words = Words::new(&[
    "春节",
    "过年",
    "新年",
    "农历年",
    "元旦",
    "五一",
    "劳动节",
    "端午",
    "端午节",
    "中秋",
    "中秋节",
    "国庆",
    "国庆节",
    "十一",
    "双十一",
    "双11",
    "圣诞",
    "圣诞节",
]);
/// At the same place.
const FESTIVALS: &[Festival] = &[
    Festival::Spring,
    Festival::Spring,
    Festival::Spring,
    Festival::Spring,
    Festival::NewYear,
    Festival::Labour,
    Festival::Labour,
    Festival::Dragon,
    Festival::Dragon,
    Festival::MidAutumn,
    Festival::MidAutumn,
    Festival::National,
    Festival::National,
    Festival::National,
    Festival::Singles,
    Festival::Singles,
    Festival::Christmas,
    Festival::Christmas,
];

fn festival(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    let (word, end) = FESTIVAL_NAMES.longest(chars, at)?;
    let (name, which) = (FESTIVAL_NAMES.list[word], FESTIVALS[word]);
    // 十一 is mostly the number eleven.
    if matches!(name, "十一" | "五一") {
        let next = chars.get(end).copied();
        let follows = matches!(next, Some('前' | '后' | '假' | '长' | '期' | '放'))
            && literal(chars, end, "后面").is_none();
        if !follows || (at > 0 && "一二三四五六七八九十百千万".contains(chars[at - 1])) {
            return None;
        }
    }
    let date = calendar::next_festival(today, which);
    Some(match longest(chars, end, &["之前", "以前", "前", "之后", "以后", "过后", "后"]) {
        Some((side, after)) if side <= 2 => (after, before(today, date)),
        Some((_, after)) => (after, Meaning::Open),
        None => (end, date.map_or(Meaning::Open, Meaning::Day)),
    })
}

/// 三天后, 两周内, 10天之内.
fn later(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    if at > 0
        && (chars[at - 1].is_ascii_digit()
            || matches!(chars[at - 1], '.' | '第')
            || "一二三四五六七八九十".contains(chars[at - 1]))
    {
        return None;
    }
    let (count, end) = match chars[at] {
        '两' => (2, at + 1),
        _ if chars[at].is_ascii_digit() => digits(chars, at, 3)?,
        _ => numeral(chars, at)?,
    };
    let (end, unit) = crate::entity::duration::unit(chars, end)?;
    // 三年内都保 is a span.
    if unit == "year" {
        return None;
    }
    let after = longest(chars, end, &["之后", "以后", "后", "之内", "以内", "内"])?;
    // 后付款, 后货到 speak of an order of things.
    if after.0 <= 2 && chars.get(after.1).is_some_and(|c| "付结款".contains(*c)) {
        return None;
    }
    Some((after.1, Meaning::Day(calendar::plus(today, i64::from(count), unit)?)))
}

/// 20号, 5日之前.
fn day_only(chars: &[char], at: usize, today: Date) -> Option<(usize, Meaning)> {
    if at > 0 && (chars[at - 1].is_ascii_alphanumeric() || "一二三四五六七八九十.-第".contains(chars[at - 1]))
    {
        return None;
    }
    let (day, end) = numeral(chars, at)?;
    if !(1..=31).contains(&day) || !matches!(chars.get(end), Some('号' | '日')) {
        return None;
    }
    // 大一号 is a size; 10号钢, 3号线, 5日元, 一号公路 are no days.
    if at > 0 && matches!(chars[at - 1], '大' | '小' | '加') {
        return None;
    }
    let next = chars.get(end + 1).copied();
    if next.is_some_and(|c| "钢线楼码机门厅仓库元公色电店院".contains(c))
        || (chars[end] == '日' && next == Some('元'))
    {
        return None;
    }
    Some((end + 1, Meaning::Day(calendar::day_of_month(today, day)?)))
}
