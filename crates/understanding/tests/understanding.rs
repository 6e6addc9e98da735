//! Whole messages in their context: intents, answers to our question, follow-ups, topic.

use std::sync::LazyLock;

use domain::{
    Timestamp,
    catalog::{LeadTimeBasis, LeadTimeFrom, Product, ShopIntent, Term},
    conversation::PendingQuestion,
    id::ProductId,
    language::{Language, LocalizedText},
    understanding::{EntityKind, Understanding},
};
use understanding::{Context, Encoder, Encoders, Focus, Lexicon, TrainingError, Understander, evaluation};

fn both(zh: &str, en: &str) -> LocalizedText {
    LocalizedText { zh: Some(zh.into()), en: Some(en.into()) }
}

fn product(id: &str, zh: &str, en: &str, category: &str) -> Product {
    Product {
        id: id.into(),
        name: both(zh, en),
        aliases: Vec::new(),
        category: Some(category.into()),
        price: None,
        tiers: Vec::new(),
        pricing: domain::trade::ProductPricing::default(),
        moq: None,
        pack: None,
        unit: "台".into(),
        packages: Vec::new(),
        stock: None,
        lead_time: Vec::new(),
        lead_time_basis: LeadTimeBasis::Calendar,
        lead_time_from: LeadTimeFrom::Order,
        sample: None,
        packing: None,
        export: None,
        specs: Vec::new(),
        warranty_months: None,
        certificates: Vec::new(),
        certificates_until: std::collections::BTreeMap::new(),
        industries: Vec::new(),
        related_products: Vec::new(),
        new_since: None,
        discontinued: false,
        description: None,
    }
}

fn lexicon() -> Lexicon {
    let category =
        Term { id: "vision".into(), name: both("机器视觉", "machine vision"), aliases: Vec::new() };
    Lexicon::new(
        &[
            product("P001", "六轴工业机器人", "six-axis robot", "industrial_robot"),
            product("P003", "智能相机", "smart camera", "vision"),
        ],
        &[],
        &[],
        &[category],
        &[],
    )
}

static UNDERSTANDER: LazyLock<Understander> =
    LazyLock::new(|| Understander::new(lexicon(), &[]).expect("the embedded model"));

const fn context() -> Context<'static> {
    Context {
        now: Timestamp::from_millis(1_795_335_240_000),
        timezone: "Asia/Shanghai",
        question: None,
        focus: None,
        topic: None,
        listed: understanding::Listed::NONE,
        language: None,
    }
}

fn understand(context: &Context<'_>, text: &str) -> Understanding {
    UNDERSTANDER.understand(context, text)
}

fn check(text: &str, expected: &[&str]) {
    let understanding = understand(&context(), text);
    let names: Vec<&str> = understanding.intents.iter().map(|intent| intent.name.as_str()).collect();
    assert_eq!(names, expected, "{text}: {understanding:?}");
}

#[test]
fn plain_requests() {
    check("P001多少钱", &["price_inquiry"]);
    check("能不能再便宜点", &["price_negotiation"]);
    check("有现货吗", &["stock_inquiry"]);
    check("转人工", &["human_request"]);
    check("你们是工厂还是贸易公司", &["company_inquiry"]);
    check("质保几年", &["warranty_inquiry"]);
    check("what is the MOQ", &["moq_inquiry"]);
    check("can you do a better price?", &["price_negotiation"]);
    check("do you accept L/C?", &["payment_terms"]);
    check("where is my order", &["order_status"]);
    check("我要投诉，机器坏了没人管", &["complaint"]);
    check("机器坏了没人管", &["complaint"]);
    check("又停机了！上周刚修过", &["technical_support"]);
    check("什么时候有人来", &["human_request"]);
    check("有机器人吗", &["product_inquiry"]);
    check("今天天气怎么样", &["out_of_scope"]);
    check("who won the match last night", &["out_of_scope"]);
}

#[test]
fn several_requests_in_order() {
    check("P001多少钱,多久能发货?", &["price_inquiry", "lead_time_inquiry"]);
    check("你好,请问六轴工业机器人多少钱", &["price_inquiry"]);
    check("How much is the smart camera? Can you send a sample?", &["price_inquiry", "sample_request"]);
    check("这款要5台,交期多久", &["purchase", "lead_time_inquiry"]);
    check("什么价 有货没", &["price_inquiry", "stock_inquiry"]);
    check("我那单发了没,要是没发能不能改个地址", &["order_status", "order_change"]);
}

#[test]
fn traditional_and_wide_characters_are_read() {
    check("Ｐ００１多少錢", &["price_inquiry"]);
    check("請問電話幾號", &["contact_exchange"]);
}

fn answer(about: &str, choices: &[&str], text: &str) -> (String, Option<String>) {
    let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
    let question = PendingQuestion { about: about.into(), choices };
    let understanding = understand(&Context { question: Some(&question), ..context() }, text);
    (understanding.primary().to_owned(), understanding.products().next().map(|id| id.as_str().to_owned()))
}

#[test]
fn answers_are_read_in_the_light_of_the_question() {
    let intent = |about, choices: &[&str], text| answer(about, choices, text).0;
    assert_eq!(intent("quantity", &[], "20"), "price_inquiry");
    assert_eq!(intent("quantity", &[], "大概20台吧"), "price_inquiry");
    assert_eq!(intent("quantity", &[], "500 pcs"), "price_inquiry");
    assert_eq!(intent("quantity", &[], "转人工"), "human_request");
    assert_eq!(intent("requirement", &[], "码垛"), "recommendation_request");
    assert_eq!(intent("requirement", &[], "我要大的"), "recommendation_request");
    assert_eq!(intent("requirement", &[], "转人工"), "human_request");
    assert_eq!(intent("requirement", &[], "今天天气怎么样"), "out_of_scope");
    assert_eq!(intent("offer", &[], "好的"), "affirm");
    assert_eq!(intent("offer", &[], "不用了"), "deny");
    assert_eq!(intent("offer", &[], "no thanks"), "deny");
    let intents = ["price_inquiry", "lead_time_inquiry"];
    assert_eq!(intent("intent", &intents, "2"), "lead_time_inquiry");
    assert_eq!(intent("intent", &intents, "第一个"), "price_inquiry");
    let products = ["P001", "P003"];
    assert_eq!(answer("product", &products, "第二个").1.as_deref(), Some("P003"));
    assert_eq!(answer("product", &products, "P001").1.as_deref(), Some("P001"));
    assert_eq!(answer("product", &products, "the first one").1.as_deref(), Some("P001"));
}

#[test]
fn a_number_behind_a_question_for_quantity_is_a_quantity() {
    let question = PendingQuestion { about: "quantity".into(), choices: Vec::new() };
    let understanding = understand(&Context { question: Some(&question), ..context() }, "3k");
    assert_eq!(understanding.entities_of(EntityKind::Quantity).count(), 1);
}

#[test]
fn a_follow_up_asks_the_price_of_the_product_spoken_of() {
    let id = ProductId::from("P001");
    let focus = Some(Focus { product: &id, category: Some("industrial_robot"), price: Some(48_000) });
    for text in ["20台呢", "what about 50 pcs", "那50台呢"] {
        let understanding = understand(&Context { focus, ..context() }, text);
        assert_eq!(understanding.primary(), "price_inquiry", "{text}");
        assert_eq!(understanding.topic.as_deref(), Some("industrial_robot"), "{text}");
    }
}

#[test]
fn the_topic_is_the_products_category_else_the_named_one_else_the_focus() {
    let topic = |text| understand(&context(), text).topic;
    assert_eq!(topic("P001多少钱").as_deref(), Some("industrial_robot"));
    assert_eq!(topic("你们有机器视觉吗").as_deref(), Some("vision"));
    assert_eq!(topic("转人工"), None);
    let id = ProductId::from("P003");
    let focus = Some(Focus { product: &id, category: Some("vision"), price: None });
    assert_eq!(understand(&Context { focus, ..context() }, "多少钱").topic.as_deref(), Some("vision"));
    assert_eq!(understand(&Context { focus, ..context() }, "你好").topic, None);
}

#[test]
fn what_somebody_sells_to_us_is_no_product() {
    let goods = |text: &str| {
        let understanding = understand(&context(), text);
        assert_eq!(
            understanding.primary() == "solicitation",
            text.contains("suppl") || text.contains("供应商")
        );
        understanding.entities.iter().filter(|one| one.kind == EntityKind::Product).count()
    };
    assert_eq!(goods("我司专业生产纸箱，希望成为贵司供应商"), 0);
    assert_eq!(goods("你们有纸箱吗"), 1);
    assert_eq!(goods("We are producer of stretch film and would like to become your supplier"), 0);
    assert_eq!(goods("Do you have stretch film?"), 1);
}

#[test]
fn other_languages_are_recognised_and_not_classified() {
    let understanding = understand(&context(), "¿cuánto cuesta el robot?");
    assert_eq!(understanding.language, Language::Other);
    assert_eq!(understanding.primary(), "out_of_scope");
}

#[test]
fn what_is_unclear_lists_the_few_that_it_may_be() {
    for text in ["这个怎么说", "机器人 时间", "and the other thing", "关于那批"] {
        let understanding = understand(&context(), text);
        assert!(understanding.undecided.len() != 1, "{understanding:?}");
        if let Some(first) = understanding.undecided.first() {
            assert_eq!(first.name, understanding.primary(), "{understanding:?}");
        }
    }
}

#[test]
fn a_shop_trains_intents_of_its_own() {
    let own = ShopIntent {
        name: "leasing".into(),
        description: Some(both("买家想租用设备", "The buyer wants to lease equipment")),
        examples: ["可以租吗", "设备租赁怎么收费", "租一台一个月", "有没有出租", "只租不买", "长租有优惠吗"]
            .map(str::to_owned)
            .to_vec(),
    };
    let own = [own];
    let understander = Understander::new(lexicon(), &own).expect("trains");
    assert_eq!(understander.understand(&context(), "你们的机器人可以租吗").primary(), "leasing");
    assert_eq!(understander.understand(&context(), "P001多少钱").primary(), "price_inquiry");
    let none = Encoders::default();
    let trained = understander.trained(&own, &none).expect("something was trained");
    let back = Understander::read(lexicon(), &own, &none, &trained).expect("reads");
    for text in ["你们的机器人可以租吗", "P001多少钱,多久能发货", "how much is it", ""] {
        assert_eq!(back.understand(&context(), text), understander.understand(&context(), text), "{text}");
    }
    assert_eq!(back.trained(&own, &none), Some(trained.clone()));
    assert!(Understander::read(lexicon(), &own, &none, &trained[..trained.len() - 1]).is_none());
    assert!(Understander::read(lexicon(), &own, &none, &[]).is_none());
    assert_eq!(understander.trained(&[], &none), None);
}

#[test]
fn an_intent_without_name_or_examples_is_refused() {
    let own = |name: &str, examples: &[&str]| ShopIntent {
        name: name.into(),
        description: None,
        examples: examples.iter().map(|example| (*example).to_owned()).collect(),
    };
    let refused = |own| Understander::new(Lexicon::default(), &[own]).err();
    assert_eq!(refused(own(" ", &["租"])), Some(TrainingError::NoName));
    assert_eq!(refused(own("leasing", &[" "])), Some(TrainingError::NoExamples("leasing".into())));
}

/// Knows what a few words are about, in three values; one text it answers badly.
#[derive(Debug)]
struct Topics;

impl Encoder for Topics {
    fn dimension(&self) -> usize {
        3
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        if text.contains("nonsense") {
            return vec![f32::NAN];
        }
        let about = |words: &[&str]| words.iter().filter(|word| text.contains(*word)).count() as f32;
        vec![about(&["cat", "dog", "hamster", "parrot"]), about(&["car", "bus", "tram", "lorry"]), 0.0]
    }

    fn digest(&self) -> &[u8] {
        b"topics"
    }
}

#[test]
fn an_encoder_tells_what_words_alone_do_not() {
    let rows = [
        ("my cat", "pets"),
        ("a dog", "pets"),
        ("that cat and dog", "pets"),
        ("my car", "traffic"),
        ("a bus", "traffic"),
        ("that car and bus", "traffic"),
    ];
    let pairs: Vec<(String, String)> =
        rows.iter().map(|(text, label)| ((*text).to_owned(), (*label).to_owned())).collect();
    let encoders = Encoders { english: Some(std::sync::Arc::new(Topics)), chinese: None };
    let classifier = evaluation::train_with(&pairs, &encoders);
    let check = |text: &str, expected: &str| {
        assert_eq!(classifier.classify(text).ranked[0].0, expected, "{text}");
    };
    check("hamster or parrot", "pets");
    check("lorry or tram", "traffic");
    check("nonsense about my car", "traffic");
    assert_eq!(classifier.classify("hamster"), evaluation::train_with(&pairs, &encoders).classify("hamster"));
}
