//! `GET /api/v1/offers`

use axum::extract::State;
use desk::agents::Role;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Paging, Params, page},
    problem::Problem,
    resource::{PageOf, offer::Offer},
};

pub(crate) fn endpoint() -> Endpoint {
    get(
        "/api/v1/offers",
        Access::Role(Role::Agent),
        "Moments for an offer that nobody asked for, the newest first, with what was done and what became of it",
        list,
    )
    .gives_pages_of::<Offer>("a page of moments")
}

async fn list(
    State(state): State<AppState>,
    Params(paging): Params<Paging>,
) -> Result<axum::Json<PageOf<Offer>>, Problem> {
    let page = page(paging.after, paging.limit)?;
    Ok(axum::Json(PageOf::of(state.desk.store().offers(page).await?)))
}
