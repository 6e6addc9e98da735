//! The lead: points for what the buyer showed, each with the message that earned it.
//!
//! The score is a sum of integer hundredths. The founding article's four signals add up to exactly 0.80, which is why the threshold
//! is reached *at* its value.

pub mod learned;
pub mod rule;
pub mod scorecard;

use domain::{
    id::{LeadId, MessageId},
    inbox::InboxKind,
    lead::{Lead, LeadStatus, LearnedScore, signal},
    money::Money,
    understanding::intent,
};

use crate::{routing, situation::Situation, strategy::circumstances::Circumstances};

/// A buyer who says one of these may buy; anything else opens no lead.
pub(crate) const OPENING: &[&str] = &[
    intent::PRODUCT_INQUIRY,
    intent::PRODUCT_COMPARISON,
    intent::SPEC_INQUIRY,
    intent::NEW_PRODUCTS,
    intent::RECOMMENDATION_REQUEST,
    intent::PRICE_INQUIRY,
    intent::PRICE_NEGOTIATION,
    intent::QUOTE_REQUEST,
    intent::MOQ_INQUIRY,
    intent::SAMPLE_REQUEST,
    intent::STOCK_INQUIRY,
    intent::LEAD_TIME_INQUIRY,
    intent::SHIPPING_INQUIRY,
    intent::PACKING_INQUIRY,
    intent::PAYMENT_TERMS,
    intent::CUSTOMIZATION_REQUEST,
    intent::CERTIFICATION_INQUIRY,
    intent::PARTNERSHIP_INQUIRY,
    intent::PURCHASE,
    intent::REORDER,
];

/// Whoever says one of these has bought already; what he asks beside it is mostly about what he has.
const AFTER_SALES: &[&str] = &[intent::TECHNICAL_SUPPORT, intent::RETURN_REFUND, intent::COMPLAINT];

/// Beside after-sales only these open a lead: they cannot be about what he has.
const BUYING: &[&str] = &[
    intent::PRICE_INQUIRY,
    intent::PRICE_NEGOTIATION,
    intent::QUOTE_REQUEST,
    intent::MOQ_INQUIRY,
    intent::SAMPLE_REQUEST,
    intent::PURCHASE,
    intent::REORDER,
];

/// Which intents earn which signal.
const SIGNALS: &[(&str, &[&str])] = &[
    (signal::ASKED_PRICE, &[intent::PRICE_INQUIRY, intent::QUOTE_REQUEST]),
    (signal::ASKED_DELIVERY, &[intent::LEAD_TIME_INQUIRY, intent::SHIPPING_INQUIRY]),
    (signal::ASKED_DISCOUNT, &[intent::PRICE_NEGOTIATION]),
];

/// So many needs of one lead are remembered.
const MAX_NEEDS: usize = 20;

/// So many messages of the buyer show that he is serious.
const MANY_MESSAGES: usize = 5;

/// The contact's lead after this turn; `None` where there is none and nothing opens one. `id` is for a new one.
pub(crate) fn score(circumstances: &Circumstances<'_>, id: LeadId) -> Option<Lead> {
    let situation = circumstances.situation;
    let now = situation.now;
    let sells_to_us = circumstances.intent() == intent::SOLICITATION;
    let needs = needs(circumstances);
    // A colleague's lead is this one only where both want the same.
    let known = situation.lead.filter(|lead| {
        lead.status.is_open()
            && (lead.contact == situation.contact.id || is_shared(circumstances, lead, &needs))
    });
    let mut lead = match known {
        Some(lead) if sells_to_us => return Some(lead.clone()),
        Some(lead) => lead.clone(),
        None if sells_to_us || !opens(&circumstances.intents) => return None,
        None => Lead::new(id, situation.contact.id, now),
    };
    for (name, intents) in SIGNALS {
        let asked = circumstances.intents.iter().position(|intent| intents.contains(intent));
        if let Some(position) = asked {
            add(circumstances, &mut lead, name, message_of(circumstances, position));
        }
    }
    if let Some(message) = many_messages(circumstances) {
        add(circumstances, &mut lead, signal::FIVE_MESSAGES, message);
    }
    lead.summary = routing::lead_summary(situation, circumstances.remembered);
    lead.company = lead.company.or(situation.contact.company.filter(|_| situation.contact.is_verified()));
    for need in needs {
        if !lead.needs.contains(&need) {
            lead.needs.push(need);
        }
    }
    let forgotten = lead.needs.len().saturating_sub(MAX_NEEDS);
    lead.needs.drain(..forgotten);
    // He is heard of again.
    lead.proposal = None;
    // Who took it from somebody meant it to be nobody's.
    if lead.assigned_to.is_none() && lead.asked.is_empty() {
        lead.assigned_to = routing::lead_candidates(circumstances, &lead.needs).into_iter().next();
    }
    if Some(&lead) != known {
        lead.updated_at = now;
    }
    Some(lead)
}

/// Whether a message with these intents shows that somebody may buy.
fn opens(intents: &[&str]) -> bool {
    let says = |names: &[&str]| intents.iter().any(|intent| names.contains(intent));
    says(if says(AFTER_SALES) { BUYING } else { OPENING })
}

/// Whether somebody must be told now: the lead is worth it and nobody was told before. Marks the lead as told. `amount` is what the deal
/// is worth, where that is known. From now on its time for being taken up runs.
pub(crate) fn notify(situation: &Situation<'_>, lead: &mut Lead, amount: Option<&Money>) -> bool {
    if lead.notified_at.is_some() {
        return false;
    }
    let settings = &situation.knowledge.leads;
    let reached = match learned_score(situation) {
        Some(score) => {
            let whole = amount.map(|amount| amount.minor / 10_i64.pow(amount.currency.minor_digits()));
            score.is_worth_telling(lead, settings.told, settings.threshold, whole)
        }
        None => lead.score >= settings.threshold,
    };
    if reached {
        lead.notified_at = Some(situation.now);
        let pressed = lead.status == LeadStatus::New;
        let minutes = settings.take_up_within_minutes.filter(|_| pressed);
        lead.due_at =
            minutes.and_then(|minutes| routing::working_time(situation.knowledge, situation.now, minutes));
    }
    reached
}

/// The chance that outcomes tell, beside the points; `None` where outcomes are too few.
pub(crate) fn explained(situation: &Situation<'_>, lead: &Lead) -> Option<LearnedScore> {
    learned_score(situation).map(|score| score.explain(lead))
}

/// In the terminal and in golden conversations the points alone count.
fn learned_score<'s>(situation: &Situation<'s>) -> Option<&'s learned::Score> {
    situation.learned.score().filter(|_| situation.inbox.kind != InboxKind::Chat)
}

/// The categories of what is wanted, or the products where they have none; the latest last.
fn needs(circumstances: &Circumstances<'_>) -> Vec<String> {
    let knowledge = circumstances.situation.knowledge;
    let mut needs: Vec<String> = Vec::new();
    for line in &circumstances.remembered.requirement.lines {
        let id = &line.product.value;
        let category = knowledge.product(id).and_then(|product| product.category.as_deref());
        let need = category.unwrap_or(id.as_str());
        if !needs.iter().any(|known| known == need) {
            needs.push(need.to_owned());
        }
    }
    needs
}

/// Whether a colleague's lead is for the same company and need.
fn is_shared(circumstances: &Circumstances<'_>, lead: &Lead, needs: &[String]) -> bool {
    let situation = circumstances.situation;
    let is_own = lead.company.is_some_and(|id| situation.is_own_company(id));
    situation.contact.is_verified() && is_own && lead.is_about(needs)
}

fn add(circumstances: &Circumstances<'_>, lead: &mut Lead, name: &str, evidence: MessageId) {
    let points = circumstances.situation.knowledge.leads.points.get(name).copied().unwrap_or_default();
    if points > 0 {
        lead.add_signal(name, points, evidence);
    }
}

/// Intents come in the order in which they were said; of several messages, the later intents stand in the later ones.
fn message_of(circumstances: &Circumstances<'_>, position: usize) -> MessageId {
    let situation = circumstances.situation;
    let at = position * situation.messages.len() / circumstances.intents.len().max(1);
    situation.messages.get(at).unwrap_or_else(|| situation.message_at(usize::MAX)).id
}

/// The message that makes it five of the buyer's within the lead, if it is in this turn or was before it.
fn many_messages(circumstances: &Circumstances<'_>) -> Option<MessageId> {
    let situation = circumstances.situation;
    let conversation = situation.conversation;
    let mut before = usize::try_from(conversation.memory.messages).unwrap_or(usize::MAX);
    // A lead of an earlier conversation brings at least the messages that earned it points.
    if let Some(lead) = situation.lead.filter(|lead| lead.created_at < conversation.opened_at) {
        let mut earlier: Vec<MessageId> = lead.signals.iter().map(|signal| signal.evidence).collect();
        earlier.sort_unstable();
        earlier.dedup();
        before = before.saturating_add(earlier.len());
    }
    let fifth = (MANY_MESSAGES - 1).saturating_sub(before);
    situation.messages.get(fifth).map(|message| message.id)
}

#[cfg(test)]
mod tests;
