//! "P001支持Modbus-RTU吗" asks for something technical. Where nothing known of the product holds it, its usual figures are no answer.

use domain::{catalog::Product, language::ReplyLanguage, understanding::Understanding};

/// The shortest name: `CE` and `5G` are looked for by their own means.
const LEAST: usize = 3;
/// Written in capitals, and nothing technical: words of the trade.
const OF_THE_TRADE: &[&str] = &[
    "MOQ", "OEM", "ODM", "PDF", "CAD", "USD", "EUR", "RMB", "CNY", "VAT", "ETA", "SKU", "FAQ", "VIP", "ASAP",
    "FYI", "PLS", "PCS", "FOB", "CIF", "EXW", "DDP", "DAP", "CFR", "B2B",
];

/// Whether the message has a technical name that stands nowhere in what is known of the product.
pub(super) fn names_unstated(product: &Product, understanding: &Understanding, text: &str) -> bool {
    let is_read = |name: &str| {
        let mut read = understanding.entities.iter().filter(|entity| !entity.generic);
        read.any(|entity| entity.text.to_lowercase().contains(&name.to_lowercase()))
    };
    let mut unread = names(text).filter(|name| !is_read(name)).peekable();
    if unread.peek().is_none() {
        return false;
    }
    let known = known_of(product);
    unread.any(|name| !known.contains(&name.to_lowercase()))
}

/// Names such as `Modbus-RTU`, `EtherCAT` and `RS485`: with two capitals, or letters before digits. Who shouts in Latin letters writes
/// everything in capitals.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let shouts = text.is_ascii() && !text.bytes().any(|letter| letter.is_ascii_lowercase());
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '/' | '+')))
        .map(|word| word.trim_matches(['-', '/', '+']))
        .filter(|word| word.len() >= LEAST && word.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter(|word| !OF_THE_TRADE.contains(word))
        .filter(move |word| {
            let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
            (capitals >= 2 && !shouts) || word.bytes().any(|letter| letter.is_ascii_digit())
        })
}

/// All words of a product, in lower case.
fn known_of(product: &Product) -> String {
    let languages = [ReplyLanguage::Zh, ReplyLanguage::En];
    let described = product.description.iter().flat_map(|text| languages.map(|language| text.get(language)));
    let named = languages.map(|language| product.name.get(language));
    let specs = product.specs.iter().map(|spec| spec.value.as_str());
    let others = product.aliases.iter().map(String::as_str);
    let all: Vec<&str> = std::iter::once(product.id.as_str())
        .chain(named)
        .chain(described)
        .chain(specs)
        .chain(others)
        .collect();
    all.join("\n").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(names(text).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn technical_names_are_told_from_words_and_figures() {
        check("支持Modbus-RTU转EtherCAT吗", &["Modbus-RTU", "EtherCAT"]);
        check("有没有RS485口", &["RS485"]);
        check("Does it have PROFINET?", &["PROFINET"]);
        check("负载20kg、臂展1.8m、CE呢", &[]);
        check("What is the payload of the small one", &[]);
        check("specs and MOQ please, with PDF", &[]);
        check("SEND ME ALL THE SPECS", &[]);
    }
}
