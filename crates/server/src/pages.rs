//! The console, the widget and the demo page, as embedded in the crate `web`.

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    AppState,
    problem::{Code, Problem},
};

/// Nothing inline, nothing from elsewhere, and nobody may frame the console.
const POLICY: &str =
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";

/// Adds a route for every page and file.
pub(crate) fn routes(router: Router<AppState>) -> Router<AppState> {
    web::paths().fold(router, |router, path| router.route(path, get(page)))
}

async fn page(request: Request) -> Response {
    let Some(asset) = web::asset(request.uri().path()) else {
        return Problem::new(Code::UnknownRoute, "there is no such page").into_response();
    };
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    let mut response = if known.is_some_and(|known| known.split(',').any(|tag| tag.trim() == asset.etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        asset.bytes.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if let Ok(etag) = HeaderValue::from_str(&asset.etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}
