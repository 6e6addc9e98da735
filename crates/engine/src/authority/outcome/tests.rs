use domain::{
    approval::{Approval, Decision},
    id::{self, AgentId},
    language::Language,
    money::{Currency, UnitPrice},
    negotiation::Terms,
    quantity::Thousandths,
};

use super::{CannotTell, tell};
use crate::turn::scene::Scene;

const SHOP: &str = r#"
shop: {name: 甬启自动化, payment: "预付50%"}
products:
- {id: P001, name: {zh: 六轴机器人, en: six-axis robot}, price: 50000, unit: 台, moq: 10, lead_time_days: 30, sample: {fee: 200, days: 3}}
"#;

fn asked(scene: &mut Scene, language: Language, intent: &str, text: &str) -> Approval {
    scene.language = language;
    let mut taken = scene.say(intent, text);
    assert_eq!(taken.approvals.len(), 1, "{text} {:?}", taken.turn.strategy);
    taken.approvals.remove(0)
}

/// Words after a decision; `None` approves.
fn check(language: Language, intent: &str, text: &str, counter: Option<Terms>, expected: &str) {
    let mut scene = Scene::of_shop(SHOP);
    let mut approval = asked(&mut scene, language, intent, text);
    let agent = AgentId::from_ulid(id::compose(scene.now, 1));
    let decision = counter.map_or(Decision::Approve, Decision::Counter);
    approval.decide(decision, agent, Some("内部备注 31415".into()), scene.now).expect("it is pending");
    let told = tell(&scene.knowledge, &approval);
    assert_eq!(told.as_ref().map(|told| told.text.as_str()), Ok(expected));
    let source = format!("approval:{}", approval.id);
    assert!(told.is_ok_and(|told| told.facts.iter().all(|fact| fact.source == source)));
}

const PRICE: &str = r#"[P001](product:P001)[20台](quantity:20台)[九折](percent:{"percent_off":10})"#;
const CREDIT: &str =
    r#"[P001](product:P001)[定金20%月结60天](payment_term:{"deposit_percent":20,"net_days":60})"#;
const SAMPLES: &str = "[P001](product:P001) free samples, [2 pcs](quantity:2台) 免费";
const SOON: &str = r#"[P001](product:P001)[20台](quantity:20台)[20天](duration:{"number":20,"unit":"day"})"#;
const FEW: &str = "[P001](product:P001)[5台](quantity:5台)";

#[test]
fn a_buyer_hears_what_was_approved_in_his_language() {
    let (zh, en) = (Language::Zh, Language::En);
    check(
        zh,
        "price_negotiation",
        PRICE,
        None,
        "您要的价格批下来了：六轴机器人（P001），20台，¥45,000/台，合计¥900,000。",
    );
    check(
        en,
        "price_negotiation",
        PRICE,
        None,
        "Your price is approved: six-axis robot (P001), 20 units at CNY 45,000 per unit, CNY 900,000 in all.",
    );
    check(zh, "payment_terms", CREDIT, None, "付款方式批下来了：定金20%、账期60天。");
    check(en, "payment_terms", CREDIT, None, "Your payment terms are approved: 20% deposit, net 60 days.");
    check(zh, "sample_request", SAMPLES, None, "样品批下来了：六轴机器人（P001）免费提供2台。");
    check(
        en,
        "sample_request",
        SAMPLES,
        None,
        "Your samples are approved: 2 units of six-axis robot (P001) free of charge.",
    );
    check(zh, "lead_time_inquiry", SOON, None, "交期批下来了：六轴机器人（P001）20天可以交货。");
    check(
        en,
        "lead_time_inquiry",
        SOON,
        None,
        "Your delivery time is approved: six-axis robot (P001) within 20 days.",
    );
    check(zh, "moq_inquiry", FEW, None, "批下来了：六轴机器人（P001）可以按5台起订。");
    check(
        en,
        "moq_inquiry",
        FEW,
        None,
        "That is approved: you may order six-axis robot (P001) from 5 units.",
    );
}

#[test]
fn a_counter_offer_is_said_as_one() {
    let price = |amount: &str| Terms::Discount {
        percent_off: None,
        unit_price: UnitPrice::parse(amount, Currency::CNY, "台").ok(),
    };
    let (zh, en) = (Language::Zh, Language::En);
    check(
        zh,
        "price_negotiation",
        PRICE,
        Some(price("46500")),
        "请示过了，六轴机器人（P001）可以给到：20台，¥46,500/台，合计¥930,000。您看可以吗？",
    );
    let percent = Terms::Discount { percent_off: Some(Thousandths(4_000)), unit_price: None };
    check(
        en,
        "price_negotiation",
        PRICE,
        Some(percent),
        "I have asked: for six-axis robot (P001) we can do 20 units at CNY 48,000 per unit, CNY 960,000 in all. Would that work for you?",
    );
    let credit = Terms::PaymentTerms { deposit_percent: Some(Thousandths(0)), net_days: Some(15) };
    check(zh, "payment_terms", CREDIT, Some(credit), "请示过了，付款可以按免定金、账期15天来，您看可以吗？");
    check(
        zh,
        "sample_request",
        SAMPLES,
        Some(Terms::FreeSample { count: 1 }),
        "请示过了，六轴机器人（P001）可以免费提供1台样品。",
    );
    check(
        en,
        "lead_time_inquiry",
        SOON,
        Some(Terms::LeadTime { days: 25 }),
        "I have asked: 25 days is the fastest for six-axis robot (P001). Would that work for you?",
    );
    check(
        zh,
        "moq_inquiry",
        FEW,
        Some(Terms::Moq { quantity: Thousandths(8_000) }),
        "请示过了，六轴机器人（P001）可以放宽到8台起订。",
    );
}

#[test]
fn a_refusal_names_no_number_and_no_reason() {
    let mut scene = Scene::of_shop(SHOP);
    let mut approval = asked(&mut scene, Language::Zh, "price_negotiation", PRICE);
    assert_eq!(tell(&scene.knowledge, &approval), Err(CannotTell::Pending));
    let mut late = approval.clone();
    late.expire(scene.now).expect("it is pending");
    assert!(tell(&scene.knowledge, &late).is_ok_and(|told| told.text.starts_with("抱歉让您久等")));
    let agent = AgentId::from_ulid(id::compose(scene.now, 1));
    approval.decide(Decision::Reject, agent, Some("毛利不够".into()), scene.now).expect("it is pending");
    let told = tell(&scene.knowledge, &approval).expect("it can be told");
    assert_eq!((told.text.contains("毛利"), told.facts.len()), (false, 0));
}

#[test]
fn what_cannot_be_stated_is_not_told() {
    let mut scene = Scene::of_shop(SHOP);
    let mut approval = asked(&mut scene, Language::Zh, "price_negotiation", PRICE);
    let agent = AgentId::from_ulid(id::compose(scene.now, 1));
    approval.decide(Decision::Approve, agent, None, scene.now).expect("it is pending");
    approval.product = Some("P404".into());
    assert_eq!(tell(&scene.knowledge, &approval), Err(CannotTell::NotStatable));
    // A shop's own wording that states a number of its own does not leave.
    approval.product = Some("P001".into());
    let faulty = format!("{SHOP}templates: {{approval.price: 给您打8折了}}\n");
    let scene = Scene::of_shop(&faulty);
    assert_eq!(tell(&scene.knowledge, &approval), Err(CannotTell::Withheld("approval.price".into())));
}
