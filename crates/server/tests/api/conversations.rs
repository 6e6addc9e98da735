//! What people do with conversations.

use serde_json::{Value, json};

use crate::harness::{Server, server};

async fn conversation(server: &Server) -> String {
    let envelope = server.say("c-1", "P001多少钱").await;
    format!("/api/v1/conversations/{}", envelope["conversation_id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_person_takes_over_answers_and_gives_back() {
    let server = server().await;
    let path = conversation(&server).await;
    let taken = server.call("POST", &format!("{path}/take-over"), &server.agent, None).await.expect(200);
    assert_eq!(taken["owner"], "person");
    let silent = server.say("c-1", "最低多少").await;
    assert_eq!(silent["turn"]["reply"]["kind"], "silent", "{silent}");

    let answer = json!({"text": "您好,我来为您报价。", "client_id": "a-1"});
    let messages = format!("{path}/messages");
    let sent = server.call("POST", &messages, &server.agent, Some(answer.clone())).await.expect(200);
    assert_eq!((&sent["author"], &sent["external_id"]), (&json!("agent"), &json!("a-1")));
    let again = server.call("POST", &messages, &server.agent, Some(answer.clone())).await.expect(200);
    assert_eq!(again["id"], sent["id"], "nothing is sent twice");
    server.call("POST", &messages, &server.manager, Some(answer)).await.expect_problem(409, "invalid_move");

    server
        .call("POST", &format!("{path}/take-over"), &server.manager, None)
        .await
        .expect_problem(409, "invalid_move");
    let agents = server.get("/api/v1/agents").await;
    let manager = agents["items"].as_array().expect("agents").iter().find(|agent| agent["name"] == "manager");
    let manager = manager.expect("the manager")["id"].clone();
    let assigned =
        server.post(&format!("{path}/assign"), Some(json!({"agent_id": manager}))).await.expect(200);
    assert_eq!(assigned["assigned_to"], manager);
    let nobody = json!({"agent_id": "agt_00000000000000000000000000"});
    server.post(&format!("{path}/assign"), Some(nobody)).await.expect_problem(400, "invalid_field");

    let back = server.post(&format!("{path}/return-to-assistant"), None).await.expect(200);
    assert_eq!((&back["owner"], &back["assigned_to"]), (&json!("assistant"), &Value::Null));
    server.post(&format!("{path}/return-to-assistant"), None).await.expect_problem(409, "invalid_move");
    assert_ne!(server.say("c-1", "P001交期多久").await["turn"]["reply"]["kind"], "silent");

    let resolved = server.post(&format!("{path}/resolve"), None).await.expect(200);
    assert_eq!(resolved["status"], "resolved");
    server.post(&format!("{path}/take-over"), None).await.expect_problem(409, "invalid_move");
    let next = server.say("c-1", "你好").await;
    assert_ne!(format!("/api/v1/conversations/{}", next["conversation_id"].as_str().expect("an id")), path);
}

#[tokio::test]
async fn an_empty_or_endless_answer_is_refused() {
    let server = server().await;
    let messages = format!("{}/messages", conversation(&server).await);
    for body in [
        json!({"text": " "}),
        json!({"text": "x".repeat(8_001)}),
        json!({"text": "a\u{0}b"}),
        json!({"text": "hi", "client_id": ""}),
    ] {
        server.post(&messages, Some(body)).await.expect_problem(400, "invalid_field");
    }
}

#[tokio::test]
async fn the_list_shows_who_wrote_last_and_pages_without_loss() {
    let server = server().await;
    for contact in ["c-1", "c-2", "c-3"] {
        server.test.clock.advance_millis(1_000);
        server.say(contact, "你好").await;
    }
    let all = server.get("/api/v1/conversations?status=open&inbox=api").await;
    let ids = |page: &Value| -> Vec<String> {
        page["items"].as_array().expect("items").iter().map(|item| item["id"].to_string()).collect()
    };
    assert_eq!(ids(&all).len(), 3);
    assert_eq!(all["items"][0]["last_message"]["author"], "assistant");
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = server.get(&format!("/api/v1/conversations?limit=1{after}")).await;
        seen.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ids(&all));
    assert_eq!(server.get("/api/v1/conversations?owner=person").await["items"], json!([]));
}

#[tokio::test]
async fn messages_and_turns_tell_the_same_story() {
    let server = server().await;
    let path = conversation(&server).await;
    let read = server.get(&path).await;
    assert_eq!((&read["owner"], &read["rounds"]), (&json!("assistant"), &json!(1)));
    let messages = server.get(&format!("{path}/messages")).await;
    let turns = server.get(&format!("{path}/turns")).await;
    let authors: Vec<_> =
        messages["items"].as_array().expect("items").iter().map(|item| item["author"].clone()).collect();
    assert_eq!(authors, [json!("buyer"), json!("assistant")]);
    assert_eq!(messages["items"][1]["turn_id"], turns["items"][0]["id"]);
    assert_eq!(messages["items"][1]["text"], turns["items"][0]["reply"]["text"]);
    let newest = server.get(&format!("{path}/messages?order=newest_first&limit=1")).await;
    assert_eq!(newest["items"][0]["id"], messages["items"][1]["id"]);
}
