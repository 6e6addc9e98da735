//! The write-ahead log: moved into the database in the background, so that no commit waits for it, and kept from growing large.

use std::{
    fs,
    path::PathBuf,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use super::{Connection, open::LockedFile, open::wal_of};

/// When the log has grown by so many bytes, it is moved …
const GROWTH: u64 = 4 << 20;
/// … or after so many groups: a log that is written again from its start does not grow.
const GROUPS: u32 = 256;
/// From this size on the writer itself makes it empty. By then most of it has been moved, so that this is short.
const TOO_LARGE: u64 = 64 << 20;

pub(super) struct Log {
    path: PathBuf,
    mover: SyncSender<()>,
    thread: thread::JoinHandle<()>,
    /// The size and the number of groups when it was last to be moved.
    moved_at: u64,
    groups: u32,
    /// Released when the writer ends.
    _file: LockedFile,
}

impl Log {
    /// Starts moving the log with a connection of its own.
    pub(super) fn start(file: LockedFile, connection: Connection) -> std::io::Result<Self> {
        let (mover, asked) = sync_channel(1);
        let mover_thread = thread::Builder::new().name("store-checkpoint".into());
        let thread = mover_thread.spawn(move || run(connection, &asked))?;
        Ok(Self { path: wal_of(&file.path), mover, thread, moved_at: 0, groups: 0, _file: file })
    }

    pub(super) fn after_group(&mut self, writer: &mut Connection) {
        self.groups += 1;
        let size = fs::metadata(&self.path).map_or(0, |log| log.len());
        if size >= TOO_LARGE {
            self.truncate(writer);
        } else if size >= self.moved_at + GROWTH || (size >= GROWTH && self.groups >= GROUPS) {
            self.moved_at = size;
            self.groups = 0;
            // One that is asked already, or at work, is enough.
            let _asked = self.mover.try_send(());
        }
    }

    /// Ends the moving, leaves an empty log and lets go of the file.
    pub(super) fn finish(self, writer: &mut Connection) {
        let Self { mover, thread, _file: file, .. } = self;
        drop(mover);
        if thread.join().is_err() {
            tracing::error!("the thread that moves the log panicked");
        }
        empty(writer);
        drop(file);
    }

    /// Where readers or the mover are at work this does nothing, and the next group tries again.
    fn truncate(&mut self, writer: &mut Connection) {
        self.moved_at = 0;
        self.groups = 0;
        empty(writer);
    }
}

fn empty(writer: &mut Connection) {
    if let Err(error) = writer.query("PRAGMA wal_checkpoint(TRUNCATE)", &[]) {
        tracing::warn!(%error, "the log could not be moved into the database");
    }
}

fn run(mut connection: Connection, asked: &Receiver<()>) {
    while asked.recv().is_ok() {
        // Passive: it waits for nobody and nobody waits for it.
        if let Err(error) = connection.query("PRAGMA wal_checkpoint(PASSIVE)", &[]) {
            tracing::warn!(%error, "the log could not be moved into the database");
        }
    }
}
