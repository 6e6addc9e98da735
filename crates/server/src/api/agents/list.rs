//! `GET /api/v1/agents`

use axum::extract::State;
use desk::agents::Role;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Paging, Params, page},
    problem::Problem,
    resource::{PageOf, operation::Agent},
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/agents", Access::Role(Role::Agent), "People, and programs that hold tokens", list)
        .gives_pages_of::<Agent>("the agents")
}

async fn list(
    State(state): State<AppState>,
    Params(paging): Params<Paging>,
) -> Result<axum::Json<PageOf<Agent>>, Problem> {
    let page = page(paging.after, paging.limit)?;
    let agents = state.desk.store().agents().await?;
    Ok(axum::Json(PageOf::cut(agents, &page, |agent| agent.id.to_string())))
}
