//! Several products spoken of at once, a buyer who insists, and questions that are about something else than they sound like.

use domain::{conversation::Owner, handoff::HandoffReason, turn::ReplyKind};

use super::{Talk, types};

const THREE: &str = "[P001](product:P001)、[P002](product:P002)和[P003](product:P003)多少钱";

fn lines(text: &str, sign: &str) -> usize {
    text.lines().filter(|line| line.contains(sign)).count()
}

#[test]
fn what_is_asked_after_several_products_is_answered_for_each_of_them() {
    let mut talk = Talk::in_demo().met();
    talk.say("price_inquiry", THREE);
    let warranty = talk.say("warranty_inquiry", "质保多久").text;
    assert_eq!(lines(&warranty, "质保"), 3, "{warranty}");
    // Once one of them has its quantity, the talk is about that one.
    talk.say("price_inquiry", "[P002](product:P002)[20只](quantity:20只)多少钱");
    let one = talk.say("warranty_inquiry", "质保多久").text;
    assert_eq!(lines(&one, "质保"), 1, "{one}");
}

#[test]
fn which_product_is_not_asked_where_all_that_were_shown_are_answered() {
    let shown = || {
        let mut talk = Talk::in_demo().met();
        talk.scene.conversation.memory.listed = ["P001", "P002"].map(Into::into).to_vec();
        talk
    };
    let stock = shown().say("stock_inquiry", "有现货吗").text;
    assert_eq!((lines(&stock, "现货"), stock.contains('\u{ff1f}')), (2, false), "{stock}");
    // A price leads to the choice.
    let price = shown().say("price_inquiry", "多少钱").text;
    assert!(price.ends_with("您看中哪款\u{ff0c}大概要多少\u{ff1f}"), "{price}");
}

#[test]
fn a_better_price_for_several_products_is_asked_which() {
    let mut talk = Talk::in_demo().met();
    talk.say("price_inquiry", THREE);
    let which = talk.say("price_negotiation", "太贵了");
    assert!(which.text.starts_with("您说的是") && which.text.contains("P002"), "{}", which.text);
    assert!(!types(&which.facts).contains(&"price".to_owned()));
    let meant = talk.say("price_negotiation", "[P002](product:P002)").text;
    assert!(meant.contains("¥6,800") && !meant.contains("P003"), "{meant}");
}

#[test]
fn who_insists_is_never_told_the_same_again() {
    let mut talk = Talk::in_demo().met();
    talk.say("price_inquiry", "[P001](product:P001)[20台](quantity:20台)多少钱");
    let replies: Vec<String> = (0..4).map(|_| talk.say("price_negotiation", "太贵了").text).collect();
    for (at, reply) in replies.iter().enumerate() {
        assert!(!replies[..at].contains(reply), "{reply}");
    }
    assert!(replies[1].ends_with("您期望什么价位\u{ff1f}我去请示主管。"), "{}", replies[1]);
    assert!(replies[2].ends_with("需要我请同事直接跟您谈吗\u{ff1f}"), "{}", replies[2]);
    assert_eq!(talk.scene.conversation.owner, Owner::Waiting);
    // A wish in figures is judged, whatever was said before.
    let mut talk = Talk::in_demo().met();
    talk.say("price_inquiry", "[P001](product:P001)[20台](quantity:20台)多少钱");
    talk.say("price_negotiation", "太贵了");
    talk.say("price_negotiation", "还是贵");
    let wish = talk.say("out_of_scope", r#"[4万5](money:{"amount":"45000","currency":null})"#);
    assert_eq!(wish.kind, ReplyKind::Handoff, "{}", wish.text);
}

#[test]
fn parts_of_a_product_have_not_its_price() {
    for (marked, english) in [
        ("[P001](product:P001)备件多少钱", false),
        ("[P001](product:P001)的配件什么价", false),
        ("how much are spare parts for [P001](product:P001)", true),
    ] {
        let mut talk = Talk::in_demo().met();
        if english {
            talk = talk.english();
        }
        let reply = talk.say("price_inquiry", marked);
        assert!(!reply.text.contains("50,000"), "{marked}: {}", reply.text);
        assert_eq!(reply.kind, ReplyKind::Handoff, "{marked}: {}", reply.text);
        let reason = talk.scene.conversation.memory.handoff.map(|handoff| handoff.reason);
        assert_eq!(reason, Some(HandoffReason::NoKnowledge));
    }
    let priced = Talk::in_demo().met().say("price_inquiry", "[P001](product:P001)多少钱,另外配件怎么卖").text;
    assert!(priced.contains("¥50,000"), "{priced}");
}

#[test]
fn customs_code_and_origin_are_figures_of_the_goods() {
    let text = |intents: &str, marked: &str| Talk::in_demo().met().say(intents, marked).text;
    assert_eq!(
        text("spec_inquiry", "[P011](product:P011)的海关编码是多少"),
        "协作机器人 QM-C5\u{ff08}P011\u{ff09}\u{ff1a}海关编码 8479.50。"
    );
    let origin = text("company_inquiry", "[P011](product:P011)原产地是哪里");
    assert!(origin.contains("原产地 中国"), "{origin}");
    let mut talk = Talk::in_demo().met().english();
    let both = talk.say("shipping_inquiry", "HS code and country of origin of [P011](product:P011)?").text;
    assert!(both.contains("HS code 8479.50") && both.contains("country of origin China"), "{both}");
    // The paper is a document.
    let paper = text("document_request", "[P011](product:P011)能提供原产地证吗");
    assert!(!paper.contains("中国"), "{paper}");
    // A product that states none goes to a person.
    let mut bare = Talk::in_shop(super::shop(&[(
        "shop.yaml",
        "products:\n- {id: P001, name: 机器人, price: 50000, specs: {payload: 20 kg}}\n",
    )]));
    assert_eq!(bare.lacks("spec_inquiry", "[P001](product:P001)的海关编码").as_deref(), Some("spec_inquiry"));
}

#[test]
fn who_is_upset_gets_an_apology_and_a_person_whatever_he_asks() {
    let mut talk = Talk::in_demo().met();
    let reply = talk.say("warranty_inquiry", "机器坏了没人管");
    assert!(reply.text.contains("非常抱歉"), "{}", reply.text);
    assert_eq!(talk.scene.conversation.owner, Owner::Waiting);
    let calm = Talk::in_demo().met().say("warranty_inquiry", "[P001](product:P001)坏了有没有人管").text;
    assert!(!calm.contains("抱歉") && calm.contains("24个月"), "{calm}");
}

#[test]
fn who_waits_and_asks_after_the_person_hears_who_comes_and_when() {
    let mut talk = Talk::in_demo().met();
    talk.say("human_request", "转人工");
    for (intents, text) in [
        ("lead_time_inquiry", "什么时候有人来"),
        ("stock_inquiry", "还有多久"),
        ("company_inquiry", "人呢？"),
    ] {
        let said = talk.say(intents, text).text;
        assert_eq!(said, "陈晓10分钟内回复您。", "{text}");
    }
    // What is asked of the goods is answered as before.
    let goods = talk.say("lead_time_inquiry", "[P001](product:P001)发货还要多久").text;
    assert!(goods.contains("交期15天"), "{goods}");
}

#[test]
fn the_day_of_the_order_is_no_deadline() {
    let asked = "[今天](date:2026-11-23)下单[P001](product:P001)[20台](quantity:20台)什么时候能发货";
    let mut talk = Talk::in_demo().met();
    let reply = talk.say("lead_time_inquiry", asked);
    assert_eq!(reply.kind, ReplyKind::Answer, "{}", reply.text);
    assert_eq!(talk.scene.contact.requirement.deadline, None);
    let wished = "[P001](product:P001)[20台](quantity:20台)[今天](date:2026-11-23)能发货吗";
    assert_eq!(Talk::in_demo().met().say("lead_time_inquiry", wished).kind, ReplyKind::Handoff);
}

#[test]
fn absurd_quantities_get_an_honest_answer_and_no_price() {
    let mut talk = Talk::in_demo().met();
    let huge =
        talk.say("price_inquiry", "[P001](product:P001)[900000000000台](quantity:900000000000台)多少钱");
    assert!(huge.text.contains("这个数量我请同事给您核价"), "{}", huge.text);
    assert!(huge.withheld.is_empty() && !types(&huge.facts).contains(&"price".to_owned()));
    let mut talk = Talk::in_demo().met();
    let negative = talk.say("price_inquiry", "[P001](product:P001) -[5台](quantity:5台)多少钱").text;
    assert!(!negative.contains("250,000"), "{negative}");
}

#[test]
fn goods_that_stand_alone_ask_what_was_asked_before() {
    let mut talk = Talk::in_demo().met();
    talk.scene.confidence = 0.3;
    assert!(talk.say("customization_request", "[P001](product:P001)").text.contains("负载 20 kg"));
    let mut talk = Talk::in_demo().met();
    talk.say("stock_inquiry", "[P001](product:P001)有现货吗");
    let other = talk.say("product_comparison", "那[P002](product:P002)呢").text;
    assert!(other.contains("P002") && other.contains("现货"), "{other}");
}

#[test]
fn something_technical_that_nobody_wrote_down_is_asked_of_an_engineer() {
    let mut talk = Talk::in_demo().met();
    let reply = talk.say("spec_inquiry", "[P001](product:P001)支持Modbus-RTU转EtherCAT吗");
    assert!(reply.text.contains("工程师") && !reply.text.contains("kg"), "{}", reply.text);
    let reply = Talk::in_demo().met().say("spec_inquiry", "[P001](product:P001)的参数发一下");
    assert!(reply.text.contains("20 kg"), "{}", reply.text);
}

#[test]
fn who_asks_for_his_last_price_and_never_bought_hears_that_none_is_known() {
    let reply = Talk::in_demo().met().say("price_inquiry", "[P001](product:P001)上次什么价");
    assert!(reply.text.contains("没有查到") && reply.text.contains("¥50,000"), "{}", reply.text);
    let reply = Talk::in_demo().met().say("price_inquiry", "[P001](product:P001)什么价");
    assert!(!reply.text.contains("没有查到"), "{}", reply.text);
}

#[test]
fn goods_that_are_counted_after_a_question_are_priced_and_not_introduced() {
    let mut talk = Talk::in_demo().met();
    talk.say("price_inquiry", "[P001](product:P001)[20台](quantity:20台),[P002](product:P002)多少钱");
    let counted = talk.say(
        "product_inquiry",
        "[P002](product:P002)要[4只](quantity:4只),[P004](product:P004)要[3台](quantity:3台)",
    );
    assert!(counted.text.contains("¥27,200") && counted.text.contains("¥96,000"), "{}", counted.text);
    // Who asks what it is still hears it.
    let told = talk.say("product_inquiry", "[P002](product:P002)是什么").text;
    assert!(told.contains("主要参数"), "{told}");
}

#[test]
fn a_better_price_for_nothing_is_asked_for_what() {
    let mut talk = Talk::in_demo().met();
    let which = talk.say("price_negotiation", "最低多少,我要[30台](quantity:30台)").text;
    assert!(which.ends_with("请问您看的是哪款产品\u{ff1f}"), "{which}");
    let priced = talk.say("product_inquiry", "[P001](product:P001)吧").text;
    assert!(priced.contains("30台") && priced.contains("¥1,440,000"), "{priced}");
}

#[test]
fn an_invoice_price_is_a_price_with_that_invoice() {
    let mut talk = Talk::in_demo().met();
    let asked = "[专票](invoice_type:special)价格是多少 [P001](product:P001) [10台](quantity:10台)";
    let reply = talk.say("invoice_inquiry", asked).text;
    assert!(reply.contains("¥480,000"), "{reply}");
    let of_shop = talk.say("invoice_inquiry", "多久能开票").text;
    assert!(!of_shop.contains('¥'), "{of_shop}");
}

#[test]
fn who_names_our_goods_and_how_many_sells_us_nothing() {
    let asked = "[P005](product:P005),[50台](quantity:50台),打包价";
    let mut talk = Talk::in_demo().met();
    talk.scene.confidence = 0.45;
    let reply = talk.say("solicitation", asked).text;
    assert!(reply.contains("50台") && reply.contains('¥'), "{reply}");
    let mut sure = Talk::in_demo().met();
    sure.scene.confidence = 0.97;
    let reply = sure.say("solicitation", asked).text;
    assert!(!reply.contains('¥'), "{reply}");
}

#[test]
fn a_budget_alone_is_no_missing_product() {
    let money = r#"{"minor":40000000,"currency":"CNY","role":"budget"}"#;
    let reply = Talk::in_demo().met().say("price_inquiry", &format!("预算大概[40万](money:{money})")).text;
    assert!(!reply.contains("目录里没有") && reply.contains('\u{ff1f}'), "{reply}");
}

#[test]
fn of_two_questions_that_facts_answer_both_are_answered() {
    let asked = "这周能发货吗 [P001](product:P001) [5台](quantity:5台) 发[成都](destination:成都)";
    let torn = |message: &str| {
        let mut talk = Talk::in_demo().met();
        talk.scene.confidence = 0.35;
        talk.scene.undecided = vec![("shipping_inquiry", 0.35), ("lead_time_inquiry", 0.3)];
        talk.say("shipping_inquiry", message).text
    };
    let both = torn(asked);
    assert!(both.contains("交期15天") && both.contains("包邮"), "{both}");
    // Of nothing known there is nothing to answer.
    let which = torn("这周能发货吗");
    assert!(which.starts_with("您想问的是"), "{which}");
}

#[test]
fn who_asks_for_a_kind_and_its_price_hears_the_price_of_each() {
    let kind = "你们有[夹爪](product:P002|P015)吗,大概[20只](quantity:20只),什么价";
    let mut talk = Talk::in_demo().met();
    talk.scene.topic = Some("gripper");
    let reply = talk.say("product_inquiry price_inquiry", kind).text;
    assert!(lines(&reply, "20只") >= 2 && reply.contains("（P002）：20只，¥6,450/只"), "{reply}");
    // Nobody asked what they cost.
    let mut talk = Talk::in_demo().met();
    talk.scene.topic = Some("gripper");
    let reply = talk.say("product_inquiry", "你们有[夹爪](product:P002|P015)吗").text;
    assert!(reply.contains("P002") && !reply.contains('¥'), "{reply}");
}

#[test]
fn in_a_shop_of_robots_a_robot_is_asked_for_and_no_person() {
    let kind = "[机器人](product:P001|P002)";
    let asked = |text: &str| {
        let mut talk = Talk::in_demo().met();
        talk.scene.confidence = 0.4;
        let reply = talk.say("human_request", text);
        (talk.scene.conversation.owner, reply.text)
    };
    let (owner, text) = asked(&format!("我们想买{kind}"));
    assert_eq!(owner, Owner::Assistant, "{text}");
    let (owner, text) = asked(&format!("要{kind},多少钱"));
    assert!(owner == Owner::Assistant && text.contains("P001") && text.contains("P002"), "{text}");
    for text in [format!("不要{kind},要人工"), "我要人工".into(), format!("买{kind}找哪个销售")]
    {
        assert_eq!(asked(&text).0, Owner::Waiting, "{text}");
    }
}

#[test]
fn who_asks_whether_a_machine_answers_is_told_so() {
    for (intent, text) in
        [("out_of_scope", "你是机器人吗"), ("human_request", "你是真人吗?"), ("greeting", "你好,你是AI吗")]
    {
        let mut talk = Talk::in_demo().met();
        talk.scene.confidence = 0.35;
        let reply = talk.say(intent, text);
        assert!(reply.text.contains("AI助手") && reply.text.contains("转人工"), "{}", reply.text);
        assert_eq!((reply.withheld.len(), talk.scene.conversation.owner), (0, Owner::Assistant));
    }
    let mut english = Talk::in_demo().met().english();
    let reply = english.say("human_request", "am I talking to a real person?").text;
    assert!(reply.contains("AI assistant"), "{reply}");
    for text in
        ["你是机器人吗,我要真人", "are you a bot? can I speak to a human", "你是机器人吧，叫你们经理来"]
    {
        let mut wants = Talk::in_demo().met();
        wants.say("human_request", text);
        assert_eq!(wants.scene.conversation.owner, Owner::Waiting, "{text}");
    }
    for text in [
        "你是机器人厂家吗",
        "P001是机器人吗",
        "我们该选协作机器人还是机械臂",
        "上料用人工还是自动",
        "你是AI视觉供应商吗",
        "Are you a robot manufacturer?",
        "Are you a real manufacturer or a trader?",
        "is this a robot with six axes",
        "are you aiming at food",
    ] {
        let reply = Talk::in_demo().met().say("company_inquiry", text).text;
        assert!(!reply.contains("AI助手"), "{text}: {reply}");
    }
}
