//! `PATCH /api/v1/contacts/{id}`: what a person knows better of a buyer.

use std::collections::BTreeMap;

use axum::extract::State;
use desk::agents::Role;
use domain::id::ContactId;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, patch},
    extract::{Id, Json},
    problem::Problem,
    resource::buyer::Contact,
};

/// What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContactChange)]
struct Request {
    /// Facts by their keys, in the form in which they are read: `{"industry": "automotive_parts", "budget": null}`. Null takes a fact
    /// away. Each stands until the buyer states something new.
    #[schema(value_type = Object)]
    profile: BTreeMap<String, Value>,
}

pub(crate) fn endpoint() -> Endpoint {
    patch("/api/v1/contacts/{id}", Access::Role(Role::Agent), "Sets facts of a contact's profile", change)
        .takes::<Request>()
        .gives::<Contact>("the contact as he is now; of one that was joined, the contact that both are")
}

async fn change(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ContactId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Contact>, Problem> {
    let edited = state.desk.edit_profile(id, caller.agent()?, request.profile).await?;
    Ok(axum::Json(Contact::seen(edited, state.desk.now())))
}
