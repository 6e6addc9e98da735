//! What happens to the writer when things go wrong.

use std::{
    io,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::{Database, Location, open, writer};
use crate::{
    error::{Rejection, StoreError},
    tx::Tx,
    value::params,
};

fn database(queue: usize) -> (Arc<Database>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("desk.db"));
    let (database, _) = Database::open(&location, queue, 2).expect("it opens");
    (Arc::new(database), folder)
}

/// Units that wait for the writer.
fn queued(database: &Database) -> usize {
    database.writer.as_ref().map_or(0, writer::Writer::depth)
}

async fn set(database: &Database, key: &str, value: String) -> Result<(), StoreError> {
    let input = (key.to_owned(), value);
    let set = database.write(input, |tx, (key, value)| {
        Box::pin(async move {
            tx.execute("INSERT INTO setting (key, value) VALUES ($1, $2)", params![&*key, &*value])
                .await
                .map(drop)
        })
    });
    set.await
}

async fn count(database: &Database) -> i64 {
    let count = database.read((), |tx, ()| {
        Box::pin(async move {
            let row = tx.query_one("SELECT COUNT(*) AS n FROM setting", &[]).await?;
            row.map_or(Ok(0), |row| row.integer("n"))
        })
    });
    count.await.expect("a count")
}

/// Holds the writer up until told to go on.
async fn hold(
    database: &Arc<Database>,
) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), StoreError>>) {
    let (go, gone) = mpsc::channel::<()>();
    let (started, running) = tokio::sync::oneshot::channel::<()>();
    let gate = Mutex::new((gone, Some(started)));
    let database = Arc::clone(database);
    let held = tokio::spawn(async move {
        let hold = database.write(gate, |_, gate| {
            Box::pin(async move {
                let mut gate = gate.lock().expect("not poisoned");
                if let Some(started) = gate.1.take() {
                    started.send(()).expect("somebody waits");
                }
                gate.0.recv_timeout(Duration::from_secs(20)).expect("told to go on");
                Ok(())
            })
        });
        hold.await
    });
    running.await.expect("the writer runs it");
    (go, held)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_committed_as_one_group() {
    let sizes = Sizes::default();
    metrics::set_global_recorder(sizes.clone()).expect("the only recorder");
    let (sync, synced) = mpsc::channel::<()>();
    let (database, _folder) = synced_by(move || synced.recv().map_err(io::Error::other));
    let (go, held) = hold(&database).await;
    let waiting: Vec<_> = (0..300)
        .map(|number| {
            let database = Arc::clone(&database);
            tokio::spawn(async move { set(&database, &format!("k{number}"), "v".into()).await })
        })
        .collect();
    while queued(&database) < 300 {
        tokio::task::yield_now().await;
    }
    go.send(()).expect("it waits");
    // While the disk is busy with the first group the next one grows.
    while count(&database).await < 256 {
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        sync.send(()).expect("it waits");
    }
    held.await.expect("it ran").expect("it is committed");
    for one in waiting {
        one.await.expect("it ran").expect("it is committed");
    }
    assert_eq!(count(&database).await, 300);
    let sizes = sizes.0.lock().expect("not poisoned").clone();
    assert!(sizes.contains(&256.0) && sizes.contains(&44.0), "{sizes:?}");
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_is_refused_and_what_waits_is_not_lost() {
    let (database, _folder) = database(3);
    let (go, held) = hold(&database).await;
    let mut waiting = Vec::new();
    for number in 0..3 {
        let database = Arc::clone(&database);
        waiting.push(tokio::spawn(async move { set(&database, &format!("k{number}"), "v".into()).await }));
    }
    while queued(&database) < 3 {
        tokio::task::yield_now().await;
    }
    for _ in 0..5 {
        let refused = set(&database, "refused", "v".into()).await;
        assert!(matches!(refused, Err(StoreError::Overloaded)), "{refused:?}");
    }
    go.send(()).expect("it waits");
    held.await.expect("it ran").expect("it is committed");
    for one in waiting {
        one.await.expect("it ran").expect("it is committed");
    }
    assert_eq!(count(&database).await, 3);
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_that_fails_takes_no_neighbour_with_it() {
    let (database, _folder) = database(100);
    let (go, held) = hold(&database).await;
    let spoilt = |how: usize| {
        let database = Arc::clone(&database);
        tokio::spawn(async move {
            let write = database.write(how, |tx, how| {
                Box::pin(async move {
                    let sql = "INSERT INTO setting (key, value) VALUES ($1, 'half done')";
                    tx.execute(sql, params![how.to_string()]).await?;
                    match how {
                        0 => Err(Rejection::Fenced.into()),
                        1 => panic!("a mistake"),
                        2 => std::future::pending().await,
                        _ => tx
                            .execute("INSERT INTO setting (key, value) VALUES ('3', 'twice')", &[])
                            .await
                            .map(drop),
                    }
                })
            });
            write.await
        })
    };
    let good = |key: &'static str| {
        let database = Arc::clone(&database);
        tokio::spawn(async move { set(&database, key, "v".into()).await })
    };
    let (first, spoilt, last) = (good("a"), [0, 1, 2, 3].map(spoilt), good("b"));
    while queued(&database) < 6 {
        tokio::task::yield_now().await;
    }
    go.send(()).expect("it waits");
    held.await.expect("it ran").expect("it is committed");
    first.await.expect("it ran").expect("it is committed");
    last.await.expect("it ran").expect("it is committed");
    let [fenced, panicked, pending, conflict] = spoilt;
    assert!(matches!(fenced.await.expect("it ran"), Err(StoreError::Rejected(Rejection::Fenced))));
    assert!(matches!(panicked.await.expect("it ran"), Err(StoreError::Driver(_))));
    assert!(matches!(pending.await.expect("it ran"), Err(StoreError::Driver(_))));
    assert!(matches!(conflict.await.expect("it ran"), Err(StoreError::Conflict(_))));
    assert_eq!(count(&database).await, 2);
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_passes_by_itself() {
    let (database, _folder) = database(100);
    set(&database, "before", "v".into()).await.expect("there is space");
    limit_pages(&database, 1).await;
    let full = set(&database, "large", "x".repeat(1 << 20)).await;
    assert!(matches!(full, Err(StoreError::DiskFull)), "{full:?}");
    assert_eq!(count(&database).await, 1, "reading goes on");
    limit_pages(&database, 1_000_000).await;
    set(&database, "large", "x".repeat(1 << 20)).await.expect("there is space again");
    assert_eq!(count(&database).await, 2);
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_transaction_fails_the_whole_group() {
    let (database, _folder) = database(100);
    let (go, held) = hold(&database).await;
    let before = tokio::spawn({
        let database = Arc::clone(&database);
        async move { set(&database, "before", "v".into()).await }
    });
    while queued(&database) < 1 {
        tokio::task::yield_now().await;
    }
    let rogue = tokio::spawn({
        let database = Arc::clone(&database);
        async move {
            // What an I/O error does: the database rolls back everything, and the statement fails.
            let write = database.write((), |tx, ()| {
                Box::pin(async move {
                    tx.execute("ROLLBACK", &[]).await?;
                    Err::<(), _>(StoreError::unavailable("an I/O error"))
                })
            });
            write.await
        }
    });
    while queued(&database) < 2 {
        tokio::task::yield_now().await;
    }
    go.send(()).expect("it waits");
    drop(held.await);
    let lost = before.await.expect("it ran");
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    assert!(rogue.await.expect("it ran").is_err());
    assert_eq!(count(&database).await, 0);
    set(&database, "after", "v".into()).await.expect("the writer goes on");
    database.close().await;
}

/// A database whose log is synced by `sync`.
fn synced_by(sync: impl FnMut() -> io::Result<()> + Send + 'static) -> (Arc<Database>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = open::open(&Location::File(folder.path().join("desk.db")), 2).expect("it opens");
    let (database, _) = Database::start(opened, 1_000, |_| Ok(Box::new(sync))).expect("it starts");
    (Arc::new(database), folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_answered_before_the_sync_and_the_next_group_runs_meanwhile() {
    let (sync, synced) = mpsc::channel::<()>();
    let (database, _folder) = synced_by(move || synced.recv().map_err(io::Error::other));
    let write = |key: &'static str| {
        let database = Arc::clone(&database);
        tokio::spawn(async move { set(&database, key, "v".into()).await })
    };
    let first = write("first");
    while count(&database).await < 1 {
        tokio::task::yield_now().await;
    }
    let second = write("second");
    while count(&database).await < 2 {
        tokio::task::yield_now().await;
    }
    assert!(!first.is_finished() && !second.is_finished());
    sync.send(()).expect("it waits");
    first.await.expect("it ran").expect("it is on the disk");
    assert!(!second.is_finished());
    sync.send(()).expect("it waits");
    second.await.expect("it ran").expect("it is on the disk");
    drop(sync);
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_has_run_for_long_does_not_wait_for_what_is_behind() {
    let (database, _folder) = synced_by(|| Ok(()));
    let (go, held) = hold(&database).await;
    let slow = tokio::spawn({
        let database = Arc::clone(&database);
        async move {
            let write = database.write((), |_, ()| {
                Box::pin(async {
                    std::thread::sleep(Duration::from_millis(5));
                    Ok(())
                })
            });
            write.await
        }
    });
    while queued(&database) < 1 {
        tokio::task::yield_now().await;
    }
    let behind = tokio::spawn({
        let database = Arc::clone(&database);
        async move { hold(&database).await }
    });
    while queued(&database) < 2 {
        tokio::task::yield_now().await;
    }
    go.send(()).expect("it waits");
    held.await.expect("it ran").expect("it is committed");
    slow.await.expect("it ran").expect("it is committed");
    let (go, held) = behind.await.expect("it runs");
    assert!(!held.is_finished());
    go.send(()).expect("it waits");
    held.await.expect("it ran").expect("it is committed");
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_sync_that_failed_all_is_written_out_before_anything_is_promised() {
    let mut fails = 1;
    let (database, folder) = synced_by(move || {
        fails -= 1;
        if fails >= 0 { Err(io::Error::other("the disk is gone")) } else { Ok(()) }
    });
    let doubtful = set(&database, "doubtful", "v".into()).await;
    assert!(matches!(doubtful, Err(StoreError::Unavailable(_))), "{doubtful:?}");
    let log = open::wal_of(&folder.path().join("desk.db"));
    let before = std::fs::metadata(&log).expect("a log").len();
    set(&database, "after", "v".into()).await.expect("it is written");
    let after = std::fs::metadata(&log).expect("a log").len();
    assert!(after < before, "the log was moved into the database first: {before} {after}");
    // It was committed, and now it is on the disk too: the same again is known.
    assert!(matches!(set(&database, "doubtful", "v".into()).await, Err(StoreError::Conflict(_))));
    assert_eq!(count(&database).await, 2);
    database.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_buyers_said_is_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (database, folder) = database(100);
    set(&database, "k", "v".into()).await.expect("written");
    for entry in std::fs::read_dir(folder.path()).expect("the folder") {
        let entry = entry.expect("a file");
        let mode = entry.metadata().expect("its rights").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
    }
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_does_not_grow_large_and_is_gone_at_the_end() {
    let (database, folder) = database(100);
    let log = open::wal_of(&folder.path().join("desk.db"));
    let mut largest = 0;
    for number in 0..90 {
        set(&database, &format!("k{number}"), "x".repeat(1 << 20)).await.expect("written");
        largest = largest.max(std::fs::metadata(&log).expect("a log").len());
    }
    assert!((1 << 20..70 << 20).contains(&largest), "{largest}");
    database.close().await;
    assert_eq!(std::fs::metadata(&log).map_or(0, |log| log.len()), 0);
}

async fn limit_pages(database: &Database, pages: i64) {
    let limit = database.write(pages, |tx, pages| {
        Box::pin(async move {
            let Tx::Sqlite(connection) = tx else { return Err(StoreError::driver("not SQLite")) };
            connection.raw().pragma_update(None, "max_page_count", pages)?;
            Ok(())
        })
    });
    limit.await.expect("the limit is set");
}

/// Keeps the sizes of groups.
#[derive(Clone, Default)]
struct Sizes(Arc<Mutex<Vec<f64>>>);

impl HistogramFn for Sizes {
    fn record(&self, value: f64) {
        self.0.lock().expect("not poisoned").push(value);
    }
}

impl Recorder for Sizes {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        match key.name() {
            "store_group_size" => Histogram::from_arc(Arc::new(self.clone())),
            _ => Histogram::noop(),
        }
    }
}
