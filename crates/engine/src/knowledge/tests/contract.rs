//! The files that users are promised to be able to load.

use super::*;

#[test]
fn the_founding_knowledge_base_loads_with_a_warning_on_what_is_missing() {
    let text = "\
products:
- id: P001
  name: 工业机器人
  price: 50000
  description: 高精度六轴机器人
  related_products: [P002, P003]
sales_scripts:
- intent: price_negotiation
  script: \"我们的产品质保两年,算下来每天成本不到140元\"
  conditions:
    order_amount: \"> 100000\"
";
    let loaded = load(&[file("knowledge_base.yaml", text)]);
    assert_eq!(
        rendered(&loaded.problems),
        "knowledge_base.yaml:2:7: warning: P001 is related to `P002`, `P003`, not in this knowledge\n  \
         help: add the missing products or remove them from the list"
    );
    let knowledge = loaded.knowledge.expect("a warning is no error");
    let product = knowledge.product(&"P001".into()).expect("it is there");
    assert_eq!(product.name.get(ReplyLanguage::En), "工业机器人");
    assert_eq!((product.price, product.unit.as_str()), (Some(50_000_000_000), "件"));
    assert_eq!(product.related_products.len(), 2);
    let script = &knowledge.scripts[0];
    assert_eq!(script.script.conditions["order_amount"], "> 100000");
    assert_eq!(script.condition.as_ref().map(Expression::text), Some("order_amount > 100000"));
}

const EVERY_FIELD: &str = "\
shop: {name: 宁波某某自动化, currency: CNY, timezone: Asia/Shanghai, languages: [zh, en], tax_rate: 13, prices_include_tax: true,
       payment: \"预付30%,发货前付清余款\", shipping: \"国内包邮到厂\", address: 宁波, phone: \"+86 574 0000 0000\",
       invoice: {special: 13, ordinary: 13}, bank_account: \"…\", blocked_destinations: []}
calendar: {closed: [{from: 2027-01-30, to: 2027-02-21, reason: {zh: 春节, en: Spring Festival}}], extra_workdays: []}
units: [{id: box, name: {zh: 箱, en: carton}, aliases: [件箱, ctn, case]}]        # the default pack ships the common ones; likewise attributes, categories
industries:
- {id: automotive_parts, name: {zh: 汽车零部件, en: automotive parts}, aliases: [汽配, car parts]}
products:
- id: P001
  name: {zh: 六轴工业机器人, en: six-axis industrial robot}
  aliases: [六轴, 6-axis arm]
  category: industrial_robot
  price: 50000                 # decimal, the shop's currency, per unit; none: price on request (a quote by a person)
  tiers: [{min: 10, price: 48000}, {min: 50, price: 46000}]
  moq: 1
  pack: 1                      # sold in multiples of
  unit: 台
  packages: [{unit: 箱, contains: 4}]   # \"5箱\" is 20 台
  stock: 35                    # none: not said; or {quantity: 35, as_of: 2026-11-20, max_age_hours: 24, show: exact|range|yes_no}
  lead_time_days: 15           # or by quantity: [{max: 10, days: 15}, {days: 30}]
  lead_time_basis: calendar    # or working; closures of the calendar are skipped when a date is given
  lead_time_from: order        # or deposit, drawing_approved
  sample: {fee: 200, deduct_from_order: true, days: 3, max: 2}
  packing: {per_carton: 4, carton_cm: [60, 40, 40], gross_kg: 28}
  export: {hs_code: \"8479.50\", origin: CN, dual_use: false}
  specs: {payload: 20 kg, reach: 1.8 m, repeatability: 0.03 mm}
  warranty_months: 24
  certificates: [CE]
  industries: [automotive_parts]
  related_products: [P002, P003]
  new_since: 2026-09-01
  discontinued: false
  description: {zh: 高精度六轴机器人, en: high-precision six-axis robot}
faqs:
- questions: [质保多久, how long is the warranty]
  answer: {zh: 整机质保两年。, en: Two years on the whole machine.}
";

#[test]
fn the_example_of_every_field_loads_and_nothing_is_lost() {
    let loaded = load(&[file("shop.yaml", EVERY_FIELD)]);
    assert_eq!(
        rendered(&loaded.problems),
        "shop.yaml:9:7: warning: P001 is related to `P002`, `P003`, not in this knowledge\n  \
         help: add the missing products or remove them from the list"
    );
    let knowledge = loaded.knowledge.expect("a warning is no error");
    let shop = &knowledge.shop;
    assert_eq!((shop.tax_rate, shop.prices_include_tax), (Some(Thousandths(13_000)), Some(true)));
    assert_eq!(
        (shop.invoice_special, shop.invoice_ordinary),
        (Some(Thousandths(13_000)), Some(Thousandths(13_000)))
    );
    assert_eq!(shop.payment.as_ref().map(|text| text.get(ReplyLanguage::Zh)), Some("预付30%,发货前付清余款"));
    assert_eq!(shop.languages, [ReplyLanguage::Zh, ReplyLanguage::En]);
    assert_eq!(knowledge.calendar.closed[0].to, "2027-02-21");
    let product = knowledge.product(&"P001".into()).expect("it is there");
    assert_eq!(
        product.tiers.iter().map(|tier| (tier.min.0, tier.price)).collect::<Vec<_>>(),
        [(10_000, 48_000_000_000), (50_000, 46_000_000_000)]
    );
    assert_eq!((product.moq, product.pack), (Some(Thousandths(1_000)), Some(Thousandths(1_000))));
    assert_eq!(product.packages[0].contains, Thousandths(4_000));
    assert_eq!(
        product.stock.as_ref().map(|stock| (stock.quantity, stock.show)),
        Some((Thousandths(35_000), StockShow::Exact))
    );
    assert_eq!(product.lead_time, [LeadTimeStep { max: None, days: 15 }]);
    assert_eq!(
        product.sample.as_ref().map(|sample| sample.fee),
        Some(Money { minor: 20_000, currency: Currency::CNY })
    );
    assert_eq!(
        product.packing.as_ref().map(|packing| packing.carton_cm.clone()),
        Some(vec!["60".into(), "40".into(), "40".into()])
    );
    assert_eq!(product.export.as_ref().and_then(|export| export.hs_code.as_deref()), Some("8479.50"));
    let payload = &product.specs[0];
    assert_eq!(
        (payload.value.as_str(), payload.number, payload.unit.as_deref()),
        ("20 kg", Some(Thousandths(20_000)), Some("kg"))
    );
    assert_eq!(product.warranty_months, Some(24));
    assert_eq!(product.new_since.as_deref(), Some("2026-09-01"));
    assert!(knowledge.category("industrial_robot").is_some(), "categories need no declaration");
    assert_eq!(knowledge.faqs[0].questions.len(), 2);
}

#[test]
fn the_other_forms_of_stock_and_lead_time_load() {
    let knowledge = loaded(
        "products:\n- id: P1\n  name: a\n  stock: {quantity: 35, as_of: 2026-11-20, max_age_hours: 24, show: range}\n  \
         lead_time_days: [{max: 10, days: 15}, {days: 30}]",
    );
    let product = &knowledge.products[0];
    let stock = product.stock.as_ref().expect("it has a stock");
    assert_eq!(
        (stock.as_of.as_deref(), stock.max_age_hours, stock.show),
        (Some("2026-11-20"), Some(24), StockShow::Range)
    );
    assert_eq!(
        product.lead_time,
        [LeadTimeStep { max: Some(Thousandths(10_000)), days: 15 }, LeadTimeStep { max: None, days: 30 }]
    );
}

#[test]
fn a_file_that_is_cut_anywhere_gives_knowledge_or_an_error_never_a_panic() {
    for end in (0..EVERY_FIELD.len()).step_by(61) {
        let text = EVERY_FIELD.as_bytes()[..end].to_vec();
        let loaded = load(&[SourceFile { path: "shop.yaml".into(), text }]);
        let has_error = loaded.problems.iter().any(|problem| problem.severity == Severity::Error);
        assert_eq!(loaded.knowledge.is_none(), has_error, "cut at {end}");
    }
}

/// A part of a knowledge file in a document is one that can be used as it stands.
fn examples_load(text: &str, count: usize) {
    let examples: Vec<&str> = text
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```"))
        .map(|(yaml, _)| yaml)
        .collect();
    assert_eq!(examples.len(), count);
    for example in examples {
        loaded(example);
    }
}

#[test]
fn the_examples_about_follow_ups_load() {
    examples_load(include_str!("../../../../../docs/follow_ups.md"), 4);
}

#[test]
fn the_examples_about_authority_load() {
    examples_load(include_str!("../../../../../docs/authority.md"), 3);
    loaded(include_str!("../../../../../conversations/shops/authority.yaml"));
}
