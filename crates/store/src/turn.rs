//! A turn's commit, and turns that were committed.

use std::{ops::Range, sync::Arc};

use domain::{
    Timestamp,
    approval::Approval,
    contact::Contact,
    conversation::Conversation,
    event::NewEvent,
    id::{ConversationId, EventId, MessageId, TurnId},
    lead::Lead,
    message::Message,
    outbox::OutboxEntry,
    promise::Promise,
    quote::QuoteChange,
    turn::Turn,
};
use futures_util::future::BoxFuture;

use crate::{
    Store, approval,
    error::{Rejection, StoreError},
    event, lead, message, offer, outbox,
    page::{Page, Paged},
    promise, quote,
    sql::{contact as contacts, conversation, message as sql},
    tx::{Statement, Tx, into_owned, statement},
    value::{Row, json, params},
};

/// Everything that a turn decided.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnCommit {
    pub turn: Arc<Turn>,
    /// The claim under which the turn ran.
    pub lease_token: i64,
    /// The owner epoch that the turn saw.
    pub expected_epoch: i64,
    /// The `seq` of the last message that the turn answers; with those before it, nothing up to there waits any more.
    pub answered_seq: i64,
    /// The conversation after the turn. Owner, epoch and memory are taken; status and assignee belong to people.
    pub conversation: Conversation,
    /// Profile and requirement are taken; name, company and attributes belong to the channel.
    pub contact: Contact,
    /// New or changed. Of a known one the points, summary and times are taken; assignee, place and outcome belong to people.
    pub lead: Option<Lead>,
    /// What a person has to decide. One whose request waits already is not asked for again.
    pub approvals: Vec<Approval>,
    /// What the buyer is told he can have.
    pub promises: Vec<Promise>,
    /// What the assistant says; its `seq` is given here.
    pub reply: Option<Message>,
    pub outbox: Vec<OutboxEntry>,
    pub events: Vec<NewEvent>,
    /// A quote that was made or accepted, with the ids of the events that tell of it and of the lead that it moves.
    pub quote: Option<(QuoteChange, [EventId; 2])>,
    /// When the conversation has to be looked at again although nobody writes.
    pub wake_at: Option<Timestamp>,
    /// Until when the conversation stays claimed if more messages are pending.
    pub keep_lease_until: Timestamp,
}

/// What became of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitOutcome {
    Committed {
        /// Further buyer messages wait; the claim is kept. Otherwise it is given back.
        more: bool,
    },
    /// Somebody else has the conversation, or answered these messages. Nothing was written.
    Fenced,
    /// The owner, the buyer's profile by a person's hand, or the quote that the turn is about, changed while it ran, or what it asks for
    /// was asked for elsewhere. Nothing was written; take the turn again on the new situation.
    OwnerChanged,
}

impl Store {
    /// Commits a turn in one transaction, or nothing of it.
    pub fn commit_turn(&self, commit: TurnCommit) -> BoxFuture<'_, Result<CommitOutcome, StoreError>> {
        Box::pin(async move {
            let written = Written::new(&commit)?;
            // Boxed, since every step on the way would carry the whole turn.
            let committed = self.write(Box::new((commit, written)), |tx, input| {
                let (commit, written) = &**input;
                Box::pin(commit_turn(tx, commit, written))
            });
            match committed.await {
                Err(StoreError::Rejected(Rejection::Fenced)) => Ok(CommitOutcome::Fenced),
                Err(StoreError::Rejected(Rejection::AskedAlready | Rejection::ProfileEdited)) => {
                    Ok(CommitOutcome::OwnerChanged)
                }
                result => result,
            }
        })
    }

    pub fn turn(&self, id: TurnId) -> BoxFuture<'_, Result<Option<Turn>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::TURN, params![*id]).await?.as_ref().map(read_turn).transpose()
            })
        })
    }

    /// The turn that a buyer's message belongs to, or that an assistant's message came from.
    pub fn turn_of_message(&self, id: MessageId) -> BoxFuture<'_, Result<Option<Turn>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::TURN_OF_MESSAGE, params![*id]).await?.as_ref().map(read_turn).transpose()
            })
        })
    }

    /// A conversation's turns, oldest first.
    pub fn turns(
        &self,
        conversation: ConversationId,
        page: Page,
    ) -> BoxFuture<'_, Result<Paged<Turn>, StoreError>> {
        self.read((conversation, page), |tx, (conversation, page)| {
            Box::pin(async move {
                let key = params![*conversation, page.after_text(""), page.fetch()];
                let rows = tx.query(sql::TURNS, key).await?;
                let items = rows.iter().map(read_turn).collect::<Result<_, _>>()?;
                Ok(Paged::cut(items, page, |turn: &Turn| turn.id.to_string()))
            })
        })
    }
}

/// A commit as it is written. It is made before the transaction, so that the one writer of SQLite does not have to.
struct Written {
    memory: String,
    /// The turn, the messages that it answers, and all that does not depend on what the transaction finds.
    statements: Vec<Statement<'static>>,
    /// Where among them the profile is written.
    learnt: usize,
    /// Where among them the approvals are asked for.
    approvals: Range<usize>,
}

impl Written {
    fn new(commit: &TurnCommit) -> Result<Self, StoreError> {
        let TurnCommit { turn, conversation: after, contact, .. } = commit;
        let record = params![turn.id, turn.conversation, json(&**turn)?, turn.at];
        let mut statements = vec![statement(sql::INSERT_TURN, record)];
        for id in &turn.message_ids {
            statements.push(statement(sql::ANSWER, params![*id, after.id, turn.id]));
        }
        let known = params![
            contact.id,
            json(&contact.profile)?,
            json(&contact.requirement)?,
            turn.at,
            i64::from(contact.profile.edits)
        ];
        let learnt = statements.len();
        statements.push(statement(contacts::UPDATE_LEARNT, known));
        if let Some(lead) = &commit.lead {
            statements.push(into_owned(lead::upsert(lead)?));
        }
        statements.extend(offer::insert(turn, contact.id)?);
        let first = statements.len();
        for approval in &commit.approvals {
            statements.push(into_owned(approval::insert(approval)?));
        }
        let approvals = first..statements.len();
        for promise in &commit.promises {
            statements.extend(promise::insert(promise)?.into_iter().map(into_owned));
        }
        for entry in &commit.outbox {
            statements.push(into_owned(outbox::insert(entry)?));
        }
        for new in &commit.events {
            statements.push(into_owned(event::insert(new)?));
        }
        Ok(Self { memory: json(&after.memory)?, statements, learnt, approvals })
    }
}

async fn commit_turn(
    tx: &mut Tx<'_>,
    commit: &TurnCommit,
    written: &Written,
) -> Result<CommitOutcome, StoreError> {
    let TurnCommit { turn, conversation: after, .. } = commit;
    // Read and compared first: `UPDATE … RETURNING` would have SQLite build a table for its one row.
    let before = tx.query_one(conversation::GUARDS_LOCKED, params![after.id]).await?;
    let Some(before) = before else { return Ok(CommitOutcome::Fenced) };
    if before.integer("lease_token")? != commit.lease_token {
        return Ok(CommitOutcome::Fenced);
    }
    if before.integer("owner_epoch")? != commit.expected_epoch {
        return Ok(CommitOutcome::OwnerChanged);
    }
    if let Some((change, _)) = &commit.quote
        && !quote::fits(tx, change, turn.at).await?
    {
        return Ok(CommitOutcome::OwnerChanged);
    }
    let answered = turn.message_ids.len();
    let last_seq = before.integer("last_seq")? + i64::from(commit.reply.is_some());
    let pending = before.integer("pending")? - answered as i64;
    let changed = tx.batch(&written.statements).await?;
    // The turn comes first, then the messages that it answers.
    let taken: u64 = changed.iter().skip(1).take(answered).sum();
    if taken != answered as u64 {
        // A message belongs to one turn: the error takes back what was written above.
        return Err(Rejection::Fenced.into());
    }
    if changed.get(written.learnt) == Some(&0) {
        return Err(Rejection::ProfileEdited.into());
    }
    if changed.get(written.approvals.clone()).is_some_and(|asked| asked.contains(&0)) {
        return Err(Rejection::AskedAlready.into());
    }
    let decided = params![
        after.id,
        after.owner.name(),
        after.owner_epoch,
        &written.memory,
        after.last_message_at.max(turn.at).millis().max(before.integer("last_message_at")?),
        last_seq,
        pending,
        if pending > 0 { commit.keep_lease_until.millis() } else { 0 },
        commit.answered_seq,
        commit.wake_at
    ];
    let mut rest = vec![statement(conversation::COMMIT_TURN, decided)];
    if let Some(reply) = &commit.reply {
        rest.push(message::insert(reply, last_seq, None)?);
    }
    tx.batch(&rest).await?;
    // Last, since the lead that it moves may be new.
    if let Some((change, events)) = &commit.quote {
        quote::commit(tx, change, *events, turn.at).await?;
    }
    Ok(CommitOutcome::Committed { more: pending > 0 })
}

pub(crate) fn read_turn(row: &Row) -> Result<Turn, StoreError> {
    row.json("record")
}
