//! `GET /api/v1/widget/events`: what happens in the visitor's own conversation, as it happens.

use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use desk::conversations::visible_to_buyer;
use domain::{
    contact::Identity,
    event::{Event, EventKind},
    id::ConversationId,
};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::{Said, identity, own_conversations, owns};
use crate::{
    AppState,
    access::{Access, Visitor},
    endpoint::{Content, Endpoint, get},
    live::{Audience, message_of, stream_to},
    problem::Problem,
};

/// The visitor, and which conversations are known to be his.
struct Own {
    identity: Identity,
    conversations: Vec<ConversationId>,
}

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/widget/events", Access::Visitor, "The visitor's own conversation, live", events)
        .answers(
            200,
            "`message_received` and `message_sent` bring a VisitorMessage, `owner_changed` and `conversation_ended` the owner; \
             `reset` where events were missed for good: read the history anew",
            Content::EventStream,
        )
        .header("Last-Event-ID", "the number of the last event seen; what came after it is sent first")
}

async fn events(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let identity = identity(&state, &visitor).await?.ok_or_else(|| {
        Problem::not_found("conversation yet")
            .with_help("Listen once the visitor has written his first message.")
    })?;
    let conversations = own_conversations(&state, &identity).await?.into_iter().map(|own| own.id).collect();
    stream_to(state, Own { identity, conversations }, &headers).await
}

impl Own {
    async fn is_own(&mut self, state: &AppState, event: &Event) -> bool {
        let Some(id) = event.event.conversation else { return false };
        if self.conversations.contains(&id) {
            return true;
        }
        // A new conversation of the same person: his own, unless he wrote it elsewhere. Strangers' events end here, unread.
        if event.event.contact != Some(self.identity.contact) || !owns(state, &self.identity, id).await {
            return false;
        }
        self.conversations.push(id);
        true
    }
}

impl Audience for Own {
    fn show<'a>(&'a mut self, state: &'a AppState, event: &'a Event) -> BoxFuture<'a, Option<Value>> {
        Box::pin(async move {
            let kind = event.event.kind;
            if !visible_to_buyer(kind) || !self.is_own(state, event).await {
                return None;
            }
            match kind {
                EventKind::MessageReceived | EventKind::MessageSent => {
                    let said = Said::of(message_of(state, event).await?)?;
                    serde_json::to_value(said).ok()
                }
                EventKind::ConversationEnded => Some(json!({ "owner": "assistant" })),
                _ => Some(json!({ "owner": event.event.data.get("owner") })),
            }
        })
    }

    fn still_allowed<'a>(&'a self, _: &'a AppState) -> BoxFuture<'a, bool> {
        // A visitor's secret is not revoked.
        Box::pin(std::future::ready(true))
    }
}
