//! What a buyer looks for, as far as his words say: properties, a price, a quantity, a time, certificates.

use std::ops::Range;

use domain::{
    money::Money,
    quantity::{Quantity, Thousandths},
    requirement::Specification,
    understanding::{Entity, EntityKind, EntityValue, MoneyRole, Understanding},
};

use crate::{
    knowledge::Knowledge,
    profile::wording::{Wording, has_any},
    requirement,
};

/// A wished property with the buyer's own words for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    pub specification: Specification,
    pub words: String,
}

/// Bounds of a price in the shop's currency, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PriceRange {
    pub at_least: Option<Money>,
    pub at_most: Option<Money>,
    /// Neither a floor nor a ceiling: about so much.
    pub about: Option<Money>,
    /// For the whole quantity rather than for one.
    pub in_all: bool,
}

/// What is looked for. Whatever was not said is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// The words that are no number.
    pub words: String,
    /// The id of the category spoken of.
    pub category: Option<String>,
    pub properties: Vec<Property>,
    pub price: Option<PriceRange>,
    pub quantity: Option<Quantity>,
    /// Days until the goods must be ready.
    pub days: Option<i64>,
    /// As the shop writes them.
    pub certificates: Vec<String>,
    pub in_stock: bool,
}

const AT_MOST: &[&str] = &[
    "以内",
    "以下",
    "之内",
    "内的",
    "不超过",
    "不高于",
    "低于",
    "最多",
    "预算",
    "封顶",
    "上限",
    "under",
    "below",
    "within",
    "up to",
    "at most",
    "less than",
    "max",
    "budget",
    "no more than",
    "not more than",
];
const AT_LEAST: &[&str] =
    &["以上", "起步", "不低于", "高于", "超过", "至少", "over", "above", "at least", "more than", "from"];
const IN_ALL: &[&str] =
    &["总价", "总共", "一共", "总预算", "合计", "in all", "in total", "altogether", "total"];
const EACH: &[&str] = &[
    "单价",
    "每台",
    "每件",
    "每个",
    "每只",
    "每套",
    "一台",
    "一个",
    "/",
    "each",
    "per ",
    "apiece",
    "unit price",
];
const TIME: &[&str] =
    &["交期", "交货", "发货", "到货", "能交", "要货", "deliver", "lead time", "ship", "within", "ready in"];
const STOCK: &[&str] = &["现货", "in stock", "ex stock", "from stock", "off the shelf"];
/// So far from an amount its comparing words stand.
const REACH: usize = 8;
/// Words about numbers that are no words of the goods.
const FILLERS: &[&str] = &[
    "预算",
    "以内",
    "以上",
    "以下",
    "左右",
    "不超过",
    "不低于",
    "大概",
    "大约",
    "至少",
    "最多",
    "budget",
    "under",
    "below",
    "about",
    "around",
    "at least",
    "at most",
    "less than",
    "more than",
    "up to",
    "within",
];

impl Wish {
    /// Whether it says more than words do.
    pub fn is_exacting(&self) -> bool {
        !self.properties.is_empty() || self.price.is_some() || self.days.is_some()
    }

    /// Reads a message. `text` is what the spans of `understanding` count in.
    pub fn read(knowledge: &Knowledge, understanding: &Understanding, text: &str) -> Self {
        let wording = Wording::new(text);
        let quantity = understanding
            .entities_of(EntityKind::Quantity)
            .filter(|entity| !entity.negated)
            .find_map(|entity| match &entity.value {
                EntityValue::Quantity(quantity) if quantity.thousandths > 0 => Some(quantity.clone()),
                EntityValue::QuantityRange { min, unit, .. } if min.0 > 0 => {
                    Some(Quantity { thousandths: min.0, unit: unit.clone() })
                }
                _ => None,
            });
        let properties = understanding
            .entities_of(EntityKind::Spec)
            .filter(|entity| !entity.negated)
            .filter_map(|entity| {
                let EntityValue::Object(value) = &entity.value else { return None };
                let specification = requirement::specification(value, None)?;
                Some(Property { specification, words: entity.text.clone() })
            })
            .collect();
        Self {
            words: words(understanding, text),
            category: understanding.topic.clone(),
            properties,
            price: price(knowledge, understanding, &wording, quantity.is_some()),
            days: days(understanding, &wording),
            certificates: knowledge.product_search.certificates_in(text),
            in_stock: has_any(wording.all(), STOCK),
            quantity,
        }
    }
}

/// The text without what was read as a number, so that numbers do not count as words.
fn words(understanding: &Understanding, text: &str) -> String {
    let read = |kind| {
        matches!(
            kind,
            EntityKind::Spec
                | EntityKind::Money
                | EntityKind::Quantity
                | EntityKind::Duration
                | EntityKind::Percent
                | EntityKind::Date
        )
    };
    let spans: Vec<Range<usize>> = understanding
        .entities
        .iter()
        .filter(|entity| read(entity.kind))
        .map(|entity| entity.start..entity.end)
        .collect();
    let kept: String = text
        .chars()
        .enumerate()
        .map(|(at, letter)| if spans.iter().any(|span| span.contains(&at)) { ' ' } else { letter })
        .collect();
    FILLERS.iter().fold(kept.to_lowercase(), |text, filler| text.replace(filler, " "))
}

fn price(
    knowledge: &Knowledge,
    understanding: &Understanding,
    wording: &Wording,
    counted: bool,
) -> Option<PriceRange> {
    let currency = knowledge.shop.currency;
    let mut range = PriceRange::default();
    let amounts: Vec<(&Entity, Money, Option<MoneyRole>)> = understanding
        .entities_of(EntityKind::Money)
        .filter(|entity| !entity.negated)
        .filter_map(|entity| {
            let role = match &entity.value {
                EntityValue::Money { role, .. } | EntityValue::Amount { role, .. } => *role,
                _ => None,
            };
            // There is no comparing with another currency without a rate of the owner's.
            let money =
                requirement::money(&entity.value, currency).filter(|money| money.currency == currency)?;
            Some((entity, money, role))
        })
        .collect();
    for (index, (entity, money, role)) in amounts.iter().enumerate() {
        let around = wording.part(&around(understanding, wording, entity));
        let joined =
            amounts.get(index + 1).is_some_and(|(next, ..)| is_range(wording, entity.end..next.start));
        let follows = index > 0 && is_range(wording, amounts[index - 1].0.end..entity.start);
        if joined || has_any(around, AT_LEAST) {
            range.at_least = Some(*money);
        } else if follows || has_any(around, AT_MOST) || *role == Some(MoneyRole::Budget) {
            range.at_most = Some(*money);
        } else {
            range.about = Some(*money);
        }
        let clause = wording.clause(entity.start..entity.end);
        let clause = wording.part(&clause);
        range.in_all |= has_any(clause, IN_ALL)
            || (*role == Some(MoneyRole::Budget) && counted && !has_any(clause, EACH));
    }
    (!amounts.is_empty()).then_some(range)
}

/// The words beside an amount that are about it: up to the next mark or the next thing that was read.
fn around(understanding: &Understanding, wording: &Wording, entity: &Entity) -> Range<usize> {
    let others = || understanding.entities.iter().filter(|other| other.kind != entity.kind && !other.generic);
    let from = others().map(|other| other.end).filter(|&end| end <= entity.start).max().unwrap_or(0);
    let to =
        others().map(|other| other.start).filter(|&start| start >= entity.end).min().unwrap_or(usize::MAX);
    let clause = wording.clause(entity.start..entity.end);
    let from = from.max(clause.start).max(entity.start.saturating_sub(REACH));
    let to = to.min(clause.end).min(entity.end + REACH);
    // "负载20公斤以上、预算30万以内": the comma of a list parts them as well.
    let parted = |span: Range<usize>| wording.part(&span).iter().rposition(|letter| *letter == '、');
    let from = parted(from..entity.start).map_or(from, |at| from + at + 1);
    let comma = wording.part(&(entity.end..to)).iter().position(|letter| *letter == '、');
    let to = comma.map_or(to, |at| entity.end + at);
    from.min(entity.start)..to.max(entity.end)
}

/// "300到500元", "$300-500".
fn is_range(wording: &Wording, between: Range<usize>) -> bool {
    let text: String = wording.part(&between).iter().collect();
    matches!(text.trim(), "到" | "-" | "~" | "至" | "—" | "–" | "to" | "and")
}

fn days(understanding: &Understanding, wording: &Wording) -> Option<i64> {
    understanding.entities_of(EntityKind::Duration).find_map(|entity| {
        let EntityValue::Object(value) = &entity.value else { return None };
        let clause = wording.clause(entity.start..entity.end);
        if !has_any(wording.part(&clause), TIME) {
            return None;
        }
        let number: Thousandths = serde_json::from_value(value.get("number")?.clone()).ok()?;
        let of_unit = match value.get("unit")?.as_str()? {
            "day" => 1,
            "week" => 7,
            "month" => 30,
            _ => return None,
        };
        number.0.checked_mul(of_unit).map(|days| days / 1_000)
    })
}
