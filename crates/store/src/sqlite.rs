//! The embedded database: one writer thread, a few read-only connections, one process per file.

mod connection;
mod log;
mod open;
mod sync;
#[cfg(test)]
mod tests;
mod writer;

use std::{
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::{oneshot, watch};

pub(crate) use connection::Connection;

use crate::{database::Work, error::StoreError, tx::Tx};

/// An open file, or a private one for `sqlite::memory:`.
pub(crate) struct Database {
    /// None where the file was opened to be read only.
    writer: Option<writer::Writer>,
    readers: Vec<Mutex<Connection>>,
    next_reader: AtomicUsize,
}

/// Where the database lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    File(PathBuf),
    /// Lives in memory; readers share the writer's connection.
    Memory,
}

impl Database {
    pub(crate) fn open(
        location: &Location,
        queue: usize,
        readers: usize,
    ) -> Result<(Self, watch::Receiver<i64>), crate::OpenError> {
        Self::start(open::open(location, readers)?, queue, open::sync_log)
    }

    fn start(
        mut opened: open::Opened,
        queue: usize,
        sync_log: impl FnOnce(&open::LockedFile) -> Result<sync::SyncLog, crate::OpenError>,
    ) -> Result<(Self, watch::Receiver<i64>), crate::OpenError> {
        let writer = &mut opened.writer;
        let start = |(file, mover)| {
            let sync = sync_log(&file)?;
            Ok::<_, crate::OpenError>((log::Log::start(file, writer, mover)?, sync))
        };
        let file = opened.file.map(start).transpose()?;
        let (writer, events) = writer::Writer::start(opened.writer, file, queue)?;
        let readers = opened.readers.into_iter().map(Mutex::new).collect();
        Ok((Self { writer: Some(writer), readers, next_reader: AtomicUsize::new(0) }, events))
    }

    /// Opens a file beside whoever has it, without its lock: nothing can be written.
    pub(crate) fn open_to_read(location: &Location, readers: usize) -> Result<Self, crate::OpenError> {
        let readers = open::open_to_read(location, readers)?.into_iter().map(Mutex::new).collect();
        Ok(Self { writer: None, readers, next_reader: AtomicUsize::new(0) })
    }

    /// Runs a unit of work in the writer's next group and answers once the group is durable.
    pub(crate) async fn write<I, T, F>(&self, input: I, work: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: Work<I, T>,
    {
        let (answer, answered) = oneshot::channel();
        let writer =
            self.writer.as_ref().ok_or_else(|| StoreError::driver("the database is open to be read only"))?;
        writer.submit(writer::Message::Unit(Box::new(writer::UnitJob::new(input, work, answer))))?;
        answered.await.unwrap_or_else(|_| Err(StoreError::unavailable("the database was closed")))
    }

    /// Reads on one of the read-only connections. These are microseconds, so that no thread is changed.
    pub(crate) async fn read<I, T, F>(&self, input: I, work: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: Work<I, T>,
    {
        if self.readers.is_empty() {
            return self.write(input, work).await;
        }
        self.read_here(&input, &work)
    }

    fn read_here<I, T, F: Work<I, T>>(&self, input: &I, work: &F) -> Result<T, StoreError> {
        let free = self.readers.iter().find_map(|reader| reader.try_lock().ok());
        let mut reader = free.unwrap_or_else(|| {
            let turn = self.next_reader.fetch_add(1, Ordering::Relaxed) % self.readers.len();
            self.readers[turn].lock().unwrap_or_else(PoisonError::into_inner)
        });
        if reader.in_transaction() {
            // The end of the read before this one failed.
            reader.execute("ROLLBACK", &[])?;
        }
        reader.execute("BEGIN", &[])?;
        let mut tx = Tx::Sqlite(&mut reader);
        let result = writer::poll_unit(|| work(&mut tx, input));
        // A reader changes nothing: committing only ends its view of the database.
        reader.execute("COMMIT", &[])?;
        result
    }

    pub(crate) async fn close(&self) {
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }
}
