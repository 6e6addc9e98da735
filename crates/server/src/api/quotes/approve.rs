//! `POST /api/v1/quotes/{id}/approve`: what waited for a manager may be sent.

use axum::extract::State;
use desk::agents::Role;
use domain::id::QuoteId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::Id,
    problem::{Code, Problem},
    resource::quote::Quote,
};

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/quotes/{id}/approve",
        Access::Role(Role::Manager),
        "Lets a quote be sent, with the shop's seal on it",
        approve,
    )
    .gives::<Quote>("the quote as it is now")
    .fails(&[Code::InvalidMove])
}

async fn approve(State(state): State<AppState>, Id(id): Id<QuoteId>) -> Result<axum::Json<Quote>, Problem> {
    let quote = state.desk.approve_quote(id).await?;
    Ok(axum::Json(Quote::of(quote, &state.desk)))
}
