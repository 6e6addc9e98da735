//! What a buyer's message changes, decided on what is known of the one who wrote.

use std::collections::{BTreeMap, HashMap};

use domain::{
    Timestamp,
    contact::{Attributes, CompanyLink},
    event::{EventKind, NewEvent},
    id::{CompanyId, ContactId, ConversationId, EventId, IdentityId, InboxId, MessageId, TurnId},
};
use serde_json::json;

use super::{Accepted, Incoming};
use crate::{Claim, error::StoreError, keys, value::Row};

/// The attribute that only trusted callers may set.
const TIER: &str = "tier";

/// A contact as far as a channel can change it.
#[derive(Debug, Clone)]
pub(crate) struct KnownContact {
    pub(crate) id: ContactId,
    pub(crate) name: Option<String>,
    pub(crate) company: Option<CompanyId>,
    pub(crate) company_name: Option<String>,
    pub(crate) link: Option<CompanyLink>,
    pub(crate) attributes: Attributes,
    pub(crate) changed: bool,
    /// When the newest message of this intake came.
    pub(crate) seen_at: Timestamp,
}

impl KnownContact {
    fn new(id: ContactId) -> Self {
        Self {
            id,
            name: None,
            company: None,
            company_name: None,
            link: None,
            attributes: Attributes::new(),
            changed: false,
            seen_at: Timestamp::default(),
        }
    }

    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            name: row.optional_text("name")?,
            company: row.optional_id("company_id")?,
            company_name: row.optional_text("company_name")?,
            link: crate::contact::read_link(row)?,
            attributes: row.json("attributes")?,
            changed: false,
            seen_at: Timestamp::default(),
        })
    }

    /// The company that has to be known before the message can be taken in: one that is named and changes the link.
    pub(crate) fn wanted_company<'i>(&self, incoming: &'i Incoming) -> Option<&'i str> {
        let name = incoming.contact.company.as_deref().map(str::trim).filter(|name| !name.is_empty())?;
        let same = self.company.is_some() && self.company_name.as_deref() == Some(name);
        let changes = match (self.link, incoming.contact.company_verified) {
            // A claim never weakens what is proven.
            (Some(CompanyLink::Verified), false) => false,
            (Some(CompanyLink::Claimed), true) => true,
            _ => !same,
        };
        changes.then_some(name)
    }

    fn take_claims(&mut self, incoming: &Incoming, companies: &HashMap<String, CompanyId>) {
        let contact = &incoming.contact;
        if let Some(name) = contact.name.as_deref().map(str::trim).filter(|name| !name.is_empty())
            && self.name.as_deref() != Some(name)
        {
            self.name = Some(name.to_owned());
            self.changed = true;
        }
        if let Some(name) = self.wanted_company(incoming)
            && let Some(company) = companies.get(&keys::company_key(name))
        {
            self.company = Some(*company);
            self.company_name = Some(name.to_owned());
            self.link =
                Some(if contact.company_verified { CompanyLink::Verified } else { CompanyLink::Claimed });
            self.changed = true;
        }
        for (key, value) in &contact.attributes {
            let allowed = contact.trusted || !key.trim().eq_ignore_ascii_case(TIER);
            if allowed && self.attributes.get(key) != Some(value) {
                self.attributes.insert(key.clone(), value.clone());
                self.changed = true;
            }
        }
    }
}

/// The open conversation of an identity.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) id: ConversationId,
    pub(crate) last_seq: i64,
    pub(crate) pending: i64,
    pub(crate) lease_token: i64,
    pub(crate) lease_until: i64,
    pub(crate) opened_at: Timestamp,
    pub(crate) last_message_at: Timestamp,
    /// Whether this intake took the lease.
    pub(crate) leased: bool,
    pub(crate) is_new: bool,
    pub(crate) changed: bool,
}

impl Open {
    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            last_seq: row.integer("last_seq")?,
            pending: row.integer("pending")?,
            lease_token: row.integer("lease_token")?,
            lease_until: row.integer("lease_until")?,
            // Not read back: only new conversations write it.
            opened_at: Timestamp::default(),
            last_message_at: row.time("last_message_at")?,
            leased: false,
            is_new: false,
            changed: false,
        })
    }

    /// Silent for too long, and nobody owes an answer.
    fn has_lapsed(&self, incoming: &Incoming) -> bool {
        !self.is_new && self.pending == 0 && incoming.now.since(self.last_message_at) > incoming.silence_ms
    }
}

/// An identity with its person and its open conversation.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) identity: IdentityId,
    pub(crate) inbox: InboxId,
    pub(crate) external_id: String,
    /// The contact that the identity was made with.
    pub(crate) own_contact: ContactId,
    /// The one that it is merged into, if it is. Several identities may be of one person: what he says stands once, in [`Loaded`].
    pub(crate) person: ContactId,
    pub(crate) conversation: Option<Open>,
    pub(crate) lapsed: Vec<(ConversationId, Timestamp)>,
    pub(crate) is_new: bool,
}

impl Known {
    pub(crate) fn new(identity: IdentityId, inbox: InboxId, external_id: &str, contact: ContactId) -> Self {
        Self {
            identity,
            inbox,
            external_id: external_id.to_owned(),
            own_contact: contact,
            person: contact,
            conversation: None,
            lapsed: Vec::new(),
            is_new: false,
        }
    }
}

/// A message that was stored before.
#[derive(Debug, Clone, Copy)]
struct Recorded {
    message: MessageId,
    conversation: ConversationId,
    seq: i64,
    turn: Option<TurnId>,
}

/// Everything that a set of incoming messages refers to.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    known: HashMap<(InboxId, String), Known>,
    contacts: BTreeMap<ContactId, KnownContact>,
    messages: HashMap<(IdentityId, String), Recorded>,
    /// By name key.
    pub(crate) companies: HashMap<String, CompanyId>,
}

impl Loaded {
    /// Adds an identity with its person, unless another identity brought him.
    pub(crate) fn insert(&mut self, known: Known, person: KnownContact) {
        self.contacts.entry(known.person).or_insert(person);
        self.known.insert((known.inbox, known.external_id.clone()), known);
    }

    /// Adds somebody who writes for the first time.
    pub(crate) fn insert_fresh(&mut self, incoming: &Incoming) {
        let Incoming { ids, inbox, contact, .. } = incoming;
        let known = Known::new(ids.identity, *inbox, &contact.external_id, ids.contact);
        self.insert(Known { is_new: true, ..known }, KnownContact::new(ids.contact));
    }

    /// The persons, each once, by their ids.
    pub(crate) fn contacts(&self) -> impl Iterator<Item = &KnownContact> {
        self.contacts.values()
    }

    /// The person who writes.
    pub(crate) fn person(&self, incoming: &Incoming) -> Option<&KnownContact> {
        self.contacts.get(&self.get(incoming)?.person)
    }

    pub(crate) fn contact(&self, id: ContactId) -> Option<&KnownContact> {
        self.contacts.get(&id)
    }

    /// Whether the message was stored before.
    pub(crate) fn is_duplicate(&self, incoming: &Incoming) -> bool {
        let key = self.get(incoming).map(|known| known.identity).zip(incoming.message.external_id.clone());
        key.is_some_and(|key| self.messages.contains_key(&key))
    }

    pub(crate) fn known(&self) -> impl Iterator<Item = &Known> {
        self.known.values()
    }

    pub(crate) fn get(&self, incoming: &Incoming) -> Option<&Known> {
        self.known.get(&(incoming.inbox, incoming.contact.external_id.clone()))
    }

    /// Notes a message that is stored already.
    pub(crate) fn remember(&mut self, row: &Row) -> Result<(), StoreError> {
        let recorded = Recorded {
            message: row.id("id")?,
            conversation: row.id("conversation_id")?,
            seq: row.integer("seq")?,
            turn: row.optional_id("turn_id")?,
        };
        self.messages.insert((row.id("identity_id")?, row.text("external_id")?), recorded);
        Ok(())
    }
}

/// A message to be written.
pub(crate) struct Taken<'i> {
    pub(crate) incoming: &'i Incoming,
    pub(crate) identity: IdentityId,
    pub(crate) conversation: ConversationId,
    pub(crate) seq: i64,
}

/// What is to be written beside the changes noted in [`Loaded`].
#[derive(Default)]
pub(crate) struct Plan<'i> {
    pub(crate) messages: Vec<Taken<'i>>,
    pub(crate) events: Vec<NewEvent>,
}

impl<'i> Plan<'i> {
    /// Takes in one message. Those of one call are taken in the order given.
    pub(crate) fn take_in(
        &mut self,
        loaded: &mut Loaded,
        incoming: &'i Incoming,
    ) -> Result<Accepted, StoreError> {
        let Loaded { known, contacts, messages, companies } = loaded;
        let known = known
            .get_mut(&(incoming.inbox, incoming.contact.external_id.clone()))
            .ok_or_else(|| StoreError::driver("an identity was not loaded"))?;
        let key = incoming.message.external_id.clone().map(|id| (known.identity, id));
        if let Some(recorded) = key.as_ref().and_then(|key| messages.get(key)) {
            return Ok(Accepted {
                conversation: recorded.conversation,
                message: recorded.message,
                contact: known.own_contact,
                seq: recorded.seq,
                duplicate: true,
                turn: recorded.turn,
                claim: None,
            });
        }
        let person = contacts.get_mut(&known.person);
        let person = person.ok_or_else(|| StoreError::driver("a contact was not loaded"))?;
        person.seen_at = person.seen_at.max(incoming.now);
        person.take_claims(incoming, companies);
        let [ended, opened, received, _] = incoming.ids.events;
        if let Some(silent) = known.conversation.take_if(|open| open.has_lapsed(incoming)) {
            known.lapsed.push((silent.id, incoming.now));
            let data = json!({ "status": "lapsed" });
            self.tell(ended, EventKind::ConversationEnded, silent.id, known.own_contact, data, incoming.now);
        }
        if known.conversation.is_none() {
            let data = json!({ "inbox": incoming.inbox });
            let id = incoming.ids.conversation;
            self.tell(opened, EventKind::ConversationOpened, id, known.own_contact, data, incoming.now);
        }
        let open = known.conversation.get_or_insert(Open {
            id: incoming.ids.conversation,
            last_seq: 0,
            pending: 0,
            lease_token: 0,
            lease_until: 0,
            opened_at: incoming.now,
            last_message_at: incoming.now,
            leased: false,
            is_new: true,
            changed: true,
        });
        open.changed = true;
        open.last_seq += 1;
        open.pending += 1;
        open.last_message_at = open.last_message_at.max(incoming.now);
        let mut claim = None;
        if let Some(until) = incoming.lease
            && open.lease_until <= incoming.now.millis()
        {
            open.lease_token += 1;
            open.lease_until = until.millis();
            open.leased = true;
            claim = Some(Claim { conversation: open.id, lease_token: open.lease_token, situation: None });
        } else if open.pending == 1 {
            // It waits from now on: who claims takes up the longest waiting first.
            open.lease_until = open.lease_until.max(incoming.now.millis());
        }
        let (conversation, seq) = (open.id, open.last_seq);
        let message = incoming.ids.message;
        if let Some(key) = key {
            messages.insert(key, Recorded { message, conversation, seq, turn: None });
        }
        self.messages.push(Taken { incoming, identity: known.identity, conversation, seq });
        let data = json!({ "message_id": message, "seq": seq });
        self.tell(received, EventKind::MessageReceived, conversation, known.own_contact, data, incoming.now);
        let contact = known.own_contact;
        Ok(Accepted { conversation, message, contact, seq, duplicate: false, turn: None, claim })
    }

    fn tell(
        &mut self,
        id: EventId,
        kind: EventKind,
        conversation: ConversationId,
        contact: ContactId,
        data: serde_json::Value,
        at: Timestamp,
    ) {
        let (conversation, contact) = (Some(conversation), Some(contact));
        self.events.push(NewEvent { id, kind, conversation, contact, data, at });
    }
}
