//! `POST /api/v1/conversations/{id}/take-over`

use axum::extract::State;
use desk::agents::Role;
use domain::id::ConversationId;
use store::ConversationChange;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, post},
    extract::Id,
    problem::{Code, Problem},
    resource::conversation::Conversation,
};

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/conversations/{id}/take-over",
        Access::Role(Role::Agent),
        "The caller takes over; the assistant is silent from here on",
        take_over,
    )
    .gives::<Conversation>("the conversation as it is now")
    .fails(&[Code::InvalidMove])
}

async fn take_over(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ConversationId>,
) -> Result<axum::Json<Conversation>, Problem> {
    super::change(&state, id, ConversationChange::TakeOver(caller.agent()?)).await
}
