//! `PATCH /api/v1/conversations/{id}/follow-up`: the next follow-up in a person's words.

use axum::extract::State;
use desk::{agents::Role, receive::MAX_TEXT_CHARS};
use domain::id::ConversationId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, patch},
    extract::{Id, Json, written},
    problem::Problem,
    resource::follow_up::FollowUps,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FollowUpWords)]
struct Request {
    #[schema(min_length = 1, max_length = 8000)]
    text: String,
}

pub(crate) fn endpoint() -> Endpoint {
    patch(
        "/api/v1/conversations/{id}/follow-up",
        Access::Role(Role::Agent),
        "Words the next follow-up; it leaves when it is due, as the caller's message, unless somebody writes before",
        word,
    )
    .takes::<Request>()
    .gives::<FollowUps>("the follow-ups as they are now")
}

async fn word(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ConversationId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<FollowUps>, Problem> {
    written("text", &request.text, MAX_TEXT_CHARS)?;
    super::must_exist(&state, id).await?;
    state.desk.word_follow_up(id, caller.agent()?, request.text).await.map_err(super::no_follow_up)?;
    let known = state.desk.follow_ups(id).await?;
    Ok(axum::Json(known.ok_or_else(|| Problem::not_found("conversation"))?.into()))
}
