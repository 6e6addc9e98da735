//! `POST /api/v1/session`: a token for a session.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::sign_in;
use crate::{
    AppState,
    access::{Access, Address},
    endpoint::{Endpoint, post},
    extract::Json,
    problem::{Code, Problem},
    resource::operation::Me,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignIn)]
struct Request {
    /// An API token with the role `agent` or above.
    #[schema(max_length = 512)]
    token: String,
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/session",
        Access::Public,
        "Signs in to the console with a token; sets the session cookie",
        open,
    )
    .takes::<Request>()
    .gives::<Me>("who is signed in now")
    .fails(&[Code::SignInFailed, Code::TooManyRequests, Code::CrossSite])
}

async fn open(
    State(state): State<AppState>,
    address: Address,
    headers: HeaderMap,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    sign_in(&state, address, &headers, state.desk.sign_in_with_token(&request.token)).await
}
