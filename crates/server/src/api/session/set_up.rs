//! `POST /api/v1/session/setup`: uses up the one-time link and makes the first admin.

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
#[schema(as = SetUp)]
struct Request {
    /// From the set-up link.
    #[schema(max_length = 512)]
    code: String,
    /// The name of the first admin.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/session/setup", Access::Public, "Makes the first admin and signs him in", set_up)
        .takes::<Request>()
        .gives::<Me>("who is signed in now")
        .fails(&[Code::SignInFailed, Code::TooManyRequests, Code::CrossSite])
}

async fn set_up(
    State(state): State<AppState>,
    address: Address,
    headers: HeaderMap,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    sign_in(&state, address, &headers, state.desk.redeem_setup(&request.code, &request.name)).await
}
