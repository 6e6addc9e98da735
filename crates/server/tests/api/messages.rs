//! `POST /api/v1/messages`

use serde_json::{Value, json};

use crate::harness::server;

fn message(external_id: &str, text: &str) -> Value {
    json!({
        "inbox": "api",
        "contact": {"external_id": "c-42", "name": "王工", "company": "宁波某某汽配", "attributes": {"region": "浙江"}},
        "message": {"external_id": external_id, "text": text},
        "wait": true,
    })
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_message_is_answered_with_the_whole_turn_in_the_contracts_form() {
    let server = server().await;
    let body = message("m-1", "P001 20台多少钱?交期多久");
    let envelope = server.call("POST", "/api/v1/messages", &server.channel, Some(body)).await.expect(200);
    assert_eq!(keys(&envelope), ["conversation_id", "message_id", "duplicate", "turn"]);
    let turn = &envelope["turn"];
    assert_eq!(
        keys(turn),
        [
            "id",
            "message_ids",
            "understanding",
            "profile",
            "stage",
            "strategy",
            "recommendation",
            "lead",
            "handoff",
            "reply",
            "timings_us",
            "revision"
        ]
    );
    assert_eq!(turn["message_ids"], json!([envelope["message_id"]]));
    assert_eq!(turn["understanding"]["language"], "zh");
    assert!(turn["reply"]["text"].as_str().is_some_and(|text| !text.is_empty()), "{turn}");
    assert!(turn["profile"]["message_count"].is_number());
}

#[tokio::test]
async fn the_same_message_again_gives_the_first_answer_whatever_it_carries() {
    let server = server().await;
    let first = server
        .call("POST", "/api/v1/messages", &server.channel, Some(message("m-1", "你好")))
        .await
        .expect(200);
    let again = message("m-1", "P001多少钱");
    let again = server.call("POST", "/api/v1/messages", &server.channel, Some(again)).await.expect(200);
    assert_eq!(again["duplicate"], true);
    for same in ["conversation_id", "message_id"] {
        assert_eq!(again[same], first[same]);
    }
    assert_eq!(again["turn"]["id"], first["turn"]["id"]);
    let mut hurried = message("m-1", "你好");
    hurried["wait"] = json!(false);
    let hurried = server.call("POST", "/api/v1/messages", &server.channel, Some(hurried)).await.expect(200);
    assert_eq!((&hurried["duplicate"], &hurried["turn"]["id"]), (&json!(true), &first["turn"]["id"]));
}

#[tokio::test]
async fn who_does_not_wait_is_answered_as_soon_as_the_message_is_durable() {
    let server = server().await;
    let mut body = message("m-1", "你好");
    body["wait"] = json!(false);
    let accepted = server.call("POST", "/api/v1/messages", &server.channel, Some(body)).await.expect(202);
    assert_eq!((&accepted["duplicate"], &accepted["turn"]), (&json!(false), &Value::Null));
    let waited = server
        .call("POST", "/api/v1/messages", &server.channel, Some(message("m-1", "你好")))
        .await
        .expect(200);
    assert_eq!((&waited["duplicate"], &waited["message_id"]), (&json!(true), &accepted["message_id"]));
}

#[tokio::test]
async fn a_tier_is_believed_from_a_token() {
    let server = server().await;
    let mut body = message("m-1", "你好,想了解一下P001");
    body["contact"]["attributes"] = json!({"tier": "VIP"});
    let envelope = server.call("POST", "/api/v1/messages", &server.channel, Some(body)).await.expect(200);
    assert_eq!(envelope["turn"]["handoff"]["reason"], "vip", "{envelope}");
}

#[tokio::test]
async fn attachments_alone_are_a_message_of_their_kind() {
    let server = server().await;
    let body = json!({
        "contact": {"external_id": "c-1"},
        "message": {"attachments": [{"kind": "image", "url": "https://example.com/a.jpg", "name": "a.jpg", "size": 12}]},
    });
    let envelope = server.call("POST", "/api/v1/messages", &server.channel, Some(body)).await.expect(200);
    let conversation = envelope["conversation_id"].as_str().expect("an id");
    let messages = server.get(&format!("/api/v1/conversations/{conversation}/messages")).await;
    assert_eq!(
        (&messages["items"][0]["kind"], &messages["items"][0]["attachments"][0]["size"]),
        (&json!("image"), &json!(12))
    );
}
