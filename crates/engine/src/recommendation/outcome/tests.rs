use domain::{id::OrderId, order::OrderLine, quantity::Quantity};

use super::*;
use crate::{
    recommendation::moment::tests::{features, offer},
    turn::scene::{START, Scene},
};

const HOUR: i64 = 3_600_000;

/// An offer of P002, what the buyer said after it (intents, text, hours after it), orders of P002 (days after it), and how it stands
/// after so many hours.
fn check(
    action: Action,
    talk: &[(&str, &str, i64)],
    orders: &[i64],
    hours: i64,
    expected: (Option<Outcome>, bool),
) {
    let at = Timestamp::from_millis(START);
    let offer =
        Offer { at, outcome: None, settled: false, ..offer(1, features(true), action, Outcome::Ignore) };
    let mut scene = Scene::new();
    let later: Vec<Turn> = talk
        .iter()
        .map(|&(intents, text, hours)| {
            let mut turn = scene.say(intents, text).turn;
            turn.at = at.plus_millis(hours * HOUR);
            turn
        })
        .collect();
    let orders: Vec<Order> = orders
        .iter()
        .map(|days| Order {
            id: OrderId::from_ulid(domain::id::compose(at, 1)),
            number: "SO1".into(),
            company: None,
            contact: None,
            date: at.plus_hours(24 * days).to_string()[..10].to_owned(),
            country: None,
            lines: vec![OrderLine { product: "P002".into(), quantity: Quantity::whole(1), unit_price: None }],
            status: None,
        })
        .collect();
    let found = outcome(&scene.knowledge, &offer, &later, &orders, at.plus_millis(hours * HOUR));
    assert_eq!(found, expected, "{action:?} {talk:?} {orders:?} after {hours} h");
}

const GRIPPER: &str = "[P002](product:P002)多少钱";
const ROBOT: &str = "[P001](product:P001)呢";

#[test]
fn who_comes_back_to_what_was_offered_accepts_it() {
    check(Action::Discover, &[("price_inquiry", GRIPPER, 1)], &[], 1, (Some(Outcome::Accept), false));
    check(Action::Reorder, &[("affirm", "好", 1)], &[], 1, (Some(Outcome::Accept), false));
    let third = [("greeting", "你好", 1), ("greeting", "在吗", 1), ("price_inquiry", GRIPPER, 2)];
    check(Action::Discover, &third, &[], 2, (Some(Outcome::Accept), false));
    check(Action::Discover, &[("price_inquiry", GRIPPER, 80)], &[], 90, (Some(Outcome::Ignore), false));
    check(Action::Discover, &[("deny", "不要", 1), ("price_inquiry", ROBOT, 1)], &[], 1, (None, false));
}

#[test]
fn what_nobody_takes_up_is_ignored_once_there_was_time() {
    check(Action::Discover, &[("spec_inquiry", ROBOT, 1)], &[], 1, (None, false));
    check(Action::Discover, &[("spec_inquiry", ROBOT, 1); 3], &[], 1, (Some(Outcome::Ignore), false));
    check(Action::Discover, &[], &[], 72, (Some(Outcome::Ignore), false));
    check(Action::Discover, &[], &[], 31 * 24, (Some(Outcome::Ignore), true));
}

#[test]
fn a_complaint_outweighs_a_yes_and_an_order_outweighs_all() {
    let annoyed = [("price_inquiry", GRIPPER, 1), ("complaint", "别推销了", 1)];
    check(Action::Discover, &annoyed, &[], 2, (Some(Outcome::Complaint), true));
    check(Action::Discover, &[("unsubscribe", "别发了", 1)], &[], 2, (Some(Outcome::Complaint), true));
    check(Action::Discover, &annoyed, &[3], 100, (Some(Outcome::Order), true));
    check(Action::Discover, &[], &[31], 900, (Some(Outcome::Ignore), true));
    check(Action::Discover, &[], &[-1], 1, (None, false));
}

#[test]
fn an_answer_is_what_a_question_asked_for() {
    check(Action::Ask, &[("affirm", "[20台](quantity:20台)", 1)], &[], 1, (Some(Outcome::Accept), false));
    check(Action::Ask, &[("affirm", "好", 1)], &[], 1, (None, false));
}

#[test]
fn of_a_moment_without_an_offer_only_orders_are_told() {
    check(Action::Wait, &[("price_inquiry", GRIPPER, 1)], &[], 1, (None, false));
    check(Action::Wait, &[("complaint", "太差了", 1); 3], &[], 1, (Some(Outcome::Ignore), false));
    check(Action::Wait, &[], &[5], 200, (Some(Outcome::Order), true));
}
