//! What other knowledge would change, and publishing it.

use serde_json::{Value, json};

use crate::harness::{Server, server};

/// The demo shop's files with a change made by `change`.
async fn files(server: &Server, change: impl Fn(&str) -> String) -> Value {
    let revision = server.test.desk.store().current_revision().await.expect("reads").expect("published");
    let texts: serde_json::Map<String, Value> = serde_json::from_str(&revision.files_json).expect("files");
    let changed = texts.into_iter().map(|(path, text)| (path, change(text.as_str().expect("a text")).into()));
    Value::Object(changed.collect())
}

fn cheaper(text: &str) -> String {
    text.replace("price: 50000\n", "price: 49900\n")
}

async fn post(server: &Server, path: &str, body: Value) -> Value {
    server.call("POST", path, &server.manager, Some(body)).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_compared_replayed_and_published() {
    let server = server().await;
    server.say("c-1", "P001多少钱").await;
    server.say("c-2", "你好").await;
    let files = files(&server, cheaper).await;

    let diff = post(&server, "/api/v1/knowledge/diff", json!({ "files": files })).await;
    assert_eq!((&diff["revision"], &diff["sound"]), (&json!(1), &json!(true)));
    let expected = json!([{ "path": "products.P001.price", "before": "50000", "after": "49900" }]);
    assert_eq!(diff["differences"], expected);
    let same = post(&server, "/api/v1/knowledge/diff", json!({})).await;
    assert_eq!(same["differences"], json!([]));

    let replay = post(&server, "/api/v1/knowledge/replay", json!({ "files": files })).await;
    assert_eq!((&replay["turns"], &replay["changed"]["prices"]), (&json!(2), &json!(1)), "{replay}");
    assert_eq!(replay["reproduced"], json!({ "of": 2, "exactly": 2 }));
    let example = &replay["by_rule"][0]["examples"][0];
    assert_eq!(example["changes"], json!(["reply", "price"]), "{example}");
    assert!(example["after"]["reply"].as_str().is_some_and(|reply| reply.contains("49,900")), "{example}");
    let again = post(&server, "/api/v1/knowledge/replay", json!({ "files": files })).await;
    assert_eq!(again["hash"], replay["hash"]);

    let body = json!({ "files": files, "based_on": 1 });
    let published = post(&server, "/api/v1/knowledge/publish", body.clone()).await;
    assert_eq!((&published["published"], &published["knowledge"]["revision"]), (&json!(true), &json!(2)));
    let turn = server.say("c-3", "P001多少钱").await;
    assert!(turn["turn"]["reply"]["text"].as_str().is_some_and(|text| text.contains("49,900")), "{turn}");

    let late = server.call("POST", "/api/v1/knowledge/publish", &server.manager, Some(body)).await;
    assert_eq!(late.expect_problem(409, "invalid_move")["field"], "based_on");
    server.test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faulty_knowledge_is_told_and_not_published() {
    let server = server().await;
    let broken = json!({ "a.yaml": "products: [{id: P1, name: a, prise: 5}]" });
    let diff = post(&server, "/api/v1/knowledge/diff", json!({ "files": broken })).await;
    assert_eq!(diff["sound"], false);
    assert!(diff["problems"][0].as_str().is_some_and(|problem| problem.starts_with("a.yaml:1:")), "{diff}");
    for (path, body) in [
        ("/api/v1/knowledge/replay", json!({ "files": broken })),
        ("/api/v1/knowledge/publish", json!({ "files": broken, "based_on": 1 })),
    ] {
        let refused = server.call("POST", path, &server.manager, Some(body)).await;
        refused.expect_problem(422, "knowledge_faulty");
    }
    assert_eq!(server.get("/api/v1/knowledge").await["revision"], 1);
    server.test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replays_are_for_managers_and_bounded() {
    let server = server().await;
    let path = "/api/v1/knowledge/replay";
    server.call("POST", path, &server.agent, Some(json!({}))).await.expect_problem(403, "forbidden");
    for (body, field) in [
        (json!({ "conversations": 1001 }), "conversations"),
        (json!({ "examples": 21 }), "examples"),
        (json!({ "since": "yesterday" }), "since"),
    ] {
        let refused = server.call("POST", path, &server.manager, Some(body)).await;
        assert_eq!(refused.expect_problem(400, "invalid_field")["field"], field);
    }
    server.test.desk.stop().await;
}

/// A few hundred products take more than any other body may.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_shop_may_be_large() {
    let server = server().await;
    let mut shop = String::from("products:\n");
    for number in 0..2_000 {
        shop.push_str(&format!(
            "- {{id: P{number:04}, name: 产品{number}, price: 100, description: {}}}\n",
            "说明文字".repeat(12)
        ));
    }
    assert!(shop.len() > 300_000);
    let files = json!({ "shop.yaml": shop });
    let diff = post(&server, "/api/v1/knowledge/diff", json!({ "files": files })).await;
    assert_eq!(diff["sound"], true, "{}", diff["problems"]);
    let published =
        post(&server, "/api/v1/knowledge/publish", json!({ "files": files, "based_on": 1 })).await;
    assert_eq!(published["knowledge"]["products"], 2_000);
    let agent =
        server.call("POST", "/api/v1/knowledge/diff", &server.agent, Some(json!({ "files": files }))).await;
    agent.expect_problem(403, "forbidden");
    server.test.desk.stop().await;
}
