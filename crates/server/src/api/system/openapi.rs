//! `GET /api/openapi.json`

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    access::Access,
    endpoint::{Content, Endpoint, get},
    openapi::document,
};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

pub(crate) fn endpoint() -> Endpoint {
    get("/api/openapi.json", Access::Public, "This API, described", openapi).answers(
        200,
        "the OpenAPI document",
        Content::Text("application/json"),
    )
}

async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}
