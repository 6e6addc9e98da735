use domain::{
    conversation::Owner, handoff::HandoffReason, inbox::Autonomy, language::Language,
    recommendation::Trigger, turn::ReplyKind, understanding::intent,
};

use super::{TakenTurn, scene::Scene};

fn strategy(taken: &TakenTurn) -> (&str, &str) {
    (&taken.turn.strategy.name, &taken.turn.strategy.rule)
}

fn reason(taken: &TakenTurn) -> Option<HandoffReason> {
    taken.turn.handoff.as_ref().map(|handoff| handoff.reason)
}

/// A first message of a new buyer.
fn check(intents: &str, text: &str, expected: (&str, &str)) {
    let taken = Scene::new().say(intents, text);
    assert_eq!(strategy(&taken), expected, "{intents}: {text}");
}

#[test]
fn the_default_rules_answer_a_new_buyers_first_message() {
    check("greeting", "你好", ("greet", "greeting"));
    check("farewell", "好的谢谢", ("closing", "farewell"));
    check("affirm", "好的", ("small_talk", "affirm"));
    check("deny", "不用了", ("small_talk", "deny"));
    check("product_inquiry", "你们有码垛机器人吗", ("detailed_introduction", "new_product_inquiry"));
    check(
        "product_comparison",
        "[P001](product:P001)和[P008](product:P008)差在哪",
        ("comparison", "product_comparison"),
    );
    check("spec_inquiry", "[P001](product:P001)负载多少", ("spec_answer", "spec_of_product"));
    check("spec_inquiry", "机器人噪音大吗", ("faq_answer", "spec_in_faq"));
    check("spec_inquiry", "负载多少公斤", ("ask_requirement", "spec_without_product"));
    check("new_products", "最近有什么新品", ("detailed_introduction", "new_products"));
    check(
        "recommendation_request",
        "帮我推荐几款",
        ("personalized_recommendation", "recommendation_request"),
    );
    check(
        "price_inquiry",
        "[P001](product:P001) [20台](quantity:20台)多少钱",
        ("price_answer", "price_with_quantity"),
    );
    check("price_inquiry", "[P001](product:P001)多少钱", ("price_answer", "price_list"));
    check("price_inquiry", "多少钱", ("ask_requirement", "price_without_product"));
    check("price_inquiry", "[P999](product:?)多少钱", ("ask_requirement", "price_without_product"));
    check("price_negotiation", "[P001](product:P001)能便宜点吗", ("negotiation", "price_negotiation"));
    check(
        "quote_request",
        "[P001](product:P001) [20台](quantity:20台)出份报价单",
        ("quote", "quote_with_quantity"),
    );
    check("quote_request", "出份报价单", ("ask_requirement", "quote_incomplete"));
    for name in ["moq_inquiry", "sample_request", "stock_inquiry", "lead_time_inquiry", "packing_inquiry"] {
        check(name, "[P001](product:P001)呢", ("terms_answer", "terms_of_product"));
        check(name, "多少呢", ("ask_requirement", "terms_without_product"));
    }
    for name in [
        "shipping_inquiry",
        "payment_terms",
        "invoice_inquiry",
        "customization_request",
        "certification_inquiry",
    ] {
        check(name, "可以吗", ("terms_answer", "terms_of_shop"));
    }
    check("warranty_inquiry", "[P001](product:P001)质保几年", ("terms_answer", "warranty_of_product"));
    check("document_request", "发份目录", ("document", "document_request"));
    check("company_inquiry", "你们是工厂吗", ("company_answer", "company_inquiry"));
    check("partnership_inquiry", "想做代理", ("partnership", "partnership_inquiry"));
    check("purchase", "那就下单吧", ("order_intake", "purchase"));
    check("reorder", "跟上次一样", ("order_intake", "reorder_without_order"));
    check("payment_notice", "款打过去了", ("payment_check", "payment_notice"));
    check("contact_exchange", "加个微信吧", ("contact_exchange", "contact_exchange"));
    check("order_status", "我的订单到哪了", ("order_status", "order_status"));
    check("order_change", "订单改成30台", ("order_change", "order_change"));
    check("return_refund", "这批货要退", ("return_support", "return_refund"));
    check("technical_support", "开机报错", ("support_steps", "technical_support"));
    check("complaint", "服务太差了", ("apology_escalation", "complaint"));
    check("human_request", "转人工", ("human_handoff", "human_request"));
    check("unsubscribe", "别再推销了", ("opt_out", "opt_out"));
    check("solicitation", "我们是做货代的", ("small_talk", "solicitation"));
    check("out_of_scope", "今天天气怎么样", ("small_talk", "off_topic"));
    check("out_of_scope", "[P001](product:P001)", ("detailed_introduction", "named_product"));
    check(
        "out_of_scope",
        "[P001](product:P001) [20台](quantity:20台)",
        ("price_answer", "named_product_and_quantity"),
    );
    check("out_of_scope", "机器人噪音大吗", ("faq_answer", "any_in_faq"));
}

#[test]
fn every_intent_has_a_rule_of_its_own() {
    for name in intent::ALL {
        for text in ["嗯", "[P001](product:P001) [20台](quantity:20台)"] {
            for mut scene in [Scene::new(), Scene::new().bought(&[("P001", "2026-01-01")])] {
                let taken = scene.say(name, text);
                let rule = &taken.turn.strategy.rule;
                assert!(!["anything", "no_rule"].contains(&rule.as_str()), "{name}: {rule}");
                assert!(taken.turn.strategy.passed_over.len() <= 12);
            }
        }
    }
}

#[test]
fn an_existing_customer_is_recommended_what_is_new_and_can_reorder() {
    let mut scene = Scene::new().bought(&[("P001", "2026-01-01")]);
    let taken = scene.say("new_products", "最近有什么新品");
    assert_eq!(strategy(&taken), ("personalized_recommendation", "existing_new_products"));
    assert_eq!(taken.turn.reply.kind, ReplyKind::Recommendation);
    let taken = scene.say("reorder", "跟上次一样");
    assert_eq!(strategy(&taken), ("reorder", "reorder"));
    let taken = scene.say("product_inquiry", "你们有码垛机器人吗");
    assert_eq!(strategy(&taken).0, "detailed_introduction");
}

#[test]
fn the_trace_says_why_and_names_the_near_misses_first() {
    let taken = Scene::new().say("price_inquiry", "[P001](product:P001) [20台](quantity:20台)多少钱");
    assert_eq!(taken.turn.strategy.why, ["intent is price_inquiry", "quantity is known"]);
    let taken = Scene::new().say("price_inquiry", "多少钱");
    let passed: Vec<(&str, &str)> = taken
        .turn
        .strategy
        .passed_over
        .iter()
        .map(|passed| (passed.rule.as_str(), passed.because.as_str()))
        .take(4)
        .collect();
    assert_eq!(
        passed,
        [
            ("price_with_quantity", "requirement.quantity != null"),
            ("price_list", "requirement.product != null"),
            ("wished_in_numbers", "entities.spec or entities.money"),
            ("vip_customer", r#"contact.tier == "vip""#),
        ]
    );
}

#[test]
fn a_person_is_asked_for_a_vip_in_the_first_turn() {
    let first = |intents: &str, text: &str| Scene::new().vip().say(intents, text);
    let taken = first("price_inquiry", "[P001](product:P001)多少钱");
    assert_eq!(strategy(&taken), ("human_handoff", "vip_customer"));
    assert_eq!((reason(&taken), taken.conversation.owner), (Some(HandoffReason::Vip), Owner::Waiting));
    assert_eq!(taken.turn.reply.kind, ReplyKind::Handoff);
    assert_eq!(taken.turn.handoff.as_ref().and_then(|handoff| handoff.assigned_to.as_deref()), Some("陈晓"));
    // The article's order: the introduction and the recommendation come before the VIP rule.
    let taken = first("product_inquiry", "你们有码垛机器人吗");
    assert_eq!((strategy(&taken).0, reason(&taken)), ("detailed_introduction", Some(HandoffReason::Vip)));
    let taken = Scene::new().vip().bought(&[("P001", "2026-01-01")]).say("new_products", "有什么新品");
    assert_eq!((strategy(&taken).0, reason(&taken)), ("personalized_recommendation", None));
    let taken = first("unsubscribe", "别再推销了");
    assert_eq!((strategy(&taken).0, reason(&taken)), ("opt_out", None));
    let taken = first("product_inquiry complaint", "太差了");
    assert_eq!((strategy(&taken).0, reason(&taken)), ("apology_escalation", Some(HandoffReason::Complaint)));
    let taken = first("complaint", "太差了");
    assert_eq!((strategy(&taken).0, reason(&taken)), ("apology_escalation", Some(HandoffReason::Vip)));
}

#[test]
fn while_a_person_is_waited_for_facts_are_answered_and_nothing_is_negotiated_or_offered() {
    let mut scene = Scene::new().vip().bought(&[("P001", "2026-01-01")]);
    scene.say("greeting", "你好");
    assert_eq!((scene.conversation.owner, scene.conversation.owner_epoch), (Owner::Waiting, 1));
    let mut check = |intents: &str, expected: (&str, &str)| {
        let taken = scene.say(intents, "[P001](product:P001)呢");
        assert_eq!(strategy(&taken), expected, "{intents}");
        assert_eq!(reason(&taken), Some(HandoffReason::Vip), "the hand-off stays in each turn");
        assert_eq!(taken.turn.recommendation, None);
        assert_eq!((taken.conversation.owner, taken.conversation.owner_epoch), (Owner::Waiting, 1));
    };
    check("price_inquiry", ("price_answer", "price_list"));
    check("lead_time_inquiry", ("terms_answer", "terms_of_product"));
    check("order_status", ("order_status", "order_status"));
    check("price_negotiation", ("human_handoff", "waiting_no_negotiation"));
    check("price_inquiry price_negotiation", ("human_handoff", "waiting_no_negotiation"));
    check("recommendation_request", ("human_handoff", "waiting_no_offers"));
    check("new_products", ("human_handoff", "waiting_no_offers"));
    check("purchase", ("order_intake", "purchase"));
}

#[test]
fn a_vip_whom_a_person_gave_back_is_answered() {
    let mut scene = Scene::new().vip();
    scene.say("greeting", "你好");
    scene.conversation.return_to_assistant().expect("it was waiting");
    let taken = scene.say("price_inquiry", "[P001](product:P001)多少钱");
    assert_eq!((strategy(&taken).0, reason(&taken)), ("price_answer", None));
    assert_eq!(taken.conversation.owner, Owner::Assistant);
}

#[test]
fn a_person_who_owns_the_conversation_is_not_interrupted() {
    let mut scene = Scene::new();
    scene.say("price_inquiry", "[P001](product:P001)多少钱");
    let agent = domain::id::AgentId::from_ulid(domain::id::compose(scene.now, 1));
    scene.conversation.take_over(agent).expect("open");
    let taken = scene.say("price_negotiation", "[20台](quantity:20台)能便宜点吗");
    assert_eq!(strategy(&taken), ("negotiation", "person_owns"));
    assert_eq!(taken.turn.reply.kind, ReplyKind::Silent);
    assert_eq!(taken.turn.recommendation, None);
    assert_eq!((taken.conversation.owner, taken.conversation.owner_epoch), (Owner::Person, 1));
    assert_eq!(taken.lead.map(|lead| lead.score), Some(45), "it still scores");
    let quantity = taken.contact.requirement.focus().and_then(|line| line.quantity.clone());
    assert_eq!(quantity.map(|slot| slot.value.thousandths), Some(20_000), "it still remembers");
}

#[test]
fn autonomy_limits_what_leaves_without_a_person() {
    let check = |autonomy, intents: &str, kind, draft| {
        let mut scene = Scene::new();
        scene.inbox.autonomy = autonomy;
        let taken = scene.say(intents, "[P001](product:P001) [20台](quantity:20台)");
        assert_eq!((taken.turn.reply.kind, taken.turn.reply.draft), (kind, draft), "{autonomy:?} {intents}");
    };
    check(Autonomy::Off, "price_inquiry", ReplyKind::Silent, false);
    check(Autonomy::Draft, "greeting", ReplyKind::Answer, true);
    check(Autonomy::Answer, "greeting", ReplyKind::Answer, false);
    check(Autonomy::Answer, "quote_request", ReplyKind::Quote, true);
    check(Autonomy::Quote, "quote_request", ReplyKind::Quote, false);
    check(Autonomy::Quote, "price_negotiation", ReplyKind::Answer, true);
    check(Autonomy::Sell, "price_negotiation", ReplyKind::Answer, false);
}

#[test]
fn what_is_unclear_is_asked_back_once_then_a_person_comes() {
    let mut scene = Scene::new();
    scene.confidence = 0.3;
    scene.undecided = vec![("price_inquiry", 0.3), ("stock_inquiry", 0.25)];
    let taken = scene.say("price_inquiry", "那个呢");
    assert_eq!(strategy(&taken), ("clarify", "unclear"));
    let question = taken.conversation.memory.question.expect("it asks back");
    assert_eq!(
        (question.about.as_str(), question.choices.as_slice()),
        ("intent", &["price_inquiry".into(), "stock_inquiry".into()][..])
    );
    let taken = scene.say("price_inquiry", "就那个");
    assert_eq!(
        (strategy(&taken), reason(&taken)),
        (("human_handoff", "unclear_again"), Some(HandoffReason::LowConfidence))
    );

    let mut scene = Scene::new();
    scene.confidence = 0.4;
    assert_eq!(strategy(&scene.say("out_of_scope", "嗯啊哦")), ("dont_know", "unclear_and_foreign"));
    scene.confidence = 0.9;
    scene.say("price_inquiry", "[P001](product:P001)多少钱");
    scene.confidence = 0.4;
    assert_eq!(strategy(&scene.say("out_of_scope", "嗯啊哦")).0, "dont_know", "not twice in a row");
    assert_eq!(strategy(&scene.say("out_of_scope", "哦啊嗯")).0, "human_handoff");

    let taken = Scene::new().say("price_inquiry", "[机器人](product:P001|P008)多少钱");
    assert_eq!(strategy(&taken).0, "clarify");
    assert_eq!(
        taken.conversation.memory.question.map(|question| question.choices),
        Some(vec!["P001".into(), "P008".into()])
    );

    let mut scene = Scene::new();
    scene.language = Language::Other;
    let taken = scene.say("out_of_scope", "Guten Tag");
    assert_eq!((strategy(&taken).0, reason(&taken)), ("human_handoff", Some(HandoffReason::LowConfidence)));
}

#[test]
fn an_answer_is_read_in_the_light_of_the_question() {
    let check = |first: (&str, &str), second: (&str, &str), expected: (&str, &str)| {
        let mut scene = Scene::new();
        scene.say(first.0, first.1);
        assert_eq!(strategy(&scene.say(second.0, second.1)), expected, "{first:?} {second:?}");
    };
    check(
        ("price_inquiry", "多少钱"),
        ("product_inquiry", "[P001](product:P001)"),
        ("price_answer", "price_list"),
    );
    check(("price_inquiry", "多少钱"), ("affirm", "[P001](product:P001)"), ("price_answer", "price_list"));
    check(
        ("price_inquiry", "多少钱"),
        ("product_inquiry", "你们是做什么的"),
        ("detailed_introduction", "new_product_inquiry"),
    );
    check(
        ("quote_request", "[P001](product:P001)报个价"),
        ("price_inquiry", "[20台](quantity:20台)"),
        ("quote", "quote_with_quantity"),
    );
    check(
        ("price_inquiry", "[P001](product:P001)多少钱"),
        ("out_of_scope", "[20台](quantity:20台)"),
        ("price_answer", "price_with_quantity"),
    );
    check(
        ("quote_request", "[P001](product:P001) [20台](quantity:20台)报个价"),
        ("affirm", "可以，就这样"),
        ("order_intake", "purchase"),
    );
    check(
        ("document_request", "发份目录"),
        ("out_of_scope", "[a@b.cn](email)"),
        ("document", "document_to_address"),
    );
    check(
        ("contact_exchange", "给我回个电话"),
        ("out_of_scope", "[138](phone)"),
        ("contact_exchange", "call_back"),
    );
    check(("greeting", "你好"), ("affirm", "好"), ("small_talk", "affirm"));
    let mut scene = Scene::new();
    scene.say("price_inquiry", "[P001](product:P001)多少钱");
    for still_asked in [true, false] {
        let taken = scene.say("affirm", "好的");
        assert_eq!(strategy(&taken), ("small_talk", "affirm"), "a nod is no quantity");
        assert_eq!(taken.conversation.memory.question.is_some(), still_asked);
    }
    let mut scene = Scene::new();
    scene.say("recommendation_request", "[P001](product:P001)配什么");
    let taken = scene.say("affirm", "可以");
    assert_eq!(strategy(&taken), ("small_talk", "affirm"), "yes to several offers");
    let asked = taken.conversation.memory.question.map(|question| (question.about, question.choices.len()));
    assert_eq!(asked, Some(("product".into(), 3)));
}

#[test]
fn how_many_is_asked_of_what_was_named_together_and_not_of_what_the_buyer_left() {
    let check = |talk: &[&str], expected: (&str, &[&str])| {
        let mut scene = Scene::new();
        let mut asked = None;
        for text in talk {
            asked = scene.say("price_inquiry", text).conversation.memory.question;
        }
        let asked = asked.map(|question| (question.about, question.choices));
        let (about, choices) = expected;
        let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
        assert_eq!(asked, Some((about.to_owned(), choices)), "{talk:?}");
    };
    let p002 = "[P002](product:P002) [5只](quantity:5只)多少钱";
    check(&["[P001](product:P001)多少钱", p002], ("destination", &[]));
    check(&["[P001](product:P001)和[P002](product:P002)多少钱", p002], ("quantity_of", &["P001"]));
    check(&[p002, "[P001](product:P001)多少钱"], ("quantity_and_destination", &[]));
}

#[test]
fn what_goes_beyond_the_assistant_goes_to_a_person() {
    let check = |intents: &str, text: &str, expected: (&str, Option<HandoffReason>)| {
        let taken = Scene::new().say(intents, text);
        assert_eq!((strategy(&taken).0, reason(&taken)), expected, "{text}");
    };
    let p001 = "[P001](product:P001) [20台](quantity:20台)";
    let ask = |wish: &str| format!("{p001} {wish}");
    check("price_negotiation", &ask("再便宜点"), ("negotiation", None));
    check("price_negotiation", &ask(r#"[让2个点](percent:{"percent_off":2})"#), ("negotiation", None));
    check(
        "price_negotiation",
        &ask(r#"[八折](percent:{"percent_off":20})"#),
        ("human_handoff", Some(HandoffReason::OverAuthority)),
    );
    check("price_inquiry", "[P007](product:P007)多少钱", ("price_answer", Some(HandoffReason::NoKnowledge)));
    check("price_inquiry", &ask("到[Atlantis](destination)"), ("human_handoff", Some(HandoffReason::Risk)));
    check("complaint", "太差了", ("apology_escalation", Some(HandoffReason::Complaint)));
    check("human_request", "转人工", ("human_handoff", Some(HandoffReason::AskedForHuman)));
    check("technical_support", "报错了", ("support_steps", Some(HandoffReason::NoKnowledge)));
    check("order_change", "改订单", ("order_change", Some(HandoffReason::Routing)));
    let taken = Scene::new().say("complaint", "太差了");
    let handoff = taken.turn.handoff.expect("a person is asked for");
    assert_eq!(handoff.assigned_to.as_deref(), Some("售后部"), "a team without members is asked as a whole");
    assert!(handoff.summary.contains("太差了"), "{}", handoff.summary);
}

#[test]
fn a_shops_rule_wins_and_its_reason_is_guessed_from_its_condition() {
    let rules = r#"
rules:
- {name: big_deal, when: intent == "price_negotiation" and order_amount > 900000, then: human_handoff}
- {name: price_list, when: intent == "price_inquiry" and time.weekday == 7, then: greet, priority: 700}
"#;
    let mut scene = Scene::with_shop(rules);
    let taken = scene.say("price_negotiation", "[P001](product:P001) [20台](quantity:20台)便宜点");
    assert_eq!((strategy(&taken).1, reason(&taken)), ("big_deal", Some(HandoffReason::HighValue)));
    let taken = Scene::with_shop(rules).say("price_inquiry", "[P001](product:P001)多少钱");
    assert_eq!(strategy(&taken), ("greet", "price_list"), "the same name replaces the default");
}

#[test]
fn an_attachment_without_a_word_is_acknowledged() {
    let mut scene = Scene::new();
    scene.attachment = true;
    assert_eq!(strategy(&scene.say("out_of_scope", "")).0, "attachment_received");
    assert_eq!(strategy(&scene.say("price_inquiry", "[P001](product:P001)多少钱")).0, "price_answer");
}

#[test]
fn memory_counts_rounds_messages_and_offers() {
    let mut scene = Scene::new();
    scene.say_all("greeting price_inquiry", &["你好", "[P001](product:P001)多少钱"]);
    let taken = scene.say("recommendation_request", "推荐几款");
    let memory = &taken.conversation.memory;
    assert_eq!((memory.rounds, memory.messages, taken.contact.profile.message_count), (2, 3, 3));
    let offered = taken.turn.recommendation.expect("asked for");
    assert_eq!(offered.trigger, Trigger::Asked);
    assert_eq!(memory.offered.len(), offered.items.len());
    assert_eq!(memory.question.as_ref().map(|question| question.about.as_str()), Some("offer"));
    assert_eq!(memory.recent.len(), 2);
    assert_eq!(taken.turn.message_ids.len(), 1);
}

#[test]
fn the_same_inputs_give_the_same_turn() {
    let run = || {
        let mut scene = Scene::new().bought(&[("P005", "2026-01-01")]);
        scene.say("price_inquiry", "[P001](product:P001)多少钱");
        scene.say("recommendation_request", "推荐几款").turn
    };
    assert_eq!(run(), run());
}

#[test]
fn all_stages_together_answer_with_facts_and_words() {
    let mut scene = Scene::new();
    scene.worded = true;
    let taken = scene.say("price_inquiry", "[P001](product:P001) [20台](quantity:20台)多少钱");
    assert!(taken.turn.reply.text.contains("48,000"), "{}", taken.turn.reply.text);
    assert!(!taken.turn.reply.facts.is_empty());
    assert!(taken.conversation.memory.disclosed);
    scene.inbox.autonomy = Autonomy::Answer;
    assert!(
        scene.say("price_inquiry", "[50台](quantity:50台)呢").turn.reply.draft,
        "a price is more than an answer"
    );
}

#[test]
fn an_answer_to_our_question_does_not_swallow_what_else_is_asked() {
    let mut scene = Scene::new();
    scene.say("price_inquiry", "[P001](product:P001)多少钱");
    let taken = scene.say("price_inquiry lead_time_inquiry", "[20台](quantity:20台)呢?交期多久");
    let names: Vec<String> =
        taken.lead.expect("a lead").signals.into_iter().map(|signal| signal.name).collect();
    assert_eq!(names, ["asked_price", "asked_delivery"]);
}
