//! Amounts of money: ¥ $ € before, 元 块 美元 usd after, 三分钱, 5块5; without a currency where the words tell.

use domain::{
    money::Currency,
    understanding::{EntityKind, EntityValue, MoneyRole},
};

use super::{
    Found, Scene,
    number::{Decimal, Form, Number},
    rank,
    scan::{begins, cue_after, cue_before, ends, is_code, is_letter, literal, longest, skip_spaces},
};

/// Words before the number.
const BEFORE: &[(&str, &str)] = &[
    ("us$", "USD"),
    ("usd", "USD"),
    ("us dollars", "USD"),
    ("$", "USD"),
    ("hk$", "HKD"),
    ("hkd", "HKD"),
    ("a$", "AUD"),
    ("aud", "AUD"),
    ("c$", "CAD"),
    ("cad", "CAD"),
    ("s$", "SGD"),
    ("sgd", "SGD"),
    ("nt$", "TWD"),
    ("rmb", "CNY"),
    ("cny", "CNY"),
    ("¥", "CNY"),
    ("人民币", "CNY"),
    ("€", "EUR"),
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("£", "GBP"),
    ("gbp", "GBP"),
    ("₹", "INR"),
    ("inr", "INR"),
    ("rs.", "INR"),
    ("rs.", "INR"),
    ("jpy", "JPY"),
    ("₩", "KRW"),
    ("krw", "KRW"),
    ("aed", "AED"),
    ("sar", "SAR"),
    ("r$", "BRL"),
    ("brl", "BRL"),
    ("₽", "RUB"),
    ("rub", "RUB"),
    ("₦", "NGN"),
    ("ngn", "NGN"),
    ("kes", "KES"),
    ("ksh", "KES"),
    ("zar", "ZAR"),
    ("mxn", "MXN"),
    ("chf", "CHF"),
    ("₫", "VND"),
    ("vnd", "VND"),
    ("฿", "THB"),
    ("thb", "THB"),
    ("美金", "USD"),
    ("美元", "USD"),
];

/// Words behind the number.
const BEHIND: &[(&str, &str)] = &[
    ("元", "CNY"),
    ("块钱", "CNY"),
    ("块", "CNY"),
    ("圆", "CNY"),
    ("元钱", "CNY"),
    ("元人民币", "CNY"),
    ("人民币", "CNY"),
    ("rmb", "CNY"),
    ("cny", "CNY"),
    ("yuan", "CNY"),
    ("yuans", "CNY"),
    ("kuai", "CNY"),
    ("美元", "USD"),
    ("美金", "USD"),
    ("美刀", "USD"),
    ("刀", "USD"),
    ("usd", "USD"),
    ("us$", "USD"),
    ("$", "USD"),
    ("dollars", "USD"),
    ("dollar", "USD"),
    ("us dollars", "USD"),
    ("bucks", "USD"),
    ("cents", "USD"),
    ("cent", "USD"),
    ("欧元", "EUR"),
    ("欧", "EUR"),
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("€", "EUR"),
    ("英镑", "GBP"),
    ("镑", "GBP"),
    ("gbp", "GBP"),
    ("pounds sterling", "GBP"),
    ("£", "GBP"),
    ("港币", "HKD"),
    ("港元", "HKD"),
    ("hkd", "HKD"),
    ("日元", "JPY"),
    ("jpy", "JPY"),
    ("yen", "JPY"),
    ("卢布", "RUB"),
    ("rubles", "RUB"),
    ("rupees", "INR"),
    ("inr", "INR"),
    ("卢比", "INR"),
    ("aed", "AED"),
    ("dirhams", "AED"),
    ("dirham", "AED"),
    ("sar", "SAR"),
    ("naira", "NGN"),
    ("kes", "KES"),
    ("shillings", "KES"),
    ("aud", "AUD"),
    ("cad", "CAD"),
    ("新币", "SGD"),
    ("sgd", "SGD"),
    ("台币", "TWD"),
    ("泰铢", "THB"),
    ("韩元", "KRW"),
    ("chf", "CHF"),
];

const TARGET: &[&str] = &[
    "目标价",
    "心理价",
    "心理价位",
    "期望价",
    "目标",
    "target",
    "target price",
    "can you do",
    "make it",
    "能做到",
    "做到",
    "给到",
    "能不能",
    "可不可以",
    "counter",
    "offer you",
    "i pay",
    "best is",
    "my price",
    "接受",
    "give me at",
    "let me have it at",
];
const BUDGET: &[&str] =
    &["预算", "budget", "budget is", "只有", "最多", "maximum", "max", "i have", "上限", "spend", "手里"];
const PRICE: &[&str] =
    &["价格", "单价", "price", "报价", "总价", "报的", "quoted", "卖", "costs", "cost", "原价", "售价", "价"];
/// After the number: what it is for, each.
const EACH: &[&str] = &[
    "一个",
    "一台",
    "一件",
    "一只",
    "一套",
    "每",
    "/",
    "per ",
    "each",
    "a piece",
    "一米",
    "一吨",
    "一公斤",
    "一斤",
    "一箱",
    "一片",
    "一支",
    "的价",
];

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    for number in scene.numbers.iter().filter(|number| !number.vague) {
        if let Some(one) = small_change(scene, number)
            .or_else(|| with_currency(scene, number))
            .or_else(|| without(scene, number))
        {
            found.push(one);
        }
    }
}

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap_or(Currency::CNY)
}

fn with_currency(scene: &Scene<'_>, number: &Number) -> Option<Found> {
    let chars = scene.chars;
    let one = number.form != Form::Digits && number.low.as_whole() == Some(1);
    let mut low = number.low;
    if let Some((start, code)) = before(chars, number.start).filter(|_| !one) {
        // "$1,200 usd" takes the word behind with it.
        let after = skip_spaces(chars, number.end);
        let end = behind(chars, after).filter(|(again, _)| *again == code).map_or(number.end, |(_, end)| end);
        return Some(build(scene, start, end, low, currency(code)));
    }
    let at = skip_spaces(chars, number.end);
    let (code, mut end) = behind(chars, at)?;
    let word: String = chars[at..end].iter().collect();
    // 5块板 are five boards; 三块钱 is money.
    if word == "块" && chars.get(end).is_some_and(|&c| "板瓷砖地电屏肥毛".contains(c)) {
        return None;
    }
    // 一块 is "together" or "a piece", 砍一刀 a plea; 一块五 is money.
    if one && matches!(word.as_str(), "块" | "刀") && tail(chars, end, true).is_none() {
        return None;
    }
    if word == "刀" && chars.get(end).is_some_and(|&c| "片具头".contains(c)) {
        return None;
    }
    if word == "欧" && chars.get(end).is_some_and(|&c| "姆洲盟标".contains(c)) {
        return None;
    }
    if word.starts_with("cent") {
        low = Decimal { mantissa: low.mantissa, scale: low.scale + 2 };
    }
    if matches!(word.as_str(), "块" | "元" | "块钱")
        && let Some((part, after)) = tail(chars, end, word == "块")
    {
        (low, end) = (low.plus(part), after);
        if let Some((_, after)) = longest(chars, end, &["钱"]) {
            end = after;
        }
    }
    Some(build(scene, number.start, end, low, currency(code)))
}

/// 5块5, 3块2毛, 3元5角.
fn tail(chars: &[char], at: usize, colloquial: bool) -> Option<(Decimal, usize)> {
    let digit = digit(*chars.get(at)?)?;
    let tenths = Decimal { mantissa: digit, scale: 1 };
    match chars.get(at + 1) {
        Some('毛' | '角') => Some((tenths, at + 2)),
        Some(c)
            if c.is_ascii_digit()
                || *c == '.'
                || super::unit::is_measure(*c)
                || "十百千万点%".contains(*c) =>
        {
            None
        }
        _ if colloquial => Some((tenths, at + 1)),
        _ => None,
    }
}

fn digit(c: char) -> Option<i128> {
    c.to_digit(10)
        .map(i128::from)
        .or_else(|| "零一二三四五六七八九".chars().position(|known| known == c).map(|value| value as i128))
}

/// 三分钱, 两毛, 5角.
fn small_change(scene: &Scene<'_>, number: &Number) -> Option<Found> {
    let chars = scene.chars;
    let at = number.end;
    let (power, end) = match chars.get(at)? {
        // 六角螺栓, 三角架: only 角钱 behind a numeral is money.
        '角' if number.form == Form::Chinese && chars.get(at + 1) != Some(&'钱') => return None,
        '毛' | '角'
            if !matches!(
                chars.get(at + 1),
                Some('巾' | '衣' | '刷' | '钢' | '坯' | '重' | '利' | '绒' | '料' | '边' | '度' | '铁')
            ) =>
        {
            (1, at + 1)
        }
        '分' if chars.get(at + 1) == Some(&'钱') => (2, at + 1),
        '分' if cue_before(chars, number.start, 4, &["少", "便宜", "让", "降", "毛"]) => (2, at + 1),
        _ => return None,
    };
    let end = longest(chars, end, &["钱"]).map_or(end, |(_, after)| after);
    let value = Decimal { mantissa: number.low.mantissa, scale: number.low.scale + power };
    Some(build(scene, number.start, end, value, Currency::CNY))
}

/// 预算27万, target price 12.5, 12k.
fn without(scene: &Scene<'_>, number: &Number) -> Option<Found> {
    let chars = scene.chars;
    let bare_numeral = number.form == Form::Chinese && number.end - number.start == 1;
    let year =
        number.end - number.start == 4 && number.low.as_whole().is_some_and(|v| (2_020..2_040).contains(&v));
    if number.high.is_some() || scene.asks_quantity || bare_numeral || year {
        return None;
    }
    let next = skip_spaces(chars, number.end);
    let counted =
        chars.get(next).is_some_and(|&c| super::unit::is_measure(c) || "%％折成年月日号点天个度".contains(c))
            || chars.get(number.end).is_some_and(|&c| is_code(c) || matches!(c, '-' | '/' | ':'))
            || super::unit::at(scene, next).is_some();
    if counted && !capped(chars, number) {
        return None;
    }
    let strong = cue_before(
        chars,
        number.start,
        16,
        &[
            "预算",
            "budget",
            "目标价",
            "心理价",
            "心理价位",
            "期望价",
            "target",
            "target price",
            "单价",
            "总价",
            "报价",
            "原价",
            "price target",
            "target of",
        ],
    ) || capped(chars, number)
        || settled(chars, number, next);
    let priced = cue_before(chars, number.start, 8, PRICE) || cue_after(chars, number.end, 6, EACH);
    let wanted = cue_before(
        chars,
        number.start,
        5,
        &[
            "要", "订", "买", "来", "拿", "下", "做", "有", "货", "单", "采购", "order", "need", "buy",
            "take", "qty", "quantity", "数量", "of",
        ],
    );
    let spoken = number.form == Form::Chinese && number.low.as_whole().is_some_and(|v| v >= 1_000);
    let said = strong
        || (number.multiplied && !wanted && next_is_clear(chars, next))
        || (priced && (spoken || number.multiplied))
        || (spoken && !wanted && next_is_clear(chars, next) && cue_before(chars, number.start, 6, TARGET));
    let bid = is_bid(scene, number, next);
    if !(said || bid) || number.low.mantissa <= 0 {
        return None;
    }
    let role = role(chars, number.start, number.end).or(bid.then_some(MoneyRole::TargetPrice));
    let value = EntityValue::Amount { amount: number.low.text(), currency: None, role };
    Some(Found::new(EntityKind::Money, number.start, number.end, value, rank::MONEY))
}

/// 46000行不行, "can you do 46000": a bare number from half the price of the product spoken of up to it.
fn is_bid(scene: &Scene<'_>, number: &Number, next: usize) -> bool {
    let near = |amount: i64| scene.price.is_some_and(|price| (price / 2..=price).contains(&amount));
    // Goods that cost little are bought in numbers like their price.
    let cued = |amount: i64| amount >= 1_000 || cue_after(scene.chars, number.end, 4, BID);
    number.low.as_whole().is_some_and(|amount| near(amount) && cued(amount))
        && next_is_clear(scene.chars, next)
}

/// Behind a bare number these make a bid of it.
const BID: &[&str] = &["行不行", "行吗", "可以吗", "能做吗", "能做不", "成交", "卖不卖", "卖吗"];

/// 资金就这些,18万封顶: all that there is.
fn capped(chars: &[char], number: &Number) -> bool {
    number.low.as_whole().is_some_and(|amount| amount >= 100)
        && (cue_after(chars, number.end, 2, CAPS)
            || cue_before(chars, number.start, 5, &["钱", "手头", "手里", "资金"]) && number.multiplied)
}

/// 欠的六千三下周付: an amount in spoken form, beside a word of paying.
fn settled(chars: &[char], number: &Number, next: usize) -> bool {
    let spoken = number.form == Form::Chinese && number.low.as_whole().is_some_and(|amount| amount >= 100);
    spoken
        && !super::unit::is_measure(chars.get(next).copied().unwrap_or(' '))
        && cue_before(
            chars,
            number.start,
            4,
            &["差", "欠", "付", "转", "打", "补", "收", "余款", "尾款", "定金", "货款"],
        )
}

/// Words that close a budget.
const CAPS: &[&str] = &["顶天", "封顶", "到顶", "打住", "以内", "之内", "tops", "at most", "max"];

/// No noun of goods follows.
fn next_is_clear(chars: &[char], at: usize) -> bool {
    chars.get(at).is_none_or(|&c| {
        !is_letter(c) && (!crate::text::is_han(c) || "以左预的吧行能可就就呢吗给成包含不上卖".contains(c))
    })
}

fn build(scene: &Scene<'_>, start: usize, end: usize, amount: Decimal, currency: Currency) -> Found {
    let role = role(scene.chars, start, end);
    let value = match amount.scaled(currency.minor_digits()) {
        Some(minor) => EntityValue::Money { minor, currency, role },
        // A unit price such as 0.0135 has no whole number of minor units.
        None => EntityValue::Amount { amount: amount.text(), currency: Some(currency), role },
    };
    Found::new(EntityKind::Money, start, end, value, rank::MONEY)
}

fn role(chars: &[char], start: usize, end: usize) -> Option<MoneyRole> {
    let behind = cue_after(chars, end, 5, &["预算", "budget"]) || cue_after(chars, end, 2, CAPS);
    let near = behind || cue_before(chars, start, 12, &["预算", "budget"]);
    let wanted = cue_before(chars, start, 14, TARGET) || cue_before(chars, start, 20, &["target price"]);
    if near || (!wanted && cue_before(chars, start, 24, &["budget"])) {
        Some(MoneyRole::Budget)
    } else if wanted {
        Some(MoneyRole::TargetPrice)
    } else if cue_before(chars, start, 6, BUDGET) {
        Some(MoneyRole::Budget)
    } else if cue_before(chars, start, 6, PRICE) || cue_after(chars, end, 4, EACH) || one_each(chars, end) {
        Some(MoneyRole::Price)
    } else {
        None
    }
}

/// 五毛钱一根: so much for each.
fn one_each(chars: &[char], at: usize) -> bool {
    chars.get(at) == Some(&'一') && chars.get(at + 1).is_some_and(|&c| super::unit::is_measure(c))
}

fn before(chars: &[char], at: usize) -> Option<(usize, &'static str)> {
    let mut end = at;
    while end > 0 && chars[end - 1] == ' ' {
        end -= 1;
    }
    if at - end > 2 {
        return None;
    }
    BEFORE
        .iter()
        .filter_map(|(word, code)| {
            let start = end.checked_sub(word.chars().count())?;
            let stands = literal(chars, start, word) == Some(end)
                && (!word.starts_with(is_letter) || begins(chars, start));
            stands.then_some((start, *code))
        })
        .min_by_key(|(start, _)| *start)
}

fn behind(chars: &[char], at: usize) -> Option<(&'static str, usize)> {
    BEHIND
        .iter()
        .filter_map(|(word, code)| {
            let end = literal(chars, at, word)?;
            (!word.ends_with(is_letter) || ends(chars, end)).then_some((*code, end))
        })
        .max_by_key(|(_, end)| *end)
}
