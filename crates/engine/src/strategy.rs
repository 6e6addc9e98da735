//! Which rule fires, and what follows from it.
//!
//! Rules are data (see `packs/default/rules.yaml` and the shop's own); the highest priority that holds wins. A few things are no
//! matter of taste and stand here: the assistant never gives away more than it may, and never sells to a blocked destination.

pub(crate) mod circumstances;
pub(crate) mod light;
pub(crate) mod question;
mod scope;
mod upset;

use domain::{
    catalog::Product,
    conversation::Owner,
    handoff::HandoffReason,
    inbox::Autonomy,
    turn::{PassedOver, Strategy},
    understanding::intent,
};

use crate::{
    authority::{judge::Judged, ledger},
    facts,
    knowledge::CompiledRule,
    negotiation,
    pricing::{self, PriceProblem},
    quote,
};
use circumstances::Circumstances;

/// How many rules that did not fire a trace names.
const PASSED_OVER: usize = 12;

/// So often a buyer who asks for a better price hears that there is none; then a person talks to him.
const MOST_REFUSALS: usize = 2;

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
pub(crate) fn choose(circumstances: &Circumstances<'_>, autonomy: Autonomy) -> Choice {
    let situation = circumstances.situation;
    let mut choice = by_rules(circumstances);
    let silent = match (situation.conversation.owner, autonomy) {
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
    let mut tests = Vec::new();
    for compiled in &circumstances.situation.knowledge.rules.rules {
        if compiled.expression.holds(circumstances)
            && !was_returned(circumstances, compiled)
            && scope::is_in_time(circumstances, compiled)
            && scope::is_for_buyer(circumstances, compiled, &mut tests)
        {
            let mut why = compiled.expression.evaluate(circumstances).held;
            why.extend(scope::share_words(compiled));
            let strategy = Strategy {
                name: compiled.rule.strategy.clone(),
                rule: compiled.rule.name.clone(),
                why,
                passed_over: nearest(circumstances, passed_over),
                tests,
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
        tests,
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
        let failed = failed.or_else(|| scope::why_not(circumstances, compiled));
        // One that holds for this buyer now was passed over for the one other reason that there is.
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
        return Some(HandoffReason::from_name(name).unwrap_or(HandoffReason::Routing));
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

/// Strategies that name prices or take orders.
const SELLING: &[&str] = &["price_answer", "quote", "negotiation", "order_intake", "reorder"];

/// What no rule may decide otherwise.
fn escalate(circumstances: &Circumstances<'_>, choice: &mut Choice) {
    let Circumstances { situation, understanding, remembered, .. } = *circumstances;
    let name = choice.strategy.name.as_str();
    let sells = SELLING.contains(&name);
    let ships = circumstances.intents.contains(&intent::SHIPPING_INQUIRY);
    if (sells || ships) && circumstances.to_blocked_destination() {
        hand_over(choice, HandoffReason::Risk, "the shop does not sell to this destination");
        return;
    }
    if facts::names_other_account(situation, understanding) {
        hand_over(choice, HandoffReason::Risk, "the buyer names a bank account that is not the shop's");
        return;
    }
    escalate_prices(circumstances, choice);
    if choice.reason != Some(HandoffReason::Risk) && circumstances.judged().iter().any(Judged::needs_person) {
        hand_over(choice, HandoffReason::OverAuthority, "more is asked for than the assistant may give");
        return;
    }
    if choice.reason.is_none()
        && choice.strategy.name == "negotiation"
        && negotiation::insists(circumstances) > MOST_REFUSALS
        && negotiation::concede(circumstances).is_none()
    {
        choice.strategy.why.push("the buyer keeps asking for a better price".into());
        "human_handoff".clone_into(&mut choice.strategy.name);
        choice.reason = Some(HandoffReason::Routing);
    }
    if choice.reason.is_none()
        && let Some(stale) = facts::stale(situation, understanding, remembered)
    {
        choice.strategy.why.push(stale);
        choice.reason = Some(HandoffReason::NoKnowledge);
    }
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

fn hand_over(choice: &mut Choice, reason: HandoffReason, why: &str) {
    "human_handoff".clone_into(&mut choice.strategy.name);
    choice.strategy.why.push(why.to_owned());
    choice.reason = Some(reason);
}

/// A price that is asked for and that only a person can give.
fn escalate_prices(circumstances: &Circumstances<'_>, choice: &mut Choice) {
    let name = choice.strategy.name.as_str();
    let asks = [intent::PRICE_INQUIRY, intent::QUOTE_REQUEST];
    let ships = circumstances.intents.contains(&intent::SHIPPING_INQUIRY)
        && facts::names_incoterm(circumstances.understanding);
    if !ships && !SELLING.contains(&name) && !asks.iter().any(|asked| circumstances.intents.contains(asked)) {
        return;
    }
    let Circumstances { situation, understanding, remembered, .. } = *circumstances;
    let reorders = name == "reorder";
    let targets = facts::targets(situation, understanding, remembered);
    let refused = targets.iter().find_map(|target| Some((target.product, target.problem()?)));
    if let Some((product, problem)) = refused
        && let Some(reason) = problem.handoff()
    {
        choice.strategy.why.push(format!("{}: {problem}", product.id));
        choice.reason = Some(reason);
        return;
    }
    let mut wanted: Vec<(&Product, domain::quantity::Thousandths)> = targets
        .into_iter()
        .map(|target| {
            let smallest = || pricing::smallest_order(target.product);
            (target.product, target.quantity.unwrap_or_else(smallest))
        })
        .collect();
    if reorders && let Some(order) = situation.orders.first() {
        wanted.extend(order.lines.iter().filter_map(|line| {
            let product = situation.knowledge.product(&line.product)?;
            Some((product, pricing::base_quantity(situation.knowledge, product, &line.quantity)?))
        }));
    }
    // Of several to choose from, one that has a price is enough.
    let open = facts::is_open(understanding, remembered);
    let price = |product, quantity| pricing::price(circumstances.terms(), product, quantity);
    let any_priced = open && wanted.iter().any(|&(product, quantity)| price(product, quantity).is_ok());
    for (product, quantity) in wanted {
        let Err(problem) = price(product, quantity) else { continue };
        let Some(reason) = problem.handoff() else { continue };
        if any_priced && reason != HandoffReason::Risk {
            continue;
        }
        // A person decided between the two prices before.
        let differs = matches!(problem, PriceProblem::DiffersFromLast { .. });
        if differs && ledger::promised_price(situation, product, Some(quantity)).is_some() {
            continue;
        }
        // What was sold before is looked up by whoever takes the order.
        if reorders && problem == PriceProblem::OnRequest {
            continue;
        }
        let why = format!("{}: {problem}", product.id);
        if reason == HandoffReason::Risk {
            hand_over(choice, reason, &why);
        } else {
            choice.strategy.why.push(why);
            choice.reason = Some(reason);
        }
        return;
    }
}

#[cfg(test)]
mod tests;
