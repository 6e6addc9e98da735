//! Words that promise without a number: something for free, a day.

use super::{Claim, Free, Read, text::Text};

/// Words for free; the longest that fits counts.
const FREE: &[(&str, Free)] = &[
    ("包邮", Free::Shipping),
    ("免运费", Free::Shipping),
    ("免邮", Free::Shipping),
    ("运费全免", Free::Shipping),
    ("免费送货", Free::Shipping),
    ("免费发货", Free::Shipping),
    ("免费", Free::Other),
    ("免单", Free::Other),
    ("全免", Free::Other),
    ("免收", Free::Other),
    ("免息", Free::Other),
    ("零利率", Free::Other),
    ("零首付", Free::Other),
    ("免首付", Free::Other),
    ("零元", Free::Other),
    ("白送", Free::Other),
    ("赠送", Free::Other),
    ("附送", Free::Other),
    ("免税", Free::Other),
    ("买一送一", Free::Other),
    ("送一台", Free::Other),
    ("送一个", Free::Other),
    ("送一套", Free::Other),
    ("送您一", Free::Other),
    ("送你一", Free::Other),
    ("不要钱", Free::Other),
    ("不收费", Free::Other),
    ("不收钱", Free::Other),
    ("不花钱", Free::Other),
    ("分文不取", Free::Other),
];

const FREE_WORDS: &[(&str, Free)] = &[
    ("free shipping", Free::Shipping),
    ("free delivery", Free::Shipping),
    ("free freight", Free::Shipping),
    ("freight free", Free::Shipping),
    ("ship free", Free::Shipping),
    ("ships free", Free::Shipping),
    ("free", Free::Other),
    ("gratis", Free::Other),
    ("complimentary", Free::Other),
    ("no charge", Free::Other),
    ("no cost", Free::Other),
    ("zero cost", Free::Other),
    ("without charge", Free::Other),
    ("on the house", Free::Other),
    ("waive", Free::Other),
    ("waived", Free::Other),
    ("freebie", Free::Other),
];

/// `free` in a sense that gives nothing away.
const NOT_FREE: &[&str] = &[
    "free to",
    "free trade",
    "free-trade",
    "free zone",
    "free time",
    "free port",
    "free of duty",
    "free agent",
];

/// Days in words, each with its name.
const DAYS: &[(&str, &str)] = &[
    ("大后天", "in three days"),
    ("后天", "in two days"),
    ("明天", "tomorrow"),
    ("明日", "tomorrow"),
    ("明早", "tomorrow"),
    ("今晚", "tonight"),
    ("次日", "next day"),
    ("隔天", "next day"),
    ("隔日", "next day"),
    ("当天", "same day"),
    ("当日", "same day"),
    ("下周", "next week"),
    ("下星期", "next week"),
    ("下个星期", "next week"),
    ("这周", "this week"),
    ("本周", "this week"),
    ("周末", "weekend"),
    ("下个月", "next month"),
    ("下月", "next month"),
    ("本月", "this month"),
    ("月底", "end of month"),
    ("月初", "start of month"),
    ("月内", "this month"),
    ("年底", "end of year"),
    ("年前", "before new year"),
    ("年内", "this year"),
    ("明年", "next year"),
    ("后年", "in two years"),
    ("节前", "before the holiday"),
    ("春节前", "before spring festival"),
    ("上半年", "first half"),
    ("下半年", "second half"),
];

const DAY_WORDS: &[(&str, &str)] = &[
    ("tomorrow", "tomorrow"),
    ("tonight", "tonight"),
    ("same day", "same day"),
    ("same-day", "same day"),
    ("next day", "next day"),
    ("next-day", "next day"),
    ("overnight", "next day"),
    ("next week", "next week"),
    ("this week", "this week"),
    ("weekend", "weekend"),
    ("next month", "next month"),
    ("this month", "this month"),
    ("end of the month", "end of month"),
    ("end of month", "end of month"),
    ("month end", "end of month"),
    ("end of the year", "end of year"),
    ("year end", "end of year"),
    ("next year", "next year"),
    ("monday", "monday"),
    ("tuesday", "tuesday"),
    ("wednesday", "wednesday"),
    ("thursday", "thursday"),
    ("friday", "friday"),
    ("saturday", "saturday"),
    ("sunday", "sunday"),
];

const WEEKDAYS: &[(char, &str)] = &[
    ('一', "monday"),
    ('二', "tuesday"),
    ('三', "wednesday"),
    ('四', "thursday"),
    ('五', "friday"),
    ('六', "saturday"),
    ('日', "sunday"),
    ('天', "sunday"),
    ('1', "monday"),
    ('2', "tuesday"),
    ('3', "wednesday"),
    ('4', "thursday"),
    ('5', "friday"),
    ('6', "saturday"),
    ('7', "sunday"),
];

/// Whether a Chinese phrase above begins so: nearly no character of a text does, and nothing is looked up for the others.
const fn begins(character: char) -> bool {
    matches!(
        character,
        '包' | '免'
            | '运'
            | '全'
            | '零'
            | '白'
            | '赠'
            | '附'
            | '买'
            | '送'
            | '不'
            | '分'
            | '大'
            | '后'
            | '明'
            | '今'
            | '次'
            | '隔'
            | '当'
            | '下'
            | '这'
            | '本'
            | '周'
            | '年'
            | '春'
            | '节'
            | '上'
            | '月'
            | '星'
            | '礼'
    )
}

pub(super) fn read(text: &Text, at: usize) -> Option<Read> {
    let first = text.at(at)?;
    if first.is_ascii_alphabetic() {
        return text.word_starts(at).then(|| english(text, at)).flatten();
    }
    if first.is_ascii() || !begins(first) {
        return None;
    }
    weekday(text, at)
        .or_else(|| longest(text, at, FREE).map(|(end, free)| free_unless_denied(text, at, end, free)))
        .or_else(|| longest(text, at, DAYS).map(|(end, day)| Read::claim(end, Claim::Day(day.to_owned()))))
}

fn english(text: &Text, at: usize) -> Option<Read> {
    let ends = |end: usize| !text.at(end).is_some_and(|character| character.is_ascii_alphanumeric());
    if let Some((end, free)) = longest(text, at, FREE_WORDS).filter(|&(end, _)| ends(end)) {
        let tail = text.slice(at.saturating_sub(8), at);
        let harmless = tail.ends_with('-')
            || tail.ends_with("feel ")
            || NOT_FREE.iter().any(|phrase| text.starts(at, phrase));
        let free = if is_carriage(text, at, end) { Free::Shipping } else { free };
        return Some(if harmless { Read::nothing(end) } else { free_unless_denied(text, at, end, free) });
    }
    longest(text, at, DAY_WORDS)
        .filter(|&(end, _)| ends(end) || text.at(end) == Some('s'))
        .map(|(end, day)| Read::claim(end, Claim::Day(day.to_owned())))
}

/// `delivered free within`, `freight is free`: nothing but the carriage is given away there.
fn is_carriage(text: &Text, at: usize, end: usize) -> bool {
    let before = text.slice(at.saturating_sub(64), at);
    let clause = before.rsplit([',', ';', '。', '!', '?', '\n']).next().unwrap_or(before);
    let carried = ["deliver", "freight", "shipping", "ship"].iter().any(|word| clause.contains(word));
    let after = text.skip_blanks(end, 1);
    let ends = text.at(after).is_none_or(|next| !next.is_alphanumeric())
        || ["within ", "in ", "to ", "of charge", "inside "].iter().any(|word| text.starts(after, word));
    carried && ends
}

/// 周一, 星期三, 礼拜天
fn weekday(text: &Text, at: usize) -> Option<Read> {
    let prefix = ["星期", "礼拜", "周"].iter().find(|prefix| text.starts(at, prefix))?;
    let start = at + prefix.chars().count();
    let day = text.at(start)?;
    let (_, name) = WEEKDAYS.iter().find(|(character, _)| *character == day)?;
    // 一周一次 and 每周三次 speak of weeks.
    let counts = matches!(text.at(start + 1), Some('次' | '回' | '个' | '台' | '遍'));
    let counted = at.checked_sub(1).and_then(|before| text.at(before)).is_some_and(super::han::is_numeral);
    (!counts && !counted).then(|| Read::claim(start + 1, Claim::Day((*name).to_owned())))
}

/// 不免费 and `not free` promise nothing.
fn free_unless_denied(text: &Text, at: usize, end: usize, free: Free) -> Read {
    let tail = text.slice(at.saturating_sub(12), at);
    let tail = tail.trim_end();
    let denied = [
        "不",
        "非",
        "不是",
        "没有",
        "无法",
        "不能",
        "不再",
        "并非",
        "not",
        "n't",
        "never",
        "no longer",
        "isn't",
        "cannot be",
    ]
    .iter()
    .any(|word| tail.ends_with(word));
    if denied { Read::nothing(end) } else { Read::claim(end, Claim::Free(free)) }
}

fn longest<T: Copy>(text: &Text, at: usize, table: &[(&str, T)]) -> Option<(usize, T)> {
    table
        .iter()
        .filter(|(phrase, _)| text.starts(at, phrase))
        .map(|&(phrase, value)| (at + phrase.chars().count(), value))
        .max_by_key(|&(end, _)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_begins_with_a_known_beginning() {
        let phrases = FREE.iter().map(|(phrase, _)| phrase).chain(DAYS.iter().map(|(phrase, _)| phrase));
        for phrase in phrases.chain(&["周", "星期", "礼拜"]) {
            assert!(phrase.starts_with(begins), "{phrase}");
        }
    }
}
