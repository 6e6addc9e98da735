//! `DELETE /api/v1/conversations/{id}/follow-up`: nothing is written to the buyer until he writes again.

use axum::{extract::State, http::StatusCode};
use desk::agents::Role;
use domain::id::ConversationId;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Content, Endpoint, delete},
    extract::Id,
    problem::Problem,
};

pub(crate) fn endpoint() -> Endpoint {
    delete(
        "/api/v1/conversations/{id}/follow-up",
        Access::Role(Role::Agent),
        "Cancels the next follow-up and those after it, until the buyer writes again",
        cancel,
    )
    .answers(204, "it is cancelled", Content::Nothing)
}

async fn cancel(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ConversationId>,
) -> Result<StatusCode, Problem> {
    super::must_exist(&state, id).await?;
    state.desk.cancel_follow_up(id, caller.agent()?).await.map_err(super::no_follow_up)?;
    Ok(StatusCode::NO_CONTENT)
}
