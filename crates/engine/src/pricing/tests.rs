use super::*;
use crate::reply::talk::shop;

mod carts;
mod on_terms;
mod quoted;
mod through_turns;

const SHOP: &str = r"
shop: {name: 甬启, prices_include_tax: true}
products:
- {id: P001, name: 机器人, price: 50000, unit: 台, tiers: [{min: 10, price: 48000}, {min: 25, price: 46000}, {min: 100, price: 40000}], packages: [{unit: 箱, contains: 4}]}
- {id: P030, name: 接近开关, price: 38, unit: 只, moq: 5, pack: 5, tiers: [{min: 52, price: 34.5}]}
- {id: W1, name: 垫圈, price: 0.0135, unit: 件, moq: 100}
- {id: C1, name: 电缆, price: 12.5, unit: 米, tiers: [{min: 100, price: 11}]}
- {id: Q1, name: 定制站, unit: 套}
authority: {assistant: {max_discount_percent: 3}}
";

/// 2026-11-22, 10:00 in Shanghai.
pub(super) fn now() -> domain::Timestamp {
    domain::Timestamp::parse("2026-11-22T02:00:00Z").expect("a time")
}

fn knowledge() -> Knowledge {
    let mut knowledge = shop(&[("shop.yaml", SHOP)]);
    knowledge.revision = 3;
    knowledge
}

fn product<'k>(knowledge: &'k Knowledge, id: &str) -> &'k Product {
    knowledge.product(&id.into()).expect("a product of the shop")
}

fn thousandths(text: &str) -> Thousandths {
    Thousandths(decimal::parse_scaled(text, 3).expect("a decimal"))
}

/// `48000 × 20 = 960000`, or the problem.
fn priced(id: &str, quantity: &str) -> String {
    let knowledge = knowledge();
    match price(&Terms::plain(&knowledge, now()), product(&knowledge, id), thousandths(quantity)) {
        Ok(priced) => format!("{} = {}", priced.unit_price.amount(), priced.total.amount()),
        Err(problem) => format!("{problem:?}"),
    }
}

#[track_caller]
fn check(id: &str, quantity: &str, expected: &str) {
    assert_eq!(priced(id, quantity), expected, "{id} × {quantity}");
}

#[test]
fn the_tier_that_the_quantity_reaches_counts() {
    check("P001", "1", "50000 = 50000");
    check("P001", "9", "50000 = 450000");
    check("P001", "10", "48000 = 480000");
    check("P001", "24", "48000 = 1152000");
    check("P001", "25", "46000 = 1150000");
    check("P001", "99", "46000 = 4554000");
    check("P001", "100", "40000 = 4000000");
    check("W1", "100", "0.0135 = 1.35");
    check("W1", "333", "0.0135 = 4.5");
    check("C1", "1.5", "12.5 = 18.75");
    check("C1", "99.999", "12.5 = 1249.99");
    check("C1", "100", "11 = 1100");
}

#[test]
fn what_cannot_be_priced_says_why() {
    check("P030", "4", "BelowMoq { moq: Thousandths(5000) }");
    check("P030", "52", "NotAPack { pack: Thousandths(5000), rounded: Thousandths(55000) }");
    check("P001", "0", "NotPositive");
    check("P001", "-3", "NotPositive");
    check("Q1", "1", "OnRequest");
    check("P001", "9000000000000", "Overflow");
    check("P001", "1.5", "NotAPack { pack: Thousandths(1000), rounded: Thousandths(2000) }");
    check("P001", "9223372036854775.807", "Overflow");
}

#[test]
fn a_price_names_its_list_revision_and_tax() {
    let knowledge = knowledge();
    let priced = price(&Terms::plain(&knowledge, now()), product(&knowledge, "P001"), thousandths("20"))
        .expect("a price");
    assert_eq!((priced.source.as_str(), priced.tax), ("price_list:default@r3", Tax::Included));
    assert_eq!(priced.tier.map(|tier| tier.min), Some(Thousandths(10_000)));
}

#[track_caller]
fn hint(id: &str, quantity: &str, expected: Option<(&str, &str)>) {
    let knowledge = knowledge();
    let found = tier_hint(&Terms::plain(&knowledge, now()), product(&knowledge, id), thousandths(quantity));
    let found = found.map(|hint| (decimal::format_scaled(hint.quantity.0, 3), hint.total.amount()));
    let found = found.as_ref().map(|(quantity, total)| (quantity.as_str(), total.as_str()));
    assert_eq!(found, expected, "{id} × {quantity}");
}

#[test]
fn a_near_or_cheaper_tier_is_worth_a_word() {
    hint("P001", "20", Some(("25", "1150000")));
    hint("P001", "24", Some(("25", "1150000")));
    hint("P001", "19", None);
    hint("P001", "7", None);
    hint("P001", "8", Some(("10", "480000")));
    hint("P001", "90", Some(("100", "4000000")));
    hint("P001", "100", None);
    // The tier begins within a pack: the next whole pack reaches it.
    hint("P030", "50", Some(("55", "1897.5")));
    hint("Q1", "1", None);
}

#[test]
fn the_smallest_order_is_the_minimum_in_whole_packs() {
    let knowledge = knowledge();
    for (id, expected) in [("P001", 1_000), ("P030", 5_000), ("W1", 100_000)] {
        assert_eq!(smallest_order(product(&knowledge, id)), Thousandths(expected), "{id}");
    }
}

#[test]
fn the_most_that_a_budget_is_enough_for_is_found_at_each_tier() {
    let knowledge = knowledge();
    let terms = Terms::plain(&knowledge, now());
    let mut found = 0;
    for product in &knowledge.products {
        let step = product.pack.map_or(1_000, |pack| pack.0);
        let affordable = |budget: Money| {
            let quantities = (1..=2_000).map(|packs| Thousandths(packs * step));
            let priced = quantities.filter_map(|quantity| price(&terms, product, quantity).ok());
            priced.rev().find(|priced| priced.total.minor <= budget.minor)
        };
        let Ok(unit) = price(&terms, product, smallest_order(product)) else { continue };
        for share in 0..60 {
            let budget = Money { minor: unit.total.minor * share / 4, ..unit.total };
            let within = within(&terms, product, budget);
            found += usize::from(within.is_some());
            assert_eq!(within, affordable(budget), "{} for {budget:?}", product.id);
        }
    }
    assert!(found > 100, "{found} budgets were enough for something");
}

#[test]
fn packages_and_counters_become_the_products_own_unit() {
    let knowledge = knowledge();
    let base = |id: &str, number: i64, unit: Option<&str>| {
        let quantity = Quantity { thousandths: number * 1_000, unit: unit.map(str::to_owned) };
        base_quantity(&knowledge, product(&knowledge, id), &quantity).map(|quantity| quantity.0 / 1_000)
    };
    assert_eq!(base("P001", 5, Some("箱")), Some(20));
    assert_eq!(base("P001", 5, Some("cartons")), Some(20));
    assert_eq!(base("P001", 5, Some("台")), Some(5));
    assert_eq!(base("P001", 5, Some("pcs")), Some(5));
    assert_eq!(base("P001", 5, None), Some(5));
    assert_eq!(base("P001", 5, Some("吨")), None);
    assert_eq!(base("P030", 5, Some("箱")), None);
    assert_eq!(base("C1", 5, Some("meters")), Some(5));
    assert_eq!(base("C1", 5, Some("台")), None);
}
