//! `GET /api/v1/quotes/{id}`

use axum::extract::State;
use desk::agents::Role;
use domain::id::QuoteId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::Id,
    problem::Problem,
    resource::quote::Quote,
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/quotes/{id}", Access::Role(Role::Agent), "One version of a quote", read)
        .gives::<Quote>("the quote")
}

async fn read(State(state): State<AppState>, Id(id): Id<QuoteId>) -> Result<axum::Json<Quote>, Problem> {
    let quote = state.desk.store().quote(id).await?;
    let quote = quote.ok_or_else(|| Problem::not_found("quote"))?;
    Ok(axum::Json(Quote::of(quote, &state.desk)))
}
