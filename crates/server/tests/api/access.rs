//! Who may call what.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use server::ServerOptions;

use crate::harness::{Answer, Server, options, request, server, server_with};

struct Operation {
    method: String,
    path: String,
    /// The schemes that open it; empty: everyone.
    security: Value,
    role: Option<String>,
}

fn operations() -> Vec<Operation> {
    let document = server::openapi_document();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.replace("{id}", "cnv_00000000000000000000000000"),
                security: operation["security"].clone(),
                role: operation["x-role"].as_str().map(str::to_owned),
            });
        }
    }
    operations
}

/// The status alone: streams of events have no end.
async fn status(server: &Server, operation: &Operation, token: &str) -> u16 {
    use tower::ServiceExt;
    let mut request =
        request(&operation.method, &operation.path).header(header::CONTENT_TYPE, "application/json");
    if !token.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::from("{}")).expect("a request");
    server.router.clone().oneshot(request).await.expect("infallible").status().as_u16()
}

#[tokio::test]
async fn every_route_but_the_open_ones_wants_a_known_caller() {
    let server = server().await;
    let visitor = format!("vis_{}", "0".repeat(64));
    for operation in operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let open = operation.security == json!([]);
        for nobody in ["", "zg_wrong", "zg_0000000000000000000000000000000000000000000000000000000000000000"]
        {
            assert_eq!(status(&server, &operation, nobody).await == 401, !open, "{name}");
        }
        let for_visitors = operation.security == json!([{"visitor": []}]);
        if !open {
            assert_eq!(
                status(&server, &operation, &visitor).await != 401,
                for_visitors,
                "{name} by a visitor"
            );
            assert_eq!(
                status(&server, &operation, &server.admin).await == 401,
                for_visitors,
                "{name} by an admin"
            );
        }
    }
}

#[tokio::test]
async fn each_role_reaches_what_is_for_it_and_nothing_above() {
    let server = server().await;
    let roles = ["channel", "agent", "manager", "admin"];
    let tokens = [&server.channel, &server.agent, &server.manager, &server.admin];
    for operation in operations() {
        let Some(least) = &operation.role else { continue };
        let least = roles.iter().position(|role| role == least).expect("a role");
        for (rank, token) in tokens.iter().enumerate() {
            let status = status(&server, &operation, token).await;
            let name = format!("{} {} as {}", operation.method, operation.path, roles[rank]);
            assert_eq!(status == 403, rank < least, "{name}: {status}");
            assert!(status < 500, "{name}: {status}");
        }
    }
}

#[tokio::test]
async fn a_revoked_token_opens_nothing_from_then_on() {
    let server = server().await;
    let body = json!({"name": "shop system", "role": "agent"});
    let created = server.post("/api/v1/tokens", Some(body)).await.expect(201);
    let token = created["token"].as_str().expect("the secret");
    server.call("GET", "/api/v1/conversations", token, None).await.expect(200);
    let cookie = sign_in(&server, token).await;
    let me = with_cookie(&server, "GET", "/api/v1/session", &cookie, &[]).await;
    assert_eq!(me.expect(200)["role"], "agent");

    let listed = server.get("/api/v1/tokens").await;
    assert!(listed["items"].as_array().is_some_and(|items| items.len() == 5), "{listed}");
    assert!(!listed.to_string().contains(token), "secrets are shown once");

    let path = format!("/api/v1/tokens/{}", created["id"].as_str().expect("an id"));
    server.call("DELETE", &path, &server.admin, None).await.expect(204);
    server.call("GET", "/api/v1/conversations", token, None).await.expect_problem(401, "unauthenticated");
    let me = with_cookie(&server, "GET", "/api/v1/session", &cookie, &[]).await;
    me.expect_problem(401, "unauthenticated");
    server.call("DELETE", &path, &server.admin, None).await.expect_problem(404, "not_found");
}

async fn sign_in(server: &Server, token: &str) -> String {
    let answer = server.call("POST", "/api/v1/session", "", Some(json!({"token": token}))).await;
    answer.expect(200);
    cookie_of(&answer)
}

fn cookie_of(answer: &Answer) -> String {
    let set = answer.headers[header::SET_COOKIE].to_str().expect("text");
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(set.contains(attribute), "{attribute} is missing: {set}");
    }
    set.split(';').next().expect("a pair").to_owned()
}

async fn with_cookie(
    server: &Server,
    method: &str,
    path: &str,
    cookie: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request =
        request(method, path).header(header::HOST, "desk.example").header(header::COOKIE, cookie);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request: Request<Body> = request.body(Body::empty()).expect("a request");
    server.send(request).await
}

#[tokio::test]
async fn a_session_changes_things_only_from_the_consoles_own_pages() {
    let server = server().await;
    let cookie = sign_in(&server, &server.admin).await;
    with_cookie(&server, "GET", "/api/v1/conversations", &cookie, &[]).await.expect(200);
    let path = "/api/v1/conversations/cnv_00000000000000000000000000/resolve";
    for foreign in [
        &[][..],
        &[("origin", "https://evil.example")],
        &[("origin", "null"), ("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
    ] {
        with_cookie(&server, "POST", path, &cookie, foreign).await.expect_problem(403, "cross_site");
    }
    let own = [("origin", "https://desk.example"), ("sec-fetch-site", "same-origin")];
    with_cookie(&server, "POST", path, &cookie, &own).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_session_ends_when_its_time_is_up_or_its_owner_says_so() {
    let server = server().await;
    let cookie = sign_in(&server, &server.agent).await;
    let own = [("origin", "http://desk.example")];
    let gone = with_cookie(&server, "DELETE", "/api/v1/session", &cookie, &own).await;
    gone.expect(204);
    assert!(gone.headers[header::SET_COOKIE].to_str().is_ok_and(|set| set.contains("Max-Age=0")));
    with_cookie(&server, "GET", "/api/v1/session", &cookie, &[]).await.expect_problem(401, "unauthenticated");

    let cookie = sign_in(&server, &server.agent).await;
    server.test.clock.advance_millis(12 * 3_600_000 - 1);
    with_cookie(&server, "GET", "/api/v1/session", &cookie, &[]).await.expect(200);
    server.test.clock.advance_millis(1);
    with_cookie(&server, "GET", "/api/v1/session", &cookie, &[]).await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_set_up_link_makes_the_first_admin_once() {
    let server = server().await;
    let secret = server.test.desk.setup_secret().await.expect("works").expect("there is no admin yet");
    let set_up = async |code: &str, name: &str| {
        server.call("POST", "/api/v1/session/setup", "", Some(json!({"code": code, "name": name}))).await
    };
    set_up("wrong", "李掌柜").await.expect_problem(401, "sign_in_failed");
    set_up(secret.reveal(), "  ").await.expect_problem(400, "invalid_field");
    let answer = set_up(secret.reveal(), "李掌柜").await;
    assert_eq!(answer.expect(200)["role"], "admin");
    let cookie = cookie_of(&answer);
    with_cookie(&server, "GET", "/api/v1/tokens", &cookie, &[]).await.expect(200);
    set_up(secret.reveal(), "王二").await.expect_problem(401, "sign_in_failed");
}

#[tokio::test]
async fn who_fails_to_sign_in_too_often_has_to_wait_and_keeps_nobody_out() {
    let server = server().await;
    let attempt =
        async |token: &str| server.call("POST", "/api/v1/session", "", Some(json!({"token": token}))).await;
    for _ in 0..10 {
        attempt("wrong").await.expect_problem(401, "sign_in_failed");
    }
    let refused = attempt("wrong").await;
    refused.expect_problem(429, "too_many_requests");
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    // Behind a proxy that says nothing of whom it passes on, all come from one address.
    attempt(&server.admin).await.expect(200);
    server.test.clock.advance_millis(6_000);
    attempt("wrong").await.expect_problem(401, "sign_in_failed");
}

#[tokio::test]
async fn where_the_way_is_https_the_session_takes_no_other() {
    let check = async |https: bool| {
        let server = server_with(ServerOptions { https, ..options() }).await;
        let body = Some(json!({"token": server.admin}));
        let answer = server.call("POST", "/api/v1/session", "", body).await;
        answer.expect(200);
        let cookie = answer.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
        assert_eq!(cookie.contains("; Secure"), https, "{cookie}");
        let page = server.call("GET", "/healthz", "", None).await;
        assert_eq!(page.headers.contains_key(header::STRICT_TRANSPORT_SECURITY), https);
    };
    check(true).await;
    check(false).await;
}
