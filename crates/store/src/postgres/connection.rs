//! A connection that speaks the portable values.
//!
//! What awaits the driver is boxed, so that it is compiled here and not once more in every unit of work.

use std::{
    collections::HashMap,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::BytesMut;
use futures_util::future::{BoxFuture, join_all};
use tokio_postgres::{
    Client, Config, NoTls, Statement as Prepared,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

use crate::{
    error::StoreError,
    tx::Statement,
    value::{Columns, Param, Row, Value},
};

/// No statement may hold others up for longer: in milliseconds.
const LIMITS: &str =
    "-c statement_timeout=30000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000";
/// How many statements are on their way at once; what is joined keeps its order up to here.
const PIPELINE: usize = 16;

/// A connection with the statements that were prepared on it.
pub(crate) struct Connection {
    client: Client,
    /// By the address of the statement's text, which is static.
    prepared: Mutex<HashMap<usize, (Prepared, Columns)>>,
}

impl Connection {
    pub(crate) fn open(config: &Config) -> BoxFuture<'_, Result<Self, StoreError>> {
        Box::pin(Self::connect(config))
    }

    async fn connect(config: &Config) -> Result<Self, StoreError> {
        let mut config = config.clone();
        let options = config.get_options().map_or_else(|| LIMITS.to_owned(), |set| format!("{LIMITS} {set}"));
        config.options(options);
        if config.get_application_name().is_none() {
            config.application_name("zhanggui");
        }
        let (client, connection) =
            config.connect(NoTls).await.map_err(|error| match StoreError::from(error) {
                StoreError::Driver(source) => StoreError::Unavailable(source),
                other => other,
            })?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "a connection to the database ended");
            }
        });
        Ok(Self { client, prepared: Mutex::new(HashMap::new()) })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Statements without values: `BEGIN`, `COMMIT`, migrations.
    pub(crate) fn run(&self, sql: &'static str) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { Ok(self.client.batch_execute(sql).await?) })
    }

    pub(crate) fn query<'a>(
        &'a self,
        sql: &'static str,
        params: &'a [Param<'_>],
    ) -> BoxFuture<'a, Result<Vec<Row>, StoreError>> {
        Box::pin(async move {
            let prepared = self.prepare(sql).await?;
            self.query_prepared(&prepared, params).await
        })
    }

    pub(crate) fn execute<'a>(
        &'a self,
        sql: &'static str,
        params: &'a [Param<'_>],
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move {
            let prepared = self.prepare(sql).await?;
            self.execute_prepared(&prepared, params).await
        })
    }

    /// Statements in order, without waiting for one before sending the next.
    pub(crate) fn batch<'a>(
        &'a self,
        statements: &'a [Statement<'_>],
    ) -> BoxFuture<'a, Result<Vec<u64>, StoreError>> {
        Box::pin(async move {
            let prepared = self.prepare_all(statements).await?;
            let mut changed = Vec::with_capacity(statements.len());
            for (statements, prepared) in statements.chunks(PIPELINE).zip(prepared.chunks(PIPELINE)) {
                let running = statements.iter().zip(prepared);
                let running = running.map(|((_, params), prepared)| self.execute_prepared(prepared, params));
                for result in join_all(running).await {
                    changed.push(result?);
                }
            }
            Ok(changed)
        })
    }

    /// Likewise, for statements that give rows.
    pub(crate) fn query_batch<'a>(
        &'a self,
        statements: &'a [Statement<'_>],
    ) -> BoxFuture<'a, Result<Vec<Vec<Row>>, StoreError>> {
        Box::pin(async move {
            let prepared = self.prepare_all(statements).await?;
            let mut found = Vec::with_capacity(statements.len());
            for (statements, prepared) in statements.chunks(PIPELINE).zip(prepared.chunks(PIPELINE)) {
                let running = statements.iter().zip(prepared);
                let running = running.map(|((_, params), prepared)| self.query_prepared(prepared, params));
                for result in join_all(running).await {
                    found.push(result?);
                }
            }
            Ok(found)
        })
    }

    async fn prepare_all(
        &self,
        statements: &[Statement<'_>],
    ) -> Result<Vec<(Prepared, Columns)>, StoreError> {
        let mut prepared = Vec::with_capacity(statements.len());
        for (sql, _) in statements {
            prepared.push(self.prepare(sql.postgres).await?);
        }
        Ok(prepared)
    }

    async fn prepare(&self, sql: &'static str) -> Result<(Prepared, Columns), StoreError> {
        let key = sql.as_ptr().addr();
        let known = self.prepared.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let statement = self.client.prepare(sql).await?;
        let columns: Columns = statement.columns().iter().map(|column| Box::from(column.name())).collect();
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(prepared.entry(key).or_insert((statement, columns)).clone())
    }

    async fn query_prepared(
        &self,
        (statement, columns): &(Prepared, Columns),
        params: &[Param<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let rows = self.client.query(statement, &values(params)?).await?;
        rows.iter().map(|row| read(row, columns)).collect()
    }

    async fn execute_prepared(
        &self,
        (statement, _): &(Prepared, Columns),
        params: &[Param<'_>],
    ) -> Result<u64, StoreError> {
        Ok(self.client.execute(statement, &values(params)?).await?)
    }
}

fn values<'a>(params: &'a [Param<'a>]) -> Result<Vec<&'a (dyn ToSql + Sync)>, StoreError> {
    params.iter().map(|param| param.check().map(|()| param as &(dyn ToSql + Sync))).collect()
}

fn read(row: &tokio_postgres::Row, columns: &Columns) -> Result<Row, StoreError> {
    let mut values = Vec::with_capacity(row.len());
    for (index, column) in row.columns().iter().enumerate() {
        let value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.map(Value::Integer),
            Type::INT4 => row.try_get::<_, Option<i32>>(index)?.map(|value| Value::Integer(value.into())),
            _ => row.try_get::<_, Option<String>>(index)?.map(Value::Text),
        };
        values.push(value.unwrap_or(Value::Null));
    }
    Ok(Row::new(Arc::clone(columns), values))
}

impl ToSql for Param<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            // The server may take a parameter for a narrower integer than the column's.
            Self::Integer(value) => match *kind {
                Type::INT8 => value.to_sql(kind, out),
                Type::INT4 => i32::try_from(*value)?.to_sql(kind, out),
                _ => Err(format!("an integer for a parameter of type {kind}").into()),
            },
            Self::Text(text) => text.as_ref().to_sql(kind, out),
            Self::Integers(values) => values.to_sql(kind, out),
            Self::Texts(values) => values.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
