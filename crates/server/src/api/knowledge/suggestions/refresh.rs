//! `POST /api/v1/knowledge/suggestions/refresh`: looks through the talk of the last thirty days now instead of tonight.

use axum::extract::State;
use desk::agents::Role;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem;
use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    problem::Problem,
};

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuggestionsFound)]
struct Found {
    /// How many suggestions are open now.
    open: usize,
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/knowledge/suggestions/refresh",
        Access::Role(Role::Manager),
        "Looks through the talk of the last thirty days for what could be learned",
        refresh,
    )
    .gives::<Found>("what was found")
}

async fn refresh(State(state): State<AppState>) -> Result<axum::Json<Found>, Problem> {
    let open = state.desk.find_suggestions().await.map_err(problem)?;
    Ok(axum::Json(Found { open }))
}
