//! `GET /api/v1/widget/messages`: the visitor's own conversation, without drafts or traces.

use axum::extract::State;
use serde::Serialize;
use store::Page;
use utoipa::ToSchema;

use super::{Said, identity, own_conversations, shop_name};
use crate::{
    AppState,
    access::{Access, Visitor},
    endpoint::{Endpoint, get},
    problem::Problem,
    resource::catalog::Text,
};

/// The newest messages of the visitor's conversation, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitorHistory)]
struct History {
    items: Vec<Said>,
    /// `assistant`, `waiting` or `person`.
    owner: &'static str,
    /// The number of the newest event when this was read: listen from here to miss nothing.
    last_event_id: i64,
    /// The shop's name.
    shop: Text,
}

const NEWEST: u32 = 200;

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/widget/messages", Access::Visitor, "The visitor's own conversation", history)
        .gives::<History>("the newest messages, oldest first")
}

async fn history(State(state): State<AppState>, visitor: Visitor) -> Result<axum::Json<History>, Problem> {
    // Read first: what comes in meanwhile is then heard of twice rather than not at all.
    let (_, last_event_id) = state.desk.store().event_bounds().await?;
    let mut history =
        History { items: Vec::new(), owner: "assistant", last_event_id, shop: shop_name(&state) };
    let Some(identity) = identity(&state, &visitor).await? else { return Ok(axum::Json(history)) };
    if let Some(newest) = own_conversations(&state, &identity).await?.first() {
        let messages = state.desk.store().latest_messages(newest.id, Page::first(NEWEST)).await?;
        history.items = messages.items.into_iter().rev().filter_map(Said::of).collect();
        history.owner = newest.owner.name();
    }
    Ok(axum::Json(history))
}
