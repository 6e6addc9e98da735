//! The handle to an open database.

use std::{path::PathBuf, sync::Arc};

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::{
    OpenError,
    database::{Database, Work},
    error::StoreError,
    postgres,
    sql::people,
    sqlite::{self, Location},
};

/// Where the database lies and how much may wait for it.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// `sqlite:///absolute/path`, `sqlite://relative/path`, `sqlite::memory:` or `postgres://…`.
    pub url: String,
    /// Names this process in the leases that it takes.
    pub node: String,
    /// Writes that may wait; one more is refused as [`StoreError::Overloaded`].
    pub queue: usize,
    /// Read-only connections on SQLite; the size of the pool on PostgreSQL.
    pub readers: usize,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { url: "sqlite::memory:".into(), node: "local".into(), queue: 8_192, readers: 4 }
    }
}

/// One database, with every use case as a method. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) database: Database,
    pub(crate) node: Arc<str>,
    pub(crate) events: watch::Receiver<i64>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("dialect", &self.dialect_name()).finish_non_exhaustive()
    }
}

enum Url {
    Sqlite(Location),
    Postgres(String),
}

impl Store {
    /// Opens the database, brings its schema up to date and starts what runs beside it.
    pub async fn open(options: &StoreOptions) -> Result<Self, OpenError> {
        let StoreOptions { url, node, queue, readers } = options;
        let (database, events) = match parse(url)? {
            Url::Sqlite(location) => {
                let (database, events) = sqlite::Database::open(&location, *queue, *readers)?;
                (Database::Sqlite(database), events)
            }
            Url::Postgres(url) => {
                let (database, events) = postgres::Database::open(&url, node, *queue, *readers).await?;
                (Database::Postgres(database), events)
            }
        };
        Ok(Self { inner: Arc::new(Inner { database, node: node.as_str().into(), events }) })
    }

    /// Opens a database that may be another process's at work, to read it and nothing else: every write is refused. Its schema must be
    /// this version's.
    pub async fn open_to_read(options: &StoreOptions) -> Result<Self, OpenError> {
        let StoreOptions { url, node, queue, readers } = options;
        let database = match parse(url)? {
            Url::Sqlite(location) => Database::Sqlite(sqlite::Database::open_to_read(&location, *readers)?),
            Url::Postgres(url) => {
                Database::Postgres(postgres::Database::open_to_read(&url, *queue, *readers).await?)
            }
        };
        let (_, events) = watch::channel(0);
        Ok(Self { inner: Arc::new(Inner { database, node: node.as_str().into(), events }) })
    }

    /// Finishes what is queued and lets go of the database. Later writes are [`StoreError::Unavailable`].
    pub fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            match &self.inner.database {
                Database::Sqlite(database) => database.close().await,
                Database::Postgres(database) => database.close().await,
            }
        })
    }

    /// `sqlite` or `postgres`.
    pub fn dialect_name(&self) -> &'static str {
        match &self.inner.database {
            Database::Sqlite(_) => "sqlite",
            Database::Postgres(_) => "postgres",
        }
    }

    /// Proves that writing works by committing a tiny write.
    pub fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write((), |tx, ()| Box::pin(async move { tx.execute(people::READY, &[]).await.map(drop) }))
    }

    pub(crate) fn write<I, T, F>(&self, input: I, work: F) -> BoxFuture<'_, Result<T, StoreError>>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: Work<I, T>,
    {
        Box::pin(self.inner.database.write(input, work))
    }

    pub(crate) fn read<I, T, F>(&self, input: I, work: F) -> BoxFuture<'_, Result<T, StoreError>>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: Work<I, T>,
    {
        Box::pin(self.inner.database.read(input, work))
    }
}

fn parse(url: &str) -> Result<Url, OpenError> {
    if url == "sqlite::memory:" {
        return Ok(Url::Sqlite(Location::Memory));
    }
    if let Some(path) = url.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
        return Ok(Url::Sqlite(Location::File(PathBuf::from(path))));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Url::Postgres(url.to_owned()));
    }
    Err(OpenError::Url(without_password(url)))
}

/// A URL as it may be shown.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_a_file_memory_or_a_server() {
        let path = |url| match parse(url) {
            Ok(Url::Sqlite(Location::File(path))) => path.display().to_string(),
            Ok(Url::Sqlite(Location::Memory)) => "memory".into(),
            Ok(Url::Postgres(url)) => url,
            Err(error) => error.to_string(),
        };
        assert_eq!(path("sqlite:///var/lib/desk.db"), "/var/lib/desk.db");
        assert_eq!(path("sqlite://data/desk.db"), "data/desk.db");
        assert_eq!(path("sqlite::memory:"), "memory");
        assert_eq!(path("postgres://localhost/desk"), "postgres://localhost/desk");
        assert!(path("mysql://root:secret@host/db").contains("mysql://…@host/db"));
        assert!(path("sqlite://").contains("is not a database URL"));
    }
}
