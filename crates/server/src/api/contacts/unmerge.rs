//! `POST /api/v1/contacts/{id}/unmerge`

use axum::extract::State;
use desk::agents::Role;
use domain::id::ContactId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::Id,
    problem::{Code, Problem},
    resource::buyer::Contact,
};

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/contacts/{id}/unmerge", Access::Role(Role::Agent), "Parts what was joined", unmerge)
        .gives::<Contact>("the contact, on its own again")
        .fails(&[Code::InvalidMove])
}

async fn unmerge(
    State(state): State<AppState>,
    Id(id): Id<ContactId>,
) -> Result<axum::Json<Contact>, Problem> {
    let parted = state.desk.unmerge_contact(id).await?;
    Ok(axum::Json(Contact::seen(parted, state.desk.now())))
}
