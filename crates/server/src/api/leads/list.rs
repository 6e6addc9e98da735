//! `GET /api/v1/leads`

use axum::extract::State;
use desk::agents::Role;
use domain::lead::LeadStatus;
use serde::Deserialize;
use serde_json::json;
use store::LeadFilter;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Params, one_of, page},
    problem::Problem,
    resource::{PageOf, lead::Lead},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    status: Option<String>,
    min_score: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/leads", Access::Role(Role::Agent), "Leads, the one changed last first", list)
        .gives_pages_of::<Lead>("a page of leads")
        .parameter(
            "status",
            "where it stands on the board",
            json!({"type": "string", "enum": LeadStatus::ALL.map(LeadStatus::name)}),
        )
        .parameter("min_score", "this score or more", json!({"type": "number", "minimum": 0, "maximum": 1}))
}

async fn list(
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<axum::Json<PageOf<Lead>>, Problem> {
    let status = query.status.as_deref().map(|name| {
        one_of(&LeadStatus::ALL.map(LeadStatus::name), name, LeadStatus::from_name)
            .map_err(|detail| Problem::invalid_parameter("status", detail))
    });
    let min_score = query.min_score.as_deref().map(|text| {
        // Hundredths, read exactly.
        domain::decimal::parse_scaled(text, 2)
            .ok()
            .and_then(|hundredths| u32::try_from(hundredths).ok())
            .filter(|&hundredths| hundredths <= 100)
            .ok_or_else(|| {
                Problem::invalid_parameter("min_score", "`min_score` is a decimal from 0 to 1, such as 0.8")
            })
    });
    let filter = LeadFilter { status: status.transpose()?, min_score: min_score.transpose()? };
    let page = page(query.after, query.limit)?;
    let models = state.desk.models();
    let leads = state.desk.store().leads(filter, page).await?;
    Ok(axum::Json(PageOf::of(leads.map(|lead| Lead::of(lead, &models)))))
}
