//! `PATCH /api/v1/leads/{id}`: moves a lead on the board, names who follows it up.

use axum::extract::State;
use desk::agents::Role;
use domain::{id::LeadId, lead::LeadStatus};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, patch},
    extract::{Id, Json, one_of, written},
    problem::{Code, Problem},
    resource::lead::Lead,
};

/// What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LeadChange)]
struct Request {
    /// `new`, `contacted`, `qualified`, `quoted`, `won` or `lost`.
    status: Option<String>,
    /// Why it was won or lost; needed for both.
    #[schema(min_length = 1, max_length = 500)]
    reason: Option<String>,
    /// Null takes it from whoever has it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    assigned_to: Option<Assignee>,
}

#[derive(Debug)]
enum Assignee {
    Nobody,
    Person(String),
}

/// Tells a null from a field that is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Assignee>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    Ok(Some(name.map_or(Assignee::Nobody, Assignee::Person)))
}

pub(crate) fn endpoint() -> Endpoint {
    patch("/api/v1/leads/{id}", Access::Role(Role::Agent), "Moves a lead on the board or assigns it", change)
        .takes::<Request>()
        .gives::<Lead>("the lead as it is now")
        .fails(&[Code::InvalidMove])
}

async fn change(
    State(state): State<AppState>,
    Id(id): Id<LeadId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Lead>, Problem> {
    let Request { status, reason, assigned_to } = request;
    let status = status.as_deref().map(|name| {
        one_of(&LeadStatus::ALL.map(LeadStatus::name), name, LeadStatus::from_name)
            .map_err(|detail| Problem::invalid_field("status", detail))
    });
    let status = status.transpose()?;
    if let Some(reason) = &reason {
        written("reason", reason, 500)?;
    }
    if let Some(Assignee::Person(name)) = &assigned_to {
        written("assigned_to", name, 100)?;
    }
    if status.is_some_and(|status| !status.is_open()) && reason.is_none() {
        return Err(
            Problem::new(Code::MissingField, "a lead that is won or lost needs its reason").at("reason")
        );
    }
    if status.is_none() && reason.is_none() && assigned_to.is_none() {
        return Err(Problem::new(
            Code::MissingField,
            "there is nothing to change: give status, reason or assigned_to",
        )
        .at("status"));
    }
    // The store takes an empty text for nobody.
    let assigned_to = assigned_to.map(|assignee| match assignee {
        Assignee::Nobody => String::new(),
        Assignee::Person(name) => name,
    });
    let changed = state.desk.change_lead(id, status, assigned_to, reason).await?;
    Ok(axum::Json(Lead::of(changed, &state.desk.models())))
}
