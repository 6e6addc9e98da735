//! Processes that come and go: a second one, a stop in order, a database from the future.

use std::{path::Path, sync::Arc, time::Duration};

use bench::{
    audit,
    ledger::Ledger,
    random::Random,
    server::Launch,
    traffic::{Shape, Traffic},
};

use crate::{binary, folder};

#[tokio::test]
async fn a_second_process_on_the_same_file_is_refused() {
    let folder = folder();
    let database = folder.path().join("zhanggui.db");
    let server = Launch::sqlite(binary(), folder.path(), &database).start().await.unwrap();
    let second = folder.path().join("second");
    std::fs::create_dir(&second).unwrap();
    let refusal = Launch::sqlite(binary(), &second, &database).expect_refusal().await.unwrap();
    assert!(!refusal.status.success());
    assert!(refusal.said.contains("in use by another process"), "{}", refusal.said);
    assert_eq!(server.client().get("/readyz").await.unwrap().status, 200, "the first goes on");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_stop_under_load_ends_in_order_and_keeps_everything() {
    let folder = folder();
    let launch = Launch::sqlite(binary(), folder.path(), &folder.path().join("zhanggui.db"));
    let ledger = Arc::new(Ledger::here());
    let server = launch.start().await.unwrap();
    let shape = Shape { pause_micros: 0, ..Shape::default() };
    let traffic = Traffic::new("t", &shape, &mut Random::new(1));
    let (writing, _stop) = traffic.start(server.address, &ledger);
    tokio::time::sleep(Duration::from_millis(700)).await;
    let stopped = server.stop().await.unwrap();
    assert!(stopped.status.success(), "{}", stopped.status);
    let (_, sent) = writing.end().await.unwrap();
    assert!(sent.acknowledged > 0 && sent.wrong == 0, "{sent:?}");

    let server = launch.start().await.unwrap();
    let acknowledged = ledger.entries().await.unwrap();
    let verdict = audit::audit(&mut server.client(), &acknowledged).await.unwrap();
    assert!(verdict.is_clean(), "{verdict:?}");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let folder = folder();
    let database = folder.path().join("zhanggui.db");
    let launch = Launch::sqlite(binary(), folder.path(), &database);
    launch.start().await.unwrap().stop().await.unwrap();
    rename_first_migration(&database);
    let before = std::fs::read(&database).unwrap();
    let refusal = launch.expect_refusal().await.unwrap();
    assert!(!refusal.status.success());
    assert!(refusal.said.contains("newer version"), "{}", refusal.said);
    assert!(std::fs::read(&database).unwrap() == before, "the file was changed");
}

/// Makes the name of the first migration one that is not known. SQLite keeps texts as they are and has no checksums, and the new name
/// is as long as the old.
fn rename_first_migration(database: &Path) {
    let (known, unknown) = (b"0001_initial", b"9001_initial");
    let mut bytes = std::fs::read(database).unwrap();
    let places: Vec<usize> =
        bytes.windows(known.len()).enumerate().filter(|(_, text)| text == known).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "the migration's name is stored");
    for at in places {
        bytes[at..at + unknown.len()].copy_from_slice(unknown);
    }
    std::fs::write(database, bytes).unwrap();
}
