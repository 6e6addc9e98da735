//! The one thread that writes: it drains what has queued up into one transaction and answers after the commit.
//!
//! A unit that fails or panics takes nothing of its neighbours with it. What is acknowledged is on the disk; what waits while the disk
//! syncs makes up the next group.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    task::{Context, Poll, Waker},
    thread,
    time::Instant,
};

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot, watch};

use super::{Connection, log::Log};
use crate::{database::Work, error::StoreError, tx::Tx};

/// The most units in one group.
const GROUP: usize = 256;
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
        log: Option<Log>,
        queue: usize,
    ) -> Result<(Self, watch::Receiver<i64>), crate::OpenError> {
        let (sender, receiver) = mpsc::channel(queue.max(1));
        let mut state = State { connection, log, last_event: watch::Sender::new(0) };
        let events = state.last_event.subscribe();
        state.publish_last_event()?;
        thread::Builder::new().name("store-writer".into()).spawn(move || state.run(receiver)).map_err(
            |source| crate::OpenError::File {
                action: "start the writer of",
                path: "the database".into(),
                source,
            },
        )?;
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
    last_event: watch::Sender<i64>,
}

impl State {
    fn run(mut self, mut queue: mpsc::Receiver<Message>) {
        let mut closing = None;
        while closing.is_none() {
            let Some(first) = queue.blocking_recv() else { break };
            let mut jobs = Vec::new();
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Unit(job) => jobs.push(job),
                    Message::Close(closed) => {
                        queue.close();
                        closing = Some(closed);
                    }
                }
                next = if jobs.len() < GROUP { queue.try_recv().ok() } else { None };
            }
            metrics::gauge!("store_queue_depth").set(queue.len() as f64);
            self.run_group(jobs);
            if let Some(log) = &mut self.log {
                log.after_group(&mut self.connection);
            }
        }
        while let Ok(message) = queue.try_recv() {
            if let Message::Unit(job) = message {
                self.run_group(vec![job]);
            }
        }
        self.finish();
        if let Some(closed) = closing {
            let _gone = closed.send(());
        }
    }

    fn run_group(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        jobs.retain(|job| !job.is_abandoned());
        if jobs.is_empty() {
            return;
        }
        metrics::histogram!("store_group_size").record(jobs.len() as f64);
        let started = Instant::now();
        let lost = self.commit_group(&mut jobs).err();
        metrics::histogram!("store_commit_seconds").record(started.elapsed().as_secs_f64());
        if let Some(error) = &lost {
            tracing::warn!(%error, units = jobs.len(), "a group of writes was rolled back");
        }
        for job in jobs {
            job.answer(lost.as_ref());
        }
        if let Err(error) = self.publish_last_event() {
            tracing::warn!(%error, "cannot read the number of the last event");
        }
    }

    /// An error means that nothing of the group stands.
    ///
    /// Units rarely fail, and a savepoint has SQLite copy every page that a unit touches. So the group runs without any first; only
    /// where a unit failed is all of it taken back and run again, each unit behind a savepoint of its own.
    fn commit_group(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        if !self.transact(|state| state.run_together(jobs))? {
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

    /// Gives `false` at the first unit that fails.
    fn run_together(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<bool, StoreError> {
        for job in jobs {
            if let Err(failure) = job.run(&mut self.connection) {
                return if self.connection.in_transaction() { Ok(false) } else { Err(lost(&failure)) };
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

    fn publish_last_event(&mut self) -> Result<(), StoreError> {
        let rows = self.connection.query("SELECT MAX(number) AS last FROM event", &[])?;
        let last = rows.first().map(|row| row.optional_integer("last")).transpose()?.flatten().unwrap_or(0);
        self.last_event.send_if_modified(|known| std::mem::replace(known, last) != last);
        Ok(())
    }

    fn finish(mut self) {
        if let Some(log) = self.log.take() {
            log.finish(&mut self.connection);
        }
    }
}
