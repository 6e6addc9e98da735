//! A buyer falls silent: what is planned, what people do with it, what he gets.

use serde_json::{Value, json};

use crate::harness::{Server, server};

const HOUR: i64 = 3_600_000;

/// A buyer heard a price and was asked how many; gives the conversation.
async fn asked_price(server: &Server, contact: &str) -> String {
    let envelope = server.say(contact, "P001多少钱").await;
    envelope["conversation_id"].as_str().expect("an id").to_owned()
}

async fn follow_ups(server: &Server, conversation: &str) -> Value {
    server.get(&format!("/api/v1/conversations/{conversation}/follow-ups")).await
}

async fn last_message(server: &Server, conversation: &str) -> Value {
    let path = format!("/api/v1/conversations/{conversation}/messages?order=newest_first&limit=1");
    server.get(&path).await["items"][0].clone()
}

/// Until the next follow-up is due, and then what became of it.
async fn wait(server: &Server, hours: i64) -> usize {
    server.test.clock.advance_millis(hours * HOUR);
    server.test.desk.look_after().await.expect("a look")
}

#[tokio::test]
async fn a_silent_buyer_is_written_to_once_and_his_answer_stops_the_rest() {
    let server = server().await;
    let conversation = asked_price(&server, "c-1").await;
    let planned = follow_ups(&server, &conversation).await;
    let next = &planned["next"];
    assert_eq!(next["reason"], "question_open", "{planned}");
    // A Monday at ten; twenty hours later it is quiet.
    assert_eq!(
        (&next["due_at"], &next["draft"]),
        (&json!("2026-11-24T01:00:00.000Z"), &json!(false)),
        "{planned}"
    );
    assert_eq!(planned["sent"], json!([]));
    let text = next["text"].as_str().expect("words").to_owned();
    assert_eq!(wait(&server, 22).await, 0);
    assert_eq!(wait(&server, 1).await, 1);
    let last = last_message(&server, &conversation).await;
    assert_eq!(
        (&last["text"], &last["author"], &last["draft"]),
        (&json!(text), &json!("assistant"), &json!(false))
    );
    let after = follow_ups(&server, &conversation).await;
    assert_eq!((&after["sent"][0]["message_id"], &after["sent"][0]["step"]), (&last["id"], &next["step"]));
    assert!(after["next"]["due_at"].as_str() > next["due_at"].as_str(), "{after}");
    let events = server.get("/api/v1/conversations?limit=5").await;
    assert_eq!(events["items"][0]["id"], json!(conversation));
    // He answers; what was planned before is gone, and what is planned now counts from here.
    server.say("c-1", "好的谢谢，再联系").await;
    assert_eq!(follow_ups(&server, &conversation).await["next"], Value::Null);
    assert_eq!(wait(&server, 200).await, 0);
}

#[tokio::test]
async fn a_person_words_or_cancels_what_is_planned() {
    let server = server().await;
    let conversation = asked_price(&server, "c-1").await;
    let path = format!("/api/v1/conversations/{conversation}/follow-up");
    let own = json!({"text": "王工您好，样机这周在展厅，欢迎来看。"});
    let worded = server.call("PATCH", &path, &server.agent, Some(own.clone())).await.expect(200);
    assert_eq!((&worded["next"]["text"], worded["next"]["worded_by"].is_string()), (&own["text"], true));
    assert_eq!(wait(&server, 24).await, 1);
    let last = last_message(&server, &conversation).await;
    assert_eq!((&last["text"], &last["author"]), (&own["text"], &json!("agent")));
    let still = server.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(still["owner"], "assistant", "words in advance are no take-over");
    let cancelled = server.call("DELETE", &path, &server.agent, None).await;
    assert_eq!(cancelled.status.as_u16(), 204);
    assert_eq!(follow_ups(&server, &conversation).await["next"], Value::Null);
    for (method, body) in [("DELETE", None), ("PATCH", Some(own.clone()))] {
        server.call(method, &path, &server.agent, body).await.expect_problem(404, "not_found");
    }
    server
        .call("PATCH", &path, &server.agent, Some(json!({"text": " "})))
        .await
        .expect_problem(400, "invalid_field");
    server.call("DELETE", &path, &server.channel, None).await.expect_problem(403, "forbidden");
    let nowhere = "/api/v1/conversations/cnv_00000000000000000000000000/follow-ups";
    server.call("GET", nowhere, &server.admin, None).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn whoever_has_the_conversation_is_not_disturbed() {
    let server = server().await;
    let conversation = asked_price(&server, "c-1").await;
    server.post(&format!("/api/v1/conversations/{conversation}/take-over"), None).await.expect(200);
    assert_eq!(follow_ups(&server, &conversation).await["next"], Value::Null);
    assert_eq!(wait(&server, 100).await, 0);
}

#[tokio::test]
async fn a_conversation_that_lapsed_is_taken_up_in_a_new_one() {
    let server = server().await;
    let envelope = server.say("c-1", "P001是做什么用的").await;
    let conversation = envelope["conversation_id"].as_str().expect("an id").to_owned();
    let planned = follow_ups(&server, &conversation).await;
    assert_eq!(planned["next"]["step"], "interest", "{planned}");
    server.test.clock.advance_millis(73 * HOUR);
    let now = server.test.desk.now();
    server.test.desk.store().lapse_silent(now.plus_hours(-72), now, 10).await.expect("it lapses");
    assert_eq!(wait(&server, 0).await, 1);
    let sent = follow_ups(&server, &conversation).await["sent"][0].clone();
    let opened = sent["conversation_id"].as_str().expect("an id").to_owned();
    assert_ne!(opened, conversation);
    assert_eq!(last_message(&server, &opened).await["id"], sent["message_id"]);
    let answer = server.say("c-1", "价格多少").await;
    assert_eq!(answer["conversation_id"], json!(opened), "his answer belongs to it");
}

#[tokio::test]
async fn who_does_not_accept_in_time_is_followed_by_the_next_one() {
    let server = server().await;
    let envelope = server.say("c-1", "转人工").await;
    let conversation = envelope["conversation_id"].as_str().expect("an id").to_owned();
    let read = async || server.get(&format!("/api/v1/conversations/{conversation}")).await["handoff"].clone();
    let first = read().await;
    let due_at = first["due_at"].as_str().expect("the demo shop says how fast it answers").to_owned();
    let due = domain::Timestamp::parse(&due_at).expect("a time");
    server.test.clock.set(due.plus_millis(-1));
    assert_eq!(wait(&server, 0).await, 0);
    server.test.clock.set(due);
    assert_eq!(wait(&server, 0).await, 1);
    let second = read().await;
    assert_eq!(second["asked"], json!([first["assigned_to"]]));
    assert_ne!(second["assigned_to"], first["assigned_to"]);
    let told = last_message(&server, &conversation).await;
    let name = second["assigned_to"].as_str().expect("a name");
    assert!(told["text"].as_str().expect("a text").contains(name), "{told}");
    // The buyer hears of it once, however long it lasts.
    for _ in 0..10 {
        wait(&server, 72).await;
    }
    assert_eq!(last_message(&server, &conversation).await["id"], told["id"]);
    let last = read().await;
    assert_eq!(last["due_at"], Value::Null, "nobody is left to ask: {last}");
    let owner = server.get(&format!("/api/v1/conversations/{conversation}")).await["owner"].clone();
    assert_eq!(owner, "waiting");
}
