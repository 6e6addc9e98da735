use crate::turn::scene::Scene;

/// The lines after the last message, `product quantity unit`, the focus last.
fn check(talk: &[(&str, &str)], expected: &[&str]) {
    let mut scene = Scene::new();
    for (intents, text) in talk {
        scene.say(intents, text);
    }
    let lines: Vec<String> = scene
        .contact
        .requirement
        .lines
        .iter()
        .map(|line| match &line.quantity {
            Some(quantity) => {
                let unit = quantity.value.unit.as_deref().unwrap_or_default();
                format!("{} {}{unit}", line.product.value, quantity.value.number())
            }
            None => line.product.value.to_string(),
        })
        .collect();
    assert_eq!(lines, expected, "{talk:?}");
}

fn one(text: &str, expected: &[&str]) {
    check(&[("price_inquiry", text)], expected);
}

#[test]
fn a_quantity_goes_to_the_nearest_product() {
    one("[P001](product:P001) [20台](quantity:20台)多少钱", &["P001 20台"]);
    one(
        "[20台](quantity:20台)[P001](product:P001)和[5只](quantity:5只)[P002](product:P002)",
        &["P001 20台", "P002 5只"],
    );
    one(
        "[P001](product:P001) [20台](quantity:20台)，[P002](product:P002) [5只](quantity:5只)",
        &["P001 20台", "P002 5只"],
    );
    one("[P001](product:P001)和[P002](product:P002)各要[10](quantity:10)", &["P001 10", "P002 10"]);
    one("[P001](product:P001)和[P002](product:P002)差在哪", &["P001", "P002"]);
}

#[test]
fn what_is_spoken_of_last_is_the_focus_and_takes_a_lone_quantity() {
    let p001 = ("price_inquiry", "[P001](product:P001) [20台](quantity:20台)");
    let p002 = ("price_inquiry", "[P002](product:P002)呢");
    check(&[p001, p002], &["P001 20台", "P002"]);
    check(&[p001, p002, ("price_inquiry", "[5只](quantity:5只)呢")], &["P001 20台", "P002 5只"]);
    check(&[p001, ("price_inquiry", "[50台](quantity:50台)呢")], &["P001 50台"]);
    check(&[p001, p002, p001], &["P002", "P001 20台"]);
    check(&[p001, p002, ("price_inquiry", "不要[P002](product:!P002)")], &["P001 20台"]);
    check(&[("price_inquiry", "要[30台](quantity:30台)"), p002], &["P002 30台"]);
    check(&[p001, ("price_inquiry", "[P999](product:?) [7台](quantity:7台)")], &["P001 20台"]);
}

#[test]
fn a_quantity_that_nobody_can_order_replaces_what_was_said_and_is_none() {
    let p001 = ("price_inquiry", "[P001](product:P001) [20台](quantity:20台)");
    one("[P001](product:P001) [0台](quantity:0台)", &["P001"]);
    one("[P001](product:P001) -[5台](quantity:5台)", &["P001"]);
    one("[P001](product:P001) [99999999999999999999台](quantity:?)", &["P001"]);
    check(&[p001, ("price_inquiry", "[0台](quantity:0台)呢")], &["P001"]);
    check(&[p001, ("price_inquiry", "改成-[5台](quantity:5台)")], &["P001"]);
    one("机器人-[5台](quantity:5台) [P001](product:P001)", &["P001 5台"]);
    one(
        "-[20台](quantity:20台)[P001](product:P001)\n-[5只](quantity:5只)[P002](product:P002)",
        &["P001 20台", "P002 5只"],
    );
    check(&[p001, ("price_inquiry", "库存是不是[0台](quantity:0台)")], &["P001 20台"]);
    one(
        "[P001](product:P001) [20台](quantity:20台)，[P002](product:P002) [0只](quantity:0只)",
        &["P001 20台", "P002"],
    );
}

#[test]
fn scales_samples_and_after_sales_are_no_deal() {
    one("我们每年采购[200台](quantity:200台)，[P001](product:P001)多少钱", &["P001"]);
    let p001 = ("price_inquiry", "[P001](product:P001) [20台](quantity:20台)");
    check(&[p001, ("sample_request", "样品先寄[2台](quantity:2台)")], &["P001 20台"]);
    check(&[p001, ("price_inquiry", "每年大概采购[200台](quantity:200台)")], &["P001 20台"]);
    check(&[p001, ("order_change", "订单改成[30台](quantity:30台)")], &["P001 20台"]);
    check(&[p001, ("complaint", "[P002](product:P002)坏了[3只](quantity:3只)")], &["P001 20台"]);
}

#[test]
fn an_answer_to_how_many_of_it_belongs_to_what_was_asked_about() {
    let both = ("price_inquiry", "[P001](product:P001)要[20台](quantity:20台)，[P002](product:P002)也看看");
    let asked = ("price_inquiry", "[P001](product:P001)多少钱");
    check(&[both, asked, ("price_inquiry", "[5只](quantity:5只)")], &["P001 20台", "P002 5只"]);
}

#[test]
fn an_offer_that_is_accepted_becomes_the_focus() {
    let talk = [
        (
            "recommendation_request",
            "不要[P008](product:!P008)和[P007](product:!P007)，[P001](product:P001)配什么",
        ),
        ("affirm", "可以"),
    ];
    check(&talk, &["P001", "P002"]);
}

#[test]
fn destination_wish_and_deadline_are_kept_with_their_message() {
    let mut scene = Scene::new();
    let taken = scene.say(
        "price_negotiation",
        r#"[P001](product:P001)到[汉堡](destination)，[45000](money:{"amount":"45000","currency":null})行不行，[月底](date:2026-11-30)要"#,
    );
    let requirement = taken.contact.requirement;
    let message = taken.turn.message_ids[0];
    assert_eq!(
        requirement.destination.map(|slot| (slot.value, slot.evidence)),
        Some(("汉堡".into(), message))
    );
    assert_eq!(requirement.target_price.map(|slot| slot.value.minor), Some(4_500_000));
    assert_eq!(requirement.deadline.map(|slot| slot.value), Some("2026-11-30".into()));
    let taken = scene.say("price_inquiry", "[去年](date:2025-11-01)买过");
    assert_eq!(taken.contact.requirement.deadline.map(|slot| slot.value), Some("2026-11-30".into()));
}

#[test]
fn a_deadline_is_a_day_at_the_shop_that_is_not_over() {
    let deadline = |now: &str| {
        let mut scene = Scene::new();
        scene.now = domain::Timestamp::parse(now).expect("a time");
        let taken = scene.say("price_inquiry", "[P001](product:P001)[今天](date:2026-11-23)要");
        taken.contact.requirement.deadline.map(|slot| slot.value)
    };
    assert_eq!(deadline("2026-11-23T15:00:00Z").as_deref(), Some("2026-11-23"), "23:00 in Shanghai");
    assert_eq!(deadline("2026-11-23T17:00:00Z"), None, "the 24th in Shanghai");
}

#[test]
fn the_amount_is_the_list_price_of_what_is_known() {
    let check = |text: &str, expected: Option<i64>| {
        let mut scene = Scene::new();
        scene.say("price_inquiry", text);
        let amount = super::order_amount(
            &crate::pricing::Terms::plain(&scene.knowledge, scene.now),
            &scene.contact.requirement,
        );
        assert_eq!(amount.map(|amount| amount.minor), expected, "{text}");
    };
    check("[P001](product:P001) [20台](quantity:20台)", Some(96_000_000));
    check("[P001](product:P001) [5箱](quantity:5箱)", Some(96_000_000));
    check(
        "[P001](product:P001) [2台](quantity:2台)，[P002](product:P002) [1只](quantity:1只)",
        Some(10_680_000),
    );
    check("[P001](product:P001)", None);
    check("[P007](product:P007) [2台](quantity:2台)", None);
}

#[test]
fn what_the_buyer_corrects_replaces_what_he_said_before() {
    let p001 = ("price_inquiry", "[P001](product:P001) [20台](quantity:20台)");
    let then = |text, expected: &[&str]| check(&[p001, ("price_inquiry", text)], expected);
    then("not [20](quantity:20), [30 pcs](quantity:30pcs)", &["P001 30pcs"]);
    then("不是[20台](quantity:20台)，是[30台](quantity:30台)", &["P001 30台"]);
    then("[P001](product:P001)从[20台](quantity:20台)改成[30台](quantity:30台)", &["P001 30台"]);
    then("[20台](quantity:20台)太多了，先要[5台](quantity:5台)", &["P001 5台"]);
    then("再加[10台](quantity:10台)", &["P001 30台"]);
    then("换成[P008](product:P008)", &["P008 20台"]);
    then("[P001](product:P001)换成[P008](product:P008)", &["P008 20台"]);
    then("replace [P001](product:P001) with [P008](product:P008)", &["P008 20台"]);
    then("换成[P008](product:P008) [3台](quantity:3台)", &["P008 3台"]);
    then("都不要了，给我看[P008](product:P008)", &["P008"]);
    let both = (
        "price_inquiry",
        "[P001](product:P001) [20台](quantity:20台)，[P002](product:P002) [5只](quantity:5只)",
    );
    check(&[both, ("price_inquiry", "只要[P002](product:P002)")], &["P002 5只"]);
    check(
        &[both, ("price_inquiry", "[P002](product:P002)换成[P003](product:P003)")],
        &["P001 20台", "P003 5只"],
    );
    one(
        "[P001](product:P001)和[P002](product:P002)分别[20](quantity:20)和[5](quantity:5)",
        &["P001 20", "P002 5"],
    );
}

/// The other slots after the talk, as `name value`.
#[track_caller]
fn slots(talk: &[(&str, &str)], expected: &[&str]) {
    let mut scene = Scene::new();
    for (intents, text) in talk {
        scene.say(intents, text);
    }
    let requirement = &scene.contact.requirement;
    let text =
        |slot: &Option<domain::requirement::Slot<String>>| slot.as_ref().map(|slot| slot.value.clone());
    let mut found: Vec<String> = [
        ("destination", text(&requirement.destination)),
        ("incoterm", text(&requirement.incoterm)),
        ("port", text(&requirement.port)),
        ("payment", text(&requirement.payment)),
        ("invoice", text(&requirement.invoice_type)),
        ("packing", text(&requirement.packing)),
        ("sample", requirement.sample_first.as_ref().map(|slot| slot.value.to_string())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name} {}", value?)))
    .collect();
    found.extend(requirement.specifications.iter().map(|slot| {
        let wanted = &slot.value;
        let number = domain::decimal::format_scaled(wanted.number.0, 3);
        format!("{} {} {number} {}", wanted.attribute, wanted.comparator.sign(), wanted.unit)
    }));
    assert_eq!(found, expected, "{talk:?}");
}

#[test]
fn place_and_incoterm_are_told_apart() {
    let price = |text| [("price_inquiry", text)];
    slots(
        &price("[CIF](incoterm:CIF)[汉堡](port)多少钱"),
        &["destination 汉堡", "incoterm CIF", "port 汉堡"],
    );
    slots(&price("[FOB](incoterm:FOB) [Ningbo](port)"), &["incoterm FOB", "port Ningbo"]);
    slots(
        &price("[FOB](incoterm:FOB) [Ningbo](port), ship to [Poland](destination)"),
        &["destination Poland", "incoterm FOB", "port Ningbo"],
    );
    slots(&price("到[苏州](destination)"), &["destination 苏州"]);
    slots(&price("我们在[苏州](region)"), &[]);
    slots(
        &[
            ("price_inquiry", "[FOB](incoterm:FOB) [Ningbo](port)"),
            ("price_inquiry", "[CIF](incoterm:CIF) [Hamburg](port)"),
        ],
        &["destination Hamburg", "incoterm CIF", "port Hamburg"],
    );
}

#[test]
fn a_region_answers_where_the_goods_shall_go() {
    let asked = ("price_inquiry", "[P001](product:P001)多少钱");
    slots(&[asked, ("out_of_scope", "[20台](quantity:20台)，[苏州](region)")], &["destination 苏州"]);
}

#[test]
fn payment_invoice_packing_sample_and_properties_have_slots() {
    let price = |text| [("price_inquiry", text)];
    slots(
        &price(r#"[30%定金](payment_term:{"deposit_percent":30})，要[专票](invoice_type:special)，木箱包装"#),
        &["payment 30%定金", "invoice special", "packing 木箱"],
    );
    slots(&[("sample_request", "算了先要样品")], &["sample true"]);
    slots(&[("sample_request", "先寄样品"), ("purchase", "样品不用了，直接下单")], &["sample false"]);
    slots(&[("sample_request", "样品多少钱")], &[]);
    let payload = r#"{"attribute":"payload","comparator":">=","number":20,"unit":"kg"}"#;
    let wished = format!("要[负载20公斤以上](spec:{payload})的");
    slots(&[("product_inquiry", wished.as_str())], &["payload >= 20 kg"]);
    let asked = format!("[P001](product:P001)[负载20公斤以上](spec:{payload})吗");
    slots(&[("spec_inquiry", asked.as_str())], &[]);
}

#[test]
fn a_deal_at_home_needs_less_than_one_abroad() {
    let check = |text: &str, expected: &[&str]| {
        let mut scene = Scene::new();
        scene.say("price_inquiry", text);
        let needs = super::needs(&scene.knowledge, &scene.contact.requirement);
        let names: Vec<&str> = needs.required.iter().map(|need| need.name()).collect();
        assert_eq!(names, expected, "{text}");
    };
    check("你好", &["product", "quantity", "destination", "payment"]);
    check("[20台](quantity:20台)", &["product", "destination", "payment"]);
    check("[P001](product:P001)", &["quantity", "destination", "payment"]);
    check("[P001](product:P001) [20台](quantity:20台)到[苏州](destination)", &["payment"]);
    check("[P001](product:P001) [20台](quantity:20台) to [Hamburg](destination)", &["incoterm", "payment"]);
    check("[P001](product:P001) [20台](quantity:20台) [CIF](incoterm:CIF) [Hamburg](port)", &["payment"]);
    check(
        "[P001](product:P001) [20台](quantity:20台) [FOB](incoterm:FOB) [Ningbo](port)",
        &["destination", "payment"],
    );
    check(
        "[P001](product:P001) [20台](quantity:20台)和[P002](product:P002)到[苏州](destination)",
        &["quantity", "payment"],
    );
    check(
        r#"[P001](product:P001) [20台](quantity:20台)到[苏州](destination)，[月结](payment_term:{"balance":"monthly"})"#,
        &[],
    );
}

#[test]
fn a_pasted_table_becomes_lines_and_what_fits_none_is_kept_with_candidates() {
    let table = "请报价\n型号\t数量\nP001\t20台\n电动夹爪 P002\t5\nP0O8\t3\n没有的东西\t1";
    check(&[("out_of_scope", table)], &["P001 20台", "P002 5"]);
    let mut scene = Scene::new();
    let taken = scene.say("out_of_scope", table);
    assert_eq!(taken.turn.strategy.name, "quote");
    let open: Vec<String> = scene
        .contact
        .requirement
        .unmatched
        .iter()
        .map(|slot| format!("{} {} {:?}", slot.value.row, slot.value.text, slot.value.candidates))
        .collect();
    assert_eq!(open, [r#"3 P0O8 [ProductId("P008")]"#, "4 没有的东西 []"]);
    assert_eq!(
        scene.conversation.memory.question.as_ref().map(|asked| asked.about.as_str()),
        Some("unmatched")
    );
    scene.say("out_of_scope", "[P008](product:P008)");
    assert_eq!(scene.contact.requirement.unmatched.len(), 1);
    let line = scene.contact.requirement.focus().expect("a line");
    assert_eq!(
        (line.product.value.as_str(), line.quantity.as_ref().map(|slot| slot.value.number())),
        ("P008", Some("3".into()))
    );
    check(&[("out_of_scope", "model,qty\nP001,20\nP002,5\nP001,10")], &["P002 5", "P001 30"]);
}
