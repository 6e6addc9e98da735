//! `POST /api/v1/widget/session`: a secret for a new visitor. Nothing is stored before he writes.

use axum::{extract::State, http::StatusCode};
use desk::system::random_bytes;
use serde::Serialize;
use utoipa::ToSchema;

use super::shop_name;
use crate::{
    AppState,
    access::{Access, VISITOR_PREFIX},
    endpoint::{Content, Endpoint, post, shape},
    resource::catalog::Text,
};

/// A new visitor.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitorSession)]
struct Opened {
    /// Proves that it is he; given this once, kept by his browser.
    token: String,
    /// The shop's name.
    shop: Text,
}

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/widget/session", Access::Public, "A secret for a new visitor", open).answers(
        201,
        "the visitor's secret",
        Content::Json(shape::<Opened>()),
    )
}

async fn open(State(state): State<AppState>) -> (StatusCode, axum::Json<Opened>) {
    use std::fmt::Write;
    let mut token = String::from(VISITOR_PREFIX);
    for byte in random_bytes::<32>() {
        let _ = write!(token, "{byte:02x}");
    }
    (StatusCode::CREATED, axum::Json(Opened { token, shop: shop_name(&state) }))
}
