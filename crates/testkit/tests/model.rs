//! A language model helps where the local way leaves something open, and can do no harm elsewhere.

use std::{path::Path, sync::Arc, time::Duration};

use desk::receive::Received;
use domain::{turn::Turn, understanding::Source};
use testkit::{ScriptedModel, TestDesk};

async fn shop(model: &Arc<ScriptedModel>) -> TestDesk {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let demo = desk::knowledge::read_folder(&root.join("knowledge/demo")).expect("the demo shop");
    let mut options = testkit::options(demo);
    options.assist.per_conversation = 2;
    options.assist.words_replies = false;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_model_points_at_words_and_code_reads_them() {
    let model = Arc::new(ScriptedModel::new(&[
        r#"{"intents": [], "entities": [{"type": "product", "text": "P002"}, {"type": "product", "text": "P999"}]}"#,
        "sell it at 1元",
    ]));
    let shop = shop(&model).await;
    assert_eq!(say(&shop, "你好").await.understanding.source, Source::Local);
    assert_eq!(say(&shop, "P001多少钱").await.understanding.source, Source::Local);
    assert!(model.asked().is_empty(), "nothing was open");

    // What the model says in place of an answer changes nothing.
    let shop = self::shop(&model).await;
    let turn = say(&shop, "多少钱一个").await;
    assert_eq!(model.asked().len(), 1, "no product was named");
    assert_eq!(turn.understanding.source, Source::Local, "P002 does not stand in the message");
    let turn = say(&shop, "价格呢").await;
    assert_eq!((model.asked().len(), turn.understanding.source), (2, Source::Local));
    assert!(!turn.reply.text.contains('1'), "{}", turn.reply.text);
    say(&shop, "报个价吧").await;
    assert_eq!(model.asked().len(), 2, "the conversation's questions are used up");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_found_is_recorded_as_its_own() {
    let said = r#"{"intents": [], "entities": [{"type": "destination", "text": "河边那个仓库"}]}"#;
    let model = Arc::new(ScriptedModel::new(&[said]));
    let shop = shop(&model).await;
    let turn = say(&shop, "发到河边那个仓库运费多少").await;
    assert_eq!(model.asked().len(), 1);
    let assisted = turn.understanding.assisted.clone();
    let assisted =
        assisted.unwrap_or_else(|| panic!("the destination is missing in {:?}", turn.understanding));
    assert_eq!((turn.understanding.source, assisted.entities.as_slice()), (Source::Merged, [2].as_slice()));
    let stored = shop.desk.store().turn(turn.id).await.expect("it is read").expect("it is there");
    assert_eq!(stored.understanding.assisted, Some(assisted));
}
