//! `POST /api/v1/approvals/{id}/reject`

use axum::extract::State;
use desk::{agents::Role, approvals::Ruling};
use domain::id::ApprovalId;

use super::{Note, settle};
use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, post},
    extract::{Given, Id},
    problem::{Code, Problem},
    resource::approval::Settled,
};

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/approvals/{id}/reject",
        Access::Role(Role::Agent),
        "Refuses what was asked for; the assistant tells the buyer that the usual terms stand",
        reject,
    )
    .may_take::<Note>()
    .gives::<Settled>("the approval as it is now, and what the buyer was told")
    .fails(&[Code::InvalidMove])
}

async fn reject(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ApprovalId>,
    Given(Note { note }): Given<Note>,
) -> Result<axum::Json<Settled>, Problem> {
    settle(&state, &caller, id, Ruling::Reject, note).await
}
