//! A pool of connections: small enough to keep here, and it has to know about transactions left open, which is what makes a
//! connection unfit to be given back.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::Config;

use super::Connection;
use crate::error::StoreError;

/// How long a unit waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Pool {
    config: Config,
    free: Semaphore,
    idle: Mutex<Vec<Connection>>,
    waiting: AtomicUsize,
    /// How many may wait at once.
    queue: usize,
}

/// A connection on loan. It goes back only where [`Pooled::give_back`] said that no transaction is open on it; a unit that was
/// dropped half way closes it instead, which rolls back.
pub(super) struct Pooled<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
    _permit: SemaphorePermit<'p>,
}

/// Counts itself among those who wait for as long as it lives.
struct Waiting<'p>(&'p AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    pub(super) fn new(config: Config, size: usize, queue: usize) -> Self {
        let idle = Mutex::new(Vec::new());
        Self { config, free: Semaphore::new(size), idle, waiting: AtomicUsize::new(0), queue }
    }

    pub(super) fn get(&self) -> BoxFuture<'_, Result<Pooled<'_>, StoreError>> {
        Box::pin(self.borrow())
    }

    async fn borrow(&self) -> Result<Pooled<'_>, StoreError> {
        let waiting = Waiting(&self.waiting);
        let depth = self.waiting.fetch_add(1, Ordering::Relaxed);
        metrics::gauge!("store_queue_depth").set(depth as f64);
        if depth >= self.queue.max(1) {
            return Err(StoreError::Overloaded);
        }
        let permit = tokio::time::timeout(PATIENCE, self.free.acquire()).await;
        drop(waiting);
        let permit = permit
            .map_err(|_| StoreError::Overloaded)?
            .map_err(|_| StoreError::unavailable("the database is closed"))?;
        let connection = match self.take_idle() {
            Some(connection) => connection,
            None => Connection::open(&self.config).await?,
        };
        Ok(Pooled { pool: self, connection: Some(connection), _permit: permit })
    }

    /// The connection used last, which the server has warmest. Those that a restart of the server closed are dropped.
    fn take_idle(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|connection| !connection.is_closed());
        idle.pop()
    }

    pub(super) fn give(&self, connection: Connection) {
        if !connection.is_closed() && !self.free.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }

    pub(super) fn close(&self) {
        self.free.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Pooled<'_> {
    pub(super) fn get(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or_else(|| StoreError::unavailable("the connection was given back"))
    }

    /// No transaction is open any more.
    pub(super) fn give_back(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.give(connection);
        }
    }
}
