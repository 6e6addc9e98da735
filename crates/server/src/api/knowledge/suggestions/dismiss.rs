//! `POST /api/v1/knowledge/suggestions/{id}/dismiss`: puts it aside.

use axum::extract::State;
use desk::agents::Role;
use domain::id::SuggestionId;

use super::problem;
use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, post},
    extract::Id,
    problem::{Code, Problem},
    resource::suggestion::Suggestion,
};

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/knowledge/suggestions/{id}/dismiss",
        Access::Role(Role::Manager),
        "Puts a suggestion aside; its messages are not proposed again",
        dismiss,
    )
    .gives::<Suggestion>("the suggestion as it is now")
    .fails(&[Code::InvalidMove])
}

async fn dismiss(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<SuggestionId>,
) -> Result<axum::Json<Suggestion>, Problem> {
    let dismissed = state.desk.dismiss_suggestion(id, caller.principal.agent).await.map_err(problem)?;
    Ok(axum::Json(dismissed.into()))
}
