//! `GET /api/v1/approvals/{id}`

use axum::extract::State;
use desk::agents::Role;
use domain::id::ApprovalId;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, get},
    extract::Id,
    problem::Problem,
    resource::approval::Approval,
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/approvals/{id}", Access::Role(Role::Agent), "One approval", read)
        .gives::<Approval>("the approval")
}

async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ApprovalId>,
) -> Result<axum::Json<Approval>, Problem> {
    let approval = state.desk.store().approval(id).await?;
    let approval = approval.ok_or_else(|| Problem::not_found("approval"))?;
    Ok(axum::Json(Approval::seen_by(caller.principal.role, approval)))
}
