use domain::{
    decimal,
    negotiation::{Parameter, Terms},
    turn::ReplyKind,
};

use crate::turn::{TakenTurn, scene::Scene};

fn shop(authority: &str) -> String {
    format!(
        "shop: {{name: 甬启自动化}}\nproducts:\n\
         - {{id: P001, name: 六轴机器人, price: 50000, unit: 台, tiers: [{{min: 10, price: 48000}}], lead_time_days: 30, cost: 40000, floor_price: 46000}}\n\
         - {{id: P007, name: 工作站, unit: 台}}\n\
         authority: {{{authority}}}\n"
    )
}

/// What is done about a wish that is written with marks: `3% 46560`, `over 5`, `none`.
fn outcome(taken: &TakenTurn) -> String {
    let number = |percent: &Option<domain::quantity::Thousandths>| {
        percent.map_or_else(|| "?".to_owned(), |percent| decimal::format_scaled(percent.0, 3))
    };
    let say = |terms: &Terms| match terms {
        Terms::Discount { percent_off, unit_price } => {
            let price = unit_price
                .as_ref()
                .map_or_else(String::new, |price| format!(" {} {}", price.amount(), price.currency));
            format!("{}%{price}", number(percent_off))
        }
        other => format!("{:?}", other.parameter()),
    };
    let offers = taken.offers.iter().map(|offer| {
        let condition =
            offer.condition.as_ref().map_or_else(String::new, |condition| format!(" if {condition}"));
        let quantity =
            offer.quantity.map_or_else(String::new, |quantity| format!(" for {}", quantity.0 / 1_000));
        format!("{}{quantity}{condition}", say(&offer.terms))
    });
    let approvals = taken.approvals.iter().map(|approval| format!("over {}", say(&approval.asked)));
    let all: Vec<String> = offers.chain(approvals).collect();
    if all.is_empty() { "none".into() } else { all.join(", ") }
}

fn check(text: &str, expected: &str) {
    let mut scene = Scene::of_shop(&shop("assistant: {max_discount_percent: 3}"));
    scene.worded = true;
    let taken = scene.say("price_negotiation", &format!("[P001](product:P001)[20台](quantity:20台){text}"));
    assert_eq!(outcome(&taken), expected, "{text}");
}

#[test]
fn a_wish_is_granted_within_the_authority_and_not_a_hair_beyond() {
    let percent =
        |off: &str, expected: &str| check(&format!(r#"[让点](percent:{{"percent_off":{off}}})"#), expected);
    percent("2", "2% 47040 CNY for 20");
    percent("3", "3% 46560 CNY for 20");
    percent("3.001", "over 3.001% 46559.52 CNY");
    percent("15", "over 15% 40800 CNY");
    percent("0", "none");
    let amount = |text: &str, expected: &str| {
        check(&format!(r#"[价](money:{{"amount":"{text}","currency":null}})"#), expected);
    };
    amount("47000", "2.084% 47000 CNY for 20");
    amount("46560", "3% 46560 CNY for 20");
    amount("46559.99", "over 3.001% 46559.99 CNY");
    amount("950000", "1.042% 47500 CNY for 20");
    amount("48000", "none");
    amount("1", "over 99.998% 1 CNY");
    amount("0", "over ?%");
    let money = |minor: i64, currency: &str, role: &str, expected: &str| {
        check(
            &format!(r#"[价](money:{{"minor":{minor},"currency":"{currency}","role":"{role}"}})"#),
            expected,
        );
    };
    money(4_700_000, "CNY", "target_price", "2.084% 47000 CNY for 20");
    money(700_000, "USD", "target_price", "over ?% 7000 USD");
    money(100, "CNY", "budget", "none");
}

#[test]
fn a_floor_stands_below_every_limit() {
    let mut scene = Scene::of_shop(&shop("assistant: {max_discount_percent: 30}"));
    scene.worded = true;
    let at = scene.say(
        "price_negotiation",
        r#"[P001](product:P001)[20台](quantity:20台)[价](money:{"amount":"46000","currency":null})"#,
    );
    assert_eq!(outcome(&at), "4.167% 46000 CNY for 20");
    let below = scene.say("price_negotiation", r#"[价](money:{"amount":"45999","currency":null})"#);
    assert_eq!(outcome(&below), "over 4.169% 45999 CNY");
}

#[test]
fn a_target_price_in_an_order_is_a_wish_too() {
    let mut scene = Scene::of_shop(&shop("assistant: {max_discount_percent: 3}"));
    let taken = scene.say(
        "purchase",
        r#"[P001](product:P001)[20台](quantity:20台)[4万](money:{"amount":"40000","currency":null,"role":"target_price"})一台就下单"#,
    );
    assert_eq!(taken.approvals.len(), 1);
    // A plain question of price is none.
    let mut scene = Scene::of_shop(&shop("assistant: {max_discount_percent: 3}"));
    let asked = scene.say("price_inquiry", "[P001](product:P001)[20台](quantity:20台)多少钱");
    assert!(asked.approvals.is_empty() && asked.offers.is_empty());
}

const POLICY: &str = "assistant: {max_discount_percent: 4}, concessions: {when: order_amount > 100000, steps: [1, 2, 9], \
     give_to_get: [{quantity_more_percent: 20, percent: 3}, {prepayment: true, percent: 3.5}, {days_later: 10, percent: 4}, {prepayment: true, percent: 5}]}";

#[test]
fn concessions_come_step_by_step_and_then_for_something_in_return() {
    let mut scene = Scene::of_shop(&shop(POLICY));
    scene.worded = true;
    let mut said = Vec::new();
    for text in [
        "[P001](product:P001)[20台](quantity:20台)能便宜点吗",
        "再便宜点",
        "再让点",
        "还能少吗",
        "最后问一次",
        "再降点",
    ] {
        let taken = scene.say("price_negotiation", text);
        assert_ne!(taken.turn.reply.kind, ReplyKind::Handoff);
        assert!(taken.turn.reply.withheld.is_empty(), "{:?}", taken.turn.reply.withheld);
        said.push((outcome(&taken), taken.turn.reply.text.clone()));
    }
    let outcomes: Vec<&str> = said.iter().map(|(outcome, _)| outcome.as_str()).collect();
    // 9 % lies beyond the limit of 4 %, and 5 % too: they are never given.
    assert_eq!(
        outcomes,
        [
            "1% 47520 CNY for 20",
            "2% 47040 CNY for 20",
            "3% 46560 CNY for 24",
            "3.5% 46320 CNY for 20 if prepayment",
            "4% 46080 CNY for 20 if later_delivery",
            "none",
        ]
    );
    assert!(said[0].1.contains("¥47,520/台"), "{}", said[0].1);
    assert!(said[2].1.contains("24台") && said[2].1.contains("¥46,560/台"), "{}", said[2].1);
    assert!(said[3].1.contains("全款预付的话可以优惠3.5%"), "{}", said[3].1);
    assert!(said[4].1.contains("交期放宽到40天"), "{}", said[4].1);
}

#[test]
fn a_policy_holds_only_where_its_condition_does() {
    let mut scene = Scene::of_shop(&shop(POLICY));
    let small = scene.say("price_negotiation", "[P001](product:P001)[1台](quantity:1台)能便宜点吗");
    assert_eq!(small.offers, []);
    let unpriced = scene.say("price_negotiation", "[P007](product:P007)[9台](quantity:9台)能便宜点吗");
    assert_eq!(unpriced.offers, []);
}

#[test]
fn a_floor_takes_steps_out() {
    let policy = "assistant: {max_discount_percent: 20}, concessions: {steps: [4, 5, 10]}";
    let mut scene = Scene::of_shop(&shop(policy));
    scene.worded = true;
    let first = scene.say("price_negotiation", "[P001](product:P001)[20台](quantity:20台)能便宜点吗");
    assert_eq!(outcome(&first), "4% 46080 CNY for 20");
    let second = scene.say("price_negotiation", "再便宜点");
    assert_eq!(outcome(&second), "none", "46,000 is the floor");
}

#[test]
fn who_asked_and_who_offered_stands_in_the_memory() {
    let mut scene = Scene::of_shop(&shop("assistant: {max_discount_percent: 3}"));
    scene.worded = true;
    scene.say(
        "price_negotiation",
        r#"[P001](product:P001)[20台](quantity:20台)[让2个点](percent:{"percent_off":2})"#,
    );
    scene.say("price_negotiation", r#"[九折](percent:{"percent_off":10})"#);
    let negotiation = &scene.conversation.memory.negotiation;
    let moves: Vec<_> = negotiation
        .moves
        .iter()
        .map(|made| (made.by.name(), made.terms.parameter(), made.evidence.is_some()))
        .collect();
    let discount = Parameter::Discount;
    assert_eq!(moves, [("buyer", discount, true), ("assistant", discount, true), ("buyer", discount, true)]);
    assert_eq!(negotiation.approvals.len(), 1);
    assert!(negotiation.has_pending());
}
