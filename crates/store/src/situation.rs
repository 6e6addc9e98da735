//! Everything stored that one turn may see.

use domain::{
    Timestamp,
    contact::{Company, CompanyLink, Contact},
    conversation::Conversation,
    id::{CompanyId, ContactId, ConversationId, InboxId},
    inbox::Inbox,
    lead::Lead,
    message::Message,
    order::Order,
    profile::{self, Profile, ProfileFact},
    promise::Promise,
};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    company::{self, read_family},
    contact::{self, read_contact, read_inbox, read_link},
    conversation::read_conversation,
    error::StoreError,
    lead::read_lead,
    message::read_message,
    order::read_order,
    promise::read_promise,
    sql,
    tx::{Tx, statement},
    value::{Row, params},
};

/// One contact, one company, their orders: never anybody else's.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSituation {
    pub conversation: Conversation,
    pub inbox: Inbox,
    /// The contact that the conversation's own one is merged into, if it is.
    pub contact: Contact,
    /// The firm that the contact names. Where the link is verified it is the one that it was merged into, with all that were; what belongs
    /// to any of them is there only then.
    pub company: Option<Company>,
    /// What verified colleagues told of that firm; nothing unless the link is verified.
    pub company_facts: Vec<ProfileFact>,
    /// The newest first, [`StoredSituation::ORDERS`] at most.
    pub orders: Vec<Order>,
    /// What was offered to the contact, and where the link is verified at the company, oldest first; of each the newest
    /// [`StoredSituation::PROMISES`].
    pub promises: Vec<Promise>,
    /// The contact's newest open lead; where he has none and his link is verified, his company's.
    pub lead: Option<Lead>,
    /// The buyer's messages that no turn has answered, by `seq`, [`StoredSituation::MESSAGES`] at most.
    pub messages: Vec<Message>,
    pub lease_token: i64,
}

/// The right to take turns in a conversation until the lease ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    pub conversation: ConversationId,
    pub lease_token: i64,
    /// What the turn starts from, where the database had it at hand: SQLite's writer has just touched all of it, whereas a reader would
    /// fetch every page anew. Without it [`Store::situation`] tells.
    pub situation: Option<Box<StoredSituation>>,
}

impl Claim {
    /// With the situation that was read along. One that cannot be read is left to the turn, which says why.
    pub(crate) fn with(self, rows: Option<Rows>) -> Self {
        let situation = rows.and_then(|rows| rows.read().ok()).map(Box::new);
        Self { situation, ..self }
    }
}

impl StoredSituation {
    pub const ORDERS: usize = 50;
    pub const MESSAGES: usize = 20;
    pub const PROMISES: usize = 50;
    /// So many colleagues, those who wrote last, tell of the company.
    pub const COLLEAGUES: usize = 20;
}

impl Store {
    /// What a turn in this conversation starts from.
    pub fn situation(
        &self,
        id: ConversationId,
    ) -> BoxFuture<'_, Result<Option<StoredSituation>, StoreError>> {
        Box::pin(async move {
            let rows = self.read(id, |tx, id| Box::pin(load(tx, *id))).await?;
            rows.map(Rows::read).transpose()
        })
    }
}

/// A situation as it was read. Making values of it costs more than reading it, and is not for the one writer of SQLite to do.
pub(crate) struct Rows {
    conversation: Row,
    inbox: Row,
    contact: Row,
    company: Vec<Row>,
    colleagues: Vec<Row>,
    orders: Vec<Row>,
    leads: Vec<Row>,
    promises: Vec<Row>,
    messages: Vec<Row>,
    received: Option<Received>,
}

/// The message that was just taken in, the only one that waits, and what it changed of its conversation since that was read.
pub(crate) struct Received {
    pub(crate) message: Message,
    pub(crate) lease_token: i64,
    pub(crate) last_message_at: Timestamp,
}

/// What intake has read already of a conversation that stood before.
pub(crate) struct Known {
    pub(crate) conversation: Row,
    pub(crate) inbox: Row,
    pub(crate) contact: Row,
    pub(crate) company: Option<Row>,
}

impl Rows {
    /// When the conversation has to be looked at, and its last `seq`. Not of a situation that came with a message.
    pub(crate) fn watch(&self) -> Result<(Option<Timestamp>, i64), StoreError> {
        Ok((self.conversation.optional_time("wake_at")?, self.conversation.integer("last_seq")?))
    }

    pub(crate) fn read(self) -> Result<StoredSituation, StoreError> {
        let mut conversation = read_conversation(&self.conversation)?;
        let mut lease_token = self.conversation.integer("lease_token")?;
        let mut messages = self.messages.iter().map(read_message).collect::<Result<Vec<_>, _>>()?;
        if let Some(received) = self.received {
            conversation.last_message_at = received.last_message_at;
            lease_token = received.lease_token;
            messages.push(received.message);
        }
        let contact = read_contact(&self.contact)?;
        let own = [contact.id, conversation.contact];
        let leads = self.leads.iter().map(read_lead).collect::<Result<Vec<_>, _>>()?;
        let colleagues = self.colleagues.iter().map(|row| row.json("profile"));
        let colleagues = colleagues.collect::<Result<Vec<Profile>, StoreError>>()?;
        Ok(StoredSituation {
            company_facts: profile::of_company(&colleagues),
            promises: in_order(self.promises.iter().map(read_promise).collect::<Result<_, _>>()?),
            orders: newest(self.orders.iter().map(read_order).collect::<Result<_, _>>()?),
            // His own comes before a colleague's.
            lead: leads
                .into_iter()
                .max_by_key(|lead| (own.contains(&lead.contact), lead.created_at, lead.id)),
            inbox: read_inbox(&self.inbox)?,
            contact,
            company: if self.company.is_empty() { None } else { Some(read_family(&self.company)?) },
            conversation,
            messages,
            lease_token,
        })
    }
}

/// With a claim that was just made: what its turn starts from, if that costs no further round trip.
pub(crate) async fn at_hand(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Rows>, StoreError> {
    match tx {
        Tx::Sqlite(_) => load(tx, id).await,
        Tx::Postgres(_) => Ok(None),
    }
}

/// The situation of a message that was just taken in, with what intake knows.
pub(crate) async fn of_received(
    tx: &mut Tx<'_>,
    known: Known,
    received: Received,
) -> Result<Rows, StoreError> {
    let Known { conversation, inbox, contact, company } = known;
    let of_contact = [contact.id("id")?];
    let Around { colleagues, orders, leads, promises, company: family } =
        around(tx, &of_contact, &contact, false).await?;
    let company = if family.is_empty() { company.into_iter().collect() } else { family };
    let (messages, received) = (Vec::new(), Some(received));
    Ok(Rows {
        conversation,
        inbox,
        contact,
        company,
        colleagues,
        orders,
        leads,
        promises,
        messages,
        received,
    })
}

pub(crate) async fn load(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Rows>, StoreError> {
    let Some(conversation) = tx.query_one(sql::conversation::CONVERSATION, params![id]).await? else {
        return Ok(None);
    };
    let own: ContactId = conversation.id("contact_id")?;
    let inbox: InboxId = conversation.id("inbox_id")?;
    let answered = conversation.integer("answered_seq")?;
    let limit = StoredSituation::MESSAGES as i64;
    let found = tx
        .query_batch(&[
            statement(sql::message::PENDING, params![id, answered, limit]),
            statement(sql::contact::INBOX, params![inbox]),
            statement(sql::contact::CONTACT, params![own]),
        ])
        .await?;
    let Ok([messages, inboxes, contacts]) = <[_; 3]>::try_from(found) else { return Err(incomplete()) };
    let inbox = inboxes.into_iter().next().ok_or_else(incomplete)?;
    let mut contact = contacts.into_iter().next().ok_or_else(incomplete)?;
    if let Some(target) = contact.optional_id("merged_into")? {
        contact = contact::root_row(tx, target).await?.ok_or_else(incomplete)?;
    }
    let id: ContactId = contact.id("id")?;
    let both = [id, own];
    let contacts = if id == own { &both[..1] } else { &both };
    let Around { colleagues, orders, leads, promises, company } =
        around(tx, contacts, &contact, true).await?;
    let received = None;
    Ok(Some(Rows {
        conversation,
        inbox,
        contact,
        company,
        colleagues,
        orders,
        leads,
        promises,
        messages,
        received,
    }))
}

/// What belongs to a contact and his company.
struct Around {
    colleagues: Vec<Row>,
    orders: Vec<Row>,
    leads: Vec<Row>,
    promises: Vec<Row>,
    company: Vec<Row>,
}

/// Orders, open leads, promises and the company: with all that are one with it where the link is verified, else only if it is wanted, and
/// alone. A claim does not even tell what the company was joined to.
///
/// One simple statement per key: SQLite would build a table for `IN ($1, $2)` and sort what several keys bring.
async fn around(
    tx: &mut Tx<'_>,
    contacts: &[ContactId],
    contact: &Row,
    with_company: bool,
) -> Result<Around, StoreError> {
    let (orders, promises) = (StoredSituation::ORDERS as i64, StoredSituation::PROMISES as i64);
    let named: Option<CompanyId> = contact.optional_id("company_id")?;
    let verified = named.filter(|_| read_link(contact).ok().flatten() == Some(CompanyLink::Verified));
    let firm = match verified {
        Some(id) => company::family(tx, id).await?,
        None => Vec::new(),
    };
    let one_firm = firm.iter().map(|row| row.id("id")).collect::<Result<Vec<CompanyId>, _>>()?;
    // Most contacts were never promised anything, and their turns need not look.
    let is_promised = contacts.len() > 1 || contact.optional_time("last_promise_at")?.is_some();
    let mut wanted = Vec::with_capacity(4);
    for id in contacts {
        wanted.push(statement(sql::lead::NEWEST_OPEN, params![*id]));
    }
    wanted.extend(one_firm.iter().map(|id| statement(sql::lead::NEWEST_OPEN_OF_COMPANY, params![*id])));
    let of_orders = wanted.len();
    for id in contacts {
        wanted.push(statement(sql::order::NEWEST_OF_CONTACT, params![*id, orders]));
    }
    wanted.extend(one_firm.iter().map(|id| statement(sql::order::NEWEST_OF_COMPANY, params![*id, orders])));
    let of_promises = wanted.len();
    if is_promised {
        let id: ContactId = contact.id("id")?;
        wanted.push(statement(sql::promise::NEWEST_OF_CONTACT, params![id, promises]));
    }
    wanted
        .extend(one_firm.iter().map(|id| statement(sql::promise::NEWEST_OF_COMPANY, params![*id, promises])));
    let of_colleagues = wanted.len();
    let (own, colleagues): (ContactId, _) = (contact.id("id")?, StoredSituation::COLLEAGUES as i64);
    wanted
        .extend(one_firm.iter().map(|id| statement(sql::contact::COLLEAGUES, params![*id, own, colleagues])));
    let of_company = wanted.len();
    let alone = named.filter(|_| with_company && verified.is_none());
    wanted.extend(alone.map(|id| statement(sql::company::COMPANY, params![id])));
    let mut found = tx.query_batch(&wanted).await?;
    let alone = found.split_off(of_company).into_iter().flatten();
    let company = firm.into_iter().chain(alone).collect();
    let colleagues = found.split_off(of_colleagues).into_iter().flatten().collect();
    let promises = found.split_off(of_promises).into_iter().flatten().collect();
    let orders = found.split_off(of_orders).into_iter().flatten().collect();
    let leads = found.into_iter().flatten().collect();
    Ok(Around { colleagues, orders, leads, promises, company })
}

/// Each promise once, the oldest first.
fn in_order(mut promises: Vec<Promise>) -> Vec<Promise> {
    promises.sort_by_key(|promise| (promise.offer.at, promise.id));
    promises.dedup_by_key(|promise| promise.id);
    promises
}

/// Each order once, the newest first.
fn newest(mut orders: Vec<Order>) -> Vec<Order> {
    orders.sort_by(|left, right| (&right.date, &right.number).cmp(&(&left.date, &left.number)));
    orders.dedup_by(|left, right| left.id == right.id);
    orders.truncate(StoredSituation::ORDERS);
    orders
}

fn incomplete() -> StoreError {
    StoreError::corrupt("a conversation without its inbox or contact")
}
