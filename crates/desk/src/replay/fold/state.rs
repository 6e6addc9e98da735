//! What one revision has made of a contact's past so far.

use std::collections::BTreeMap;

use domain::{
    Timestamp,
    approval::ApprovalStatus,
    contact::Contact,
    conversation::{Conversation, Owner},
    id::{ConversationId, PromiseId},
    lead::{Lead, LeadStatus},
    profile::Profile,
    promise::Promise,
    quote::{Quote, QuoteChange, QuoteStatus},
    requirement::Requirement,
};
use engine::turn::TakenTurn;
use store::History;

use super::{Moment, SOMEBODY, following};

/// What one revision has made of the past so far.
#[derive(Clone, PartialEq)]
pub(super) struct State {
    pub(super) contact: Contact,
    pub(super) lead: Option<Lead>,
    /// The assistant's own.
    pub(super) quotes: Vec<Quote>,
    pub(super) promises: Vec<Promise>,
    pub(super) conversations: BTreeMap<ConversationId, Conversation>,
}

impl State {
    /// Name, company and attributes are those that stand now: what they were is not kept.
    pub(super) fn new(past: &History) -> Self {
        let contact = Contact {
            profile: Profile::default(),
            requirement: Requirement::default(),
            ..past.contact.clone()
        };
        Self { contact, lead: None, quotes: Vec::new(), promises: Vec::new(), conversations: BTreeMap::new() }
    }

    /// Takes in what people did since the turn before.
    pub(super) fn meet(&mut self, moment: &Moment<'_>) {
        let (past, now) = (moment.records.past, moment.turn.at);
        // What was edited after the turn before; the store sees to it that no two of them have one time.
        let is_new = |at: Timestamp| at <= now && moment.last_at.is_none_or(|last| last < at);
        for (_, edit) in past.edits.iter().filter(|(_, edit)| is_new(edit.at)) {
            self.contact.profile.edit(edit);
        }
        let id = moment.conversation.id;
        let opened = moment.opening(self);
        let conversation = self.conversations.entry(id).or_insert(opened);
        // It is open, which is all that these moves ask for.
        if moment.person_owns && conversation.owner != Owner::Person {
            conversation.assign(SOMEBODY).ok();
        } else if !moment.person_owns
            && (conversation.owner == Owner::Person
                || (conversation.owner == Owner::Waiting && moment.returned))
        {
            conversation.return_to_assistant().ok();
        }
        // Nobody accepted in time and the next one was asked.
        let passed_on = moment.turn.handoff.as_ref().filter(|recorded| !recorded.asked.is_empty());
        if let (Some(known), Some(recorded)) = (&mut conversation.memory.handoff, passed_on)
            && known.requested_at == recorded.requested_at
        {
            known.assigned_to.clone_from(&recorded.assigned_to);
            known.team.clone_from(&recorded.team);
            known.asked.clone_from(&recorded.asked);
            known.due_at = recorded.due_at;
        }
        for asked in &mut conversation.memory.negotiation.approvals {
            let settled = past.approvals.iter().find(|approval| {
                approval.key == asked.key
                    && approval.conversation == id
                    && approval.outcome.as_ref().is_some_and(|outcome| outcome.at <= now)
            });
            if let Some(settled) = settled.filter(|_| asked.status == ApprovalStatus::Pending) {
                asked.status = settled.status;
            }
        }
        let Some(lead) = &mut self.lead else { return };
        let closed = past.leads.iter().any(|closed| {
            !closed.status.is_open()
                && lead.created_at <= closed.updated_at
                && closed.updated_at <= now
                && moment.last_at.is_none_or(|last| last < closed.updated_at)
        });
        if closed {
            self.lead = None;
        } else if let Some(recorded) = moment.turn.lead.as_ref().filter(|recorded| recorded.id == lead.id) {
            lead.status = recorded.status;
            lead.assigned_to.clone_from(&recorded.assigned_to);
        }
    }

    /// Whether a message in this conversation means the same from both states.
    pub(super) fn is_heard_like(&self, other: &Self, id: ConversationId) -> bool {
        let heard = |state: &Self| {
            let memory = state.conversations.get(&id).map(|conversation| &conversation.memory);
            let question = memory.and_then(|memory| memory.question.clone());
            let focus = state.contact.requirement.focus().map(|line| line.product.value.clone());
            let listed = memory.map(|memory| memory.listed.clone()).unwrap_or_default();
            let topic =
                memory.and_then(|memory| memory.recent.iter().rev().find_map(|turn| turn.topic.clone()));
            (question, focus, topic, listed, memory.and_then(|memory| memory.language))
        };
        std::ptr::eq(self, other) || heard(self) == heard(other)
    }

    pub(super) fn apply(&mut self, taken: TakenTurn) {
        let TakenTurn { turn, conversation, contact, lead, offers, quote, .. } = taken;
        let (id, company) = (contact.id, contact.company.filter(|_| contact.is_verified()));
        self.promises.extend(offers.into_iter().enumerate().map(|(index, offer)| Promise {
            id: PromiseId::from_ulid(following(turn.id.ulid(), index)),
            contact: id,
            company,
            conversation: conversation.id,
            offer,
        }));
        self.contact = contact;
        self.conversations.insert(conversation.id, conversation);
        if lead.is_some() {
            self.lead = lead;
        }
        match quote {
            Some(QuoteChange::Insert(quote)) => {
                for before in &mut self.quotes {
                    if quote.supersedes == Some(before.id) {
                        before.status = QuoteStatus::Superseded;
                    }
                }
                // A contact who has a quote stands at `quoted` on the board.
                if let Some(lead) = self.lead.as_mut().filter(|_| quote.status == QuoteStatus::Sent)
                    && matches!(lead.status, LeadStatus::New | LeadStatus::Contacted | LeadStatus::Qualified)
                {
                    lead.status = LeadStatus::Quoted;
                }
                self.quotes.push(*quote);
            }
            Some(QuoteChange::Accept(accepted)) => {
                for quote in self.quotes.iter_mut().filter(|quote| quote.id == accepted) {
                    quote.status = QuoteStatus::Accepted;
                }
            }
            None => {}
        }
    }
}
