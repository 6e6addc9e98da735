//! What buyers, the assistant and people write.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{AgentId, ConversationId, MessageId, TurnId},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    #[default]
    Text,
    Image,
    Voice,
    Video,
    File,
    Location,
    Card,
    Event,
}

impl MessageKind {
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Image,
        Self::Voice,
        Self::Video,
        Self::File,
        Self::Location,
        Self::Card,
        Self::Event,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::File => "file",
            Self::Location => "location",
            Self::Card => "card",
            Self::Event => "event",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub kind: MessageKind,
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", content = "id")]
pub enum Author {
    Buyer,
    Assistant,
    Agent(AgentId),
}

impl Author {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Assistant => "assistant",
            Self::Agent(_) => "agent",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub conversation: ConversationId,
    /// Position within the conversation, from 1, in the order of acceptance.
    pub seq: i64,
    pub author: Author,
    /// The channel's id of a buyer's message.
    pub external_id: Option<String>,
    pub kind: MessageKind,
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The turn that a buyer's message belongs to, or that an assistant's message came from.
    pub turn: Option<TurnId>,
    /// Held for a person to send.
    #[serde(default)]
    pub draft: bool,
    pub at: Timestamp,
}
