//! The sections `shop`, `calendar` and `business_hours`.

use domain::{
    catalog::{BusinessHours, Calendar, Closure, Shop},
    language::ReplyLanguage,
    money::Currency,
    quantity::Thousandths,
    trade::Trade,
};

use super::trade;
use crate::document::{Fields, Node, Problems, nearest, shown};

pub(super) const LANGUAGES: &[(&str, ReplyLanguage)] =
    &[("zh", ReplyLanguage::Zh), ("en", ReplyLanguage::En)];

pub(super) fn shop(node: &Node, problems: &mut Problems) -> Option<Shop> {
    let default = Shop::default();
    let mut fields = Fields::new(node, problems)?;
    let (mut special, mut ordinary) = (None, None);
    let (mut special_points, mut ordinary_points) = (None, None);
    fields.optional("invoice", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        special = fields.optional("special", percent);
        ordinary = fields.optional("ordinary", percent);
        fields.optional("points", |node, problems| {
            let mut fields = Fields::new(node, problems)?;
            special_points = fields.optional("special", percent);
            ordinary_points = fields.optional("ordinary", percent);
            fields.finish();
            Some(())
        });
        fields.finish();
        Some(())
    });
    let own = fields.optional("currency", currency).unwrap_or(default.currency);
    let trade = Trade { special_points, ordinary_points, ..trade::of_shop(&mut fields, own) };
    let shop = Shop {
        name: fields.optional("name", Node::localized).unwrap_or_default(),
        currency: own,
        timezone: fields.optional("timezone", timezone).unwrap_or(default.timezone),
        languages: fields
            .optional("languages", |node, problems| {
                node.list(|item, problems| item.one_of(LANGUAGES, problems), problems)
            })
            .filter(|languages| !languages.is_empty())
            .unwrap_or(default.languages),
        tax_rate: fields.optional("tax_rate", percent),
        prices_include_tax: fields.optional("prices_include_tax", Node::boolean),
        payment: fields.optional("payment", Node::localized),
        shipping: fields.optional("shipping", Node::localized),
        address: fields.optional("address", Node::localized),
        phone: fields.optional("phone", Node::text),
        email: fields.optional("email", Node::text),
        bank_account: fields.optional("bank_account", Node::localized),
        invoice_special: special,
        invoice_ordinary: ordinary,
        blocked_destinations: fields.texts("blocked_destinations"),
        trade,
    };
    let includes = fields.place_of("prices_include_tax");
    if shop.prices_include_tax == Some(true)
        && (shop.trade.special_points.is_some() || shop.trade.ordinary_points.is_some())
    {
        fields.problems().error_with_help(
            includes,
            "points for an invoice come on top of prices without tax, but these prices include it",
            "set `prices_include_tax: false`, or take `points` out",
        );
    }
    fields.finish();
    Some(shop)
}

/// A percentage from 0 to 100.
pub(super) fn percent(node: &Node, problems: &mut Problems) -> Option<Thousandths> {
    let value = node.amount(3, problems)?;
    if value > 100_000 {
        problems.error(node.place, "a percentage is not more than 100");
        return None;
    }
    Some(Thousandths(value))
}

pub(super) fn currency(node: &Node, problems: &mut Problems) -> Option<Currency> {
    let code = node.text(problems)?;
    if let Ok(currency) = Currency::parse(&code)
        && CURRENCIES.contains(&code.as_str())
    {
        return Some(currency);
    }
    let message = format!("`{}` is not a currency of ISO 4217", shown(&code));
    let help = match code.to_uppercase().as_str() {
        "RMB" | "¥" | "元" | "人民币" | "CNH" => "write `CNY`".into(),
        "$" | "美元" => "write `USD`".into(),
        "€" | "欧元" => "write `EUR`".into(),
        upper => nearest(upper, CURRENCIES.iter().copied()).map_or_else(
            || "write its three capital letters such as CNY, USD or EUR".to_owned(),
            |code| format!("did you mean `{code}`?"),
        ),
    };
    problems.error_with_help(node.place, message, help);
    None
}

fn timezone(node: &Node, problems: &mut Problems) -> Option<String> {
    let name = node.text(problems)?;
    if let Some(known) = jiff::tz::TimeZone::get(&name).ok().as_ref().and_then(jiff::tz::TimeZone::iana_name)
    {
        return Some(known.to_owned());
    }
    let known: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let help = nearest(&name, known.iter().map(String::as_str)).map_or_else(
        || "write a name of the IANA database such as Asia/Shanghai".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    problems.error_with_help(node.place, format!("`{}` is not a time zone", shown(&name)), help);
    None
}

pub(super) fn calendar(node: &Node, problems: &mut Problems) -> Option<Calendar> {
    let mut fields = Fields::new(node, problems)?;
    let calendar = Calendar {
        closed: fields.list("closed", closure),
        extra_workdays: fields.list("extra_workdays", Node::date),
    };
    fields.finish();
    Some(calendar)
}

fn closure(node: &Node, problems: &mut Problems) -> Option<Closure> {
    let mut fields = Fields::new(node, problems)?;
    let from = fields.required("from", Node::date);
    let to = fields.optional("to", Node::date).or_else(|| from.clone());
    let reason = fields.optional("reason", Node::localized);
    let place = fields.place_of("to");
    // ISO dates compare as text.
    if from > to && to.is_some() {
        fields.problems().error_with_help(
            place,
            "this closure ends before it begins",
            "exchange `from` and `to`",
        );
    }
    fields.finish();
    Some(Closure { from: from?, to: to?, reason })
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

pub(super) fn business_hours(node: &Node, problems: &mut Problems) -> Option<BusinessHours> {
    let mut fields = Fields::new(node, problems)?;
    let mut hours = BusinessHours::default();
    fields.required("days", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        for (index, day) in DAYS.into_iter().enumerate() {
            hours.days[index] = fields.optional(day, opening_times).unwrap_or_default();
        }
        fields.finish();
        Some(())
    });
    fields.finish();
    Some(hours)
}

fn opening_times(node: &Node, problems: &mut Problems) -> Option<Vec<(u16, u16)>> {
    let times = node.list(opening_time, problems)?;
    if let Some(pair) = times.windows(2).find(|pair| pair[1].0 < pair[0].1) {
        let (hour, minute) = (pair[1].0 / 60, pair[1].0 % 60);
        let message = format!("the opening from {hour:02}:{minute:02} begins before the one before it ends");
        problems.error_with_help(node.place, message, "write opening times in order, without overlap");
    }
    Some(times)
}

/// `08:30-12:00` as minutes of the day.
fn opening_time(node: &Node, problems: &mut Problems) -> Option<(u16, u16)> {
    let text = node.text(problems)?;
    let times = text.split_once('-').and_then(|(from, until)| Some((minutes(from)?, minutes(until)?)));
    match times {
        Some((from, until)) if from < until => Some((from, until)),
        Some(_) => {
            let message = format!("`{}` ends before it begins", shown(&text));
            problems.error_with_help(
                node.place,
                message,
                "split times over midnight: \"22:00-24:00\" and \"00:00-06:00\"",
            );
            None
        }
        None => {
            let message = format!("`{}` are not opening times", shown(&text));
            problems.error_with_help(node.place, message, "write them as in \"08:30-12:00\"");
            None
        }
    }
}

/// `08:30` as minutes of the day; 24:00 is its end.
pub(super) fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str| (text.len() == 2).then(|| text.parse::<u16>().ok()).flatten();
    let (hour, minute) = (number(hour)?, number(minute)?);
    ((hour < 24 && minute < 60) || (hour, minute) == (24, 0)).then_some(hour * 60 + minute)
}

/// The active codes of ISO 4217, without funds and metals.
#[rustfmt::skip]
const CURRENCIES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD", "BND",
    "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF",
    "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD",
    "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW",
    "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR",
    "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN",
    "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN",
    "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES",
    "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];
