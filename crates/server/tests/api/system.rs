//! Pages, probes, and what stands around every request.

use std::time::Duration;

use axum::{body::Body, http::header};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use crate::harness::{request, server};

#[tokio::test]
async fn what_is_not_there_and_what_is_not_done_there_are_told_apart() {
    let server = server().await;
    for path in ["/api/v1/nothing", "/nothing", "/api/v1", "/console/../Cargo.toml"] {
        server.call("GET", path, "", None).await.expect_problem(404, "unknown_route");
    }
    for (method, path) in
        [("PUT", "/api/v1/messages"), ("TRACE", "/healthz"), ("POST", "/"), ("OPTIONS", "/api/v1/leads")]
    {
        let answer = server.call(method, path, &server.admin, None).await;
        answer.expect_problem(405, "method_not_allowed");
        assert!(answer.headers.contains_key(header::ALLOW), "{method} {path}");
    }
}

#[tokio::test]
async fn the_probes_tell_life_from_readiness() {
    let server = server().await;
    assert_eq!(server.call("GET", "/healthz", "", None).await.status.as_u16(), 200);
    assert_eq!(server.call("GET", "/readyz", "", None).await.status.as_u16(), 200);
    server.state.stopping.cancel();
    assert_eq!(server.call("GET", "/healthz", "", None).await.status.as_u16(), 200);
    let answer = server.call("GET", "/readyz", "", None).await;
    answer.expect_problem(503, "stopping");
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
}

#[tokio::test]
async fn the_document_names_every_route() {
    let server = server().await;
    let document = server.call("GET", "/api/openapi.json", "", None).await.expect(200);
    assert_eq!(document, server::openapi_document());
    assert!(document["paths"]["/api/v1/messages"]["post"]["responses"]["202"].is_object());
    assert_eq!(document["paths"].as_object().map(serde_json::Map::len), Some(76));
}

#[tokio::test]
async fn pages_forbid_what_they_do_not_need() {
    let server = server().await;
    for path in web::paths() {
        let page = server.call("GET", path, "", None).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
        assert!(
            policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let known = request("GET", path).header(header::IF_NONE_MATCH, &page.headers[header::ETAG]);
        let again = server.send(known.body(Body::empty()).expect("a request")).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
    }
    let answer = server.call("GET", "/api/v1/leads", &server.admin, None).await;
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn measurements_are_for_this_machine_and_managers() {
    let server = server().await;
    server.call("GET", "/metrics", "", None).await.expect_problem(401, "unauthenticated");
    assert_eq!(server.call("GET", "/metrics", &server.manager, None).await.status.as_u16(), 200);
}

/// What a raw connection answers.
async fn converse(address: std::net::SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(text.as_bytes()).await.expect("writes");
    let mut answer = String::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await;
    read.expect("the server ends it").expect("reads");
    answer
}

#[tokio::test]
async fn a_served_connection_knows_its_limits_and_its_end() {
    let server = server().await;
    let options = server::ServerOptions {
        header_timeout: Duration::from_millis(300),
        drain: Duration::from_secs(2),
        ..crate::harness::options()
    };
    let state = server::AppState::new(server.test.desk.clone(), server.state.prometheus.clone(), options);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("an address");
    let stopping = CancellationToken::new();
    let serving = tokio::spawn(server::serve(listener, state, stopping.clone()));

    let local = converse(address, "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(local.starts_with("HTTP/1.1 200"), "{local}");
    let proxied =
        "GET /metrics HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 203.0.113.9\r\nconnection: close\r\n\r\n";
    let proxied = converse(address, proxied).await;
    assert!(proxied.starts_with("HTTP/1.1 401"), "{proxied}");
    let dawdling = converse(address, "GET /healthz HTTP/1.1\r\nhost:").await;
    assert!(!dawdling.contains("200 OK"), "{dawdling}");

    // A stream of events ends with the server and does not hold it up.
    let stream =
        format!("GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", server.agent);
    let listening = tokio::spawn(async move { converse(address, &stream).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    stopping.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(1), serving).await;
    ended.expect("ends at once").expect("ends well").expect("without an error");
    let heard = listening.await.expect("ends");
    assert!(heard.contains("text/event-stream") && heard.contains("retry: 2000"), "{heard}");
    TcpStream::connect(address).await.expect_err("nobody listens any more");
}
