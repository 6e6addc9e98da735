//! Requests beyond the assistant's authority: asked for by turns, decided by people.

use domain::{
    Timestamp,
    approval::{Approval, ApprovalStatus, InvalidDecision},
    conversation::{Conversation, Owner, Status},
    event::{EventKind, NewEvent},
    handoff::HandoffReason,
    id::{ApprovalId, ConversationId, EventId},
    message::Message,
    negotiation::AskedApproval,
    outbox::OutboxEntry,
    promise::Promise,
};
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::{
    Store,
    conversation::{change_event, change_statements, locked},
    error::{ChangeError, Rejection, StoreError},
    event, message, outbox,
    page::{LAST, Page, Paged},
    promise,
    sql::{approval as sql, conversation as conversations},
    tx::{Statement, Tx, statement},
    value::{Row, json as written, params},
};

/// Which approvals are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApprovalFilter {
    pub status: Option<ApprovalStatus>,
    pub conversation: Option<ConversationId>,
}

/// What became of an approval, and what follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// Decided or run out; it must still be pending in the store.
    pub approval: Approval,
    /// Where it was asked for.
    pub told: Told,
    /// Further conversations of the buyer's that wait for it.
    pub elsewhere: Vec<Told>,
    /// Joins the ledger whether or not the assistant tells it.
    pub promise: Option<Promise>,
    pub now: Timestamp,
    /// For the change of the approval.
    pub event: EventId,
}

/// What one conversation hears of an approval.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub conversation: ConversationId,
    /// What the assistant tells the buyer; left out where a person has the conversation by then, or it has ended.
    pub message: Option<Message>,
    /// How the message is delivered; its owner epoch is given here. None for a draft.
    pub delivery: Option<OutboxEntry>,
    /// For the change of the owner, and the message.
    pub events: [EventId; 2],
}

/// An approval that was settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    pub approval: Approval,
    /// As it was stored where it was asked for; none where the buyer was not told.
    pub message: Option<Message>,
}

impl Store {
    pub fn approval(&self, id: ApprovalId) -> BoxFuture<'_, Result<Option<Approval>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::APPROVAL, params![*id]).await?.as_ref().map(read_approval).transpose()
            })
        })
    }

    /// Approvals, the newest first.
    pub fn approvals(
        &self,
        filter: ApprovalFilter,
        page: Page,
    ) -> BoxFuture<'_, Result<Paged<Approval>, StoreError>> {
        self.read((filter, page), |tx, (filter, page)| {
            Box::pin(async move {
                let (at, id) = page.after_pair(LAST)?;
                let status = filter.status.map(ApprovalStatus::name);
                let values = params![at, id, page.fetch(), status, filter.conversation];
                let rows = tx.query(sql::APPROVALS, values).await?;
                let items = rows.iter().map(read_approval).collect::<Result<_, _>>()?;
                let key = |last: &Approval| format!("{}~{}", last.created_at.millis(), last.id);
                Ok(Paged::cut(items, page, key))
            })
        })
    }

    /// Of these requests those that were asked before, whoever's conversation asked, and need not be asked again: nobody has decided yet,
    /// or somebody decided at `since` or later.
    pub fn asked_already(
        &self,
        keys: Vec<String>,
        since: Timestamp,
    ) -> BoxFuture<'_, Result<Vec<AskedApproval>, StoreError>> {
        self.read((keys, since), |tx, (keys, since)| {
            Box::pin(async move {
                let mut asked = Vec::new();
                for key in keys {
                    let Some(row) = tx.query_one(sql::NEWEST_OF_REQUEST, params![key]).await? else {
                        continue;
                    };
                    let Approval { id, status, outcome, .. } = read_approval(&row)?;
                    let holds = match status {
                        ApprovalStatus::Pending => true,
                        // Nobody said anything: it may be asked again.
                        ApprovalStatus::Expired => false,
                        ApprovalStatus::Approved | ApprovalStatus::Countered | ApprovalStatus::Rejected => {
                            outcome.is_some_and(|outcome| outcome.at >= *since)
                        }
                    };
                    if holds {
                        asked.push(AskedApproval { id, key: key.clone(), status });
                    }
                }
                Ok(asked)
            })
        })
    }

    /// Pending approvals whose time is over, the oldest first.
    pub fn due_approvals(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Approval>, StoreError>> {
        self.read((now, limit as i64), |tx, (now, limit)| {
            Box::pin(async move {
                let rows = tx.query(sql::DUE, params![*now, *limit]).await?;
                rows.iter().map(read_approval).collect()
            })
        })
    }

    /// Settles a pending approval in one transaction with all that follows: the conversations that wait for it go back to the assistant
    /// where they only waited for this, the buyer is told, the ledger gets its line. Turns that run meanwhile start again.
    pub fn settle_approval(&self, settlement: Settlement) -> BoxFuture<'_, Result<Settled, ChangeError>> {
        Box::pin(async move {
            let settled = self.write(settlement, |tx, settlement| Box::pin(settle(tx, settlement)));
            Ok(settled.await?)
        })
    }
}

async fn settle(tx: &mut Tx<'_>, settlement: &Settlement) -> Result<Settled, StoreError> {
    let Settlement { approval, told, elsewhere, promise, now, event } = settlement;
    // Conversations are always locked before their approvals.
    let mut waiting = vec![locked(tx, told.conversation).await?];
    for Told { conversation, .. } in elsewhere {
        waiting.push(locked(tx, *conversation).await?);
    }
    let stored = tx.query_one(sql::APPROVAL_LOCKED, params![approval.id]).await?;
    let stored = stored.ok_or(Rejection::NotFound("approval"))?;
    let status = stored.named("status", ApprovalStatus::from_name)?;
    if status != ApprovalStatus::Pending {
        return Err(Rejection::from(InvalidDecision::Settled(status.name())).into());
    }
    let changed = NewEvent {
        id: *event,
        kind: EventKind::ApprovalChanged,
        conversation: Some(told.conversation),
        contact: Some(waiting[0].0.contact),
        data: json!({ "approval_id": approval.id, "parameter": approval.asked.parameter(), "status": approval.status }),
        at: *now,
    };
    let mut statements: Vec<Statement<'_>> = vec![
        statement(sql::SETTLE, params![approval.id, approval.status.name(), written(approval)?]),
        event::insert(&changed)?,
    ];
    if let Some(promise) = promise {
        statements.extend(promise::insert(promise)?);
    }
    tx.batch(&statements).await?;
    let mut said = Vec::new();
    for (told, (conversation, row)) in std::iter::once(told).chain(elsewhere).zip(waiting) {
        said.push(tell(tx, approval, told, conversation, row.integer("last_seq")?, *now).await?);
    }
    Ok(Settled { approval: approval.clone(), message: said.into_iter().next().flatten() })
}

/// What one conversation learns: its memory, its owner, and the buyer's message, which is given as it was stored.
async fn tell(
    tx: &mut Tx<'_>,
    approval: &Approval,
    told: &Told,
    mut conversation: Conversation,
    last_seq: i64,
    now: Timestamp,
) -> Result<Option<Message>, StoreError> {
    let epoch = conversation.owner_epoch;
    conversation.memory.negotiation.settle(approval.id, approval.status);
    if waits_only_for(&conversation) && approval.status != ApprovalStatus::Expired {
        conversation.return_to_assistant().map_err(Rejection::from)?;
    }
    let speaks = conversation.status == Status::Open && conversation.owner != Owner::Person;
    let message = told.message.as_ref().filter(|_| speaks);
    let seq = last_seq + 1;

    let [of_owner, of_message] = told.events;
    let changed = change_event(&conversation, of_owner, now);
    let mut statements: Vec<Statement<'_>> = vec![statement(conversations::FENCE, params![conversation.id])];
    let [change, supersede, owner_changed] = three(change_statements(&conversation, &changed)?)?;
    statements.push(change);
    if conversation.owner_epoch != epoch {
        statements.extend([supersede, owner_changed]);
    }
    let sent = message.map(|message| Message { seq, ..message.clone() });
    let delivery = told.delivery.as_ref().filter(|_| sent.is_some());
    let delivery =
        delivery.map(|entry| OutboxEntry { owner_epoch: Some(conversation.owner_epoch), ..entry.clone() });
    let said = sent.as_ref().filter(|sent| !sent.draft).map(|sent| NewEvent {
        id: of_message,
        kind: EventKind::MessageSent,
        conversation: Some(conversation.id),
        contact: Some(conversation.contact),
        data: json!({ "message_id": sent.id, "seq": seq, "author": sent.author.name(), "text": sent.text }),
        at: now,
    });
    if let Some(sent) = &sent {
        let last = conversation.last_message_at.max(now);
        statements.push(statement(conversations::ADVANCE, params![conversation.id, seq, last]));
        statements.push(message::insert(sent, seq, None)?);
    }
    if let Some(entry) = &delivery {
        statements.push(outbox::insert(entry)?);
    }
    if let Some(said) = &said {
        statements.push(event::insert(said)?);
    }
    tx.batch(&statements).await?;
    Ok(sent)
}

/// Whether a person was asked for because of such requests alone, and none is left.
fn waits_only_for(conversation: &Conversation) -> bool {
    conversation.status == Status::Open
        && conversation.owner == Owner::Waiting
        && !conversation.memory.negotiation.has_pending()
        && conversation
            .memory
            .handoff
            .as_ref()
            .is_some_and(|handoff| handoff.reason == HandoffReason::OverAuthority)
}

fn three<T>(list: Vec<T>) -> Result<[T; 3], StoreError> {
    list.try_into().map_err(|_| StoreError::driver("a change of a conversation is three statements"))
}

/// The statement by which a turn asks.
pub(crate) fn insert(approval: &Approval) -> Result<Statement<'_>, StoreError> {
    let values = params![
        approval.id,
        approval.conversation,
        approval.contact,
        &approval.key,
        approval.status.name(),
        written(approval)?,
        approval.created_at,
        approval.expires_at
    ];
    Ok(statement(sql::INSERT, values))
}

pub(crate) fn read_approval(row: &Row) -> Result<Approval, StoreError> {
    row.json("record")
}
