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
    message::{Attachment, Author, Message, MessageKind},
    profile::Profile,
    requirement::Requirement,
};
use futures_util::future::BoxFuture;

use crate::{
    Claim, Store,
    database::Database,
    error::{Rejection, StoreError},
    event, keys,
    situation::{self, Rows},
    sql::{company, contact as contacts, intake as sql, message},
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
    pub fn accept(&self, incoming: Incoming) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        Box::pin(async move {
            refuse_nul(&incoming)?;
            match &self.inner.database {
                Database::Postgres(database) => database.accept(incoming).await,
                Database::Sqlite(_) => {
                    let input = (incoming, Arc::clone(&self.inner.node));
                    let accepted = self
                        .inner
                        .database
                        .write(input, |tx, (incoming, node)| Box::pin(accept(tx, incoming, node)));
                    let (mut accepted, rows) = accepted.await?;
                    accepted.claim = accepted.claim.map(|claim| claim.with(rows));
                    Ok(accepted)
                }
            }
        })
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

async fn accept(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    node: &str,
) -> Result<(Accepted, Option<Rows>), StoreError> {
    let (mut loaded, known) = load(tx, incoming).await?;
    let mut plan = Plan::default();
    let accepted = plan.take_in(&mut loaded, incoming)?;
    if !accepted.duplicate {
        tx.batch(&writes(&loaded, &plan, node)?).await?;
    }
    let Some(claim) = &accepted.claim else { return Ok((accepted, None)) };
    let rows = match (known.filter(|_| stands(&loaded, incoming)), loaded.get(incoming)) {
        (Some(known), Some(Known { conversation: Some(open), .. })) => {
            let message = received(incoming, &accepted);
            let received = situation::Received {
                message,
                lease_token: claim.lease_token,
                last_message_at: open.last_message_at,
            };
            Some(situation::of_received(tx, known, received).await?)
        }
        _ => situation::at_hand(tx, claim.conversation).await?,
    };
    Ok((accepted, rows))
}

/// Whether what was read of the contact and his conversation still holds but for the message itself, which is all that waits.
fn stands(loaded: &Loaded, incoming: &Incoming) -> bool {
    let open = loaded.get(incoming).and_then(|known| known.conversation.as_ref());
    loaded.person(incoming).is_some_and(|person| !person.changed)
        && open.is_some_and(|open| !open.is_new && open.pending == 1)
}

fn received(incoming: &Incoming, accepted: &Accepted) -> Message {
    let IncomingMessage { external_id, kind, text, attachments } = &incoming.message;
    Message {
        id: accepted.message,
        conversation: accepted.conversation,
        seq: accepted.seq,
        author: Author::Buyer,
        external_id: external_id.clone(),
        kind: *kind,
        text: text.clone(),
        attachments: attachments.clone(),
        turn: None,
        draft: false,
        at: incoming.now,
    }
}

/// What is known of the one identity that wrote, and the rows that a turn would start from if nothing else had to be read.
async fn load(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
) -> Result<(Loaded, Option<situation::Known>), StoreError> {
    let mut loaded = Loaded::default();
    let mut at_hand = None;
    let external_id = &incoming.contact.external_id;
    match tx.query_one(sql::AT_HAND, params![incoming.inbox, external_id]).await? {
        None => loaded.insert_fresh(incoming),
        Some(row) => {
            let columns = &*sql::AT_HAND_COLUMNS;
            let [identity, contact, company, inbox, conversation] = row.split([
                &columns.identity,
                &columns.contact,
                &columns.company,
                &columns.inbox,
                &columns.conversation,
            ]);
            let own_contact = identity.id("contact_id")?;
            let identity: IdentityId = identity.id("id")?;
            if let Some(id) = &incoming.message.external_id
                && let Some(row) = tx.query_one(sql::KNOWN_MESSAGE, params![identity, id]).await?
            {
                loaded.remember(&row)?;
            }
            let mut known = Known::new(identity, incoming.inbox, external_id, own_contact);
            let merged = contact.optional_id("merged_into")?;
            let person = match merged {
                Some(target) => load_contact(tx, target).await?,
                None => plan::KnownContact::read(&contact)?,
            };
            known.person = person.id;
            if !conversation.is_null("id")? {
                known.conversation = Some(Open::read(&conversation)?);
                if merged.is_none() {
                    let company = if company.is_null("id")? { None } else { Some(company) };
                    at_hand = Some(situation::Known { conversation, inbox, contact, company });
                }
            }
            loaded.insert(known, person);
        }
    }
    let wanted = loaded.person(incoming).and_then(|person| person.wanted_company(incoming));
    // Of a second delivery nothing is written, its company neither.
    if let Some(name) = wanted.filter(|_| !loaded.is_duplicate(incoming)) {
        let key = keys::company_key(name);
        let new = params![incoming.ids.company, name, &key, incoming.now];
        tx.execute(company::INSERT, new).await?;
        let row = tx.query_one(company::BY_KEY, params![&key]).await?;
        let row =
            row.ok_or_else(|| StoreError::unavailable("the company is being written by somebody else"))?;
        loaded.companies.insert(key, row.id("id")?);
    }
    Ok((loaded, at_hand))
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
        let contact =
            loaded.contact(known.person).ok_or_else(|| StoreError::driver("a contact was not loaded"))?;
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
                contact.seen_at
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
                contact.seen_at
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
