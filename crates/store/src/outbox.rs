//! What must still be delivered. Nothing is sent that is not here.

use domain::{
    Timestamp,
    id::{ConversationId, OutboxId},
    outbox::{Delivery, OutboxEntry, OutboxStatus},
};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    error::StoreError,
    sql::outbox as sql,
    tx::{Statement, statement},
    value::{Row, json, params},
};

/// How long an entry that was handed out stays out of sight of other nodes. One that is not marked by then is handed out again.
const HANDED_OUT_MS: i64 = 60_000;

/// How much waits to be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxStats {
    pub pending: i64,
    /// Milliseconds since the oldest pending entry was made; zero where nothing is pending.
    pub oldest_age_ms: i64,
}

impl Store {
    /// Hands out what is due. What is too old becomes `expired` and what was written under a former owner `superseded` at this moment;
    /// neither is handed out. An entry handed out is not handed out again, to any node, for a minute.
    pub fn due_outbox(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<OutboxEntry>, StoreError>> {
        Box::pin(async move {
            // Most looks find nothing: they should not cost a commit.
            let due =
                self.read(now, |tx, now| Box::pin(async move { tx.query(sql::IS_DUE, params![*now]).await }));
            if due.await?.is_empty() {
                return Ok(Vec::new());
            }
            self.write((now, limit as i64), |tx, (now, limit)| {
                Box::pin(async move {
                    tx.execute(sql::RETIRE, params![*now]).await?;
                    let until = now.plus_millis(HANDED_OUT_MS);
                    let rows = tx.query(sql::CLAIM, params![*now, until, *limit]).await?;
                    let mut entries = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
                    entries.sort_by_key(|entry| (entry.created_at, entry.id));
                    Ok(entries)
                })
            })
            .await
        })
    }

    /// Records what became of a delivery. Entries that are no longer pending stay as they are.
    pub fn mark_outbox(
        &self,
        id: OutboxId,
        status: OutboxStatus,
        attempts: u32,
        next_due: Timestamp,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write((id, status, attempts, next_due), |tx, (id, status, attempts, next_due)| {
            Box::pin(async move {
                let values = params![*id, status.name(), i64::from(*attempts), *next_due];
                tx.execute(sql::MARK, values).await.map(drop)
            })
        })
    }

    /// Forgets entries of before `before` that are no longer pending, at most `limit` of them. Gives how many went.
    pub fn prune_outbox(&self, before: Timestamp, limit: usize) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write((before, limit as i64), |tx, (before, limit)| {
            Box::pin(async move { tx.execute(sql::PRUNE, params![*before, *limit]).await })
        })
    }

    pub fn outbox_stats(&self, now: Timestamp) -> BoxFuture<'_, Result<OutboxStats, StoreError>> {
        self.read(now, |tx, now| {
            Box::pin(async move {
                let Some(row) = tx.query_one(sql::STATS, &[]).await? else {
                    return Ok(OutboxStats::default());
                };
                let oldest = row.optional_time("oldest")?;
                let oldest_age_ms = oldest.map_or(0, |oldest| now.since(oldest).max(0));
                Ok(OutboxStats { pending: row.integer("pending")?, oldest_age_ms })
            })
        })
    }
}

/// The statement that commits an entry.
pub(crate) fn insert(entry: &OutboxEntry) -> Result<Statement<'_>, StoreError> {
    let values = params![
        entry.id,
        json(&entry.delivery)?,
        conversation_of(&entry.delivery),
        entry.owner_epoch,
        entry.status.name(),
        i64::from(entry.attempts),
        entry.due_at,
        entry.expires_at,
        entry.created_at
    ];
    Ok(statement(sql::INSERT, values))
}

const fn conversation_of(delivery: &Delivery) -> Option<ConversationId> {
    match delivery {
        Delivery::Message { conversation, .. } | Delivery::HandoffNotification { conversation } => {
            Some(*conversation)
        }
        Delivery::LeadNotification { .. } => None,
    }
}

fn read(row: &Row) -> Result<OutboxEntry, StoreError> {
    Ok(OutboxEntry {
        id: row.id("id")?,
        delivery: row.json("delivery")?,
        owner_epoch: row.optional_integer("owner_epoch")?,
        status: row.named("status", OutboxStatus::from_name)?,
        attempts: u32::try_from(row.integer("attempts")?).unwrap_or(u32::MAX),
        due_at: row.time("due_at")?,
        expires_at: row.optional_time("expires_at")?,
        created_at: row.time("created_at")?,
    })
}
