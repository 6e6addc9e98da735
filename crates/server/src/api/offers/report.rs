//! `GET /api/v1/offers/report`

use axum::extract::State;
use desk::{agents::Role, models::RefitError};

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    problem::Problem,
    resource::offer::OfferReport,
};

pub(crate) fn endpoint() -> Endpoint {
    get(
        "/api/v1/offers/report",
        Access::Role(Role::Manager),
        "How offers did, and how the learned timing would have done on the same moments",
        report,
    )
    .gives::<OfferReport>("the log in numbers")
}

async fn report(State(state): State<AppState>) -> Result<axum::Json<OfferReport>, Problem> {
    let report = state.desk.offer_report().await.map_err(|error| match error {
        RefitError::Store(error) => Problem::from(error),
        RefitError::Panicked => Problem::internal(&error),
    })?;
    Ok(axum::Json(report.into()))
}
