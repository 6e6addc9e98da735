//! A wish beyond the assistant's authority, from the buyer's words to what he hears.

use serde_json::{Value, json};

use crate::harness::{Server, server};

/// A buyer asks for ten percent; gives the conversation and the approval.
async fn asked(server: &Server, contact: &str) -> (String, Value) {
    server.say(contact, "P001 20台多少钱").await;
    let envelope = server.say(contact, "能打九折吗").await;
    let turn = &envelope["turn"];
    assert_eq!(turn["approvals"].as_array().map(Vec::len), Some(1), "{turn}");
    assert_eq!(turn["approvals"][0]["status"], "pending");
    assert_eq!(turn["handoff"]["reason"], "over_authority");
    let text = turn["reply"]["text"].as_str().expect("a text");
    assert!(text.contains("正在请示主管"), "{text}");
    let conversation = envelope["conversation_id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/approvals/{}", turn["approvals"][0]["id"].as_str().expect("an id"));
    (conversation, server.get(&path).await)
}

fn path(approval: &Value, verb: &str) -> String {
    format!("/api/v1/approvals/{}/{verb}", approval["id"].as_str().expect("an id"))
}

async fn last_message(server: &Server, conversation: &str) -> Value {
    let messages = server.get(&format!("/api/v1/conversations/{conversation}/messages?limit=500")).await;
    messages["items"].as_array().and_then(|items| items.last().cloned()).expect("a message")
}

#[tokio::test]
async fn a_manager_approves_and_the_assistant_tells_the_buyer() {
    let server = server().await;
    let (conversation, approval) = asked(&server, "c-1").await;
    assert_eq!((&approval["status"], &approval["parameter"]), (&json!("pending"), &json!("discount")));
    assert_eq!((&approval["product"], &approval["quantity"]), (&json!("P001"), &json!(20.0)));
    assert_eq!(approval["words"], "能打九折吗");
    assert_eq!(approval["asked"]["percent_off"], 10);
    let waiting = server.get(&format!("/api/v1/approvals?status=pending&conversation={conversation}")).await;
    assert_eq!(waiting["items"].as_array().map(Vec::len), Some(1));
    let note = json!({"note": "老客户，给他"});
    let settled =
        server.call("POST", &path(&approval, "approve"), &server.manager, Some(note)).await.expect(200);
    assert_eq!(
        (&settled["approval"]["status"], &settled["approval"]["outcome"]["note"]),
        (&json!("approved"), &json!("老客户，给他"))
    );
    let said = settled["message"]["text"].as_str().expect("the buyer is told");
    assert!(said.starts_with("您要的价格批下来了") && said.contains("20台"), "{said}");
    let last = last_message(&server, &conversation).await;
    assert_eq!((&last["text"], &last["author"]), (&settled["message"]["text"], &json!("assistant")));
    let owner = server.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(owner["owner"], "assistant", "the conversation goes on");
    // The promise is kept when the price is asked for again.
    let again = server.say("c-1", "P001 20台多少钱").await;
    let price = settled["approval"]["outcome"]["terms"]["unit_price"]["amount"].as_str().expect("a price");
    let facts = again["turn"]["reply"]["facts"].to_string();
    assert!(facts.contains(&format!(r#""amount":"{price}""#)), "{price} {facts}");
    let ledger = server.get("/api/v1/promises").await;
    assert_eq!(
        (&ledger["items"][0]["by"], &ledger["items"][0]["approval_id"]),
        (&json!("agent"), &approval["id"])
    );
    // Decided is decided.
    for verb in ["approve", "reject"] {
        server.post(&path(&approval, verb), None).await.expect_problem(409, "invalid_move");
    }
}

#[tokio::test]
async fn a_counter_offer_reaches_the_buyer_and_wrong_terms_do_not() {
    let server = server().await;
    let (conversation, approval) = asked(&server, "c-1").await;
    let counter = async |terms: Value| {
        let body = json!({"terms": terms});
        server.call("POST", &path(&approval, "counter"), &server.admin, Some(body)).await
    };
    for wrong in [
        json!({}),
        json!({"days": 3}),
        json!({"percent_off": 5, "unit_price": "46000"}),
        json!({"percent_off": 0}),
        json!({"percent_off": 100}),
        json!({"unit_price": "-1"}),
        json!({"percent_off": 5, "days": 3}),
    ] {
        counter(wrong.clone()).await.expect_problem(400, "invalid_field");
    }
    let bad = counter(json!({"unit_price": "cheap"})).await.expect_problem(400, "invalid_field");
    assert_eq!(bad["field"], "terms.unit_price");
    counter(json!({"price": "1"})).await.expect_problem(400, "unknown_field");
    let settled = counter(json!({"percent_off": 5})).await.expect(200);
    assert_eq!(settled["approval"]["status"], "countered");
    let said = settled["message"]["text"].as_str().expect("the buyer is told");
    assert!(said.starts_with("请示过了"), "{said}");
    assert_eq!(last_message(&server, &conversation).await["text"], said);
}

#[tokio::test]
async fn a_refusal_is_told_without_its_reason_and_is_not_asked_again() {
    let server = server().await;
    let (conversation, approval) = asked(&server, "c-1").await;
    let note = json!({"note": "毛利太低"});
    server.call("POST", &path(&approval, "reject"), &server.agent, Some(note)).await.expect(200);
    let said = last_message(&server, &conversation).await;
    let said = said["text"].as_str().expect("a text");
    assert!(said.starts_with("我请示过了") && !said.contains("毛利"), "{said}");
    let again = server.say("c-1", "能打九折吗").await;
    assert_eq!(again["turn"]["approvals"][0]["id"], approval["id"]);
    assert_eq!(again["turn"]["approvals"][0]["status"], "rejected");
    assert_eq!(server.get("/api/v1/approvals").await["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_buyer_who_asks_for_the_same_in_two_conversations_waits_for_one_decision() {
    let server = server().await;
    let contact = async |conversation: &str| {
        server.get(&format!("/api/v1/conversations/{conversation}")).await["contact_id"].clone()
    };
    let greeted = server.say("c-2", "你好").await;
    let second = greeted["conversation_id"].as_str().expect("an id").to_owned();
    let (first, approval) = asked(&server, "c-1").await;
    let from = contact(&second).await;
    let join = format!("/api/v1/contacts/{}/merge", from.as_str().expect("an id"));
    server.post(&join, Some(json!({"into": contact(&first).await}))).await.expect(200);

    let again = server.say("c-2", "P001 20台能打九折吗").await;
    assert_eq!(again["turn"]["approvals"][0]["id"], approval["id"], "{again}");
    assert_eq!(again["turn"]["approvals"][0]["status"], "pending");
    assert_eq!(server.get("/api/v1/approvals").await["items"].as_array().map(Vec::len), Some(1));

    let settled = server.call("POST", &path(&approval, "approve"), &server.manager, None).await.expect(200);
    for conversation in [&first, &second] {
        assert_eq!(last_message(&server, conversation).await["text"], settled["message"]["text"]);
        let owner = server.get(&format!("/api/v1/conversations/{conversation}")).await;
        assert_eq!(owner["owner"], "assistant", "{conversation}");
    }
}

#[tokio::test]
async fn each_decides_within_his_own_authority() {
    let server = server().await;
    let (_, approval) = asked(&server, "c-1").await;
    // The demo shop lets reps give eight percent and managers fifteen.
    let refused = server.call("POST", &path(&approval, "approve"), &server.agent, None).await;
    assert!(
        refused.expect_problem(403, "forbidden")["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("rep"))
    );
    let terms = json!({"terms": {"percent_off": 8}});
    server.call("POST", &path(&approval, "counter"), &server.agent, Some(terms)).await.expect(200);
    let (_, other) = asked(&server, "c-2").await;
    let much = json!({"terms": {"percent_off": 15.5}});
    server
        .call("POST", &path(&other, "counter"), &server.manager, Some(much.clone()))
        .await
        .expect_problem(403, "forbidden");
    server.call("POST", &path(&other, "counter"), &server.admin, Some(much)).await.expect(200);
    server
        .call("POST", &path(&other, "approve"), &server.channel, None)
        .await
        .expect_problem(403, "forbidden");
}

#[tokio::test]
async fn what_the_shop_earns_is_for_managers() {
    let server = server().await;
    let (_, approval) = asked(&server, "c-1").await;
    assert!(approval["economics"]["list_price"].is_object(), "an admin sees it: {approval}");
    let path = format!("/api/v1/approvals/{}", approval["id"].as_str().expect("an id"));
    let seen = server.call("GET", &path, &server.agent, None).await.expect(200);
    assert_eq!(seen["economics"], Value::Null);
    let list = server.call("GET", "/api/v1/approvals", &server.agent, None).await.expect(200);
    assert_eq!(list["items"][0]["economics"], Value::Null);
    let list = server.call("GET", "/api/v1/approvals", &server.manager, None).await.expect(200);
    assert!(list["items"][0]["economics"].is_object());
}

#[tokio::test]
async fn an_approval_that_nobody_decides_runs_out_and_says_so() {
    let server = server().await;
    let (conversation, approval) = asked(&server, "c-1").await;
    server.test.clock.advance_millis(23 * 3_600_000);
    assert_eq!(server.test.desk.expire_approvals().await.expect("it works"), 0);
    server.test.clock.advance_millis(3_600_001);
    assert_eq!(server.test.desk.expire_approvals().await.expect("it works"), 1);
    assert_eq!(server.test.desk.expire_approvals().await.expect("it works"), 0);
    let said = last_message(&server, &conversation).await;
    assert!(said["text"].as_str().is_some_and(|text| text.starts_with("抱歉让您久等")), "{said}");
    let owner = server.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(owner["owner"], "waiting", "a person is still asked for");
    server.post(&path(&approval, "approve"), None).await.expect_problem(409, "invalid_move");
}

#[tokio::test]
async fn a_person_who_took_over_tells_the_buyer_himself() {
    let server = server().await;
    let (conversation, approval) = asked(&server, "c-1").await;
    server.post(&format!("/api/v1/conversations/{conversation}/take-over"), None).await.expect(200);
    let before = last_message(&server, &conversation).await;
    let settled = server.post(&path(&approval, "approve"), Some(json!({}))).await.expect(200);
    assert_eq!((&settled["approval"]["status"], &settled["message"]), (&json!("approved"), &Value::Null));
    assert_eq!(last_message(&server, &conversation).await["id"], before["id"]);
}

#[tokio::test]
async fn bad_requests_about_approvals_say_what_is_wrong() {
    let server = server().await;
    let nobody = "/api/v1/approvals/apr_01jd0000000000000000000000";
    server.post(&format!("{nobody}/approve"), None).await.expect_problem(404, "not_found");
    server.call("GET", nobody, &server.admin, None).await.expect_problem(404, "not_found");
    let wrong = server.call("GET", "/api/v1/approvals?status=open", &server.admin, None).await;
    assert_eq!(wrong.expect_problem(400, "invalid_parameter")["field"], "status");
    let wrong = server.call("GET", "/api/v1/promises?contact=x", &server.admin, None).await;
    assert_eq!(wrong.expect_problem(400, "invalid_parameter")["field"], "contact");
    let (_, approval) = asked(&server, "c-1").await;
    let empty = server.post(&path(&approval, "reject"), Some(json!({"note": ""}))).await;
    assert_eq!(empty.expect_problem(400, "invalid_field")["field"], "note");
    let long = json!({"note": "长".repeat(501)});
    server.post(&path(&approval, "reject"), Some(long)).await.expect_problem(400, "invalid_field");
}
