//! `GET /api/v1/knowledge/suggestions/{id}`

use axum::extract::State;
use desk::agents::Role;
use domain::id::SuggestionId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::Id,
    problem::{Code, Problem},
    resource::suggestion::Suggestion,
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/knowledge/suggestions/{id}", Access::Role(Role::Agent), "One suggestion", read)
        .gives::<Suggestion>("the suggestion")
}

async fn read(
    State(state): State<AppState>,
    Id(id): Id<SuggestionId>,
) -> Result<axum::Json<Suggestion>, Problem> {
    let found = state.desk.store().suggestion(id).await?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound, "there is no such suggestion"))?;
    Ok(axum::Json(found.into()))
}
