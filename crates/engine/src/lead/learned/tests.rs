use domain::{
    Timestamp,
    id::{self, ContactId, LeadId, MessageId},
    lead::signal,
};

use super::*;
use crate::{learning::random::Random, models::Models, turn::scene::Scene};

fn lead(number: u32, signals: &[&str], status: LeadStatus) -> Lead {
    let at = Timestamp::from_millis(i64::from(number));
    let raw = |low: usize| id::compose(at, low as u128 + 1);
    let mut lead = Lead::new(LeadId::from_ulid(raw(0)), ContactId::from_ulid(raw(0)), at);
    let settings = LeadSettings::default();
    for (place, name) in signals.iter().enumerate() {
        lead.add_signal(name, settings.points[*name], MessageId::from_ulid(raw(place)));
    }
    lead.status = status;
    lead
}

/// In truth who asks for delivery buys, and who asks for a discount does not.
fn leads(count: u32) -> Vec<Lead> {
    let mut random = Random::new(6);
    (0..count)
        .map(|number| {
            let mut shown = vec![signal::ASKED_PRICE];
            let delivery = random.share() < 0.5;
            shown.extend(delivery.then_some(signal::ASKED_DELIVERY));
            shown.extend((random.share() < 0.5).then_some(signal::ASKED_DISCOUNT));
            let won = random.share() < if delivery { 0.8 } else { 0.1 };
            lead(number, &shown, if won { LeadStatus::Won } else { LeadStatus::Lost })
        })
        .collect()
}

const DELIVERY: &[&str] = &[signal::ASKED_PRICE, signal::ASKED_DELIVERY];
const DISCOUNT: &[&str] = &[signal::ASKED_PRICE, signal::ASKED_DISCOUNT];

fn score(count: u32) -> Option<Score> {
    let leads = leads(count);
    Score::learn(&leads, &leads[..leads.len().min(80)], 8, &LeadSettings::default())
}

#[test]
fn few_outcomes_leave_the_points_and_open_leads_teach_nothing() {
    assert!(score(49).is_none());
    assert!(score(50).is_some());
    let open: Vec<Lead> = (0..200).map(|number| lead(number, DELIVERY, LeadStatus::New)).collect();
    assert!(Score::learn(&open, &[], 8, &LeadSettings::default()).is_none());
    let won: Vec<Lead> = (0..200).map(|number| lead(number, DELIVERY, LeadStatus::Won)).collect();
    assert!(Score::learn(&won, &[], 8, &LeadSettings::default()).is_none(), "nothing was ever lost");
}

#[test]
fn outcomes_turn_the_order_of_the_points_around() {
    let chances = |count| {
        let score = score(count).expect("enough");
        [DELIVERY, DISCOUNT].map(|signals| score.chance(&lead(1, signals, LeadStatus::New)))
    };
    for count in [200, 1_000] {
        let [delivery, discount] = chances(count);
        assert!(delivery > discount, "{count}: {delivery} {discount}");
    }
    let [delivery, discount] = chances(1_000);
    assert!((delivery - 0.8).abs() < 0.1 && (discount - 0.1).abs() < 0.1, "{delivery} {discount}");
}

#[test]
fn the_reasons_of_two_leads_tell_them_apart_exactly() {
    let score = score(300).expect("enough");
    let odds = |signals| {
        let explained = score.explain(&lead(1, signals, LeadStatus::New));
        explained.reasons.iter().map(|reason| reason.log_odds).sum::<f64>()
    };
    let log_odds = |signals| crate::learning::log_odds(score.chance(&lead(1, signals, LeadStatus::New)));
    assert!((odds(DELIVERY) - odds(DISCOUNT) - (log_odds(DELIVERY) - log_odds(DISCOUNT))).abs() < 1e-6);
    let first = score.explain(&lead(1, DELIVERY, LeadStatus::New)).reasons.into_iter().next();
    assert_eq!(first.map(|reason| reason.name), Some(signal::ASKED_DELIVERY.to_owned()));
}

#[test]
fn whom_somebody_is_told_of_follows_what_the_owner_chose() {
    let score = score(1_000).expect("enough");
    let check = |signals, told, amount, expected| {
        let lead = lead(1, signals, LeadStatus::New);
        assert_eq!(
            score.is_worth_telling(&lead, told, 60, amount),
            expected,
            "{signals:?} {told:?} {amount:?}"
        );
    };
    check(DELIVERY, Told::Points, None, false);
    check(DELIVERY, Told::Chance, None, true);
    check(DISCOUNT, Told::Chance, None, false);
    check(DISCOUNT, Told::Value(50_000), Some(2_000_000), true);
    check(DISCOUNT, Told::Value(50_000), Some(1_000), false);
    check(DELIVERY, Told::Value(50_000), Some(1_000), false);
    check(DELIVERY, Told::Value(50_000), None, true);
    check(DISCOUNT, Told::Capacity(1_000), None, true);
    check(DISCOUNT, Told::Capacity(1), None, false);
}

#[test]
fn of_the_weeks_before_no_more_would_have_been_told_than_there_is_capacity_for() {
    let score = score(1_000).expect("enough");
    for capacity in 1..=10 {
        let cut = score.cut(capacity);
        let told = score.recent.iter().filter(|chance| **chance >= cut).count();
        assert!(told <= capacity as usize * score.weeks, "{told} at {capacity} a week");
    }
}

#[test]
fn the_points_stand_and_the_chance_stands_beside_them() {
    let mut scene = Scene::new();
    scene.models = Some(std::sync::Arc::new(Models { score: score(300), ..Models::default() }));
    let turn = scene.say("price_inquiry lead_time_inquiry", "[P001](product:P001)多少钱，多久").turn;
    let view = turn.lead.expect("a lead");
    assert!((view.score - 0.35).abs() < 1e-9);
    let learned = view.learned.expect("it was learned");
    assert!(learned.chance > 0.5 && !learned.reasons.is_empty(), "{learned:?}");
    scene.inbox.kind = domain::inbox::InboxKind::Chat;
    let turn = scene.say("price_inquiry", "[P001](product:P001)多少钱").turn;
    assert_eq!(turn.lead.expect("a lead").learned, None, "the points alone in the terminal");
}

#[test]
fn a_lead_is_told_by_its_chance_where_the_owner_says_so() {
    let told = |told: Told| {
        let mut scene = Scene::new();
        scene.models = Some(std::sync::Arc::new(Models { score: score(1_000), ..Models::default() }));
        scene.knowledge.leads.told = told;
        scene.knowledge.leads.threshold = 60;
        scene
            .say("price_inquiry lead_time_inquiry", "[P001](product:P001)多少钱，多久")
            .lead_reached_threshold
    };
    assert_eq!((told(Told::Points), told(Told::Chance)), (false, true));
    let mut without = Scene::new();
    without.knowledge.leads.told = Told::Chance;
    without.knowledge.leads.threshold = 35;
    let taken = without.say("price_inquiry lead_time_inquiry", "[P001](product:P001)多少钱，多久");
    assert!(taken.lead_reached_threshold, "without outcomes the points decide");
}
