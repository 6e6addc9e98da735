//! An amount in words, as papers for money carry it: 人民币玖拾陆万元整, SAY US DOLLARS TWELVE THOUSAND ONLY.
//!
//! The Chinese form follows the rules of the People's Bank for filling in bills (正确填写票据和结算凭证的基本规定): 整 after 元 and
//! after 角, none after 分; one 零 for a row of zeros within an amount.

use domain::{
    language::ReplyLanguage,
    money::{Currency, Money},
};

/// The amount in words of `language`.
pub fn in_words(money: Money, language: ReplyLanguage) -> String {
    match language {
        ReplyLanguage::Zh => chinese(money),
        ReplyLanguage::En => english(money),
    }
}

/// Major units and the digits of the minor ones.
fn parts(money: Money) -> (u64, u64, u32) {
    let digits = money.currency.minor_digits();
    let scale = 10_u64.pow(digits);
    let magnitude = money.minor.unsigned_abs();
    (magnitude / scale, magnitude % scale, digits)
}

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

fn chinese_currency(currency: Currency) -> String {
    match currency.code() {
        "CNY" => "人民币".into(),
        "USD" => "美元".into(),
        "EUR" => "欧元".into(),
        "GBP" => "英镑".into(),
        "HKD" => "港元".into(),
        "JPY" => "日元".into(),
        code => format!("{code} "),
    }
}

fn chinese(money: Money) -> String {
    let (whole, fraction, digits) = parts(money);
    let mut text = chinese_currency(money.currency);
    if money.minor < 0 {
        text.push('负');
    }
    if whole > 0 || fraction == 0 {
        chinese_number(whole, &mut text);
        text.push('元');
    }
    if fraction == 0 {
        text.push('整');
        return text;
    }
    // 角, 分 and, for the few currencies with three digits, 厘.
    let mut scale = 10_u64.pow(digits);
    let mut skipped = false;
    let mut last = "";
    for unit in ["角", "分", "厘"] {
        scale /= 10;
        if scale == 0 {
            break;
        }
        let digit = fraction / scale % 10;
        if digit == 0 {
            skipped = true;
            continue;
        }
        // A zero is said only between something and something.
        if skipped && (whole > 0 || !last.is_empty()) {
            text.push('零');
        }
        skipped = false;
        text.push(DIGITS[digit as usize]);
        text.push_str(unit);
        last = unit;
    }
    if last == "角" {
        text.push('整');
    }
    text
}

/// A whole number in the characters that cannot be altered by a stroke.
fn chinese_number(number: u64, text: &mut String) {
    const YI: u64 = 100_000_000;
    const WAN: u64 = 10_000;
    if number >= YI {
        chinese_number(number / YI, text);
        text.push('亿');
        rest(number % YI, YI, text);
    } else if number >= WAN {
        chinese_number(number / WAN, text);
        text.push('万');
        rest(number % WAN, WAN, text);
    } else {
        below_ten_thousand(number, text);
    }
}

/// What follows a 亿 or 万: after a gap, 零 first.
fn rest(number: u64, above: u64, text: &mut String) {
    if number == 0 {
        return;
    }
    if number < above / 10 {
        text.push('零');
    }
    chinese_number(number, text);
}

fn below_ten_thousand(number: u64, text: &mut String) {
    if number == 0 {
        text.push('零');
        return;
    }
    let mut begun = false;
    let mut gap = false;
    for (scale, unit) in [(1_000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let digit = number / scale % 10;
        if digit == 0 {
            gap = begun;
            continue;
        }
        if gap {
            text.push('零');
        }
        text.push(DIGITS[digit as usize]);
        text.push_str(unit);
        (begun, gap) = (true, false);
    }
}

/// The name of the major unit, and of the minor one where the language has a settled word.
fn english_currency(currency: Currency) -> (String, Option<&'static str>) {
    match currency.code() {
        "CNY" => ("CHINESE YUAN".into(), Some("FEN")),
        "USD" => ("US DOLLARS".into(), Some("CENTS")),
        "EUR" => ("EUROS".into(), Some("CENTS")),
        "GBP" => ("POUNDS STERLING".into(), Some("PENCE")),
        "HKD" => ("HONG KONG DOLLARS".into(), Some("CENTS")),
        "AUD" => ("AUSTRALIAN DOLLARS".into(), Some("CENTS")),
        "JPY" => ("JAPANESE YEN".into(), None),
        code => (code.to_owned(), None),
    }
}

fn english(money: Money) -> String {
    let (whole, fraction, digits) = parts(money);
    let (name, minor) = english_currency(money.currency);
    let mut text = format!("SAY {name} ");
    if money.minor < 0 {
        text.push_str("MINUS ");
    }
    text.push_str(&english_number(whole));
    if fraction > 0 {
        match minor {
            Some(minor) => text.push_str(&format!(" AND {minor} {}", english_number(fraction))),
            None => text.push_str(&format!(" AND {fraction}/{}", 10_u64.pow(digits))),
        }
    }
    text.push_str(" ONLY");
    text
}

const BELOW_TWENTY: [&str; 20] = [
    "ZERO",
    "ONE",
    "TWO",
    "THREE",
    "FOUR",
    "FIVE",
    "SIX",
    "SEVEN",
    "EIGHT",
    "NINE",
    "TEN",
    "ELEVEN",
    "TWELVE",
    "THIRTEEN",
    "FOURTEEN",
    "FIFTEEN",
    "SIXTEEN",
    "SEVENTEEN",
    "EIGHTEEN",
    "NINETEEN",
];
const TENS: [&str; 10] =
    ["", "", "TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY"];
const SCALES: [(u64, &str); 6] = [
    (1_000_000_000_000_000_000, "QUINTILLION"),
    (1_000_000_000_000_000, "QUADRILLION"),
    (1_000_000_000_000, "TRILLION"),
    (1_000_000_000, "BILLION"),
    (1_000_000, "MILLION"),
    (1_000, "THOUSAND"),
];

fn english_number(number: u64) -> String {
    if number == 0 {
        return BELOW_TWENTY[0].to_owned();
    }
    let mut words = Vec::new();
    let mut left = number;
    for (scale, name) in SCALES {
        if left >= scale {
            words.push(format!("{} {name}", below_thousand(left / scale)));
            left %= scale;
        }
    }
    if left > 0 {
        // ONE THOUSAND AND FIVE: what is below a hundred is joined by AND.
        let joined = !words.is_empty() && left < 100;
        words.push(format!("{}{}", if joined { "AND " } else { "" }, below_thousand(left)));
    }
    words.join(" ")
}

fn below_thousand(number: u64) -> String {
    let (hundreds, rest) = (number / 100, number % 100);
    let tail = match rest {
        0 => String::new(),
        1..20 => BELOW_TWENTY[rest as usize].to_owned(),
        _ if rest % 10 == 0 => TENS[(rest / 10) as usize].to_owned(),
        _ => format!("{}-{}", TENS[(rest / 10) as usize], BELOW_TWENTY[(rest % 10) as usize]),
    };
    match (hundreds, rest) {
        (0, _) => tail,
        (_, 0) => format!("{} HUNDRED", BELOW_TWENTY[hundreds as usize]),
        _ => format!("{} HUNDRED AND {tail}", BELOW_TWENTY[hundreds as usize]),
    }
}

#[cfg(test)]
mod tests;
