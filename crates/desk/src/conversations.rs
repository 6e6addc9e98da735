//! What people do with conversations and contacts.

use std::collections::BTreeMap;

use domain::{
    contact::{Company, Contact},
    conversation::Conversation,
    event::EventKind,
    id::{AgentId, CompanyId, ContactId, ConversationId, MessageId, OutboxId},
    message::{Author, Message, MessageKind},
    outbox::{Delivery, OutboxEntry, OutboxStatus},
};
use engine::profile::edit::{self, InvalidFact};
use serde_json::Value;
use store::{ChangeError, ConversationChange};

use crate::Desk;

/// Why a profile was not edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error(transparent)]
    Invalid(#[from] InvalidFact),
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl Desk {
    /// Takes over, assigns, returns or resolves; from a take-over on the assistant is silent.
    pub async fn change_conversation(
        &self,
        conversation: ConversationId,
        change: ConversationChange,
    ) -> Result<Conversation, ChangeError> {
        let now = self.now();
        let changed =
            self.inner.store.change_conversation(conversation, change, now, self.event_ids(now)).await?;
        // Given back to the assistant, messages that nobody answered are answered now.
        self.inner.work.wake_sweeper();
        Ok(changed)
    }

    /// A person writes to the buyer. Writing counts as taking over. The same `client_id` again sends nothing and gives the first one.
    pub async fn send_as_agent(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        text: String,
        client_id: Option<String>,
    ) -> Result<Message, ChangeError> {
        let now = self.now();
        let message = Message {
            id: MessageId::from_ulid(self.ulid(now)),
            conversation,
            seq: 0,
            author: Author::Agent(agent),
            external_id: client_id,
            kind: MessageKind::Text,
            text,
            attachments: Vec::new(),
            turn: None,
            draft: false,
            at: now,
        };
        let stored = self.inner.store.conversation(conversation).await.map_err(ChangeError::Store)?;
        let stored = stored.ok_or(ChangeError::NotFound)?;
        let by_commit =
            self.inboxes().iter().any(|inbox| inbox.id == stored.inbox && inbox.kind.delivers_by_commit());
        let entry = (!by_commit).then(|| OutboxEntry {
            id: OutboxId::from_ulid(self.ulid(now)),
            delivery: Delivery::Message { conversation, message: message.id },
            owner_epoch: None,
            status: OutboxStatus::Pending,
            attempts: 0,
            due_at: now,
            expires_at: None,
            created_at: now,
        });
        let sent = self
            .inner
            .store
            .send_as_agent(conversation, agent, message, entry, now, self.event_ids(now))
            .await?;
        self.inner.live.wake_deliveries();
        Ok(sent)
    }

    /// Sets facts of a buyer's profile by a person's word; null takes one away. Gives the contact that he is now. The edit stands until
    /// the buyer states something new.
    pub async fn edit_profile(
        &self,
        contact: ContactId,
        agent: AgentId,
        facts: BTreeMap<String, Value>,
    ) -> Result<Contact, EditError> {
        let now = self.now();
        let edit = edit::read(&self.published().knowledge, facts, agent, now)?;
        let [event] = self.event_ids(now);
        Ok(self.inner.store.edit_profile(contact, edit, event).await?)
    }

    /// Joins company `from` to `into` by a link that moves no rows: verified contacts of both have the orders, promises, leads and prices
    /// of both.
    pub async fn merge_companies(&self, from: CompanyId, into: CompanyId) -> Result<Company, ChangeError> {
        let merged = self.inner.store.merge_companies(from, into).await;
        // Who is one buyer has changed.
        self.learn_soon();
        merged
    }

    /// Parts a company from the one that it was joined to.
    pub async fn unmerge_company(&self, company: CompanyId) -> Result<Company, ChangeError> {
        let parted = self.inner.store.unmerge_company(company).await;
        self.learn_soon();
        parted
    }

    /// Joins contact `from` to `into` by a link that moves no rows.
    pub async fn merge_contacts(&self, from: ContactId, into: ContactId) -> Result<Contact, ChangeError> {
        self.inner.store.merge_contacts(from, into).await
    }

    /// Parts what was joined.
    pub async fn unmerge_contact(&self, contact: ContactId) -> Result<Contact, ChangeError> {
        self.inner.store.unmerge_contact(contact).await
    }
}

/// The events that a visitor of the widget may see of his own conversation.
pub fn visible_to_buyer(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::MessageReceived
            | EventKind::MessageSent
            | EventKind::OwnerChanged
            | EventKind::ConversationEnded
    )
}
