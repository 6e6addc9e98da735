//! The log of moments at which something could be offered.

use serde_json::json;

use crate::harness::server;

#[tokio::test]
async fn moments_are_listed_and_reported() {
    let server = server().await;
    for text in ["P001多少钱", "P001交期多久", "P001参数", "P001质保多久"] {
        server.say("c-1", text).await;
    }
    let turn = server.say("c-1", "P001付款方式").await["turn"].clone();
    assert_eq!(turn["recommendation"]["trigger"], "same_topic", "{turn}");
    assert_eq!(turn["moment"]["decided_by"], "rules");
    let offers = server.get("/api/v1/offers").await;
    let offer = &offers["items"][0];
    assert_eq!((&offer["turn_id"], &offer["action"]), (&turn["id"], &json!("discover")));
    assert_eq!((&offer["propensity"], &offer["outcome"]), (&json!(1.0), &json!(null)));
    assert_eq!(
        offer["products"],
        json!(
            turn["recommendation"]["items"]
                .as_array()
                .map(|items| { items.iter().map(|item| item["product"].clone()).collect::<Vec<_>>() })
        )
    );
    let report = server.get("/api/v1/offers/report").await;
    assert_eq!((&report["moments"], &report["needed"]), (&json!(0), &json!(200)));
    server
        .call("GET", "/api/v1/offers?after=x", &server.admin, None)
        .await
        .expect_problem(400, "invalid_cursor");
}
