//! Numbers, money and names as a buyer reads them.

use domain::{
    catalog::Product,
    decimal,
    language::ReplyLanguage,
    money::{Currency, Money, UnitPrice},
    quantity::Thousandths,
};

use crate::{knowledge::Knowledge, pricing};

/// `¥960,000` in Chinese, `CNY 960,000` in English; cents only where there are any.
pub fn money(money: &Money, language: ReplyLanguage) -> String {
    let digits = money.currency.minor_digits();
    with_currency(&padded(&money.amount(), digits), money.currency, language)
}

/// `¥48,000/台`, `CNY 48,000 per unit`; further decimals are kept, a washer costs 0.0135.
pub fn unit_price(knowledge: &Knowledge, price: &UnitPrice, language: ReplyLanguage) -> String {
    let amount = padded(&price.amount(), price.currency.minor_digits());
    let amount = with_currency(&amount, price.currency, language);
    let unit = pricing::unit_name(knowledge, &price.per, language);
    match language {
        ReplyLanguage::Zh => format!("{amount}/{unit}"),
        ReplyLanguage::En => format!("{amount} per {unit}"),
    }
}

/// `20台`, `20 units`.
pub fn quantity(knowledge: &Knowledge, quantity: Thousandths, unit: &str, language: ReplyLanguage) -> String {
    let number = number(&decimal::format_scaled(quantity.0, 3));
    let unit = pricing::unit_name(knowledge, unit, language);
    match language {
        ReplyLanguage::Zh if !unit.is_ascii() => format!("{number}{unit}"),
        ReplyLanguage::Zh => format!("{number} {unit}"),
        ReplyLanguage::En => format!("{number} {}", plural(unit, quantity)),
    }
}

/// Digits with a comma at each thousand; decimals stay as they are.
pub fn number(text: &str) -> String {
    let (whole, fraction) =
        text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::with_capacity(text.len() + 4);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let fraction = fraction.map(|fraction| format!(".{fraction}")).unwrap_or_default();
    format!("{sign}{grouped}{fraction}")
}

/// An ISO date as a reader says it: `2026年12月22日`, `22 December 2026`. Other text stays.
pub fn date(iso: &str, language: ReplyLanguage) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let Ok(date) = iso.parse::<jiff::civil::Date>() else { return iso.to_owned() };
    let month = usize::from(date.month().unsigned_abs());
    match language {
        ReplyLanguage::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        ReplyLanguage::En => {
            format!("{} {} {}", date.day(), MONTHS.get(month.wrapping_sub(1)).unwrap_or(&""), date.year())
        }
    }
}

/// Name and id: `六轴工业机器人(P001)`; the id alone where there is no name.
pub fn product_label(product: &Product, language: ReplyLanguage) -> String {
    let (id, name) = (product.id.as_str(), product.name.get(language));
    if name.is_empty() || name.contains(id) {
        return if name.is_empty() { id.to_owned() } else { name.to_owned() };
    }
    match language {
        ReplyLanguage::Zh => format!("{name}\u{ff08}{id}\u{ff09}"),
        ReplyLanguage::En => format!("{name} ({id})"),
    }
}

/// `A、B还是C`, `A, B or C`.
pub fn either(items: &[String], language: ReplyLanguage) -> String {
    let (comma, or) = match language {
        ReplyLanguage::Zh => ("、", "还是"),
        ReplyLanguage::En => (", ", " or "),
    };
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{}{or}{last}", first.join(comma)),
    }
}

/// Items in a row.
pub fn list(items: &[String], language: ReplyLanguage) -> String {
    items.join(match language {
        ReplyLanguage::Zh => "、",
        ReplyLanguage::En => ", ",
    })
}

/// Parts of one sentence.
pub fn clauses(items: &[String], language: ReplyLanguage) -> String {
    items.join(match language {
        ReplyLanguage::Zh => "\u{ff0c}",
        ReplyLanguage::En => ", ",
    })
}

/// Longer items in a row.
pub fn series(items: &[String], language: ReplyLanguage) -> String {
    items.join(match language {
        ReplyLanguage::Zh => "\u{ff1b}",
        ReplyLanguage::En => "; ",
    })
}

/// With a capital letter first, where the text begins with a small one.
pub fn capitalised(text: &str) -> String {
    match text.chars().next().filter(char::is_ascii_lowercase) {
        Some(first) => format!("{}{}", first.to_ascii_uppercase(), &text[1..]),
        None => text.to_owned(),
    }
}

/// With one full stop where a sentence ends in an abbreviation: "for your 30 pc.", not "for your 30 pc..".
pub fn with_one_stop(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        let word =
            kept.strip_suffix('.').is_some_and(|before| before.ends_with(|last: char| last.is_alphabetic()));
        // Three of them are meant.
        let doubled = letter == '.' && word && !text[at..].starts_with("..");
        if !doubled {
            kept.push(letter);
        }
    }
    kept
}

/// Text that a template puts its own full stop after.
pub fn without_stop(text: &str) -> &str {
    text.trim().trim_end_matches(['。', '.', ';', '\u{ff1b}', '!', '\u{ff01}'])
}

fn with_currency(amount: &str, currency: Currency, language: ReplyLanguage) -> String {
    match language {
        ReplyLanguage::Zh if currency == Currency::CNY => format!("¥{amount}"),
        _ => format!("{currency} {amount}"),
    }
}

/// With thousands separators; a fraction has the currency's digits at least.
fn padded(amount: &str, digits: u32) -> String {
    let grouped = number(amount);
    match grouped.split_once('.') {
        Some((whole, fraction)) => format!("{whole}.{fraction:0<width$}", width = digits as usize),
        None => grouped,
    }
}

fn plural(unit: &str, quantity: Thousandths) -> String {
    let whole_word = unit.len() > 2 && unit.ends_with(|last: char| last.is_ascii_lowercase());
    if quantity.0 == 1_000 || !whole_word || unit.ends_with('s') {
        return unit.to_owned();
    }
    match unit {
        "inch" | "box" | "batch" => format!("{unit}es"),
        "copy" => "copies".to_owned(),
        _ => format!("{unit}s"),
    }
}

#[cfg(test)]
mod tests;
