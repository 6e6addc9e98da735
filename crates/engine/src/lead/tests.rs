use domain::lead::{Lead, LeadStatus};

use crate::turn::scene::Scene;

/// Says one message after another; the score in hundredths after each, 0 without a lead.
fn check(talk: &[&str], expected: &[Option<u32>]) {
    let mut scene = Scene::new();
    let scores: Vec<Option<u32>> = talk
        .iter()
        .map(|intents| scene.say(intents, "[P001](product:P001)呢").lead.map(|lead| lead.score))
        .collect();
    assert_eq!(scores, expected, "{talk:?}");
}

#[test]
fn the_articles_points_add_up() {
    check(&["price_inquiry"], &[Some(20)]);
    check(&["price_inquiry lead_time_inquiry"], &[Some(35)]);
    check(&["quote_request", "price_inquiry"], &[Some(20), Some(20)]);
    check(&["shipping_inquiry"], &[Some(15)]);
    check(&["price_negotiation"], &[Some(25)]);
    check(&["product_inquiry"], &[Some(0)]);
    check(
        &["greeting", "product_inquiry", "price_inquiry", "lead_time_inquiry", "price_negotiation"],
        &[None, Some(0), Some(20), Some(35), Some(80)],
    );
}

#[test]
fn talk_that_is_no_interest_opens_no_lead() {
    for intents in [
        "greeting",
        "farewell",
        "order_status",
        "complaint",
        "technical_support",
        "return_refund",
        "payment_notice",
        "out_of_scope",
        "unsubscribe",
        "human_request",
    ] {
        check(&[intents, intents, intents, intents, intents, intents], &[None; 6]);
    }
    check(&["solicitation", "solicitation price_inquiry"], &[None, None]);
    check(&["price_inquiry", "order_status"], &[Some(20), Some(20)]);
    let four = ["price_inquiry", "greeting", "order_status", "greeting", "farewell"];
    check(&four, &[Some(20), Some(20), Some(20), Some(20), Some(40)]);
}

#[test]
fn a_fault_report_opens_no_lead_whatever_it_asks_beside() {
    check(&["technical_support product_inquiry"], &[None]);
    check(&["spec_inquiry technical_support", "lead_time_inquiry complaint"], &[None, None]);
    check(&["return_refund shipping_inquiry"], &[None]);
    // Who also asks what a new one costs may buy, and a lead that is there goes on.
    check(&["technical_support price_inquiry"], &[Some(20)]);
    check(&["price_inquiry", "technical_support lead_time_inquiry"], &[Some(20), Some(35)]);
}

#[test]
fn asking_for_an_order_is_not_asking_for_delivery() {
    check(&["price_inquiry", "order_status"], &[Some(20), Some(20)]);
}

#[test]
fn the_threshold_is_reached_at_its_value_and_told_once() {
    let mut scene = Scene::new();
    let mut reached = Vec::new();
    for intents in
        ["price_inquiry", "lead_time_inquiry", "price_negotiation", "greeting", "greeting", "greeting"]
    {
        let taken = scene.say(intents, "[P001](product:P001)呢");
        reached.push(taken.lead_reached_threshold);
        assert_eq!(taken.lead.map(|lead| lead.notified_at.is_some()), Some(reached.contains(&true)));
    }
    assert_eq!(reached, [false, false, false, false, true, false]);
}

#[test]
fn every_signal_names_its_message() {
    let mut scene = Scene::new();
    let taken = scene.say_all(
        "greeting price_inquiry price_negotiation",
        &["你好", "[P001](product:P001)多少钱", "能便宜吗", "在吗", "?"],
    );
    let lead = taken.lead.expect("a lead");
    let evidence = |name: &str| {
        let signal = lead.signals.iter().find(|signal| signal.name == name).expect("the signal");
        taken.turn.message_ids.iter().position(|id| *id == signal.evidence).expect("a message of the turn")
    };
    assert_eq!((evidence("asked_price"), evidence("asked_discount"), evidence("five_messages")), (1, 3, 4));
    assert_eq!(lead.score, 65);
}

#[test]
fn a_lead_tells_who_wants_what_and_whose_it_is() {
    let mut scene = Scene::new();
    scene.contact.name = Some("王工".into());
    scene.contact.company_name = Some("宁波某某汽配".into());
    let taken = scene.say(
        "price_inquiry",
        "我们每年采购[200台](quantity:200台)，这次[P001](product:P001)要[20台](quantity:20台)多少钱",
    );
    let lead = taken.lead.expect("a lead");
    assert_eq!(
        lead.summary,
        "宁波某某汽配 王工（新客户）；行业：汽车零部件；采购规模：每年200台；需求：P001 六轴工业机器人 ×20台"
    );
    assert_eq!(lead.assigned_to.as_deref(), Some("陈晓"));
}

#[test]
fn an_earlier_conversations_lead_goes_on_and_a_closed_one_does_not() {
    let mut scene = Scene::new();
    let first = scene.say("price_inquiry", "[P001](product:P001)多少钱").lead.expect("a lead");
    scene.conversation.memory = domain::conversation::Memory::default();
    scene.conversation.opened_at = scene.now.plus_hours(100);
    let lead = scene.say("lead_time_inquiry", "交期呢").lead.expect("a lead");
    assert_eq!((lead.id, lead.score), (first.id, 35));
    scene.lead = Some(Lead { status: LeadStatus::Lost, ..lead });
    let lead = scene.say("price_inquiry", "多少钱").lead.expect("a new one");
    assert_ne!(lead.id, first.id);
}
