//! `GET /api/v1/contacts/{id}`

use axum::extract::State;
use desk::agents::Role;
use domain::id::ContactId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::Id,
    problem::Problem,
    resource::buyer::{Contact, ContactDetail},
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/contacts/{id}", Access::Role(Role::Agent), "One contact with profile and identities", read)
        .gives::<ContactDetail>("the contact")
}

async fn read(
    State(state): State<AppState>,
    Id(id): Id<ContactId>,
) -> Result<axum::Json<ContactDetail>, Problem> {
    let store = state.desk.store();
    let contact = store.contact(id).await?.ok_or_else(|| Problem::not_found("contact"))?;
    let identities = store.identities_of(id).await?.into_iter().map(Into::into).collect();
    let contact = Contact::seen(contact, state.desk.now());
    Ok(axum::Json(ContactDetail { contact, identities }))
}
