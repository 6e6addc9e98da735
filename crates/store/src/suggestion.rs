//! What the knowledge could learn from talk, and what people decided of it.

use domain::{
    id::SuggestionId,
    suggestion::{Suggestion, SuggestionStatus},
};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    error::StoreError,
    page::{Page, Paged},
    sql::suggestion as sql,
    tx::statement,
    value::{Row, json, params},
};

/// Which suggestions are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SuggestionFilter {
    pub status: Option<SuggestionStatus>,
}

impl Store {
    pub fn suggestion(&self, id: SuggestionId) -> BoxFuture<'_, Result<Option<Suggestion>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::SUGGESTION, params![*id]).await?.as_ref().map(read).transpose()
            })
        })
    }

    /// Suggestions, those first that most buyers asked for.
    pub fn suggestions(
        &self,
        filter: SuggestionFilter,
        page: Page,
    ) -> BoxFuture<'_, Result<Paged<Suggestion>, StoreError>> {
        self.read((filter, page), |tx, (filter, page)| {
            Box::pin(async move {
                let (buyers, id) = page.after_pair((i64::MAX, ""))?;
                let status = filter.status.map(SuggestionStatus::name);
                let rows = tx.query(sql::SUGGESTIONS, params![buyers, id, page.fetch(), status]).await?;
                let items = rows.iter().map(read).collect::<Result<_, _>>()?;
                Ok(Paged::cut(items, page, |last: &Suggestion| format!("{}~{}", last.buyers, last.id)))
            })
        })
    }

    /// Puts these in the place of all open ones. One that was decided meanwhile stays decided.
    pub fn replace_suggestions(&self, open: Vec<Suggestion>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write(open, |tx, open| {
            Box::pin(async move {
                let mut statements = vec![statement(sql::FORGET_OPEN, &[])];
                for suggestion in open {
                    let values = params![
                        suggestion.id,
                        suggestion.status.name(),
                        i64::from(suggestion.buyers),
                        json(suggestion)?,
                        suggestion.created_at,
                        suggestion.updated_at
                    ];
                    statements.push(statement(sql::INSERT, values));
                }
                tx.batch(&statements).await.map(drop)
            })
        })
    }

    /// Stores what was decided of an open suggestion. Says whether it was still open.
    pub fn decide_suggestion(&self, decided: Suggestion) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.write(decided, |tx, decided| {
            Box::pin(async move {
                let values = params![decided.id, decided.status.name(), json(decided)?, decided.updated_at];
                Ok(tx.execute(sql::DECIDE, values).await? > 0)
            })
        })
    }
}

fn read(row: &Row) -> Result<Suggestion, StoreError> {
    row.json("record")
}
