//! Published knowledge: immutable, numbered.

use domain::Timestamp;

use crate::{
    Store,
    error::StoreError,
    page::{Page, Paged},
    sql::revision as sql,
    value::{Row, params},
};

/// One published state of the knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// From 1, without a gap.
    pub number: i64,
    /// What it says, in short: equal digests are equal knowledge.
    pub digest: String,
    /// The folder or the console that it came from.
    pub origin: String,
    /// The files as JSON, as they were given.
    pub files_json: String,
    pub published_at: Timestamp,
}

impl Store {
    /// Publishes knowledge and gives its number; the same as the current one keeps its number.
    pub async fn publish_revision(
        &self,
        digest: &str,
        origin: &str,
        files_json: &str,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let input = (digest.to_owned(), origin.to_owned(), files_json.to_owned(), now);
        self.write(input, |tx, (digest, origin, files, now)| {
            Box::pin(async move {
                let current = tx.query_one(sql::CURRENT, &[]).await?.as_ref().map(read).transpose()?;
                let number = match current {
                    Some(current) if &current.digest == digest => return Ok(current.number),
                    Some(current) => current.number + 1,
                    None => 1,
                };
                tx.execute(sql::INSERT, params![number, digest, origin, files, *now]).await?;
                Ok(number)
            })
        })
        .await
    }

    pub async fn current_revision(&self) -> Result<Option<Revision>, StoreError> {
        self.read((), |tx, ()| {
            Box::pin(async move { tx.query_one(sql::CURRENT, &[]).await?.as_ref().map(read).transpose() })
        })
        .await
    }

    pub async fn revision(&self, number: i64) -> Result<Option<Revision>, StoreError> {
        self.read(number, |tx, number| {
            Box::pin(async move {
                tx.query_one(sql::REVISION, params![*number]).await?.as_ref().map(read).transpose()
            })
        })
        .await
    }

    /// Revisions, the newest first.
    pub async fn revisions(&self, page: Page) -> Result<Paged<Revision>, StoreError> {
        self.read(page, |tx, page| {
            Box::pin(async move {
                let rows =
                    tx.query(sql::REVISIONS, params![page.after_number(i64::MAX)?, page.fetch()]).await?;
                let items = rows.iter().map(read).collect::<Result<_, _>>()?;
                Ok(Paged::cut(items, page, |revision: &Revision| revision.number.to_string()))
            })
        })
        .await
    }
}

fn read(row: &Row) -> Result<Revision, StoreError> {
    Ok(Revision {
        number: row.integer("number")?,
        digest: row.text("digest")?,
        origin: row.text("origin")?,
        files_json: row.text("files")?,
        published_at: row.time("published_at")?,
    })
}
