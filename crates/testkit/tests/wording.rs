//! A language model words a reply; what it may not say never leaves, and the template's words stand in.

use std::{path::Path, sync::Arc, time::Duration};

use desk::{
    ports::{LanguageModel, ModelError, Notice, Prompt},
    receive::Received,
};
use domain::{
    conversation::Owner,
    handoff::HandoffReason,
    turn::{Turn, WordedBy},
};
use futures_util::future::BoxFuture;
use testkit::{ScriptedModel, TestDesk};

async fn shop<M: LanguageModel>(model: &Arc<M>, per_conversation: u32) -> TestDesk {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let demo = desk::knowledge::read_folder(&root.join("knowledge/demo")).expect("the demo shop");
    let mut options = testkit::options(demo);
    options.assist.per_conversation = per_conversation;
    testkit::open_with_model(options, Some(model.clone())).await.expect("the shop opens")
}

async fn say(shop: &TestDesk, text: &str) -> Turn {
    let received = Received {
        inbox: "api".into(),
        contact_external_id: "c".into(),
        text: text.into(),
        ..Received::default()
    };
    let receipt = shop.desk.receive(received, Some(Duration::from_secs(10))).await.expect("it comes in");
    receipt.turn.expect("it is answered")
}

const MESSAGE: &str = "P001 20台多少钱?交期多久?";

/// A wording with every placeholder of that answer.
fn wording(shop_asked: &ScriptedModel) -> String {
    let prompt = shop_asked.asked().first().expect("it was asked").text.clone();
    let names: Vec<&str> = prompt
        .lines()
        .filter_map(|line| line.strip_prefix('{')?.split_once("}: ").map(|(name, _)| name))
        .collect();
    names.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join("\u{ff0c}")
}

/// The placeholders are the same in each run, so that one run tells them for the next.
async fn honest() -> String {
    let model = Arc::new(ScriptedModel::default());
    let shop = shop(&model, 10).await;
    say(&shop, MESSAGE).await;
    wording(&model)
}

fn said(text: &str) -> String {
    serde_json::json!({"text": text}).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_models_words_leave_with_the_values_filled_in() {
    let words = said(&format!("给您报一下:{}", honest().await));
    let model = Arc::new(ScriptedModel::new(&[&words]));
    let shop = shop(&model, 10).await;
    let turn = say(&shop, MESSAGE).await;
    assert_eq!(turn.reply.worded_by, WordedBy::Model, "{:?}", turn.reply.withheld);
    assert!(
        turn.reply.text.contains("给您报一下") && turn.reply.text.contains("960,000"),
        "{}",
        turn.reply.text
    );
    assert!(turn.reply.text.starts_with("您好"), "who speaks is said by the template: {}", turn.reply.text);
    let prompt = &model.asked()[0].text;
    assert!(!prompt.contains("P001") && !prompt.contains("48,000"), "{prompt}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wording_is_repaired_once_and_then_the_template_stands() {
    let all = honest().await;
    let (bad, good) = (said(&format!("{all},给您九折")), said(&format!("好的:{all}")));
    let model = Arc::new(ScriptedModel::new(&[&bad, &good]));
    let turn = say(&shop(&model, 10).await, MESSAGE).await;
    assert_eq!(turn.reply.worded_by, WordedBy::Model, "{:?}", turn.reply.withheld);
    assert!(turn.reply.withheld.iter().any(|part| part.contains("九折")), "{:?}", turn.reply.withheld);
    assert!(model.asked()[1].text.contains("it cannot be sent"), "{}", model.asked()[1].text);

    let model = Arc::new(ScriptedModel::new(&[&bad, &bad, &good]));
    let turn = say(&shop(&model, 10).await, MESSAGE).await;
    assert_eq!((turn.reply.worded_by, model.asked().len()), (WordedBy::Template, 2));
    assert!(turn.reply.text.contains("960,000") && !turn.reply.text.contains("九折"), "{}", turn.reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_budget_ends_the_wording_and_a_model_that_fails_is_not_missed() {
    let words = said(&honest().await);
    let model = Arc::new(ScriptedModel::new(&[&words, &words, &words]));
    let shop = shop(&model, 1).await;
    assert_eq!(say(&shop, MESSAGE).await.reply.worded_by, WordedBy::Model);
    assert_eq!(say(&shop, "P001 20台多少钱?").await.reply.worded_by, WordedBy::Template);
    assert_eq!(model.asked().len(), 1, "the conversation's questions are used up");

    let silent = Arc::new(ScriptedModel::default());
    let turn = say(&self::shop(&silent, 10).await, MESSAGE).await;
    assert_eq!(turn.reply.worded_by, WordedBy::Template);
    assert!(turn.reply.text.contains("960,000"), "{}", turn.reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_with_facts_is_never_given_to_a_model() {
    let model = Arc::new(ScriptedModel::default());
    let shop = shop(&model, 10).await;
    for message in ["你好", "转人工", "谢谢"] {
        assert_eq!(say(&shop, message).await.reply.worded_by, WordedBy::Template);
    }
    let wordings = model.asked().into_iter().filter(|prompt| prompt.text.contains("draft: ")).count();
    assert_eq!(wordings, 0);
}

/// An adapter with a mistake in it.
struct Panics;

impl LanguageModel for Panics {
    fn complete<'a>(&'a self, _: &'a Prompt) -> BoxFuture<'a, Result<String, ModelError>> {
        panic!("the adapter has a mistake in it")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_asked_for_where_turns_fail_again_and_again() {
    let shop = shop(&Arc::new(Panics), 10).await;
    let received = Received {
        inbox: "api".into(),
        contact_external_id: "c".into(),
        text: MESSAGE.into(),
        ..Received::default()
    };
    let receipt = shop.desk.receive(received, None).await.expect("it comes in");
    for _ in 0..300 {
        if !shop.recorder.notices().is_empty() {
            break;
        }
        // Past the lease that the failed turn left.
        shop.clock.advance_millis(31_000);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let notices = shop.recorder.notices();
    let [Notice::Handoff { conversation }] = notices.as_slice() else { panic!("one notice: {notices:?}") };
    assert_eq!((conversation.id, conversation.owner), (receipt.conversation, Owner::Waiting));
    let handoff = conversation.memory.handoff.as_ref().expect("it says why");
    assert_eq!(handoff.reason, HandoffReason::Routing);
    assert!(handoff.summary.contains("反复出错"), "{}", handoff.summary);
    shop.desk.stop().await;
}
