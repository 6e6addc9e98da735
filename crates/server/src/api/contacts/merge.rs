//! `POST /api/v1/contacts/{id}/merge`: two contacts are one person. Nothing is moved, so that it can be undone.

use axum::extract::State;
use desk::agents::Role;
use domain::id::ContactId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::{Id, Json, id_at},
    problem::{Code, Problem},
    resource::buyer::Contact,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Merge)]
struct Request {
    /// The contact that this one is joined to: `con_…`
    into: String,
}

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/contacts/{id}/merge", Access::Role(Role::Agent), "Joins a contact to another one", merge)
        .takes::<Request>()
        .gives::<Contact>("the contact that both are now")
        .fails(&[Code::InvalidMove])
}

async fn merge(
    State(state): State<AppState>,
    Id(id): Id<ContactId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Contact>, Problem> {
    let into = id_at("into", &request.into)?;
    let joined = state.desk.merge_contacts(id, into).await?;
    Ok(axum::Json(Contact::seen(joined, state.desk.now())))
}
