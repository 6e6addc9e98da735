//! Makes committed groups durable, one sync of the log for each, while the writer already runs the next group.
//!
//! SQLite itself syncs the log only before it moves it into the database (`synchronous=NORMAL`). The sync after each commit is made
//! here, and nobody is answered before it: the same promise as `synchronous=FULL`, without the writer waiting for the disk.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Instant,
};

use tokio::sync::watch;

use super::writer::Job;
use crate::error::StoreError;

/// Syncs the log's file.
pub(super) type SyncLog = Box<dyn FnMut() -> io::Result<()> + Send>;

/// A group that is committed but not yet on the disk.
pub(super) struct Group {
    pub(super) jobs: Vec<Box<dyn Job>>,
    /// The number of the newest event as of this group.
    pub(super) last_event: i64,
}

impl Group {
    /// Tells everybody; where the group was lost, with that.
    pub(super) fn answer(self, lost: Option<&StoreError>, events: &watch::Sender<i64>) {
        if lost.is_none() {
            events.send_if_modified(|known| std::mem::replace(known, self.last_event) != self.last_event);
        }
        for job in self.jobs {
            job.answer(lost);
        }
    }
}

/// The way to the thread that syncs.
pub(super) struct Syncer {
    groups: SyncSender<Group>,
    thread: thread::JoinHandle<()>,
    /// Groups that are handed over and not answered yet.
    underway: Arc<AtomicUsize>,
    /// A sync failed. What the system still held may be lost then, and a later sync would not tell.
    failed: Arc<AtomicBool>,
}

impl Syncer {
    pub(super) fn start(sync: SyncLog, events: watch::Sender<i64>) -> io::Result<Self> {
        // No room between the two: while a group is synced the next one runs, and what comes after that waits to be grouped.
        let (groups, committed) = sync_channel(0);
        let underway = Arc::new(AtomicUsize::new(0));
        let failed = Arc::new(AtomicBool::new(false));
        let seen = (Arc::clone(&underway), Arc::clone(&failed));
        let thread = thread::Builder::new().name("store-sync".into()).spawn(move || {
            let (underway, failed) = seen;
            run(sync, &committed, &events, &underway, &failed);
        })?;
        Ok(Self { groups, thread, underway, failed })
    }

    /// Gives away a committed group once the one before it is on the disk; its jobs are answered after its own sync.
    pub(super) fn hand_over(&self, group: Group) {
        self.underway.fetch_add(1, Ordering::Relaxed);
        if let Err(returned) = self.groups.send(group) {
            let gone = StoreError::unavailable("the thread that syncs the database has ended");
            for job in returned.0.jobs {
                job.answer(Some(&gone));
            }
        }
    }

    /// Whether a group that is handed over now is synced at once.
    pub(super) fn is_idle(&self) -> bool {
        self.underway.load(Ordering::Relaxed) == 0
    }

    /// Whether a sync failed since the last call of [`Self::mended`].
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }

    /// All that was committed has been written out anew.
    pub(super) fn mended(&self) {
        self.failed.store(false, Ordering::SeqCst);
    }

    /// Waits until all that was handed over is answered.
    pub(super) fn finish(self) {
        drop(self.groups);
        if self.thread.join().is_err() {
            tracing::error!("the thread that syncs the database panicked");
        }
    }
}

fn run(
    mut sync: SyncLog,
    committed: &Receiver<Group>,
    events: &watch::Sender<i64>,
    underway: &AtomicUsize,
    failed: &AtomicBool,
) {
    while let Ok(group) = committed.recv() {
        let started = Instant::now();
        let synced = sync();
        metrics::histogram!("store_sync_seconds").record(started.elapsed().as_secs_f64());
        let lost = synced.err().map(|error| {
            tracing::error!(%error, units = group.jobs.len(), "the database's log could not be synced");
            failed.store(true, Ordering::SeqCst);
            StoreError::unavailable("the disk did not confirm the write; nothing of it is certain")
        });
        group.answer(lost.as_ref(), events);
        underway.fetch_sub(1, Ordering::Relaxed);
    }
}
