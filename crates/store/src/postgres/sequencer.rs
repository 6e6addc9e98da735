//! Numbers committed events.
//!
//! A sequence would hand out its numbers before the commit, and a reader that has seen 8 would miss a 7 that commits later. So events
//! are committed without a number; one node numbers what it can see, in batches, under a lock on the counter. Which node does it is
//! settled by a lock that the server gives to one connection at a time; correctness does not rest on it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{Notify, watch};
use tokio_postgres::Config;

use super::Connection;
use crate::{error::StoreError, value::params};

/// The least time between two batches.
const BATCH_EVERY: Duration = Duration::from_millis(10);
/// How often a node looks that was not told of anything: what other nodes committed.
const LOOK_EVERY: Duration = Duration::from_millis(25);
/// How often a node asks for the lease.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// How long a node waits before it connects again.
const RECONNECT_AFTER: Duration = Duration::from_millis(250);
/// An arbitrary number that must never change.
const LEASE: i64 = 0x7a68_616e_6767_0002;

const UNNUMBERED: &str = "SELECT position FROM event WHERE number IS NULL LIMIT 1";
const LAST: &str = "SELECT value FROM counter WHERE name = 'event'";
const LAST_LOCKED: &str = "SELECT value FROM counter WHERE name = 'event' FOR UPDATE";
const NUMBER: &str = "UPDATE event SET number = numbered.number
    FROM (SELECT position, $1 + ROW_NUMBER() OVER (ORDER BY position) AS number
          FROM event WHERE number IS NULL ORDER BY position LIMIT 10000) AS numbered
    WHERE event.position = numbered.position";
const ADVANCE: &str = "UPDATE counter SET value = value + $1 WHERE name = 'event'";
const TRY_LEASE: &str = "SELECT pg_try_advisory_lock($1)::int4 AS leased";

pub(super) struct Sequencer {
    config: Config,
    committed: Arc<Notify>,
    stop: watch::Receiver<bool>,
    last: watch::Sender<i64>,
}

impl Sequencer {
    pub(super) fn new(
        config: Config,
        committed: Arc<Notify>,
        stop: watch::Receiver<bool>,
        last: watch::Sender<i64>,
    ) -> Self {
        Self { config, committed, stop, last }
    }

    /// Runs until it is told to stop, through any number of lost connections.
    pub(super) async fn run(mut self) {
        while !self.stopped() {
            if let Err(error) = self.serve().await {
                tracing::warn!(%error, "the sequencer of events lost its connection; connecting again");
                self.wait(RECONNECT_AFTER).await;
            }
        }
    }

    fn stopped(&self) -> bool {
        *self.stop.borrow() || self.stop.has_changed().is_err()
    }

    /// Waits for the time, a commit of this node, or the end.
    async fn wait(&mut self, at_most: Duration) {
        tokio::select! {
            () = self.committed.notified() => {}
            () = tokio::time::sleep(at_most) => {}
            _ = self.stop.changed() => {}
        }
    }

    async fn serve(&mut self) -> Result<(), StoreError> {
        let connection = Connection::open(&self.config).await?;
        let mut leased = false;
        let mut asked: Option<Instant> = None;
        loop {
            // Looked at before the work, so that what is committed before the end is numbered.
            let last_round = self.stopped();
            if !leased && asked.is_none_or(|at| at.elapsed() >= ASK_EVERY) {
                asked = Some(Instant::now());
                let rows = connection.query(TRY_LEASE, params![LEASE]).await?;
                leased = rows.first().map_or(Ok(false), |row| row.flag("leased"))?;
            }
            let numbered = if leased { number(&connection).await? } else { 0 };
            self.publish(&connection).await?;
            if last_round {
                return Ok(());
            }
            if numbered > 0 {
                tokio::time::sleep(BATCH_EVERY).await;
            } else {
                self.wait(LOOK_EVERY).await;
            }
        }
    }

    async fn publish(&self, connection: &Connection) -> Result<(), StoreError> {
        let rows = connection.query(LAST, &[]).await?;
        let last = rows.first().map_or(Ok(0), |row| row.integer("value"))?;
        self.last.send_if_modified(|known| std::mem::replace(known, last) != last);
        Ok(())
    }
}

/// Numbers what is committed and visible now. Gives how many there were.
async fn number(connection: &Connection) -> Result<u64, StoreError> {
    if connection.query(UNNUMBERED, &[]).await?.is_empty() {
        return Ok(0);
    }
    connection.run("BEGIN").await?;
    let rows = connection.query(LAST_LOCKED, &[]).await?;
    let last = rows
        .first()
        .ok_or_else(|| StoreError::corrupt("the counter of events is missing"))?
        .integer("value")?;
    let numbered = connection.execute(NUMBER, params![last]).await?;
    connection.execute(ADVANCE, params![numbered as i64]).await?;
    connection.run("COMMIT").await?;
    Ok(numbered)
}
