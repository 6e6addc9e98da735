//! The log of moments at which something could be offered, and what became of them.
//!
//! A moment is logged with its turn. Its outcome is derived later, from what the buyer said and ordered.

use domain::{
    Timestamp,
    id::{ContactId, InboxId, TurnId},
    recommendation::{Offer, Outcome},
    turn::Turn,
};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    error::StoreError,
    page::{LAST, Page, Paged},
    sql::offer as sql,
    tx::{Statement, statement},
    value::{Row, json, params},
};

/// What became of a moment, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferOutcome {
    pub turn: TurnId,
    pub outcome: Option<Outcome>,
    /// Nothing further can become of it.
    pub settled: bool,
}

impl Store {
    /// Logged moments, the newest first.
    pub fn offers(&self, page: Page) -> BoxFuture<'_, Result<Paged<Offer>, StoreError>> {
        self.read(page, |tx, page| {
            Box::pin(async move {
                let (at, id) = page.after_pair(LAST)?;
                let rows = tx.query(sql::OFFERS, params![at, id, page.fetch()]).await?;
                cut(&rows, page)
            })
        })
    }

    /// Moments from `from` on and before `to`, of one inbox or of all, the newest first.
    pub fn offers_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        inbox: Option<InboxId>,
        page: Page,
    ) -> BoxFuture<'_, Result<Paged<Offer>, StoreError>> {
        self.read((from, to, inbox, page), |tx, (from, to, inbox, page)| {
            Box::pin(async move {
                let (at, id) = page.after_pair((to.millis(), ""))?;
                let inbox = inbox.map_or_else(String::new, |inbox| inbox.to_string());
                let rows = tx.query(sql::BETWEEN, params![at, id, *from, inbox, page.fetch()]).await?;
                cut(&rows, page)
            })
        })
    }

    /// Moments of which something may still become, the oldest first.
    pub fn open_offers(&self, page: Page) -> BoxFuture<'_, Result<Paged<Offer>, StoreError>> {
        self.read(page, |tx, page| {
            Box::pin(async move {
                let (at, id) = page.after_pair((i64::MIN, ""))?;
                let rows = tx.query(sql::OPEN, params![at, id, page.fetch()]).await?;
                cut(&rows, page)
            })
        })
    }

    /// Writes down what became of moments.
    pub fn settle_offers(&self, outcomes: Vec<OfferOutcome>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write(outcomes, |tx, outcomes| {
            Box::pin(async move {
                let settled = outcomes.iter().map(|one| {
                    let outcome = one.outcome.map(Outcome::name);
                    statement(sql::SETTLE, params![one.turn, outcome, i64::from(one.settled)])
                });
                tx.batch(&settled.collect::<Vec<_>>()).await.map(drop)
            })
        })
    }
}

fn cut(rows: &[Row], page: &Page) -> Result<Paged<Offer>, StoreError> {
    let items = rows.iter().map(read_offer).collect::<Result<_, _>>()?;
    Ok(Paged::cut(items, page, |last: &Offer| format!("{}~{}", last.at.millis(), last.turn)))
}

/// The statement by which a turn logs its moment, where it had one.
pub(crate) fn insert(turn: &Turn, contact: ContactId) -> Result<Option<Statement<'static>>, StoreError> {
    let Some(moment) = &turn.moment else { return Ok(None) };
    // The seed's bits; databases have no unsigned numbers.
    let seed = i64::from_ne_bytes(turn.seed.to_ne_bytes());
    let values = params![turn.id, turn.conversation, contact, json(moment)?, seed, turn.at];
    Ok(Some(crate::tx::into_owned(statement(sql::INSERT, values))))
}

fn read_offer(row: &Row) -> Result<Offer, StoreError> {
    let outcome = row.optional_text("outcome")?;
    let outcome = outcome.map(|name| {
        Outcome::from_name(&name)
            .ok_or_else(|| StoreError::corrupt(format!("column `outcome` holds `{name}`")))
    });
    Ok(Offer {
        turn: row.id("turn_id")?,
        conversation: row.id("conversation_id")?,
        contact: row.id("contact_id")?,
        at: row.time("at")?,
        seed: u64::from_ne_bytes(row.integer("seed")?.to_ne_bytes()),
        moment: row.json("moment")?,
        outcome: outcome.transpose()?,
        settled: row.integer("settled")? != 0,
    })
}
