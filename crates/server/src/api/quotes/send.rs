//! `POST /api/v1/quotes/{id}/send`: the buyer gets a message with the link, in the name of whoever sends it.

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
        "/api/v1/quotes/{id}/send",
        Access::Role(Role::Agent),
        "Sends a quote to the buyer; what nobody approved, within the caller's authority",
        send,
    )
    .gives::<Quote>("the quote as it is now; sending again sends nothing")
    .fails(&[Code::InvalidMove])
}

async fn send(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<QuoteId>,
) -> Result<axum::Json<Quote>, Problem> {
    let quote = state.desk.send_quote(id, caller.agent()?, caller.principal.role).await?;
    Ok(axum::Json(Quote::of(quote, &state.desk)))
}
