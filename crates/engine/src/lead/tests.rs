use domain::{
    contact::CompanyLink,
    id::{self, ContactId},
    lead::{Lead, LeadStatus},
};

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

#[test]
fn a_colleagues_lead_is_shared_where_both_want_the_same() {
    let check = |link: CompanyLink, product: &str, expected: bool| {
        let mut scene = Scene::new().of_company("宁波某某汽配", link);
        let first = scene.say("price_inquiry", "[P002](product:P002)多少钱").lead.expect("a lead");
        assert_eq!(
            (first.company, first.needs),
            (scene.contact.company.filter(|_| link == CompanyLink::Verified), vec!["gripper".to_owned()])
        );
        // Another contact of the same company.
        let mut colleague = Scene::new().of_company("宁波某某汽配", link);
        colleague.contact.id = ContactId::from_ulid(id::compose(scene.now, 99));
        colleague.contact.company = scene.contact.company;
        // His ids are his own.
        colleague.say("greeting", "你好");
        colleague.lead = scene.lead.clone();
        let lead =
            colleague.say("lead_time_inquiry", &format!("[{product}](product:{product})交期多久")).lead;
        let lead = lead.expect("a lead");
        assert_eq!(lead.id == first.id, expected, "{link:?} {product}");
        assert_eq!(lead.score, if expected { 35 } else { 15 });
    };
    check(CompanyLink::Verified, "P003", true);
    check(CompanyLink::Verified, "P001", false);
    check(CompanyLink::Claimed, "P003", false);
}

#[test]
fn a_new_lead_goes_to_owner_region_and_goods_before_the_intent() {
    const TEAMS: &str = r"
routing:
  owners: {宁波某某汽配: 赵总}
  teams:
  - {id: sales, name: 销售部, members: [陈晓, 林佳怡], intents: [price_inquiry]}
  - {id: robots, name: 机器人组, members: [沈工], intents: [price_inquiry], goods: [industrial_robot]}
  - {id: abroad, name: 外贸部, members: [Kevin, Anna], intents: [price_inquiry], regions: [Germany]}
  - {id: both, name: 欧洲机器人组, members: [Eva], goods: [P001], regions: [Germany]}
";
    let shop = TEAMS.to_owned()
        + "products:\n- {id: P001, name: 机器人, category: industrial_robot, price: 50000}\n- {id: P002, name: 夹爪, category: gripper, price: 100}\n";
    let check = |company: Option<(&str, CompanyLink)>, region: &str, product: &str, expected: &[&str]| {
        let mut scene = Scene::of_shop(&shop);
        if let Some((name, link)) = company {
            scene = scene.of_company(name, link);
        }
        if !region.is_empty() {
            scene.contact.attributes.insert("region".into(), region.into());
        }
        let taken = scene.say("price_inquiry", &format!("[{product}](product:{product})多少钱"));
        assert_eq!(taken.lead_candidates, expected, "{region} {product}");
        assert_eq!(taken.lead.and_then(|lead| lead.assigned_to).as_deref(), expected.first().copied());
        let again = scene.say("price_inquiry", "多少钱");
        assert_eq!(again.lead_candidates, [""; 0], "somebody has it");
    };
    check(None, "", "P002", &["陈晓", "林佳怡"]);
    check(None, "浙江", "P001", &["沈工"]);
    check(None, "Hamburg", "P002", &["Kevin", "Anna"]);
    check(None, "Hamburg", "P001", &["Eva"]);
    check(Some(("宁波某某汽配", CompanyLink::Verified)), "Hamburg", "P001", &["赵总"]);
    check(Some(("宁波某某汽配", CompanyLink::Claimed)), "", "P002", &["陈晓", "林佳怡"]);
}

#[test]
fn the_clock_of_a_hot_lead_runs_in_working_hours_and_the_next_one_gets_it() {
    let mut scene = Scene::with_shop(
        r#"
business_hours: {days: {mon: ["09:00-18:00"], tue: ["09:00-18:00"]}}
leads: {threshold: 0.2, take_up_within_minutes: 120}
"#,
    );
    let lead = scene.say("price_inquiry", "[P001](product:P001)多少钱").lead.expect("a lead");
    // A Sunday: two hours of Monday.
    assert_eq!(lead.due_at.map(|at| at.to_string()).as_deref(), Some("2026-11-23T03:00:00.000Z"));
    let at = lead.due_at.expect("a time");
    let second = crate::routing::pass_lead_on(&scene.knowledge, &lead, at);
    assert_eq!(
        (second.assigned_to.as_deref(), &second.asked[..]),
        (Some("林佳怡"), &["陈晓".to_owned()][..])
    );
    assert_eq!(second.due_at.map(|at| at.to_string()).as_deref(), Some("2026-11-23T05:00:00.000Z"));
    let last = crate::routing::pass_lead_on(&scene.knowledge, &second, at);
    assert_eq!((last.assigned_to.as_deref(), last.due_at), (Some("林佳怡"), None));
    let again = scene.say("price_inquiry", "[P001](product:P001)多少钱").lead.expect("a lead");
    assert_eq!(again.due_at, lead.due_at, "it runs once");
}
