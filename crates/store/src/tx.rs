//! The transaction that a unit of work writes in.

use crate::{
    dialect::Sql,
    error::StoreError,
    postgres, sqlite,
    value::{Param, Row},
};

/// A statement with its values, for [`Tx::batch`].
pub(crate) type Statement<'a> = (Sql, Vec<Param<'a>>);

/// A running transaction of either database.
pub(crate) enum Tx<'c> {
    Sqlite(&'c mut sqlite::Connection),
    Postgres(&'c postgres::Connection),
}

impl Tx<'_> {
    /// The rows of one statement.
    pub(crate) async fn query(
        &mut self,
        sql: impl Into<Sql>,
        params: &[Param<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let sql = sql.into();
        match self {
            Self::Sqlite(connection) => connection.query(sql.sqlite, params),
            Self::Postgres(connection) => connection.query(sql.postgres, params).await,
        }
    }

    /// The first row, if there is one.
    pub(crate) async fn query_one(
        &mut self,
        sql: impl Into<Sql>,
        params: &[Param<'_>],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, params).await?.into_iter().next())
    }

    /// How many rows one statement changed.
    pub(crate) async fn execute(
        &mut self,
        sql: impl Into<Sql>,
        params: &[Param<'_>],
    ) -> Result<u64, StoreError> {
        let sql = sql.into();
        match self {
            Self::Sqlite(connection) => connection.execute(sql.sqlite, params),
            Self::Postgres(connection) => connection.execute(sql.postgres, params).await,
        }
    }

    /// Statements of which none needs another's result, run in order: one round trip on PostgreSQL, a loop on SQLite.
    /// Gives the number of rows that each changed.
    pub(crate) async fn batch(&mut self, statements: &[Statement<'_>]) -> Result<Vec<u64>, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                statements.iter().map(|(sql, params)| connection.execute(sql.sqlite, params)).collect()
            }
            Self::Postgres(connection) => connection.batch(statements).await,
        }
    }

    /// Like [`Tx::batch`], for statements that give rows.
    pub(crate) async fn query_batch(
        &mut self,
        statements: &[Statement<'_>],
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                statements.iter().map(|(sql, params)| connection.query(sql.sqlite, params)).collect()
            }
            Self::Postgres(connection) => connection.query_batch(statements).await,
        }
    }
}

/// A statement for [`Tx::batch`]: `statement(SQL, params![…])`.
pub(crate) fn statement<'a>(sql: impl Into<Sql>, params: &[Param<'a>]) -> Statement<'a> {
    (sql.into(), params.to_vec())
}

/// The statement with its values, independent of where they came from.
pub(crate) fn into_owned((sql, params): Statement<'_>) -> Statement<'static> {
    (sql, params.into_iter().map(Param::into_owned).collect())
}
