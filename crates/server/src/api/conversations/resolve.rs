//! `POST /api/v1/conversations/{id}/resolve`

use axum::extract::State;
use desk::agents::Role;
use domain::id::ConversationId;
use store::ConversationChange;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::Id,
    problem::{Code, Problem},
    resource::conversation::Conversation,
};

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/conversations/{id}/resolve",
        Access::Role(Role::Agent),
        "Ends the conversation; the buyer's next message opens a new one",
        resolve,
    )
    .gives::<Conversation>("the conversation as it is now")
    .fails(&[Code::InvalidMove])
}

async fn resolve(
    State(state): State<AppState>,
    Id(id): Id<ConversationId>,
) -> Result<axum::Json<Conversation>, Problem> {
    super::change(&state, id, ConversationChange::Resolve).await
}
