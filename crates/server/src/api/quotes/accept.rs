//! `POST /api/v1/quotes/{id}/accept`: the buyer said yes by another way than the page.

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
    post("/api/v1/quotes/{id}/accept", Access::Role(Role::Agent), "Records that the buyer accepted", accept)
        .gives::<Quote>("the quote as it is now")
        .fails(&[Code::InvalidMove])
}

async fn accept(State(state): State<AppState>, Id(id): Id<QuoteId>) -> Result<axum::Json<Quote>, Problem> {
    let quote = state.desk.accept_quote(id).await?;
    Ok(axum::Json(Quote::of(quote, &state.desk)))
}
