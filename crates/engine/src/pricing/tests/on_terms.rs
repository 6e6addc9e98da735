//! Prices on the terms of one buyer: whose list, which invoice, which way, which money.

use domain::{
    money::Currency,
    order::{Order, OrderLine},
    quantity::Quantity,
    trade::{Incoterm, InvoiceType},
};

use super::{super::*, now};
use crate::reply::talk::shop;

const SHOP: &str = r"
shop:
  name: 甬启
  prices_include_tax: true
  tax_rate: 13
  invoice: {special: 13}
  blocked_destinations: [伊朗]
  price_memory_days: 180
  exchange_rates:
  - {from: USD, to: CNY, rate: 7.1, as_of: 2026-11-01, valid_until: 2026-11-30}
  - {from: EUR, to: CNY, rate: 8.2, as_of: 2026-10-01, valid_until: 2026-10-31}
  - {from: EUR, to: USD, rate: 1.15, as_of: 2026-10-01, valid_until: 2026-10-31}
  freight:
  - {id: to_port, incoterm: FOB, place: {zh: 宁波, en: Ningbo}, currency: USD, per_shipment: 180}
  - {id: hamburg, incoterm: CIF, over: FOB, place: {zh: 汉堡, en: Hamburg}, currency: USD,
     steps: [{max: 10, per_unit: 40, per_shipment: 100}, {per_unit: 25}]}
products:
- id: P001
  name: 机器人
  price: 50000
  unit: 台
  tiers: [{min: 10, price: 48000}, {min: 25, price: 46000}]
  invoice_prices: {none: {price: 45000, tiers: [{min: 10, price: 43200}]}}
  options:
  - {id: ip67, name: {zh: IP67防护, en: IP67}, per_unit: 1200}
  - {id: blue, name: 蓝色, percent: 2}
  - {id: special_colour, name: 特殊颜色}
  surcharges:
  - {id: small_order, name: 小单处理费, below: 3, per_order: 300}
- {id: P002, name: 夹爪, price: 6800, unit: 只, export: {dual_use: true, cleared: [德国]}}
- {id: P003, name: 旧价, price: 100, price_valid_until: 2026-10-31}
price_lists:
- {id: gold, grade: gold, items: [{product: P001, price: 47000}]}
- {id: acme, company: Acme  Ltd, items: [{product: P001, price: 44000, tiers: [{min: 20, price: 43000}]}]}
- {id: acme_november, company: acme ltd, from: 2026-11-01, until: 2026-11-30, items: [{product: P001, price: 42000}]}
- {id: north, region: [北京, 天津], items: [{product: P001, price: 50500}]}
- {id: ended, company: beta, until: 2026-11-21, items: [{product: P001, price: 40000}]}
- {id: next_year, from: 2027-01-01, items: [{product: P001, price: 55000}]}
- {id: export, export: true, currency: USD, items: [{product: P001, price: 7000}, {product: P002, price: 990}]}
- {id: euro, export: true, currency: EUR, items: [{product: P001, price: 6500}]}
";

/// `gold Acme @汉堡 CIF USD special +ip67`: what is known of the buyer and his wishes; `paid 45000x5` is his last order.
fn terms<'k>(knowledge: &'k Knowledge, words: &str, orders: &'k [Order]) -> Terms<'k> {
    let mut terms = Terms::plain(knowledge, now());
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        if let Some(place) = word.strip_prefix('@') {
            terms.goes_to(place);
        } else if let Some(option) = word.strip_prefix('+') {
            terms.options.push(option.to_owned());
        } else if let Some(term) = Incoterm::parse(word) {
            terms.incoterm = Some(term);
        } else if let Some(invoice) = InvoiceType::parse(word) {
            terms.invoice = Some(invoice);
        } else if let Ok(currency) = Currency::parse(word) {
            terms.currency = Some(currency);
        } else if word == "gold" {
            terms.grade = Some("gold".into());
        } else {
            terms.company = vec![word.replace('_', " ")];
        }
    }
    terms.past = orders;
    terms
}

#[track_caller]
fn check_with(orders: &[Order], words: &str, cart: &str, expected: &str) {
    let knowledge = shop(&[("shop.yaml", SHOP)]);
    let (id, quantity) = cart.split_once(' ').expect("a product and a quantity");
    let product = knowledge.product(&id.into()).expect("a product");
    let quantity = Thousandths(decimal::parse_scaled(quantity, 3).expect("a quantity"));
    let found = match price(&terms(&knowledge, words, orders), product, quantity) {
        Ok(priced) => {
            let list = priced.source.trim_start_matches("price_list:").split('@').next().unwrap_or_default();
            format!(
                "{} {} = {} {list}",
                priced.unit_price.currency,
                priced.unit_price.amount(),
                priced.total.amount()
            )
        }
        Err(problem) => problem.name().to_owned(),
    };
    assert_eq!(found, expected, "{words}: {cart}");
}

#[track_caller]
fn check(words: &str, cart: &str, expected: &str) {
    check_with(&[], words, cart, expected);
}

#[test]
fn the_most_specific_list_in_force_wins() {
    check("", "P001 20", "CNY 48000 = 960000 default");
    check("gold", "P001 20", "CNY 47000 = 940000 gold");
    check("acme_ltd", "P001 20", "CNY 42000 = 840000 acme_november");
    check("acme_ltd gold", "P001 20", "CNY 42000 = 840000 acme_november");
    check("@北京", "P001 20", "CNY 50500 = 1010000 north");
    check("@浙江", "P001 20", "CNY 48000 = 960000 default");
    check("gold @北京", "P001 20", "CNY 47000 = 940000 gold");
    check("nobody", "P001 20", "CNY 48000 = 960000 default");
    check("acme_ltd", "P002 1", "risk");
}

#[test]
fn whose_own_list_has_ended_is_quoted_by_a_person() {
    check("beta", "P001 20", "ended");
    check("beta gold", "P001 20", "CNY 47000 = 940000 gold");
    check("", "P003 1", "ended");
}

#[test]
fn each_kind_of_invoice_has_a_declared_figure_or_none() {
    check("special", "P001 20", "CNY 48000 = 960000 default");
    check("ordinary", "P001 20", "CNY 48000 = 960000 default");
    check("none", "P001 20", "CNY 43200 = 864000 default");
    check("none", "P001 5", "CNY 45000 = 225000 default");
    check("none gold", "P001 5", "invoice");
}

#[test]
fn points_for_an_invoice_come_on_top_of_a_price_without_tax() {
    let knowledge = shop(&[(
        "shop.yaml",
        "shop: {prices_include_tax: false, invoice: {special: 13, points: {special: 8}}}\n\
         products: [{id: A, name: 阀, price: 12.35, unit: 只}]",
    )]);
    let priced = |invoice| {
        let mut terms = Terms::plain(&knowledge, now());
        terms.invoice = invoice;
        let priced = price(&terms, &knowledge.products[0], Thousandths(3_000));
        priced
            .map(|priced| (priced.unit_price.amount(), priced.total.amount(), priced.tax))
            .map_err(|e| e.name())
    };
    assert_eq!(priced(None), Ok(("12.35".into(), "37.05".into(), Tax::Excluded)));
    assert_eq!(priced(Some(InvoiceType::None)), Ok(("12.35".into(), "37.05".into(), Tax::Excluded)));
    assert_eq!(priced(Some(InvoiceType::Special)), Ok(("13.338".into(), "40.01".into(), Tax::Included)));
    assert_eq!(priced(Some(InvoiceType::Ordinary)), Err("invoice"));
}

#[test]
fn abroad_only_prices_for_abroad_count() {
    check("@汉堡", "P001 20", "USD 7000 = 140000 export");
    check("@汉堡 EUR", "P001 20", "EUR 6500 = 130000 euro");
    check("@汉堡 special", "P001 20", "USD 7000 = 140000 export");
    check("@汉堡 gold", "P001 20", "USD 7000 = 140000 export");
    check("@汉堡", "P003 1", "ended");
    check("@香港", "P001 20", "USD 7000 = 140000 export");
    let untaxed = |yaml: &str| {
        let text = format!(
            "shop: {{{yaml}}}\nproducts: [{{id: A, name: 阀, price: 113, invoice_prices: {{none: 100}}}}]"
        );
        let knowledge = shop(&[("shop.yaml", &text)]);
        let mut terms = Terms::plain(&knowledge, now());
        terms.goes_to("Hamburg");
        let priced = price(&terms, &knowledge.products[0], Thousandths(1_000));
        priced.map(|priced| priced.unit_price.amount()).map_err(|problem| problem.name())
    };
    assert_eq!(untaxed("prices_include_tax: true"), Err("export"));
    assert_eq!(untaxed("name: x"), Err("export"), "nobody said that tax is not in it");
    assert_eq!(untaxed("prices_include_tax: false"), Ok("113".into()));
    assert_eq!(untaxed("prices_include_tax: true, export_prices: untaxed"), Ok("100".into()));
}

#[test]
fn an_incoterm_adds_the_way_from_where_the_list_holds() {
    check("FOB", "P001 20", "USD 7000 = 140180 export");
    check("FOB @Hamburg", "P001 20", "USD 7000 = 140180 export");
    check("FOB @上海", "P001 20", "freight");
    check("CIF @Hamburg", "P001 20", "USD 7025 = 140680 export");
    check("CIF @Hamburg", "P001 5", "USD 7040 = 35480 export");
    check("CIF", "P001 20", "place");
    check("CIF @鹿特丹", "P001 20", "freight");
    check("DDP @Hamburg", "P001 20", "freight");
    check("EXW", "P001 20", "USD 7000 = 140000 export");
}

#[test]
fn money_is_changed_only_at_a_rate_in_force() {
    check("USD", "P001 20", "USD 6760.56 = 135211.2 default");
    check("EUR", "P001 20", "currency");
    check("JPY", "P001 20", "currency");
    check("CNY CIF @Hamburg", "P001 20", "CNY 49877.5 = 998828 export");
}

#[test]
fn a_blocked_destination_and_a_dual_use_product_without_licence_have_no_price() {
    check("@伊朗", "P001 20", "risk");
    check("@Bandar-Abbas", "P001 20", "risk");
    check("@德黑兰", "P001 20", "risk");
    check("", "P002 1", "risk");
    check("@宁波", "P002 1", "CNY 6800 = 6800 default");
    check("@汉堡", "P002 1", "USD 990 = 990 export");
    check("@巴黎", "P002 1", "risk");
    check("FOB", "P002 1", "risk");
}

#[test]
fn options_and_surcharges_are_added_as_declared() {
    check("", "P001 2", "CNY 50000 = 100300 default");
    check("+ip67", "P001 20", "CNY 49200 = 984000 default");
    check("+ip67 +blue", "P001 20", "CNY 50160 = 1003200 default");
    check("+special_colour", "P001 20", "option");
    check("+ip67 @汉堡", "P001 20", "USD 7169.014085 = 143380.28 export");
}

fn paid(price: &str, quantity: i64, date: &str) -> Vec<Order> {
    vec![Order {
        id: domain::id::OrderId::from_ulid(domain::id::compose(now(), 3)),
        number: "SO88".into(),
        company: None,
        contact: None,
        date: date.into(),
        country: None,
        lines: vec![OrderLine {
            product: "P001".into(),
            quantity: Quantity::whole(quantity).with_unit("台"),
            unit_price: Some(UnitPrice::parse(price, Currency::CNY, "台").expect("a price")),
        }],
        status: None,
    }]
}

#[test]
fn whoever_paid_another_price_last_time_is_quoted_by_a_person() {
    check_with(&paid("45000", 20, "2026-10-01"), "", "P001 20", "last_price");
    check_with(&paid("48000", 20, "2026-10-01"), "", "P001 20", "CNY 48000 = 960000 default");
    // He paid what the table asks for five: that twenty cost less each is no contradiction.
    check_with(&paid("50000", 5, "2026-10-01"), "", "P001 20", "CNY 48000 = 960000 default");
    check_with(&paid("48000", 5, "2026-10-01"), "", "P001 20", "CNY 48000 = 960000 default");
    check_with(&paid("45000", 20, "2026-05-25"), "", "P001 20", "CNY 48000 = 960000 default");
    check_with(&paid("45000", 20, "2026-05-26"), "", "P001 20", "last_price");
    check_with(&paid("45000", 20, "2026-10-01"), "acme_ltd", "P001 20", "CNY 42000 = 840000 acme_november");
    check_with(&paid("45000", 20, "2026-10-01"), "gold", "P001 20", "CNY 47000 = 940000 gold");
    let knowledge = shop(&[("shop.yaml", SHOP)]);
    let orders = paid("45000", 20, "2026-10-01");
    let terms = terms(&knowledge, "", &orders);
    match price(&terms, knowledge.product(&"P001".into()).expect("a product"), Thousandths(20_000)) {
        Err(PriceProblem::DiffersFromLast { last, computed }) => {
            assert_eq!(
                (last.unit_price.amount(), last.order.as_str(), last.date.as_str()),
                ("45000".into(), "SO88", "2026-10-01")
            );
            assert_eq!(computed.amount(), "48000");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_derivation_names_each_step() {
    let mut knowledge = shop(&[("shop.yaml", SHOP)]);
    knowledge.revision = 7;
    let product = knowledge.product(&"P001".into()).expect("a product");
    let terms = terms(&knowledge, "CIF @Hamburg CNY +ip67", &[]);
    let (priced, derivation) =
        derive(&terms, product, Thousandths(5_000), ReplyLanguage::En).expect("a price");
    let steps: Vec<String> = derivation
        .steps
        .iter()
        .map(|step| {
            let unit = step.unit_price.as_ref().map(UnitPrice::amount);
            let amount = step.amount.as_ref().map(Money::amount);
            format!(
                "{} {} {}",
                step.step,
                step.by.as_deref().unwrap_or("-"),
                unit.or(amount).unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            "list export 7000",
            "option ip67 7169.014085",
            "freight hamburg 7209.014085",
            "exchange 2026-11-01 USD=7.1 CNY 51184",
            "goods - 255920",
            "charge to_port 1278",
            "charge hamburg 710",
            "total - 257908",
        ]
    );
    assert_eq!((derivation.list.as_str(), derivation.revision, derivation.tier), ("export", 7, None));
    assert_eq!((derivation.incoterm, derivation.place.as_deref()), (Some(Incoterm::Cif), Some("Hamburg")));
    assert_eq!(derivation.valid_until.as_deref(), Some("2026-11-30"));
    assert_eq!(priced.source, "price_list:export@r7");
    let json = serde_json::to_string(&derivation).expect("serialises");
    assert_eq!(serde_json::from_str::<Derivation>(&json).expect("parses"), derivation);
}

#[test]
fn what_a_deal_is_worth_is_told_in_the_shops_money_even_where_no_price_is() {
    let knowledge = shop(&[("shop.yaml", SHOP)]);
    let product = knowledge.product(&"P001".into()).expect("a product");
    let worth = |words: &str, orders: &[Order]| {
        worth(&terms(&knowledge, words, orders), product, Thousandths(20_000))
            .map(|money| (money.currency.to_string(), money.amount()))
    };
    let cny = |amount: &str| Some(("CNY".to_owned(), amount.to_owned()));
    assert_eq!(worth("", &[]), cny("960000"));
    assert_eq!(worth("@汉堡", &[]), cny("994000"));
    assert_eq!(worth("@伊朗", &[]), cny("960000"));
    assert_eq!(worth("", &paid("45000", 20, "2026-10-01")), cny("960000"));
}

#[test]
fn cartons_volume_and_weight_are_those_of_full_cartons() {
    let knowledge = shop(&[(
        "shop.yaml",
        "products: [{id: A, name: 阀, packing: {per_carton: 4, carton_cm: [60, 40, 40.5], gross_kg: 28.5}}, {id: B, name: 塞}]",
    )]);
    let of = |id: &str, quantity: i64| {
        let product = knowledge.product(&id.into()).expect("a product");
        shipment(product, Thousandths(quantity))
            .map(|found| (found.cartons, found.cubic_metres(), found.gross_kg()))
    };
    assert_eq!(of("A", 20_000), Some((5, Some("0.486".into()), Some("142.5".into()))));
    assert_eq!(of("A", 17_000), Some((5, Some("0.486".into()), Some("142.5".into()))));
    assert_eq!(of("A", 1_000), Some((1, Some("0.098".into()), Some("28.5".into()))));
    assert_eq!(of("A", i64::MAX).map(|found| found.2), Some(None));
    assert_eq!(of("B", 1_000), None);
}
