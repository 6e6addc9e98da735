//! `GET /api/v1/tokens`

use axum::extract::State;
use desk::agents::Role;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Paging, Params, page},
    problem::Problem,
    resource::{PageOf, operation::Token},
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/tokens", Access::Role(Role::Admin), "API tokens, without their secrets", list)
        .gives_pages_of::<Token>("the tokens, revoked ones included")
}

async fn list(
    State(state): State<AppState>,
    Params(paging): Params<Paging>,
) -> Result<axum::Json<PageOf<Token>>, Problem> {
    let page = page(paging.after, paging.limit)?;
    let tokens = state.desk.store().tokens().await?;
    Ok(axum::Json(PageOf::cut(tokens, &page, |token| token.id.to_string())))
}
