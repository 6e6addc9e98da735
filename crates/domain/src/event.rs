//! What happened, for the live feed and for whoever counts afterwards.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Timestamp,
    id::{ContactId, ConversationId, EventId},
};

/// The kinds of events. Their names are the `event:` field of the live feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    MessageReceived,
    MessageSent,
    TurnCompleted,
    OwnerChanged,
    ConversationOpened,
    ConversationEnded,
    HandoffRequested,
    LeadChanged,
    KnowledgePublished,
    /// An approval was asked for, decided, or ran out. It never carries a cost, a floor or a margin.
    ApprovalChanged,
    /// A quote was made, sent, accepted, or came to its end.
    QuoteChanged,
    /// A follow-up was written, changed or cancelled.
    FollowUpChanged,
    /// A person changed what is known of a buyer.
    ProfileEdited,
}

impl EventKind {
    pub const ALL: [Self; 13] = [
        Self::MessageReceived,
        Self::MessageSent,
        Self::TurnCompleted,
        Self::OwnerChanged,
        Self::ConversationOpened,
        Self::ConversationEnded,
        Self::HandoffRequested,
        Self::LeadChanged,
        Self::KnowledgePublished,
        Self::ApprovalChanged,
        Self::QuoteChanged,
        Self::FollowUpChanged,
        Self::ProfileEdited,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::MessageReceived => "message_received",
            Self::MessageSent => "message_sent",
            Self::TurnCompleted => "turn_completed",
            Self::OwnerChanged => "owner_changed",
            Self::ConversationOpened => "conversation_opened",
            Self::ConversationEnded => "conversation_ended",
            Self::HandoffRequested => "handoff_requested",
            Self::LeadChanged => "lead_changed",
            Self::KnowledgePublished => "knowledge_published",
            Self::ApprovalChanged => "approval_changed",
            Self::QuoteChanged => "quote_changed",
            Self::FollowUpChanged => "follow_up_changed",
            Self::ProfileEdited => "profile_edited",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// An event before it has its number; committed together with what it tells of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewEvent {
    pub id: EventId,
    pub kind: EventKind,
    pub conversation: Option<ConversationId>,
    pub contact: Option<ContactId>,
    pub data: Value,
    pub at: Timestamp,
}

/// A committed event. `number` rises without a gap in the order in which readers may see events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub number: i64,
    #[serde(flatten)]
    pub event: NewEvent,
}
