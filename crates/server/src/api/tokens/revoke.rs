//! `DELETE /api/v1/tokens/{id}`

use axum::{extract::State, http::StatusCode};
use desk::agents::Role;
use domain::id::TokenId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Content, Endpoint, delete},
    extract::Id,
    problem::Problem,
};

pub(crate) fn endpoint() -> Endpoint {
    delete("/api/v1/tokens/{id}", Access::Role(Role::Admin), "Revokes a token at once and for good", revoke)
        .answers(204, "it is revoked", Content::Nothing)
}

async fn revoke(State(state): State<AppState>, Id(id): Id<TokenId>) -> Result<StatusCode, Problem> {
    if state.desk.revoke_token(id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("token in force"))
    }
}
