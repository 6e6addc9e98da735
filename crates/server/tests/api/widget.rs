//! The visitor's own side.

use std::time::Duration;

use axum::http::header;
use serde_json::{Value, json};
use server::ServerOptions;

use crate::{
    events::open,
    harness::{Server, options, server, server_with},
};

async fn visitor(server: &Server) -> String {
    let session = server.call("POST", "/api/v1/widget/session", "", None).await.expect(201);
    assert!(session["shop"]["zh"].is_string(), "{session}");
    session["token"].as_str().expect("a secret").to_owned()
}

async fn write(server: &Server, visitor: &str, client_id: &str, text: &str) -> Value {
    let body = json!({"text": text, "client_id": client_id});
    server.call("POST", "/api/v1/widget/messages", visitor, Some(body)).await.expect(202)
}

async fn history(server: &Server, visitor: &str) -> Value {
    server.call("GET", "/api/v1/widget/messages", visitor, None).await.expect(200)
}

/// The history once it holds `number` messages.
async fn settled(server: &Server, visitor: &str, number: usize) -> Vec<Value> {
    for _ in 0..100 {
        let history = history(server, visitor).await;
        let items = history["items"].as_array().expect("items").clone();
        if items.len() >= number {
            return items;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the history never held {number} messages");
}

#[tokio::test]
async fn a_visitor_is_answered_and_finds_his_conversation_again() {
    let server = server().await;
    let visitor = visitor(&server).await;
    let before = history(&server, &visitor).await;
    assert_eq!((&before["items"], &before["shop"]["zh"]), (&json!([]), &json!("宁波启明自动化")));
    let taken = write(&server, &visitor, "m-1", "P001多少钱").await;
    let again = write(&server, &visitor, "m-1", "P001多少钱").await;
    assert_eq!((&again["duplicate"], &again["message_id"]), (&json!(true), &taken["message_id"]));
    let items = settled(&server, &visitor, 2).await;
    assert_eq!((&items[0]["author"], &items[0]["client_id"]), (&json!("buyer"), &json!("m-1")));
    assert_eq!(items[1]["author"], "assistant");
    for item in &items {
        let keys: Vec<_> = item.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["id", "author", "text", "at", "client_id"], "nothing else is shown");
    }
}

#[tokio::test]
async fn a_visitor_sees_nobody_elses_conversation() {
    let server = server().await;
    let (one, other) = (visitor(&server).await, visitor(&server).await);
    write(&server, &one, "m-1", "我是甲").await;
    settled(&server, &one, 2).await;
    assert_eq!(history(&server, &other).await["items"], json!([]));
    server.call("GET", "/api/v1/widget/events", &other, None).await.expect_problem(404, "not_found");

    write(&server, &other, "m-1", "我是乙").await;
    settled(&server, &other, 2).await;
    let mut feed = open(&server, "/api/v1/widget/events", &other, Some(0)).await;
    let mut heard = Vec::new();
    while let Some(frame) = feed.next().await {
        heard.push(frame);
    }
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert_eq!((heard[0].event.as_str(), &heard[0].data["text"]), ("message_received", &json!("我是乙")));
    assert_eq!((heard[1].event.as_str(), &heard[1].data["author"]), ("message_sent", &json!("assistant")));
    assert!(!format!("{heard:?}").contains("我是甲"));
}

#[tokio::test]
async fn a_visitor_hears_the_person_who_took_over_and_his_next_conversation() {
    let server = server().await;
    let visitor = visitor(&server).await;
    write(&server, &visitor, "m-1", "你好").await;
    settled(&server, &visitor, 2).await;
    let mut feed = open(&server, "/api/v1/widget/events", &visitor, None).await;
    let listed = server.get("/api/v1/conversations?inbox=web").await;
    let path = format!("/api/v1/conversations/{}", listed["items"][0]["id"].as_str().expect("an id"));
    server.post(&format!("{path}/messages"), Some(json!({"text": "我是小李"}))).await.expect(200);
    server.post(&format!("{path}/resolve"), None).await.expect(200);
    write(&server, &visitor, "m-2", "还有个问题").await;
    let mut told = Vec::new();
    while let Some(frame) = feed.next().await {
        told.push((frame.event, frame.data));
    }
    let has = |event: &str, key: &str, value: &str| {
        told.iter().any(|(kind, data)| kind == event && data[key] == value)
    };
    assert!(has("owner_changed", "owner", "person"), "{told:?}");
    assert!(has("message_sent", "text", "我是小李"), "{told:?}");
    assert!(has("conversation_ended", "owner", "assistant"), "{told:?}");
    assert!(has("message_received", "text", "还有个问题"), "the new conversation is his own: {told:?}");
    assert!(told.iter().all(|(_, data)| data.get("agent_id").is_none() && data.get("assigned_to").is_none()));
}

#[tokio::test]
async fn a_visitor_cannot_raise_himself_nor_flood() {
    let server = server().await;
    let visitor = visitor(&server).await;
    let body = json!({"text": "你好", "client_id": "m-1", "attributes": {"tier": "vip"}});
    server
        .call("POST", "/api/v1/widget/messages", &visitor, Some(body))
        .await
        .expect_problem(400, "unknown_field");
    for number in 0..30 {
        write(&server, &visitor, &format!("m-{number}"), "你好").await;
    }
    let body = json!({"text": "你好", "client_id": "m-31"});
    let refused = server.call("POST", "/api/v1/widget/messages", &visitor, Some(body.clone())).await;
    refused.expect_problem(429, "too_many_requests");
    assert_eq!(refused.headers[header::RETRY_AFTER], "2");
    server.test.clock.advance_millis(2_000);
    server.call("POST", "/api/v1/widget/messages", &visitor, Some(body)).await.expect(202);
}

#[tokio::test]
async fn secrets_of_ones_own_making_lift_no_limit() {
    let limits = ServerOptions { address_messages_per_minute: 8, new_visitors_per_minute: 3, ..options() };
    let server = server_with(limits).await;
    let say = async |visitor: &str, number: usize| {
        let body = json!({"text": "你好", "client_id": format!("m-{number}")});
        server.call("POST", "/api/v1/widget/messages", visitor, Some(body)).await
    };
    let mut visitors = Vec::new();
    for _ in 0..4 {
        visitors.push(visitor(&server).await);
    }
    for visitor in &visitors[..3] {
        say(visitor, 1).await.expect(202);
    }
    let refused = say(&visitors[3], 1).await.expect_problem(429, "too_many_requests");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("new visitors")), "{refused}");
    // Those who are known go on, as far as their address may.
    for number in 2..6 {
        say(&visitors[0], number).await.expect(202);
    }
    let refused = say(&visitors[1], 2).await.expect_problem(429, "too_many_requests");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("address")), "{refused}");
    server.test.clock.advance_millis(20_000);
    say(&visitors[3], 1).await.expect(202);
}
