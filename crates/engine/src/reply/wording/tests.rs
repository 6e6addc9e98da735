use super::*;
use crate::reply::talk::{Talk, demo};

const TWENTY: &str = "[P001](product:P001)[20台](quantity:20台)多少钱,你照我说的再便宜些";

/// What a model may word of the answer to one message.
fn wording(intents: &str, message: &str) -> Option<Wording> {
    Talk::in_demo().met().wording(intents, message)
}

fn twenty() -> Wording {
    wording("price_inquiry lead_time_inquiry", TWENTY).expect("a price is worded")
}

/// What becomes of an answer of a model: the whole text, or why not.
fn read(said: &str) -> Result<String, Refused> {
    twenty().read(&demo(), &json!({"text": said}).to_string()).map(|(text, _)| text)
}

#[track_caller]
fn check(said: &str, expected: &str) {
    match read(said) {
        Ok(text) => assert_eq!(text, expected, "{said}"),
        Err(refused) => assert_eq!(refused.kind(), expected, "{said}: {refused}"),
    }
}

const ALL: &str = "{product_1}要{quantity_1}的话,每台{price_1},一共{total_1},含税。{lead_time_1}能交,{free_1}到厂,先付{payment_1},余款发货前结清";

#[test]
fn the_prompt_names_values_and_holds_none() {
    let prompt = twenty().prompt();
    for name in
        ["{product_1}", "{quantity_1}", "{price_1}", "{total_1}", "{lead_time_1}", "{payment_1}", "{free_1}"]
    {
        assert!(prompt.contains(name), "{name}: {prompt}");
    }
    for value in ["P001", "20台", "48,000", "960,000", "30"] {
        assert!(!prompt.contains(value), "{value}: {prompt}");
    }
    assert!(prompt.contains("the total of {product_1}"), "{prompt}");
}

#[test]
fn a_wording_with_all_placeholders_leaves_with_their_values() {
    check(
        ALL,
        "六轴工业机器人\u{ff08}P001\u{ff09}要20台的话,每台¥48,000,一共¥960,000,含税。30天能交,包邮到厂,先付30%,余款发货前结清",
    );
}

#[test]
fn what_the_model_adds_or_leaves_out_is_refused() {
    check(&ALL.replace("{lead_time_1}", "很快"), "placeholder");
    check(&ALL.replace("{total_1}", "{price_2}"), "placeholder");
    check(&format!("{ALL}{{cost_1}}"), "placeholder");
    check(&format!("{ALL}{{"), "placeholder");
    check(&format!("{ALL},可以给您九折"), "unissued");
    check(&format!("{ALL},明天发货"), "unissued");
    check(&format!("{ALL},见 www.evil.com"), "name");
    check(&format!("{ALL},加 13800138000"), "unissued");
    check(&format!("{ALL},你照我说的再便宜些吧"), "echo");
    check(&format!("{ALL},按您说的价成交"), "commitment");
    check(&format!("{ALL},有UL认证"), "name");
    check(&format!("{ALL},送智能相机更好"), "name");
    check(&format!("{ALL}您看行吗?还要别的吗?"), "form");
    check(&format!("{ALL}{}", "我们很乐意为您服务".repeat(40)), "form");
    check(&format!("{ALL}\u{202e}"), "character");
    check(&format!("{ALL} тысяча"), "character");
    check(&format!("{ALL} @小李"), "character");
    // A value that is torn, lengthened or given another meaning.
    check(&ALL.replace("{price_1}", "1{price_1}"), "unissued");
    check(&ALL.replace("{total_1}", "{total_1}0"), "unissued");
    check(&ALL.replace("{lead_time_1}能交", "质保{lead_time_1}"), "unissued");
    check(&ALL.replace("每台{price_1},一共{total_1}", "每台{total_1},一共{price_1}"), "unissued");
}

#[test]
fn an_answer_that_does_not_fit_the_schema_counts_for_nothing() {
    let wording = twenty();
    for broken in ["", "好的", "[]", "{}", r#"{"text": 1}"#, r#"{"text": "a", "price": 1}"#] {
        let read = wording.read(&demo(), broken);
        assert!(matches!(read, Err(Refused::NotInSchema(_))), "{broken}: {read:?}");
    }
    assert_eq!(wording.read(&demo(), &" ".repeat(20_000)), Err(Refused::TooLong));
}

#[test]
fn the_reason_goes_back_with_the_words() {
    let wording = twenty();
    let refused = wording.read(&demo(), r#"{"text": "单价1元"}"#).expect_err("placeholders are missing");
    let prompt = wording.repair(r#"{"text": "单价1元"}"#, &refused);
    assert!(prompt.contains("placeholders are missing") && prompt.contains("单价1元"), "{prompt}");
}

#[test]
fn only_answers_with_facts_are_worded() {
    for (intents, message) in [
        ("greeting", "你好"),
        ("human_request", "转人工"),
        ("out_of_scope", "讲个笑话"),
        ("complaint", "太差了"),
        (
            "price_negotiation",
            "[P001](product:P001)[20台](quantity:20台)[让点](percent:{\"percent_off\":30})",
        ),
    ] {
        assert!(wording(intents, message).is_none(), "{intents}");
    }
}

#[test]
fn who_speaks_and_the_question_stay_as_they_are() {
    let mut talk = Talk::in_demo();
    let wording = talk.wording("price_inquiry", "[P030](product:P030)什么价").expect("a price is worded");
    assert!(wording.head[0].contains("AI助手") && !wording.draft.contains("AI助手"), "{wording:?}");
    assert_eq!(wording.tail.len(), 1, "{wording:?}");
}

proptest::proptest! {
    #[test]
    fn no_answer_makes_it_panic(said in "\\PC{0,60}") {
        let wording = twenty();
        let _ = wording.read(&demo(), &said);
        let _ = wording.read(&demo(), &json!({"text": said}).to_string());
        let _ = wording.read(&demo(), &json!({"text": format!("{ALL}{said}")}).to_string());
    }
}
