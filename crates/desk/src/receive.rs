//! A buyer's message comes in: stored first, acknowledged then, answered by a turn.

use std::{sync::Arc, time::Duration};

use domain::{
    Timestamp,
    contact::Attributes,
    id::{CompanyId, ContactId, ConversationId, IdentityId, InboxId, MessageId},
    message::{Attachment, MessageKind},
    turn::Turn,
};
use store::{FreshIds, Incoming, IncomingContact, IncomingMessage, StoreError};

use crate::Desk;

/// How long a lease lasts. A turn takes milliseconds; a language model's budget is 8 s.
pub(crate) const LEASE_MILLIS: i64 = 30_000;

/// The longest text of one message, in Unicode code points.
pub const MAX_TEXT_CHARS: usize = 8_000;
/// The longest id or name, in bytes.
pub const MAX_NAME_BYTES: usize = 256;
const MAX_ATTRIBUTES: usize = 32;
const MAX_ATTACHMENTS: usize = 10;

/// A message as a channel hands it over.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// The inbox's name.
    pub inbox: String,
    pub contact_external_id: String,
    pub contact_name: Option<String>,
    pub company: Option<String>,
    pub company_verified: bool,
    pub attributes: Attributes,
    /// Whether the caller may say what a buyer must not say of himself (`tier`).
    pub trusted: bool,
    pub message_external_id: Option<String>,
    pub text: String,
    pub attachments: Vec<Attachment>,
}

/// What the sender is told: the message is durable, and the turn if it was waited for.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    pub conversation: ConversationId,
    pub message: MessageId,
    /// The same message was accepted before.
    pub duplicate: bool,
    pub turn: Option<Turn>,
}

/// Why a message was not taken. Nothing of it was stored.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    #[error("there is no inbox named `{0}`")]
    UnknownInbox(String),
    #[error("`{field}` {problem}")]
    Invalid { field: &'static str, problem: String },
    #[error("the message could not be stored")]
    Store(#[source] StoreError),
}

fn invalid(field: &'static str, problem: impl Into<String>) -> ReceiveError {
    ReceiveError::Invalid { field, problem: problem.into() }
}

fn check_name(field: &'static str, text: &str) -> Result<(), ReceiveError> {
    if text.len() > MAX_NAME_BYTES {
        return Err(invalid(field, format!("is longer than {MAX_NAME_BYTES} bytes")));
    }
    check_text(field, text)
}

/// PostgreSQL cannot store U+0000, so it is refused for both databases.
fn check_text(field: &'static str, text: &str) -> Result<(), ReceiveError> {
    if text.contains('\0') {
        return Err(invalid(field, "contains U+0000, which cannot be stored; leave it out"));
    }
    Ok(())
}

impl Received {
    fn check(&self) -> Result<(), ReceiveError> {
        if self.contact_external_id.trim().is_empty() {
            return Err(invalid("contact.external_id", "is empty; give the buyer's id in your channel"));
        }
        check_name("contact.external_id", &self.contact_external_id)?;
        for (field, value) in [
            ("contact.name", &self.contact_name),
            ("contact.company", &self.company),
            ("message.external_id", &self.message_external_id),
        ] {
            if let Some(value) = value {
                check_name(field, value)?;
            }
        }
        if self.message_external_id.as_deref() == Some("") {
            return Err(invalid("message.external_id", "is empty; leave it out or give the channel's id"));
        }
        if self.attributes.len() > MAX_ATTRIBUTES {
            return Err(invalid("contact.attributes", format!("has more than {MAX_ATTRIBUTES} entries")));
        }
        for (name, value) in &self.attributes {
            check_name("contact.attributes", name)?;
            check_name("contact.attributes", value)?;
        }
        if self.attachments.len() > MAX_ATTACHMENTS {
            return Err(invalid("message.attachments", format!("has more than {MAX_ATTACHMENTS} entries")));
        }
        for attachment in &self.attachments {
            if attachment.kind == MessageKind::Text || attachment.kind == MessageKind::Event {
                return Err(invalid(
                    "message.attachments.kind",
                    "must be image, voice, video, file, location or card",
                ));
            }
            if attachment.url.len() > 2_048 {
                return Err(invalid("message.attachments.url", "is longer than 2048 bytes"));
            }
            check_text("message.attachments.url", &attachment.url)?;
            if let Some(name) = &attachment.name {
                check_name("message.attachments.name", name)?;
            }
        }
        if self.text.trim().is_empty() && self.attachments.is_empty() {
            return Err(invalid("message.text", "is empty and there is no attachment; send one of them"));
        }
        if self.text.chars().count() > MAX_TEXT_CHARS {
            return Err(invalid(
                "message.text",
                format!("is longer than {MAX_TEXT_CHARS} characters; send it as a file or in parts"),
            ));
        }
        check_text("message.text", &self.text)
    }
}

impl Desk {
    /// Stores a message and, with `wait`, waits until its turn is durable or the time is up.
    ///
    /// The same `(inbox, contact, message id)` again gives the first answer, whatever it carries now.
    pub async fn receive(&self, received: Received, wait: Option<Duration>) -> Result<Receipt, ReceiveError> {
        received.check()?;
        let inbox =
            self.inbox(&received.inbox).ok_or_else(|| ReceiveError::UnknownInbox(received.inbox.clone()))?;
        let now = self.now();
        let message = MessageId::from_ulid(self.ulid(now));
        // Listening starts before the message can be seen, so that its turn cannot be missed.
        let mut waiter = wait.map(|_| self.inner.work.wait_for(message));
        let incoming = self.incoming(received, inbox.id, message, now);
        // In a task of its own: a caller who hangs up now would drop the claim that came with the message, and the conversation would
        // wait until the lease ends.
        let desk = self.clone();
        let taken_in = tokio::spawn(async move { desk.take_in(incoming, wait.is_some()).await });
        let taken_in = taken_in.await.unwrap_or_else(|panic| Err(StoreError::Unavailable(Arc::new(panic))));
        let mut receipt = taken_in.map_err(ReceiveError::Store)?;
        let Some(limit) = wait else { return Ok(receipt) };
        if receipt.duplicate {
            waiter = Some(self.inner.work.wait_for(receipt.message));
            receipt.turn = self.turn_of(receipt.message).await.map_err(ReceiveError::Store)?;
        }
        if receipt.turn.is_none() {
            let heard = tokio::time::timeout(limit, waiter.expect("made above, since `wait` is set")).await;
            receipt.turn = match heard {
                Ok(Some(turn)) => Some(turn),
                // Another process may have answered it.
                _ => self.turn_of(receipt.message).await.map_err(ReceiveError::Store)?,
            };
        }
        Ok(receipt)
    }

    /// Stores a message and sees to it that somebody works on its conversation.
    async fn take_in(&self, mut incoming: Incoming, awaited: bool) -> Result<Receipt, StoreError> {
        let arrival = self.inner.work.arrive(self.inner.clock.monotonic_micros());
        let permit = self.inner.work.try_start_at_once(awaited);
        incoming.lease = permit.is_some().then(|| incoming.now.plus_millis(LEASE_MILLIS));
        let accepted = self.inner.store.accept(incoming).await?;
        arrival.stored(self.inner.clock.monotonic_micros());
        metrics::counter!("messages_accepted_total", "duplicate" => if accepted.duplicate { "yes" } else { "no" })
            .increment(1);
        match (permit, accepted.claim) {
            (Some(permit), Some(claim)) => self.work_on(claim, permit),
            (None, _) => self.inner.work.wake_sweeper(),
            // Another worker has the conversation and will see the message when it commits.
            (Some(_), None) => {}
        }
        Ok(Receipt {
            conversation: accepted.conversation,
            message: accepted.message,
            duplicate: accepted.duplicate,
            turn: None,
        })
    }

    /// The delivery as the store takes it, without a lease.
    fn incoming(&self, received: Received, inbox: InboxId, message: MessageId, now: Timestamp) -> Incoming {
        let kind = received.attachments.first().map_or(MessageKind::Text, |attachment| attachment.kind);
        Incoming {
            inbox,
            contact: IncomingContact {
                external_id: received.contact_external_id,
                name: received.contact_name,
                company: received.company,
                company_verified: received.company_verified,
                attributes: received.attributes,
                trusted: received.trusted,
            },
            message: IncomingMessage {
                external_id: received.message_external_id,
                kind,
                text: received.text,
                attachments: received.attachments,
            },
            now,
            silence_ms: self.inner.options.silence_hours.saturating_mul(3_600_000),
            lease: None,
            ids: FreshIds {
                contact: ContactId::from_ulid(self.ulid(now)),
                identity: IdentityId::from_ulid(self.ulid(now)),
                conversation: ConversationId::from_ulid(self.ulid(now)),
                message,
                company: CompanyId::from_ulid(self.ulid(now)),
                events: self.event_ids(now),
            },
        }
    }

    /// The turn that a buyer's message belongs to, once it has one.
    pub async fn turn_of(&self, message: MessageId) -> Result<Option<Turn>, StoreError> {
        self.inner.store.turn_of_message(message).await
    }
}
