//! What the knowledge could learn from talk.

use serde_json::{Value, json};
use store::NewRevision;

use crate::harness::{Server, server};

const LIST: &str = "/api/v1/knowledge/suggestions";

/// Two buyers ask what the shop does not say; the one suggestion that comes of it.
async fn suggested(server: &Server) -> Value {
    for (buyer, text) in [("c-1", "股票怎么买"), ("c-2", "请问股票怎么买")] {
        server.say(buyer, text).await;
        server.test.clock.advance_millis(60_000);
    }
    server.call("POST", &format!("{LIST}/refresh"), &server.manager, None).await.expect(200);
    let listed = server.get(&format!("{LIST}?status=open")).await;
    let items = listed["items"].as_array().expect("a list");
    let about = |item: &&Value| item["evidence"].to_string().contains("股票");
    items.iter().find(about).unwrap_or_else(|| panic!("{listed}")).clone()
}

#[tokio::test]
async fn what_buyers_ask_in_vain_becomes_an_answer_once_a_person_accepts_it() {
    let server = server().await;
    let suggestion = suggested(&server).await;
    assert_eq!((&suggestion["buyers"], &suggestion["messages"]), (&json!(2), &json!(2)));
    assert_eq!(
        (&suggestion["proposal"]["kind"], &suggestion["proposal"]["answer"]),
        (&json!("faq"), &json!(""))
    );
    let path = format!("{LIST}/{}", suggestion["id"].as_str().expect("an id"));
    assert_eq!(server.get(&path).await, suggestion);

    let empty = server.call("POST", &format!("{path}/accept"), &server.manager, None).await;
    assert_eq!(empty.expect_problem(400, "invalid_field")["field"], "answer");
    let other = server.post(&format!("{path}/accept"), Some(json!({"value": "15"}))).await;
    assert_eq!(other.expect_problem(400, "invalid_field")["field"], "value");
    let before = server.get("/api/v1/knowledge").await;
    let accepted = server
        .post(&format!("{path}/accept"), Some(json!({"answer": "我们只做设备，股票请问券商。"})))
        .await
        .expect(200);
    let after = server.get("/api/v1/knowledge").await;
    assert_eq!(accepted["status"], "accepted");
    assert_eq!(accepted["revision"], after["revision"]);
    assert_eq!(after["revision"].as_i64(), before["revision"].as_i64().map(|number| number + 1));
    assert_eq!(after["faqs"].as_i64(), before["faqs"].as_i64().map(|number| number + 1));
    let revisions = server.get("/api/v1/knowledge/revisions").await;
    assert_eq!(revisions["items"][0]["origin"], "console");
    let answer = server.say("c-3", "股票怎么买").await;
    assert!(
        answer["turn"]["reply"]["text"].as_str().is_some_and(|text| text.contains("股票请问券商")),
        "{answer}"
    );

    server.post(&format!("{path}/accept"), None).await.expect_problem(409, "invalid_move");
    server.post(&format!("{path}/dismiss"), None).await.expect_problem(409, "invalid_move");
    server.post(&format!("{LIST}/refresh"), None).await.expect(200);
    let open = server.get(&format!("{LIST}?status=open")).await;
    assert!(!open.to_string().contains("股票"), "{open}");
}

/// On a node that has not heard of the newest revision yet.
#[tokio::test]
async fn what_is_accepted_undoes_nothing_that_was_published_meanwhile() {
    let server = server().await;
    let suggestion = suggested(&server).await;
    let store = server.test.desk.store();
    let before = store.current_revision().await.expect("reads").expect("published");
    let files_json = before.files_json.replace("price: 50000\\n", "price: 49900\\n");
    assert_ne!(files_json, before.files_json);
    let elsewhere = NewRevision {
        digest: "of another node".into(),
        origin: "console".into(),
        files_json,
        follows: before.number,
        event: None,
        at: before.published_at,
    };
    store.publish_revision(elsewhere).await.expect("stored");
    let path = format!("{LIST}/{}/accept", suggestion["id"].as_str().expect("an id"));
    let accepted = server.post(&path, Some(json!({"answer": "股票请问券商。"}))).await.expect(200);
    assert_eq!(accepted["revision"], before.number + 2);
    let robot = server.get("/api/v1/products/P001").await;
    assert!(robot.to_string().contains("49900"), "{robot}");
    server.test.desk.stop().await;
}

#[tokio::test]
async fn what_is_dismissed_is_not_proposed_again() {
    let server = server().await;
    let suggestion = suggested(&server).await;
    let path = format!("{LIST}/{}", suggestion["id"].as_str().expect("an id"));
    server
        .call("POST", &format!("{path}/dismiss"), &server.agent, None)
        .await
        .expect_problem(403, "forbidden");
    let dismissed = server.call("POST", &format!("{path}/dismiss"), &server.manager, None).await.expect(200);
    assert_eq!((&dismissed["status"], &dismissed["revision"]), (&json!("dismissed"), &Value::Null));
    server.post(&format!("{LIST}/refresh"), None).await.expect(200);
    let open = server.get(&format!("{LIST}?status=open")).await;
    assert!(!open.to_string().contains("股票"), "{open}");
    let listed = server.get(&format!("{LIST}?status=dismissed")).await;
    assert_eq!(listed["items"][0]["id"], dismissed["id"]);
    let wrong = server.call("GET", &format!("{LIST}?status=lost"), &server.admin, None).await;
    wrong.expect_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn a_suggestion_keeps_its_id_while_more_buyers_ask() {
    let server = server().await;
    let suggestion = suggested(&server).await;
    server.say("c-3", "股票怎么买比较好").await;
    server.post(&format!("{LIST}/refresh"), None).await.expect(200);
    let path = format!("{LIST}/{}", suggestion["id"].as_str().expect("an id"));
    assert_eq!(server.get(&path).await["buyers"], 3);
}
