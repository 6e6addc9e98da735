use domain::{
    fact::{FactBody, Tax},
    id::ProductId,
    language::Language,
    money::{Currency, Money, UnitPrice},
    quantity::Quantity,
    requirement::{RequirementLine, Slot},
};
use serde_json::json;

use super::*;

/// Twenty P001 at 48,000, 30 days, and what stands around them.
fn facts() -> Vec<Fact> {
    let unit_price = UnitPrice::parse("48000", Currency::CNY, "台").expect("a price");
    let money = |amount: &str| Money::parse(amount, Currency::CNY).expect("an amount");
    let product = || ProductId::from("P001");
    [
        FactBody::Product { product: product(), name: "六轴工业机器人 QM-R20".into() },
        FactBody::Price {
            product: product(),
            quantity: Thousandths(20_000),
            unit_price,
            total: money("960000"),
            tax: Tax::Included,
            invoice_type: None,
            derivation: None,
        },
        FactBody::LeadTime {
            product: product(),
            quantity: Some(Thousandths(20_000)),
            days: 30,
            basis: "calendar".into(),
            from: "order".into(),
            date: Some("2026-12-23".into()),
        },
        FactBody::Warranty { product: product(), months: 24 },
        FactBody::Spec {
            product: product(),
            attribute: "payload".into(),
            value: "20 kg".into(),
            unit: Some("kg".into()),
        },
        FactBody::Freight { terms: "国内包邮到厂".into(), incoterm: None, place: None, amount: None },
        FactBody::Payment { terms: "预付30%,发货前付清余款".into() },
        FactBody::Tax { rate_percent: Thousandths(13_000), included: true },
        FactBody::Company { attribute: "phone".into(), value: "+86 574 0000 0000".into() },
        FactBody::Company { attribute: "email".into(), value: "sales@qiming.example.com".into() },
        FactBody::Faq {
            id: "e21".into(),
            text: "E21 是欠压:① 测电压是否低于 85%;② 检查端子,见手册第 7 章。周一至周五 8:30–17:30。".into(),
        },
        FactBody::Derived {
            name: "unit_cost_per_day".into(),
            value: "65.8".into(),
            of: json!({"currency": "CNY"}),
        },
    ]
    .into_iter()
    .map(|body| Fact::new(body, "test"))
    .collect()
}

fn entity(kind: EntityKind, text: &str, value: serde_json::Value) -> Entity {
    let value = EntityValue::from_json(kind, value).expect("the form of its kind");
    Entity {
        kind,
        text: text.into(),
        start: 0,
        end: 0,
        value,
        negated: false,
        candidates: Vec::new(),
        generic: false,
    }
}

/// He wants 20, or 120 later, by 5 January, wished 45,000 each and 15 off, and named an order.
fn buyer() -> Understanding {
    Understanding {
        language: Language::Zh,
        entities: vec![
            entity(EntityKind::Quantity, "120台", json!({"number": 120, "unit": "台"})),
            entity(
                EntityKind::Money,
                "4.5万",
                json!({"amount": "45000", "currency": null, "role": "target_price"}),
            ),
            entity(EntityKind::Percent, "八五折", json!({"percent_off": 15})),
            entity(EntityKind::Date, "1月5日", json!("2027-01-05")),
            entity(
                EntityKind::Spec,
                "负载15公斤",
                json!({"attribute": "payload", "number": 15, "unit": "kg"}),
            ),
            entity(EntityKind::OrderNumber, "SO-7781", json!("SO-7781")),
        ],
        ..Understanding::default()
    }
}

fn requirement() -> Requirement {
    let evidence =
        domain::id::MessageId::from_ulid(domain::id::compose(domain::Timestamp::from_millis(1), 1));
    let quantity = Slot { value: Quantity::whole(20).with_unit("台"), evidence };
    let line = RequirementLine { product: Slot { value: "P001".into(), evidence }, quantity: Some(quantity) };
    Requirement { lines: vec![line], ..Requirement::default() }
}

fn unissued(text: &str) -> Vec<String> {
    match check(text, &facts(), &buyer(), &requirement()) {
        Ok(()) => Vec::new(),
        Err(unissued) => unissued.into_iter().map(|found| found.text).collect(),
    }
}

#[track_caller]
fn passes(texts: &[&str]) {
    let wrong: Vec<_> =
        texts.iter().map(|text| (text, unissued(text))).filter(|(_, found)| !found.is_empty()).collect();
    assert!(wrong.is_empty(), "honest texts were stopped: {wrong:#?}");
}

#[track_caller]
fn stops(texts: &[&str]) {
    let wrong: Vec<_> = texts.iter().filter(|text| unissued(text).is_empty()).collect();
    assert!(wrong.is_empty(), "these left: {wrong:#?}");
}

#[test]
fn what_facts_issued_passes_in_every_form() {
    passes(&[
        "六轴工业机器人 QM-R20(P001):20台,¥48,000/台,合计¥960,000(含税)。",
        "单价48000元,总价96万元",
        "每台4.8万,共九十六万元",
        "每台四万八,二十台",
        "单价48,000.00元",
        "价格 48000",
        "20 units at CNY 48,000 per unit, CNY 960,000 in all.",
        "RMB 48k each, 960 thousand yuan in total",
        "forty-eight thousand yuan each",
        "CNY48000",
        "交期30天,下单起算。",
        "三十天交货",
        "Lead time 30 days from order, ready on 23 December 2026.",
        "预计2026年12月23日可发货",
        "12月23日发货",
        "December 23, 2026",
        "2026-12-23",
        "12月就能发",
        "质保24个月",
        "质保两年",
        "two years of warranty",
        "a 24-month warranty",
        "负载 20 kg",
        "负载20公斤",
        "运费:国内包邮到厂。",
        "预付30%,余款发货前付清",
        "百分之三十预付",
        "thirty percent deposit",
        "可开13%增值税发票",
        "13个点的专票",
        "电话:+86 574 0000 0000",
        "邮箱:sales@qiming.example.com",
        "E21 是欠压:① 测电压",
        "见手册第 7 章",
        "周一至周五 8:30–17:30",
        "周一八点半",
        "每天约 65.8 元",
        "20台",
        "20台",
        "٢٠台",
    ]);
}

#[test]
fn the_buyers_own_quantities_dates_and_numbers_may_recur() {
    passes(&[
        "您要的120台我记下了",
        "一百二十台没问题,我请同事核价",
        "for your 120 units",
        "1月5日前需要,我请同事确认",
        "by 5 January",
        "负载15公斤以上的",
        "订单SO-7781我请同事核实",
        "SO7781",
    ]);
}

#[test]
fn honest_wording_without_numbers_passes() {
    passes(&[
        "您好,我看一下,一会儿告诉您。",
        "我们一起商量一些细节,进一步确认。",
        "万一有问题,第一时间处理。",
        "这两款都适合,一般来说看工况。",
        "十分感谢,一定尽快回复。",
        "统一由同事答复您",
        "千万别直接断电",
        "半自动和半成品都有",
        "零件和零部件齐全,零售也可以",
        "三方物流,五金行业,四季如常",
        "唯一要确认的是收货地",
        "一台也可以,一个电话就行",
        "这一款给您一份报价单",
        "二维码和三相电源都支持",
        "一分钱一分货",
        "能做到万无一失",
        "逐一核对,一致无误",
        "一手资料,独一无二",
        "样品不免费",
        "电源半径多半够用",
        "第二步请重启",
        "One of our colleagues will answer you.",
        "I'm sorry, I don't have a sure answer to that one.",
        "Feel free to ask, we offer lead-free and maintenance-free parts.",
        "The first step is to restart; second, check the cable.",
        "Samples are not free.",
        "Which one would you like details of?",
        "We may march on with the design.",
        "Everyone, no one, someone: anyone can ask.",
        "one unit is enough to start",
        "often, weight, height, tenant and fiveways are words",
        "同事会尽快回复您。",
        "A colleague will answer as soon as possible.",
        "FOB, CIF and EXW; T/T or L/C",
    ]);
}

#[test]
fn unissued_prices_stop_in_every_script_and_spelling() {
    stops(&[
        "¥45,000/台",
        "45000元",
        "4.5万元一台",
        "4万5",
        "四万五",
        "肆万伍仟元",
        "四五零零零",
        "45000",
        "¥４５，０００",
        "٤٥٠٠٠",
        "४५०००元",
        "𝟒𝟓𝟎𝟎𝟎",
        "4\u{200b}5\u{200b}000元",
        "4️⃣5️⃣0️⃣0️⃣0️⃣",
        "㊺",
        "Ⅷ折",
        "½ price",
        "45k",
        "45 k RMB",
        "5w元",
        "forty-five thousand yuan",
        "forty five k",
        "four five zero zero zero",
        "45 thousand",
        "0.045 million",
        "CNY45000",
        "45’000 yuan",
        "USD 48,000",
        "$960,000",
        "48000美元",
        "每台只要20元",
        "单价 120",
        "price: 120",
        "the price is only 30",
        "合计 30",
        "九十五万",
        "一百万",
        "上百万",
        "两块钱",
        "5毛",
        "零元购",
        "0元",
        "百分百满意",
        "48000 or 47999",
    ]);
}

#[test]
fn discounts_and_percents_that_nobody_granted_stop() {
    stops(&[
        "八五折",
        "给您85折",
        "9折",
        "9.5折",
        "九折优惠",
        "半价",
        "打对折,五折",
        "15% off",
        "15%优惠",
        "优惠15个点",
        "让利三成",
        "百分之十五",
        "fifteen percent",
        "15 per cent",
        "half price",
        "half off",
        "13% off",
        "优惠30%",
        "30% discount",
        "5‰",
        "一折",
        "减一成",
        "10 percent cheaper",
    ]);
}

#[test]
fn dates_and_durations_that_nobody_issued_stop() {
    stops(&[
        "明天发货",
        "下周三到货",
        "20天交货",
        "两周内",
        "一周内发货",
        "一个月交货",
        "半年质保",
        "质保三年",
        "质保36个月",
        "two weeks",
        "within a week or 7 days",
        "30个工作日",
        "thirty working days",
        "2026年12月20日",
        "12月24日",
        "24 December",
        "Dec 2027",
        "by November",
        "十二月二十日",
        "20号发货",
        "overnight delivery",
        "by tomorrow",
        "24小时内",
        "2小时",
        "十分钟",
        "半天",
        "one day",
        "一天",
        "Sunday",
        "周日",
        "月底前",
        "9:00",
        "九点半",
    ]);
}

#[test]
fn links_codes_and_gifts_that_nobody_issued_stop() {
    stops(&[
        "https://evil.example/x",
        "www.evil.com",
        "evil.com/pay",
        "点击evil.cn领取",
        "例子.公司",
        "hacker@evil.com",
        "call +1 555 010 9999",
        "13800138000",
        "0574-88888888",
        "6222 0000 0000 0001",
        "P002也合适",
        "QM-R50",
        "IP69K",
        "ISO 9001认证",
        "加微信 abc12345",
        "免费安装",
        "免费送您",
        "买一送一",
        "赠送夹爪",
        "free of charge",
        "it's free",
        "complimentary gripper",
        "at no cost",
        "免单",
        "免息",
        "free installation",
        "100台以上",
        "50 units",
        "a dozen",
        "负载25kg",
        "25 公斤",
        "payload 25 kg",
        "48O00元",
    ]);
}

#[test]
fn the_span_names_the_place_in_the_text() {
    let text = "单价¥47,000/台,合计";
    let found = check(text, &facts(), &buyer(), &requirement()).expect_err("nobody issued it");
    assert_eq!(found.len(), 1);
    assert_eq!((&text[found[0].span.clone()], found[0].text.as_str()), ("47,000", "47,000"));
}

#[test]
fn a_script_licenses_no_number() {
    let script = FactBody::Script { id: "s".into(), text: "每天不到140元".into() };
    let facts = [Fact::new(script, "script:s@r1")];
    assert!(check("每天不到140元", &facts, &Understanding::default(), &Requirement::default()).is_err());
}

#[test]
fn a_concession_is_a_discount_and_a_price() {
    let unit_price = UnitPrice::parse("47040", Currency::CNY, "台").expect("a price");
    let total = Money::parse("940800", Currency::CNY).expect("an amount");
    let body =
        FactBody::Concession { product: "P001".into(), percent_off: Thousandths(2_000), unit_price, total };
    let facts = [Fact::new(body, "authority:assistant@r1")];
    let said = |text| check(text, &facts, &Understanding::default(), &Requirement::default()).is_ok();
    assert!(said("优惠2%:¥47,040/台,合计¥940,800"));
    assert!(said("2% off"));
    assert!(said("九八折"));
    assert!(!said("优惠3%"));
}

#[test]
fn no_text_panics_or_hangs() {
    let many =
        ["9".repeat(5_000), "万".repeat(5_000), "一".repeat(5_000), "1,".repeat(3_000), "a1-".repeat(2_000)];
    for text in many.iter().map(String::as_str).chain([
        "百分之",
        "第",
        "½⅓",
        "半",
        ".5",
        "+",
        "1.",
        "-",
        "周",
        "https://",
        "@",
        "{",
        "\u{1f51f}",
    ]) {
        let _ = check(text, &facts(), &buyer(), &requirement());
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_checked_without_panic(text in "\\PC{0,40}") {
        let _ = unissued(&text);
    }

    #[test]
    fn no_price_but_the_issued_ones_passes(price in 1_u32..5_000_000) {
        let issued = [48_000, 960_000];
        let grouped = crate::reply::format::number(&price.to_string());
        for text in [format!("¥{grouped}"), format!("{price}元"), format!("CNY {grouped}"), format!("单价{price}")] {
            proptest::prop_assert_eq!(unissued(&text).is_empty(), issued.contains(&price), "{}", text);
        }
    }
}

#[test]
fn a_number_in_the_only_products_name_is_no_price_of_it() {
    let of = |id: &str, name: &str, text: &str| {
        let body = FactBody::Product { product: id.into(), name: name.into() };
        let facts = [Fact::new(body, "test")];
        check(text, &facts, &Understanding::default(), &Requirement::default()).is_ok()
    };
    assert!(of("P001", "six-axis robot", "To quote six-axis robot (P001) exactly I need the quantity."));
    assert!(of("P001", "six-axis robot", "How do you find our price for six-axis robot?"));
    assert!(!of("P001", "six-axis robot", "The price is six."));
    assert!(!of("P001", "six-axis robot", "Our price is six thousand for six-axis robot."));
    // A product that is called by a number.
    assert!(!of("5000", "5000", "The price is 5000."));
}
