use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use store::{OpenError, Store, StoreError, StoreOptions};

use super::{
    bench::{Bench, Cluster},
    build::{self, accept, at, incoming, situation},
};

on_both! {
    what_was_acknowledged_is_there_after_a_restart
    a_newer_schema_is_refused
    every_text_comes_back_as_it_went_in
}

async fn what_was_acknowledged_is_there_after_a_restart(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, incoming(inbox, "c", Some("m"), at(0))).await;
    store.close().await;
    let gone = store.accept(incoming(inbox, "c", Some("n"), at(1))).await;
    assert!(matches!(gone, Err(StoreError::Unavailable(_))), "{gone:?}");
    let store = bench.open().await;
    assert!(accept(&store, incoming(inbox, "c", Some("m"), at(2))).await.duplicate);
    assert_eq!(situation(&store, first.conversation).await.messages.len(), 1);
    store.close().await;
}

async fn a_newer_schema_is_refused(bench: Bench) {
    bench.open().await.close().await;
    bench.tamper("INSERT INTO schema_migration (name) VALUES ('9999_future')").await;
    let refused = bench.try_open().await;
    assert!(matches!(&refused, Err(OpenError::NewerSchema(name)) if name == "9999_future"), "{refused:?}");
    bench.tamper("DELETE FROM schema_migration WHERE name = '9999_future'").await;
    bench.open().await.close().await;
}

async fn every_text_comes_back_as_it_went_in(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let texts = [
        "",
        " ",
        "\u{1}\u{7f}\u{feff}",
        "'; DROP TABLE message;--",
        "𝕏👩‍👩‍👧‍👦\u{202e}",
        "\r\n\t",
        "\\u0000 %_!",
        "e\u{301}é",
    ];
    for (number, text) in texts.into_iter().enumerate() {
        let mut message = incoming(inbox, &format!("c{number}{text}"), Some(text), at(0));
        message.message.text = text.into();
        message.contact.attributes.insert(format!("k{text}"), text.into());
        let accepted = accept(&store, message.clone()).await;
        let stored = situation(&store, accepted.conversation).await;
        assert_eq!(stored.messages[0].text, text);
        assert_eq!(stored.messages[0].external_id.as_deref(), Some(text));
        assert_eq!(stored.contact.attributes, message.contact.attributes);
        assert!(accept(&store, message).await.duplicate);
    }
    store.close().await;
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let Some(postgres) = Bench::postgres("columns").await else { return };
    let sqlite = Bench::sqlite();
    sqlite.open().await.close().await;
    postgres.open().await.close().await;
    let columns = sqlite.columns().await;
    assert!(columns.len() > 90, "{columns:?}");
    assert_eq!(columns, postgres.columns().await);
}

#[tokio::test]
async fn a_second_process_on_the_same_file_is_refused() {
    let bench = Bench::sqlite();
    let store = bench.open().await;
    let second = bench.try_open().await;
    assert!(matches!(second, Err(OpenError::InUse(_))), "{second:?}");
    store.close().await;
    bench.open().await.close().await;
}

#[tokio::test]
async fn memory_needs_no_file() {
    let store = Store::open(&StoreOptions::default()).await.expect("it opens");
    let inbox = build::inbox(&store).await;
    let first = accept(&store, incoming(inbox, "c", Some("m"), at(0))).await;
    assert_eq!(situation(&store, first.conversation).await.messages.len(), 1);
    assert_eq!(store.dialect_name(), "sqlite");
    store.close().await;
}

#[tokio::test]
async fn a_url_that_leads_nowhere_says_so() {
    let open = async |url: &str| {
        let options = StoreOptions { url: url.into(), ..StoreOptions::default() };
        Store::open(&options).await.map(|store| store.dialect_name())
    };
    assert!(matches!(open("mysql://x").await, Err(OpenError::Url(_))));
    assert!(matches!(open("sqlite:///proc/none/desk.db").await, Err(OpenError::File { .. })));
    let refused = open("postgres://nobody@127.0.0.1:1/none").await;
    assert!(matches!(refused, Err(OpenError::Store(StoreError::Unavailable(_)))), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_loses_what_it_acknowledged_is_refused() {
    let Some(cluster) = Cluster::start("-c fsync=off") else { return };
    let refused = cluster.bench().try_open().await;
    assert!(matches!(refused, Err(OpenError::UnsafeServer)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_crashes_loses_nothing_and_is_found_again() {
    let Some(cluster) = Cluster::start("") else { return };
    let cluster = Arc::new(cluster);
    let store = cluster.bench().open().await;
    let inbox = build::inbox(&store).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writers = (0..4).map(|writer| {
        let (store, stop) = (store.clone(), Arc::clone(&stop));
        tokio::spawn(async move {
            let mut acknowledged = 0;
            while !stop.load(Ordering::Relaxed) {
                let id = format!("m-{acknowledged}");
                let message = incoming(inbox, &format!("c-{writer}"), Some(&id), at(0));
                // The same message again until it is acknowledged.
                match store.accept(message).await {
                    Ok(_) => acknowledged += 1,
                    Err(error) => assert!(error.is_transient(), "{error:?}"),
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            acknowledged
        })
    });
    let writers: Vec<_> = writers.collect();
    let crasher = Arc::clone(&cluster);
    tokio::time::sleep(Duration::from_millis(300)).await;
    tokio::task::spawn_blocking(move || crasher.crash()).await.expect("it came back");
    store.ready().await.expect("the first write after the crash finds the server");
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = 0;
    for writer in writers {
        acknowledged += writer.await.expect("a writer");
    }
    assert_eq!(store.pending_messages().await.expect("a count"), acknowledged);
    let mut feed = store.watch_events();
    let numbered = feed.wait_for(|last| *last >= acknowledged + 4);
    tokio::time::timeout(Duration::from_secs(20), numbered).await.expect("events go on").expect("it is open");
    store.close().await;
}
