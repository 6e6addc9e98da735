//! `POST /api/v1/conversations/{id}/rfq`

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::harness::{Server, server};

static LIST: &[u8] = include_bytes!("../../../desk/src/inquiry/sheet/list.xlsx");

async fn conversation(server: &Server) -> String {
    let said = server.say("rfq-buyer", "你好").await;
    said["conversation_id"].as_str().expect("an id").to_owned()
}

fn file(bytes: &[u8]) -> Value {
    json!({"content": STANDARD.encode(bytes)})
}

#[tokio::test]
async fn a_list_becomes_lines_of_the_requirement_and_what_fits_none_has_candidates() {
    let server = server().await;
    let id = conversation(&server).await;
    let path = format!("/api/v1/conversations/{id}/rfq");
    let taken = server.call("POST", &path, &server.agent, Some(file(LIST))).await.expect(200);
    let lines = taken["lines"].as_array().expect("lines");
    let products: Vec<&Value> = lines.iter().map(|line| &line["product"]).collect();
    assert_eq!(products, [&json!("P001"), &json!("P002"), &Value::Null], "{taken}");
    assert_eq!((&lines[1]["quantity"], &lines[1]["unit"]), (&json!("4"), &json!("只")), "{taken}");
    let candidates = lines[2]["candidates"].as_array().expect("candidates");
    assert!(candidates.contains(&json!("P030")), "{taken}");
    let turn = &taken["message"]["turn"];
    assert_eq!(turn["strategy"]["name"], "quote", "{taken}");
    assert!(
        turn["reply"]["text"].as_str().is_some_and(|text| text.contains('3') && text.contains('2')),
        "{taken}"
    );
    let messages = server.get(&format!("/api/v1/conversations/{id}/messages")).await;
    assert!(messages.to_string().contains("P03O"), "{messages}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_how_to_mend_it() {
    let server = server().await;
    let id = conversation(&server).await;
    let path = format!("/api/v1/conversations/{id}/rfq");
    for (bytes, says) in [
        (&b"PK\x03\x04 broken"[..], "XLSX"),
        (b"hello there", "header line"),
        (b"", "empty"),
        (&[0x81, 0x20, 0xff, 0xfe, 0xff], "UTF-8"),
    ] {
        let answer = server.call("POST", &path, &server.agent, Some(file(bytes))).await;
        let problem = answer.expect_problem(400, "invalid_field");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(says)), "{problem}");
    }
    let broken = Some(json!({"content": "***"}));
    server.call("POST", &path, &server.agent, broken).await.expect_problem(400, "invalid_field");
    let nowhere = "/api/v1/conversations/cnv_00000000000000000000000000/rfq";
    server.call("POST", nowhere, &server.agent, Some(file(LIST))).await.expect_problem(404, "not_found");
    server.call("POST", &path, &server.channel, Some(file(LIST))).await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn a_file_up_to_the_limit_is_read_and_one_beyond_is_told_so() {
    let server = server().await;
    let id = conversation(&server).await;
    let path = format!("/api/v1/conversations/{id}/rfq");
    let list = |length: usize| {
        let mut text = String::from("型号,数量\nP001,20\n");
        text.push_str(&",\n".repeat(length.saturating_sub(text.len()).div_ceil(2)));
        text.truncate(length);
        file(text.as_bytes())
    };
    server.call("POST", &path, &server.agent, Some(list(desk::inquiry::MAX_BYTES))).await.expect(200);
    let answer = server.call("POST", &path, &server.agent, Some(list(desk::inquiry::MAX_BYTES + 1))).await;
    let problem = answer.expect_problem(400, "invalid_field");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("262144 bytes")), "{problem}");
}
