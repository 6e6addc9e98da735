//! Revisions by people and by folders: nobody undoes what he does not know of.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread::ThreadId,
    time::Duration,
};

use desk::{
    DeskOptions, StartError,
    knowledge::{
        KnowledgeError, SourceFile,
        publishing::{Applied, BASIS, CONSOLE, Offered},
    },
    ports::ModelStore,
};
use domain::Timestamp;
use store::{NewRevision, Publication, StoreOptions};
use testkit::TestDesk;

fn files(price: u32) -> Vec<SourceFile> {
    let text = format!("products: [{{id: P001, name: robot, price: {price}}}]\n");
    vec![SourceFile { path: "shop.yaml".into(), text: text.into_bytes() }]
}

fn offered(price: u32, origin: &str, based_on: Option<i64>) -> Offered {
    Offered { files: files(price), origin: origin.into(), based_on, insists: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_console_published_is_undone_only_by_who_knows_of_it_or_insists() {
    let test = testkit::open(files(50_000)).await.expect("the desk opens");
    // What is offered, and the revision in force after it, or the one that stands in the way.
    let check = async |offered: Offered, expected: Result<i64, i64>| {
        let outcome = match test.desk.apply_knowledge(&offered).await {
            Ok(_) => Ok(test.desk.published().knowledge.revision),
            Err(KnowledgeError::Overtaken { revision, differences, .. }) => {
                assert_eq!(differences[0].path, "products.P001.price", "{differences:?}");
                Err(revision)
            }
            Err(other) => panic!("{other}"),
        };
        assert_eq!(outcome, expected, "{offered:?}");
    };
    check(offered(49_000, CONSOLE, Some(1)), Ok(2)).await;
    check(offered(48_000, "/shop", None), Err(2)).await;
    check(offered(48_000, "/shop", Some(1)), Err(2)).await;
    // It says the same as what is in force.
    check(offered(49_000, "/shop", None), Ok(2)).await;
    check(offered(48_000, "/shop", Some(2)), Ok(3)).await;
    check(offered(47_000, "/shop", None), Ok(4)).await;
    check(offered(46_000, CONSOLE, Some(4)), Ok(5)).await;
    check(Offered { insists: true, ..offered(45_000, "/shop", None) }, Ok(6)).await;
    // Another folder is as blind as the console's neighbour.
    check(offered(44_000, "/elsewhere", None), Err(6)).await;
    check(offered(44_000, "/elsewhere", Some(6)), Ok(7)).await;
    test.desk.stop().await;
}

/// What is in force after a start on the database `file`: number and price.
async fn started(file: &Path, folder: Option<PathBuf>) -> (TestDesk, (i64, Option<i64>)) {
    let url = format!("sqlite://{}", file.display());
    let options = DeskOptions {
        store: StoreOptions { url, ..StoreOptions::default() },
        knowledge_folder: folder,
        ..testkit::options(files(50_000))
    };
    let test = testkit::open_with(options).await.expect("the desk opens");
    let in_force = in_force(&test);
    (test, in_force)
}

fn in_force(test: &TestDesk) -> (i64, Option<i64>) {
    let published = test.desk.published();
    let price = published.knowledge.product(&"P001".into()).and_then(|product| product.price);
    (published.knowledge.revision, price.map(|millionths| millionths / 1_000_000))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_undoes_nothing_that_was_published_from_elsewhere() {
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("desk.db");
    let shop = |name: &str, price: u32| {
        let folder = place.path().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("shop.yaml"), &files(price)[0].text).expect("written");
        folder
    };
    let (mine, theirs) = (shop("mine", 49_000), shop("theirs", 48_000));
    let (test, demo) = started(&file, None).await;
    assert_eq!(demo, (1, Some(50_000)));
    let origin = desk::knowledge::publishing::origin(&mine);
    let otherwise = mine.join("..").join("mine");
    let files = desk::knowledge::read_folder(&otherwise).expect("the folder");
    let applied = Offered { files, ..offered(0, &origin, None) };
    test.desk.apply_knowledge(&applied).await.expect("a demo gives way");
    test.desk.stop().await;
    let check = async |folder: Option<PathBuf>, expected: (i64, Option<i64>)| {
        let (test, found) = started(&file, folder).await;
        assert_eq!(found, expected);
        test.desk.stop().await;
    };
    // The demo does not come back, nor does a folder that knows nothing of the one in force take its place.
    check(None, (2, Some(49_000))).await;
    check(Some(theirs.clone()), (2, Some(49_000))).await;
    // However it is named, it is the folder that was published.
    check(Some(otherwise), (2, Some(49_000))).await;
    std::fs::write(theirs.join(BASIS), "2\n").expect("written");
    check(Some(theirs), (3, Some(48_000))).await;
    check(Some(mine), (3, Some(48_000))).await;
    check(None, (3, Some(48_000))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_publish_on_the_same_revision_one_is_told_so() {
    let test = testkit::open(files(50_000)).await.expect("the desk opens");
    let (left, right) = (offered(49_000, CONSOLE, Some(1)), offered(48_000, CONSOLE, Some(1)));
    let outcomes = tokio::join!(test.desk.apply_knowledge(&left), test.desk.apply_knowledge(&right));
    let (won, lost) = match outcomes {
        (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won, lost),
        other => panic!("one of two: {other:?}"),
    };
    assert_eq!(won, Applied { revision: 2, is_new: true });
    assert!(matches!(lost, KnowledgeError::Outdated { revision: 2, based_on: 1 }), "{lost}");
    assert_eq!(test.desk.store().current_revision_number().await.expect("reads"), 2);
    test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_node_published_serves_here_soon() {
    let test = testkit::open(files(50_000)).await.expect("the desk opens");
    let elsewhere = |number: i64, text: String| NewRevision {
        digest: format!("of another node, {number}"),
        origin: CONSOLE.into(),
        files_json: serde_json::json!({ "shop.yaml": text }).to_string(),
        follows: number - 1,
        event: None,
        at: Timestamp::from_millis(0),
    };
    let text = |price| String::from_utf8_lossy(&files(price)[0].text).into_owned();
    let publish = async |revision| test.desk.store().publish_revision(revision).await.expect("stored");
    assert_eq!(publish(elsewhere(2, text(49_000))).await, Publication::Published(2));
    let soon = async |expected: (i64, Option<i64>)| {
        for _ in 0..200 {
            if in_force(&test) == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{:?} serves still", in_force(&test));
    };
    soon((2, Some(49_000))).await;
    // What this version cannot read is left alone, and does not stand in the way of what comes after it.
    assert_eq!(publish(elsewhere(3, "products: [{id: 3".into())).await, Publication::Published(3));
    assert_eq!(publish(elsewhere(4, text(47_000))).await, Publication::Published(4));
    soon((4, Some(47_000))).await;
    test.desk.stop().await;
}

/// Notes who asks for models and keeps none.
#[derive(Default)]
struct Asked(Mutex<Vec<ThreadId>>);

impl ModelStore for Asked {
    fn load(&self, _: &str) -> Option<Vec<u8>> {
        self.0.lock().expect("no panic").push(std::thread::current().id());
        None
    }

    fn keep(&self, _: &str, _: &[u8]) {}
}

/// On one thread, which all of the desk's tasks share.
#[tokio::test]
async fn intents_are_learnt_off_the_threads_that_answer() {
    let asked = Arc::new(Asked::default());
    let with_intents = |price| {
        let mut files = files(price);
        let examples = "可以租吗, 设备租赁怎么收费, 租一台一个月, 能不能租赁, 租金多少";
        let own = format!("intents: [{{name: leasing, examples: [{examples}]}}]\n");
        files[0].text.extend(own.into_bytes());
        files
    };
    let options = testkit::options(with_intents(50_000));
    let test = testkit::open_with_models(options, asked.clone()).await.expect("the desk opens");
    let offered = Offered { files: with_intents(49_000), ..offered(0, CONSOLE, Some(1)) };
    test.desk.apply_knowledge(&offered).await.expect("published");
    let before = asked.0.lock().expect("no panic").len();
    let compared = test.desk.compare_knowledge(with_intents(48_000)).await.expect("compared");
    assert!(compared.is_sound() && compared.differences.len() == 1, "{compared:?}");
    let threads = asked.0.lock().expect("no panic").clone();
    assert_eq!(threads.len(), before, "to compare nothing need be learnt");
    assert_eq!(threads.len(), 2, "once for each revision");
    assert!(!threads.contains(&std::thread::current().id()), "{threads:?}");
    test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shop_is_never_put_over_a_revision_that_cannot_be_read() {
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("desk.db");
    let (test, _) = started(&file, None).await;
    let broken = NewRevision {
        digest: "of a later version".into(),
        origin: "/shop".into(),
        files_json: r#"{"shop.yaml":"products: [{id: 3"}"#.into(),
        follows: 1,
        event: None,
        at: Timestamp::from_millis(0),
    };
    test.desk.store().publish_revision(broken).await.expect("stored");
    test.desk.stop().await;
    let url = format!("sqlite://{}", file.display());
    let store = StoreOptions { url, ..StoreOptions::default() };
    let refused = testkit::open_with(DeskOptions { store, ..testkit::options(files(50_000)) }).await;
    assert!(matches!(refused, Err(StartError::Knowledge(KnowledgeError::Problems { .. }))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_would_be_undone_and_how_to_go_on() {
    let test = testkit::open(files(50_000)).await.expect("the desk opens");
    test.desk.apply_knowledge(&offered(49_000, CONSOLE, Some(1))).await.expect("published");
    let refused = test.desk.apply_knowledge(&offered(48_000, "/shop", None)).await.expect_err("refused");
    let told = refused.to_string();
    for words in ["revision 2", "products.P001.price: 49000 → 48000", "export that revision"] {
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(test.desk.published().knowledge.revision, 2);
    test.desk.stop().await;
}
