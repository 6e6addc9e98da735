//! A buyer's message comes in. What is answered here is durable.
//!
//! The decision (`plan`) is one for both databases. SQLite takes messages one by one, since the writer groups the commits anyway;
//! PostgreSQL takes them in sets (`postgres::intake`).

pub(crate) mod plan;

use std::sync::Arc;

use domain::{
    Timestamp,
    contact::Attributes,
    conversation::Memory,
    id::{CompanyId, ContactId, ConversationId, EventId, IdentityId, InboxId, MessageId, TurnId},
    message::{Attachment, MessageKind},
    profile::Profile,
    requirement::Requirement,
};

use crate::{
    Claim, Store,
    database::Database,
    error::{Rejection, StoreError},
    event, keys, situation,
    sql::{contact as contacts, intake as sql, message},
    tx::{Statement, Tx, statement},
    value::{json, params},
};
use plan::{Known, Loaded, Open, Plan};

/// The person who wrote, as the channel names him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingContact {
    /// Unique within the inbox.
    pub external_id: String,
    pub name: Option<String>,
    /// The firm that he says he works for.
    pub company: Option<String>,
    /// Whether a trusted caller vouches for the firm.
    pub company_verified: bool,
    pub attributes: Attributes,
    /// Whether the attribute `tier` may be believed.
    pub trusted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingMessage {
    /// The channel's id; with one, a second delivery is recognised.
    pub external_id: Option<String>,
    pub kind: MessageKind,
    pub text: String,
    pub attachments: Vec<Attachment>,
}

/// Ids for whatever turns out to be new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreshIds {
    pub contact: ContactId,
    pub identity: IdentityId,
    pub conversation: ConversationId,
    pub message: MessageId,
    pub company: CompanyId,
    pub events: [EventId; 4],
}

/// One delivery of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub inbox: InboxId,
    pub contact: IncomingContact,
    pub message: IncomingMessage,
    pub now: Timestamp,
    /// After this many milliseconds of silence the next message opens a new conversation.
    pub silence_ms: i64,
    /// Until when the caller wants the conversation, if nobody else has it.
    pub lease: Option<Timestamp>,
    pub ids: FreshIds,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    pub conversation: ConversationId,
    pub message: MessageId,
    /// The identity's own contact, whether or not it is merged into another one.
    pub contact: ContactId,
    pub seq: i64,
    /// The same message was there already; nothing was written.
    pub duplicate: bool,
    /// The turn that answered a duplicate, if it has been answered.
    pub turn: Option<TurnId>,
    /// Set when the caller now has the conversation.
    pub claim: Option<Claim>,
}

impl Store {
    /// Stores a buyer's message with everything that it brings along, once, and only then returns.
    ///
    /// Idempotent on the identity and `message.external_id`: a second delivery gives the first one's ids with `duplicate`.
    pub async fn accept(&self, incoming: Incoming) -> Result<Accepted, StoreError> {
        refuse_nul(&incoming)?;
        match &self.inner.database {
            Database::Postgres(database) => database.accept(incoming).await,
            Database::Sqlite(_) => {
                let input = (incoming, Arc::clone(&self.inner.node));
                self.inner
                    .database
                    .write(input, |tx, (incoming, node)| Box::pin(accept(tx, incoming, node)))
                    .await
            }
        }
    }
}

/// U+0000 would hide in JSON as an escape, so the parts are looked at before they become JSON.
fn refuse_nul(incoming: &Incoming) -> Result<(), StoreError> {
    let Incoming { contact, message, .. } = incoming;
    let attachments = message
        .attachments
        .iter()
        .flat_map(|attachment| std::iter::once(&attachment.url).chain(&attachment.name));
    let mut texts = [&contact.external_id, &message.text]
        .into_iter()
        .chain(&contact.name)
        .chain(&contact.company)
        .chain(&message.external_id)
        .chain(contact.attributes.iter().flat_map(|(key, value)| [key, value]))
        .chain(attachments);
    if texts.any(|text| text.contains('\0')) { Err(Rejection::NulCharacter.into()) } else { Ok(()) }
}

async fn accept(tx: &mut Tx<'_>, incoming: &Incoming, node: &str) -> Result<Accepted, StoreError> {
    let mut loaded = load(tx, incoming).await?;
    let mut plan = Plan::default();
    let mut accepted = plan.take_in(&mut loaded, incoming)?;
    if !accepted.duplicate {
        tx.batch(&writes(&loaded, &plan, node)?).await?;
    }
    if let Some(claim) = &mut accepted.claim {
        claim.situation = situation::at_hand(tx, claim.conversation).await?;
    }
    Ok(accepted)
}

/// What is known of the one identity that wrote.
async fn load(tx: &mut Tx<'_>, incoming: &Incoming) -> Result<Loaded, StoreError> {
    let mut loaded = Loaded::default();
    let external_id = &incoming.contact.external_id;
    let known = match tx.query_one(sql::IDENTITY, params![incoming.inbox, external_id]).await? {
        None => Known::fresh(incoming),
        Some(row) => {
            let identity: IdentityId = row.id("id")?;
            let contact: ContactId = row.id("contact_id")?;
            if let Some(id) = &incoming.message.external_id
                && let Some(row) = tx.query_one(sql::KNOWN_MESSAGE, params![identity, id]).await?
            {
                loaded.remember(&row)?;
            }
            let mut known = Known::new(identity, incoming.inbox, external_id, contact);
            known.contact = load_contact(tx, contact).await?;
            let open = tx.query_one(sql::OPEN_CONVERSATION, params![identity]).await?;
            known.conversation = open.as_ref().map(Open::read).transpose()?;
            known
        }
    };
    if let Some(name) = known.contact.wanted_company(incoming) {
        let key = keys::company_key(name);
        let new = params![incoming.ids.company, name, &key, incoming.now];
        tx.execute(contacts::INSERT_COMPANY, new).await?;
        let row = tx.query_one(contacts::COMPANY_BY_KEY, params![&key]).await?;
        let row =
            row.ok_or_else(|| StoreError::unavailable("the company is being written by somebody else"))?;
        loaded.companies.insert(key, row.id("id")?);
    }
    loaded.insert(known);
    Ok(loaded)
}

/// The contact at the end of a chain of merges: what a channel says is said of the person.
async fn load_contact(tx: &mut Tx<'_>, id: ContactId) -> Result<plan::KnownContact, StoreError> {
    let mut next = id;
    for _ in 0..MERGE_DEPTH {
        let row = tx.query_one(sql::CONTACT, params![next]).await?;
        let row = row.ok_or_else(|| StoreError::corrupt(format!("contact {next} is missing")))?;
        match row.optional_id("merged_into")? {
            Some(target) => next = target,
            None => return plan::KnownContact::read(&row),
        }
    }
    Err(StoreError::corrupt(format!("contact {id} is merged in a circle")))
}

/// How many merges are followed one after the other.
pub(crate) const MERGE_DEPTH: usize = 32;

fn writes<'a>(
    loaded: &'a Loaded,
    plan: &'a Plan<'_>,
    node: &'a str,
) -> Result<Vec<Statement<'a>>, StoreError> {
    let mut list = Vec::with_capacity(6);
    for known in loaded.known() {
        let contact = &known.contact;
        let link = contact.link.map(domain::contact::CompanyLink::name);
        let search_key = || keys::search_key(contact.name.as_deref(), contact.company_name.as_deref());
        if known.is_new {
            let claims = params![
                contact.id,
                &contact.name,
                contact.company,
                &contact.company_name,
                link,
                json(&contact.attributes)?,
                json(&Profile::default())?,
                json(&Requirement::default())?,
                search_key(),
                known.seen_at
            ];
            list.push(statement(contacts::INSERT_CONTACT, claims));
            let identity = params![known.identity, known.inbox, &known.external_id, known.own_contact];
            list.push(statement(sql::INSERT_IDENTITY, identity));
        } else if contact.changed {
            let claims = params![
                contact.id,
                &contact.name,
                contact.company,
                &contact.company_name,
                link,
                json(&contact.attributes)?,
                search_key(),
                known.seen_at
            ];
            list.push(statement(contacts::UPDATE_CLAIMS, claims));
        }
        for (id, at) in &known.lapsed {
            list.push(statement(sql::LAPSE, params![*id, *at]));
        }
        let Some(open) = known.conversation.as_ref().filter(|open| open.changed) else { continue };
        let lease_node = open.leased.then_some(node);
        if open.is_new {
            let new = params![
                open.id,
                known.inbox,
                known.identity,
                known.own_contact,
                json(&Memory::default())?,
                open.last_seq,
                open.pending,
                open.lease_token,
                open.lease_until,
                lease_node,
                open.opened_at,
                open.last_message_at
            ];
            list.push(statement(sql::INSERT_CONVERSATION, new));
        } else {
            let update = params![
                open.id,
                open.last_seq,
                open.pending,
                open.lease_token,
                open.lease_until,
                lease_node,
                open.last_message_at
            ];
            list.push(statement(sql::UPDATE_CONVERSATION, update));
        }
    }
    for taken in &plan.messages {
        let Incoming { message, ids, now, .. } = taken.incoming;
        let new = params![
            ids.message,
            taken.conversation,
            taken.seq,
            "buyer",
            taken.identity,
            None::<&str>,
            &message.external_id,
            message.kind.name(),
            &message.text,
            json(&message.attachments)?,
            None::<&str>,
            false,
            *now
        ];
        list.push(statement(message::INSERT, new));
    }
    for event in &plan.events {
        list.push(event::insert(event)?);
    }
    Ok(list)
}
