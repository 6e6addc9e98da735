//! `GET /api/v1/approvals`

use axum::extract::State;
use desk::agents::Role;
use domain::approval::ApprovalStatus;
use serde::Deserialize;
use serde_json::json;
use store::ApprovalFilter;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, get},
    extract::{Params, id_in, one_of, page},
    problem::Problem,
    resource::{PageOf, approval::Approval},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    status: Option<String>,
    conversation: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/approvals", Access::Role(Role::Agent), "Approvals, the newest first", list)
        .gives_pages_of::<Approval>("a page of approvals")
        .parameter(
            "status",
            "where it stands",
            json!({"type": "string", "enum": ApprovalStatus::ALL.map(ApprovalStatus::name)}),
        )
        .parameter("conversation", "asked for in this conversation", json!({"type": "string"}))
}

async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Params(query): Params<Query>,
) -> Result<axum::Json<PageOf<Approval>>, Problem> {
    let status = query.status.as_deref().map(|name| {
        one_of(&ApprovalStatus::ALL.map(ApprovalStatus::name), name, ApprovalStatus::from_name)
            .map_err(|detail| Problem::invalid_parameter("status", detail))
    });
    let conversation = id_in("conversation", query.conversation.as_deref())?;
    let filter = ApprovalFilter { status: status.transpose()?, conversation };
    let page = page(query.after, query.limit)?;
    let role = caller.principal.role;
    let found = state.desk.store().approvals(filter, page).await?;
    Ok(axum::Json(PageOf::of(found.map(|approval| Approval::seen_by(role, approval)))))
}
