//! What a verified customer was quoted before is remembered like what he paid.

use domain::{
    Timestamp,
    contact::CompanyLink,
    fact::Tax,
    id::{self, QuoteId},
    language::ReplyLanguage,
    money::{Currency, Money, UnitPrice},
    quantity::Thousandths,
    quote::{Party, Quote, QuoteContent, QuoteLine, QuoteStatus},
};

use crate::{
    pricing::{PriceProblem, Terms, price},
    reply::talk::shop,
    turn::scene::Scene,
};

const SHOP: &str = "
shop: {name: 甬启, prices_include_tax: true, tax_rate: 13, invoice: {special: 13}}
products:
- {id: P001, name: 机器人, price: 50000, unit: 台, tiers: [{min: 10, price: 48000}], invoice_prices: {none: {price: 45000}},
   options: [{id: ip67, name: IP67防护, per_unit: 1200}]}
";

/// A quote of 10 November 2026 for twenty robots.
fn quote(scene: &Scene, unit_price: i64, options: &[&str]) -> Quote {
    let unit_price =
        UnitPrice { millionths: unit_price * 1_000_000, currency: Currency::CNY, per: "台".into() };
    let total = Money { minor: unit_price.millionths / 10_000 * 20, currency: Currency::CNY };
    Quote {
        id: QuoteId::from_ulid(id::compose(scene.now, 1)),
        number: "QT20261110-000001".into(),
        version: 1,
        status: QuoteStatus::Expired,
        conversation: scene.conversation.id,
        contact: scene.contact.id,
        company: scene.contact.company,
        turn: None,
        token: String::new(),
        supersedes: None,
        sealed: false,
        expires_at: Timestamp::from_millis(0),
        content: QuoteContent {
            language: ReplyLanguage::Zh,
            export: false,
            date: "2026-11-10".into(),
            valid_until: "2026-11-20".into(),
            seller: Party::default(),
            buyer: Party::default(),
            lines: vec![QuoteLine {
                product: "P001".into(),
                name: "机器人".into(),
                specification: String::new(),
                quantity: Thousandths(20_000),
                unit: "台".into(),
                unit_price_net: unit_price.clone(),
                unit_price_gross: unit_price.clone(),
                unit_price,
                net: total,
                tax: Money { minor: 0, ..total },
                total,
                lead_time: None,
                hs_code: None,
                origin: None,
                packing: None,
                source: "person".into(),
            }],
            charges: Vec::new(),
            net: total,
            tax_amount: Money { minor: 0, ..total },
            total,
            tax: Tax::Included,
            tax_rate: None,
            invoice: None,
            options: options.iter().map(|&option| option.to_owned()).collect(),
            payment: None,
            transport: None,
            incoterm: None,
            incoterm_place: None,
            port_of_loading: None,
            destination: None,
            bank_account: None,
            shipping_marks: None,
            notes: Vec::new(),
            set_by_person: Vec::new(),
            revision: 1,
        },
        reason: None,
        created_at: scene.now,
        updated_at: scene.now,
    }
}

/// What twenty robots cost whoever was quoted `before` with these options, on terms that `change` changes.
#[track_caller]
fn check(
    before: (i64, &[&str]),
    status: QuoteStatus,
    change: impl FnOnce(&mut Terms<'_>),
    expected: Result<&str, &str>,
) {
    let knowledge = shop(&[("shop.yaml", SHOP)]);
    let scene = Scene::new().of_company("宁波某某汽配", CompanyLink::Verified);
    let quote = Quote { status, ..quote(&scene, before.0, before.1) };
    let mut terms = Terms::plain(&knowledge, scene.now);
    terms.quoted = Some(&quote).filter(|quote| quote.was_sent());
    change(&mut terms);
    let product = knowledge.product(&"P001".into()).expect("a product");
    let found = price(&terms, product, Thousandths(20_000));
    let found = found.map(|priced| priced.unit_price.amount()).map_err(|problem| match problem {
        PriceProblem::DiffersFromLast { last, .. } => {
            assert_eq!((last.order.as_str(), last.date.as_str()), ("QT20261110-000001", "2026-11-10"));
            last.unit_price.amount()
        }
        other => panic!("{other}"),
    });
    assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{before:?} {status:?}");
}

#[test]
fn whoever_was_quoted_another_price_is_quoted_by_a_person() {
    use QuoteStatus::{Accepted, Draft, Expired, Sent};
    for status in [Sent, Accepted, Expired] {
        check((46_000, &[]), status, |_| {}, Err("46000"));
    }
    check((46_000, &[]), Draft, |_| {}, Ok("48000"));
    check((48_000, &[]), Expired, |_| {}, Ok("48000"));
    check((46_000, &[]), Expired, |terms| terms.today = "2027-11-22".parse().expect("a day"), Ok("48000"));
}

#[test]
fn a_quote_on_other_terms_tells_nothing() {
    use QuoteStatus::Expired;
    let option = |terms: &mut Terms<'_>| terms.options.push("ip67".into());
    check((46_000, &[]), Expired, option, Ok("49200"));
    check((46_000, &["ip67"]), Expired, |_| {}, Ok("48000"));
    check((46_000, &["ip67"]), Expired, option, Err("46000"));
    check(
        (46_000, &[]),
        Expired,
        |terms| terms.invoice = Some(domain::trade::InvoiceType::None),
        Ok("45000"),
    );
}
