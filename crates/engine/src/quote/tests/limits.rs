//! What a person may give away on a quote.

use domain::understanding::Entity;

use super::*;
use crate::quote::RevisedCharge;

const CHARGED: &str = "
shop: {name: 甬启, tax_rate: 13, prices_include_tax: true, payment: \"预付30%，发货前付清\"}
products: [{id: P005, name: 底座, price: 900, unit: 台, surcharges: [{id: crate, name: 木箱费, per_order: 90}]}]
authority: {rep: {max_discount_percent: 5, payment: {min_deposit_percent: 20, max_net_days: 30}}}
";

/// Whether a rep may send a quote for two bases (1,800 yuan and a crate of 90) once it was changed so.
#[track_caller]
fn check(revision: &Revision, payment: &str, expected: bool) {
    let mut desk = Desk::of(CHARGED);
    let quote = desk.made("quote_request", "[P005](product:P005) [2台](quantity:2台)，请出报价单");
    let customer = Customer::default();
    let knowledge = &desk.scene.knowledge;
    let content = revise(knowledge, customer, &quote, revision, desk.scene.now).expect("a revision");
    let read: Vec<Entity> = match payment {
        "" => Vec::new(),
        json => crate::turn::scene::read(&format!("[x](payment_term:{json})")).1,
    };
    let within = |role| is_within(knowledge, customer, role, &content, &read, desk.scene.now);
    assert_eq!((within(Role::Rep), within(Role::Owner)), (expected, true), "{revision:?} {payment}");
}

#[test]
fn charges_that_are_waived_count_as_a_discount_on_the_goods() {
    let charged = |minor: Option<i64>| Revision {
        charges: Some(minor.map(|minor| RevisedCharge { name: "木箱".into(), minor }).into_iter().collect()),
        ..Revision::default()
    };
    check(&Revision::default(), "", true);
    check(&charged(Some(9_000)), "", true);
    check(&charged(Some(20_000)), "", true);
    check(&charged(None), "", true);
    let cheap = |charges: Option<Vec<RevisedCharge>>, unit_price: i64| Revision {
        lines: Some(vec![RevisedLine {
            product: "P005".into(),
            quantity: Thousandths(1_000),
            unit_price: Some(unit_price),
        }]),
        charges,
        ..Revision::default()
    };
    check(&cheap(None, 855_000_000), "", true);
    check(&cheap(None, 854_000_000), "", false);
    check(&cheap(Some(Vec::new()), 900_000_000), "", false);
}

#[test]
fn payment_terms_of_a_persons_own_lie_within_his_limits() {
    let paid = |text: &str| Revision { payment: Some(text.into()), ..Revision::default() };
    check(&paid("预付30%，发货前付清"), "", true);
    check(&paid("月结30天"), r#"{"net_days":30}"#, true);
    check(&paid("月结60天"), r#"{"net_days":60}"#, false);
    check(&paid("定金10%"), r#"{"deposit_percent":10}"#, false);
    check(&paid("好商量"), "", false);
    check(&paid("定金30%"), r#"{"deposit_percent":30}"#, true);
}
