//! A PostgreSQL server: a pool of connections for units of work, a writer that takes messages in by sets, and the sequencer of events.

mod connection;
mod intake;
mod pool;
mod sequencer;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    sync::{Notify, mpsc, watch},
    task::JoinHandle,
};

pub(crate) use connection::Connection;

use crate::{
    OpenError,
    database::Work,
    error::StoreError,
    intake::{Accepted, Incoming},
    migration,
    tx::Tx,
    value::params,
};
use pool::Pool;

/// How often a unit of work is run before its failure is believed.
const ATTEMPTS: u32 = 3;
/// Keeps two nodes from migrating at once. An arbitrary number that must never change.
const MIGRATION_LOCK: i64 = 0x7a68_616e_6767_0001;

pub(crate) struct Database {
    pool: Arc<Pool>,
    intake: Mutex<Option<mpsc::Sender<intake::Delivery>>>,
    /// Tells the sequencer that there is something to number.
    committed: Arc<Notify>,
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Database {
    pub(crate) async fn open(
        url: &str,
        node: &str,
        queue: usize,
        connections: usize,
    ) -> Result<(Self, watch::Receiver<i64>), OpenError> {
        let config: tokio_postgres::Config = url.parse().map_err(StoreError::from)?;
        let first = Connection::open(&config).await?;
        check_settings(&first).await?;
        migrate(&first).await?;
        let pool = Arc::new(Pool::new(config.clone(), connections.max(intake::WRITERS + 2), queue));
        pool.give(first);
        let committed = Arc::new(Notify::new());
        let (stop, stopped) = watch::channel(false);
        let (events, watched) = watch::channel(0);
        let sequencer = sequencer::Sequencer::new(config, Arc::clone(&committed), stopped, events);
        let (deliveries, received) = mpsc::channel(queue.max(1));
        let mut tasks = intake::start(received, &pool, node, &committed);
        tasks.push(tokio::spawn(sequencer.run()));
        let (intake, tasks) = (Mutex::new(Some(deliveries)), Mutex::new(tasks));
        Ok((Self { pool, intake, committed, stop, tasks }, watched))
    }

    /// A pool whose connections the server keeps from writing; nothing runs beside it.
    pub(crate) async fn open_to_read(url: &str, queue: usize, connections: usize) -> Result<Self, OpenError> {
        let mut config: tokio_postgres::Config = url.parse().map_err(StoreError::from)?;
        let given = config.get_options().map_or_else(String::new, |given| format!("{given} "));
        config.options(format!("{given}-c default_transaction_read_only=on"));
        let first = Connection::open(&config).await?;
        let rows = first.query(migration::APPLIED, &[]).await?;
        let applied = rows.iter().map(|row| row.text("name")).collect::<Result<Vec<_>, _>>()?;
        migration::none_missing(&applied)?;
        let pool = Arc::new(Pool::new(config, connections.max(1), queue));
        pool.give(first);
        let (stop, _) = watch::channel(false);
        let (intake, tasks) = (Mutex::new(None), Mutex::default());
        Ok(Self { pool, intake, committed: Arc::new(Notify::new()), stop, tasks })
    }

    /// Runs a unit of work in a transaction of its own, again where another one was in its way.
    pub(crate) async fn write<I, T, F>(&self, input: &I, work: &F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: Work<I, T>,
    {
        let result = in_transaction(&self.pool, input, work).await;
        if result.is_ok() {
            self.committed.notify_one();
        }
        result
    }

    pub(crate) async fn read<I, T, F>(&self, input: &I, work: &F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: Work<I, T>,
    {
        let mut attempt = 1;
        loop {
            let mut connection = self.pool.get().await?;
            let result = work(&mut Tx::Postgres(connection.get()?), input).await;
            connection.give_back();
            match result {
                Err(error) if attempt < ATTEMPTS && may_retry(&error) => pause(attempt).await,
                result => return result,
            }
            attempt += 1;
        }
    }

    /// Queues a message for the next set.
    pub(crate) async fn accept(&self, incoming: Incoming) -> Result<Accepted, StoreError> {
        let closed = || StoreError::unavailable("the database is closed");
        let queue = self.intake.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)?;
        let (answer, answered) = tokio::sync::oneshot::channel();
        queue.try_send(intake::Delivery { incoming, answer }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        drop(queue);
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    pub(crate) async fn close(&self) {
        // Without a sender the writers finish what is queued and end; then the sequencer numbers what they wrote.
        drop(self.intake.lock().unwrap_or_else(PoisonError::into_inner).take());
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let sequencer = tasks.len().saturating_sub(1);
        for (index, task) in tasks.into_iter().enumerate() {
            if index == sequencer {
                self.stop.send_replace(true);
            }
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the store failed");
            }
        }
        self.pool.close();
    }
}

/// Whether nothing can have been committed and another try may do better.
const fn may_retry(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict(_) | StoreError::Unavailable(_))
}

async fn pause(attempt: u32) {
    tokio::time::sleep(Duration::from_millis(5 << (2 * attempt.min(5)))).await;
}

async fn in_transaction<I, T, F>(pool: &Pool, input: &I, work: &F) -> Result<T, StoreError>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
    F: Work<I, T>,
{
    let mut attempt = 1;
    loop {
        let error = match try_once(pool, input, work).await {
            Ok(result) => return result,
            Err(error) => error,
        };
        if attempt >= ATTEMPTS || !may_retry(&error) {
            return Err(error);
        }
        pause(attempt).await;
        attempt += 1;
    }
}

/// The inner result is final; the outer error means that nothing was committed.
async fn try_once<I, T, F>(pool: &Pool, input: &I, work: &F) -> Result<Result<T, StoreError>, StoreError>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
    F: Work<I, T>,
{
    let mut pooled = pool.get().await?;
    let connection = pooled.get()?;
    connection.run("BEGIN").await?;
    match work(&mut Tx::Postgres(connection), input).await {
        Ok(value) => {
            let started = Instant::now();
            // Where the answer to a commit is lost, nobody knows whether it happened: that is for the caller to find out.
            let committed = connection.run("COMMIT").await;
            metrics::histogram!("store_commit_seconds").record(started.elapsed().as_secs_f64());
            if committed.is_ok() {
                pooled.give_back();
            }
            Ok(committed.map(|()| value))
        }
        Err(error) => {
            if connection.run("ROLLBACK").await.is_ok() {
                pooled.give_back();
            }
            Err(error)
        }
    }
}

async fn check_settings(connection: &Connection) -> Result<(), OpenError> {
    let rows = connection
        .query(
            "SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
             current_setting('synchronous_commit') AS synchronous_commit, current_setting('server_encoding') AS encoding",
            &[],
        )
        .await?;
    let row = rows.first().ok_or_else(|| StoreError::unavailable("the server does not tell its settings"))?;
    if row.str("fsync")? == "off" {
        return Err(OpenError::UnsafeServer);
    }
    for setting in ["full_page_writes", "synchronous_commit"] {
        if row.str(setting)? == "off" {
            tracing::warn!(
                postgres.setting = setting,
                "off: the server may lose acknowledged messages when it loses power"
            );
        }
    }
    if row.str("encoding")? != "UTF8" {
        tracing::warn!("the database is not encoded in UTF-8; texts that it cannot hold will be refused");
    }
    Ok(())
}

async fn migrate(connection: &Connection) -> Result<(), OpenError> {
    connection.query("SELECT 1 AS locked FROM pg_advisory_lock($1)", params![MIGRATION_LOCK]).await?;
    let result = migrate_locked(connection).await;
    connection.query("SELECT pg_advisory_unlock($1)::int8 AS unlocked", params![MIGRATION_LOCK]).await.ok();
    result
}

async fn migrate_locked(connection: &Connection) -> Result<(), OpenError> {
    connection.run(migration::TABLE).await?;
    let rows = connection.query(migration::APPLIED, &[]).await?;
    let applied = rows.iter().map(|row| row.text("name")).collect::<Result<Vec<_>, _>>()?;
    for migration in migration::missing(&applied)? {
        connection.run("BEGIN").await?;
        connection.run(migration.sql.postgres).await?;
        let insert = "INSERT INTO schema_migration (name) VALUES ($1)";
        connection.execute(insert, params![migration.name]).await?;
        connection.run("COMMIT").await?;
    }
    Ok(())
}
