//! The feed of what happened: numbered without a gap in the order in which readers may see it.

use domain::{
    Timestamp,
    event::{Event, EventKind, NewEvent},
};
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::{
    Store,
    database::Database,
    error::StoreError,
    sql::event as sql,
    tx::{Statement, statement},
    value::{Row, json, params},
};

impl Store {
    /// Events after `number`, oldest first.
    pub fn events_since(&self, number: i64, limit: usize) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        Box::pin(async move {
            // A number is a cursor for whoever reads it: on SQLite one that is not on the disk yet could be given out twice.
            let newest = match &self.inner.database {
                Database::Sqlite(_) => *self.inner.events.borrow(),
                Database::Postgres(_) => i64::MAX,
            };
            let events = self.read((number, limit as i64), |tx, (number, limit)| {
                Box::pin(async move {
                    let rows = tx.query(sql::SINCE, params![*number, *limit]).await?;
                    rows.iter().map(read).collect::<Result<Vec<_>, _>>()
                })
            });
            let mut events = events.await?;
            events.retain(|event| event.number <= newest);
            Ok(events)
        })
    }

    /// The numbers of the oldest and the newest event that are kept; zero where there is none.
    pub fn event_bounds(&self) -> BoxFuture<'_, Result<(i64, i64), StoreError>> {
        self.read((), |tx, ()| {
            Box::pin(async move {
                let row = tx.query_one(sql::BOUNDS, &[]).await?;
                row.map_or(Ok((0, 0)), |row| Ok((row.integer("first")?, row.integer("last")?)))
            })
        })
    }

    /// Hears the number of the newest event each time one may be read.
    pub fn watch_events(&self) -> watch::Receiver<i64> {
        self.inner.events.clone()
    }

    /// Records events that belong to no other use case.
    pub fn append_events(&self, events: Vec<NewEvent>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write(events, |tx, events| {
            Box::pin(async move {
                let statements = events.iter().map(insert).collect::<Result<Vec<_>, _>>()?;
                tx.batch(&statements).await.map(drop)
            })
        })
    }

    /// Forgets the oldest events that came before `before` and are counted for the figures, at most `limit` of them. The newest one always
    /// stays. Gives how many went.
    pub fn prune_events(&self, before: Timestamp, limit: usize) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write((before, limit as i64), |tx, (before, limit)| {
            Box::pin(async move { tx.execute(sql::PRUNE, params![*before, *limit]).await })
        })
    }
}

/// The statement that commits an event, still without a number.
pub(crate) fn insert(event: &NewEvent) -> Result<Statement<'_>, StoreError> {
    let NewEvent { id, kind, conversation, contact, data, at } = event;
    Ok(statement(sql::INSERT, params![*id, kind.name(), *conversation, *contact, json(data)?, *at]))
}

fn read(row: &Row) -> Result<Event, StoreError> {
    Ok(Event {
        number: row.integer("number")?,
        event: NewEvent {
            id: row.id("id")?,
            kind: row.named("kind", EventKind::from_name)?,
            conversation: row.optional_id("conversation_id")?,
            contact: row.optional_id("contact_id")?,
            data: row.json("data")?,
            at: row.time("at")?,
        },
    })
}
