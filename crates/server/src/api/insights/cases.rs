//! `GET /api/v1/insights/cases`: the conversations that a figure counts.

use axum::extract::State;
use desk::{
    agents::Role,
    insights::{CaseQuery, Metric},
};
use serde::Deserialize;
use serde_json::json;

use super::{problem, query, ranged};
use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Params, one_of, page},
    problem::{Code, Problem},
    resource::{PageOf, insight::Case},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    metric: String,
    label: Option<String>,
    hit: Option<bool>,
    from: Option<String>,
    to: Option<String>,
    inbox: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

fn names() -> Vec<&'static str> {
    Metric::ALL.iter().map(|metric| metric.name()).collect()
}

pub(crate) fn endpoint() -> Endpoint {
    let endpoint = get(
        "/api/v1/insights/cases",
        Access::Role(Role::Manager),
        "The cases behind one figure, the newest first",
        cases,
    )
    .gives_pages_of::<Case>("a page of cases")
    .parameter("metric", "which figure; needed", json!({"type": "string", "enum": names()}))
    .parameter("label", "only cases with this label", json!({"type": "string"}))
    .parameter("hit", "only those that count as success, or only the others", json!({"type": "boolean"}));
    ranged(endpoint)
}

async fn cases(
    State(state): State<AppState>,
    Params(asked): Params<Query>,
) -> Result<axum::Json<PageOf<Case>>, Problem> {
    let metric = one_of(&names(), &asked.metric, Metric::from_name)
        .map_err(|detail| Problem::invalid_parameter("metric", detail))?;
    let wanted = CaseQuery { metric, label: asked.label, hit: asked.hit };
    let query = query(&state.desk, asked.from, asked.to, asked.inbox.as_deref())?;
    let page = page(asked.after, asked.limit)?;
    let start = match &page.after {
        None => 0,
        Some(after) => after.parse::<usize>().map_err(|_| {
            Problem::new(Code::InvalidCursor, "`after` is not a cursor of this list").at("after")
        })?,
    };
    let found = state.desk.insight_cases(&query, wanted).await.map_err(problem)?;
    let total = found.len();
    let end = start.saturating_add(page.limit as usize).min(total);
    let items = found.into_iter().skip(start).take(page.limit as usize).map(Case::from).collect();
    Ok(axum::Json(PageOf { items, next: (end < total).then(|| end.to_string()) }))
}
