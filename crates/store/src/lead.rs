//! Leads: what turns add to them and what people decide.

use domain::{
    Timestamp,
    id::{CompanyId, ContactId, EventId, LeadId, OrderId},
    lead::{Lead, LeadStatus},
    outbox::OutboxEntry,
    quote::Quote,
};
use futures_util::future::BoxFuture;

use crate::{
    NewOrder, Store,
    error::{ChangeError, Rejection, StoreError},
    event, outbox,
    page::{LAST, Page, Paged},
    sql::lead as sql,
    tx::{Statement, Tx, statement},
    value::{Row, json, params},
};

/// Which leads are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadFilter {
    pub status: Option<LeadStatus>,
    /// Integer hundredths.
    pub min_score: Option<u32>,
}

/// What a person changes of a lead; `None` leaves as it is, an empty text clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadChange {
    pub status: Option<LeadStatus>,
    pub outcome_reason: Option<String>,
    pub assigned_to: Option<String>,
}

/// What the desk does with a lead by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadStep {
    /// Assignee, end of the time, who had it before, and proposal are taken.
    pub lead: Lead,
    /// As it was seen: a person may have changed it since.
    pub expected: Lead,
    /// Tells the one who has it now.
    pub outbox: Option<OutboxEntry>,
    pub event: EventId,
}

impl Store {
    pub fn lead(&self, id: LeadId) -> BoxFuture<'_, Result<Option<Lead>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::LEAD, params![*id]).await?.as_ref().map(read_lead).transpose()
            })
        })
    }

    /// Leads, the one changed last first.
    pub fn leads(&self, filter: LeadFilter, page: Page) -> BoxFuture<'_, Result<Paged<Lead>, StoreError>> {
        self.read((filter, page), |tx, (filter, page)| {
            Box::pin(async move {
                let (at, id) = page.after_pair(LAST)?;
                let min_score = i64::from(filter.min_score.unwrap_or(0));
                let status = filter.status.map(LeadStatus::name);
                let rows = tx.query(sql::LEADS, params![at, id, page.fetch(), min_score, status]).await?;
                let items = rows.iter().map(read_lead).collect::<Result<_, _>>()?;
                Ok(Paged::cut(items, page, |lead: &Lead| format!("{}~{}", lead.updated_at.millis(), lead.id)))
            })
        })
    }

    /// Leads that nobody took up in time, the longest due first.
    pub fn due_leads(&self, now: Timestamp, limit: usize) -> BoxFuture<'_, Result<Vec<Lead>, StoreError>> {
        self.read((now, limit as i64), |tx, (now, limit)| {
            Box::pin(async move {
                let rows = tx.query(sql::DUE, params![*now, *limit]).await?;
                rows.iter().map(read_lead).collect()
            })
        })
    }

    /// Open leads that stood still since `before`, of contacts who were not heard of since either.
    pub fn silent_leads(
        &self,
        before: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<LeadId>, StoreError>> {
        self.read((before, limit as i64), |tx, (before, limit)| {
            Box::pin(async move {
                let rows = tx.query(sql::SILENT, params![*before, *limit]).await?;
                rows.iter().map(|row| row.id("id")).collect()
            })
        })
    }

    /// How many open leads everybody has.
    pub fn lead_loads(&self) -> BoxFuture<'_, Result<Vec<(String, i64)>, StoreError>> {
        self.read((), |tx, ()| {
            Box::pin(async move {
                let rows = tx.query(sql::LOADS, &[]).await?;
                rows.iter().map(|row| Ok((row.text("assigned_to")?, row.integer("open")?))).collect()
            })
        })
    }

    /// Changes a lead as the desk decided, where it still stands as it was seen; says whether it did.
    pub fn step_lead(&self, step: LeadStep) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.write(step, |tx, step| {
            Box::pin(async move {
                let row = tx.query_one(sql::LEAD_LOCKED, params![step.lead.id]).await?;
                if row.as_ref().map(read_lead).transpose()?.as_ref() != Some(&step.expected) {
                    return Ok(false);
                }
                let told = step.lead.changed_event(step.event, None, step.lead.updated_at);
                let mut statements = vec![written(&step.lead)?, event::insert(&told)?];
                if let Some(entry) = &step.outbox {
                    statements.push(outbox::insert(entry)?);
                }
                tx.batch(&statements).await?;
                Ok(true)
            })
        })
    }

    /// Moves a lead on the board.
    pub fn update_lead(
        &self,
        id: LeadId,
        change: LeadChange,
        now: Timestamp,
        events: [EventId; 1],
    ) -> BoxFuture<'_, Result<Lead, ChangeError>> {
        Box::pin(async move {
            let changed = self.write((id, change, now, events), |tx, (id, change, now, events)| {
                Box::pin(update(tx, *id, change, *now, events[0]))
            });
            Ok(changed.await?)
        })
    }
}

async fn update(
    tx: &mut Tx<'_>,
    id: LeadId,
    change: &LeadChange,
    now: Timestamp,
    event: EventId,
) -> Result<Lead, StoreError> {
    let row = tx.query_one(sql::LEAD_LOCKED, params![id]).await?.ok_or(Rejection::NotFound("lead"))?;
    let mut lead = read_lead(&row)?;
    if let Some(status) = change.status {
        lead.status = lead.status.advance(status).map_err(Rejection::from)?;
    }
    let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    if let Some(reason) = &change.outcome_reason {
        lead.outcome_reason = given(reason);
    }
    if let Some(assignee) = &change.assigned_to {
        let before = lead.assigned_to.take();
        lead.assigned_to = given(assignee);
        // A turn does not give it to anybody again whom a person took it from.
        if lead.assigned_to.is_none()
            && let Some(before) = before.filter(|before| !lead.asked.contains(before))
        {
            lead.asked.push(before);
        }
    }
    if change.status.is_some() {
        lead.proposal = None;
    }
    if lead.status != LeadStatus::New {
        lead.due_at = None;
    }
    lead.updated_at = now;
    let told = lead.changed_event(event, None, now);
    tx.batch(&[written(&lead)?, event::insert(&told)?]).await?;
    Ok(lead)
}

/// All that a person or the desk changes.
fn written(lead: &Lead) -> Result<Statement<'_>, StoreError> {
    let values = params![
        lead.id,
        lead.status.name(),
        &lead.assigned_to,
        &lead.outcome_reason,
        lead.updated_at,
        lead.due_at,
        json(&lead.asked)?,
        lead.proposal.as_ref().map(json).transpose()?
    ];
    Ok(statement(sql::UPDATE, values))
}

/// A buyer who has a quote stands at `quoted` on the board: moves the newest open lead of his or of his company there, unless people
/// moved it further.
pub(crate) async fn quoted(
    tx: &mut Tx<'_>,
    quote: &Quote,
    event: EventId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(row) = tx.query_one(sql::TO_BE_QUOTED, params![quote.contact, quote.company]).await? else {
        return Ok(());
    };
    let mut lead = read_lead(&row)?;
    lead.status = LeadStatus::Quoted;
    lead.updated_at = now;
    let told = lead.changed_event(event, Some(quote.conversation), now);
    tx.batch(&[written(&lead)?, event::insert(&told)?]).await.map(drop)
}

/// An order came in: what stood open for its buyer before is won by it.
pub(crate) async fn win(
    tx: &mut Tx<'_>,
    order: &NewOrder,
    contact: Option<ContactId>,
    company: Option<CompanyId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if contact.is_none() && company.is_none() {
        return Ok(());
    }
    let Some(end) = end_of(&order.date) else { return Ok(()) };
    // One order is the end of one deal.
    let Some(row) = tx.query_one(sql::OPEN_BEFORE, params![contact, company, end]).await? else {
        return Ok(());
    };
    let mut lead = read_lead(&row)?;
    lead.status = LeadStatus::Won;
    lead.outcome_reason = Some(format!("order {}", order.number));
    lead.due_at = None;
    lead.proposal = None;
    lead.updated_at = now;
    let told = lead.changed_event(event_of_win(order.id)?, None, now);
    tx.batch(&[written(&lead)?, event::insert(&told)?]).await.map(drop)
}

/// An order wins once, so that the id of that can be made of its own.
fn event_of_win(order: OrderId) -> Result<EventId, StoreError> {
    let text = order.to_string().replacen(OrderId::PREFIX, EventId::PREFIX, 1);
    text.parse().map_err(|_| StoreError::corrupt(format!("no event id can be made of {order}")))
}

/// The end of an ISO date anywhere on earth.
fn end_of(date: &str) -> Option<Timestamp> {
    Timestamp::parse(&format!("{}T00:00:00-12:00", date.get(..10)?)).ok().map(|start| start.plus_hours(24))
}

/// The statement by which a turn makes or adds to a lead.
pub(crate) fn upsert(lead: &Lead) -> Result<Statement<'_>, StoreError> {
    let values = params![
        lead.id,
        lead.contact,
        i64::from(lead.score),
        json(&lead.signals)?,
        lead.status.name(),
        &lead.assigned_to,
        &lead.summary,
        lead.notified_at,
        &lead.outcome_reason,
        lead.created_at,
        lead.updated_at,
        lead.company,
        json(&lead.needs)?,
        lead.due_at,
        json(&lead.asked)?,
        lead.proposal.as_ref().map(json).transpose()?
    ];
    Ok(statement(sql::UPSERT, values))
}

pub(crate) fn read_lead(row: &Row) -> Result<Lead, StoreError> {
    let score = row.integer("score")?;
    Ok(Lead {
        id: row.id("id")?,
        contact: row.id("contact_id")?,
        score: u32::try_from(score)
            .map_err(|_| StoreError::corrupt(format!("column `score` holds `{score}`")))?,
        signals: row.json("signals")?,
        status: row.named("status", LeadStatus::from_name)?,
        assigned_to: row.optional_text("assigned_to")?,
        summary: row.text("summary")?,
        notified_at: row.optional_time("notified_at")?,
        outcome_reason: row.optional_text("outcome_reason")?,
        company: row.optional_id("company_id")?,
        needs: row.json("needs")?,
        due_at: row.optional_time("due_at")?,
        asked: row.json("asked")?,
        proposal: row.optional_str("proposal")?.map(|_| row.json("proposal")).transpose()?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
