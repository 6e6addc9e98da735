//! Input that no honest client sends: always a clear problem, never a crash, and nothing half done.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body,
    http::{Request, header},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::json;

use crate::harness::{Answer, Server, request, server};

const PATH: &str = "/api/v1/messages";

fn raw(server: &Server, body: impl Into<Body>) -> Request<Body> {
    request("POST", PATH)
        .header(header::AUTHORIZATION, format!("Bearer {}", server.channel))
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.into())
        .expect("a request")
}

fn check(answer: &Answer, status: u16, code: &str, field: Option<&str>) {
    let problem = answer.expect_problem(status, code);
    assert_eq!(problem["field"].as_str(), field, "{problem}");
}

#[tokio::test]
async fn whatever_is_wrong_with_a_body_is_named() {
    let server = server().await;
    let long_id = "x".repeat(10_240);
    let deep = format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000));
    let deep_attribute = format!(
        r#"{{"contact":{{"external_id":"a","attributes":{{"k":{deep}}}}},"message":{{"text":"hi"}}}}"#
    );
    let with = |contact: &str, message: &str| format!(r#"{{"contact":{contact},"message":{message}}}"#);
    let contact = r#"{"external_id":"a"}"#;
    let cases: Vec<(String, &str, Option<&str>)> = vec![
        (String::new(), "malformed_json", None),
        ("{".into(), "malformed_json", None),
        ("{\"contact\":}".into(), "malformed_json", None),
        ("null".into(), "invalid_field", None),
        ("[]".into(), "invalid_field", None),
        ("\"text\"".into(), "invalid_field", None),
        (deep.clone(), "invalid_field", None),
        ("{}".into(), "missing_field", Some("contact")),
        (format!(r#"{{"contact":{contact}}}"#), "missing_field", Some("message")),
        (with("{}", r#"{"text":"hi"}"#), "missing_field", Some("contact.external_id")),
        (with(r#"{"external_id":7}"#, r#"{"text":"hi"}"#), "invalid_field", Some("contact.external_id")),
        (with(r#"{"external_id":null}"#, r#"{"text":"hi"}"#), "invalid_field", Some("contact.external_id")),
        (with(r#"{"external_id":""}"#, r#"{"text":"hi"}"#), "invalid_field", Some("contact.external_id")),
        (
            with(&format!(r#"{{"external_id":"{long_id}"}}"#), r#"{"text":"hi"}"#),
            "invalid_field",
            Some("contact.external_id"),
        ),
        (
            with(r#"{"external_id":"a\u0000b"}"#, r#"{"text":"hi"}"#),
            "invalid_field",
            Some("contact.external_id"),
        ),
        (
            with(r#"{"external_id":"a","atributes":{}}"#, r#"{"text":"hi"}"#),
            "unknown_field",
            Some("contact.atributes"),
        ),
        (
            with(r#"{"external_id":"a","attributes":{"k":1}}"#, r#"{"text":"hi"}"#),
            "invalid_field",
            Some("contact.attributes.k"),
        ),
        (
            with(r#"{"external_id":"a","attributes":[]}"#, r#"{"text":"hi"}"#),
            "invalid_field",
            Some("contact.attributes"),
        ),
        (with(contact, "{}"), "invalid_field", Some("message.text")),
        (with(contact, r#"{"text":""}"#), "invalid_field", Some("message.text")),
        (with(contact, r#"{"text":" \n\t "}"#), "invalid_field", Some("message.text")),
        (with(contact, r#"{"text":["hi"]}"#), "invalid_field", Some("message.text")),
        (with(contact, r#"{"text":"a\u0000b"}"#), "invalid_field", Some("message.text")),
        (with(contact, r#"{"text":"\ud83d"}"#), "malformed_json", None),
        (with(contact, r#"{"text":"\udc00"}"#), "malformed_json", None),
        (
            with(contact, &format!(r#"{{"text":"{}"}}"#, "长".repeat(8_001))),
            "invalid_field",
            Some("message.text"),
        ),
        (with(contact, r#"{"text":"hi","external_id":""}"#), "invalid_field", Some("message.external_id")),
        (
            with(contact, r#"{"attachments":[{"kind":"virus","url":"x"}]}"#),
            "invalid_field",
            Some("message.attachments[0].kind"),
        ),
        (
            with(contact, r#"{"attachments":[{"kind":"image"}]}"#),
            "missing_field",
            Some("message.attachments[0].url"),
        ),
        (
            with(contact, r#"{"attachments":[{"kind":"image","url":"x","size":-1}]}"#),
            "invalid_field",
            Some("message.attachments[0].size"),
        ),
        (
            format!(r#"{{"contact":{contact},"message":{{"text":"hi"}},"wait":"yes"}}"#),
            "invalid_field",
            Some("wait"),
        ),
        (
            format!(r#"{{"contact":{contact},"message":{{"text":"hi"}},"inbox":"fax"}}"#),
            "invalid_field",
            Some("inbox"),
        ),
        (
            format!(r#"{{"contact":{contact},"message":{{"text":"hi"}},"wiat":true}}"#),
            "unknown_field",
            Some("wiat"),
        ),
        (format!(r#"{{"contact":{contact},"message":{{"text":"hi"}}}} trailing"#), "malformed_json", None),
        (deep_attribute, "invalid_field", Some("contact.attributes.k")),
    ];
    for (body, code, field) in cases {
        let answer = server.send(raw(&server, body.clone())).await;
        let shown: String = body.chars().take(120).collect();
        assert_eq!(answer.status.as_u16(), 400, "{shown}: {}", String::from_utf8_lossy(&answer.body));
        check(&answer, 400, code, field);
    }
    check(&server.send(raw(&server, &b"{\"contact\":\xff}"[..])).await, 400, "malformed_json", None);
    let conversations = server.get("/api/v1/conversations").await;
    assert_eq!(conversations["items"], json!([]), "nothing of it was stored");
}

#[tokio::test]
async fn nesting_without_end_is_refused_without_a_crash() {
    let server = server().await;
    let deep = format!(r#"{{"contact":{}"#, r#"{"external_id":"#.repeat(15_000));
    assert_eq!(server.send(raw(&server, deep)).await.status.as_u16(), 400);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_announced_or_not() {
    let server = server().await;
    let large =
        format!(r#"{{"contact":{{"external_id":"a"}},"message":{{"text":"{}"}}}}"#, "x".repeat(1 << 20));
    let announced = request("POST", PATH)
        .header(header::AUTHORIZATION, format!("Bearer {}", server.channel))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, large.len())
        .body(Body::from(large.clone()))
        .expect("a request");
    check(&server.send(announced).await, 413, "too_large", None);
    let pieces: Vec<_> =
        large.as_bytes().chunks(10_000).map(Bytes::copy_from_slice).map(Ok::<_, Infallible>).collect();
    check(&server.send(raw(&server, Body::from_stream(stream::iter(pieces)))).await, 413, "too_large", None);
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let server = server().await;
    let begun = stream::once(async { Ok::<_, Infallible>(Bytes::from_static(b"{\"contact\":")) });
    let endless = Body::from_stream(begun.chain(stream::pending()));
    let answer = tokio::time::timeout(Duration::from_secs(5), server.send(raw(&server, endless))).await;
    check(&answer.expect("it is given up"), 408, "body_timeout", None);
}

#[tokio::test]
async fn only_json_is_taken() {
    let server = server().await;
    let body = r#"{"contact":{"external_id":"a"},"message":{"text":"hi"}}"#;
    for media in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let request = request("POST", PATH)
            .header(header::AUTHORIZATION, format!("Bearer {}", server.channel))
            .header(header::CONTENT_TYPE, media)
            .body(Body::from(body))
            .expect("a request");
        check(&server.send(request).await, 415, "unsupported_media_type", None);
    }
    let request = request("POST", PATH)
        .header(header::AUTHORIZATION, format!("Bearer {}", server.channel))
        .header(header::CONTENT_TYPE, "Application/JSON; charset=utf-8")
        .body(Body::from(body))
        .expect("a request");
    assert_eq!(server.send(request).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_wrong_query_is_named() {
    let server = server().await;
    for (path, code, field) in [
        ("/api/v1/conversations?limit=0", "invalid_parameter", Some("limit")),
        ("/api/v1/conversations?limit=501", "invalid_parameter", Some("limit")),
        ("/api/v1/conversations?limit=many", "invalid_parameter", Some("limit")),
        ("/api/v1/conversations?limit=-1", "invalid_parameter", Some("limit")),
        ("/api/v1/conversations?owner=nobody", "invalid_parameter", Some("owner")),
        ("/api/v1/conversations?status=gone", "invalid_parameter", Some("status")),
        ("/api/v1/conversations?inbox=fax", "invalid_parameter", Some("inbox")),
        ("/api/v1/conversations?contact=1%27%20or%20%271", "invalid_parameter", Some("contact")),
        ("/api/v1/conversations?ower=person", "invalid_parameter", Some("ower")),
        ("/api/v1/conversations?after=garbage", "invalid_cursor", Some("after")),
        ("/api/v1/conversations?after=%00", "invalid_parameter", None),
        ("/api/v1/leads?min_score=2", "invalid_parameter", Some("min_score")),
        ("/api/v1/leads?min_score=0.123", "invalid_parameter", Some("min_score")),
        ("/api/v1/contacts?q=%00", "invalid_parameter", None),
        ("/api/v1/orders?company=con_1", "invalid_parameter", Some("company")),
    ] {
        let answer = server.call("GET", path, &server.agent, None).await;
        assert_eq!(answer.status.as_u16(), 400, "{path}: {}", String::from_utf8_lossy(&answer.body));
        check(&answer, 400, code, field);
    }
}

#[tokio::test]
async fn ids_that_are_none_and_ids_of_nothing_are_not_found() {
    let server = server().await;
    for path in [
        "/api/v1/conversations/x",
        "/api/v1/conversations/%FF",
        "/api/v1/conversations/..%2F..%2Fetc%2Fpasswd",
        "/api/v1/conversations/cnv_00000000000000000000000000",
        "/api/v1/conversations/cnv_00000000000000000000000000/messages",
        "/api/v1/conversations/cnv_00000000000000000000000000/turns",
        "/api/v1/contacts/con_00000000000000000000000000",
        "/api/v1/companies/cmp_00000000000000000000000000",
        "/api/v1/leads/led_00000000000000000000000000",
        "/api/v1/products/P999",
        "/api/v1/products/%FF",
    ] {
        server.call("GET", path, &server.agent, None).await.expect_problem(404, "not_found");
    }
}
