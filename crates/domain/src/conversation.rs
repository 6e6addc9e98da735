//! A conversation in one inbox, and who owns it.
//!
//! Two counters guard it. `lease_token` rises at every claim and guards the turn's commit, so that a worker that comes back from the
//! dead is fenced. `owner_epoch` rises at every change of owner; each of the assistant's messages carries the epoch that it was
//! written under and is not sent under another one. That is how the assistant falls silent when a person takes over.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    handoff::Handoff,
    id::{AgentId, ContactId, ConversationId, IdentityId, InboxId, ProductId},
    language::Language,
    negotiation::Negotiation,
};

/// Who answers the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    #[default]
    Assistant,
    /// A person was asked for; the assistant still answers plain facts.
    Waiting,
    Person,
}

impl Owner {
    pub const ALL: [Self; 3] = [Self::Assistant, Self::Waiting, Self::Person];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Assistant => "assistant",
            Self::Waiting => "waiting",
            Self::Person => "person",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|owner| owner.name() == name)
    }
}

/// A conversation is open until somebody resolves it or it falls silent for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    Open,
    Resolved,
    /// Ended by silence.
    Lapsed,
}

impl Status {
    pub const ALL: [Self; 3] = [Self::Open, Self::Resolved, Self::Lapsed];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
            Self::Lapsed => "lapsed",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What one past turn was about; the last few decide timing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentTurn {
    pub intents: Vec<String>,
    pub topic: Option<String>,
    pub strategy: String,
    /// Products whose price the reply told, recommendations aside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub priced: Vec<ProductId>,
}

/// What the assistant asked last, in whose light the next message is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingQuestion {
    /// `quantity`, `product`, `destination`, `intent`, `offer` …
    pub about: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// What a conversation carries from turn to turn; its size does not grow with the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    pub rounds: u32,
    /// The buyer's messages in this conversation.
    pub messages: u32,
    /// The newest last, [`Memory::RECENT`] at most.
    pub recent: Vec<RecentTurn>,
    pub question: Option<PendingQuestion>,
    /// Products offered in this conversation.
    pub offered: Vec<ProductId>,
    /// Products that the buyer last saw side by side, in that order: "the first one" is one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<ProductId>,
    pub last_offer_at: Option<Timestamp>,
    /// Turns in a row that were not understood.
    pub misunderstood: u32,
    pub handoff: Option<Handoff>,
    /// Whether the buyer was told that an assistant answers.
    pub disclosed: bool,
    /// The language of the conversation so far.
    pub language: Option<Language>,
    /// How often a language model was asked what a message means.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub model_questions: u32,
    /// What was asked and offered beyond the list, and what was asked of people.
    #[serde(default, skip_serializing_if = "Negotiation::is_empty")]
    pub negotiation: Negotiation,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Memory {
    pub const RECENT: usize = 5;

    pub fn push(&mut self, turn: RecentTurn) {
        if self.recent.len() >= Self::RECENT {
            self.recent.remove(0);
        }
        self.recent.push(turn);
    }

    /// What a conversation begins with that takes up one that has ended: what was spoken of last, none of what was counted.
    pub fn resumed(&self) -> Self {
        let Self { recent, question, listed, last_offer_at, disclosed, language, .. } = self.clone();
        Self { recent, question, listed, last_offer_at, disclosed, language, ..Self::default() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub inbox: InboxId,
    pub identity: IdentityId,
    pub contact: ContactId,
    pub status: Status,
    pub owner: Owner,
    pub owner_epoch: i64,
    pub assigned_to: Option<AgentId>,
    pub memory: Memory,
    pub opened_at: Timestamp,
    pub last_message_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// A change of owner or status that is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMove {
    #[error("the conversation has ended; the buyer's next message opens a new one")]
    Ended,
    #[error("another person has the conversation; assign it to yourself first")]
    OwnedByAnother,
    #[error("the assistant has the conversation already")]
    AlreadyAssistant,
}

impl Conversation {
    const fn open(&self) -> Result<(), InvalidMove> {
        match self.status {
            Status::Open => Ok(()),
            Status::Resolved | Status::Lapsed => Err(InvalidMove::Ended),
        }
    }

    const fn give_to(&mut self, owner: Owner) {
        self.owner = owner;
        self.owner_epoch += 1;
    }

    /// The assistant asks for a person. Asking again while one is waited for changes nothing.
    pub fn request_person(&mut self, handoff: Handoff) -> Result<(), InvalidMove> {
        self.open()?;
        match self.owner {
            Owner::Assistant => {
                self.give_to(Owner::Waiting);
                self.memory.handoff = Some(handoff);
            }
            Owner::Waiting | Owner::Person => {}
        }
        Ok(())
    }

    /// A person takes over; from here on the assistant is silent. Taking over what is one's own changes nothing.
    pub fn take_over(&mut self, agent: AgentId) -> Result<(), InvalidMove> {
        self.open()?;
        match (self.owner, self.assigned_to) {
            (Owner::Person, Some(other)) if other == agent => Ok(()),
            (Owner::Person, Some(_)) => Err(InvalidMove::OwnedByAnother),
            _ => {
                self.assigned_to = Some(agent);
                self.give_to(Owner::Person);
                Ok(())
            }
        }
    }

    /// Gives the conversation to a named person, whoever has it.
    pub fn assign(&mut self, agent: AgentId) -> Result<(), InvalidMove> {
        self.open()?;
        self.assigned_to = Some(agent);
        self.give_to(Owner::Person);
        Ok(())
    }

    pub fn return_to_assistant(&mut self) -> Result<(), InvalidMove> {
        self.open()?;
        if self.owner == Owner::Assistant {
            return Err(InvalidMove::AlreadyAssistant);
        }
        self.assigned_to = None;
        self.memory.handoff = None;
        self.memory.misunderstood = 0;
        self.give_to(Owner::Assistant);
        Ok(())
    }

    pub fn resolve(&mut self, now: Timestamp) -> Result<(), InvalidMove> {
        self.end(Status::Resolved, now)
    }

    /// Ended by silence.
    pub fn lapse(&mut self, now: Timestamp) -> Result<(), InvalidMove> {
        self.end(Status::Lapsed, now)
    }

    fn end(&mut self, status: Status, now: Timestamp) -> Result<(), InvalidMove> {
        self.open()?;
        self.status = status;
        self.ended_at = Some(now);
        self.owner_epoch += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{handoff::HandoffReason, id};

    fn conversation() -> Conversation {
        let now = Timestamp::from_millis(1);
        let raw = id::compose(now, 1);
        Conversation {
            id: ConversationId::from_ulid(raw),
            inbox: InboxId::from_ulid(raw),
            identity: IdentityId::from_ulid(raw),
            contact: ContactId::from_ulid(raw),
            status: Status::Open,
            owner: Owner::Assistant,
            owner_epoch: 0,
            assigned_to: None,
            memory: Memory::default(),
            opened_at: now,
            last_message_at: now,
            ended_at: None,
        }
    }

    fn agent(n: u128) -> AgentId {
        AgentId::from_ulid(id::compose(Timestamp::from_millis(1), n))
    }

    fn handoff() -> Handoff {
        let requested_at = Timestamp::from_millis(1);
        Handoff::new(HandoffReason::Vip, String::new(), requested_at)
    }

    #[test]
    fn every_change_of_owner_raises_the_epoch_once() {
        let mut conversation = conversation();
        conversation.request_person(handoff()).expect("asks");
        conversation.request_person(handoff()).expect("asking again is harmless");
        assert_eq!((conversation.owner, conversation.owner_epoch), (Owner::Waiting, 1));
        conversation.take_over(agent(1)).expect("takes over");
        conversation.take_over(agent(1)).expect("mine already");
        assert_eq!((conversation.owner, conversation.owner_epoch), (Owner::Person, 2));
        conversation.return_to_assistant().expect("returns");
        assert_eq!((conversation.owner, conversation.owner_epoch), (Owner::Assistant, 3));
        assert_eq!(conversation.memory.handoff, None);
    }

    #[test]
    fn a_second_person_does_not_take_over_silently() {
        let mut conversation = conversation();
        conversation.take_over(agent(1)).expect("takes over");
        assert_eq!(conversation.take_over(agent(2)), Err(InvalidMove::OwnedByAnother));
        conversation.assign(agent(2)).expect("assigning does");
        assert_eq!(conversation.assigned_to, Some(agent(2)));
    }

    #[test]
    fn an_ended_conversation_does_not_move() {
        let mut conversation = conversation();
        conversation.resolve(Timestamp::from_millis(5)).expect("resolves");
        assert_eq!(conversation.take_over(agent(1)), Err(InvalidMove::Ended));
        assert_eq!(conversation.return_to_assistant(), Err(InvalidMove::Ended));
        assert_eq!(conversation.resolve(Timestamp::from_millis(6)), Err(InvalidMove::Ended));
    }
}
