//! The one thread that writes: it drains what has queued up into one transaction and answers after the commit.
//!
//! A unit that fails or panics takes nothing of its neighbours with it. What is acknowledged is on the disk ([`super::sync`]); what waits
//! meanwhile makes up the next group.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    Connection,
    log::Log,
    sync::{Group, SyncLog, Syncer},
};
use crate::{database::Work, error::StoreError, tx::Tx};

/// The most units in one group.
const GROUP: usize = 256;
/// A group that has run for so long is committed as soon as the disk is free: those in it need not wait for those behind them.
const STRETCH: Duration = Duration::from_millis(2);

pub(super) enum Message {
    Unit(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

/// A unit of work whose result type is hidden from the writer.
pub(super) trait Job: Send {
    /// Nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    /// Runs the unit and keeps its result. Gives the kind of failure, if it failed.
    fn run(&mut self, connection: &mut Connection) -> Result<(), StoreError>;
    /// Answers with the kept result; where the group was lost, with that.
    fn answer(self: Box<Self>, lost: Option<&StoreError>);
}

pub(super) struct UnitJob<I, T, F> {
    input: I,
    work: F,
    result: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<I, T, F> UnitJob<I, T, F> {
    pub(super) fn new(input: I, work: F, answer: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self { input, work, result: None, answer }
    }
}

impl<I: Send + Sync, T: Send, F: Work<I, T>> Job for UnitJob<I, T, F> {
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        let mut tx = Tx::Sqlite(connection);
        let result = poll_unit(|| (self.work)(&mut tx, &self.input));
        let verdict = result.as_ref().map(drop).map_err(Clone::clone);
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, lost: Option<&StoreError>) {
        let unanswered = || Err(StoreError::unavailable("the unit did not run"));
        let result = match (self.result, lost) {
            // A unit that failed by itself keeps its own error.
            (Some(Err(error)), _) => Err(error),
            (_, Some(error)) => Err(error.clone()),
            (result, None) => result.unwrap_or_else(unanswered),
        };
        // Whoever asked may have gone away; what is committed stays committed.
        let _gone = self.answer.send(result);
    }
}

/// Polls a unit to its end. One that awaits anything but its own statements would hold up everybody: that is a mistake, and an error.
pub(super) fn poll_unit<'a, T: 'a>(
    start: impl FnOnce() -> BoxFuture<'a, Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let run = || {
        let mut context = Context::from_waker(Waker::noop());
        match start().as_mut().poll(&mut context) {
            Poll::Ready(result) => result,
            Poll::Pending => {
                Err(StoreError::driver("a unit of work awaited something else than its statements"))
            }
        }
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        tracing::error!(panic = text, "a unit of work panicked; it was rolled back");
        Err(StoreError::driver(format!("a unit of work panicked: {text}")))
    })
}

/// The database rolled everything back by itself, the units before the failed one too.
fn lost(failure: &StoreError) -> StoreError {
    match failure {
        StoreError::DiskFull => StoreError::DiskFull,
        _ => StoreError::unavailable("the transaction was lost; nothing of it was written"),
    }
}

/// The way to the writer thread.
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        file: Option<(Log, SyncLog)>,
        queue: usize,
    ) -> Result<(Self, watch::Receiver<i64>), crate::OpenError> {
        let failed = |source| crate::OpenError::File {
            action: "start the writer of",
            path: "the database".into(),
            source,
        };
        let (sender, receiver) = mpsc::channel(queue.max(1));
        let (last_event, events) = watch::channel(0);
        let (log, sync) = file.unzip();
        let syncer = sync.map(|sync| Syncer::start(sync, last_event.clone())).transpose().map_err(failed)?;
        let mut state = State { connection, log, syncer, last_event };
        let newest = state.newest_event()?;
        state.last_event.send_replace(newest);
        let writer = thread::Builder::new().name("store-writer".into());
        writer.spawn(move || state.run(receiver)).map_err(failed)?;
        Ok((Self { queue: sender }, events))
    }

    /// Queues a unit, or says that too many wait already.
    pub(super) fn submit(&self, message: Message) -> Result<(), StoreError> {
        self.queue.try_send(message).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => StoreError::unavailable("the database is closed"),
        })
    }

    /// How many wait.
    #[cfg(test)]
    pub(super) fn depth(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Finishes what is queued, then lets go of the file.
    pub(super) async fn close(&self) {
        let (closed, done) = oneshot::channel();
        if self.queue.send(Message::Close(closed)).await.is_ok() {
            // An error means that the thread is gone, which is what was asked for.
            let _gone = done.await;
        }
    }
}

struct State {
    connection: Connection,
    /// None in memory.
    log: Option<Log>,
    /// None in memory, where a commit is all there is.
    syncer: Option<Syncer>,
    last_event: watch::Sender<i64>,
}

impl State {
    fn run(mut self, mut queue: mpsc::Receiver<Message>) {
        let mut closing = None;
        let mut waiting = Vec::new();
        loop {
            let wait = waiting.is_empty() && closing.is_none();
            let mut next = if wait { queue.blocking_recv() } else { queue.try_recv().ok() };
            while let Some(message) = next {
                match message {
                    Message::Unit(job) => waiting.push(job),
                    Message::Close(closed) => {
                        queue.close();
                        closing = Some(closed);
                    }
                }
                next = if waiting.len() < GROUP { queue.try_recv().ok() } else { None };
            }
            if waiting.is_empty() {
                break;
            }
            metrics::gauge!("store_queue_depth").set((queue.len() + waiting.len()) as f64);
            waiting = self.run_group(waiting);
            if let Some(log) = &mut self.log {
                log.after_group(&mut self.connection);
            }
        }
        self.finish();
        if let Some(closed) = closing {
            let _gone = closed.send(());
        }
    }

    /// Commits a group of the jobs and sees that they are answered. Gives those that are left for the next one.
    fn run_group(&mut self, mut jobs: Vec<Box<dyn Job>>) -> Vec<Box<dyn Job>> {
        jobs.retain(|job| !job.is_abandoned());
        if jobs.is_empty() {
            return jobs;
        }
        let started = Instant::now();
        let mut left = Vec::new();
        let committed = self.mend().and_then(|()| self.commit_group(&mut jobs, &mut left, started));
        metrics::histogram!("store_group_size").record(jobs.len() as f64);
        metrics::histogram!("store_commit_seconds").record(started.elapsed().as_secs_f64());
        let lost = committed.err();
        if let Some(error) = &lost {
            tracing::warn!(%error, units = jobs.len(), "a group of writes was rolled back");
        }
        let last_event = self.newest_event().unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot read the number of the last event");
            *self.last_event.borrow()
        });
        let group = Group { jobs, last_event };
        match &self.syncer {
            Some(syncer) if lost.is_none() => syncer.hand_over(group),
            _ => group.answer(lost.as_ref(), &self.last_event),
        }
        left
    }

    /// After a failed sync nobody knows what of the log is on the disk, and the system does not write it again. So all of it is written
    /// out once more, into the database, before anything else is promised.
    fn mend(&mut self) -> Result<(), StoreError> {
        let Some(syncer) = self.syncer.as_ref().filter(|syncer| syncer.has_failed()) else { return Ok(()) };
        let rows = self.connection.query("PRAGMA wal_checkpoint(TRUNCATE)", &[])?;
        if rows.first().map_or(Ok(true), |row| row.flag("busy"))? {
            return Err(StoreError::unavailable("the log cannot be written out while it is being read"));
        }
        syncer.mended();
        Ok(())
    }

    /// An error means that nothing of the group stands. What the group leaves is moved to `left`.
    ///
    /// Units rarely fail, and a savepoint has SQLite copy every page that a unit touches. So the group runs without any first; only
    /// where a unit failed is all of it taken back and run again, each unit behind a savepoint of its own.
    fn commit_group(
        &mut self,
        jobs: &mut Vec<Box<dyn Job>>,
        left: &mut Vec<Box<dyn Job>>,
        started: Instant,
    ) -> Result<(), StoreError> {
        if !self.transact(|state| state.run_together(jobs, left, started))? {
            self.transact(|state| state.run_apart(jobs).map(|()| true))?;
        }
        Ok(())
    }

    /// Commits where `run` gives `true`; else nothing of it stands.
    fn transact(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<bool, StoreError>,
    ) -> Result<bool, StoreError> {
        self.connection.execute("BEGIN IMMEDIATE", &[])?;
        let mut result = run(self);
        if matches!(result, Ok(true)) {
            result = self.connection.execute("COMMIT", &[]).map(|_| true);
        }
        if !matches!(result, Ok(true)) && self.connection.in_transaction() {
            self.connection.execute("ROLLBACK", &[])?;
        }
        result
    }

    /// Gives `false` at the first unit that fails. Stops early where the disk is free and the group has run for long.
    fn run_together(
        &mut self,
        jobs: &mut Vec<Box<dyn Job>>,
        left: &mut Vec<Box<dyn Job>>,
        started: Instant,
    ) -> Result<bool, StoreError> {
        let mut run = 0;
        while let Some(job) = jobs.get_mut(run) {
            if let Err(failure) = job.run(&mut self.connection) {
                return if self.connection.in_transaction() { Ok(false) } else { Err(lost(&failure)) };
            }
            run += 1;
            let disk_is_free = self.syncer.as_ref().is_some_and(Syncer::is_idle);
            if disk_is_free && started.elapsed() >= STRETCH {
                *left = jobs.split_off(run);
            }
        }
        Ok(true)
    }

    fn run_apart(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        for job in jobs {
            self.connection.execute("SAVEPOINT unit", &[])?;
            if let Err(failure) = job.run(&mut self.connection) {
                if !self.connection.in_transaction() {
                    return Err(lost(&failure));
                }
                self.connection.execute("ROLLBACK TO unit", &[])?;
            }
            self.connection.execute("RELEASE unit", &[])?;
        }
        Ok(())
    }

    /// The number of the newest event; zero without any.
    fn newest_event(&mut self) -> Result<i64, StoreError> {
        let rows = self.connection.query("SELECT MAX(number) AS last FROM event", &[])?;
        Ok(rows.first().map(|row| row.optional_integer("last")).transpose()?.flatten().unwrap_or(0))
    }

    fn finish(mut self) {
        if let Some(syncer) = self.syncer.take() {
            syncer.finish();
        }
        if let Some(log) = self.log.take() {
            log.finish(&mut self.connection);
        }
    }
}
