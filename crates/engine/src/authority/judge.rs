//! Whether what a message asks for may be granted.

use domain::{
    approval::ApprovalStatus, conversation::Owner, handoff::HandoffReason, id::ApprovalId,
    negotiation::Terms, profile::Profile,
};

use super::{
    Limits, Role, Subject, ledger,
    request::{Request, requests},
    within,
};
use crate::strategy::circumstances::Circumstances;

/// What the assistant may say to a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It lies within the assistant's authority.
    Granted,
    /// It was promised before and still stands: these terms are at least as good.
    Standing(Terms),
    /// It lies beyond, and nobody was asked yet.
    Beyond,
    /// A person was asked for the same before and has not decided.
    Pending(ApprovalId),
    /// A person decided about the same before: there is no more than he gave.
    Settled(ApprovalId, ApprovalStatus),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub request: Request,
    pub verdict: Verdict,
}

impl Judged {
    /// A person has to be asked, or has been.
    pub(crate) const fn needs_person(&self) -> bool {
        matches!(self.verdict, Verdict::Beyond | Verdict::Pending(_))
    }
}

/// The customer's grade: the tier that the shop gave him, else `new` or `existing`.
pub(crate) fn grade(profile: &Profile) -> &str {
    profile.tier.as_deref().unwrap_or(profile.customer_type.name())
}

/// The wishes of the turn's messages with what may be said to each. None while a person has the conversation, or is waited for on
/// other grounds than such a wish.
pub(crate) fn judge(circumstances: &Circumstances<'_>) -> Vec<Judged> {
    let situation = circumstances.situation;
    let waits_for_approval = || {
        let handoff = situation.conversation.memory.handoff.as_ref();
        handoff.is_some_and(|handoff| handoff.reason == HandoffReason::OverAuthority)
    };
    match situation.conversation.owner {
        Owner::Assistant => {}
        Owner::Waiting if waits_for_approval() => {}
        Owner::Waiting | Owner::Person => return Vec::new(),
    }
    let requests = requests(circumstances);
    if requests.is_empty() {
        return Vec::new();
    }
    let grade = grade(&circumstances.remembered.profile);
    // The assistant always has limits.
    let limits = situation.knowledge.authority.limits(Role::Assistant, Some(grade)).unwrap_or_default();
    requests
        .into_iter()
        .map(|request| Judged { verdict: verdict(circumstances, &limits, &request), request })
        .collect()
}

fn verdict(circumstances: &Circumstances<'_>, limits: &Limits, request: &Request) -> Verdict {
    let situation = circumstances.situation;
    let knowledge = situation.knowledge;
    let product = request.product.as_ref().and_then(|id| knowledge.product(id));
    let subject = Subject { product, quantity: request.quantity, list_price: request.list_price.as_ref() };
    let promised = ledger::standing(situation, product, request.quantity)
        .find(|offer| ledger::satisfies(&offer.terms, &request.asked));
    if let Some(offer) = promised {
        return Verdict::Standing(offer.terms.clone());
    }
    if !request.is_last_price && within(knowledge, limits, subject, &request.asked) {
        return Verdict::Granted;
    }
    let key = request.key(&situation.contact.id.to_string());
    match situation.conversation.memory.negotiation.asked(&key) {
        None => Verdict::Beyond,
        Some(asked) => match asked.status {
            ApprovalStatus::Pending => Verdict::Pending(asked.id),
            // Nobody said anything: he may be asked again.
            ApprovalStatus::Expired => Verdict::Beyond,
            settled => Verdict::Settled(asked.id, settled),
        },
    }
}
