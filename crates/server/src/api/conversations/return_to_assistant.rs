//! `POST /api/v1/conversations/{id}/return-to-assistant`

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
        "/api/v1/conversations/{id}/return-to-assistant",
        Access::Role(Role::Agent),
        "The assistant answers again, what is unanswered included",
        return_to_assistant,
    )
    .gives::<Conversation>("the conversation as it is now")
    .fails(&[Code::InvalidMove])
}

async fn return_to_assistant(
    State(state): State<AppState>,
    Id(id): Id<ConversationId>,
) -> Result<axum::Json<Conversation>, Problem> {
    super::change(&state, id, ConversationChange::ReturnToAssistant).await
}
