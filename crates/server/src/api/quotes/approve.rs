//! `POST /api/v1/quotes/{id}/approve`: what waited for a manager may be sent.

use axum::extract::State;
use desk::agents::Role;
use domain::id::QuoteId;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, post},
    extract::Id,
    problem::{Code, Problem},
    resource::quote::Quote,
};

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/quotes/{id}/approve",
        Access::Role(Role::Manager),
        "Lets a quote be sent, with the shop's seal on it, within the caller's authority",
        approve,
    )
    .gives::<Quote>("the quote as it is now")
    .fails(&[Code::InvalidMove])
}

async fn approve(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<QuoteId>,
) -> Result<axum::Json<Quote>, Problem> {
    let quote = state.desk.approve_quote(id, caller.principal.role).await?;
    Ok(axum::Json(Quote::of(quote, &state.desk)))
}
