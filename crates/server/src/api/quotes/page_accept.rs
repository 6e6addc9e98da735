//! `POST /q/{token}/accept`: the buyer's yes. Nobody can send it who has not got the link, so nothing else is asked for.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use store::ChangeError;

use super::page::{Opened, answer, open, speaks};
use crate::{
    AppState,
    access::Access,
    endpoint::{Content, Endpoint, post},
    problem::Problem,
    quote_page,
};

pub(crate) fn endpoint() -> Endpoint {
    post("/q/{token}/accept", Access::Public, "Accepts the quote of the page", accept)
        .answers(303, "accepted; back to the page", Content::Nothing)
        .answers(410, "the quote is over", Content::Text("text/html"))
}

async fn accept(
    State(state): State<AppState>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let notice = match open(&state, &token).await? {
        Opened::Quote(quote) => match state.desk.accept_quote(quote.id).await {
            Ok(_) => return Ok(Redirect::to(&format!("/q/{token}")).into_response()),
            // Over since it was looked up: the page says in what way.
            Err(ChangeError::InvalidQuoteMove(_)) => match open(&state, &token).await? {
                Opened::Over(notice) => notice,
                Opened::Quote(_) => return Ok(Redirect::to(&format!("/q/{token}")).into_response()),
            },
            Err(error) => return Err(error.into()),
        },
        Opened::Over(notice) => notice,
    };
    Ok(answer(notice.status(), quote_page::notice(&notice, speaks(&headers))))
}
