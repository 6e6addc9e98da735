//! Contacts, companies, leads, orders, products, knowledge and what the desk runs on.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{Server, server};

async fn contact_of(server: &Server, contact: &str) -> String {
    let envelope = server.say(contact, "P001多少钱,交期多久").await;
    let path = format!("/api/v1/conversations/{}", envelope["conversation_id"].as_str().expect("an id"));
    server.get(&path).await["contact_id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn contacts_are_found_joined_and_parted() {
    let server = server().await;
    let body = json!({"contact": {"external_id": "w-1", "name": "王工", "company": "宁波汽配"}, "message": {"text": "你好"}});
    server.post("/api/v1/messages", Some(body)).await.expect(200);
    let other = contact_of(&server, "w-2").await;
    let found = server.get("/api/v1/contacts?q=%E7%8E%8B%E5%B7%A5").await;
    assert_eq!(
        (&found["items"][0]["name"], &found["items"][0]["company_link"]),
        (&json!("王工"), &json!("claimed"))
    );
    let wang = found["items"][0]["id"].as_str().expect("an id").to_owned();

    let path = format!("/api/v1/contacts/{other}");
    server.post(&format!("{path}/merge"), Some(json!({"into": wang}))).await.expect(200);
    assert_eq!(server.get(&path).await["merged_into"], json!(wang));
    let both = server.get(&format!("/api/v1/contacts/{wang}")).await;
    assert_eq!(both["identities"].as_array().map(Vec::len), Some(2));
    server
        .post(&format!("/api/v1/contacts/{wang}/merge"), Some(json!({"into": wang})))
        .await
        .expect_problem(409, "invalid_move");
    server
        .post(&format!("{path}/merge"), Some(json!({"into": "x"})))
        .await
        .expect_problem(400, "invalid_field");
    server.post(&format!("{path}/unmerge"), None).await.expect(200);
    assert_eq!(server.get(&path).await["merged_into"], Value::Null);

    let companies = server.get("/api/v1/companies").await;
    let company = companies["items"][0]["id"].as_str().expect("a company");
    assert_eq!(server.get(&format!("/api/v1/companies/{company}")).await["name"], "宁波汽配");
}

#[tokio::test]
async fn companies_are_joined_and_parted() {
    let server = server().await;
    for (who, company) in [("w-1", "宁波汽配"), ("w-2", "宁波汽车配件有限公司")] {
        let message = json!({
            "contact": {"external_id": who, "company": company, "company_verified": true},
            "message": {"text": "你好"}
        });
        server.post("/api/v1/messages", Some(message)).await.expect(200);
    }
    let companies = server.get("/api/v1/companies").await;
    let [one, two] = [0, 1].map(|at| companies["items"][at]["id"].as_str().expect("an id").to_owned());
    let path = format!("/api/v1/companies/{one}");
    let before = server.get(&path).await;
    let joined = server.post(&format!("{path}/merge"), Some(json!({"into": two}))).await.expect(200);
    assert_eq!((&joined["id"], &joined["merged_into"]), (&json!(two), &Value::Null));
    assert_eq!(server.get(&path).await["merged_into"], json!(two));
    for (from, into) in [(&one, &two), (&two, &one), (&two, &two)] {
        let merge = format!("/api/v1/companies/{from}/merge");
        server.post(&merge, Some(json!({"into": into}))).await.expect_problem(409, "invalid_move");
    }
    server
        .post(&format!("{path}/merge"), Some(json!({"into": "con_1"})))
        .await
        .expect_problem(400, "invalid_field");
    server.post(&format!("{path}/unmerge"), None).await.expect(200);
    assert_eq!(server.get(&path).await, before);
    let unknown = format!("/api/v1/companies/{}/unmerge", two.replace(&two[4..8], "0000"));
    server.post(&unknown, None).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn what_looks_like_one_is_proposed_until_it_is_joined_or_dismissed() {
    let server = server().await;
    let mut contacts = Vec::new();
    for (who, company, text) in [
        ("w-1", "宁波华翔汽配有限公司", "我的电话13800001234"),
        ("w-2", "宁波华翔汽配", "打我手机13800001234"),
        ("w-3", "别的公司", "你好"),
    ] {
        let message = json!({
            "contact": {"external_id": who, "name": "王工", "company": company, "company_verified": true},
            "message": {"text": text}
        });
        server.post("/api/v1/messages", Some(message)).await.expect(200);
        contacts.push(contact_of(&server, who).await);
    }
    let proposals = async || {
        let found = server.get("/api/v1/merge-proposals").await["items"].clone();
        found.as_array().expect("proposals").clone()
    };
    // The third has the name alone in common.
    let [company, contact] = proposals().await.try_into().expect("two proposals");
    assert_eq!((&company["kind"], &company["hints"][0]["kind"]), (&json!("company"), &json!("company_name")));
    assert_eq!(contact["kind"], json!("contact"));
    assert_eq!((&contact["from"], &contact["into"]), (&json!(contacts[1]), &json!(contacts[0])));
    assert_eq!(contact["hints"], json!([{"kind": "phone", "value": "13800001234"}]));
    assert_eq!(server.get(&format!("/api/v1/contacts/{}", contacts[1])).await["merged_into"], Value::Null);

    let dismiss = "/api/v1/merge-proposals/dismiss";
    let of = |proposal: &Value| json!({"from": proposal["from"], "into": proposal["into"]});
    server.call("POST", dismiss, &server.agent, Some(of(&company))).await.expect(204);
    assert_eq!(proposals().await, std::slice::from_ref(&contact));
    let faulty = json!({"from": contacts[1], "into": company["into"]});
    server.call("POST", dismiss, &server.agent, Some(faulty)).await.expect_problem(400, "invalid_field");
    server
        .post(&format!("/api/v1/contacts/{}/merge", contacts[1]), Some(json!({"into": contacts[0]})))
        .await
        .expect(200);
    assert_eq!(proposals().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_person_sets_what_is_known_of_a_buyer() {
    let server = server().await;
    let envelope = server.say("w-3", "我们是做汽配的").await;
    let said = &envelope["turn"]["profile"]["facts"][0];
    assert_eq!((&said["key"], &said["value"]), (&json!("industry"), &json!("automotive_parts")));
    let path = format!("/api/v1/contacts/{}", contact_of(&server, "w-3").await);
    let change = async |profile: Value| {
        server.call("PATCH", &path, &server.agent, Some(json!({"profile": profile}))).await
    };

    let changed =
        change(json!({"industry": "food_beverage", "budget": {"minor": 5_000_000, "currency": "CNY"}}));
    let profile = changed.await.expect(200)["profile"].clone();
    assert_eq!(server.get(&path).await["profile"], profile);
    let fact = |profile: &Value, key: &str| {
        let facts = profile["facts"].as_array().expect("facts");
        facts.iter().find(|fact| fact["key"] == key).cloned().unwrap_or_default()
    };
    let industry = fact(&profile, "industry");
    assert_eq!((&industry["value"], &industry["confidence"]), (&json!("food_beverage"), &json!(1.0)));
    assert!(industry["evidence"].as_str().is_some_and(|by| by.starts_with("agt_")), "{industry}");
    assert_eq!(profile["superseded"][0]["evidence"], said["evidence"]);
    // It stands against the words that it corrects, and the turn shows who set it.
    let again = server.say("w-3", "我们是做汽配的").await;
    assert_eq!(fact(&again["turn"]["profile"], "industry"), industry);

    // A hurry is over in weeks, a trade is not; what is stored does not change.
    change(json!({"urgency": "high"})).await.expect(200);
    server.test.clock.advance_millis(14 * 24 * 3_600_000 + 60_000);
    let later = server.get(&path).await["profile"].clone();
    let (urgency, industry) = (fact(&later, "urgency"), fact(&later, "industry"));
    assert_eq!((&urgency["confidence"], &urgency["age_days"]), (&json!(0.25), &json!(14)));
    assert!(industry["confidence"].as_f64().is_some_and(|left| left > 0.99), "{industry}");
    let turn = &server.say("w-3", "在吗").await["turn"];
    assert_eq!(fact(&turn["profile"], "urgency"), urgency);

    let removed = change(json!({"industry": null})).await.expect(200)["profile"].clone();
    assert_eq!(
        (fact(&removed, "industry"), &removed["removed"][0]["key"]),
        (Value::Null, &json!("industry"))
    );
    assert_eq!(fact(&removed, "budget")["value"], json!({"minor": 5_000_000, "currency": "CNY"}));

    let problem = change(json!({"industry": "food"})).await.expect_problem(400, "invalid_field");
    assert_eq!(problem["field"], "profile.industry");
    assert!(problem["detail"].as_str().is_some_and(|text| text.contains("food_beverage")), "{problem}");
    assert_eq!(change(json!({})).await.expect_problem(400, "invalid_field")["field"], "profile");
    assert_eq!(server.get(&path).await["profile"], removed);
    let nobody = format!("/api/v1/contacts/con_{}", "0".repeat(26));
    let body = json!({"profile": {"urgency": "low"}});
    server.call("PATCH", &nobody, &server.agent, Some(body.clone())).await.expect_problem(404, "not_found");
    server.call("PATCH", &path, &server.channel, Some(body)).await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn a_lead_moves_on_the_board() {
    let server = server().await;
    contact_of(&server, "c-1").await;
    let leads = server.get("/api/v1/leads?min_score=0.1").await;
    let lead = &leads["items"][0];
    assert!(lead["score"].as_f64().is_some_and(|score| score >= 0.2), "{leads}");
    let path = format!("/api/v1/leads/{}", lead["id"].as_str().expect("an id"));
    let change = async |body: Value| server.call("PATCH", &path, &server.agent, Some(body)).await;
    let changed = change(json!({"status": "contacted", "assigned_to": "李雷"})).await.expect(200);
    assert_eq!((&changed["status"], &changed["assigned_to"]), (&json!("contacted"), &json!("李雷")));
    assert_eq!(
        change(json!({"status": "won"})).await.expect_problem(400, "missing_field")["field"],
        "reason"
    );
    assert_eq!(
        change(json!({"status": "sold"})).await.expect_problem(400, "invalid_field")["field"],
        "status"
    );
    change(json!({})).await.expect_problem(400, "missing_field");
    let won = change(json!({"status": "won", "reason": "签了合同"})).await.expect(200);
    assert_eq!(
        (&won["status"], &won["reason"], &won["assigned_to"]),
        (&json!("won"), &json!("签了合同"), &json!("李雷"))
    );
    let cleared = change(json!({"assigned_to": null})).await.expect(200);
    assert_eq!(cleared["assigned_to"], json!(null));
    change(json!({"assigned_to": " "})).await.expect_problem(400, "invalid_field");
    change(json!({"status": "quoted"})).await.expect_problem(409, "invalid_move");
    assert_eq!(server.get(&path).await["status"], "won");
    assert_eq!(server.get("/api/v1/leads?status=new").await["items"], json!([]));
}

#[tokio::test]
async fn orders_are_listed_with_exact_prices() {
    let server = server().await;
    let row = [
        ("company", "宁波汽配"),
        ("invoice", "SO-1"),
        ("date", "2026-01-05"),
        ("sku", "P001"),
        ("qty", "2.5"),
        ("price", "0.0135"),
    ];
    let row: BTreeMap<_, _> = row.map(|(name, cell)| (name.to_owned(), cell.to_owned())).into();
    server.test.desk.import_orders([(2, row)]).await.expect("the import works");
    let orders = server.get("/api/v1/orders").await;
    let line = &orders["items"][0]["lines"][0];
    assert_eq!((&line["quantity"], &line["unit_price"]["amount"]), (&json!(2.5), &json!("0.0135")));
    let company = orders["items"][0]["company_id"].as_str().expect("a company");
    assert_eq!(server.get(&format!("/api/v1/orders?company={company}")).await["items"], orders["items"]);
}

#[tokio::test]
async fn products_are_those_of_the_published_knowledge() {
    let server = server().await;
    let first = server.get("/api/v1/products?limit=2").await;
    assert_eq!(first["items"].as_array().map(Vec::len), Some(2));
    let next = first["next"].as_str().expect("there are more");
    let second = server.get(&format!("/api/v1/products?limit=2&after={next}")).await;
    assert!(second["items"][0]["id"].as_str() > first["items"][1]["id"].as_str());
    let robot = server.get("/api/v1/products/P001").await;
    assert_eq!((&robot["price"]["currency"], &robot["price"]["amount"]), (&json!("CNY"), &json!("50000")));
}

#[tokio::test]
async fn the_knowledge_tells_its_revision() {
    let server = server().await;
    let current = server.get("/api/v1/knowledge").await;
    assert_eq!(current["revision"], 1);
    assert!(current["products"].as_u64().is_some_and(|products| products > 10), "{current}");
    let industries = current["industries"].as_array().expect("industries");
    let named = |industry: &&Value| industry["id"] == "automotive_parts";
    assert_eq!(
        industries.iter().find(named).map(|industry| &industry["name"]["zh"]),
        Some(&json!("汽车零部件"))
    );
    let revisions = server.get("/api/v1/knowledge/revisions").await;
    assert_eq!(revisions["items"][0]["digest"], current["digest"]);
    let reloaded = server.post("/api/v1/knowledge/reload", None).await.expect(200);
    assert_eq!((&reloaded["published"], &reloaded["knowledge"]["revision"]), (&json!(false), &json!(1)));
}

#[tokio::test]
async fn the_desk_tells_what_it_runs_on() {
    let server = server().await;
    let inboxes = server.get("/api/v1/inboxes").await;
    let names: Vec<_> =
        inboxes["items"].as_array().expect("items").iter().map(|inbox| inbox["name"].clone()).collect();
    assert_eq!(names, [json!("api"), json!("web"), json!("chat")]);
    let me = server.call("GET", "/api/v1/agents/me", &server.manager, None).await.expect(200);
    assert_eq!(me["role"], "manager");
    for bad in [json!({"name": ""}), json!({"name": "x", "role": "owner"})] {
        server.post("/api/v1/tokens", Some(bad)).await.expect_problem(400, "invalid_field");
    }
}
