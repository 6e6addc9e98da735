//! What the desk does although nobody wrote: it writes again to a silent buyer, or asks the next person where nobody accepted.
//!
//! A conversation that has to be looked at has its `wake_at`, one at most, written by the turn itself. The buyer's next message clears
//! it in the transaction that stores the message; a step that was decided before then finds another `wake_at` and leaves no trace.

use domain::{
    Timestamp,
    conversation::{Conversation, Owner, Status},
    event::{EventKind, NewEvent},
    follow_up::SentFollowUp,
    id::{AgentId, ConversationId, EventId},
    lead::LeadStatus,
    message::Message,
    outbox::OutboxEntry,
};
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::{
    Store, StoredSituation,
    conversation::locked,
    error::{ChangeError, Rejection, StoreError},
    event, message, outbox, situation,
    sql::{conversation as conversations, follow_up as sql, intake},
    tx::{Statement, Tx, statement},
    value::{json as written, params},
};

/// Follow-ups to one contact that are remembered.
const REMEMBERED: i64 = 50;

/// A conversation that has to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Woken {
    pub conversation: ConversationId,
    /// Until when nobody else looks at it.
    pub until: Timestamp,
}

/// What a person wants said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpWords {
    pub text: String,
    pub agent: AgentId,
    pub at: Timestamp,
}

/// All that a step is decided on.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// Its messages are those that no turn has answered.
    pub situation: StoredSituation,
    pub wake_at: Option<Timestamp>,
    pub last_seq: i64,
    /// Follow-ups to the contact, the newest first.
    pub sent: Vec<SentFollowUp>,
    /// When the contact's newest lead was won or lost, where it is closed.
    pub closed_at: Option<Timestamp>,
    /// A person's words for the next follow-up, where nobody has written since.
    pub words: Option<FollowUpWords>,
    /// A person wants none, and nobody has written since.
    pub cancelled: bool,
}

/// Everything that a step decided. It counts only while the conversation stands as it was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// After the step; owner, epoch and memory are taken.
    pub conversation: Conversation,
    /// As they were seen.
    pub expected_wake: Option<Timestamp>,
    pub expected_seq: i64,
    pub expected_epoch: i64,
    /// Opened for the message where the conversation has ended.
    pub opens: Option<Conversation>,
    /// What the buyer reads; its `seq` is given here.
    pub message: Option<Message>,
    pub sent: Option<SentFollowUp>,
    pub outbox: Vec<OutboxEntry>,
    pub events: Vec<NewEvent>,
    /// When to look again, at the conversation that was opened if one was.
    pub wake_at: Option<Timestamp>,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutcome {
    Committed,
    /// Somebody wrote, took over or looked meanwhile. Nothing was written.
    Stopped,
}

impl Store {
    /// Claims conversations that have to be looked at, the longest due first, until `until`.
    pub fn claim_woken(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Woken>, StoreError>> {
        Box::pin(async move {
            // Most looks find nothing: they should not cost a commit.
            let due = self
                .read(now, |tx, now| Box::pin(async move { tx.query(sql::IS_WOKEN, params![*now]).await }));
            if due.await?.is_empty() {
                return Ok(Vec::new());
            }
            self.write((now, until, limit as i64), |tx, (now, until, limit)| {
                Box::pin(async move {
                    let rows = tx.query(sql::CLAIM_WOKEN, params![*now, *until, *limit]).await?;
                    let woken =
                        |row: &crate::value::Row| Ok(Woken { conversation: row.id("id")?, until: *until });
                    rows.iter().map(woken).collect()
                })
            })
            .await
        })
    }

    /// What a step in this conversation starts from.
    pub fn watched(&self, id: ConversationId) -> BoxFuture<'_, Result<Option<Watched>, StoreError>> {
        self.read(id, |tx, id| Box::pin(watched(tx, *id)))
    }

    /// Commits a step in one transaction, or nothing of it.
    pub fn commit_step(&self, step: Step) -> BoxFuture<'_, Result<StepOutcome, StoreError>> {
        self.write(Box::new(step), |tx, step| Box::pin(commit(tx, step)))
    }

    /// Looks at a conversation again at `wake_at`, where it still stands as it was seen; `None` for not at all.
    pub fn look_again(
        &self,
        woken: Woken,
        wake_at: Option<Timestamp>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write((woken, wake_at), |tx, (woken, wake_at)| {
            Box::pin(async move {
                let row = locked(tx, woken.conversation).await?.1;
                if row.optional_time("wake_at")? == Some(woken.until) {
                    tx.execute(sql::SET_WAKE, params![woken.conversation, *wake_at]).await?;
                }
                Ok(())
            })
        })
    }

    /// The next follow-up of a conversation is not sent, nor any after it, until the buyer writes again.
    pub fn cancel_follow_up(
        &self,
        id: ConversationId,
        agent: AgentId,
        now: Timestamp,
        events: [EventId; 1],
    ) -> BoxFuture<'_, Result<(), ChangeError>> {
        Box::pin(async move {
            let cancelled = self.write((id, agent, now, events), |tx, (id, agent, now, [event])| {
                Box::pin(async move {
                    let (conversation, row) = locked(tx, *id).await?;
                    if tx.execute(sql::CANCEL, params![*id]).await? == 0 {
                        return Err(Rejection::NotFound("follow-up").into());
                    }
                    let told = changed(&conversation, *event, "cancelled", Some(*agent), *now);
                    // No words at all, until somebody writes.
                    let values = params![*id, row.integer("last_seq")?, "", *agent, *now];
                    tx.batch(&[statement(sql::SET_WORDS, values), event::insert(&told)?]).await.map(drop)
                })
            });
            Ok(cancelled.await?)
        })
    }

    /// The next follow-up of a conversation says this, unless somebody writes before.
    pub fn word_follow_up(
        &self,
        id: ConversationId,
        words: FollowUpWords,
        events: [EventId; 1],
    ) -> BoxFuture<'_, Result<(), ChangeError>> {
        Box::pin(async move {
            let worded = self.write((id, words, events), |tx, (id, words, [event])| {
                Box::pin(async move {
                    let (conversation, row) = locked(tx, *id).await?;
                    if row.optional_time("wake_at")?.is_none() || conversation.owner == Owner::Waiting {
                        return Err(Rejection::NotFound("follow-up").into());
                    }
                    let FollowUpWords { text, agent, at } = words;
                    let values = params![*id, row.integer("last_seq")?, text, *agent, *at];
                    let told = changed(&conversation, *event, "worded", Some(*agent), *at);
                    tx.batch(&[statement(sql::SET_WORDS, values), event::insert(&told)?]).await.map(drop)
                })
            });
            Ok(worded.await?)
        })
    }
}

/// What the live feed hears of a follow-up.
pub(crate) fn changed(
    conversation: &Conversation,
    id: EventId,
    what: &str,
    agent: Option<AgentId>,
    at: Timestamp,
) -> NewEvent {
    let (about, contact) = (Some(conversation.id), Some(conversation.contact));
    let data = json!({ "status": what, "by": agent });
    NewEvent { id, kind: EventKind::FollowUpChanged, conversation: about, contact, data, at }
}

async fn watched(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Watched>, StoreError> {
    let Some(rows) = situation::load(tx, id).await? else { return Ok(None) };
    let (wake_at, last_seq) = rows.watch()?;
    let situation = rows.read()?;
    let contacts = [situation.contact.id, situation.conversation.contact];
    let contacts = if contacts[0] == contacts[1] { &contacts[..1] } else { &contacts[..] };
    let mut sent: Vec<SentFollowUp> = Vec::new();
    let mut closed_at = None;
    for contact in contacts {
        for row in tx.query(sql::OF_CONTACT, params![*contact, REMEMBERED]).await? {
            sent.push(row.json("record")?);
        }
        if let Some(row) = tx.query_one(sql::NEWEST_LEAD, params![*contact]).await? {
            let status = row.named("status", LeadStatus::from_name)?;
            let closed = (!status.is_open()).then(|| row.time("updated_at")).transpose()?;
            closed_at = closed_at.max(closed);
        }
    }
    sent.sort_by_key(|sent| std::cmp::Reverse((sent.at, sent.message)));
    let words = match tx.query_one(sql::WORDS, params![id]).await? {
        Some(row) if row.integer("seq")? == last_seq => {
            Some(FollowUpWords { text: row.text("text")?, agent: row.id("agent_id")?, at: row.time("at")? })
        }
        _ => None,
    };
    let cancelled = words.as_ref().is_some_and(|words| words.text.is_empty());
    let words = words.filter(|_| !cancelled);
    Ok(Some(Watched { situation, wake_at, last_seq, sent, closed_at, words, cancelled }))
}

async fn commit(tx: &mut Tx<'_>, step: &Step) -> Result<StepOutcome, StoreError> {
    let id = step.conversation.id;
    let (before, row) = locked(tx, id).await?;
    let stands = row.optional_time("wake_at")? == step.expected_wake
        && row.integer("last_seq")? == step.expected_seq
        && before.owner_epoch == step.expected_epoch
        && before.status == step.conversation.status;
    // A message that no turn has answered is an answer all the same. Whoever waits for a person is not kept from being told.
    let answered = row.integer("pending")? == 0 || before.owner == Owner::Waiting;
    if !stands || !answered {
        return Ok(StepOutcome::Stopped);
    }
    if let Some(opened) = &step.opens {
        let open = tx.query_one(sql::OPEN_OF_IDENTITY, params![opened.identity]).await?;
        if before.status == Status::Open || open.is_some() {
            return Ok(StepOutcome::Stopped);
        }
    }
    let about = step.opens.as_ref().unwrap_or(&step.conversation);
    let sent_at = step.message.as_ref().map_or(about.last_message_at, |message| message.at);
    let seq = if step.opens.is_some() { 0 } else { row.integer("last_seq")? };
    let seq = seq + i64::from(step.message.is_some());
    let memory = written(&about.memory)?;
    let mut statements: Vec<Statement<'_>> = Vec::new();
    if let Some(opened) = &step.opens {
        let new = params![
            opened.id,
            opened.inbox,
            opened.identity,
            opened.contact,
            &memory,
            0,
            0,
            0,
            0,
            None::<&str>,
            opened.opened_at,
            opened.last_message_at
        ];
        statements.push(statement(sql::SET_WAKE, params![id, None::<Timestamp>]));
        statements.push(statement(intake::INSERT_CONVERSATION, new));
    }
    let decided = params![
        about.id,
        about.owner.name(),
        about.owner_epoch,
        &memory,
        about.last_message_at.max(sent_at),
        seq,
        step.wake_at
    ];
    statements.push(statement(sql::COMMIT_STEP, decided));
    // A turn that runs meanwhile starts again on what it finds then.
    statements.push(statement(conversations::FENCE, params![id]));
    if let Some(message) = &step.message {
        statements.push(message::insert(message, seq, None)?);
        statements.push(statement(sql::DELETE_WORDS, params![id]));
    }
    if let Some(sent) = &step.sent {
        let values = params![sent.message, sent.contact, written(sent)?, sent.at];
        statements.push(statement(sql::INSERT, values));
    }
    for entry in &step.outbox {
        statements.push(outbox::insert(entry)?);
    }
    for told in &step.events {
        statements.push(event::insert(told)?);
    }
    tx.batch(&statements).await?;
    Ok(StepOutcome::Committed)
}
