//! Conversations: who has them, who works on them, when they end.

use domain::{
    Timestamp,
    conversation::{Conversation, Owner, Status},
    event::{EventKind, NewEvent},
    handoff::Handoff,
    id::{AgentId, ContactId, ConversationId, EventId, InboxId, OutboxId},
    insight::DraftOutcome,
    message::{Author, Message},
    outbox::{Delivery, OutboxEntry, OutboxStatus},
};
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::{
    Claim, Store,
    error::{ChangeError, Rejection, StoreError},
    event,
    message::{self, read_message},
    outbox,
    page::{LAST, Page, Paged},
    situation,
    sql::{conversation as sql, lead as leads, message as messages, outbox as outboxes},
    tx::{Statement, Tx, statement},
    value::{Row, json, params},
};

/// Which conversations are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    pub owner: Option<Owner>,
    pub status: Option<Status>,
    pub inbox: Option<InboxId>,
    /// With those of everyone merged into the contact.
    pub contact: Option<ContactId>,
}

/// What a person does with a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationChange {
    TakeOver(AgentId),
    Assign(AgentId),
    ReturnToAssistant,
    Resolve,
}

impl Store {
    pub fn conversation(
        &self,
        id: ConversationId,
    ) -> BoxFuture<'_, Result<Option<Conversation>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::CONVERSATION, params![*id])
                    .await?
                    .as_ref()
                    .map(read_conversation)
                    .transpose()
            })
        })
    }

    /// Conversations, the newest activity first.
    pub fn conversations(
        &self,
        filter: ConversationFilter,
        page: Page,
    ) -> BoxFuture<'_, Result<Paged<Conversation>, StoreError>> {
        self.read((filter, page), |tx, (filter, page)| {
            Box::pin(async move {
                let (at, id) = page.after_pair(LAST)?;
                let ConversationFilter { owner, status, inbox, contact } = filter;
                let (owner, status) = (owner.map(Owner::name), status.map(Status::name));
                let rows = match contact {
                    None => {
                        let values = params![at, id, page.fetch(), owner, status, *inbox];
                        tx.query(sql::CONVERSATIONS, values).await?
                    }
                    Some(contact) => {
                        let values = params![at, id, page.fetch(), owner, status, *inbox, *contact];
                        tx.query(sql::CONVERSATIONS_OF_CONTACT, values).await?
                    }
                };
                let items = rows.iter().map(read_conversation).collect::<Result<_, _>>()?;
                let key = |last: &Conversation| format!("{}~{}", last.last_message_at.millis(), last.id);
                Ok(Paged::cut(items, page, key))
            })
        })
    }

    /// Claims conversations with unanswered messages that nobody works on, the longest waiting first.
    pub fn claim_due(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        Box::pin(async move {
            let input = (now, lease_until, limit as i64, self.inner.node.clone());
            let claimed = self.write(input, |tx, (now, until, limit, node)| {
                Box::pin(async move {
                    let rows = tx.query(sql::CLAIM_DUE, params![*now, *until, *limit, &**node]).await?;
                    let mut claims = Vec::with_capacity(rows.len());
                    for row in &rows {
                        let conversation = row.id("id")?;
                        let claim =
                            Claim { conversation, lease_token: row.integer("lease_token")?, situation: None };
                        claims.push((claim, situation::at_hand(tx, conversation).await?));
                    }
                    Ok(claims)
                })
            });
            Ok(claimed.await?.into_iter().map(|(claim, rows)| claim.with(rows)).collect())
        })
    }

    /// Gives a claim back, if it is still this one.
    pub fn release_lease(
        &self,
        id: ConversationId,
        lease_token: i64,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write((id, lease_token), |tx, (id, token)| {
            Box::pin(async move { tx.execute(sql::RELEASE, params![*id, *token]).await.map(drop) })
        })
    }

    /// Changes the owner or status. The assistant's unsent messages of the former owner are not sent any more.
    pub fn change_conversation(
        &self,
        id: ConversationId,
        change: ConversationChange,
        now: Timestamp,
        events: [EventId; 1],
    ) -> BoxFuture<'_, Result<Conversation, ChangeError>> {
        Box::pin(async move {
            let input = (id, change, now, events[0]);
            let changed = self.write(input, |tx, (id, change, now, event)| {
                Box::pin(async move {
                    let mut conversation = locked(tx, *id).await?.0;
                    let before = conversation.clone();
                    match change {
                        ConversationChange::TakeOver(agent) => conversation.take_over(*agent),
                        ConversationChange::Assign(agent) => conversation.assign(*agent),
                        ConversationChange::ReturnToAssistant => conversation.return_to_assistant(),
                        ConversationChange::Resolve => conversation.resolve(*now),
                    }
                    .map_err(Rejection::from)?;
                    if conversation != before {
                        write_change(tx, &conversation, *event, *now).await?;
                    }
                    Ok(conversation)
                })
            });
            Ok(changed.await?)
        })
    }

    /// Asks for a person and has him told, where the assistant has the conversation; says whether it had.
    pub fn request_person(
        &self,
        id: ConversationId,
        handoff: Handoff,
        outbox: OutboxId,
        now: Timestamp,
        events: [EventId; 1],
    ) -> BoxFuture<'_, Result<bool, ChangeError>> {
        Box::pin(async move {
            let input = (id, handoff, outbox, now, events[0]);
            let asked = self.write(input, |tx, (id, handoff, outbox, now, event)| {
                Box::pin(async move {
                    let asked = ask_for_person(tx, *id, handoff, *event, *now).await?;
                    if asked {
                        let entry = handoff_notification(*id, *outbox, *now);
                        tx.batch(&[outbox::insert(&entry)?]).await?;
                    }
                    Ok(asked)
                })
            });
            Ok(asked.await?)
        })
    }

    /// Stores what a person writes to the buyer, with what must be delivered, if the commit is not the delivery. Writing is taking over, unless another person has the conversation.
    ///
    /// Idempotent on the person and `message.external_id`: the same again gives the first message. What he sent to another conversation
    /// under that id is [`Rejection::SentElsewhere`].
    pub fn send_as_agent(
        &self,
        id: ConversationId,
        agent: AgentId,
        message: Message,
        entry: Option<OutboxEntry>,
        now: Timestamp,
        events: [EventId; 2],
    ) -> BoxFuture<'_, Result<Message, ChangeError>> {
        Box::pin(async move {
            let input = (id, agent, message, entry, now, events);
            let sent = self.write(input, |tx, (id, agent, message, entry, now, events)| {
                Box::pin(send(tx, *id, *agent, message, entry.as_ref(), *now, events))
            });
            Ok(sent.await?)
        })
    }

    /// Ends open conversations that have been silent since `before`, where nobody owes an answer. Gives those that ended.
    pub fn lapse_silent(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<ConversationId>, StoreError>> {
        Box::pin(async move {
            let input = (before, limit as i64);
            let silent = self.read(input, |tx, (before, limit)| {
                Box::pin(async move { tx.query(sql::SILENT, params![*before, *limit]).await })
            });
            let silent = silent.await?;
            let silent = silent.iter().map(|row| row.id("id")).collect::<Result<Vec<ConversationId>, _>>()?;
            let mut lapsed = Vec::new();
            for id in silent {
                let ended = self.write((id, before, now), |tx, (id, before, now)| {
                    Box::pin(async move {
                        // Looked at again under the lock: a message may have come in.
                        let (mut conversation, row) = locked(tx, *id).await?;
                        let silent = conversation.last_message_at < *before && row.integer("pending")? == 0;
                        if !silent || conversation.lapse(*now).is_err() {
                            return Ok(false);
                        }
                        write_change(tx, &conversation, event_of_end(*id)?, *now).await?;
                        Ok(true)
                    })
                });
                if ended.await? {
                    lapsed.push(id);
                }
            }
            Ok(lapsed)
        })
    }

    /// How many buyer messages no turn has answered yet.
    pub fn pending_messages(&self) -> BoxFuture<'_, Result<i64, StoreError>> {
        self.read((), |tx, ()| {
            Box::pin(async move {
                tx.query_one(sql::PENDING, &[]).await?.map_or(Ok(0), |row| row.integer("pending"))
            })
        })
    }
}

/// A conversation ends once, so that the id of its end can be made of its own.
fn event_of_end(id: ConversationId) -> Result<EventId, StoreError> {
    let text = id.to_string().replacen(ConversationId::PREFIX, EventId::PREFIX, 1);
    text.parse().map_err(|_| StoreError::corrupt(format!("no event id can be made of {id}")))
}

/// Asks for a person where the assistant has an open conversation; says whether it had.
pub(crate) async fn ask_for_person(
    tx: &mut Tx<'_>,
    id: ConversationId,
    handoff: &Handoff,
    event: EventId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut about = locked(tx, id).await?.0;
    if about.status != Status::Open || about.owner != Owner::Assistant {
        return Ok(false);
    }
    about.request_person(handoff.clone()).map_err(Rejection::from)?;
    let told = NewEvent {
        id: event,
        kind: EventKind::HandoffRequested,
        conversation: Some(about.id),
        contact: Some(about.contact),
        data: json!({ "handoff": handoff, "owner": about.owner }),
        at: now,
    };
    tx.batch(&change_statements(&about, &told)?).await?;
    Ok(true)
}

/// Tells people that somebody is asked for.
pub(crate) fn handoff_notification(
    conversation: ConversationId,
    id: OutboxId,
    now: Timestamp,
) -> OutboxEntry {
    OutboxEntry {
        id,
        delivery: Delivery::HandoffNotification { conversation },
        owner_epoch: None,
        status: OutboxStatus::Pending,
        attempts: 0,
        due_at: now,
        expires_at: None,
        created_at: now,
    }
}

pub(crate) async fn locked(tx: &mut Tx<'_>, id: ConversationId) -> Result<(Conversation, Row), StoreError> {
    let row = tx.query_one(sql::CONVERSATION_LOCKED, params![id]).await?;
    let row = row.ok_or(Rejection::NotFound("conversation"))?;
    Ok((read_conversation(&row)?, row))
}

async fn write_change(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    event: EventId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let told = change_event(conversation, event, now);
    let mut statements = change_statements(conversation, &told)?;
    statements.extend(taken_up(conversation));
    tx.batch(&statements).await.map(drop)
}

pub(crate) fn change_event(conversation: &Conversation, id: EventId, at: Timestamp) -> NewEvent {
    let (kind, data) = match conversation.status {
        Status::Open => (
            EventKind::OwnerChanged,
            json!({
                "owner": conversation.owner,
                "owner_epoch": conversation.owner_epoch,
                "assigned_to": conversation.assigned_to,
            }),
        ),
        Status::Resolved | Status::Lapsed => {
            (EventKind::ConversationEnded, json!({ "status": conversation.status }))
        }
    };
    let (about, contact) = (Some(conversation.id), Some(conversation.contact));
    NewEvent { id, kind, conversation: about, contact, data, at }
}

/// Who speaks to the buyer has taken up his lead.
fn taken_up(conversation: &Conversation) -> Option<Statement<'static>> {
    let speaks = conversation.status == Status::Open && conversation.owner == Owner::Person;
    speaks.then(|| statement(leads::TAKEN_UP, params![conversation.contact]))
}

/// A person's conversation is his; one that waits for a person is looked at when his time is over.
fn wake_at(conversation: &Conversation) -> Option<Timestamp> {
    match conversation.owner {
        Owner::Waiting => conversation.memory.handoff.as_ref().and_then(|handoff| handoff.due_at),
        Owner::Assistant | Owner::Person => None,
    }
}

pub(crate) fn change_statements<'a>(
    conversation: &'a Conversation,
    told: &'a NewEvent,
) -> Result<Vec<Statement<'a>>, StoreError> {
    let values = params![
        conversation.id,
        conversation.status.name(),
        conversation.owner.name(),
        conversation.owner_epoch,
        conversation.assigned_to,
        json(&conversation.memory)?,
        conversation.ended_at,
        wake_at(conversation)
    ];
    Ok(vec![
        statement(sql::CHANGE, values),
        statement(outboxes::SUPERSEDE, params![conversation.id, conversation.owner_epoch]),
        event::insert(told)?,
    ])
}

async fn send(
    tx: &mut Tx<'_>,
    id: ConversationId,
    agent: AgentId,
    message: &Message,
    entry: Option<&OutboxEntry>,
    now: Timestamp,
    events: &[EventId; 2],
) -> Result<Message, StoreError> {
    let (mut conversation, row) = locked(tx, id).await?;
    if let Some(known) = &message.external_id
        && let Some(row) = tx.query_one(messages::OF_AGENT, params![agent, known]).await?
    {
        let sent = read_message(&row)?;
        return if sent.conversation == id { Ok(sent) } else { Err(Rejection::SentElsewhere.into()) };
    }
    let epoch = conversation.owner_epoch;
    conversation.take_over(agent).map_err(Rejection::from)?;
    let seq = row.integer("last_seq")? + 1;
    let mut sent = message.clone();
    sent.conversation = id;
    sent.author = Author::Agent(agent);
    sent.seq = seq;
    let [taken_over, told] = *events;
    let changed = change_event(&conversation, taken_over, now);
    let mut data = json!({ "message_id": sent.id, "seq": seq, "author": sent.author.name() });
    if let Some(draft) = waiting_draft(tx, id, seq).await? {
        let outcome = DraftOutcome::of(&draft.text, &sent.text);
        data["draft"] = json!({ "message_id": draft.id, "outcome": outcome });
    }
    let about = (Some(id), Some(conversation.contact));
    let kind = EventKind::MessageSent;
    let told = NewEvent { id: told, kind, conversation: about.0, contact: about.1, data, at: now };
    let mut statements = Vec::new();
    if conversation.owner_epoch != epoch {
        statements.extend(change_statements(&conversation, &changed)?);
        statements.extend(taken_up(&conversation));
    }
    statements.push(statement(sql::ADVANCE, params![id, seq, conversation.last_message_at.max(now)]));
    statements.push(message::insert(&sent, seq, sent.external_id.as_deref())?);
    if let Some(entry) = entry {
        statements.push(outbox::insert(entry)?);
    }
    statements.push(event::insert(&told)?);
    tx.batch(&statements).await?;
    Ok(sent)
}

/// Messages that are looked through for a draft.
const DRAFT_WITHIN: i64 = 20;

/// The newest draft before `seq` that no person has written after.
async fn waiting_draft(tx: &mut Tx<'_>, id: ConversationId, seq: i64) -> Result<Option<Message>, StoreError> {
    for row in tx.query(messages::LATEST, params![id, seq, DRAFT_WITHIN]).await? {
        let message = read_message(&row)?;
        match message.author {
            Author::Agent(_) => return Ok(None),
            Author::Assistant if message.draft => return Ok(Some(message)),
            Author::Assistant | Author::Buyer => {}
        }
    }
    Ok(None)
}

pub(crate) fn read_conversation(row: &Row) -> Result<Conversation, StoreError> {
    Ok(Conversation {
        id: row.id("id")?,
        inbox: row.id("inbox_id")?,
        identity: row.id("identity_id")?,
        contact: row.id("contact_id")?,
        status: row.named("status", Status::from_name)?,
        owner: row.named("owner", Owner::from_name)?,
        owner_epoch: row.integer("owner_epoch")?,
        assigned_to: row.optional_id("assigned_to")?,
        memory: row.json("memory")?,
        opened_at: row.time("opened_at")?,
        last_message_at: row.time("last_message_at")?,
        ended_at: row.optional_time("ended_at")?,
    })
}
