//! `DELETE /api/v1/session`

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use desk::agents::Role;

use super::cookie;
use crate::{
    AppState,
    access::{Access, Caller, Proof},
    endpoint::{Content, Endpoint, delete},
    problem::Problem,
};

pub(crate) fn endpoint() -> Endpoint {
    delete("/api/v1/session", Access::Role(Role::Channel), "Signs out", close).answers(
        204,
        "the session has ended",
        Content::Nothing,
    )
}

async fn close(State(state): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    if let Proof::Session(secret) = &caller.proof {
        state.desk.sign_out(secret).await?;
    }
    let gone = [(header::SET_COOKIE, cookie(&state, "", 0))];
    Ok((StatusCode::NO_CONTENT, gone).into_response())
}
