//! Quotes: made in a turn, sent, revised and withdrawn by people, read and accepted by the buyer.

use axum::http::header;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, server};

const ASK: &str = "可以，给我出一份正式报价单";

/// The quote that the assistant made for a buyer, as the API tells it.
async fn quoted(server: &Server, contact: &str) -> Value {
    server.say(contact, "P001 20台多少钱").await;
    let envelope = server.say(contact, ASK).await;
    let reply = &envelope["turn"]["reply"];
    assert_eq!(reply["kind"], "quote", "{envelope}");
    let fact = reply["facts"].as_array().expect("facts").iter().find(|fact| fact["type"] == "quote");
    let id = fact.expect("a quote fact")["id"].as_str().expect("an id").to_owned();
    server.get(&format!("/api/v1/quotes/{id}")).await
}

fn path(quote: &Value, verb: &str) -> String {
    format!("/api/v1/quotes/{}{verb}", quote["id"].as_str().expect("an id"))
}

/// The path of the buyer's page.
fn page_of(quote: &Value) -> String {
    let url = quote["url"].as_str().expect("a link");
    url.strip_prefix(testkit::PUBLIC_URL).expect("it begins with the public URL").to_owned()
}

async fn open(server: &Server, path: &str) -> (u16, String, Answer) {
    let answer = server.call("GET", path, "", None).await;
    (answer.status.as_u16(), String::from_utf8_lossy(&answer.body).into_owned(), answer)
}

#[tokio::test]
async fn a_quote_is_made_in_a_turn_and_read_by_its_link() {
    let server = server().await;
    let quote = quoted(&server, "c-1").await;
    assert_eq!((&quote["status"], &quote["version"]), (&json!("sent"), &json!(1)));
    assert_eq!(quote["total"], json!({"minor": 96_000_000, "currency": "CNY"}));
    let (status, html, answer) = open(&server, &page_of(&quote)).await;
    assert_eq!(status, 200);
    for part in ["<html lang=\"zh\">", "报价单", "960,000.00", "人民币玖拾陆万元整", "接受报价"]
    {
        assert!(html.contains(part), "{part}");
    }
    let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.headers["x-robots-tag"], "noindex, nofollow");
    assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let (_, english, _) = open(&server, &format!("{}?lang=en", page_of(&quote))).await;
    assert!(
        english.contains("QUOTATION") && english.contains("NINE HUNDRED AND SIXTY THOUSAND"),
        "{english}"
    );
    let leads = server.get("/api/v1/leads").await;
    assert_eq!(leads["items"][0]["status"], "quoted");
}

#[tokio::test]
async fn the_files_carry_the_number_and_the_media_type() {
    let server = server().await;
    let quote = quoted(&server, "c-1").await;
    for (ending, media) in [
        ("pdf", "application/pdf"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ] {
        let own = server.call("GET", &path(&quote, &format!("/{ending}")), &server.agent, None).await;
        let public = server.call("GET", &format!("{}/quote.{ending}", page_of(&quote)), "", None).await;
        for answer in [own, public] {
            assert_eq!(
                (answer.status.as_u16(), &answer.headers[header::CONTENT_TYPE]),
                (200, &media.parse().expect("a value"))
            );
            let name = answer.headers[header::CONTENT_DISPOSITION].to_str().expect("text");
            let number = quote["number"].as_str().expect("a number");
            assert_eq!(name, format!("attachment; filename=\"{number}.{ending}\""));
        }
    }
    let bad = server.call("GET", &path(&quote, "/pdf?lang=fr"), &server.agent, None).await;
    bad.expect_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn the_buyer_accepts_on_the_page_and_a_person_is_asked() {
    let server = server().await;
    let quote = quoted(&server, "c-1").await;
    let accept = format!("{}/accept", page_of(&quote));
    for _ in 0..2 {
        let answer = server.call("POST", &accept, "", None).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers[header::LOCATION]),
            (303, &page_of(&quote).parse().expect("a value"))
        );
    }
    let now = server.get(&path(&quote, "")).await;
    assert_eq!(now["status"], "accepted");
    let (status, html, _) = open(&server, &page_of(&quote)).await;
    assert!(status == 200 && html.contains("您已确认此报价") && !html.contains("接受报价"), "{html}");
    let conversation = quote["conversation_id"].as_str().expect("an id");
    let conversation = server.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(
        (&conversation["owner"], &conversation["handoff"]["reason"]),
        (&json!("waiting"), &json!("order_intent"))
    );
    server
        .post(&path(&quote, "/reject"), Some(json!({"reason": "x"})))
        .await
        .expect_problem(409, "invalid_move");
}

#[tokio::test]
async fn the_buyer_accepts_in_the_conversation() {
    let server = server().await;
    let quote = quoted(&server, "c-1").await;
    let envelope = server.say("c-1", "好的，就按这个报价下单").await;
    assert_eq!(envelope["turn"]["handoff"]["reason"], "order_intent", "{envelope}");
    assert_eq!(server.get(&path(&quote, "")).await["status"], "accepted");
}

#[tokio::test]
async fn a_revision_takes_the_place_of_the_version_before() {
    let server = server().await;
    let first = quoted(&server, "c-1").await;
    let change = json!({
        "lines": [{"product": "P001", "quantity": 20, "unit_price": "47000"}],
        "transport": "自提",
        "valid_until": first["valid_until"],
    });
    let second = server.call("POST", &path(&first, "/revise"), &server.agent, Some(change)).await.expect(200);
    assert_eq!((&second["version"], &second["status"]), (&json!(2), &json!("draft")));
    assert_eq!((&second["number"], &second["total"]["minor"]), (&first["number"], &json!(94_000_000)));
    assert_eq!(server.get(&path(&first, "")).await["status"], "superseded");
    let (status, html, _) = open(&server, &page_of(&first)).await;
    assert!(status == 410 && html.contains("已有新版本") && !html.contains("查看新版本"), "{html}");
    assert_eq!(open(&server, &page_of(&second)).await.0, 404, "a draft is not the buyer's");

    for _ in 0..2 {
        let sent = server.call("POST", &path(&second, "/send"), &server.agent, None).await.expect(200);
        assert_eq!(sent["status"], "sent");
    }
    assert_eq!(open(&server, &page_of(&second)).await.0, 200);
    assert!(open(&server, &page_of(&first)).await.1.contains("查看新版本"));
    let conversation = first["conversation_id"].as_str().expect("an id");
    let messages = server.get(&format!("/api/v1/conversations/{conversation}/messages")).await;
    let link = second["url"].as_str().expect("a link");
    let told = messages["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter(|message| message["text"].as_str().is_some_and(|text| text.contains(link)));
    assert_eq!(told.count(), 1, "{messages}");
}

#[tokio::test]
async fn more_than_a_rep_may_give_waits_for_a_manager() {
    let server = server().await;
    let first = quoted(&server, "c-1").await;
    // 12.5 % below the list: a rep may give 8, a manager 15.
    let cheap = json!({"lines": [{"product": "P001", "quantity": 20, "unit_price": "42000"}]});
    let second = server.call("POST", &path(&first, "/revise"), &server.agent, Some(cheap)).await.expect(200);
    assert_eq!(second["status"], "waiting_approval");
    let send = async || server.call("POST", &path(&second, "/send"), &server.agent, None).await;
    send().await.expect_problem(409, "invalid_move");
    server
        .call("POST", &path(&second, "/approve"), &server.agent, None)
        .await
        .expect_problem(403, "forbidden");
    let approved = server.call("POST", &path(&second, "/approve"), &server.manager, None).await.expect(200);
    assert_eq!((&approved["status"], &approved["sealed"]), (&json!("draft"), &json!(true)));
    send().await.expect(200);
}

#[tokio::test]
async fn nobody_approves_or_sends_more_than_he_may_grant() {
    let server = server().await;
    let first = quoted(&server, "c-1").await;
    let revise = async |quote: &Value, token: &str, change: Value| {
        server.call("POST", &path(quote, "/revise"), token, Some(change)).await.expect(200)
    };
    let call = async |quote: &Value, verb: &str, token: &str| {
        server.call("POST", &path(quote, verb), token, None).await
    };
    // 16.7 % below the list: beyond what a manager may give, too.
    let cheap = json!({"lines": [{"product": "P001", "quantity": 20, "unit_price": "40000"}]});
    let second = revise(&first, &server.manager, cheap).await;
    assert_eq!(second["status"], "waiting_approval");
    call(&second, "/approve", &server.manager).await.expect_problem(403, "forbidden");
    assert_eq!(call(&second, "/approve", &server.admin).await.expect(200)["sealed"], true);
    call(&second, "/send", &server.manager).await.expect(200);

    // What a manager wrote within his limits a rep does not send within his own.
    let fair = json!({"lines": [{"product": "P001", "quantity": 20, "unit_price": "42000"}]});
    let third = revise(&second, &server.manager, fair).await;
    assert_eq!(third["status"], "draft");
    call(&third, "/send", &server.agent).await.expect_problem(403, "forbidden");
    call(&third, "/send", &server.manager).await.expect(200);
}

#[tokio::test]
async fn payment_terms_and_charges_of_a_persons_own_are_judged_like_prices() {
    let server = server().await;
    let check = async |contact: &str, change: Value, status: &str, total: i64| {
        let first = quoted(&server, contact).await;
        let revised =
            server.call("POST", &path(&first, "/revise"), &server.agent, Some(change)).await.expect(200);
        assert_eq!(
            (&revised["status"], &revised["total"]["minor"]),
            (&json!(status), &json!(total)),
            "{revised}"
        );
        revised
    };
    check("c-1", json!({"payment": "月结180天"}), "waiting_approval", 96_000_000).await;
    let charges = json!([{"name": "木箱费", "amount": "1130.00"}]);
    let charged = check("c-2", json!({"charges": charges}), "draft", 96_113_000).await;
    assert_eq!(charged["charges"][0]["name"], "木箱费");
    assert_eq!(
        (&charged["charges"][0]["net"]["minor"], &charged["charges"][0]["tax"]["minor"]),
        (&json!(100_000), &json!(13_000))
    );
    let sum =
        charged["net"]["minor"].as_i64().zip(charged["tax"]["minor"].as_i64()).map(|(net, tax)| net + tax);
    assert_eq!(sum, Some(96_113_000));
}

#[tokio::test]
async fn what_is_wrong_in_a_revision_is_named() {
    let server = server().await;
    let quote = quoted(&server, "c-1").await;
    let check = async |body: Value, field: &str| {
        let answer = server.call("POST", &path(&quote, "/revise"), &server.agent, Some(body)).await;
        assert_eq!(answer.expect_problem(400, "invalid_field")["field"], field);
    };
    check(json!({"lines": []}), "lines").await;
    check(json!({"lines": [{"product": "P999", "quantity": 1}]}), "lines").await;
    check(json!({"lines": [{"product": "P001", "quantity": 0.00001}]}), "lines[0].quantity").await;
    check(
        json!({"lines": [{"product": "P001", "quantity": 1, "unit_price": "cheap"}]}),
        "lines[0].unit_price",
    )
    .await;
    check(json!({"charges": [{"name": "运费", "amount": "0"}]}), "charges").await;
    check(json!({"charges": [{"name": "运费", "amount": "many"}]}), "charges[0].amount").await;
    check(json!({"valid_until": "yesterday"}), "valid_until").await;
    check(json!({"payment": "x".repeat(501)}), "payment").await;
    assert_eq!(server.get(&path(&quote, "")).await["status"], "sent", "nothing was changed");
}

#[tokio::test]
async fn quotes_are_listed_and_withdrawn() {
    let server = server().await;
    let quote = quoted(&server, "c-1").await;
    quoted(&server, "c-2").await;
    let listed = server.get("/api/v1/quotes?status=sent").await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));
    let contact = quote["contact_id"].as_str().expect("an id");
    assert_eq!(server.get(&format!("/api/v1/quotes?contact={contact}")).await["items"], json!([quote]));
    server
        .post(&path(&quote, "/reject"), Some(json!({"reason": " "})))
        .await
        .expect_problem(400, "invalid_field");
    let rejected = server.post(&path(&quote, "/reject"), Some(json!({"reason": "缺货"}))).await.expect(200);
    assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("rejected"), &json!("缺货")));
    let (status, html, _) = open(&server, &page_of(&quote)).await;
    assert!(status == 410 && html.contains("已撤回"), "{html}");
    server
        .call("GET", "/api/v1/quotes?status=sold", &server.agent, None)
        .await
        .expect_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn a_link_opens_nothing_after_the_last_day_and_a_guess_nothing_at_all() {
    let server = server().await;
    let quote = quoted(&server, "c-1").await;
    for guess in ["0".repeat(64), "x".into(), "%2e%2e".into(), "A".repeat(64), "0".repeat(10_000)] {
        let path = format!("/q/{guess}");
        assert_eq!(open(&server, &path).await.0, 404, "{guess}");
        assert_eq!(server.call("POST", &format!("{path}/accept"), "", None).await.status.as_u16(), 404);
        assert_eq!(server.call("GET", &format!("{path}/quote.pdf"), "", None).await.status.as_u16(), 404);
    }
    server.test.clock.advance_millis(16 * 86_400_000);
    let (status, html, _) = open(&server, &page_of(&quote)).await;
    assert!(status == 410 && html.contains("已过有效期") && !html.contains("960,000"), "{html}");
    assert_eq!(
        server.call("POST", &format!("{}/accept", page_of(&quote)), "", None).await.status.as_u16(),
        410
    );
    assert_eq!(
        server.call("GET", &format!("{}/quote.pdf", page_of(&quote)), "", None).await.status.as_u16(),
        410
    );
    server.post(&path(&quote, "/accept"), None).await.expect_problem(409, "invalid_move");
}
