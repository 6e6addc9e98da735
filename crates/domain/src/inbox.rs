//! One configured channel.

use serde::{Deserialize, Serialize};

use crate::id::InboxId;

/// How replies of an inbox reach the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxKind {
    /// Programs that call `POST /api/v1/messages`; the answer is the delivery.
    Api,
    /// The chat widget; the visitor reads the conversation from this server.
    Web,
    /// The terminal, and golden conversations.
    Chat,
}

impl InboxKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Web => "web",
            Self::Chat => "chat",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Api, Self::Web, Self::Chat].into_iter().find(|kind| kind.name() == name)
    }

    /// Whether somebody may be written to hours after he wrote: a terminal is closed by then.
    pub const fn reaches_later(self) -> bool {
        match self {
            Self::Api | Self::Web => true,
            Self::Chat => false,
        }
    }

    /// Whether buyers read their replies from this server, so that the commit of a turn is its delivery.
    pub const fn delivers_by_commit(self) -> bool {
        match self {
            Self::Api | Self::Web | Self::Chat => true,
        }
    }
}

/// How far the assistant may go on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Autonomy {
    /// Says nothing.
    Off,
    /// Writes drafts that a person sends.
    #[default]
    Draft,
    /// Answers plain questions.
    Answer,
    /// Also names prices and quotes.
    Quote,
    /// Also negotiates within its authority and recommends.
    Sell,
}

impl Autonomy {
    pub const ALL: [Self; 5] = [Self::Off, Self::Draft, Self::Answer, Self::Quote, Self::Sell];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Draft => "draft",
            Self::Answer => "answer",
            Self::Quote => "quote",
            Self::Sell => "sell",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    pub id: InboxId,
    /// Unique within the desk: `api`, `web`, …
    pub name: String,
    pub kind: InboxKind,
    pub autonomy: Autonomy,
}
