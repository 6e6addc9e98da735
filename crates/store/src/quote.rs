//! Quotes: what turns make of them, what people do with them, and the buyer's yes on the page.

use domain::{
    Timestamp,
    event::{EventKind, NewEvent},
    handoff::Handoff,
    id::{ContactId, ConversationId, EventId, OutboxId, QuoteId},
    quote::{InvalidQuoteMove, Quote, QuoteChange, QuoteStatus},
};
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::{
    Store, conversation,
    error::{ChangeError, Rejection, StoreError},
    event, lead, outbox,
    page::{LAST, Page, Paged},
    sql::quote as sql,
    tx::{Statement, Tx, statement},
    value::{Row, json, params},
};

/// Which quotes are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuoteFilter {
    pub status: Option<QuoteStatus>,
    pub conversation: Option<ConversationId>,
    pub contact: Option<ContactId>,
}

/// What a person does with a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuoteMove {
    /// It may be sent, with the shop's seal on it.
    Approve,
    Send,
    /// In a person's words.
    Reject {
        reason: String,
    },
    /// By the buyer, as a person or the page heard it: somebody at the shop is asked to go on.
    Accept {
        handoff: Handoff,
        outbox: OutboxId,
    },
}

impl Store {
    pub fn quote(&self, id: QuoteId) -> BoxFuture<'_, Result<Option<Quote>, StoreError>> {
        self.read(id, |tx, id| Box::pin(one(tx, sql::QUOTE, params![*id].to_vec())))
    }

    /// The quote that this secret opens, whatever its state.
    pub fn quote_by_token(&self, token: String) -> BoxFuture<'_, Result<Option<Quote>, StoreError>> {
        self.read(token, |tx, token| Box::pin(one(tx, sql::BY_TOKEN, params![token].to_vec())))
    }

    /// The newer version that took the place of `id`.
    pub fn quote_after(&self, id: QuoteId) -> BoxFuture<'_, Result<Option<Quote>, StoreError>> {
        self.read(id, |tx, id| Box::pin(one(tx, sql::AFTER, params![*id].to_vec())))
    }

    /// Quotes, the one changed last first.
    pub fn quotes(&self, filter: QuoteFilter, page: Page) -> BoxFuture<'_, Result<Paged<Quote>, StoreError>> {
        self.read((filter, page), |tx, (filter, page)| {
            Box::pin(async move {
                let (at, id) = page.after_pair(LAST)?;
                let status = filter.status.map(QuoteStatus::name);
                let key = params![at, id, page.fetch(), status, filter.conversation, filter.contact];
                let rows = tx.query(sql::QUOTES, key).await?;
                let items = rows.iter().map(read_quote).collect::<Result<_, _>>()?;
                Ok(Paged::cut(items, page, |quote: &Quote| {
                    format!("{}~{}", quote.updated_at.millis(), quote.id)
                }))
            })
        })
    }

    /// Changes where a quote stands. What changes nothing writes nothing. `events` name the quote's change, on acceptance the hand-off,
    /// and the lead's move once the quote is sent.
    pub fn change_quote(
        &self,
        id: QuoteId,
        change: QuoteMove,
        now: Timestamp,
        events: [EventId; 3],
    ) -> BoxFuture<'_, Result<Quote, ChangeError>> {
        Box::pin(async move {
            let changed = self.write((id, change, now, events), |tx, (id, change, now, events)| {
                Box::pin(move_quote(tx, *id, change, *now, *events))
            });
            Ok(changed.await?)
        })
    }

    /// Stores a version that a person made; the one before is superseded.
    pub fn revise_quote(
        &self,
        quote: Quote,
        now: Timestamp,
        events: [EventId; 1],
    ) -> BoxFuture<'_, Result<Quote, ChangeError>> {
        Box::pin(async move {
            let stored = self.write((quote, now, events), |tx, (quote, now, events)| {
                Box::pin(async move {
                    let told = changed_event(quote, "person", events[0], *now);
                    if let Some(before) = quote.supersedes {
                        supersede(tx, before, *now).await?;
                    }
                    let content = json(&quote.content)?;
                    tx.batch(&[insert(quote, &content), event::insert(&told)?]).await?;
                    Ok(quote.clone())
                })
            });
            Ok(stored.await?)
        })
    }

    /// Expires open quotes whose last day went by. Gives those that expired.
    pub fn expire_quotes(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<QuoteId>, StoreError>> {
        Box::pin(async move {
            let due = self.read((now, limit as i64), |tx, (now, limit)| {
                Box::pin(async move { tx.query(sql::EXPIRED, params![*now, *limit]).await })
            });
            let due = due.await?;
            let mut expired = Vec::new();
            for row in &due {
                let id: QuoteId = row.id("id")?;
                let ended = self.write((id, now), |tx, (id, now)| {
                    Box::pin(async move {
                        // Looked at again under the lock: the buyer may have accepted.
                        let mut quote = locked(tx, *id).await?;
                        if !quote.status.is_open() || quote.expires_at > *now {
                            return Ok(false);
                        }
                        quote.status = quote.status.expire().map_err(Rejection::from)?;
                        quote.updated_at = *now;
                        let told = changed_event(&quote, "time", event_of_end(*id)?, *now);
                        tx.batch(&[moved(&quote), event::insert(&told)?]).await?;
                        Ok(true)
                    })
                });
                if ended.await? {
                    expired.push(id);
                }
            }
            Ok(expired)
        })
    }
}

/// A quote expires once, so that the id of its end can be made of its own.
fn event_of_end(id: QuoteId) -> Result<EventId, StoreError> {
    let text = id.to_string().replacen(QuoteId::PREFIX, EventId::PREFIX, 1);
    text.parse().map_err(|_| StoreError::corrupt(format!("no event id can be made of {id}")))
}

async fn one(
    tx: &mut Tx<'_>,
    statement: &'static str,
    key: Vec<crate::value::Param<'_>>,
) -> Result<Option<Quote>, StoreError> {
    tx.query_one(statement, &key).await?.as_ref().map(read_quote).transpose()
}

async fn locked(tx: &mut Tx<'_>, id: QuoteId) -> Result<Quote, StoreError> {
    let row = tx.query_one(sql::QUOTE_LOCKED, params![id]).await?;
    read_quote(&row.ok_or(Rejection::NotFound("quote"))?)
}

async fn move_quote(
    tx: &mut Tx<'_>,
    id: QuoteId,
    change: &QuoteMove,
    now: Timestamp,
    [changed, asked, lead_moved]: [EventId; 3],
) -> Result<Quote, StoreError> {
    let mut quote = locked(tx, id).await?;
    let before = quote.clone();
    // The sweep may not have come by yet.
    let over = quote.status.is_open() && now >= quote.expires_at;
    let mut by = "person";
    match change {
        QuoteMove::Send | QuoteMove::Accept { .. } | QuoteMove::Approve if over => {
            let to = if matches!(change, QuoteMove::Accept { .. }) { "accepted" } else { "sent" };
            let mend = "its last day is over; revise it for a new version";
            let refused = InvalidQuoteMove { from: "expired", to, mend };
            return Err(Rejection::from(refused).into());
        }
        QuoteMove::Approve => {
            quote.status = quote.status.approve().map_err(Rejection::from)?;
            quote.sealed = true;
        }
        QuoteMove::Send => quote.status = quote.status.send().map_err(Rejection::from)?,
        QuoteMove::Reject { reason } => {
            quote.status = quote.status.reject().map_err(Rejection::from)?;
            quote.reason = Some(reason.clone()).filter(|reason| !reason.is_empty());
        }
        QuoteMove::Accept { .. } => {
            quote.status = quote.status.accept().map_err(Rejection::from)?;
            by = "buyer";
        }
    }
    if quote == before {
        return Ok(quote);
    }
    quote.updated_at = now;
    let told = changed_event(&quote, by, changed, now);
    tx.batch(&[moved(&quote), event::insert(&told)?]).await?;
    if before.status != quote.status && quote.status == QuoteStatus::Sent {
        lead::quoted(tx, &quote, lead_moved, now).await?;
    }
    if let QuoteMove::Accept { handoff, outbox } = change {
        ask_for_person(tx, &quote, handoff, *outbox, asked, now).await?;
    }
    Ok(quote)
}

/// Somebody is told of the order that the buyer wants, and of the conversation that it comes from, if that is still open.
async fn ask_for_person(
    tx: &mut Tx<'_>,
    quote: &Quote,
    handoff: &Handoff,
    outbox_id: OutboxId,
    event: EventId,
    now: Timestamp,
) -> Result<(), StoreError> {
    conversation::ask_for_person(tx, quote.conversation, handoff, event, now).await?;
    let entry = conversation::handoff_notification(quote.conversation, outbox_id, now);
    tx.batch(&[outbox::insert(&entry)?]).await.map(drop)
}

/// Whether what a turn decided about a quote still fits: nobody moved it meanwhile.
pub(crate) async fn fits(tx: &mut Tx<'_>, change: &QuoteChange, now: Timestamp) -> Result<bool, StoreError> {
    let (id, accepts) = match change {
        QuoteChange::Insert(quote) => match quote.supersedes {
            Some(before) => (before, false),
            None => return Ok(true),
        },
        QuoteChange::Accept(id) => (*id, true),
    };
    let quote = locked(tx, id).await?;
    Ok(if accepts { quote.is_acceptable(now) } else { quote.status.is_open() })
}

/// Writes what a turn decided about a quote, once [`fits`] said that it may.
pub(crate) async fn commit(
    tx: &mut Tx<'_>,
    change: &QuoteChange,
    [changed, lead_moved]: [EventId; 2],
    now: Timestamp,
) -> Result<(), StoreError> {
    match change {
        QuoteChange::Insert(quote) => {
            if let Some(before) = quote.supersedes {
                supersede(tx, before, now).await?;
            }
            let content = json(&quote.content)?;
            let told = changed_event(quote, "assistant", changed, now);
            tx.batch(&[insert(quote, &content), event::insert(&told)?]).await?;
            if quote.status == QuoteStatus::Sent {
                lead::quoted(tx, quote, lead_moved, now).await?;
            }
            Ok(())
        }
        QuoteChange::Accept(id) => {
            let mut quote = locked(tx, *id).await?;
            quote.status = quote.status.accept().map_err(Rejection::from)?;
            quote.updated_at = now;
            let told = changed_event(&quote, "buyer", changed, now);
            tx.batch(&[moved(&quote), event::insert(&told)?]).await.map(drop)
        }
    }
}

async fn supersede(tx: &mut Tx<'_>, id: QuoteId, now: Timestamp) -> Result<(), StoreError> {
    let mut quote = locked(tx, id).await?;
    quote.status = quote.status.supersede().map_err(Rejection::from)?;
    quote.updated_at = now;
    tx.batch(&[moved(&quote)]).await.map(drop)
}

/// The secret is not in it.
fn changed_event(quote: &Quote, by: &str, id: EventId, at: Timestamp) -> NewEvent {
    let data = json!({
        "quote_id": quote.id,
        "number": quote.number,
        "version": quote.version,
        "status": quote.status,
        "total": quote.content.total,
        "by": by,
    });
    let (about, contact) = (Some(quote.conversation), Some(quote.contact));
    NewEvent { id, kind: EventKind::QuoteChanged, conversation: about, contact, data, at }
}

fn moved(quote: &Quote) -> Statement<'_> {
    let values = params![quote.id, quote.status.name(), quote.sealed, &quote.reason, quote.updated_at];
    statement(sql::MOVE, values)
}

fn insert<'a>(quote: &'a Quote, content: &'a str) -> Statement<'a> {
    let values = params![
        quote.id,
        &quote.number,
        i64::from(quote.version),
        quote.status.name(),
        quote.conversation,
        quote.contact,
        quote.company,
        quote.turn,
        &quote.token,
        quote.supersedes,
        quote.sealed,
        quote.expires_at,
        content,
        &quote.reason,
        quote.created_at,
        quote.updated_at
    ];
    statement(sql::INSERT, values)
}

pub(crate) fn read_quote(row: &Row) -> Result<Quote, StoreError> {
    let version = row.integer("version")?;
    Ok(Quote {
        id: row.id("id")?,
        number: row.text("number")?,
        version: u32::try_from(version)
            .map_err(|_| StoreError::corrupt(format!("column `version` holds `{version}`")))?,
        status: row.named("status", QuoteStatus::from_name)?,
        conversation: row.id("conversation_id")?,
        contact: row.id("contact_id")?,
        company: row.optional_id("company_id")?,
        turn: row.optional_id("turn_id")?,
        token: row.text("token")?,
        supersedes: row.optional_id("supersedes")?,
        sealed: row.flag("sealed")?,
        expires_at: row.time("expires_at")?,
        content: row.json("content")?,
        reason: row.optional_text("reason")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
