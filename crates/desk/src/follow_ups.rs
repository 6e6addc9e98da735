//! What happens although nobody wrote: follow-ups to silent buyers, and hand-overs that nobody accepted in time.
//!
//! The sweep finds conversations whose time has come. Each is a step of its own, like a turn: what is stored is loaded, decided anew,
//! worded and checked, and committed with the message, its delivery and its events, or not at all where somebody wrote meanwhile.

use domain::{
    Timestamp,
    conversation::{Conversation, Owner, Status},
    event::{EventKind, NewEvent},
    follow_up::{Reason, SentFollowUp},
    id::{AgentId, ConversationId, EventId, MessageId, OutboxId},
    inbox::Inbox,
    message::{Author, Message, MessageKind},
    outbox::{Delivery, OutboxEntry, OutboxStatus},
    quote::Quote,
};
use engine::{
    follow_up::{self, FollowUp, Past},
    knowledge::Knowledge,
    routing,
    situation::Situation,
};
use serde_json::json;
use store::{ChangeError, FollowUpWords, Step, StepOutcome, StoreError, StoredSituation, Watched, Woken};

use crate::{Desk, turn::situation_of};

/// So many are looked at in one go.
const BATCH: usize = 100;
/// How long a conversation is kept from other nodes while it is looked at.
const LOOKED_AT_MILLIS: i64 = 60_000;
/// A follow-up that was not delivered by then comes at a wrong time.
const EXPIRES_MILLIS: i64 = 60 * 60_000;

/// The next follow-up of a conversation as it would be sent, if nobody writes before.
#[derive(Debug, Clone, PartialEq)]
pub struct Upcoming {
    pub step: String,
    pub reason: Reason,
    /// For people at the shop.
    pub why: String,
    pub due_at: Timestamp,
    pub text: String,
    /// A person sends it.
    pub draft: bool,
    /// Who put the words.
    pub worded_by: Option<AgentId>,
}

/// What was and what will be written to a buyer by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUps {
    pub next: Option<Upcoming>,
    /// To this buyer in any conversation, the newest first.
    pub sent: Vec<SentFollowUp>,
}

/// What became of a look.
#[derive(Debug, Clone, PartialEq)]
pub enum Looked {
    /// A follow-up was written: sent, or held for a person.
    Wrote(SentFollowUp),
    /// The next person was asked.
    AskedNext,
    /// It is not time yet, or never.
    Nothing,
    /// Somebody wrote or took over meanwhile.
    Stopped,
}

impl Desk {
    /// Looks at conversations whose time has come. Gives how many there were.
    pub async fn look_after(&self) -> Result<usize, StoreError> {
        let now = self.now();
        let until = now.plus_millis(LOOKED_AT_MILLIS);
        let woken = self.inner.store.claim_woken(now, until, BATCH).await?;
        let count = woken.len();
        for woken in woken {
            // One that fails is looked at again when its time with this node is over; the others need not wait for it.
            if let Err(error) = self.look_at(woken).await {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, conversation.id = %woken.conversation, "a silent conversation could not be looked at");
            }
        }
        Ok(count)
    }

    async fn look_at(&self, woken: Woken) -> Result<Looked, StoreError> {
        let Some(watched) = self.inner.store.watched(woken.conversation).await? else {
            return Ok(Looked::Nothing);
        };
        if watched.wake_at != Some(woken.until) {
            return Ok(Looked::Stopped);
        }
        if !watched.situation.inbox.kind.reaches_later() {
            self.inner.store.look_again(woken, None).await?;
            return Ok(Looked::Nothing);
        }
        let (looked, again) = self.step(&watched).await?;
        if looked == Looked::Nothing {
            self.inner.store.look_again(woken, again).await?;
        }
        Ok(looked)
    }

    /// Does what is due in a conversation at this moment, whether or not anybody meant to look at it.
    pub async fn follow_up_now(&self, conversation: ConversationId) -> Result<Looked, StoreError> {
        match self.inner.store.watched(conversation).await? {
            Some(watched) => Ok(self.step(&watched).await?.0),
            None => Ok(Looked::Nothing),
        }
    }

    /// What is due, and when to look again where nothing is.
    async fn step(&self, watched: &Watched) -> Result<(Looked, Option<Timestamp>), StoreError> {
        let conversation = &watched.situation.conversation;
        if conversation.status == Status::Open && conversation.owner == Owner::Waiting {
            return self.ask_next(watched).await;
        }
        if watched.cancelled {
            return Ok((Looked::Nothing, None));
        }
        let published = self.published();
        let quote = self.quote_of(&watched.situation).await?;
        let now = self.now();
        let situation = situation_of(&published, &watched.situation, quote.as_ref(), now);
        let Some(next) = follow_up::next(&situation, &past_of(watched)) else {
            return Ok((Looked::Nothing, None));
        };
        if next.due_at > now || !watched.situation.messages.is_empty() {
            return Ok((Looked::Nothing, Some(next.due_at)));
        }
        let said = match (&watched.words, follow_up::compose(&situation, &next)) {
            (Some(words), _) => (words.text.clone(), Author::Agent(words.agent), false),
            (None, Ok(said)) => (said.text, Author::Assistant, next.draft),
            (None, Err(reason)) => {
                tracing::warn!(conversation.id = %conversation.id, %reason, "a follow-up was not written");
                metrics::counter!("follow_ups_withheld_total").increment(1);
                return Ok((Looked::Nothing, None));
            }
        };
        let step = self.write_step(watched, &situation, &next, said, now);
        let sent = step.sent.clone();
        match (self.inner.store.commit_step(step).await?, sent) {
            (StepOutcome::Committed, Some(sent)) => {
                metrics::counter!("follow_ups_total", "reason" => sent.reason.name(), "draft" => if sent.draft { "yes" } else { "no" })
                    .increment(1);
                self.inner.live.wake_deliveries();
                Ok((Looked::Wrote(sent), None))
            }
            _ => Ok((Looked::Stopped, None)),
        }
    }

    fn write_step(
        &self,
        watched: &Watched,
        situation: &Situation<'_>,
        next: &FollowUp,
        (text, author, draft): (String, Author, bool),
        now: Timestamp,
    ) -> Step {
        let stored = &watched.situation;
        let before = &stored.conversation;
        let opens = (before.status != Status::Open)
            .then(|| reopened(before, ConversationId::from_ulid(self.ulid(now)), now));
        let about = opens.as_ref().unwrap_or(before).clone();
        let message = Message {
            id: MessageId::from_ulid(self.ulid(now)),
            conversation: about.id,
            seq: 0,
            author,
            external_id: None,
            kind: MessageKind::Text,
            text,
            attachments: Vec::new(),
            turn: None,
            draft,
            at: now,
        };
        let sent = SentFollowUp {
            message: message.id,
            contact: stored.contact.id,
            conversation: about.id,
            step: next.step.clone(),
            reason: next.reason,
            why: next.why.clone(),
            products: next.products().to_vec(),
            draft,
            revision: situation.knowledge.revision,
            at: now,
        };
        let mut events = Vec::new();
        let mut tell = |kind, data| {
            let (id, at) = (EventId::from_ulid(self.ulid(now)), now);
            let (conversation, contact) = (Some(about.id), Some(about.contact));
            events.push(NewEvent { id, kind, conversation, contact, data, at });
        };
        if opens.is_some() {
            tell(EventKind::ConversationOpened, json!({ "inbox": about.inbox }));
        }
        tell(
            EventKind::FollowUpChanged,
            json!({
                "status": if draft { "drafted" } else { "sent" },
                "step": sent.step,
                "reason": sent.reason,
                "message_id": message.id,
            }),
        );
        let mut outbox = Vec::new();
        if !draft {
            tell(
                EventKind::MessageSent,
                json!({ "message_id": message.id, "author": message.author.name(), "text": message.text }),
            );
            outbox.extend(self.delivery(&stored.inbox, &about, &message, EXPIRES_MILLIS, now));
        }
        // What follows this one, as far as it is known now.
        let mut all = vec![sent.clone()];
        all.extend(watched.sent.iter().cloned());
        let after = Conversation { last_message_at: about.last_message_at.max(now), ..about.clone() };
        let later = Situation { conversation: &after, ..*situation };
        let wake_at =
            follow_up::next(&later, &Past { sent: &all, ..past_of(watched) }).map(|step| step.due_at);
        Step {
            conversation: before.clone(),
            expected_wake: watched.wake_at,
            expected_seq: watched.last_seq,
            expected_epoch: before.owner_epoch,
            opens,
            message: Some(message),
            sent: Some(sent),
            outbox,
            events,
            wake_at,
        }
    }

    /// How a message leaves; none where the commit is the delivery.
    fn delivery(
        &self,
        inbox: &Inbox,
        conversation: &Conversation,
        message: &Message,
        expires_millis: i64,
        now: Timestamp,
    ) -> Option<OutboxEntry> {
        (!inbox.kind.delivers_by_commit()).then(|| OutboxEntry {
            id: OutboxId::from_ulid(self.ulid(now)),
            delivery: Delivery::Message { conversation: conversation.id, message: message.id },
            owner_epoch: Some(conversation.owner_epoch),
            status: OutboxStatus::Pending,
            attempts: 0,
            due_at: now,
            expires_at: Some(now.plus_millis(expires_millis)),
            created_at: now,
        })
    }

    /// Nobody accepted in time: the next one is asked, and the buyer told once.
    async fn ask_next(&self, watched: &Watched) -> Result<(Looked, Option<Timestamp>), StoreError> {
        let stored = &watched.situation;
        let now = self.now();
        let before = &stored.conversation;
        let Some(handoff) = &before.memory.handoff else { return Ok((Looked::Nothing, None)) };
        match handoff.due_at {
            Some(due_at) if due_at <= now => {}
            later => return Ok((Looked::Nothing, later)),
        }
        let published = self.published();
        let knowledge: &Knowledge = &published.knowledge;
        let language = before.memory.language.unwrap_or_default().reply();
        let goods = routing::goods_of(knowledge, &stored.contact.requirement);
        let wanted = routing::Wanted { language, goods: &goods };
        let asked = routing::ask_next(knowledge, handoff, &wanted, &self.inner.colleagues.known(), now);
        let mut conversation = before.clone();
        conversation.memory.handoff = Some(asked.handoff.clone());
        let message = asked.told.map(|text| Message {
            id: MessageId::from_ulid(self.ulid(now)),
            conversation: before.id,
            seq: 0,
            author: Author::Assistant,
            external_id: None,
            kind: MessageKind::Text,
            text,
            attachments: Vec::new(),
            turn: None,
            draft: stored.inbox.autonomy <= domain::inbox::Autonomy::Draft,
            at: now,
        });
        let event = |kind, data| NewEvent {
            id: EventId::from_ulid(self.ulid(now)),
            kind,
            conversation: Some(before.id),
            contact: Some(before.contact),
            data,
            at: now,
        };
        let data = json!({ "handoff": asked.handoff, "owner": before.owner, "escalated": true });
        let mut events = vec![event(EventKind::HandoffRequested, data)];
        let mut outbox = vec![OutboxEntry {
            id: OutboxId::from_ulid(self.ulid(now)),
            delivery: Delivery::HandoffNotification { conversation: before.id },
            owner_epoch: None,
            status: OutboxStatus::Pending,
            attempts: 0,
            due_at: now,
            expires_at: None,
            created_at: now,
        }];
        if let Some(message) = message.as_ref().filter(|message| !message.draft) {
            let data =
                json!({ "message_id": message.id, "author": message.author.name(), "text": message.text });
            events.push(event(EventKind::MessageSent, data));
            outbox.extend(self.delivery(&stored.inbox, &conversation, message, EXPIRES_MILLIS, now));
        }
        let step = Step {
            conversation,
            expected_wake: watched.wake_at,
            expected_seq: watched.last_seq,
            expected_epoch: before.owner_epoch,
            opens: None,
            message,
            sent: None,
            outbox,
            events,
            wake_at: asked.handoff.due_at,
        };
        match self.inner.store.commit_step(step).await? {
            StepOutcome::Committed => {
                self.inner.colleagues.take_one_more(&asked.handoff);
                metrics::counter!("handoffs_escalated_total").increment(1);
                self.inner.live.wake_deliveries();
                self.inner.work.wake_sweeper();
                Ok((Looked::AskedNext, None))
            }
            StepOutcome::Stopped => Ok((Looked::Stopped, None)),
        }
    }

    /// What was and what will be written to the buyer of a conversation by itself.
    pub async fn follow_ups(&self, conversation: ConversationId) -> Result<Option<FollowUps>, StoreError> {
        let Some(watched) = self.inner.store.watched(conversation).await? else { return Ok(None) };
        let published = self.published();
        let quote = self.quote_of(&watched.situation).await?;
        let situation = situation_of(&published, &watched.situation, quote.as_ref(), self.now());
        // What was cancelled is not sent, whatever gives cause to it; while a message waits for its turn nothing is decided yet.
        let is_planned =
            !watched.cancelled && watched.wake_at.is_some() && watched.situation.messages.is_empty();
        let next = is_planned.then(|| follow_up::next(&situation, &past_of(&watched))).flatten();
        let next = next.and_then(|next| {
            let text = match &watched.words {
                Some(words) => words.text.clone(),
                None => follow_up::compose(&situation, &next).ok()?.text,
            };
            let worded_by = watched.words.as_ref().map(|words| words.agent);
            let FollowUp { step, reason, why, due_at, draft, .. } = next;
            Some(Upcoming { step, reason, why, due_at, text, draft: draft && worded_by.is_none(), worded_by })
        });
        Ok(Some(FollowUps { next, sent: watched.sent }))
    }

    /// Nothing is sent to the buyer of a conversation until he writes again.
    pub async fn cancel_follow_up(
        &self,
        conversation: ConversationId,
        agent: AgentId,
    ) -> Result<(), ChangeError> {
        let now = self.now();
        self.inner.store.cancel_follow_up(conversation, agent, now, self.event_ids(now)).await
    }

    /// The next follow-up says what a person wrote. It leaves when it is due, as his message.
    pub async fn word_follow_up(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        text: String,
    ) -> Result<(), ChangeError> {
        let now = self.now();
        let upcoming = self.follow_ups(conversation).await.map_err(ChangeError::Store)?;
        if upcoming.is_none_or(|known| known.next.is_none()) {
            return Err(ChangeError::NotFound);
        }
        let words = FollowUpWords { text, agent, at: now };
        self.inner.store.word_follow_up(conversation, words, self.event_ids(now)).await
    }

    async fn quote_of(&self, stored: &StoredSituation) -> Result<Option<Quote>, StoreError> {
        match stored.contact.requirement.quote {
            Some(id) => self.newest_version(id).await,
            None => Ok(None),
        }
    }
}

fn past_of(watched: &Watched) -> Past<'_> {
    Past { sent: &watched.sent, closed_at: watched.closed_at, last_heard: None }
}

/// A conversation in the place of one that has ended: what was spoken of last goes on in it.
fn reopened(before: &Conversation, id: ConversationId, now: Timestamp) -> Conversation {
    Conversation {
        id,
        status: Status::Open,
        owner: Owner::Assistant,
        owner_epoch: 0,
        assigned_to: None,
        memory: before.memory.resumed(),
        opened_at: now,
        last_message_at: now,
        ended_at: None,
        ..before.clone()
    }
}
