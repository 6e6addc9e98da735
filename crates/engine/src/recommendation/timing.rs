//! When to recommend: the hard rules.

use domain::{
    conversation::{Owner, RecentTurn},
    inbox::Autonomy,
    profile::{CustomerType, Profile},
    recommendation::Trigger,
    understanding::intent,
};

use crate::{
    profile::{self, introduction},
    strategy::{Choice, circumstances::Circumstances},
};

/// Whoever says one of these is about to buy.
const PURCHASE_INTENTS: &[&str] =
    &[intent::PURCHASE, intent::QUOTE_REQUEST, intent::PRICE_NEGOTIATION, intent::SAMPLE_REQUEST];

/// In such a turn nobody wants to be sold anything, not even on request.
const TROUBLE: &[&str] = &[
    intent::COMPLAINT,
    intent::RETURN_REFUND,
    intent::TECHNICAL_SUPPORT,
    intent::ORDER_CHANGE,
    intent::UNSUBSCRIBE,
    intent::HUMAN_REQUEST,
];

/// In such a turn an offer that nobody asked for would be rude or lost.
const UNFIT: &[&str] = &[intent::DENY, intent::FAREWELL, intent::SOLICITATION, intent::OUT_OF_SCOPE];

/// Strategies that have something more important to say.
const BUSY: &[&str] = &["clarify", "attachment_received", "opt_out", "apology_escalation", "human_handoff"];

/// What is asked about a deal; without its product the assistant is in the midst of finding out.
const DEALS: &[&str] = &["price_answer", "quote", "negotiation", "order_intake"];

/// The rest after ignored offers grows no further than thirty-two times.
const MOST_DOUBLINGS: u32 = 5;

/// What allows a recommendation in this turn, if anything does.
pub(super) fn trigger(
    circumstances: &Circumstances<'_>,
    choice: &Choice,
    autonomy: Autonomy,
) -> Option<Trigger> {
    let situation = circumstances.situation;
    let has = |names: &[&str]| circumstances.intents.iter().any(|intent| names.contains(intent));
    if choice.silent
        || choice.reason.is_some()
        || situation.conversation.owner != Owner::Assistant
        || has(TROUBLE)
        || circumstances.to_blocked_destination()
        || BUSY.contains(&choice.strategy.name.as_str())
    {
        return None;
    }
    if has(&[intent::RECOMMENDATION_REQUEST]) {
        return Some(Trigger::Asked);
    }
    if has(&[intent::NEW_PRODUCTS])
        && circumstances.remembered.profile.customer_type == CustomerType::Existing
    {
        return Some(Trigger::NewProducts);
    }
    let strategy = choice.strategy.name.as_str();
    let asks_price = has(&[intent::PRICE_INQUIRY, intent::QUOTE_REQUEST]);
    let unclear = circumstances.product().is_none() && (asks_price || DEALS.contains(&strategy));
    proactive(circumstances, autonomy).filter(|_| !has(UNFIT) && !unclear)
}

/// An offer that nobody asked for.
fn proactive(circumstances: &Circumstances<'_>, autonomy: Autonomy) -> Option<Trigger> {
    let situation = circumstances.situation;
    let settings = &situation.knowledge.recommendation;
    let memory = &circumstances.remembered.memory;
    let may_offer = matches!(autonomy, Autonomy::Sell | Autonomy::Draft);
    let profile = &circumstances.remembered.profile;
    // What another conversation offered counts as well.
    let unasked = profile.offers.iter().rev().find(|offer| !offer.asked).map(|offer| offer.at);
    let last = memory.last_offer_at.max(unasked);
    let hours = rest_hours(settings.cooldown_hours, ignored(profile));
    let rested = last.is_none_or(|offered| offered.plus_hours(hours) <= situation.now);
    if !settings.proactive
        || !may_offer
        || !rested
        || memory.rounds < settings.min_rounds
        || profile::opted_out(&circumstances.remembered.profile)
    {
        return None;
    }
    let topic = introduction::topic(circumstances.understanding, &situation.text());
    if same_topic(topic, &memory.recent, settings.same_topic_turns) {
        return Some(Trigger::SameTopic);
    }
    wants_to_buy(&circumstances.intents, &memory.recent, settings.intent_window)
        .then_some(Trigger::PurchaseIntent)
}

/// Offers that nobody asked for, one after another and up to now, to which he never came back.
pub(super) fn ignored(profile: &Profile) -> u32 {
    let unasked = profile.offers.iter().rev().filter(|offer| !offer.asked);
    unasked.take_while(|offer| !offer.taken_up).fold(0, |count, _| count + 1)
}

/// Hours between two offers: twice as long after each that was ignored.
fn rest_hours(hours: i64, ignored: u32) -> i64 {
    hours.saturating_mul(1 << ignored.min(MOST_DOUBLINGS))
}

/// The last `turns` turns, this one included, are about one product category; no category at all never counts.
fn same_topic(topic: Option<&str>, recent: &[RecentTurn], turns: usize) -> bool {
    let Some(before) = turns.checked_sub(1) else { return false };
    topic.is_some()
        && recent.len() >= before
        && recent.iter().rev().take(before).all(|turn| turn.topic.as_deref() == topic)
}

/// One of the last `turns` turns, this one included, shows that the buyer is about to buy.
fn wants_to_buy(intents: &[&str], recent: &[RecentTurn], turns: usize) -> bool {
    let Some(before) = turns.checked_sub(1) else { return false };
    let buying = |name: &str| PURCHASE_INTENTS.contains(&name);
    intents.iter().any(|name| buying(name))
        || recent.iter().rev().take(before).any(|turn| turn.intents.iter().any(|name| buying(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ignored_offer_doubles_the_rest() {
        let check = |ignored, expected| assert_eq!(rest_hours(24, ignored), expected, "{ignored}");
        check(0, 24);
        check(1, 48);
        check(2, 96);
        check(5, 768);
        check(400, 768);
        assert_eq!(rest_hours(i64::MAX, 9), i64::MAX);
    }

    fn turns(turns: &[(&str, Option<&str>)]) -> Vec<RecentTurn> {
        turns
            .iter()
            .map(|(intent, topic)| RecentTurn {
                intents: vec![(*intent).to_owned()],
                topic: topic.map(str::to_owned),
                strategy: String::new(),
                priced: Vec::new(),
            })
            .collect()
    }

    #[test]
    fn three_turns_on_one_topic_count_and_an_unknown_topic_never_does() {
        let check = |topic, before: &[(&str, Option<&str>)], expected| {
            assert_eq!(same_topic(topic, &turns(before), 3), expected, "{topic:?} after {before:?}");
        };
        check(Some("robot"), &[("x", Some("robot")), ("x", Some("robot"))], true);
        check(Some("robot"), &[("x", Some("servo")), ("x", Some("robot")), ("x", Some("robot"))], true);
        check(Some("robot"), &[("x", Some("robot")), ("x", Some("servo"))], false);
        check(Some("robot"), &[("x", Some("robot")), ("x", None)], false);
        check(Some("robot"), &[("x", Some("robot"))], false);
        check(None, &[("x", None), ("x", None)], false);
    }

    #[test]
    fn a_purchase_intent_counts_for_three_turns() {
        let check = |intent, before: &[(&str, Option<&str>)], expected| {
            assert_eq!(wants_to_buy(&[intent], &turns(before), 3), expected, "{intent} after {before:?}");
        };
        for intent in PURCHASE_INTENTS {
            check(intent, &[], true);
            check("greeting", &[(intent, None), ("greeting", None)], true);
            check("greeting", &[(intent, None), ("greeting", None), ("greeting", None)], false);
        }
        check("price_inquiry", &[("price_inquiry", None), ("price_inquiry", None)], false);
    }
}
