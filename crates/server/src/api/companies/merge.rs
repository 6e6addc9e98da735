//! `POST /api/v1/companies/{id}/merge`: two companies are one person. Nothing is moved, so that it can be undone.

use axum::extract::State;
use desk::agents::Role;
use domain::id::CompanyId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::{Id, Json, id_at},
    problem::{Code, Problem},
    resource::buyer::Company,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CompanyMerge)]
struct Request {
    /// The company that this one is joined to: `cmp_…`
    into: String,
}

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/companies/{id}/merge", Access::Role(Role::Agent), "Joins a company to another one", merge)
        .takes::<Request>()
        .gives::<Company>("the company that both are now")
        .fails(&[Code::InvalidMove])
}

async fn merge(
    State(state): State<AppState>,
    Id(id): Id<CompanyId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Company>, Problem> {
    let into = id_at("into", &request.into)?;
    let joined = state.desk.merge_companies(id, into).await?;
    Ok(axum::Json(Company::from(joined)))
}
