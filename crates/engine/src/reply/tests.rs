use domain::{conversation::Owner, turn::ReplyKind};

use super::talk::{Talk, shop, types};

mod several;

/// The whole text of one message's reply in the demo shop, after the introduction was made.
#[track_caller]
fn check(intents: &str, message: &str, expected: &str) {
    let reply = Talk::in_demo().met().say(intents, message);
    assert_eq!(reply.text, expected.trim(), "{intents}: {message}");
    assert!(reply.withheld.is_empty(), "{:?}", reply.withheld);
}

#[track_caller]
fn check_english(intents: &str, message: &str, expected: &str) {
    let reply = Talk::in_demo().met().english().say(intents, message);
    assert_eq!(reply.text, expected.trim(), "{intents}: {message}");
}

const TWENTY: &str = "[P001](product:P001)[20台](quantity:20台)多少钱?";

#[test]
fn a_price_answer_says_the_five_facts_in_few_lines() {
    check(
        "price_inquiry lead_time_inquiry",
        TWENTY,
        "
六轴工业机器人\u{ff08}P001\u{ff09}\u{ff1a}20台\u{ff0c}¥48,000/台\u{ff0c}合计¥960,000\u{ff08}含税\u{ff09}。
交期30天\u{ff0c}下单起算。
运费\u{ff1a}国内包邮到厂。付款\u{ff1a}预付30%\u{ff0c}发货前付清余款。
货要送到哪里\u{ff1f}",
    );
    check_english(
        "price_inquiry",
        TWENTY,
        "
Six-axis industrial robot (P001): 20 units at CNY 48,000 per unit, CNY 960,000 in all (tax included).
Lead time 30 days from order.
Freight: free delivery to your plant in mainland China. Payment: 30% deposit, balance before shipment.
Where shall it go, and on which Incoterm (EXW, FOB, CIF or DDP)?",
    );
}

#[test]
fn without_a_quantity_the_tiers_are_named_and_one_question_asked() {
    check(
        "price_inquiry",
        "[P030](product:P030)什么价",
        "
M12 电感式接近开关 QX-I12\u{ff08}P030\u{ff09}\u{ff1a}¥38/只\u{ff08}含税\u{ff09}。
量大更优\u{ff1a}50只起¥34.50/只\u{ff1b}500只起¥29.80/只。
运费\u{ff1a}国内包邮到厂。付款\u{ff1a}预付30%\u{ff0c}发货前付清余款。
您大概要多少\u{ff0c}货送到哪里\u{ff1f}",
    );
}

#[test]
fn below_the_minimum_and_off_the_pack_the_next_possible_order_is_priced() {
    let text = |message| Talk::in_demo().met().say("price_inquiry", message).text;
    let below = text("[P030](product:P030)[3只](quantity:3只)多少钱");
    assert!(below.contains("起订量5只") && below.contains("合计¥190"), "{below}");
    let pack = text("[P030](product:P030)[52只](quantity:52只)多少钱");
    assert!(pack.contains("按5只的整包装") && pack.contains("合计¥1,897.50"), "{pack}");
}

#[test]
fn a_concession_within_the_authority_is_given_and_one_beyond_goes_to_a_person() {
    let ask = |percent: &str| {
        let marked =
            format!("[P001](product:P001)[20台](quantity:20台)[让点](percent:{{\"percent_off\":{percent}}})");
        Talk::in_demo().met().say("price_negotiation", &marked)
    };
    let given = ask("2");
    assert!(given.text.contains("优惠2%\u{ff1a}¥47,040/台\u{ff0c}合计¥940,800"), "{}", given.text);
    assert!(types(&given.facts).contains(&"concession".to_owned()));
    let beyond = ask("10");
    assert_eq!(beyond.kind, ReplyKind::Handoff);
    assert!(beyond.text.starts_with("这个我做不了主，正在请示主管"), "{}", beyond.text);
    assert!(!beyond.text.contains("10%") && !types(&beyond.facts).contains(&"concession".to_owned()));
}

#[test]
fn the_assistant_says_that_it_is_one_once_in_a_conversation() {
    let mut talk = Talk::in_demo();
    assert!(talk.say("price_inquiry", TWENTY).text.starts_with("您好\u{ff0c}我是宁波启明自动化的AI助手。\n"));
    assert!(!talk.say("moq_inquiry", "起订量呢").text.contains("AI助手"));
    let mut talk = Talk::in_demo().english();
    let greeting = talk.say("greeting", "hello").text;
    assert_eq!(
        greeting,
        "Hello! I'm Ningbo Qiming Automation's AI assistant. Ask me about products, prices or delivery."
    );
    assert_eq!(talk.say("greeting", "hi").text, "Hello, what can I do for you?");
}

#[test]
fn whoever_waits_hears_who_answers_and_when_and_gets_plain_facts() {
    let mut talk = Talk::in_demo();
    let asked = talk.say("human_request", "转人工");
    assert_eq!(asked.kind, ReplyKind::Handoff);
    assert!(asked.text.contains("10分钟内"), "{}", asked.text);
    assert_eq!(talk.scene.conversation.owner, Owner::Waiting);
    let priced = talk.say("price_inquiry", TWENTY).text;
    assert!(priced.contains("10分钟内") && priced.contains("¥960,000"), "{priced}");
    let bargain = talk.say("price_negotiation", "能便宜点吗").text;
    assert!(bargain.contains("10分钟内") && !bargain.contains('¥'), "{bargain}");
}

#[test]
fn a_script_with_numbers_that_no_fact_issues_is_withheld() {
    let article = r#"
products:
- {id: P001, name: 工业机器人, price: 50000, description: 高精度六轴机器人, related_products: [P002, P003]}
sales_scripts:
- intent: price_negotiation
  script: "我们的产品质保两年,算下来每天成本不到140元"
  conditions: {order_amount: "> 100000"}
"#;
    let mut talk = Talk::in_shop(shop(&[("knowledge_base.yaml", article)])).met();
    talk.say("price_inquiry", "[P001](product:P001)[20件](quantity:20件)多少钱");
    let reply = talk.say("price_negotiation", "能便宜点吗");
    assert!(!reply.text.contains("140") && !reply.text.contains("两年"), "{}", reply.text);
    assert!(reply.withheld.iter().any(|part| part.contains("140")), "{:?}", reply.withheld);
}

#[test]
fn a_scripts_placeholders_are_filled_from_facts() {
    let mut talk = Talk::in_demo().met();
    talk.say("price_inquiry", TWENTY);
    let reply = talk.say("price_negotiation", "能便宜点吗");
    // 48,000 over 730 days.
    assert!(reply.text.contains("质保 24 个月\u{ff0c}平摊下来每天成本约 65.8 元"), "{}", reply.text);
    assert!(types(&reply.facts).contains(&"script".to_owned()));
    assert!(reply.withheld.is_empty(), "{:?}", reply.withheld);
}

#[test]
fn a_faq_answers_in_the_buyers_language() {
    check(
        "technical_support",
        "开机报E21错误怎么办",
        "E21 是上电自检时电源欠压\u{ff1a}① 测三相电压是否低于额定值的 85%\u{ff1b}② 检查进线端子\u{ff1b}③ 恢复后断电一分钟再开机。",
    );
    check_english(
        "company_inquiry",
        "are you a manufacturer or trader",
        "We are a manufacturer: designed and assembled in Beilun, Ningbo, with some gearboxes and chips bought in.",
    );
}

#[test]
fn what_is_not_known_is_said_with_what_is() {
    let text = Talk::in_demo().met().say("price_inquiry", "[火箭](product:?)多少钱").text;
    assert!(text.starts_with("您说的这款不在我们的目录里。"), "{text}");
    let text = Talk::in_demo().met().say("spec_inquiry", "[P001](product:P001)防护等级多少").text;
    assert!(text.contains("防护等级资料里没有写"), "{text}");
}

#[test]
fn no_reply_asks_twice_or_runs_long() {
    for intents in domain::understanding::intent::ALL {
        for message in [
            "[P001](product:P001)[20台](quantity:20台)",
            "[P030](product:P030)",
            "嗯",
            "[那个](product:P004|P005)",
        ] {
            for english in [false, true] {
                let mut talk = if english { Talk::in_demo().english() } else { Talk::in_demo() };
                let reply = talk.say(intents, message);
                let questions = reply.text.matches(['?', '\u{ff1f}']).count();
                assert!(questions <= 1, "{intents} {message}: {}", reply.text);
                assert!(reply.text.lines().count() <= 8, "{intents} {message}: {}", reply.text);
                assert!(!reply.text.trim().is_empty(), "{intents} {message}");
                assert!(!reply.text.contains(['{', '}']), "{intents} {message}: {}", reply.text);
            }
        }
    }
}

#[test]
fn a_template_that_states_a_number_falls_to_the_safe_line() {
    let own = "
products: [{id: A1, name: 阀, price: 10, unit: 只}]
templates: {price.unit: {zh: 只要9元, en: only 9 yuan}, greet.first: {zh: 全场八折, en: 20% off}}
";
    let mut talk = Talk::in_shop(shop(&[("shop.yaml", own)])).met();
    let reply = talk.say("price_inquiry", "[A1](product:A1)多少钱");
    assert!(!reply.text.contains('9') && !reply.withheld.is_empty(), "{}", reply.text);
}

#[test]
fn a_table_is_answered_with_what_was_matched_and_asks_for_the_rest() {
    let reply = Talk::in_demo().met().say("out_of_scope", "型号\t数量\nP001\t20台\nQG-E80\t4只\nP03O\t500只");
    assert_eq!(reply.kind, ReplyKind::Quote);
    assert!(reply.text.starts_with("询价表共3行\u{ff0c}对上2行。"), "{}", reply.text);
    assert!(reply.text.contains("P03O") && reply.text.ends_with('\u{ff1f}'), "{}", reply.text);
    assert!(reply.withheld.is_empty(), "{:?}", reply.withheld);
}

#[test]
fn a_price_that_only_a_list_has_is_offered_on_paper_too() {
    let own = "
shop: {name: 台架厂, payment: 款到发货}
products: [{id: P090, name: 定制台架, unit: 台}]
price_lists: [{id: all, region: [江苏, 苏州], items: [{product: P090, price: 1000}]}]
";
    let mut talk = Talk::in_shop(shop(&[("shop.yaml", own)])).met();
    let text = talk
        .say("price_inquiry", "[P090](product:P090)[20台](quantity:20台)发[苏州](destination:苏州)多少钱")
        .text;
    assert!(text.contains("1,000") && text.ends_with("需要出正式报价单吗\u{ff1f}"), "{text}");
}

#[test]
fn the_next_question_is_the_one_that_the_deal_still_needs() {
    let mut talk = Talk::in_demo().met();
    let last = |talk: &mut Talk, intents: &str, message: &str| {
        let text = talk.say(intents, message).text;
        text.lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(
        last(&mut talk, "price_inquiry", "[P001](product:P001)什么价"),
        "您大概要多少\u{ff0c}货送到哪里\u{ff1f}"
    );
    assert_eq!(last(&mut talk, "out_of_scope", "[20台](quantity:20台)"), "货要送到哪里\u{ff1f}");
    assert_eq!(last(&mut talk, "out_of_scope", "[苏州](region)"), "需要出正式报价单吗\u{ff1f}");
    assert_eq!(talk.say("affirm", "要").kind, ReplyKind::Quote);
    let mut talk = Talk::in_demo().met().english();
    assert_eq!(
        last(&mut talk, "price_inquiry", "[P001](product:P001) [20](quantity:20) to [Hamburg](destination)?"),
        "On which Incoterm: EXW, FOB, CIF or DDP?"
    );
    assert_eq!(last(&mut talk, "out_of_scope", "[CIF](incoterm:CIF)"), "Would you like a formal quotation?");
}

#[test]
fn a_letter_is_asked_for_everything_at_once_and_only_for_what_is_missing() {
    let mut talk = Talk::in_demo().met().english();
    talk.scene.contact.attributes.insert("channel".into(), "email".into());
    let text = talk.say("price_inquiry", "[P001](product:P001)?").text;
    let expected = "To quote exactly, please let me know:
1. the quantity
2. the place of delivery or port of discharge";
    assert!(text.ends_with(expected), "{text}");
    let text = talk.say("price_inquiry", "[20](quantity:20), [CIF](incoterm:CIF) [Hamburg](port)").text;
    assert!(!text.contains("1. "), "{text}");
}

#[test]
fn what_nobody_can_read_is_answered_in_the_language_of_the_talk() {
    let mut talk = Talk::in_demo().met();
    talk.say("price_inquiry", TWENTY);
    for noise in ["👍🏻", "<br><div></div>", "<script>alert(1)</script>", "https://example.com/x"] {
        talk.scene.language = domain::language::Language::En;
        let text = talk.say("out_of_scope", noise).text;
        assert!(text.contains(|letter: char| matches!(letter, '\u{4e00}'..='\u{9fff}')), "{noise}: {text}");
        assert_eq!(talk.scene.conversation.memory.language, Some(domain::language::Language::Zh), "{noise}");
    }
    let text = talk.say("price_inquiry", "how much is [P001](product:P001)").text;
    assert!(text.starts_with("Six-axis"), "{text}");
}

#[test]
fn english_scripts_name_the_currency_as_the_prices_do() {
    let mut talk = Talk::in_demo().met().english();
    talk.say("price_inquiry", TWENTY);
    let reply = talk.say("price_negotiation", "can you do better?");
    assert!(reply.text.contains("CNY 65.8 a day") && !reply.text.contains("yuan"), "{}", reply.text);
    assert!(reply.withheld.is_empty(), "{:?}", reply.withheld);
}

#[test]
fn what_is_asked_for_in_numbers_is_found_with_what_fits_and_what_does_not() {
    let spec = r#"spec:{"attribute":"payload","comparator":">=","number":20,"unit":"kg"}"#;
    let mut talk = Talk::in_demo().met();
    talk.scene.topic = Some("collaborative_robot");
    let reply = talk.say("product_inquiry", &format!("有[负载20公斤以上]({spec})的协作机器人吗"));
    assert!(reply.text.starts_with("没有完全符合的\u{ff0c}最接近的是"), "{}", reply.text);
    assert!(reply.text.contains("负载 16 kg\u{ff08}您要负载20公斤以上\u{ff09}"), "{}", reply.text);
    assert!(reply.withheld.is_empty(), "{:?}", reply.withheld);
}

#[test]
fn what_a_unit_tells_of_a_wish_is_called_as_the_shop_calls_it() {
    let spec = r#"spec:{"attribute":"temperature","comparator":"=","number":-40,"unit":"C"}"#;
    let mut talk = Talk::in_demo().met();
    talk.scene.topic = Some("collaborative_robot");
    let reply = talk.say("product_inquiry", &format!("协作机器人能在[零下40度]({spec})的冷库里跑吗"));
    assert!(reply.text.contains("工作温度资料未写"), "{}", reply.text);
}
