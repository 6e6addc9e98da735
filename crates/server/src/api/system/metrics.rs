//! `GET /metrics`, for Prometheus.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use desk::agents::Role;

use crate::{
    AppState,
    access::Access,
    endpoint::{Content, Endpoint, get},
};

const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(crate) fn endpoint() -> Endpoint {
    get(
        "/metrics",
        Access::LoopbackOr(Role::Manager),
        "Measurements for Prometheus; from this machine without a token",
        metrics,
    )
    .answers(200, "all measurements", Content::Text("text/plain"))
}

async fn metrics(State(state): State<AppState>) -> Response {
    state.desk.refresh_gauges().await;
    state.prometheus.run_upkeep();
    ([(header::CONTENT_TYPE, FORMAT)], state.prometheus.render()).into_response()
}
