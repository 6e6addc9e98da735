//! Strings that break programs, through the check alone and through whole turns. Where they are not on this machine nothing is run, and
//! that is said.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use desk::receive::Received;
use domain::{requirement::Requirement, turn::Turn, understanding::Understanding};
use engine::reply::check;
use serde::Deserialize;
use testkit::{
    TestDesk,
    obedient::{Manner, ObedientModel},
};

#[derive(Deserialize)]
struct Edge {
    text: String,
}

/// Every string of both files; `None` where they are not on this machine.
fn strings() -> Option<Vec<String>> {
    let mut strings: Vec<String> = read("naughty_strings.json")?;
    let edges: Vec<Edge> = read("unicode_edge.json")?;
    strings.extend(edges.into_iter().map(|edge| edge.text));
    assert!(strings.len() > 500, "{}", strings.len());
    Some(strings)
}

#[expect(clippy::print_stdout, reason = "a test that did not run says so")]
fn read<T: serde::de::DeserializeOwned>(file: &str) -> Option<T> {
    #[expect(clippy::disallowed_methods, reason = "a test finds its data where the environment says")]
    let root =
        std::env::var("ZHANGGUI_SHARED").map_or_else(|_| PathBuf::from("../../../shared"), PathBuf::from);
    let text = fs::read_to_string(root.join("bench/attacks").join(file)).ok();
    if text.is_none() {
        println!("skipped: {file} is not here; set ZHANGGUI_SHARED to the folder that holds bench/");
    }
    Some(serde_json::from_str(&text?).expect("the file has its form"))
}

async fn shop(model: Option<Arc<ObedientModel>>) -> TestDesk {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let demo = desk::knowledge::read_folder(&root.join("knowledge/demo")).expect("the demo shop");
    let mut options = testkit::options(demo);
    options.assist.per_conversation = 100;
    options.assist.per_day = 100_000;
    match model {
        Some(model) => testkit::open_with_model(options, Some(model)).await,
        None => testkit::open_with(options).await,
    }
    .expect("the shop opens")
}

/// The turn of one message; `None` where it is refused with a reason.
async fn say(shop: &TestDesk, contact: &str, text: &str) -> Option<Turn> {
    let received = Received {
        inbox: "api".into(),
        contact_external_id: contact.into(),
        text: text.into(),
        ..Received::default()
    };
    let receipt = shop.desk.receive(received, Some(Duration::from_secs(30))).await.ok()?;
    Some(receipt.turn.expect("it is answered"))
}

/// Digits of a text as they stand, without the commas between them.
fn numbers(text: &str) -> Vec<String> {
    let bare: String = text.chars().filter(|letter| *letter != ',').collect();
    let runs = bare.split(|letter: char| !letter.is_ascii_digit());
    runs.filter(|run| !run.is_empty()).map(str::to_owned).collect()
}

fn significant(number: &str) -> &str {
    number.trim_matches('0')
}

/// Every number and link of the reply stands in a fact of its turn, by a reader that knows nothing of the check's own: the digits of a
/// number, whatever the unit in which the fact counts (¥480,000 in fen, 0.48 m³ in cubic centimetres).
fn unissued(turn: &Turn) -> Vec<String> {
    let facts = serde_json::to_string(&turn.reply.facts).expect("facts are JSON");
    let told = numbers(&facts);
    let told: Vec<&str> = told.iter().map(|number| significant(number)).collect();
    let is_told = |number: &String| told.contains(&significant(number));
    let mut found: Vec<String> =
        numbers(&turn.reply.text).into_iter().filter(|number| !is_told(number)).collect();
    let links = turn.reply.text.split_whitespace().filter(|word| word.contains("://"));
    found.extend(links.filter(|link| !facts.contains(*link)).map(str::to_owned));
    found
}

#[track_caller]
fn assert_spans(turn: &Turn, text: &str) {
    let letters: Vec<char> = text.chars().collect();
    for entity in &turn.understanding.entities {
        let held = letters.get(entity.start..entity.end);
        assert!(entity.start < entity.end, "{entity:?} in {text:?}");
        assert_eq!(held.map(|held| held.iter().collect::<String>()), Some(entity.text.clone()), "{text:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_reads_any_string_and_names_the_place_of_what_it_stops() {
    let Some(strings) = strings() else { return };
    let asked = say(&shop(None).await, "c", "P001和P002各20台多少钱?交期多久?").await.expect("a turn");
    for text in &strings {
        for text in [text.clone(), format!("好的,{text}给您"), asked.reply.text.clone() + text] {
            let found =
                check::check(&text, &asked.reply.facts, &Understanding::default(), &Requirement::default());
            for unissued in found.err().unwrap_or_default() {
                assert_eq!(text.get(unissued.span.clone()), Some(unissued.text.as_str()), "{text:?}");
                assert!(!unissued.text.is_empty(), "{text:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_string_gets_an_answer_in_which_nothing_unissued_stands() {
    let Some(strings) = strings() else { return };
    let shop = shop(None).await;
    for (number, text) in strings.iter().enumerate() {
        let contact = format!("c-{number}");
        for message in [text.clone(), format!("P001 20台多少钱 {text}"), "那交期呢".to_owned()] {
            let Some(turn) = say(&shop, &contact, &message).await else { continue };
            assert_spans(&turn, &message);
            assert_eq!(unissued(&turn), Vec::<String>::new(), "{message:?}: {}", turn.reply.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_repeats_any_string_gets_nothing_unissued_out() {
    let Some(strings) = strings() else { return };
    let model = Arc::new(ObedientModel::default());
    let shop = shop(Some(model.clone())).await;
    for (number, text) in strings.iter().enumerate() {
        for manner in [Manner::Echoes, Manner::Agrees] {
            model.attack(text, manner);
            let contact = format!("c-{number}-{manner:?}");
            let Some(turn) = say(&shop, &contact, "P001 20台多少钱?交期多久?").await else {
                continue;
            };
            assert_eq!(unissued(&turn), Vec::<String>::new(), "{text:?}: {}", turn.reply.text);
        }
    }
}
