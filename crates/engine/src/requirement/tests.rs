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
fn scales_samples_and_after_sales_are_no_deal() {
    one("我们每年采购[200台](quantity:200台)，[P001](product:P001)多少钱", &["P001"]);
    let p001 = ("price_inquiry", "[P001](product:P001) [20台](quantity:20台)");
    check(&[p001, ("sample_request", "样品先寄[2台](quantity:2台)")], &["P001 20台"]);
    check(&[p001, ("price_inquiry", "每年大概采购[200台](quantity:200台)")], &["P001 20台"]);
    check(&[p001, ("order_change", "订单改成[30台](quantity:30台)")], &["P001 20台"]);
    check(&[p001, ("complaint", "[P002](product:P002)坏了[3只](quantity:3只)")], &["P001 20台"]);
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
