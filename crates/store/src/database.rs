//! Either database behind one way to run units of work.

use futures_util::future::BoxFuture;

use crate::{error::StoreError, postgres, sqlite, tx::Tx};

/// A unit of work: statements on a transaction, and nothing else that anybody could notice, so that it can run again.
pub(crate) trait Work<I, T>:
    for<'a> Fn(&'a mut Tx<'_>, &'a I) -> BoxFuture<'a, Result<T, StoreError>> + Send + Sync + 'static
{
}

impl<I, T, F> Work<I, T> for F where
    F: for<'a> Fn(&'a mut Tx<'_>, &'a I) -> BoxFuture<'a, Result<T, StoreError>> + Send + Sync + 'static
{
}

pub(crate) enum Database {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

impl Database {
    /// Commits a unit of work.
    pub(crate) async fn write<I, T, F>(&self, input: I, work: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: Work<I, T>,
    {
        match self {
            Self::Sqlite(database) => database.write(input, work).await,
            Self::Postgres(database) => database.write(&input, &work).await,
        }
    }

    /// Runs a unit that changes nothing.
    pub(crate) async fn read<I, T, F>(&self, input: I, work: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: Work<I, T>,
    {
        match self {
            Self::Sqlite(database) => database.read(input, work).await,
            Self::Postgres(database) => database.read(&input, &work).await,
        }
    }
}
