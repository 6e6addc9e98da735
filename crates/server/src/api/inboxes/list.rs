//! `GET /api/v1/inboxes`

use axum::extract::State;
use desk::agents::Role;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Paging, Params, page},
    problem::Problem,
    resource::{PageOf, operation::Inbox},
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/inboxes", Access::Role(Role::Agent), "Configured channels", list)
        .gives_pages_of::<Inbox>("the inboxes")
}

async fn list(
    State(state): State<AppState>,
    Params(paging): Params<Paging>,
) -> Result<axum::Json<PageOf<Inbox>>, Problem> {
    let page = page(paging.after, paging.limit)?;
    Ok(axum::Json(PageOf::cut(state.desk.inboxes(), &page, |inbox| inbox.id.to_string())))
}
