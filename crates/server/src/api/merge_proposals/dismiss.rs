//! `POST /api/v1/merge-proposals/dismiss`: the two are not one.

use axum::{extract::State, http::StatusCode};
use desk::agents::Role;
use domain::id::{CompanyId, ContactId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Content, Endpoint, post},
    extract::{Json, id_at},
    problem::Problem,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergeDismissal)]
struct Request {
    /// As in the proposal: `con_…` or `cmp_…`
    from: String,
    into: String,
}

pub(crate) fn endpoint() -> Endpoint {
    let summary = "Dismisses a proposal to join; it is not made again";
    post("/api/v1/merge-proposals/dismiss", Access::Role(Role::Agent), summary, dismiss)
        .takes::<Request>()
        .answers(204, "it is dismissed", Content::Nothing)
}

async fn dismiss(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<StatusCode, Problem> {
    let Request { from, into } = request;
    if from.starts_with(CompanyId::PREFIX) {
        id_at::<CompanyId>("from", &from)?;
        id_at::<CompanyId>("into", &into)?;
    } else {
        id_at::<ContactId>("from", &from)?;
        id_at::<ContactId>("into", &into)?;
    }
    state.desk.dismiss_merge([from, into], caller.agent()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
