//! `GET /api/v1/knowledge/revisions`

use axum::extract::State;
use desk::agents::Role;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Paging, Params, page},
    problem::Problem,
    resource::{PageOf, operation::Revision},
};

pub(crate) fn endpoint() -> Endpoint {
    get(
        "/api/v1/knowledge/revisions",
        Access::Role(Role::Agent),
        "Published revisions, the newest first",
        revisions,
    )
    .gives_pages_of::<Revision>("a page of revisions")
}

async fn revisions(
    State(state): State<AppState>,
    Params(paging): Params<Paging>,
) -> Result<axum::Json<PageOf<Revision>>, Problem> {
    let page = page(paging.after, paging.limit)?;
    Ok(axum::Json(PageOf::of(state.desk.store().revisions(page).await?)))
}
