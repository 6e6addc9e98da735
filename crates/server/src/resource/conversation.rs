//! Conversations and messages.

use domain::{conversation as stored, message, message::Author};
use serde::Serialize;
use utoipa::ToSchema;

/// A conversation in one inbox.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Conversation {
    /// `cnv_…`
    id: String,
    inbox_id: String,
    contact_id: String,
    /// `open`, `resolved` or `lapsed` (ended by silence).
    status: &'static str,
    /// `assistant`, `waiting` (a person was asked for) or `person`.
    owner: &'static str,
    /// The person who has it.
    assigned_to: Option<String>,
    /// Turns so far.
    rounds: u32,
    /// Why a person is asked for, while one is.
    handoff: Option<Handoff>,
    opened_at: String,
    last_message_at: String,
    ended_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Handoff {
    /// `vip`, `asked_for_human`, `complaint`, …
    reason: &'static str,
    summary: String,
    /// The person or team that is asked.
    assigned_to: Option<String>,
    requested_at: String,
    /// Until when it has to be accepted; the next one is asked then.
    due_at: Option<String>,
    /// Who was asked before and did not accept in time.
    asked: Vec<String>,
}

/// A conversation as the list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationItem {
    #[serde(flatten)]
    pub conversation: Conversation,
    pub contact_name: Option<String>,
    pub company_name: Option<String>,
    /// Null before the first message is stored.
    pub last_message: Option<Message>,
}

/// A message of the buyer, the assistant or a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Message {
    /// `msg_…`
    id: String,
    conversation_id: String,
    /// Position within the conversation, from 1.
    seq: i64,
    /// `buyer`, `assistant` or `agent`.
    author: &'static str,
    /// The person who wrote it.
    agent_id: Option<String>,
    /// The channel's id of a buyer's message, or the client's of a person's.
    external_id: Option<String>,
    /// `text`, `image`, `voice`, `video`, `file`, `location`, `card` or `event`.
    kind: &'static str,
    text: String,
    attachments: Vec<Attachment>,
    /// The turn that it belongs to or came from.
    turn_id: Option<String>,
    /// Held for a person to send; the buyer has not seen it.
    draft: bool,
    at: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Attachment {
    kind: &'static str,
    url: String,
    name: Option<String>,
    /// Bytes.
    size: Option<i64>,
}

impl From<stored::Conversation> for Conversation {
    fn from(conversation: stored::Conversation) -> Self {
        Self {
            id: conversation.id.to_string(),
            inbox_id: conversation.inbox.to_string(),
            contact_id: conversation.contact.to_string(),
            status: conversation.status.name(),
            owner: conversation.owner.name(),
            assigned_to: conversation.assigned_to.map(|agent| agent.to_string()),
            rounds: conversation.memory.rounds,
            handoff: conversation.memory.handoff.map(|handoff| Handoff {
                reason: handoff.reason.name(),
                summary: handoff.summary,
                assigned_to: handoff.assigned_to,
                requested_at: handoff.requested_at.to_string(),
                due_at: handoff.due_at.map(|at| at.to_string()),
                asked: handoff.asked,
            }),
            opened_at: conversation.opened_at.to_string(),
            last_message_at: conversation.last_message_at.to_string(),
            ended_at: conversation.ended_at.map(|at| at.to_string()),
        }
    }
}

impl From<message::Message> for Message {
    fn from(message: message::Message) -> Self {
        let agent_id = match message.author {
            Author::Agent(agent) => Some(agent.to_string()),
            Author::Buyer | Author::Assistant => None,
        };
        let attachments = message.attachments.into_iter().map(|attachment| Attachment {
            kind: attachment.kind.name(),
            url: attachment.url,
            name: attachment.name,
            size: attachment.size,
        });
        Self {
            id: message.id.to_string(),
            conversation_id: message.conversation.to_string(),
            seq: message.seq,
            author: message.author.name(),
            agent_id,
            external_id: message.external_id,
            kind: message.kind.name(),
            text: message.text,
            attachments: attachments.collect(),
            turn_id: message.turn.map(|turn| turn.to_string()),
            draft: message.draft,
            at: message.at.to_string(),
        }
    }
}
