//! How much a buyer purchases in a period: 每年采购200台, 200 units a year. Such a number is no deal's quantity.

use std::ops::Range;

use domain::understanding::{Entity, EntityKind, EntityValue, Understanding};
use serde_json::{Value, json};

use super::wording::{Wording, find, has_any};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    Year,
    Quarter,
    Month,
    Week,
}

impl Period {
    const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Week => "week",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Year, Self::Quarter, Self::Month, Self::Week].into_iter().find(|period| period.name() == name)
    }

    /// How often the period named `name` comes in a year.
    pub(crate) fn per_year(name: &str) -> i64 {
        match name {
            "quarter" => 4,
            "month" => 12,
            "week" => 52,
            _ => 1,
        }
    }
}

/// Words that speak of a period again and again.
const SURE: &[(&str, Period)] = &[
    ("每年", Period::Year),
    ("年采购", Period::Year),
    ("年用量", Period::Year),
    ("年需", Period::Year),
    ("年均", Period::Year),
    ("全年", Period::Year),
    ("per year", Period::Year),
    ("per annum", Period::Year),
    ("annual", Period::Year),
    ("yearly", Period::Year),
    ("every year", Period::Year),
    ("each year", Period::Year),
    ("/year", Period::Year),
    ("/yr", Period::Year),
    ("每季度", Period::Quarter),
    ("每个季度", Period::Quarter),
    ("per quarter", Period::Quarter),
    ("quarterly", Period::Quarter),
    ("every quarter", Period::Quarter),
    ("each quarter", Period::Quarter),
    ("每月", Period::Month),
    ("每个月", Period::Month),
    ("月用量", Period::Month),
    ("月采购", Period::Month),
    ("月需", Period::Month),
    ("per month", Period::Month),
    ("monthly", Period::Month),
    ("every month", Period::Month),
    ("each month", Period::Month),
    ("/month", Period::Month),
    ("每周", Period::Week),
    ("每星期", Period::Week),
    ("per week", Period::Week),
    ("weekly", Period::Week),
    ("every week", Period::Week),
    ("each week", Period::Week),
];

/// Words that may as well be a delivery time or a warranty.
const UNSURE: &[(&str, Period)] = &[
    ("一年", Period::Year),
    ("1年", Period::Year),
    ("a year", Period::Year),
    ("一个季度", Period::Quarter),
    ("a quarter", Period::Quarter),
    ("一个月", Period::Month),
    ("1个月", Period::Month),
    ("a month", Period::Month),
    ("一周", Period::Week),
    ("一个星期", Period::Week),
    ("a week", Period::Week),
];

const BUYING: &[&str] = &[
    "采购", "用", "需", "买", "要", "耗", "拿货", "进货", "订", "purchas", "buy", "need", "use", "consum",
    "order", "demand", "volume", "import",
];

/// The period is a time to wait or to be covered, not one to buy in.
const WAITING: &[&str] = &[
    "交",
    "发货",
    "到货",
    "货期",
    "质保",
    "保修",
    "以内",
    "之内",
    "内能",
    "warrant",
    "guarantee",
    "deliver",
    "lead time",
    "ship",
    "within",
    "in a",
    "for a",
];

/// What the buyer makes, not what he buys.
const PRODUCING: &[&str] =
    &["产量", "产能", "生产", "产出", "销量", "output", "capacity", "produc", "throughput"];

/// The period that a quantity is bought in, if the words around it say so.
pub(crate) fn period(wording: &Wording, understanding: &Understanding, quantity: &Entity) -> Option<Period> {
    let clause = wording.clause(quantity.start..quantity.end);
    let letters = wording.part(&clause);
    if has_any(letters, PRODUCING) {
        return None;
    }
    let (words, period) = sure(letters).or_else(|| unsure(letters))?;
    let words = words.start + clause.start..words.end + clause.start;
    let nearest = understanding
        .entities_of(EntityKind::Quantity)
        .filter(|other| other.start >= clause.start && other.end <= clause.end)
        .min_by_key(|other| gap(&words, &(other.start..other.end)))?;
    (nearest.start == quantity.start).then_some(period)
}

/// `{number, unit, period}`, with `max` where the buyer gave a range.
pub(super) fn value(quantity: &EntityValue, period: Period) -> Option<Value> {
    match quantity {
        EntityValue::Quantity(quantity) if quantity.thousandths > 0 => {
            let mut value = serde_json::to_value(quantity).ok()?;
            value.as_object_mut()?.insert("period".into(), period.name().into());
            Some(value)
        }
        EntityValue::QuantityRange { min, max, unit } => {
            Some(json!({"number": min, "max": max, "unit": unit, "period": period.name()}))
        }
        _ => None,
    }
}

fn sure(letters: &[char]) -> Option<(Range<usize>, Period)> {
    SURE.iter().find_map(|(word, period)| Some((find(letters, word)?, *period)))
}

fn unsure(letters: &[char]) -> Option<(Range<usize>, Period)> {
    if has_any(letters, WAITING) {
        return None;
    }
    let (words, period) = UNSURE.iter().find_map(|(word, period)| Some((find(letters, word)?, *period)))?;
    // "200 units a year" says it all; "20台一年" needs a word of buying.
    let follows = letters[..words.start].iter().any(char::is_ascii_digit) && letters[words.start] == 'a';
    (follows || has_any(letters, BUYING)).then_some((words, period))
}

fn gap(left: &Range<usize>, right: &Range<usize>) -> usize {
    if left.end <= right.start { right.start - left.end } else { left.start.saturating_sub(right.end) }
}

#[cfg(test)]
mod tests {
    use domain::quantity::Quantity;

    use super::*;

    /// The quantities of a text are the digits in it.
    fn check(text: &str, expected: &[(&str, Option<Period>)]) {
        let letters: Vec<char> = text.chars().collect();
        let mut entities = Vec::new();
        let mut at = 0;
        while at < letters.len() {
            let end =
                (at..letters.len()).find(|&end| !letters[end].is_ascii_digit()).unwrap_or(letters.len());
            if end == at {
                at += 1;
                continue;
            }
            let number: String = letters[at..end].iter().collect();
            entities.push(Entity {
                kind: EntityKind::Quantity,
                value: EntityValue::Quantity(Quantity::parse(&number, None).expect("a number")),
                text: number,
                start: at,
                end,
                negated: false,
                candidates: Vec::new(),
                generic: false,
            });
            at = end;
        }
        let understanding = Understanding { entities, ..Understanding::default() };
        let wording = Wording::new(text);
        let found: Vec<_> = understanding
            .entities
            .iter()
            .map(|entity| (entity.text.as_str(), period(&wording, &understanding, entity)))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn periods_near_a_quantity_make_it_a_scale() {
        check("我们每年大概采购200台", &[("200", Some(Period::Year))]);
        check("一年要用300件左右", &[("300", Some(Period::Year))]);
        check("we need 200 units a year", &[("200", Some(Period::Year))]);
        check("about 50 pcs per month", &[("50", Some(Period::Month))]);
        check("月用量5000只", &[("5000", Some(Period::Month))]);
        check("每季度拿货80套", &[("80", Some(Period::Quarter))]);
        check("这次要20台,每年200台", &[("20", None), ("200", Some(Period::Year))]);
        check("这次先要20台每年200台", &[("20", None), ("200", Some(Period::Year))]);
    }

    #[test]
    fn delivery_times_warranties_and_output_are_no_scale() {
        check("20台一个月能交货吗", &[("20", None)]);
        check("50台质保一年吗", &[("50", None)]);
        check("can you deliver 20 units within a month", &[("20", None)]);
        check("我们每年生产20000件", &[("20000", None)]);
        check("P的20台多少钱", &[("20", None)]);
    }
}
