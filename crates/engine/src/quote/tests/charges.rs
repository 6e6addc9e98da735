//! What comes on top of the goods, and the terms that were named long before the quote was asked for.

use super::*;
use crate::quote::RevisedCharge;

const SHOP: &str = "
shop: {name: {zh: 甬启, en: Yongqi}, tax_rate: 13, prices_include_tax: true, invoice: {special: 13}, exchange_rates: [{from: USD, to: CNY, rate: 7.1, as_of: 2026-11-01, valid_until: 2026-11-30}], payment: {zh: 预付30%, en: 30% deposit},
       freight: [{id: to_port, incoterm: FOB, place: {zh: 宁波, en: Ningbo}, currency: USD, per_shipment: 180},
                 {id: hamburg, incoterm: CIF, over: FOB, place: {zh: 汉堡, en: Hamburg}, currency: USD, per_unit: 30, per_shipment: 420}]}
products:
- {id: P001, name: {zh: 机器人, en: robot}, price: 50000, unit: 台, specs: {payload: 20 kg},
   invoice_prices: {none: {price: 45000}},
   options: [{id: ip67, name: {zh: IP67防护, en: IP67 protection}, aliases: [IP67], per_unit: 1200},
             {id: drawing, name: {zh: 图纸费, en: drawing fee}, aliases: [出图], per_order: 800}]}
- {id: P002, name: {zh: 夹爪, en: gripper}, price: 6800, unit: 只}
- {id: P005, name: {zh: 底座, en: base}, price: 900, unit: 台, surcharges: [{id: small_order, name: {zh: 小单处理费, en: small order fee}, below: 3, per_order: 300}]}
price_lists:
- {id: export, export: true, currency: USD, items: [{product: P001, price: 7000}, {product: P002, price: 990}]}
";

/// The last of these messages asks for the quote.
#[track_caller]
fn quoted(messages: &[&str]) -> (Desk, Quote) {
    let mut desk = Desk::of(SHOP);
    let (last, before) = messages.split_last().expect("messages");
    for message in before {
        desk.say("price_inquiry", message);
    }
    let quote = desk.made("quote_request", last);
    (desk, quote)
}

/// Goods, charges and the sum as the paper shows them, and the amount in words.
fn sums(quote: &Quote, language: ReplyLanguage) -> String {
    let document = document(quote, language);
    let totals = document.totals.iter().map(|(label, cell)| format!("{label} {}", cell.text));
    totals.chain([document.in_words.value.clone()]).collect::<Vec<_>>().join("; ")
}

const ROBOTS: &str = "[P001](product:P001) [20台](quantity:20台)多少钱";
const CIF: &str = "[CIF](incoterm:CIF) [汉堡](port:汉堡)";

#[test]
fn a_charge_of_the_order_stands_on_the_quote_with_its_tax() {
    let (_, quote) = quoted(&["[P005](product:P005) [2台](quantity:2台)，请出报价单"]);
    assert_eq!(quote.status, QuoteStatus::Sent);
    assert_eq!(
        sums(&quote, ReplyLanguage::Zh),
        "货款 1,800.00; 小单处理费 300.00; 不含税合计 1,858.41; 税额 241.59; 含税合计 2,100.00; 人民币贰仟壹佰元整"
    );
    let content = &quote.content;
    assert_eq!(content.net.minor + content.tax_amount.minor, content.total.minor);
    assert_eq!(content.charges[0].net.minor + content.charges[0].tax.minor, 30_000);
    let (_, without) = quoted(&["[P005](product:P005) [5台](quantity:5台)，请出报价单"]);
    assert_eq!((without.content.charges.len(), without.content.total.minor), (0, 450_000));
}

#[test]
fn a_term_that_was_named_before_holds_for_the_quote_with_its_place_and_its_freight() {
    let (_, quote) = quoted(&[ROBOTS, CIF, "请出报价单"]);
    assert!(quote.content.export);
    assert_eq!(
        sums(&quote, ReplyLanguage::En),
        "Goods 140,600.00; 运费（FOB 宁波） 180.00; 运费（CIF 汉堡） 420.00; Total 141,200.00; \
         SAY US DOLLARS ONE HUNDRED AND FORTY-ONE THOUSAND TWO HUNDRED ONLY"
    );
    let paper = words(&document(&quote, ReplyLanguage::Zh));
    assert!(paper.contains("贸易术语:CIF 汉堡"), "{paper}");
}

#[test]
fn one_shipment_is_charged_once_however_many_products_travel_in_it() {
    let grippers = "[P002](product:P002) [10只](quantity:10只)呢";
    let (_, quote) = quoted(&[ROBOTS, grippers, CIF, "一起出报价单"]);
    assert_eq!(quote.content.lines.len(), 2);
    assert_eq!(
        sums(&quote, ReplyLanguage::Zh),
        "货款 150,800.00; 运费（FOB 宁波） 180.00; 运费（CIF 汉堡） 420.00; 合计 151,400.00; \
         美元壹拾伍万壹仟肆佰元整"
    );
}

#[test]
fn a_term_names_where_the_goods_are_handed_over_and_not_where_they_go_on_to() {
    let (_, quote) = quoted(&[
        ROBOTS,
        "[FOB](incoterm:FOB) [宁波](port:宁波)，最后到[汉堡](destination:汉堡)",
        "请出报价单",
    ]);
    let paper = words(&document(&quote, ReplyLanguage::Zh));
    for part in ["贸易术语:FOB 宁波", "装运港:宁波", "目的港/地:汉堡"] {
        assert!(paper.contains(part), "{part} is not in\n{paper}");
    }
}

#[test]
fn what_is_only_told_under_another_term_is_not_quoted() {
    for place in ["[FOB](incoterm:FOB) [上海](port:上海)", "[CIF](incoterm:CIF) [鹿特丹](port:鹿特丹)"]
    {
        let mut desk = Desk::of(SHOP);
        desk.say("price_inquiry", &format!("{ROBOTS} {place}"));
        let taken = desk.say("quote_request", "请出报价单");
        assert_eq!(taken.quote, None, "{place}");
        assert!(taken.turn.handoff.is_some(), "{place}");
    }
}

#[test]
fn options_and_invoice_that_were_named_before_are_priced_and_named_on_the_paper() {
    let (_, quote) = quoted(&[ROBOTS, "要IP67的，另外出图", "开[专票](invoice_type:special)", "请出报价单"]);
    assert_eq!(
        sums(&quote, ReplyLanguage::Zh),
        "货款 1,024,000.00; 图纸费 800.00; 不含税合计 906,902.65; 税额 117,897.35; 含税合计 1,024,800.00; \
         人民币壹佰零贰万肆仟捌佰元整"
    );
    let paper = words(&document(&quote, ReplyLanguage::Zh));
    for part in ["P001：负载 20 kg，IP67防护", "发票:增值税专用发票（13%）"] {
        assert!(paper.contains(part), "{part} is not in\n{paper}");
    }
    let (_, untaxed) = quoted(&[ROBOTS, "[不含税](invoice_type:none)呢", "请出报价单"]);
    assert_eq!(sums(&untaxed, ReplyLanguage::Zh), "合计 900,000.00; 人民币玖拾万元整");
    let (_, taxed) = quoted(&[ROBOTS, "[不含税](invoice_type:none)呢", "还是含税吧，请出报价单"]);
    assert_eq!(taxed.content.total.minor, 100_000_000);
}

#[test]
fn a_revision_keeps_the_charges_of_what_stays_and_takes_those_of_what_is_new() {
    let (desk, first) = quoted(&["[P005](product:P005) [2台](quantity:2台)，请出报价单"]);
    let line = |product: &str, quantity: i64, unit_price: Option<i64>| RevisedLine {
        product: product.into(),
        quantity: Thousandths(quantity * 1_000),
        unit_price,
    };
    #[track_caller]
    fn check(desk: &Desk, first: &Quote, revision: &Revision, expected: &[i64], total: i64) {
        let made = revise(&desk.scene.knowledge, Customer::default(), first, revision, desk.scene.now);
        let made = made.expect("a revision");
        let charges: Vec<i64> = made.charges.iter().map(|charge| charge.total.minor).collect();
        assert_eq!((charges.as_slice(), made.total.minor), (expected, total));
        assert_eq!(made.net.minor + made.tax_amount.minor, made.total.minor);
    }
    let of = |lines| Revision { lines: Some(lines), ..Revision::default() };
    check(&desk, &first, &Revision::default(), &[30_000], 210_000);
    check(&desk, &first, &of(vec![line("P005", 2, None)]), &[30_000], 210_000);
    check(&desk, &first, &of(vec![line("P005", 2, Some(800_000_000))]), &[30_000], 190_000);
    check(&desk, &first, &of(vec![line("P005", 1, None)]), &[30_000], 120_000);
    check(&desk, &first, &of(vec![line("P005", 5, None)]), &[], 450_000);
    check(&desk, &first, &of(vec![line("P005", 5, Some(800_000_000))]), &[], 400_000);
    check(&desk, &first, &of(vec![line("P002", 2, None)]), &[], 1_360_000);
    let charged = |name: &str, minor| Revision {
        charges: Some(vec![RevisedCharge { name: name.into(), minor }]),
        ..Revision::default()
    };
    check(&desk, &first, &charged("送货上门", 50_000), &[50_000], 230_000);
    check(&desk, &first, &Revision { charges: Some(Vec::new()), ..Revision::default() }, &[], 180_000);
    for (revision, part) in [
        (charged(" ", 1), "charge 1: it needs a name"),
        (charged("送货", 0), "charge 1: it needs a name, and an amount above 0"),
        (
            Revision {
                charges: Some(vec![RevisedCharge { name: "x".into(), minor: 1 }; 11]),
                ..Revision::default()
            },
            "at most 10 charges",
        ),
    ] {
        let problem = revise(&desk.scene.knowledge, Customer::default(), &first, &revision, desk.scene.now)
            .expect_err(part);
        assert!(problem.to_string().contains(part), "{problem}");
        assert_eq!(problem.field(), "charges");
    }
}
