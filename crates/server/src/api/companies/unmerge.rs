//! `POST /api/v1/companies/{id}/unmerge`

use axum::extract::State;
use desk::agents::Role;
use domain::id::CompanyId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::Id,
    problem::{Code, Problem},
    resource::buyer::Company,
};

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/companies/{id}/unmerge", Access::Role(Role::Agent), "Parts what was joined", unmerge)
        .gives::<Company>("the company, on its own again")
        .fails(&[Code::InvalidMove])
}

async fn unmerge(
    State(state): State<AppState>,
    Id(id): Id<CompanyId>,
) -> Result<axum::Json<Company>, Problem> {
    let parted = state.desk.unmerge_company(id).await?;
    Ok(axum::Json(Company::from(parted)))
}
