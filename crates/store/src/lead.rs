//! Leads: what turns add to them and what people decide.

use domain::{
    Timestamp,
    id::{ContactId, ConversationId, EventId, LeadId},
    lead::{Lead, LeadStatus},
};

use crate::{
    Store,
    error::{ChangeError, Rejection, StoreError},
    event,
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

impl Store {
    pub async fn lead(&self, id: LeadId) -> Result<Option<Lead>, StoreError> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::LEAD, params![*id]).await?.as_ref().map(read_lead).transpose()
            })
        })
        .await
    }

    /// Leads, the one changed last first.
    pub async fn leads(&self, filter: LeadFilter, page: Page) -> Result<Paged<Lead>, StoreError> {
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
        .await
    }

    /// Moves a lead on the board.
    pub async fn update_lead(
        &self,
        id: LeadId,
        change: LeadChange,
        now: Timestamp,
        events: [EventId; 1],
    ) -> Result<Lead, ChangeError> {
        let changed = self.write((id, change, now, events), |tx, (id, change, now, events)| {
            Box::pin(update(tx, *id, change, *now, events[0]))
        });
        Ok(changed.await?)
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
        lead.assigned_to = given(assignee);
    }
    lead.updated_at = now;
    let told = lead.changed_event(event, None, now);
    let values = params![lead.id, lead.status.name(), &lead.assigned_to, &lead.outcome_reason, now];
    tx.batch(&[statement(sql::UPDATE, values), event::insert(&told)?]).await?;
    Ok(lead)
}

/// A contact who has a quote stands at `quoted` on the board: moves his newest open lead there, unless people moved it further.
pub(crate) async fn quoted(
    tx: &mut Tx<'_>,
    contact: ContactId,
    conversation: ConversationId,
    event: EventId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(row) = tx.query_one(sql::QUOTED, params![contact, now]).await? else { return Ok(()) };
    let told = read_lead(&row)?.changed_event(event, Some(conversation), now);
    tx.batch(&[event::insert(&told)?]).await.map(drop)
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
        lead.updated_at
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
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
