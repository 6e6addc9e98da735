//! `GET /api/v1/leads/{id}`

use axum::extract::State;
use desk::agents::Role;
use domain::id::LeadId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::Id,
    problem::Problem,
    resource::lead::Lead,
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/leads/{id}", Access::Role(Role::Agent), "One lead", read).gives::<Lead>("the lead")
}

async fn read(State(state): State<AppState>, Id(id): Id<LeadId>) -> Result<axum::Json<Lead>, Problem> {
    let lead = state.desk.store().lead(id).await?.ok_or_else(|| Problem::not_found("lead"))?;
    Ok(axum::Json(Lead::of(lead, &state.desk.models())))
}
