//! `GET /api/v1/conversations/{id}/follow-ups`

use axum::extract::State;
use desk::agents::Role;
use domain::id::ConversationId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::Id,
    problem::Problem,
    resource::follow_up::FollowUps,
};

pub(crate) fn endpoint() -> Endpoint {
    get(
        "/api/v1/conversations/{id}/follow-ups",
        Access::Role(Role::Agent),
        "What will be written to the buyer if he stays silent, and what was",
        follow_ups,
    )
    .gives::<FollowUps>("the next follow-up and those that were written")
}

async fn follow_ups(
    State(state): State<AppState>,
    Id(id): Id<ConversationId>,
) -> Result<axum::Json<FollowUps>, Problem> {
    let known = state.desk.follow_ups(id).await?;
    Ok(axum::Json(known.ok_or_else(|| Problem::not_found("conversation"))?.into()))
}
