use domain::fact::Fact;

use crate::reply::talk::{Talk, types};

/// The facts of one message in the demo shop: their types in order.
#[track_caller]
fn check(intents: &str, message: &str, expected: &[&str]) {
    let mut found = types(&Talk::in_demo().say(intents, message).facts);
    found.retain(|name| name != "script");
    assert_eq!(found, expected, "{intents}: {message}");
}

fn json(facts: &[Fact]) -> Vec<serde_json::Value> {
    facts.iter().map(|fact| serde_json::to_value(fact).expect("serialises")).collect()
}

fn of_type(facts: &[Fact], name: &str) -> serde_json::Value {
    json(facts).into_iter().find(|fact| fact["type"] == name).unwrap_or_else(|| panic!("no {name} fact"))
}

#[test]
fn a_price_question_with_quantity_gets_the_five_facts() {
    let five = ["product", "price", "lead_time", "freight", "payment"];
    check("price_inquiry", "[P001](product:P001)[20台](quantity:20台)多少钱", &five);
    check(
        "price_inquiry lead_time_inquiry",
        "[P001](product:P001)[20台](quantity:20台)多少钱?交期多久",
        &five,
    );
    let with_hint = ["product", "price", "tier_hint", "lead_time", "freight", "payment"];
    check("price_inquiry", "[P001](product:P001)[45台](quantity:45台)多少钱", &with_hint);
}

#[test]
fn facts_have_the_contracts_form() {
    let facts = Talk::in_demo().say("price_inquiry", "[P001](product:P001)[20台](quantity:20台)多少钱").facts;
    let mut price = serde_json::to_value(&facts[1]).expect("serialises");
    let derivation = price.as_object_mut().and_then(|price| price.remove("derivation"));
    assert_eq!(
        price,
        serde_json::json!({
            "type": "price", "product": "P001", "quantity": 20,
            "unit_price": {"amount": "48000", "currency": "CNY", "per": "台"},
            "total": {"minor": 96_000_000, "currency": "CNY"}, "tax": "included", "source": "price_list:default@r3",
        })
    );
    assert_eq!(
        derivation,
        Some(serde_json::json!({
            "list": "default", "revision": 3, "tier": 10,
            "steps": [
                {"step": "list", "by": "default", "unit_price": {"amount": "50000", "currency": "CNY", "per": "台"}},
                {"step": "tier", "by": "10", "unit_price": {"amount": "48000", "currency": "CNY", "per": "台"}},
                {"step": "goods", "amount": {"minor": 96_000_000, "currency": "CNY"}},
            ],
        }))
    );
    assert_eq!(
        serde_json::to_string(&facts[2]).expect("serialises"),
        r#"{"type":"lead_time","product":"P001","quantity":20,"days":30,"basis":"calendar","from":"order","source":"products@r3"}"#
    );
}

#[test]
fn every_intent_is_answered_by_its_own_facts() {
    check("moq_inquiry", "[P001](product:P001)起订量", &["product", "moq"]);
    check("stock_inquiry", "[P001](product:P001)有现货吗", &["product", "stock"]);
    check("lead_time_inquiry", "[P001](product:P001)交期", &["product", "lead_time"]);
    check("packing_inquiry", "[P001](product:P001)怎么装箱", &["product", "packing"]);
    check("sample_request", "[P001](product:P001)能打样吗", &["product", "sample"]);
    check("spec_inquiry", "[P001](product:P001)臂展多少", &["product", "spec"]);
    check("order_status", "我的订单呢", &[]);
    check("unsubscribe price_inquiry", "[P001](product:P001)多少钱,别推销了", &[]);
}

#[test]
fn all_intents_of_a_message_are_answered() {
    let facts =
        ["product", "price", "tier_hint", "moq", "stock", "lead_time", "sample", "freight", "payment"];
    check(
        "price_inquiry stock_inquiry sample_request moq_inquiry",
        "[P001](product:P001)[45台](quantity:45台)多少钱,有现货吗,能打样吗,起订多少",
        &facts,
    );
}

#[test]
fn without_a_quantity_there_is_one_price_for_each_tier() {
    let facts = Talk::in_demo().say("price_inquiry", "[P001](product:P001)多少钱").facts;
    let prices: Vec<_> = json(&facts).into_iter().filter(|fact| fact["type"] == "price").collect();
    let quantities: Vec<_> = prices.iter().map(|price| price["quantity"].clone()).collect();
    assert_eq!(quantities, [1, 10, 50]);
}

#[test]
fn the_product_spoken_of_last_is_meant_where_none_is_named() {
    let mut talk = Talk::in_demo();
    talk.say("price_inquiry", "[P001](product:P001)[20台](quantity:20台)多少钱");
    let facts = talk.say("lead_time_inquiry", "那交期呢").facts;
    assert_eq!(of_type(&facts, "lead_time")["days"], 30);
}

#[test]
fn a_product_on_request_has_no_price() {
    let mut talk = Talk::in_demo();
    let id =
        talk.scene.knowledge.products.iter().find(|product| product.price.is_none()).expect("one on request");
    let message = format!("[这个](product:{})[2台](quantity:2台)多少钱", id.id);
    assert!(!types(&talk.say("price_inquiry", &message).facts).contains(&"price".to_owned()));
}

#[test]
fn a_date_is_given_where_one_is_asked_and_skips_closures() {
    let date = |now: &str, message: &str| {
        let mut talk = Talk::in_demo();
        talk.scene.now = domain::Timestamp::parse(now).expect("a time");
        of_type(&talk.say("lead_time_inquiry", message).facts, "lead_time")["date"].clone()
    };
    let asked = "[P001](product:P001)[20台](quantity:20台)什么时候能发货";
    assert_eq!(date("2026-11-23T02:00:00Z", asked), "2026-12-23");
    // The shop rests from 30 January to 21 February.
    assert_eq!(date("2027-01-20T02:00:00Z", asked), "2027-03-14");
    // National Day, 1 to 7 October; the Sunday worked in exchange, 26 September, is a day like any other.
    assert_eq!(date("2027-09-20T02:00:00Z", asked), "2027-10-27");
    let plain = "[P001](product:P001)[20台](quantity:20台)交期多少天";
    assert_eq!(date("2026-11-23T02:00:00Z", plain), serde_json::Value::Null);
}

#[test]
fn working_days_skip_weekends_and_closures_but_count_the_days_worked_in_exchange() {
    const SHOP: &str = "
calendar:
  closed:
  - {from: 2027-02-05, to: 2027-02-11, reason: 春节}
  - {from: 2027-10-01, to: 2027-10-07, reason: 国庆}
  extra_workdays: [2027-01-31, 2027-02-13, 2027-09-26, 2027-10-09]
products:
- {id: A1, name: 阀, price: 10, lead_time_days: 5, lead_time_basis: working, lead_time_from: deposit}
";
    let date = |now: &str| {
        let mut talk = Talk::in_shop(crate::reply::talk::shop(&[("shop.yaml", SHOP)]));
        talk.scene.now = domain::Timestamp::parse(now).expect("a time");
        let facts = talk.say("lead_time_inquiry", "[A1](product:A1)什么时候能发货").facts;
        let fact = of_type(&facts, "lead_time");
        assert_eq!((fact["basis"].as_str(), fact["from"].as_str()), (Some("working"), Some("deposit")));
        fact["date"].as_str().map(str::to_owned).expect("a date")
    };
    // Friday 29 January: the Sunday is worked, the Saturday is not.
    assert_eq!(date("2027-01-29T02:00:00Z"), "2027-02-04");
    // Wednesday before 春节: Thursday, then from Friday 12 February on, with the Saturday worked.
    assert_eq!(date("2027-02-03T02:00:00Z"), "2027-02-16");
    // Wednesday before 国庆: Thursday, Friday 8 October, the Saturday worked, then Monday and Tuesday.
    assert_eq!(date("2027-09-29T02:00:00Z"), "2027-10-12");
    assert_eq!(date("2027-03-01T02:00:00Z"), "2027-03-08");
}

#[test]
fn stock_is_shown_as_the_owner_wants_and_never_when_it_is_old() {
    let stock = |edit: &str| {
        let mut talk = Talk::in_shop(crate::reply::talk::shop(&[(
            "shop.yaml",
            &format!("products: [{{id: A1, name: 阀, price: 10, unit: 只, stock: {edit}}}]"),
        )]));
        let facts = talk.say("stock_inquiry", "[A1](product:A1)有货吗").facts;
        let stock = of_type(&facts, "stock");
        let at_least = json(&facts).into_iter().find(|fact| fact["name"] == "stock_at_least");
        format!(
            "{} {} {}",
            stock["availability"],
            stock["quantity"],
            at_least.map_or("-".into(), |fact| fact["value"].to_string())
        )
    };
    assert_eq!(stock("35"), r#""in_stock" 35 -"#);
    assert_eq!(stock("0"), r#""out_of_stock" null -"#);
    assert_eq!(stock("{quantity: 35, show: range}"), r#""in_stock" null "20""#);
    assert_eq!(stock("{quantity: 3, show: range}"), r#""in_stock" null -"#);
    assert_eq!(stock("{quantity: 35, show: yes_no}"), r#""in_stock" null -"#);
    assert_eq!(stock("{quantity: 35, as_of: 2026-11-23, max_age_hours: 24}"), r#""in_stock" 35 -"#);
    assert_eq!(stock("{quantity: 35, as_of: 2026-11-20, max_age_hours: 24}"), r#""unconfirmed" null -"#);
}

#[test]
fn orders_are_the_buyers_own_or_none() {
    let talk = || {
        let mut talk = Talk::in_demo();
        talk.scene = talk.scene.bought(&[("P001", "2026-10-01")]);
        talk
    };
    let number = talk().scene.orders[0].number.clone();
    let named = format!("[{number}](order_number:{number})到哪了");
    assert_eq!(of_type(&talk().say("order_status", &named).facts, "order")["number"], number.as_str());
    let unknown = talk().say("order_status", "[SO999](order_number:SO999)到哪了").facts;
    assert!(
        !types(&unknown).iter().any(|kind| kind == "order"),
        "an order that is not his is not his to see"
    );
}

#[test]
fn whoever_waits_is_told_when_somebody_answers() {
    let when = |now: &str| {
        let mut talk = Talk::in_demo();
        talk.scene.now = domain::Timestamp::parse(now).expect("a time");
        of_type(&talk.say("human_request", "转人工").facts, "calendar")["text"].clone()
    };
    assert_eq!(when("2026-11-23T02:00:00Z"), "10分钟内");
    assert_eq!(when("2026-11-23T04:30:00Z"), "今天13:00上班后");
    assert_eq!(when("2026-11-23T12:00:00Z"), "明天8:30上班后");
    assert_eq!(when("2026-11-21T12:00:00Z"), "周一8:30上班后");
    assert_eq!(when("2027-01-30T02:00:00Z"), "2月22日8:30上班后");
}

#[test]
fn silence_issues_nothing() {
    let mut talk = Talk::in_demo();
    talk.scene.inbox.autonomy = domain::inbox::Autonomy::Off;
    let reply = talk.say("price_inquiry", "[P001](product:P001)多少钱");
    assert_eq!((reply.facts.len(), reply.text.as_str()), (0, ""));
}

#[test]
fn what_the_knowledge_lacks_is_named() {
    let lacks = |intents: &str, message: &str| Talk::in_demo().lacks(intents, message);
    assert_eq!(lacks("spec_inquiry", "[P001](product:P001)防护等级多少").as_deref(), Some("spec_inquiry"));
    assert_eq!(lacks("spec_inquiry", "[P001](product:P001)臂展多少"), None);
    assert_eq!(lacks("order_status", "[SO999](order_number:SO999)到哪了").as_deref(), Some("order_status"));
    assert_eq!(lacks("price_inquiry stock_inquiry", "[P001](product:P001)多少钱,有货吗"), None);
}
