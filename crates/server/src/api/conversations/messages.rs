//! `GET /api/v1/conversations/{id}/messages`

use axum::extract::State;
use desk::agents::Role;
use domain::id::ConversationId;
use serde::Deserialize;
use serde_json::json;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Id, Params, one_of, page},
    problem::Problem,
    resource::{PageOf, conversation::Message},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    after: Option<String>,
    limit: Option<u32>,
    order: Option<String>,
}

const ORDERS: [&str; 2] = ["oldest_first", "newest_first"];

pub(crate) fn endpoint() -> Endpoint {
    get(
        "/api/v1/conversations/{id}/messages",
        Access::Role(Role::Agent),
        "What was said in a conversation, drafts included",
        messages,
    )
    .gives_pages_of::<Message>("a page of messages")
    .parameter(
        "order",
        "which end to begin with",
        json!({"type": "string", "enum": ORDERS, "default": ORDERS[0]}),
    )
}

async fn messages(
    State(state): State<AppState>,
    Id(id): Id<ConversationId>,
    Params(query): Params<Query>,
) -> Result<axum::Json<PageOf<Message>>, Problem> {
    let order = query.order.as_deref().unwrap_or(ORDERS[0]);
    let newest_first = one_of(&ORDERS, order, |name| ORDERS.iter().position(|&order| order == name))
        .map_err(|detail| Problem::invalid_parameter("order", detail))?
        == 1;
    let page = page(query.after, query.limit)?;
    super::must_exist(&state, id).await?;
    let store = state.desk.store();
    let found =
        if newest_first { store.latest_messages(id, page).await? } else { store.messages(id, page).await? };
    Ok(axum::Json(PageOf::of(found)))
}
