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
fn reasons_are_in_the_buyers_language_and_hold_no_number() {
    let reasons = |language| {
        let orders = [("P006", "2026-07-20"), ("P006", "2026-08-20"), ("P006", "2026-09-20")];
        let mut scene = Scene::new().bought(&orders);
        scene.language = language;
        let found = scene.say("recommendation_request", ROBOT).turn.recommendation.expect("some");
        found.items.into_iter().map(|item| item.reason).collect::<Vec<_>>()
    };
    assert_eq!(
        reasons(Language::Zh),
        ["和您在看的工业机器人配套", "您一向定期采购，差不多该补货了", "和您买过的驱动器配套"]
    );
    assert_eq!(
        reasons(Language::En),
        [
            "goes with the industrial robots you are looking at",
            "you buy it regularly and may be due for more",
            "goes with the drive you bought"
        ]
    );
}
