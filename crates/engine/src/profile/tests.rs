use domain::{
    Timestamp,
    id::{self, MessageId},
    language::Language,
    profile::{CustomerType, Evidence, ProfileFact, RemovedFact, STATED},
};
use serde_json::{Value, json};

use crate::turn::scene::Scene;

/// What a first message teaches under a key.
fn check(intents: &str, text: &str, key: &str, expected: Value) {
    let mut scene = Scene::new();
    let taken = scene.say(intents, text);
    let fact = taken.contact.profile.fact(key);
    assert_eq!(fact.map_or(Value::Null, |fact| fact.value.clone()), expected, "{key} of {text}");
    assert!(fact.is_none_or(|fact| fact.evidence == Evidence::Message(taken.turn.message_ids[0])));
}

#[test]
fn facts_are_learned_from_what_the_buyer_says() {
    check(
        "product_inquiry",
        "我们是做[汽配](industry:automotive_parts)的",
        "industry",
        json!("automotive_parts"),
    );
    check("product_inquiry", "[汽配](industry:automotive_parts)", "industry", json!("automotive_parts"));
    check("shipping_inquiry", "一般用什么[物流](industry:logistics)发货呢大概几天", "industry", Value::Null);
    check("product_inquiry", "我是[宁波华翔汽配](company)的", "industry", json!("automotive_parts"));
    check(
        "price_inquiry",
        "每年大概采购[200台](quantity:200台)",
        "purchase_scale",
        json!({"number": 200, "unit": "台", "period": "year"}),
    );
    check("price_inquiry", "[P001](product:P001) [20台](quantity:20台)多少钱", "purchase_scale", Value::Null);
    check(
        "price_inquiry",
        r#"预算[50万](money:{"minor":50000000,"currency":"CNY","role":"budget"})"#,
        "budget",
        json!({"minor": 50_000_000, "currency": "CNY"}),
    );
    check(
        "price_negotiation",
        r#"[45000](money:{"amount":"45000","currency":null})行不行"#,
        "target_price",
        json!({"minor": 4_500_000, "currency": "CNY"}),
    );
    check(
        "price_inquiry",
        r#"[45000](money:{"amount":"45000","currency":null})"#,
        "target_price",
        Value::Null,
    );
    check("product_inquiry", "我是采购经理", "role", json!("purchasing"));
    check("product_inquiry", "I'm the plant manager here", "role", json!("plant_manager"));
    check("company_inquiry", "你们是工厂还是贸易公司", "role", Value::Null);
    check("product_inquiry", "我们在[浙江](region)", "region", json!("浙江"));
    check("lead_time_inquiry", "很急，月底要", "urgency", json!("high"));
    check("lead_time_inquiry", "不着急，慢慢来", "urgency", json!("low"));
    check("spec_inquiry", "急停按钮是哪种", "urgency", Value::Null);
    check("unsubscribe", "别再推销了", "opt_out", json!(true));
    check("price_negotiation", "太贵了", "objection:price", json!(true));
    check("price_inquiry", "不要[P002](product:!P002)", "objection:P002", json!(true));
    check("contact_exchange", "[13800000000](phone:+8613800000000)", "phone", json!("+8613800000000"));
    check("contact_exchange", "我叫[王工](person)", "person", json!("王工"));
    let payload = r#"[20公斤以上](spec:{"attribute":"payload","comparator":">=","number":20,"unit":"kg"})"#;
    check("product_inquiry", &format!("负载要{payload}的"), "preference:payload", json!("≥ 20 kg"));
    check(
        "spec_inquiry",
        &format!("[P001](product:P001)负载有{payload}吗"),
        "preference:payload",
        Value::Null,
    );
    check("price_negotiation", "发那科比你们便宜", "rival:fanuc", json!(true));
    check("price_negotiation", "cheaper at ABB, they say", "rival:abb", json!(true));
    check("price_negotiation", "what is that abbreviation", "rival:abb", Value::Null);
    check("price_inquiry", "多少钱", "language", json!("zh"));
    check("solicitation", "我们是做[物流](industry:logistics)的", "industry", Value::Null);
}

#[test]
fn the_firms_name_tells_the_industry_until_the_buyer_does() {
    let mut scene = Scene::new();
    scene.contact.company_name = Some("宁波某某汽配".into());
    scene.contact.attributes.insert("region".into(), "浙江".into());
    let taken = scene.say("price_inquiry", "[P001](product:P001)多少钱");
    let fact = taken.contact.profile.fact("industry").expect("an industry");
    assert_eq!((&fact.value, fact.confidence), (&json!("automotive_parts"), 0.9));
    assert_eq!(taken.contact.profile.fact("region").map(|fact| &fact.value), Some(&json!("浙江")));
    let taken = scene.say("product_inquiry", "我们其实是[食品厂](industry:food)");
    assert_eq!(taken.contact.profile.fact("industry").map(|fact| &fact.value), Some(&json!("food")));
    let taken = scene.say("product_inquiry", "还有呢");
    assert_eq!(taken.contact.profile.fact("industry").map(|fact| &fact.value), Some(&json!("food")));
}

#[test]
fn a_fact_names_the_message_that_says_it() {
    let mut scene = Scene::new();
    let taken =
        scene.say_all("greeting product_inquiry", &["你好", "我们是做[汽配](industry:automotive_parts)的"]);
    let fact = taken.contact.profile.fact("industry").expect("an industry");
    assert_eq!(fact.evidence, Evidence::Message(taken.turn.message_ids[1]));
}

#[test]
fn messages_conversations_type_and_tier_are_kept() {
    let mut scene = Scene::new().vip();
    scene.say("greeting", "你好");
    let taken = scene.say_all("greeting", &["在吗", "在吗"]);
    let profile = taken.contact.profile;
    assert_eq!((profile.message_count, profile.conversation_count), (3, 1));
    assert_eq!((profile.customer_type, profile.tier.as_deref()), (CustomerType::New, Some("VIP")));
    assert!(profile.is_vip());
    assert_eq!(profile.last_active, Some(scene.now));
    let taken = Scene::new().bought(&[("P001", "2026-01-01")]).say("greeting", "你好");
    assert_eq!(taken.turn.profile.customer_type, CustomerType::Existing);
}

fn told(key: &str, value: Value, at: Timestamp) -> ProfileFact {
    let evidence = Evidence::Message(MessageId::from_ulid(id::compose(at, 1)));
    ProfileFact { key: key.into(), value, confidence: STATED, evidence, at }
}

/// A shop where the trade decides what is done.
fn by_trade() -> Scene {
    Scene::with_shop(
        "rules:
- {name: carmakers, when: 'profile.industry == \"automotive_parts\" and profile.purchase_scale >= 100', then: {strategy: human_handoff, reason: risk}, priority: 5000}",
    )
}

#[test]
fn what_colleagues_told_of_the_company_counts_where_the_buyer_told_nothing() {
    let check = |own: Option<&str>, removed: bool, days: i64, expected: bool| {
        let mut scene = by_trade();
        let at = scene.now.plus_hours(-24 * days);
        let scale = json!({"number": 200, "unit": "台", "period": "year"});
        scene.company_facts =
            vec![told("industry", json!("automotive_parts"), at), told("purchase_scale", scale, at)];
        scene.contact.profile.facts.extend(own.map(|own| told("industry", json!(own), scene.now)));
        if removed {
            let by = id::AgentId::from_ulid(id::compose(scene.now, 1));
            scene.contact.profile.removed = vec![RemovedFact { key: "industry".into(), by, at: scene.now }];
        }
        let taken = scene.say("price_inquiry", "[P001](product:P001)多少钱");
        assert_eq!(taken.turn.strategy.rule == "carmakers", expected, "{own:?} {removed} {days}");
        assert_eq!(taken.contact.profile.fact("purchase_scale"), None, "it is not made his own");
        assert_eq!(taken.turn.profile.company_facts, scene.company_facts, "the trace tells of it");
    };
    check(None, false, 1, true);
    check(Some("automotive_parts"), false, 1, true);
    // His own word stands above a colleague's, and a person's above both.
    check(Some("food"), false, 1, false);
    check(None, true, 1, false);
    // Ten years on it is anybody's guess.
    check(None, false, 3_650, false);
}

#[test]
fn what_has_faded_is_not_counted_on() {
    let check = |days: i64, expected: bool| {
        let mut scene = Scene::new();
        let at = scene.now.plus_hours(-24 * days);
        let budget = json!({"minor": 1_000_000, "currency": "CNY"});
        scene.contact.profile.facts = vec![told("budget", budget, at)];
        let taken = scene.say("recommendation_request", "推荐几款");
        let offered = taken.turn.recommendation.map(|offer| offer.items).unwrap_or_default();
        let dear = offered.iter().any(|item| item.product.as_str() == "P001");
        assert_eq!(dear, expected, "after {days} days: {offered:?}");
        let stored = &taken.contact.profile.facts[0];
        assert_eq!((stored.confidence, stored.at), (STATED, at), "what is stored does not age");
    };
    // 10,000 are not enough for the robot, as long as that can be believed.
    check(1, false);
    check(30, false);
    check(60, true);
}

#[test]
fn an_old_statement_yields_to_a_newer_inference() {
    let check = |days: i64, expected: &str| {
        let mut scene = Scene::new();
        let at = scene.now.plus_hours(-24 * days);
        scene.contact.profile.facts = vec![told("industry", json!("automotive_parts"), at)];
        let taken = scene.say(
            "product_inquiry",
            "有没有什么设备能给别人那种[食品](industry:food)包装的场合里面使用的呢多谢多谢",
        );
        let known = taken.contact.profile.fact("industry").map(|fact| fact.value.clone());
        assert_eq!(known, Some(json!(expected)), "after {days} days");
    };
    check(30, "automotive_parts");
    check(3 * 365, "food");
}

#[test]
fn one_message_in_another_language_is_no_change_of_it() {
    let mut scene = Scene::new();
    let mut known = |text: &str, language: Language| {
        scene.language = language;
        let taken = scene.say("price_inquiry", text);
        let fact = taken.contact.profile.fact("language").expect("a language").value.clone();
        (fact, taken.contact.profile.superseded.len())
    };
    assert_eq!(known("多少钱", Language::Zh), (json!("zh"), 0));
    assert_eq!(known("how much is it", Language::En), (json!("zh"), 0));
    assert_eq!(known("and the lead time", Language::En), (json!("en"), 1));
}
