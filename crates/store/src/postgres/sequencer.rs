//! Numbers committed events.
//!
//! A sequence would hand out its numbers before the commit, and a reader that has seen 8 would miss a 7 that commits later. So events
//! are committed without a number; one node numbers what it can see, in batches, under a lock on the counter. Which node does it is
//! settled by a lock that the server gives to one connection at a time; correctness does not rest on it.

use std::{
    collections::VecDeque,
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

const UNNUMBERED: &str = "SELECT position FROM event WHERE number IS NULL AND position > $1 LIMIT 1";
const NEWEST: &str = "SELECT COALESCE(MAX(position), 0) AS position FROM event";
const LAST: &str = "SELECT value FROM counter WHERE name = 'event'";
const LAST_LOCKED: &str = "SELECT value FROM counter WHERE name = 'event' FOR UPDATE";
const NUMBER: &str = "UPDATE event SET number = numbered.number
    FROM (SELECT position, $1 + ROW_NUMBER() OVER (ORDER BY position) AS number
          FROM event WHERE number IS NULL AND position > $2 ORDER BY position LIMIT 10000) AS numbered
    WHERE event.position = numbered.position";
const ADVANCE: &str = "UPDATE counter SET value = value + $1 WHERE name = 'event'";
const TRY_LEASE: &str = "SELECT pg_try_advisory_lock($1)::int4 AS leased";

/// A transaction that writes events ends within this time: what stood before it began has its numbers by then. What a longer one
/// brings is found by the next full look.
const SETTLED_AFTER: Duration = Duration::from_secs(5);
/// How often events are looked for from the very first on, all the same.
const FULL_LOOK_EVERY: Duration = Duration::from_mins(1);

/// From where on events may lack a number. The index of those without one keeps the places of all that it ever held until the server
/// cleans it; a look from its beginning costs more with every event.
struct Settled {
    before: i64,
    newest: VecDeque<(Instant, i64)>,
    looked_fully: Option<Instant>,
}

impl Settled {
    const fn new() -> Self {
        Self { before: 0, newest: VecDeque::new(), looked_fully: None }
    }

    /// The position after which to look now.
    fn look_after(&mut self, now: Instant) -> i64 {
        while let Some(&(_, position)) =
            self.newest.front().filter(|(at, _)| now.duration_since(*at) >= SETTLED_AFTER)
        {
            self.before = position;
            self.newest.pop_front();
        }
        if self.looked_fully.is_none_or(|at| now.duration_since(at) >= FULL_LOOK_EVERY) {
            self.looked_fully = Some(now);
            return 0;
        }
        self.before
    }

    /// `position` was the newest event that could be seen.
    fn note(&mut self, now: Instant, position: i64) {
        // Once a second is often enough.
        let last = self.newest.back().map(|(at, _)| now.duration_since(*at));
        if last.is_none_or(|since| since >= Duration::from_secs(1)) {
            self.newest.push_back((now, position));
        }
    }
}

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
        let mut settled = Settled::new();
        loop {
            // Looked at before the work, so that what is committed before the end is numbered.
            let last_round = self.stopped();
            if !leased && asked.is_none_or(|at| at.elapsed() >= ASK_EVERY) {
                asked = Some(Instant::now());
                let rows = connection.query(TRY_LEASE, params![LEASE]).await?;
                leased = rows.first().map_or(Ok(false), |row| row.flag("leased"))?;
            }
            let numbered = if leased { number(&connection, &mut settled).await? } else { 0 };
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
async fn number(connection: &Connection, settled: &mut Settled) -> Result<u64, StoreError> {
    let now = Instant::now();
    let after = settled.look_after(now);
    if connection.query(UNNUMBERED, params![after]).await?.is_empty() {
        return Ok(0);
    }
    connection.run("BEGIN").await?;
    let rows = connection.query(LAST_LOCKED, &[]).await?;
    let last = rows
        .first()
        .ok_or_else(|| StoreError::corrupt("the counter of events is missing"))?
        .integer("value")?;
    let numbered = connection.execute(NUMBER, params![last, after]).await?;
    connection.execute(ADVANCE, params![numbered as i64]).await?;
    let newest = connection.query(NEWEST, &[]).await?;
    connection.run("COMMIT").await?;
    if let Some(row) = newest.first() {
        settled.note(now, row.integer("position")?);
    }
    Ok(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_looked_for_where_some_may_lack_a_number_and_now_and_then_everywhere() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut settled = Settled::new();
        assert_eq!(settled.look_after(at(0)), 0, "from the beginning at first");
        settled.note(at(0), 10);
        assert_eq!(settled.look_after(at(4)), 0, "a transaction may still run");
        assert_eq!(settled.look_after(at(6)), 10);
        settled.note(at(20), 20);
        assert_eq!(settled.look_after(at(24)), 10);
        assert_eq!(settled.look_after(at(26)), 20);
        assert_eq!(settled.look_after(at(61)), 0, "all of it once a minute");
        assert_eq!(settled.look_after(at(62)), 20);
    }
}
