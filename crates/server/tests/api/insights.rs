//! Figures, and the cases behind them.

use serde_json::{Value, json};

use crate::harness::{Server, server};

fn metric<'v>(insights: &'v Value, name: &str) -> &'v Value {
    let metrics = insights["metrics"].as_array().expect("a list");
    metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("{name} is missing"))
}

async fn talk(server: &Server) -> String {
    let first = server.say("c-1", "P001 20台多少钱?交期多久").await;
    server.test.clock.advance_millis(60_000);
    let conversation = first["conversation_id"].as_str().expect("an id").to_owned();
    server.say("c-1", "转人工").await;
    // Lunch from twelve to one does not count where the shop rests; the demo shop says when it works.
    server.test.clock.advance_millis(600_000);
    let path = format!("/api/v1/conversations/{conversation}/messages");
    let body = json!({"text": "您好,我是李雷,20台可以优惠"});
    server.call("POST", &path, &server.agent, Some(body)).await;
    conversation
}

#[tokio::test]
async fn talk_becomes_figures_and_figures_lead_back_to_it() {
    let server = server().await;
    let conversation = talk(&server).await;
    server.say("c-2", "今天天气怎么样").await;
    let insights = server.get("/api/v1/insights").await;
    assert_eq!((&insights["timezone"], &insights["to"]), (&json!("Asia/Shanghai"), &json!("2026-11-23")));
    assert_eq!(insights["from"], "2026-10-25");
    assert_eq!(insights["recommendation_uplift"], Value::Null);
    let nobody = json!({"moments": 0, "ordered": 0});
    let comparison = json!({"decided": nobody, "held_out": nobody, "standard_error": null});
    assert_eq!(insights["recommendation_comparison"], comparison);
    let handover = metric(&insights, "handover");
    assert_eq!(
        (&handover["count"], &handover["hits"], &handover["share"]),
        (&json!(2), &json!(1), &json!(0.5))
    );
    assert_eq!(handover["labels"], json!({"asked_for_human": 1, "none": 1}));
    assert_eq!(metric(&insights, "person_response_time")["median"], 600_000);
    assert_eq!(metric(&insights, "person_messages")["sum"], 1);
    assert_eq!(metric(&insights, "funnel")["count"], 1, "the weather is no inquiry");
    assert_eq!(metric(&insights, "assistant_response_time")["count"], 3);
    assert_eq!(handover["series"][0]["start"], "2026-11-23");

    let cases = server.get("/api/v1/insights/cases?metric=handover&hit=true").await;
    assert_eq!(cases["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(cases["items"][0]["conversation_id"], json!(conversation));
    let labelled = server.get("/api/v1/insights/cases?metric=handover&label=none&limit=1").await;
    assert_eq!((labelled["items"].as_array().map(Vec::len), &labelled["next"]), (Some(1), &Value::Null));
    let first = server.get("/api/v1/insights/cases?metric=assistant_response_time&limit=2").await;
    let next = first["next"].as_str().expect("there is more");
    let rest =
        server.get(&format!("/api/v1/insights/cases?metric=assistant_response_time&after={next}")).await;
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn figures_are_asked_for_by_range_inbox_and_granularity() {
    let server = server().await;
    talk(&server).await;
    let count = async |query: &str| {
        metric(&server.get(&format!("/api/v1/insights?{query}")).await, "handover")["count"].clone()
    };
    assert_eq!(count("from=2026-11-23&to=2026-11-23").await, 1);
    assert_eq!(count("from=2026-11-01&to=2026-11-22").await, 0);
    assert_eq!(count("inbox=api&granularity=week").await, 1);
    assert_eq!(count("inbox=web").await, 0);
    let refused = async |query: &str, field: &str| {
        let answer = server.call("GET", &format!("/api/v1/insights{query}"), &server.admin, None).await;
        assert_eq!(answer.expect_problem(400, "invalid_parameter")["field"], field, "{query}");
    };
    refused("?from=2026-11-23&to=2026-11-22", "from").await;
    refused("?from=yesterday", "from").await;
    refused("?from=2020-01-01&to=2026-11-22", "from").await;
    refused("?granularity=hour", "granularity").await;
    refused("?inbox=fax", "inbox").await;
    refused("/cases?metric=luck", "metric").await;
    let cursor =
        server.call("GET", "/api/v1/insights/cases?metric=handover&after=x", &server.admin, None).await;
    cursor.expect_problem(400, "invalid_cursor");
    server.call("GET", "/api/v1/insights", &server.agent, None).await.expect_problem(403, "forbidden");
}
