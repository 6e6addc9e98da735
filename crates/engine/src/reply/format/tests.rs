use domain::language::ReplyLanguage::{En, Zh};

use super::*;
use crate::reply::talk::demo;

#[test]
fn money_reads_as_money() {
    let check = |amount: &str, code: &str, zh: &str, en: &str| {
        let currency = Currency::parse(code).expect("a code");
        let amount = Money::parse(amount, currency).expect("an amount");
        assert_eq!([money(&amount, Zh), money(&amount, En)], [zh, en]);
    };
    check("960000", "CNY", "¥960,000", "CNY 960,000");
    check("1897.5", "CNY", "¥1,897.50", "CNY 1,897.50");
    check("0.01", "CNY", "¥0.01", "CNY 0.01");
    check("999", "USD", "USD 999", "USD 999");
    check("1234567.89", "EUR", "EUR 1,234,567.89", "EUR 1,234,567.89");
    check("10500", "JPY", "JPY 10,500", "JPY 10,500");
}

#[test]
fn unit_prices_keep_their_decimals() {
    let knowledge = demo();
    let check = |amount: &str, per: &str, zh: &str, en: &str| {
        let price = UnitPrice::parse(amount, Currency::CNY, per).expect("a price");
        assert_eq!([unit_price(&knowledge, &price, Zh), unit_price(&knowledge, &price, En)], [zh, en]);
    };
    check("48000", "台", "¥48,000/台", "CNY 48,000 per unit");
    check("34.5", "套", "¥34.50/套", "CNY 34.50 per set");
    check("0.0135", "件", "¥0.0135/件", "CNY 0.0135 per piece");
}

#[test]
fn quantities_have_their_units() {
    let knowledge = demo();
    let check = |thousandths: i64, unit: &str, zh: &str, en: &str| {
        let amount = Thousandths(thousandths);
        let said = [quantity(&knowledge, amount, unit, Zh), quantity(&knowledge, amount, unit, En)];
        assert_eq!(said, [zh, en]);
    };
    check(20_000, "台", "20台", "20 units");
    check(1_000, "台", "1台", "1 unit");
    check(1_500_000, "只", "1,500只", "1,500 pc.");
    check(2_500, "米", "2.5米", "2.5 m");
    check(2_000, "套", "2套", "2 sets");
}

#[test]
fn dates_and_lists_read_naturally() {
    assert_eq!(date("2026-12-23", Zh), "2026年12月23日");
    assert_eq!(date("2026-12-03", En), "3 December 2026");
    assert_eq!(date("soon", En), "soon");
    let items = ["A".to_owned(), "B".to_owned(), "C".to_owned()];
    assert_eq!(either(&items, Zh), "A、B还是C");
    assert_eq!(either(&items, En), "A, B or C");
    assert_eq!(either(&items[..1], En), "A");
    assert_eq!(either(&[], Zh), "");
    assert_eq!(number("-1234567.25"), "-1,234,567.25");
    assert_eq!(capitalised("six-axis"), "Six-axis");
    assert_eq!(capitalised("六轴"), "六轴");
    assert_eq!(without_stop("包邮。"), "包邮");
}

#[test]
fn an_abbreviation_ends_a_sentence_with_one_stop() {
    let check = |text: &str, expected: &str| assert_eq!(with_one_stop(text), expected);
    check("In stock, enough for your 30 pc..", "In stock, enough for your 30 pc.");
    check("30 pc. at USD 835 per pc., USD 25,050 in all.", "30 pc. at USD 835 per pc., USD 25,050 in all.");
    check("Let me see...", "Let me see...");
    check("1..2", "1..2");
    check("", "");
}
