//! `GET /api/v1/companies/{id}`

use axum::extract::State;
use desk::agents::Role;
use domain::id::CompanyId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::Id,
    problem::Problem,
    resource::buyer::Company,
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/companies/{id}", Access::Role(Role::Agent), "One company", read)
        .gives::<Company>("the company")
}

async fn read(State(state): State<AppState>, Id(id): Id<CompanyId>) -> Result<axum::Json<Company>, Problem> {
    let company = state.desk.store().company(id).await?;
    Ok(axum::Json(company.ok_or_else(|| Problem::not_found("company"))?.into()))
}
