//! The write-ahead log: moved into the database in the background, so that no commit waits for it, and begun anew before it is long.
//!
//! Its file keeps its size. Writing over what is there costs the file system nothing but the bytes, whereas a file that is cut and
//! grows again needs new blocks and a new size on the disk at every sync.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use super::{
    Connection,
    open::{BUSY, LockedFile},
};
use crate::error::StoreError;

/// Pages (4 KiB) by which the log grows before it is moved: pages written often are then moved once for many times.
const GROWTH: u32 = 4_096;
/// From so many pages on the log is begun anew as soon as nearly all of it has been moved …
const LONG: u32 = 8_192;
/// … and from so many on in any case.
const TOO_LONG: u32 = 32_768;

pub(super) struct Log {
    /// How many pages the log holds, as of the last commit.
    pages: Arc<AtomicU32>,
    mover: SyncSender<()>,
    /// Whether the mover is at work.
    moving: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
    /// How long the log was when it was last to be moved.
    moved_at: u32,
    /// No new beginning is tried below this length: somebody reads from the log.
    held_until: u32,
    /// Released when the writer ends.
    _file: LockedFile,
}

impl Log {
    /// Starts moving the log with a connection of its own.
    pub(super) fn start(
        file: LockedFile,
        writer: &mut Connection,
        mover: Connection,
    ) -> Result<Self, crate::OpenError> {
        let pages = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&pages);
        let hook = move |_log: &mut rusqlite::hooks::Wal, pages: i32| {
            seen.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        writer.raw_mut().wal_hook(Some(hook)).map_err(StoreError::from)?;
        let (asking, asked) = sync_channel(1);
        let moving = Arc::new(AtomicBool::new(false));
        let at_work = Arc::clone(&moving);
        let thread = thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || run(mover, &asked, &at_work))
            .map_err(|source| crate::OpenError::File {
                action: "start the threads for",
                path: "the database".into(),
                source,
            })?;
        Ok(Self { pages, mover: asking, moving, thread, moved_at: 0, held_until: 0, _file: file })
    }

    pub(super) fn after_group(&mut self, writer: &mut Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.moved_at {
            // The writer has begun anew, since all of it had been moved.
            self.begun_anew();
        }
        let idle = !self.moving.load(Ordering::Acquire);
        if pages >= self.held_until && (pages >= TOO_LONG || (pages >= LONG && idle && self.moved_at >= LONG))
        {
            match begin_anew(writer) {
                Ok(true) => {
                    self.pages.store(0, Ordering::Relaxed);
                    self.begun_anew();
                }
                Ok(false) => self.held_until = pages.saturating_add(GROWTH),
                Err(error) => {
                    self.held_until = pages.saturating_add(GROWTH);
                    tracing::warn!(%error, "the log could not be moved into the database");
                }
            }
        } else if pages >= self.moved_at.saturating_add(GROWTH) {
            self.moved_at = pages;
            self.moving.store(true, Ordering::Release);
            // One that is asked already, or at work, is enough.
            let _asked = self.mover.try_send(());
        }
    }

    fn begun_anew(&mut self) {
        self.moved_at = 0;
        self.held_until = 0;
    }

    /// Ends the moving, leaves an empty log and lets go of the file.
    pub(super) fn finish(self, writer: &mut Connection) {
        let Self { mover, thread, _file: file, .. } = self;
        drop(mover);
        if thread.join().is_err() {
            tracing::error!("the thread that moves the log panicked");
        }
        if let Err(error) = writer.query("PRAGMA wal_checkpoint(TRUNCATE)", &[]) {
            tracing::warn!(%error, "the log could not be moved into the database");
        }
        drop(file);
    }
}

/// Moves what is left, so that the next commit writes over the log from its start. Where somebody reads from the log this gives `false`
/// at once: nobody's commit waits for a backup.
fn begin_anew(writer: &mut Connection) -> Result<bool, StoreError> {
    writer.raw().busy_timeout(Duration::ZERO)?;
    let rows = writer.query("PRAGMA wal_checkpoint(RESTART)", &[]);
    writer.raw().busy_timeout(BUSY)?;
    rows?.first().map_or(Ok(false), |row| Ok(!row.flag("busy")?))
}

fn run(mut connection: Connection, asked: &Receiver<()>, moving: &AtomicBool) {
    while asked.recv().is_ok() {
        moving.store(true, Ordering::Release);
        // Passive: it waits for nobody and nobody waits for it.
        if let Err(error) = connection.query("PRAGMA wal_checkpoint(PASSIVE)", &[]) {
            tracing::warn!(%error, "the log could not be moved into the database");
        }
        moving.store(false, Ordering::Release);
    }
}
