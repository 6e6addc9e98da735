//! Which rule fires, and what follows from it.
//!
//! Rules are data (see `packs/default/rules.yaml` and the shop's own); the highest priority that holds wins. A few things are no
//! matter of taste and stand here: the assistant never gives away more than it may, and never sells to a blocked destination.

pub(crate) mod circumstances;
pub(crate) mod light;
pub(crate) mod question;

use domain::{
    catalog::Product,
    conversation::Owner,
    handoff::HandoffReason,
    inbox::Autonomy,
    turn::{PassedOver, Strategy},
    understanding::intent,
};

use crate::{
    facts,
    knowledge::CompiledRule,
    pricing::{self, Negotiation},
    quote,
};
use circumstances::Circumstances;

/// How many rules that did not fire a trace names.
const PASSED_OVER: usize = 12;

/// What to do, and whether a person is needed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub strategy: Strategy,
    /// Why a person is asked for; `None` where none is.
    pub reason: Option<HandoffReason>,
    /// The assistant says nothing in this turn.
    pub silent: bool,
}

/// Chooses by the rules of the published knowledge.
pub(crate) fn choose(circumstances: &Circumstances<'_>) -> Choice {
    let situation = circumstances.situation;
    let mut choice = by_rules(circumstances);
    let silent = match (situation.conversation.owner, situation.inbox.autonomy) {
        (Owner::Person, _) => Some(("person_owns", "a person has the conversation")),
        (_, Autonomy::Off) => Some(("autonomy_off", "the inbox is switched off")),
        _ => None,
    };
    if let Some((rule, why)) = silent {
        rule.clone_into(&mut choice.strategy.rule);
        choice.strategy.why = vec![why.to_owned()];
        choice.reason = None;
        choice.silent = true;
        return choice;
    }
    if situation.conversation.owner == Owner::Assistant && choice.reason.is_none() {
        escalate(circumstances, &mut choice);
    }
    choice
}

fn by_rules(circumstances: &Circumstances<'_>) -> Choice {
    let mut passed_over = Vec::new();
    for compiled in &circumstances.situation.knowledge.rules.rules {
        if compiled.expression.holds(circumstances) && !was_returned(circumstances, compiled) {
            let strategy = Strategy {
                name: compiled.rule.strategy.clone(),
                rule: compiled.rule.name.clone(),
                why: compiled.expression.evaluate(circumstances).held,
                passed_over: nearest(circumstances, passed_over),
            };
            let reason = reason(circumstances, compiled);
            return Choice { strategy, reason, silent: false };
        }
        if let Some(distance) = distance(circumstances, compiled) {
            passed_over.push((distance, compiled));
        }
    }
    let strategy = Strategy {
        name: "dont_know".into(),
        rule: "no_rule".into(),
        why: Vec::new(),
        passed_over: nearest(circumstances, passed_over),
    };
    Choice { strategy, reason: None, silent: false }
}

/// How near a rule was to the message: it is about one of its intents, or about any; `None` where it is about others.
fn distance(circumstances: &Circumstances<'_>, compiled: &CompiledRule) -> Option<u8> {
    if compiled.intents.is_empty() {
        return Some(1);
    }
    let is_meant = |intent: &String| circumstances.intents.contains(&intent.as_str());
    compiled.intents.iter().any(is_meant).then_some(0)
}

/// The nearest first, of equally near ones those of higher priority, each with what kept it from firing.
fn nearest(circumstances: &Circumstances<'_>, mut passed_over: Vec<(u8, &CompiledRule)>) -> Vec<PassedOver> {
    passed_over.sort_by_key(|(distance, _)| *distance);
    let nearest = passed_over.into_iter().take(PASSED_OVER);
    let explained = nearest.map(|(_, compiled)| {
        let failed = compiled.expression.evaluate(circumstances).failed;
        // One that holds was passed over for the one other reason that there is.
        let because = failed.unwrap_or_else(|| "a person gave the conversation back".into());
        PassedOver { rule: compiled.rule.name.clone(), because }
    });
    explained.collect()
}

/// Who once gave a VIP back to the assistant does not want to be asked again at the next message.
fn was_returned(circumstances: &Circumstances<'_>, compiled: &CompiledRule) -> bool {
    let conversation = circumstances.situation.conversation;
    conversation.owner == Owner::Assistant
        && conversation.owner_epoch > 0
        && compiled.rule.parameters.get("reason").is_some_and(|reason| reason == HandoffReason::Vip.name())
}

/// The reason that the rule names, else the one that its condition suggests.
fn reason(circumstances: &Circumstances<'_>, compiled: &CompiledRule) -> Option<HandoffReason> {
    let rule = &compiled.rule;
    if let Some(name) = rule.parameters.get("reason") {
        return Some(reason_named(name).unwrap_or(HandoffReason::Routing));
    }
    let has = |name: &str| circumstances.intents.contains(&name);
    match rule.strategy.as_str() {
        "apology_escalation" => Some(HandoffReason::Complaint),
        "human_handoff" if has(intent::HUMAN_REQUEST) => Some(HandoffReason::AskedForHuman),
        "human_handoff" if has(intent::COMPLAINT) => Some(HandoffReason::Complaint),
        "human_handoff"
            if ["order_amount", "quantity", "scale"].iter().any(|word| rule.when.contains(word)) =>
        {
            Some(HandoffReason::HighValue)
        }
        "human_handoff" if rule.when.contains("tier") => Some(HandoffReason::Vip),
        "human_handoff" => Some(HandoffReason::Routing),
        _ => None,
    }
}

fn reason_named(name: &str) -> Option<HandoffReason> {
    use HandoffReason::{
        AskedForHuman, Complaint, HighValue, LowConfidence, NoKnowledge, OrderIntent, OverAuthority, Risk,
        Routing, Vip,
    };
    [
        Vip,
        AskedForHuman,
        Complaint,
        LowConfidence,
        OverAuthority,
        HighValue,
        Risk,
        NoKnowledge,
        OrderIntent,
        Routing,
    ]
    .into_iter()
    .find(|reason| reason.name() == name)
}

/// Strategies that name prices or take orders.
const SELLING: &[&str] = &["price_answer", "quote", "negotiation", "order_intake", "reorder"];

/// What no rule may decide otherwise.
fn escalate(circumstances: &Circumstances<'_>, choice: &mut Choice) {
    let name = choice.strategy.name.as_str();
    let sells = SELLING.contains(&name);
    let ships = circumstances.intents.contains(&intent::SHIPPING_INQUIRY);
    if (sells || ships) && circumstances.to_blocked_destination() {
        "human_handoff".clone_into(&mut choice.strategy.name);
        choice.strategy.why.push("the shop does not sell to this destination".into());
        choice.reason = Some(HandoffReason::Risk);
        return;
    }
    if let Some(product) = circumstances.product() {
        escalate_product(circumstances, choice, product);
    }
    let Circumstances { situation, understanding, remembered, .. } = *circumstances;
    if choice.strategy.name == "order_intake" && quote::accepted(situation, understanding).is_some() {
        choice.strategy.why.push("the buyer accepts the quote that he was sent".into());
        choice.reason = Some(HandoffReason::OrderIntent);
    }
    if choice.reason.is_none() && choice.strategy.name == "quote" && quote::needs_approval(circumstances) {
        choice.strategy.why.push("a person approves quotes of this size".into());
        choice.reason = Some(HandoffReason::HighValue);
    }
    if choice.reason.is_none() && facts::lacks(situation, understanding, remembered).is_some() {
        // The reply can only say that a colleague will answer, so one has to be told.
        choice.strategy.why.push("the knowledge lacks the answer".into());
        choice.reason = Some(HandoffReason::NoKnowledge);
    }
}

fn escalate_product(circumstances: &Circumstances<'_>, choice: &mut Choice, product: &Product) {
    let name = choice.strategy.name.as_str();
    let sells = SELLING.contains(&name);
    if name == "negotiation" {
        let negotiation = pricing::negotiate(
            circumstances.situation.knowledge,
            product,
            circumstances.quantity(),
            circumstances.understanding,
        );
        if matches!(negotiation, Negotiation::OverAuthority { .. }) {
            "human_handoff".clone_into(&mut choice.strategy.name);
            choice.strategy.why.push("more is asked for than the assistant may give".into());
            choice.reason = Some(HandoffReason::OverAuthority);
            return;
        }
    }
    if sells && name != "reorder" && product.price.is_none() {
        choice.strategy.why.push("the product has no list price".into());
        choice.reason = Some(HandoffReason::NoKnowledge);
    }
}

#[cfg(test)]
mod tests;
