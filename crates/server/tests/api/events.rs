//! The live feed.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{Request, header},
};
use futures_util::StreamExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::harness::{Server, request, server};

/// A frame of a stream: id, event, data.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub id: i64,
    pub event: String,
    pub data: Value,
}

/// An open stream of events.
pub struct Feed {
    body: BodyDataStream,
    rest: String,
}

pub async fn open(server: &Server, path: &str, token: &str, last: Option<i64>) -> Feed {
    let mut request = request("GET", path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last.to_string());
    }
    let request: Request<Body> = request.body(Body::empty()).expect("a request");
    let response = server.router.clone().oneshot(request).await.expect("infallible");
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    Feed { body: response.into_body().into_data_stream(), rest: String::new() }
}

impl Feed {
    /// The next frame with data; none when the stream ends or nothing comes for a second.
    pub async fn next(&mut self) -> Option<Frame> {
        tokio::time::timeout(Duration::from_secs(1), self.read()).await.ok().flatten()
    }

    async fn read(&mut self) -> Option<Frame> {
        loop {
            while let Some((frame, rest)) = self.rest.split_once("\n\n") {
                let frame = frame.to_owned();
                self.rest = rest.to_string();
                let field =
                    |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                if let (Some(id), Some(event), Some(data)) = (field("id"), field("event"), field("data")) {
                    return Some(Frame {
                        id: id.parse().expect("a number"),
                        event: event.to_owned(),
                        data: serde_json::from_str(data).expect("JSON"),
                    });
                }
            }
            let piece = self.body.next().await?.expect("no error");
            self.rest.push_str(std::str::from_utf8(&piece).expect("UTF-8"));
        }
    }

    /// Whether the server ends the stream within a second.
    pub async fn ends(&mut self) -> bool {
        let end = async { while self.body.next().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(1), end).await.is_ok()
    }
}

async fn all(feed: &mut Feed) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let Some(frame) = feed.next().await {
        frames.push(frame);
    }
    frames
}

#[tokio::test]
async fn what_happens_is_heard_live_and_in_order() {
    let server = server().await;
    let mut feed = open(&server, "/api/v1/events", &server.agent, None).await;
    let envelope = server.say("c-1", "你好").await;
    let frames = all(&mut feed).await;
    let kinds: Vec<_> = frames.iter().map(|frame| frame.event.as_str()).collect();
    for kind in ["conversation_opened", "message_received", "turn_completed", "message_sent"] {
        assert!(kinds.contains(&kind), "{kind} is missing: {kinds:?}");
    }
    assert!(frames.windows(2).all(|pair| pair[0].id + 1 == pair[1].id), "without a gap");
    let received = frames.iter().find(|frame| frame.event == "message_received").expect("it is there");
    assert_eq!(received.data["conversation_id"], envelope["conversation_id"]);
    assert_eq!(received.data["message"]["text"], "你好");
}

#[tokio::test]
async fn who_comes_back_hears_what_he_missed_and_nothing_twice() {
    let server = server().await;
    server.say("c-1", "你好").await;
    let mut first = open(&server, "/api/v1/events", &server.agent, Some(0)).await;
    let heard = all(&mut first).await;
    let middle = heard[heard.len() / 2].id;
    drop(first);
    server.say("c-1", "P001多少钱").await;
    let mut second = open(&server, "/api/v1/events", &server.agent, Some(middle)).await;
    let missed = all(&mut second).await;
    assert_eq!(missed[0].id, middle + 1);
    assert!(missed.windows(2).all(|pair| pair[0].id + 1 == pair[1].id), "without a gap");
    assert!(missed.len() > heard.len() / 2);
}

#[tokio::test]
async fn who_names_an_event_that_never_was_starts_over() {
    let server = server().await;
    server.say("c-1", "你好").await;
    let mut feed = open(&server, "/api/v1/events", &server.agent, Some(1_000_000)).await;
    let frame = feed.next().await.expect("a frame");
    assert_eq!(frame.event, "reset");
    assert_eq!(frame.data["next"], frame.id);
    let answer = server
        .send(
            request("GET", "/api/v1/events")
                .header(header::AUTHORIZATION, format!("Bearer {}", server.agent))
                .header("last-event-id", "yesterday")
                .body(Body::empty())
                .expect("a request"),
        )
        .await;
    answer.expect_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn a_listener_whose_token_is_revoked_is_cut_off() {
    let server = server().await;
    let (id, secret) =
        server.test.desk.create_token("reader", desk::agents::Role::Agent).await.expect("a token");
    let mut feed = open(&server, "/api/v1/events", secret.reveal(), None).await;
    server.test.desk.revoke_token(id).await.expect("works");
    assert!(feed.ends().await);
}
