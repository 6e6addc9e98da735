//! What is counted of events. Events are the record; runs of them are sealed, so that a month is read in few rows.

use domain::{
    Timestamp,
    insight::{Observation, OrderOfContact},
    order::OrderLine,
};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    error::StoreError,
    sql::insight as sql,
    value::{json, params},
};

/// What is counted of a run of events.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservationChunk {
    /// The numbers of the first and the last event of the run, both included.
    pub first: i64,
    pub last: i64,
    /// The earliest and the latest time of its events.
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// By rising number.
    pub observations: Vec<Observation>,
}

impl Store {
    /// The number of the last event that is sealed; zero where none is.
    pub fn sealed_observations(&self) -> BoxFuture<'_, Result<i64, StoreError>> {
        self.read((), |tx, ()| {
            Box::pin(async move {
                tx.query_one(sql::SEALED, &[]).await?.map_or(Ok(0), |row| row.integer("sealed"))
            })
        })
    }

    /// Seals a run of events. The same run again changes nothing.
    pub fn seal_observations(&self, chunk: ObservationChunk) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let text = json(&chunk.observations)?;
            self.write((chunk, text), |tx, (chunk, text)| {
                Box::pin(async move {
                    let values = params![chunk.first, chunk.last, chunk.first_at, chunk.last_at, text];
                    tx.execute(sql::SEAL, values).await.map(drop)
                })
            })
            .await
        })
    }

    /// The first sealed run after the one that begins with the event `after`, of those that have an event from `from` on and one
    /// before `to`.
    pub fn next_observations(
        &self,
        from: Timestamp,
        to: Timestamp,
        after: i64,
    ) -> BoxFuture<'_, Result<Option<ObservationChunk>, StoreError>> {
        self.read((from, to, after), |tx, (from, to, after)| {
            Box::pin(async move {
                let Some(row) = tx.query_one(sql::NEXT_CHUNK, params![*from, *to, *after]).await? else {
                    return Ok(None);
                };
                Ok(Some(ObservationChunk {
                    first: row.integer("first_number")?,
                    last: row.integer("last_number")?,
                    first_at: row.time("first_at")?,
                    last_at: row.time("last_at")?,
                    observations: row.json("observations")?,
                }))
            })
        })
    }

    /// Orders dated from one ISO date to another, both included, once for each contact whose they are, by date.
    pub fn orders_of_contacts(
        &self,
        first: String,
        last: String,
    ) -> BoxFuture<'_, Result<Vec<OrderOfContact>, StoreError>> {
        self.read((first, last), |tx, (first, last)| {
            Box::pin(async move {
                let rows = tx.query(sql::ORDERS_OF_CONTACTS, params![&**first, &**last]).await?;
                let order = |row: &crate::value::Row| {
                    let lines: Vec<OrderLine> = row.json("lines")?;
                    Ok(OrderOfContact {
                        contact: row.id("contact_id")?,
                        date: row.text("date")?,
                        products: lines.into_iter().map(|line| line.product).collect(),
                    })
                };
                rows.iter().map(order).collect()
            })
        })
    }
}
