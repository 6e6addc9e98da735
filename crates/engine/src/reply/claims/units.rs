//! What stands before and after a number.

use domain::money::Currency;

use super::{
    ONE, Unit,
    text::{Text, is_latin},
};
use table::{
    SIGNS, WORDS,
    Word::{self, Count, Days, Minutes, Money, Months, Named, Percent, Tenths, WorkingDays},
};

mod table;

/// The unit that follows a number ending at `at` (blanks or one hyphen between), its scale, and its end.
pub(super) fn after(text: &Text, at: usize) -> Option<(Unit, i128, usize)> {
    let mut start = text.skip_blanks(at, 2);
    if start == at && text.at(at) == Some('-') && text.word_starts(at + 1) {
        start += 1;
    }
    let word = if text.at(start).is_some_and(|character| character.is_ascii_alphabetic()) {
        longest(WORDS, |name| {
            let end = text.starts(start, name).then(|| start + name.chars().count())?;
            (!text.at(end).is_some_and(is_latin)).then_some(end)
        })
    } else {
        longest(SIGNS, |name| text.starts(start, name).then(|| start + name.chars().count()))
    };
    let (word, end) = word?;
    // 月底 and 日元 are not months and days; 成本, 成交 are no tenths.
    let next = text.at(end);
    let other = match word {
        Percent(scale) if scale == 10 * ONE => {
            matches!(next, Some('本' | '交' | '品' | '功' | '立' | '型' | '套'))
        }
        Count => matches!(next, Some('别')) && text.starts(end - 1, "个别"),
        _ => false,
    };
    if other {
        return None;
    }
    let (unit, scale) = resolve(word);
    Some((unit, scale, end))
}

/// The currency that stands before a number starting at `at`.
pub(super) fn currency_before(text: &Text, at: usize) -> Option<Currency> {
    let mut end = at;
    while end > 0 && text.at(end - 1).is_some_and(char::is_whitespace) && at - end < 2 {
        end -= 1;
    }
    let tail = text.slice(end.saturating_sub(12), end);
    for (prefix, code) in [("hk$", "HKD"), ("a$", "AUD"), ("c$", "CAD"), ("s$", "SGD"), ("us$", "USD")] {
        if tail.ends_with(prefix) {
            return Currency::parse(code).ok();
        }
    }
    let last = tail.bytes().last();
    let ends = |name: &str, word: bool| {
        name.bytes().last() == last
            && tail
                .strip_suffix(name)
                .is_some_and(|rest| !(word && rest.chars().last().is_some_and(is_latin)))
    };
    let found =
        SIGNS.iter().map(|entry| (entry, false)).chain(WORDS.iter().map(|entry| (entry, true))).find_map(
            |((name, word), latin)| match word {
                // A single Han character is too little to tell a currency before its number.
                Money(code, scale)
                    if *scale == ONE
                        && ends(name, latin)
                        && (latin || name.chars().count() > 1 || !name.chars().all(super::han::is_han)) =>
                {
                    Some(*code)
                }
                _ => None,
            },
        );
    found.and_then(|code| Currency::parse(code).ok())
}

/// Words after which a bare number is a price.
const PRICE_WORDS: &[&str] = &[
    "价",
    "价格",
    "单价",
    "总价",
    "报价",
    "售价",
    "底价",
    "合计",
    "总计",
    "共计",
    "收您",
    "到手",
    "成交",
    "货款",
    "price",
    "priced",
    "prices",
    "cost",
    "costs",
    "total",
    "totals",
    "totalling",
    "amount",
    "pay",
    "fee",
    "quote",
];

/// Words that may stand between, longest first.
const FILLERS: &[&str] = &[
    "仅需", "只需", "只要", "就是", "大约", "about", "only", "just", "is", "are", "be", "was", "of", "at",
    "to", "now", "只", "仅", "是", "为", "就", "才", "约", "要", "到", "给", "您", "你", "按", "能", "可",
    ":", "=", "-", "~", ",",
];

/// Whether the words before a bare number make it a price.
pub(super) fn is_price(text: &Text, at: usize) -> bool {
    let tail = text.slice(at.saturating_sub(24), at);
    let mut rest = tail.trim_end();
    for _ in 0..4 {
        if PRICE_WORDS.iter().any(|word| ends_with_word(rest, word)) {
            return true;
        }
        let Some(filler) = FILLERS.iter().find(|filler| ends_with_word(rest, filler)) else { return false };
        rest = rest[..rest.len() - filler.len()].trim_end();
    }
    false
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|rest| !(word.starts_with(is_latin) && rest.chars().last().is_some_and(is_latin)))
}

/// Words that make a percent a discount, where they stand close before or after it.
const DISCOUNT_BEFORE: &[&str] = &[
    "优惠",
    "折扣",
    "让利",
    "便宜",
    "降",
    "降价",
    "减",
    "让",
    "返",
    "返点",
    "discount of",
    "off",
    "save",
    "saves",
    "less",
    "down",
];
const DISCOUNT_AFTER: &[&str] = &[
    "off",
    "discount",
    "cheaper",
    "less",
    "lower",
    "reduction",
    "rebate",
    "的优惠",
    "优惠",
    "的折扣",
    "折扣",
    "让利",
];

pub(super) fn is_discount(text: &Text, start: usize, end: usize) -> bool {
    let tail = text.slice(start.saturating_sub(16), start);
    let tail = tail.trim_end();
    let after = text.skip_blanks(end, 2);
    DISCOUNT_BEFORE.iter().any(|word| ends_with_word(tail, word))
        || DISCOUNT_AFTER.iter().any(|word| text.starts(after, word))
}

fn longest(
    table: &'static [(&'static str, Word)],
    fits: impl Fn(&str) -> Option<usize>,
) -> Option<(Word, usize)> {
    table.iter().filter_map(|(name, word)| Some((*word, fits(name)?))).max_by_key(|&(_, end)| end)
}

fn resolve(word: Word) -> (Unit, i128) {
    match word {
        Money(code, scale) => (Unit::Money(Currency::parse(code).ok()), scale),
        Percent(scale) => (Unit::Percent, scale),
        Tenths => (Unit::Discount, ONE),
        Minutes(scale) => (Unit::Minutes, scale),
        Days(scale) => (Unit::Days, scale),
        WorkingDays => (Unit::WorkingDays, ONE),
        Months(scale) => (Unit::Months, scale),
        Count => (Unit::Count, ONE),
        Named(name) => (Unit::Named(name), ONE),
    }
}

/// Whether a word in lower case is a unit.
pub(crate) fn is_unit(word: &str) -> bool {
    WORDS.iter().any(|(name, _)| *name == word)
}

/// The unit that a shop's word for it stands for.
pub(crate) fn of_word(word: &str) -> Unit {
    let lower = word.to_lowercase();
    SIGNS
        .iter()
        .chain(WORDS)
        .find(|(name, _)| *name == lower)
        .map_or(Unit::None, |(_, word)| resolve(*word).0)
}

/// Makes a number with its surroundings a claim: `value` in millionths stands at `start..end`. Gives the claim and its end.
pub(super) fn number(text: &Text, start: usize, end: usize, value: i128) -> (super::Claim, usize) {
    let claim = |value, unit| super::Claim::Number { value, unit };
    let before = currency_before(text, start);
    let Some((unit, scale, unit_end)) = after(text, end) else {
        let unit = match before {
            Some(currency) => Unit::Money(Some(currency)),
            None if is_price(text, start) => Unit::Money(None),
            None => Unit::None,
        };
        return (claim(value, unit), end);
    };
    if let Some(currency) = before
        && !matches!(unit, Unit::Money(_))
    {
        // ¥48,000/台 has no unit after it, but `CNY 48,000 per unit` and `¥5 一个` might.
        return (claim(value, Unit::Money(Some(currency))), end);
    }
    let mut value = value.saturating_mul(scale) / ONE;
    let mut end = unit_end;
    if text.at(end) == Some('半') && matches!(unit, Unit::Months | Unit::Days | Unit::Minutes) {
        value = value.saturating_add(scale / 2);
        end += 1;
    }
    if unit == Unit::Money(Currency::parse("CNY").ok())
        && text.at(end - 1) == Some('块')
        && let Some(tenths) = super::han::tenths(text, end)
    {
        // 34块5
        value = value.saturating_add(tenths);
        end += 1;
    }
    match unit {
        // 八五折 and 85折 leave 85 of a hundred, 9折 leaves 90.
        Unit::Discount => {
            let mut left = value;
            while left > 0 && left <= 10 * ONE {
                left = left.saturating_mul(10);
            }
            (claim((100 * ONE).saturating_sub(left), Unit::Discount), end)
        }
        Unit::Percent if is_discount(text, start, end) => (claim(value, Unit::Discount), end),
        unit => (claim(value, unit), end),
    }
}
