//! What people said is not one, though it looks so.

use domain::merge::DismissedMerge;
use futures_util::future::BoxFuture;

use crate::{Store, error::StoreError, sql::merge as sql, value::params};

impl Store {
    /// Remembers that two contacts or companies are not one. The first who said so is kept.
    pub fn dismiss_merge(&self, dismissed: DismissedMerge) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write(dismissed, |tx, DismissedMerge { ids: [from, into], by, at }| {
            Box::pin(async move { tx.execute(sql::DISMISS, params![from, into, *by, *at]).await.map(drop) })
        })
    }

    pub fn dismissed_merges(&self) -> BoxFuture<'_, Result<Vec<DismissedMerge>, StoreError>> {
        self.read((), |tx, ()| {
            Box::pin(async move {
                let rows = tx.query(sql::DISMISSED, &[]).await?;
                let read = rows.iter().map(|row| {
                    let ids = [row.text("from_id")?, row.text("into_id")?];
                    Ok(DismissedMerge { ids, by: row.id("agent_id")?, at: row.time("at")? })
                });
                read.collect()
            })
        })
    }
}
