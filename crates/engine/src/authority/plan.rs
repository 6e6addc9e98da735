//! What a turn does about the wishes of its messages.

use domain::{
    approval::{Approval, ApprovalStatus},
    conversation::{Memory, Owner},
    handoff::HandoffReason,
    id::{ApprovalId, TurnId},
    message::Author,
    negotiation::{AskedApproval, Move},
    promise::Offer,
    turn::{ApprovalView, Reply},
};

use super::{
    approval,
    judge::{Judged, Verdict},
    ledger,
};
use crate::{
    negotiation::{self, PlannedOffer},
    plan::Plan,
    situation::Situation,
    strategy::{Choice, circumstances::Circumstances},
};

/// What is offered, and what people are asked for.
pub(crate) struct Dealings {
    pub requests: Vec<Judged>,
    pub offers: Vec<PlannedOffer>,
    pub approvals: Vec<Approval>,
}

/// Whatever else hands the conversation over takes the wishes along: the person who comes decides about them.
pub(crate) fn deal(circumstances: &Circumstances<'_>, choice: &Choice, ids: &[ApprovalId]) -> Dealings {
    // While a person is waited for, the rules name a reason at each turn; on which grounds he is waited for was judged before.
    let owner = circumstances.situation.conversation.owner;
    let handed_over = owner == Owner::Assistant
        && choice.reason.is_some_and(|reason| reason != HandoffReason::OverAuthority);
    if choice.silent || handed_over {
        return Dealings { requests: Vec::new(), offers: Vec::new(), approvals: Vec::new() };
    }
    let requests = circumstances.judged().to_vec();
    let needs_person = requests.iter().any(Judged::needs_person);
    let may_offer = owner == Owner::Assistant && !needs_person;
    let mut offers: Vec<PlannedOffer> = Vec::new();
    if may_offer {
        offers.extend(requests.iter().filter_map(|judged| offered(circumstances.situation, judged)));
        if requests.is_empty() && choice.strategy.name == "negotiation" {
            offers.extend(negotiation::concede(circumstances));
        }
    }
    let approvals = approval::open(circumstances, &requests, ids);
    Dealings { requests, offers, approvals }
}

fn offered(situation: &Situation<'_>, judged: &Judged) -> Option<PlannedOffer> {
    let (terms, standing) = match &judged.verdict {
        Verdict::Granted => (judged.request.asked.clone(), false),
        Verdict::Standing(terms) => (terms.clone(), true),
        // What was given in place of what he asks for is said again.
        Verdict::Settled(id, _) => (ledger::of_approval(situation, *id)?.terms.clone(), true),
        Verdict::Beyond | Verdict::Pending(_) => return None,
    };
    let Judged { request, .. } = judged;
    Some(PlannedOffer {
        product: request.product.clone(),
        quantity: request.quantity,
        terms,
        give: None,
        standing,
    })
}

/// Notes in the conversation's memory what was asked and offered, and of whom an answer is waited for.
pub(crate) fn remember(memory: &mut Memory, situation: &Situation<'_>, plan: &Plan, offers: &[Offer]) {
    let at = situation.now;
    for Judged { request, .. } in &plan.requests {
        memory.negotiation.push(Move {
            by: Author::Buyer,
            product: request.product.clone(),
            quantity: request.quantity,
            terms: request.asked.clone(),
            condition: None,
            evidence: Some(request.evidence),
            at,
        });
    }
    for offer in offers {
        memory.negotiation.push(Move {
            by: offer.by,
            product: offer.product.clone(),
            quantity: offer.quantity,
            terms: offer.terms.clone(),
            condition: offer.condition.clone(),
            evidence: situation.messages.last().map(|message| message.id),
            at,
        });
    }
    for approval in &plan.approvals {
        memory.negotiation.ask(AskedApproval {
            id: approval.id,
            key: approval.key.clone(),
            status: ApprovalStatus::Pending,
        });
    }
}

/// The approvals that the turn's wishes are waiting for, or were decided by.
pub(crate) fn views(plan: &Plan) -> Vec<ApprovalView> {
    let known = plan.requests.iter().filter_map(|judged| {
        let parameter = judged.request.asked.parameter();
        match judged.verdict {
            Verdict::Pending(id) => Some(ApprovalView { id, parameter, status: ApprovalStatus::Pending }),
            Verdict::Settled(id, status) => Some(ApprovalView { id, parameter, status }),
            Verdict::Granted | Verdict::Standing(_) | Verdict::Beyond => None,
        }
    });
    let new = plan.approvals.iter().map(|approval| ApprovalView {
        id: approval.id,
        parameter: approval.asked.parameter(),
        status: approval.status,
    });
    known.chain(new).collect()
}

/// What the buyer is told he can have, for the ledger; nothing where a person sends the reply or there is none.
pub(crate) fn promises(situation: &Situation<'_>, plan: &Plan, reply: &Reply, turn: TurnId) -> Vec<Offer> {
    if reply.draft || reply.text.is_empty() {
        return Vec::new();
    }
    let valid_until = situation.now.plus_hours(24 * situation.knowledge.authority.offer_days);
    let new = plan.offers.iter().filter(|offer| !offer.standing);
    new.map(|offer| Offer {
        by: Author::Assistant,
        product: offer.product.clone(),
        quantity: offer.quantity,
        terms: offer.terms.clone(),
        condition: offer.give.and_then(negotiation::Give::condition).map(str::to_owned),
        turn: Some(turn),
        approval: None,
        at: situation.now,
        valid_until,
    })
    .collect()
}
