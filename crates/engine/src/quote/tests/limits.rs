//! What a person may give away on a quote.

use domain::understanding::Entity;

use super::*;
use crate::quote::{RevisedCharge, RevisionProblem};

const CHARGED: &str = "
shop: {name: 甬启, tax_rate: 13, prices_include_tax: true, payment: \"预付30%，发货前付清\", shipping: 国内运费另算, blocked_destinations: [Atlantis]}
products:
- {id: P005, name: 底座, price: 900, unit: 台, surcharges: [{id: crate, name: 木箱费, per_order: 90}]}
- {id: P006, name: 接头, price: 19.8, unit: 个, moq: 10, pack: 5}
- {id: P007, name: 定制工作站, unit: 台}
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

fn line(product: &str, quantity: i64, unit_price: i64) -> Revision {
    let line = RevisedLine {
        product: product.into(),
        quantity: Thousandths(quantity * 1_000),
        unit_price: Some(unit_price),
    };
    Revision { lines: Some(vec![line]), ..Revision::default() }
}

#[test]
fn a_quantity_that_cannot_be_ordered_is_held_to_the_nearest_price() {
    // Less than the minimum order, at the list's price and at nearly nothing: no rep was given leave for small orders.
    check(&line("P006", 9, 19_800_000), "", false);
    check(&line("P006", 9, 10_000), "", false);
    check(&line("P006", 10, 19_800_000), "", true);
    // A pack that is broken.
    check(&line("P006", 13, 19_800_000), "", true);
    check(&line("P006", 13, 10_000), "", false);
    // What has no list price has nothing to lie below.
    check(&line("P007", 1, 10_000), "", true);
}

#[test]
fn other_terms_of_delivery_are_held_to_the_prices_of_that_delivery() {
    let to = |incoterm: Option<&str>, destination: &str| Revision {
        incoterm: incoterm.map(str::to_owned),
        destination: Some(destination.into()),
        ..Revision::default()
    };
    check(&to(None, "宁波"), "", true);
    check(&to(Some("DDP"), "Hamburg"), "", false);
    check(&to(None, "Hamburg"), "", false);
}

#[test]
fn words_of_transport_and_a_longer_validity_bind_only_who_has_no_limits() {
    let transport = |text: &str| Revision { transport: Some(text.into()), ..Revision::default() };
    check(&transport("免费送货上门"), "", false);
    check(&transport("国内运费另算"), "", true);
    check(&transport("自提"), "", true);
    check(&transport("Freight collect"), "", true);
    check(&transport(""), "", true);
    let until = |date: &str| Revision { valid_until: Some(date.into()), ..Revision::default() };
    check(&until("2026-12-01"), "", true);
    check(&until("2099-12-31"), "", false);
}

#[test]
fn a_place_that_the_shop_does_not_sell_to_stands_on_no_quote() {
    let mut desk = Desk::of(CHARGED);
    let quote = desk.made("quote_request", "[P005](product:P005) [2台](quantity:2台)，请出报价单");
    let revision = Revision { destination: Some("Atlantis".into()), ..Revision::default() };
    let problem = revise(&desk.scene.knowledge, Customer::default(), &quote, &revision, desk.scene.now);
    assert_eq!(problem, Err(RevisionProblem::Blocked("Atlantis".into())));
}
