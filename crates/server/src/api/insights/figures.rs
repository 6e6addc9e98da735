//! `GET /api/v1/insights`

use axum::extract::State;
use desk::{agents::Role, insights::Bucket};
use serde::Deserialize;
use serde_json::json;

use super::{problem, query, ranged};
use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Params, one_of},
    problem::Problem,
    resource::insight::Insights,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    from: Option<String>,
    to: Option<String>,
    inbox: Option<String>,
    granularity: Option<String>,
}

pub(crate) fn endpoint() -> Endpoint {
    let endpoint = get(
        "/api/v1/insights",
        Access::Role(Role::Manager),
        "Service, sales and cost in figures, over a range and by day or week",
        figures,
    )
    .gives::<Insights>("every figure");
    ranged(endpoint).parameter(
        "granularity",
        "how the range is cut; without it, by day",
        json!({"type": "string", "enum": Bucket::ALL.map(Bucket::name)}),
    )
}

async fn figures(
    State(state): State<AppState>,
    Params(asked): Params<Query>,
) -> Result<axum::Json<Insights>, Problem> {
    let bucket = asked.granularity.as_deref().map(|name| {
        one_of(&Bucket::ALL.map(Bucket::name), name, Bucket::from_name)
            .map_err(|detail| Problem::invalid_parameter("granularity", detail))
    });
    let bucket = bucket.transpose()?.unwrap_or(Bucket::Day);
    let query = query(&state.desk, asked.from, asked.to, asked.inbox.as_deref())?;
    let insights = state.desk.insights(&query, bucket).await.map_err(problem)?;
    Ok(axum::Json(Insights::of(insights, bucket)))
}
