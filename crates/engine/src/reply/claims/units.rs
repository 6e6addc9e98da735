//! What stands before and after a number.

use domain::money::Currency;

use super::{
    ONE, Unit,
    text::{Text, is_latin},
};

/// What a unit's word says. The number is how many of the unit it stands for, in millionths: a week is seven days.
#[derive(Clone, Copy)]
enum Word {
    Money(&'static str, i128),
    Percent(i128),
    /// Tenths that remain: 八五折.
    Tenths,
    Minutes(i128),
    Days(i128),
    WorkingDays,
    Months(i128),
    Count,
    Named(&'static str),
}

use Word::{Count, Days, Minutes, Money, Months, Named, Percent, Tenths, WorkingDays};

/// Units in Chinese and signs; the longest that fits counts.
const SIGNS: &[(&str, Word)] = &[
    ("元人民币", Money("CNY", ONE)), ("人民币", Money("CNY", ONE)), ("块钱", Money("CNY", ONE)),
    ("元", Money("CNY", ONE)), ("圆", Money("CNY", ONE)), ("块", Money("CNY", ONE)), ("毛钱", Money("CNY", ONE / 10)),
    ("毛", Money("CNY", ONE / 10)), ("角钱", Money("CNY", ONE / 10)), ("分钱", Money("CNY", ONE / 100)),
    ("¥", Money("CNY", ONE)), ("美元", Money("USD", ONE)), ("美金", Money("USD", ONE)), ("美刀", Money("USD", ONE)),
    ("刀", Money("USD", ONE)), ("$", Money("USD", ONE)), ("欧元", Money("EUR", ONE)), ("欧", Money("EUR", ONE)),
    ("€", Money("EUR", ONE)), ("英镑", Money("GBP", ONE)), ("镑", Money("GBP", ONE)), ("£", Money("GBP", ONE)),
    ("日元", Money("JPY", ONE)), ("日圆", Money("JPY", ONE)), ("港元", Money("HKD", ONE)), ("港币", Money("HKD", ONE)),
    ("卢布", Money("RUB", ONE)), ("₽", Money("RUB", ONE)), ("₹", Money("INR", ONE)), ("₩", Money("KRW", ONE)),
    ("₫", Money("VND", ONE)), ("₿", Money("BTC", ONE)),
    ("%", Percent(ONE)), ("‰", Percent(ONE / 10)), ("个百分点", Percent(ONE)), ("百分点", Percent(ONE)),
    ("个点", Percent(ONE)), ("成", Percent(10 * ONE)), ("折", Tenths),
    ("个工作日", WorkingDays), ("工作日", WorkingDays), ("个自然日", Days(ONE)), ("天", Days(ONE)), ("日", Days(ONE)),
    ("个星期", Days(7 * ONE)), ("星期", Days(7 * ONE)), ("个礼拜", Days(7 * ONE)), ("礼拜", Days(7 * ONE)),
    ("周", Days(7 * ONE)), ("个月", Months(ONE)), ("月", Months(ONE)), ("个季度", Months(3 * ONE)),
    ("季度", Months(3 * ONE)), ("年", Months(12 * ONE)), ("周年", Months(12 * ONE)),
    ("个小时", Minutes(60 * ONE)), ("小时", Minutes(60 * ONE)), ("个钟头", Minutes(60 * ONE)),
    ("钟头", Minutes(60 * ONE)), ("个钟", Minutes(60 * ONE)), ("分钟", Minutes(ONE)), ("秒钟", Named("s")),
    ("秒", Named("s")), ("毫秒", Named("ms")),
    ("个", Count), ("台", Count), ("件", Count), ("只", Count), ("套", Count), ("支", Count), ("条", Count),
    ("根", Count), ("片", Count), ("部", Count), ("枚", Count), ("颗", Count), ("张", Count), ("把", Count),
    ("副", Count), ("组", Count), ("款", Count),
    ("箱", Named("carton")), ("件箱", Named("carton")), ("盒", Named("inner box")), ("卷", Named("roll")),
    ("盘", Named("roll")), ("包", Named("pack")), ("袋", Named("bag")), ("托", Named("pallet")),
    ("托盘", Named("pallet")), ("柜", Named("container")), ("货柜", Named("container")), ("打", Named("dozen")),
    ("公斤", Named("kg")), ("千克", Named("kg")), ("斤", Named("jin")), ("克", Named("g")), ("吨", Named("t")),
    ("毫米", Named("mm")), ("厘米", Named("cm")), ("公分", Named("cm")), ("米", Named("m")), ("公里", Named("km")),
    ("千米", Named("km")), ("平方米", Named("m2")), ("平米", Named("m2")), ("立方米", Named("m3")),
    ("千瓦", Named("kw")), ("瓦", Named("w")), ("伏", Named("v")), ("安", Named("a")), ("牛米", Named("nm")),
    ("牛", Named("n")), ("兆帕", Named("mpa")), ("赫兹", Named("hz")), ("分贝", Named("db")), ("升", Named("l")),
    ("毫升", Named("ml")), ("度电", Named("kwh")), ("°c", Named("celsius")), ("°", Named("degree")),
    ("寸", Named("inch")), ("英寸", Named("inch")),
];

/// Units in Latin letters: whole words.
const WORDS: &[(&str, Word)] = &[
    ("cny", Money("CNY", ONE)), ("rmb", Money("CNY", ONE)), ("yuan", Money("CNY", ONE)), ("kuai", Money("CNY", ONE)),
    ("renminbi", Money("CNY", ONE)), ("usd", Money("USD", ONE)), ("dollar", Money("USD", ONE)),
    ("dollars", Money("USD", ONE)), ("bucks", Money("USD", ONE)), ("cent", Money("USD", ONE / 100)),
    ("cents", Money("USD", ONE / 100)), ("eur", Money("EUR", ONE)), ("euro", Money("EUR", ONE)),
    ("euros", Money("EUR", ONE)), ("gbp", Money("GBP", ONE)), ("pounds", Money("GBP", ONE)), ("jpy", Money("JPY", ONE)),
    ("yen", Money("JPY", ONE)), ("hkd", Money("HKD", ONE)), ("sgd", Money("SGD", ONE)), ("aud", Money("AUD", ONE)),
    ("cad", Money("CAD", ONE)), ("inr", Money("INR", ONE)), ("vnd", Money("VND", ONE)), ("krw", Money("KRW", ONE)),
    ("thb", Money("THB", ONE)), ("idr", Money("IDR", ONE)), ("btc", Money("BTC", ONE)), ("rub", Money("RUB", ONE)),
    ("usdt", Money("UST", ONE)),
    ("percent", Percent(ONE)), ("pct", Percent(ONE)), ("per cent", Percent(ONE)), ("percentage points", Percent(ONE)),
    ("points", Percent(ONE)), ("working days", WorkingDays), ("working day", WorkingDays),
    ("business days", WorkingDays), ("business day", WorkingDays), ("workdays", WorkingDays),
    ("days", Days(ONE)), ("day", Days(ONE)), ("d", Days(ONE)), ("weeks", Days(7 * ONE)), ("week", Days(7 * ONE)),
    ("wks", Days(7 * ONE)), ("months", Months(ONE)), ("month", Months(ONE)), ("quarters", Months(3 * ONE)),
    ("years", Months(12 * ONE)), ("year", Months(12 * ONE)), ("yrs", Months(12 * ONE)), ("yr", Months(12 * ONE)),
    ("hours", Minutes(60 * ONE)), ("hour", Minutes(60 * ONE)), ("hrs", Minutes(60 * ONE)), ("hr", Minutes(60 * ONE)),
    ("working hours", Minutes(60 * ONE)), ("minutes", Minutes(ONE)), ("minute", Minutes(ONE)), ("mins", Minutes(ONE)),
    ("min", Minutes(ONE)), ("seconds", Named("s")), ("s", Named("s")), ("ms", Named("ms")),
    ("pcs", Count), ("pc", Count), ("piece", Count), ("pieces", Count), ("unit", Count), ("units", Count),
    ("set", Count), ("sets", Count), ("ea", Count), ("items", Count),
    ("carton", Named("carton")), ("cartons", Named("carton")), ("ctn", Named("carton")), ("ctns", Named("carton")),
    ("box", Named("carton")), ("boxes", Named("carton")), ("cases", Named("carton")), ("case", Named("carton")),
    ("roll", Named("roll")), ("rolls", Named("roll")), ("pack", Named("pack")), ("packs", Named("pack")),
    ("bags", Named("bag")), ("pallet", Named("pallet")), ("pallets", Named("pallet")),
    ("containers", Named("container")), ("kg", Named("kg")), ("kgs", Named("kg")), ("kilograms", Named("kg")),
    ("kilos", Named("kg")), ("g", Named("g")), ("grams", Named("g")), ("t", Named("t")), ("tons", Named("t")),
    ("tonnes", Named("t")), ("lb", Named("lb")), ("lbs", Named("lb")), ("mm", Named("mm")),
    ("millimetres", Named("mm")), ("millimeters", Named("mm")), ("cm", Named("cm")), ("m", Named("m")),
    ("metres", Named("m")), ("meters", Named("m")), ("km", Named("km")), ("inch", Named("inch")),
    ("inches", Named("inch")), ("m2", Named("m2")), ("m3", Named("m3")), ("v", Named("v")), ("volts", Named("v")), ("w", Named("w")),
    ("watts", Named("w")), ("kw", Named("kw")), ("kwh", Named("kwh")), ("ma", Named("ma")),
    ("n", Named("n")), ("kn", Named("kn")), ("nm", Named("nm")), ("mpa", Named("mpa")), ("bar", Named("bar")),
    ("hz", Named("hz")), ("khz", Named("khz")), ("db", Named("db")), ("l", Named("l")), ("ml", Named("ml")),
    ("rpm", Named("rpm")), ("mp", Named("mp")), ("fps", Named("fps")), ("mb", Named("mb")), ("gb", Named("gb")),
    ("kb", Named("kb")), ("um", Named("um")), ("arcmin", Named("arcmin")),
];

/// The unit that follows a number ending at `at` (blanks or one hyphen between), its scale, and its end.
pub(super) fn after(text: &Text, at: usize) -> Option<(Unit, i128, usize)> {
    let mut start = text.skip_blanks(at, 2);
    if start == at && text.at(at) == Some('-') && text.word_starts(at + 1) {
        start += 1;
    }
    let word = if text.at(start).is_some_and(|character| character.is_ascii_alphabetic()) {
        longest(WORDS, |name| {
            let end = start + name.chars().count();
            (text.starts(start, name) && !text.at(end).is_some_and(is_latin)).then_some(end)
        })
    } else {
        longest(SIGNS, |name| text.starts(start, name).then(|| start + name.chars().count()))
    };
    let (word, end) = word?;
    // 月底 and 日元 are not months and days; 成本, 成交 are no tenths.
    let next = text.at(end);
    let other = match word {
        Percent(scale) if scale == 10 * ONE => matches!(next, Some('本' | '交' | '品' | '功' | '立' | '型' | '套')),
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
    let before = text.before(end);
    let tail: String = before.iter().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect();
    for (prefix, code) in [("hk$", "HKD"), ("a$", "AUD"), ("c$", "CAD"), ("s$", "SGD"), ("us$", "USD")] {
        if tail.ends_with(prefix) {
            return Currency::parse(code).ok();
        }
    }
    let ends = |name: &str, word: bool| {
        tail.strip_suffix(name).is_some_and(|rest| !(word && rest.chars().last().is_some_and(is_latin)))
    };
    let found = SIGNS
        .iter()
        .filter(|(name, _)| name.chars().count() > 1 || !name.chars().all(super::han::is_han))
        .map(|entry| (entry, false))
        .chain(WORDS.iter().map(|entry| (entry, true)))
        .find_map(|((name, word), latin)| match word {
            Money(code, scale) if *scale == ONE && ends(name, latin) => Some(*code),
            _ => None,
        });
    found.and_then(|code| Currency::parse(code).ok())
}

/// Words after which a bare number is a price.
const PRICE_WORDS: &[&str] = &[
    "价", "价格", "单价", "总价", "报价", "售价", "底价", "合计", "总计", "共计", "收您", "到手", "成交", "货款", "price",
    "priced", "prices", "cost", "costs", "total", "totals", "totalling", "amount", "pay", "fee", "quote",
];

/// Words that may stand between, longest first.
const FILLERS: &[&str] = &[
    "仅需", "只需", "只要", "就是", "大约", "about", "only", "just", "is", "are", "be", "was", "of", "at", "to", "now",
    "只", "仅", "是", "为", "就", "才", "约", "要", "到", "给", "您", "你", "按", "能", "可", ":", "=", "-", "~", ",",
];

/// Whether the words before a bare number make it a price.
pub(super) fn is_price(text: &Text, at: usize) -> bool {
    let tail: String = text.before(at).iter().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect();
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
    text.strip_suffix(word).is_some_and(|rest| {
        !(word.starts_with(is_latin) && rest.chars().last().is_some_and(is_latin))
    })
}

/// Words that make a percent a discount, where they stand close before or after it.
const DISCOUNT_BEFORE: &[&str] =
    &["优惠", "折扣", "让利", "便宜", "降", "降价", "减", "让", "返", "返点", "discount of", "off", "save", "saves", "less", "down"];
const DISCOUNT_AFTER: &[&str] =
    &["off", "discount", "cheaper", "less", "lower", "reduction", "rebate", "的优惠", "优惠", "的折扣", "折扣", "让利"];

pub(super) fn is_discount(text: &Text, start: usize, end: usize) -> bool {
    let tail: String = text.before(start).iter().rev().take(16).collect::<Vec<_>>().into_iter().rev().collect();
    let tail = tail.trim_end();
    let after = text.skip_blanks(end, 2);
    DISCOUNT_BEFORE.iter().any(|word| ends_with_word(tail, word))
        || DISCOUNT_AFTER.iter().any(|word| text.starts(after, word))
}

fn longest(table: &'static [(&'static str, Word)], fits: impl Fn(&str) -> Option<usize>) -> Option<(Word, usize)> {
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

/// The unit that a shop's word for it stands for.
pub(crate) fn of_word(word: &str) -> Unit {
    let lower = word.to_lowercase();
    SIGNS.iter().chain(WORDS).find(|(name, _)| *name == lower).map_or(Unit::None, |(_, word)| resolve(*word).0)
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
