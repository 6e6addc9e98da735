//! What must still be delivered. Nothing is sent that is not here.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{ConversationId, LeadId, MessageId, OutboxId},
};

/// What is to be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Delivery {
    /// A message to the buyer, by the channel of its inbox.
    Message { conversation: ConversationId, message: MessageId },
    /// Tell the assignee of a lead that reached the threshold.
    LeadNotification { lead: LeadId },
    /// Tell the team that a person is asked for.
    HandoffNotification { conversation: ConversationId },
}

impl Delivery {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Message { .. } => "message",
            Self::LeadNotification { .. } => "lead_notification",
            Self::HandoffNotification { .. } => "handoff_notification",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxStatus {
    Pending,
    /// Given to the channel.
    Sent,
    /// Written under an owner who no longer has the conversation.
    Superseded,
    /// Too old to be useful; shown to a person instead.
    Expired,
    /// Whether it arrived is not known; never resent by itself.
    Uncertain,
    Failed,
}

impl OutboxStatus {
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Sent, Self::Superseded, Self::Expired, Self::Uncertain, Self::Failed];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Uncertain => "uncertain",
            Self::Failed => "failed",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    pub id: OutboxId,
    pub delivery: Delivery,
    /// The owner epoch that the assistant wrote under; `None` for people and notifications, which are exempt.
    pub owner_epoch: Option<i64>,
    pub status: OutboxStatus,
    pub attempts: u32,
    pub due_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
}
