//! `GET /api/v1/knowledge/suggestions`

use axum::extract::State;
use desk::agents::Role;
use domain::suggestion::SuggestionStatus;
use serde::Deserialize;
use serde_json::json;
use store::SuggestionFilter;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Params, one_of, page},
    problem::Problem,
    resource::{PageOf, suggestion::Suggestion},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    status: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(crate) fn endpoint() -> Endpoint {
    get(
        "/api/v1/knowledge/suggestions",
        Access::Role(Role::Agent),
        "What the knowledge could learn from talk, first what most buyers asked for",
        list,
    )
    .gives_pages_of::<Suggestion>("a page of suggestions")
    .parameter(
        "status",
        "where it stands",
        json!({"type": "string", "enum": SuggestionStatus::ALL.map(SuggestionStatus::name)}),
    )
}

async fn list(
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<axum::Json<PageOf<Suggestion>>, Problem> {
    let status = query.status.as_deref().map(|name| {
        one_of(&SuggestionStatus::ALL.map(SuggestionStatus::name), name, SuggestionStatus::from_name)
            .map_err(|detail| Problem::invalid_parameter("status", detail))
    });
    let filter = SuggestionFilter { status: status.transpose()? };
    let page = page(query.after, query.limit)?;
    Ok(axum::Json(PageOf::of(state.desk.store().suggestions(filter, page).await?)))
}
