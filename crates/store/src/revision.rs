//! Published knowledge: immutable, numbered.

use domain::{
    Timestamp,
    event::{EventKind, NewEvent},
    id::EventId,
};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    error::StoreError,
    event,
    page::{Page, Paged},
    sql::revision as sql,
    tx::statement,
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

/// Knowledge on its way to be a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRevision {
    pub digest: String,
    pub origin: String,
    pub files_json: String,
    /// The number of the revision whose place it takes, 0 where there is none: what was checked against that one.
    pub follows: i64,
    /// The id of the event that tells of it, in the same transaction; `None` where nobody need hear.
    pub event: Option<EventId>,
    pub at: Timestamp,
}

/// What became of knowledge that was to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// It is the current revision now, of this number.
    Published(i64),
    /// The current revision, of this number, says the same; nothing was written.
    Same(i64),
    /// Another revision than the one that it follows is current; nothing was written.
    Overtaken,
}

impl Store {
    /// Publishes knowledge in the place of the revision that it follows, and of no other.
    pub fn publish_revision(&self, new: NewRevision) -> BoxFuture<'_, Result<Publication, StoreError>> {
        self.write(new, |tx, new| {
            Box::pin(async move {
                let current = tx.query_one(sql::CURRENT, &[]).await?.as_ref().map(read).transpose()?;
                let follows = current.as_ref().map_or(0, |current| current.number);
                if follows != new.follows {
                    return Ok(Publication::Overtaken);
                }
                if current.is_some_and(|current| current.digest == new.digest) {
                    return Ok(Publication::Same(follows));
                }
                let number = follows + 1;
                let NewRevision { digest, origin, files_json, event, at, .. } = new;
                let told = event.map(|id| NewEvent {
                    id,
                    kind: EventKind::KnowledgePublished,
                    conversation: None,
                    contact: None,
                    data: serde_json::json!({ "revision": number }),
                    at: *at,
                });
                let mut statements =
                    vec![statement(sql::INSERT, params![number, digest, origin, files_json, *at])];
                statements.extend(told.as_ref().map(event::insert).transpose()?);
                tx.batch(&statements).await?;
                Ok(Publication::Published(number))
            })
        })
    }

    /// The number of the current revision; 0 where nothing was published.
    pub fn current_revision_number(&self) -> BoxFuture<'_, Result<i64, StoreError>> {
        self.read((), |tx, ()| {
            Box::pin(async move {
                let row = tx.query_one(sql::CURRENT_NUMBER, &[]).await?;
                row.map_or(Ok(0), |row| row.integer("number"))
            })
        })
    }

    pub fn current_revision(&self) -> BoxFuture<'_, Result<Option<Revision>, StoreError>> {
        self.read((), |tx, ()| {
            Box::pin(async move { tx.query_one(sql::CURRENT, &[]).await?.as_ref().map(read).transpose() })
        })
    }

    pub fn revision(&self, number: i64) -> BoxFuture<'_, Result<Option<Revision>, StoreError>> {
        self.read(number, |tx, number| {
            Box::pin(async move {
                tx.query_one(sql::REVISION, params![*number]).await?.as_ref().map(read).transpose()
            })
        })
    }

    /// Revisions, the newest first.
    pub fn revisions(&self, page: Page) -> BoxFuture<'_, Result<Paged<Revision>, StoreError>> {
        self.read(page, |tx, page| {
            Box::pin(async move {
                let rows =
                    tx.query(sql::REVISIONS, params![page.after_number(i64::MAX)?, page.fetch()]).await?;
                let items = rows.iter().map(read).collect::<Result<_, _>>()?;
                Ok(Paged::cut(items, page, |revision: &Revision| revision.number.to_string()))
            })
        })
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
