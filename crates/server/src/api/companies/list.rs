//! `GET /api/v1/companies`

use axum::extract::State;
use desk::agents::Role;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Paging, Params, page},
    problem::Problem,
    resource::{PageOf, buyer::Company},
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/companies", Access::Role(Role::Agent), "Companies, oldest first", list)
        .gives_pages_of::<Company>("a page of companies")
}

async fn list(
    State(state): State<AppState>,
    Params(paging): Params<Paging>,
) -> Result<axum::Json<PageOf<Company>>, Problem> {
    let page = page(paging.after, paging.limit)?;
    Ok(axum::Json(PageOf::of(state.desk.store().companies(page).await?)))
}
