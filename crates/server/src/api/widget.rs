//! The visitor's own side: he sees his conversation and nothing else.

pub(crate) mod events;
pub(crate) mod history;
pub(crate) mod open;
pub(crate) mod send;

use domain::{
    contact::Identity,
    conversation::Conversation,
    id::ConversationId,
    language::{LocalizedText, ReplyLanguage},
    message::{Author, Message},
};
use serde::Serialize;
use store::{ConversationFilter, Page};
use utoipa::ToSchema;

use crate::{AppState, access::Visitor, problem::Problem, resource::catalog::Text};

pub(crate) const INBOX: &str = "web";

/// A message as the visitor sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitorMessage)]
pub(crate) struct Said {
    id: String,
    /// `buyer`, `assistant` or `agent`.
    author: &'static str,
    text: String,
    at: String,
    /// The visitor's own id of what he wrote.
    client_id: Option<String>,
}

impl Said {
    /// `None` for what the visitor may not see: drafts.
    fn of(message: Message) -> Option<Self> {
        if message.draft {
            return None;
        }
        Some(Self {
            id: message.id.to_string(),
            author: message.author.name(),
            text: message.text,
            at: message.at.to_string(),
            client_id: message.external_id.filter(|_| message.author == Author::Buyer),
        })
    }
}

/// What stands above the conversation.
fn shop_name(state: &AppState) -> Text {
    let name = state.desk.published().knowledge.shop.name.clone();
    if name.get(ReplyLanguage::Zh).is_empty() { LocalizedText::one("掌柜").into() } else { name.into() }
}

/// The visitor as the inbox knows him; none before his first message.
async fn identity(state: &AppState, visitor: &Visitor) -> Result<Option<Identity>, Problem> {
    let Some(inbox) = state.desk.inbox(INBOX) else { return Ok(None) };
    Ok(state.desk.store().identity_by_external(inbox.id, &visitor.external_id).await?)
}

/// How many of the contact's conversations are looked through for the visitor's own.
const LOOKED_THROUGH: u32 = 50;

/// The visitor's own conversations, the newest activity first. Others of the same person, in other browsers, are not his to see.
async fn own_conversations(state: &AppState, identity: &Identity) -> Result<Vec<Conversation>, Problem> {
    let filter = ConversationFilter {
        inbox: Some(identity.inbox),
        contact: Some(identity.contact),
        ..Default::default()
    };
    let found = state.desk.store().conversations(filter, Page::first(LOOKED_THROUGH)).await?;
    Ok(found.items.into_iter().filter(|conversation| conversation.identity == identity.id).collect())
}

async fn owns(state: &AppState, identity: &Identity, id: ConversationId) -> bool {
    let conversation = state.desk.store().conversation(id).await.ok().flatten();
    conversation.is_some_and(|conversation| conversation.identity == identity.id)
}
