//! Buyers count in cartons, pieces and dozens; prices are per the product's own unit.

use domain::{
    catalog::{Product, Term},
    language::ReplyLanguage,
    quantity::{Quantity, Thousandths},
};

use crate::knowledge::Knowledge;

/// Words that count single things; a shop's 台 is a buyer's 个, piece or set.
const COUNTERS: &[&str] = &[
    "个", "台", "件", "只", "套", "支", "条", "根", "片", "块", "部", "架", "具", "枚", "颗", "张", "把",
    "副", "顶", "面", "组", "pc", "pcs", "piece", "pieces", "unit", "units", "set", "sets", "ea", "each",
    "item", "items", "robot", "robots", "machine", "machines",
];

/// The quantity in thousandths of the product's own unit: five cartons of four are twenty pieces. `None` where the buyer's unit
/// cannot be turned into the product's (tonnes of robots).
pub fn base_quantity(knowledge: &Knowledge, product: &Product, quantity: &Quantity) -> Option<Thousandths> {
    let Some(unit) = quantity.unit.as_deref() else {
        return Some(Thousandths(quantity.thousandths));
    };
    if same_unit(knowledge, unit, &product.unit) {
        return Some(Thousandths(quantity.thousandths));
    }
    if let Some(package) = product.packages.iter().find(|package| same_unit(knowledge, unit, &package.unit)) {
        let exact = i128::from(quantity.thousandths) * i128::from(package.contains.0) / 1_000;
        return i64::try_from(exact).ok().map(Thousandths);
    }
    (is_counter(unit) && is_counter(&product.unit)).then_some(Thousandths(quantity.thousandths))
}

/// What a unit is called in `language`; in English, a Chinese counter without a name of its own is `unit`.
pub fn unit_name<'k>(knowledge: &'k Knowledge, unit: &'k str, language: ReplyLanguage) -> &'k str {
    let term = term(knowledge, unit);
    match language {
        ReplyLanguage::Zh if !unit.is_ascii() => unit,
        ReplyLanguage::Zh => term.and_then(|term| term.name.zh.as_deref()).unwrap_or(unit),
        ReplyLanguage::En if unit.is_ascii() => unit,
        ReplyLanguage::En => term.and_then(|term| term.name.en.as_deref()).unwrap_or("unit"),
    }
}

/// Whether `unit` counts single things.
pub(crate) fn is_counter(unit: &str) -> bool {
    COUNTERS.iter().any(|counter| counter.eq_ignore_ascii_case(unit))
}

pub(crate) fn same_unit(knowledge: &Knowledge, left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || matches!((term(knowledge, left), term(knowledge, right)), (Some(a), Some(b)) if a.id == b.id)
}

fn term<'k>(knowledge: &'k Knowledge, unit: &str) -> Option<&'k Term> {
    let singular = unit.strip_suffix(['s', 'S']);
    let plural = |word: &str| word.is_ascii() && singular.is_some_and(|unit| unit.eq_ignore_ascii_case(word));
    knowledge
        .units
        .iter()
        .find(|term| term.words().any(|word| word.eq_ignore_ascii_case(unit) || plural(word)))
}
