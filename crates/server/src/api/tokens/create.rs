//! `POST /api/v1/tokens`

use axum::{extract::State, http::StatusCode};
use desk::agents::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AppState,
    access::Access,
    endpoint::{Content, Endpoint, post, shape},
    extract::{Json, one_of, written},
    problem::Problem,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TokenInput)]
struct Request {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// `channel` (where it is left out), `agent`, `manager` or `admin`.
    role: Option<String>,
}

/// A new token. The secret is shown this once and kept only as a hash.
#[derive(Serialize, ToSchema)]
#[schema(as = NewToken)]
struct Created {
    /// `tok_…`
    id: String,
    name: String,
    role: &'static str,
    token: String,
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/tokens",
        Access::Role(Role::Admin),
        "Makes an API token; its secret is shown this once",
        create,
    )
    .takes::<Request>()
    .answers(201, "the token with its secret", Content::Json(shape::<Created>()))
}

async fn create(
    State(state): State<AppState>,
    Json(request): Json<Request>,
) -> Result<(StatusCode, axum::Json<Created>), Problem> {
    written("name", &request.name, 100)?;
    let name = request.name.trim().to_owned();
    let role =
        one_of(&Role::ALL.map(Role::name), request.role.as_deref().unwrap_or("channel"), Role::from_name)
            .map_err(|detail| Problem::invalid_field("role", detail))?;
    let (id, secret) = state.desk.create_token(&name, role).await?;
    let created = Created { id: id.to_string(), name, role: role.name(), token: secret.reveal().to_owned() };
    Ok((StatusCode::CREATED, axum::Json(created)))
}
