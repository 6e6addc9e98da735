//! `GET /api/v1/conversations`

use axum::extract::State;
use desk::agents::Role;
use domain::conversation::{Conversation, Owner, Status};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::json;
use store::{ConversationFilter, Page};

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Params, id_in, one_of, page},
    problem::Problem,
    resource::{PageOf, conversation::ConversationItem},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    owner: Option<String>,
    status: Option<String>,
    inbox: Option<String>,
    contact: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// Rows whose last message and contact are read at the same time.
const AT_ONCE: usize = 8;

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/conversations", Access::Role(Role::Agent), "Conversations, the newest activity first", list)
        .gives_pages_of::<ConversationItem>("a page of conversations")
        .parameter("owner", "who answers", json!({"type": "string", "enum": Owner::ALL.map(Owner::name)}))
        .parameter(
            "status",
            "whether it is open",
            json!({"type": "string", "enum": Status::ALL.map(Status::name)}),
        )
        .parameter("inbox", "the name of the inbox", json!({"type": "string"}))
        .parameter("contact", "the id of the contact", json!({"type": "string"}))
}

async fn list(
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<axum::Json<PageOf<ConversationItem>>, Problem> {
    let filter = filter(&state, &query)?;
    let page = page(query.after, query.limit)?;
    let found = state.desk.store().conversations(filter, page).await?;
    let items = stream::iter(found.items)
        .map(|conversation| item(&state, conversation))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(axum::Json(PageOf { items, next: found.next }))
}

fn filter(state: &AppState, query: &Query) -> Result<ConversationFilter, Problem> {
    let owner = query.owner.as_deref().map(|name| {
        one_of(&Owner::ALL.map(Owner::name), name, Owner::from_name)
            .map_err(|detail| Problem::invalid_parameter("owner", detail))
    });
    let status = query.status.as_deref().map(|name| {
        one_of(&Status::ALL.map(Status::name), name, Status::from_name)
            .map_err(|detail| Problem::invalid_parameter("status", detail))
    });
    let inbox = query.inbox.as_deref().map(|name| {
        state
            .desk
            .inbox(name)
            .map(|inbox| inbox.id)
            .ok_or_else(|| Problem::invalid_parameter("inbox", "there is no inbox of this name"))
    });
    Ok(ConversationFilter {
        owner: owner.transpose()?,
        status: status.transpose()?,
        inbox: inbox.transpose()?,
        contact: id_in("contact", query.contact.as_deref())?,
    })
}

async fn item(state: &AppState, conversation: Conversation) -> Result<ConversationItem, Problem> {
    let store = state.desk.store();
    let contact = store.contact(conversation.contact).await?;
    let last = store.latest_messages(conversation.id, Page::first(1)).await?;
    let (contact_name, company_name) =
        contact.map_or((None, None), |contact| (contact.name, contact.company_name));
    Ok(ConversationItem {
        conversation: conversation.into(),
        contact_name,
        company_name,
        last_message: last.items.into_iter().next().map(Into::into),
    })
}
