//! `GET /api/v1/quotes`

use axum::extract::State;
use desk::agents::Role;
use domain::quote::QuoteStatus;
use serde::Deserialize;
use serde_json::json;
use store::QuoteFilter;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Params, id_in, one_of, page},
    problem::Problem,
    resource::{PageOf, quote::Quote},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    status: Option<String>,
    conversation: Option<String>,
    contact: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/quotes", Access::Role(Role::Agent), "Quotes, the one changed last first", list)
        .gives_pages_of::<Quote>("a page of quotes")
        .parameter(
            "status",
            "where it stands",
            json!({"type": "string", "enum": QuoteStatus::ALL.map(QuoteStatus::name)}),
        )
        .parameter("conversation", "the id of the conversation", json!({"type": "string"}))
        .parameter("contact", "the id of the contact", json!({"type": "string"}))
}

async fn list(
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<axum::Json<PageOf<Quote>>, Problem> {
    let status = query.status.as_deref().map(|name| {
        one_of(&QuoteStatus::ALL.map(QuoteStatus::name), name, QuoteStatus::from_name)
            .map_err(|detail| Problem::invalid_parameter("status", detail))
    });
    let filter = QuoteFilter {
        status: status.transpose()?,
        conversation: id_in("conversation", query.conversation.as_deref())?,
        contact: id_in("contact", query.contact.as_deref())?,
    };
    let page = page(query.after, query.limit)?;
    let quotes = state.desk.store().quotes(filter, page).await?;
    Ok(axum::Json(PageOf::of(quotes.map(|quote| Quote::of(quote, &state.desk)))))
}
