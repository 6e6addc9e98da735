//! The service: all endpoints behind their access, pages, and what stands around every request.

use std::future::ready;

use axum::{
    Extension, Router,
    http::{HeaderValue, Method, Uri, header},
    middleware::{from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    AppState,
    access::authorize,
    api::endpoints,
    extract::BodyLimit,
    observe::observe,
    pages,
    problem::{Code, Problem},
};

/// The whole HTTP side as one service.
pub fn router(state: AppState) -> Router {
    let mut router = Router::new();
    for endpoint in endpoints() {
        let limit = Extension(BodyLimit(endpoint.body_limit.unwrap_or(state.options.body_limit)));
        let guard = from_fn_with_state((state.clone(), endpoint.access), authorize);
        router = router.route(endpoint.path, endpoint.handler.route_layer(limit).route_layer(guard));
    }
    let https = state.options.https;
    surround(pages::routes(router), https).with_state(state)
}

/// What stands around every request, whatever becomes of it.
fn surround<S: Clone + Send + Sync + 'static>(router: Router<S>, https: bool) -> Router<S> {
    router
        .fallback(unknown_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(|_| {
            // The panic hook has logged where; the payload may hold what nobody outside should see.
            metrics::counter!("http_panics_total").increment(1);
            Problem::new(Code::Internal, "the request could not be completed").into_response()
        }))
        .layer(map_response(move |response| ready(secure(response, https))))
        .layer(from_fn(observe))
}

async fn unknown_route(uri: Uri) -> Problem {
    let path: String = uri.path().chars().take(200).collect();
    Problem::new(Code::UnknownRoute, format!("there is nothing at {path}"))
}

async fn method_not_allowed(method: Method) -> Problem {
    Problem::new(Code::MethodNotAllowed, format!("the route does not know the method {method}"))
}

/// What every response says to browsers. Pages add their own policy before.
fn secure(mut response: Response, https: bool) -> Response {
    let headers = response.headers_mut();
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request, routing::get};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_problem_that_tells_nothing() {
        async fn broken() -> &'static str {
            panic!("the secret is 1234")
        }
        let router: Router = surround(Router::new().route("/", get(broken)), false);
        let request = Request::get("/").body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("infallible");
        assert_eq!(response.status().as_u16(), 500);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains("\"internal\"") && !body.contains("1234"), "{body}");
    }
}
