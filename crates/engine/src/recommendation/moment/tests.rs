use std::sync::Arc;

use domain::{
    id::{self, ContactId, ConversationId, TurnId},
    inbox::InboxKind,
};

use super::*;
use crate::{models::Models, turn::scene::Scene};

/// A logged moment of no contact in particular.
pub(crate) fn offer(number: u32, features: Vec<f32>, action: Action, outcome: Outcome) -> Offer {
    let at = domain::Timestamp::from_millis(i64::from(number));
    let raw = id::compose(at, u128::from(number));
    let mut propensities = [0.0; Action::ALL.len()];
    propensities[action.place()] = 1.0;
    Offer {
        turn: TurnId::from_ulid(raw),
        conversation: ConversationId::from_ulid(raw),
        contact: ContactId::from_ulid(raw),
        at,
        seed: u64::from(number),
        moment: Moment {
            trigger: Trigger::SameTopic,
            features,
            propensities,
            action,
            decided_by: Decider::Rules,
            by_rule: action,
            products: vec!["P002".into()],
        },
        outcome: Some(outcome),
        settled: true,
    }
}

/// A moment whose only feature is the trigger.
pub(crate) fn features(wants_to_buy: bool) -> Vec<f32> {
    let [topic, purchase] = if wants_to_buy { [0.0, 1.0] } else { [1.0, 0.0] };
    vec![1.0, 1.0, topic, purchase, 0.0, 1.0, 0.0, 0.0]
}

/// Offers are accepted where somebody wants to buy, and nowhere else.
fn learned(offers: u32) -> LearnedTiming {
    let offers: Vec<Offer> = (0..offers)
        .map(|number| {
            let keen = number % 2 == 0;
            let outcome = if keen { Outcome::Accept } else { Outcome::Ignore };
            offer(number, features(keen), Action::Discover, outcome)
        })
        .collect();
    LearnedTiming::learn(&offers)
}

const ROBOT: &str = "[P001](product:P001)呢";

/// The fifth turn about one robot, on each of the seeds 1 to `seeds`: how often each action was taken, with the last moment.
fn moments(prepare: impl Fn(&mut Scene), seeds: u64) -> ([usize; 4], Option<Moment>) {
    let mut counts = [0; 4];
    let mut last = None;
    for seed in 1..=seeds {
        let mut scene = Scene::new();
        prepare(&mut scene);
        scene.seed = seed;
        for _ in 0..4 {
            scene.say("spec_inquiry", ROBOT);
        }
        let turn = scene.say("spec_inquiry", ROBOT).turn;
        if let Some(moment) = turn.moment {
            counts[moment.action.place()] += 1;
            let offers = matches!(moment.action, Action::Reorder | Action::Discover);
            assert_eq!(turn.recommendation.is_some(), offers, "{moment:?}");
            assert!((moment.propensities.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{moment:?}");
            last = Some(moment);
        }
    }
    (counts, last)
}

fn learning(scene: &mut Scene, offers: u32) {
    scene.knowledge.recommendation.timing = Timing::Learned;
    scene.models = Some(Arc::new(Models { timing: Some(learned(offers)), ..Models::default() }));
}

#[test]
fn the_rules_decide_and_log_what_they_did_with_its_chance() {
    let (counts, moment) = moments(|_| {}, 5);
    assert_eq!(counts, [0, 0, 0, 5]);
    let moment = moment.expect("a moment");
    assert_eq!((moment.action, moment.decided_by), (Action::Discover, Decider::Rules));
    assert!((moment.propensity() - 1.0).abs() < 1e-12);
    assert_eq!(moment.features.len(), FEATURES);
    assert_eq!(moment.products.first().map(id::ProductId::as_str), Some("P002"));
}

#[test]
fn until_enough_was_observed_the_rules_decide_whatever_the_switch_says() {
    let (counts, moment) = moments(|scene| learning(scene, LEAST_OBSERVED as u32 - 1), 5);
    assert_eq!(counts, [0, 0, 0, 5]);
    assert_eq!(moment.expect("a moment").decided_by, Decider::Rules);
}

#[test]
fn the_policy_stops_offering_where_nobody_accepts() {
    let (counts, moment) = moments(|scene| learning(scene, 600), 40);
    assert!(counts[Action::Discover.place()] <= 4, "{counts:?}");
    let moment = moment.expect("a moment");
    assert_eq!((moment.decided_by, moment.by_rule), (Decider::Policy, Action::Discover));
}

#[test]
fn one_switch_returns_to_the_rules() {
    let back = |scene: &mut Scene| {
        learning(scene, 600);
        scene.knowledge.recommendation.timing = Timing::Rules;
    };
    assert_eq!(moments(back, 5).0, [0, 0, 0, 5]);
}

#[test]
fn in_the_terminal_the_rules_alone_decide_and_nothing_is_logged() {
    let mut scene = Scene::new();
    learning(&mut scene, 600);
    scene.knowledge.recommendation.hold_out = 50;
    scene.inbox.kind = InboxKind::Chat;
    for _ in 0..4 {
        scene.say("spec_inquiry", ROBOT);
    }
    let turn = scene.say("spec_inquiry", ROBOT).turn;
    assert!(turn.recommendation.is_some());
    assert_eq!(turn.moment, None);
}

#[test]
fn held_out_moments_pass_without_an_offer_and_come_as_often_as_they_should() {
    let (counts, _) = moments(|scene| scene.knowledge.recommendation.hold_out = 25, 400);
    assert!((70..=130).contains(&counts[Action::Wait.place()]), "{counts:?}");
    let held = moments(|scene| scene.knowledge.recommendation.hold_out = 50, 40).1.expect("a moment");
    assert!((held.propensity() - 0.5).abs() < 1e-12, "{held:?}");
    assert_eq!(held.decided_by == Decider::HoldOut, held.action == Action::Wait);
    assert_eq!(
        held.products.first().map(id::ProductId::as_str),
        Some("P002"),
        "what would have been offered"
    );
}

#[test]
fn the_same_seed_decides_the_same() {
    let prepare = |scene: &mut Scene| learning(scene, 250);
    assert_eq!(moments(prepare, 30), moments(prepare, 30));
}

#[test]
fn a_complaint_teaches_more_than_an_ignored_offer() {
    let after = |outcome| {
        let offers: Vec<Offer> =
            (0..10).map(|number| offer(number, features(true), Action::Discover, outcome)).collect();
        LearnedTiming::learn(&offers).expected(&features(true), Action::Discover)
    };
    assert!(after(Outcome::Accept) > 0.0);
    assert!(after(Outcome::Ignore) > after(Outcome::Complaint));
    assert!(after(Outcome::Complaint) < 0.0);
    assert_eq!(
        LearnedTiming::learn(&[offer(1, features(true), Action::Wait, Outcome::Ignore)]).observed(),
        0
    );
}

#[test]
fn a_draw_falls_into_the_share_of_its_action() {
    let check = |draw, expected| assert_eq!(drawn(&[0.25, 0.0, 0.5, 0.25], draw), Some(expected), "{draw}");
    check(0.0, Action::Wait);
    check(0.249, Action::Wait);
    check(0.25, Action::Reorder);
    check(0.749, Action::Reorder);
    check(0.75, Action::Discover);
    check(0.999_999, Action::Discover);
    assert_eq!(drawn(&[0.0; 4], 0.5), None);
}
