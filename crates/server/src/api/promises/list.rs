//! `GET /api/v1/promises`

use axum::extract::State;
use desk::agents::Role;
use serde::Deserialize;
use serde_json::json;
use store::PromiseFilter;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Params, id_in, page},
    problem::Problem,
    resource::{PageOf, approval::Promise},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    contact: Option<String>,
    company: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(crate) fn endpoint() -> Endpoint {
    get(
        "/api/v1/promises",
        Access::Role(Role::Agent),
        "What was offered beyond the list, to whom and by whom, the newest first",
        list,
    )
    .gives_pages_of::<Promise>("a page of promises")
    .parameter("contact", "made to this contact", json!({"type": "string"}))
    .parameter("company", "made to anyone verified at this company", json!({"type": "string"}))
}

async fn list(
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<axum::Json<PageOf<Promise>>, Problem> {
    let contact = id_in("contact", query.contact.as_deref())?;
    let company = id_in("company", query.company.as_deref())?;
    let page = page(query.after, query.limit)?;
    let found = state.desk.store().promises(PromiseFilter { contact, company }, page).await?;
    Ok(axum::Json(PageOf::of(found)))
}
