//! `GET /api/v1/contacts`

use axum::extract::State;
use desk::agents::Role;
use serde::Deserialize;
use serde_json::json;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Params, page},
    problem::Problem,
    resource::{PageOf, buyer::Contact},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    q: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

const MAX_QUERY_CHARS: usize = 100;

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/contacts", Access::Role(Role::Agent), "Contacts, oldest first", list)
        .gives_pages_of::<Contact>("a page of contacts")
        .parameter(
            "q",
            "a part of the name or company",
            json!({"type": "string", "maxLength": MAX_QUERY_CHARS}),
        )
}

async fn list(
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<axum::Json<PageOf<Contact>>, Problem> {
    let wanted = query.q.filter(|wanted| !wanted.trim().is_empty());
    if wanted.as_ref().is_some_and(|wanted| wanted.chars().count() > MAX_QUERY_CHARS) {
        let detail = format!("`q` is longer than {MAX_QUERY_CHARS} characters");
        return Err(Problem::invalid_parameter("q", detail));
    }
    let page = page(query.after, query.limit)?;
    let (page, now) = (state.desk.store().contacts(wanted, page).await?, state.desk.now());
    let items = page.items.into_iter().map(|contact| Contact::seen(contact, now)).collect();
    Ok(axum::Json(PageOf { items, next: page.next }))
}
