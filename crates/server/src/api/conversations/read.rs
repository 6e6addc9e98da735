//! `GET /api/v1/conversations/{id}`

use axum::extract::State;
use desk::agents::Role;
use domain::id::ConversationId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::Id,
    problem::Problem,
    resource::conversation::Conversation,
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/conversations/{id}", Access::Role(Role::Agent), "One conversation", read)
        .gives::<Conversation>("the conversation")
}

async fn read(
    State(state): State<AppState>,
    Id(id): Id<ConversationId>,
) -> Result<axum::Json<Conversation>, Problem> {
    let conversation = state.desk.store().conversation(id).await?;
    let conversation = conversation.ok_or_else(|| Problem::not_found("conversation"))?;
    Ok(axum::Json(conversation.into()))
}
