use domain::{
    conversation::Owner,
    inbox::Autonomy,
    language::Language,
    recommendation::{Recommendation, RecommendationKind, Trigger},
};

use crate::{authority::AutonomyRule, turn::scene::Scene};

fn ids(recommendation: Option<&Recommendation>) -> Vec<&str> {
    recommendation
        .map(|found| found.items.iter().map(|item| item.product.as_str()).collect())
        .unwrap_or_default()
}

/// Says one message after another; the trigger of each turn.
fn triggers(scene: &mut Scene, talk: &[(&str, &str)]) -> Vec<Option<Trigger>> {
    talk.iter()
        .map(|(intents, text)| scene.say(intents, text).turn.recommendation.map(|found| found.trigger))
        .collect()
}

const ROBOT: &str = "[P001](product:P001)呢";

#[test]
fn one_topic_for_three_turns_opens_the_moment_from_the_fifth_round_on() {
    let mut scene = Scene::new();
    let talk = [
        ("greeting", "你好"),
        ("greeting", "在吗"),
        ("spec_inquiry", ROBOT),
        ("spec_inquiry", ROBOT),
        ("spec_inquiry", ROBOT),
    ];
    assert_eq!(triggers(&mut scene, &talk), [None, None, None, None, Some(Trigger::SameTopic)]);

    let mut scene = Scene::new();
    let talk = [("spec_inquiry", ROBOT); 5];
    assert_eq!(triggers(&mut scene, &talk), [None, None, None, None, Some(Trigger::SameTopic)]);

    let mut scene = Scene::new();
    let talk = [("company_inquiry", "你们是工厂吗"); 7];
    assert_eq!(triggers(&mut scene, &talk), [None; 7], "no topic never counts");
}

#[test]
fn a_purchase_intent_in_the_last_three_turns_opens_the_moment_too() {
    for intent in ["purchase", "quote_request", "price_negotiation", "sample_request"] {
        let mut scene = Scene::new();
        let talk = [
            ("greeting", "你好"),
            ("company_inquiry", "你们是工厂吗"),
            (intent, ROBOT),
            ("payment_terms", "能月结吗"),
            ("invoice_inquiry", "能开专票吗"),
        ];
        let expected = [None, None, None, None, Some(Trigger::PurchaseIntent)];
        assert_eq!(triggers(&mut scene, &talk), expected, "{intent}");

        let mut scene = Scene::new();
        let talk = [
            ("greeting", "你好"),
            (intent, ROBOT),
            ("company_inquiry", "你们是工厂吗"),
            ("payment_terms", "能月结吗"),
            ("invoice_inquiry", "能开专票吗"),
        ];
        assert_eq!(triggers(&mut scene, &talk), [None; 5], "{intent} four turns ago is too long ago");
    }
}

#[test]
fn who_asks_gets_a_recommendation_in_any_round() {
    let mut scene = Scene::new();
    assert_eq!(triggers(&mut scene, &[("recommendation_request", ROBOT)]), [Some(Trigger::Asked)]);
    let mut scene = Scene::new();
    assert_eq!(
        triggers(&mut scene, &[("price_inquiry recommendation_request", ROBOT)]),
        [Some(Trigger::Asked)]
    );
    let mut scene = Scene::new().bought(&[("P001", "2026-01-01")]);
    assert_eq!(triggers(&mut scene, &[("new_products", "新品呢")]), [Some(Trigger::NewProducts)]);
    let mut scene = Scene::new();
    assert_eq!(triggers(&mut scene, &[("new_products", "新品呢")]), [None], "a new buyer needs the rounds");
}

#[test]
fn nobody_is_offered_anything_at_the_wrong_moment() {
    let ready = || {
        let mut scene = Scene::new();
        triggers(&mut scene, &[("spec_inquiry", ROBOT); 4]);
        scene
    };
    assert_eq!(triggers(&mut ready(), &[("spec_inquiry", ROBOT)]), [Some(Trigger::SameTopic)]);
    assert_eq!(triggers(&mut ready(), &[("price_negotiation", ROBOT)]), [Some(Trigger::SameTopic)]);
    for intents in [
        "complaint",
        "spec_inquiry complaint",
        "return_refund",
        "technical_support",
        "order_change",
        "human_request",
        "unsubscribe",
        "deny",
        "farewell",
        "solicitation",
        "out_of_scope",
    ] {
        let mut scene = ready();
        scene.topic = Some("industrial_robot");
        assert_eq!(triggers(&mut scene, &[(intents, "呢")]), [None], "{intents}");
    }
    let mut waiting = ready();
    waiting.conversation.owner = Owner::Waiting;
    assert_eq!(triggers(&mut waiting, &[("spec_inquiry", ROBOT)]), [None]);
    for (autonomy, expected) in [
        (Autonomy::Off, None),
        (Autonomy::Answer, None),
        (Autonomy::Quote, None),
        (Autonomy::Draft, Some(Trigger::SameTopic)),
    ] {
        let mut scene = ready();
        scene.inbox.autonomy = autonomy;
        assert_eq!(triggers(&mut scene, &[("spec_inquiry", ROBOT)]), [expected], "{autonomy:?}");
    }
    for (autonomy, expected) in [(Autonomy::Answer, None), (Autonomy::Draft, Some(Trigger::SameTopic))] {
        for (grade, expected) in [("silver", expected), ("gold", Some(Trigger::SameTopic))] {
            let mut scene = ready();
            scene.knowledge.authority.autonomy = vec![AutonomyRule {
                inboxes: Vec::new(),
                intents: vec!["spec_inquiry".into()],
                grades: vec!["silver".into()],
                level: autonomy,
            }];
            scene.contact.profile.tier = Some(grade.into());
            assert_eq!(triggers(&mut scene, &[("spec_inquiry", ROBOT)]), [expected], "{autonomy:?} {grade}");
        }
    }
    let mut switched_off = ready();
    switched_off.knowledge.recommendation.proactive = false;
    assert_eq!(triggers(&mut switched_off, &[("spec_inquiry", ROBOT)]), [None]);
    assert_eq!(triggers(&mut switched_off, &[("recommendation_request", ROBOT)]), [Some(Trigger::Asked)]);
}

#[test]
fn who_opted_out_is_offered_nothing_until_he_asks() {
    let mut scene = Scene::new();
    triggers(&mut scene, &[("unsubscribe", "别再推销了")]);
    assert_eq!(triggers(&mut scene, &[("spec_inquiry", ROBOT); 6]), [None; 6]);
    assert_eq!(triggers(&mut scene, &[("recommendation_request", ROBOT)]), [Some(Trigger::Asked)]);
}

#[test]
fn offers_rest_for_the_cooldown() {
    let mut scene = Scene::new();
    let first = triggers(&mut scene, &[("spec_inquiry", ROBOT); 8]);
    assert_eq!(first.iter().filter(|trigger| trigger.is_some()).count(), 1);
    scene.now = scene.now.plus_hours(24);
    // What was offered before is not offered again, and there is nothing else of its kind to say.
    let again = scene.say("spec_inquiry", ROBOT).turn.recommendation;
    assert!(!ids(again.as_ref()).contains(&"P002"), "{again:?}");
}

#[test]
fn what_fits_comes_first_and_what_cannot_be_sold_never() {
    let asked = |scene: &mut Scene, text: &str| scene.say("recommendation_request", text).turn.recommendation;
    let check = |found: Option<Recommendation>, expected: &[&str]| {
        assert_eq!(ids(found.as_ref()), expected, "{found:?}");
        assert!(found.is_none_or(|found| found.items.len() <= 3));
    };
    // P003 is out of stock, P004 discontinued, P001 under discussion.
    check(asked(&mut Scene::new(), ROBOT), &["P002", "P008", "P007"]);
    check(asked(&mut Scene::new(), "[汽配](industry:automotive_parts)行业，推荐几款"), &["P001", "P005"]);
    check(
        asked(&mut Scene::new(), "不要[P002](product:!P002)，[P001](product:P001)配什么"),
        &["P008", "P007"],
    );
    check(asked(&mut Scene::new().bought(&[("P001", "2026-11-01")]), "推荐几款"), &["P002"]);
    check(asked(&mut Scene::new(), "推荐几款"), &["P001", "P002", "P005"]);
    // Bought every month, the last time two months ago.
    let orders = [("P006", "2026-07-20"), ("P006", "2026-08-20"), ("P006", "2026-09-20")];
    let found = asked(&mut Scene::new().bought(&orders), ROBOT);
    assert_eq!(ids(found.as_ref()), ["P002", "P006", "P005"]);
    let kinds: Vec<_> = found.expect("some").items.iter().map(|item| item.kind).collect();
    assert_eq!(
        kinds,
        [RecommendationKind::Discover, RecommendationKind::Reorder, RecommendationKind::Discover]
    );
}

#[test]
fn new_products_go_by_industry_and_history() {
    let new = |scene: &mut Scene| scene.say("new_products", "有什么新品").turn.recommendation;
    let found = new(&mut Scene::new().bought(&[("P001", "2026-01-01")]));
    assert_eq!(ids(found.as_ref()), ["P005", "P006"], "both are new");
    let mut scene = Scene::new().bought(&[("P005", "2026-10-05")]);
    let found = new(&mut scene);
    assert_eq!(ids(found.as_ref()), ["P006"], "not what he has already");
    let mut later = Scene::new().bought(&[("P001", "2026-01-01")]);
    later.now = later.now.plus_hours(24 * 400);
    let found = new(&mut later);
    assert_eq!(ids(found.as_ref()), ["P002"], "nothing is new any more");
}

#[test]
fn reasons_are_in_the_buyers_language_and_hold_no_number_but_the_time_since_an_order() {
    let reasons = |language| {
        let orders = [("P006", "2026-07-20"), ("P006", "2026-08-20"), ("P006", "2026-09-20")];
        let mut scene = Scene::new().bought(&orders);
        scene.language = language;
        let found = scene.say("recommendation_request", ROBOT).turn.recommendation.expect("some");
        found.items.into_iter().map(|item| item.reason).collect::<Vec<_>>()
    };
    assert_eq!(
        reasons(Language::Zh),
        ["和您在看的工业机器人配套", "您上次订的驱动器有两个月了，要不要备一批", "和您买过的驱动器配套"]
    );
    assert_eq!(
        reasons(Language::En),
        [
            "goes with the industrial robots you are looking at",
            "your last drive order was 2 months ago; time for more?",
            "goes with the drive you bought"
        ]
    );
}

/// Whether P002 and P006 are offered beside the robot to one who asks, after `prepare`.
fn offered(prepare: impl FnOnce(&mut Scene)) -> [bool; 2] {
    let orders = [("P006", "2026-07-20"), ("P006", "2026-08-20"), ("P006", "2026-09-20")];
    let mut scene = Scene::new().bought(&orders);
    prepare(&mut scene);
    let found = scene.say("recommendation_request", ROBOT).turn.recommendation;
    ["P002", "P006"].map(|id| ids(found.as_ref()).contains(&id))
}

#[test]
fn a_refusal_holds_for_ninety_days_and_stands_back_for_what_is_due() {
    let refused = |days: i64| {
        offered(|scene| {
            scene.say("deny", "不要[P002](product:!P002)，也不要[P006](product:!P006)");
            scene.conversation.memory.offered.clear();
            scene.now = scene.now.plus_hours(24 * days);
        })
    };
    assert_eq!(offered(|_| {}), [true, true]);
    assert_eq!(refused(1), [false, true], "P006 is due");
    assert_eq!(refused(89), [false, true]);
    assert_eq!(refused(91), [true, true]);
    let mut scene = Scene::new().bought(&[("P006", "2026-07-20"), ("P006", "2026-08-20")]);
    let found =
        scene.say("recommendation_request", "不要[P006](product:!P006)，推荐几款").turn.recommendation;
    assert!(!ids(found.as_ref()).contains(&"P006"), "not in the turn that refuses it: {found:?}");
}

#[test]
fn what_begins_far_beyond_what_he_orders_or_pays_is_left_out() {
    let with = |change: &dyn Fn(&mut Scene)| offered(change)[0];
    let moq = |scene: &mut Scene, least: i64| {
        let gripper = scene.knowledge.products.iter_mut().find(|product| product.id.as_str() == "P002");
        let gripper = gripper.expect("the gripper");
        gripper.moq = Some(domain::quantity::Thousandths(least * 1_000));
        // Counted as the drives that he orders, five at a time.
        gripper.unit = "件".into();
    };
    assert!(with(&|scene| moq(scene, 15)));
    assert!(!with(&|scene| moq(scene, 16)));
    // A gripper costs 6800.
    let paying = |price: &'static str| {
        with(&move |scene: &mut Scene| {
            let paid = std::mem::replace(scene, Scene::new()).paying(price);
            *scene = paid;
        })
    };
    assert!(paying("1360"));
    assert!(!paying("1359"));
}

#[test]
fn what_was_shown_lately_is_shown_again_to_those_who_ask_only() {
    let shown = |trigger: &str, days: i64| {
        let mut scene = Scene::new();
        scene.say("recommendation_request", ROBOT);
        scene.conversation.memory = domain::conversation::Memory::default();
        scene.now = scene.now.plus_hours(24 * days);
        let talk = vec![("spec_inquiry", ROBOT); 4];
        triggers(&mut scene, &talk);
        let found = scene.say(trigger, ROBOT).turn.recommendation;
        ids(found.as_ref()).contains(&"P002")
    };
    assert!(shown("recommendation_request", 2));
    assert!(!shown("spec_inquiry", 2));
    assert!(!shown("spec_inquiry", 29));
    assert!(shown("spec_inquiry", 31));
}

#[test]
fn who_does_not_come_back_to_offers_is_left_in_peace_for_longer() {
    let after = |hours: i64, comes_back: bool| {
        let mut scene = Scene::new();
        triggers(&mut scene, &[("spec_inquiry", ROBOT); 5]);
        if comes_back {
            scene.say("price_inquiry", "[P002](product:P002)多少钱");
        }
        // Enough is left to be offered.
        scene
            .contact
            .profile
            .offers
            .iter_mut()
            .for_each(|offer| offer.products.retain(|id| id.as_str() == "P002"));
        scene.conversation.memory = domain::conversation::Memory::default();
        scene.now = scene.now.plus_hours(hours);
        triggers(&mut scene, &[("spec_inquiry", ROBOT); 5])[4].is_some()
    };
    assert_eq!([20, 25, 49].map(|hours| after(hours, false)), [false, false, true]);
    assert_eq!([20, 25, 49].map(|hours| after(hours, true)), [false, true, true]);
}

#[test]
fn nothing_is_recommended_where_nothing_is_sold() {
    let mut scene = Scene::new();
    let talk =
        [("recommendation_request", "发到[Atlantis](destination:Atlantis)，[P001](product:P001)配什么")];
    assert_eq!(triggers(&mut scene, &talk), [None]);
}
