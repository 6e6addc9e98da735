//! `POST /api/v1/quotes/{id}/reject`

use axum::extract::State;
use desk::agents::Role;
use domain::id::QuoteId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::{Id, Json, written},
    problem::{Code, Problem},
    resource::quote::Quote,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuoteRejection)]
struct Request {
    /// Why it is withdrawn, or why the buyer declined.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/quotes/{id}/reject", Access::Role(Role::Agent), "Withdraws a quote", reject)
        .takes::<Request>()
        .gives::<Quote>("the quote as it is now")
        .fails(&[Code::InvalidMove])
}

async fn reject(
    State(state): State<AppState>,
    Id(id): Id<QuoteId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Quote>, Problem> {
    written("reason", &request.reason, 500)?;
    let quote = state.desk.reject_quote(id, request.reason).await?;
    Ok(axum::Json(Quote::of(quote, &state.desk)))
}
