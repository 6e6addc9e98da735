//! A desk with the demo shop behind the router, and requests to it.

use std::{path::Path, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use desk::agents::Role;
use http_body_util::BodyExt;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::{Value, json};
use server::{AppState, ServerOptions};
use testkit::TestDesk;
use tower::ServiceExt;

pub struct Server {
    pub test: TestDesk,
    pub state: AppState,
    pub router: Router,
    pub channel: String,
    pub agent: String,
    pub manager: String,
    pub admin: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Fails with the body where the status is not the expected one.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    #[track_caller]
    pub fn expect_problem(&self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status, "{body}");
        for said in ["type", "title", "detail", "help"] {
            assert!(body[said].is_string(), "{said} is missing: {body}");
        }
        body
    }
}

/// Short times where a test would wait.
pub fn options() -> ServerOptions {
    ServerOptions {
        body_timeout: Duration::from_millis(200),
        heartbeat: Duration::from_millis(100),
        ..ServerOptions::default()
    }
}

pub async fn server() -> Server {
    server_with(options()).await
}

pub async fn server_with(options: ServerOptions) -> Server {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/demo");
    let files = desk::knowledge::read_folder(&folder).expect("the demo shop is there");
    let test = testkit::open(files).await.expect("the desk opens");
    let prometheus = PrometheusBuilder::new().build_recorder().handle();
    let state = AppState::new(test.desk.clone(), prometheus, options);
    let mut tokens = Vec::new();
    for role in Role::ALL {
        let (_, secret) = test.desk.create_token(role.name(), role).await.expect("a token");
        tokens.push(secret.reveal().to_owned());
    }
    let [channel, agent, manager, admin] = tokens.try_into().expect("four roles");
    Server { router: server::router(state.clone()), state, test, channel, agent, manager, admin }
}

pub fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(Method::from_bytes(method.as_bytes()).expect("a method")).uri(path)
}

impl Server {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body is whole").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn call(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Answer {
        let mut request = request(method, path);
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).expect("a request")).await
    }

    pub async fn get(&self, path: &str) -> Value {
        self.call("GET", path, &self.admin, None).await.expect(200)
    }

    pub async fn post(&self, path: &str, body: Option<Value>) -> Answer {
        self.call("POST", path, &self.admin, body).await
    }

    /// A buyer's message by the API; the envelope.
    pub async fn say(&self, contact: &str, text: &str) -> Value {
        let body = json!({"contact": {"external_id": contact}, "message": {"text": text}});
        self.call("POST", "/api/v1/messages", &self.channel, Some(body)).await.expect(200)
    }
}
