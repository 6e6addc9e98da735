//! One line and one measurement for each request; never a body, a query or a header.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};

pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unknown".to_owned(), |path| path.as_str().to_owned());
    let started = Instant::now();
    let response = next.run(request).await;
    let elapsed = started.elapsed();
    let status = response.status();
    metrics::histogram!("http_request_seconds", "route" => route.clone(), "status" => status.as_u16().to_string())
        .record(elapsed.as_secs_f64());
    tracing::debug!(
        http.method = %method,
        http.route = route,
        http.status = status.as_u16(),
        http.elapsed_us = elapsed.as_micros() as u64,
        "request answered"
    );
    response
}
