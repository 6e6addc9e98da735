//! Everything stored that one turn may see.

use domain::{
    contact::{Company, Contact},
    conversation::Conversation,
    id::ConversationId,
    inbox::Inbox,
    lead::Lead,
    message::Message,
    order::Order,
    promise::Promise,
};

use crate::{
    Store,
    contact::{self, read_company, read_contact, read_inbox},
    conversation::read_conversation,
    error::StoreError,
    lead::read_lead,
    message::read_message,
    order::read_order,
    promise::read_promise,
    sql,
    tx::{Tx, statement},
    value::params,
};

/// One contact, one company, their orders: never anybody else's.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSituation {
    pub conversation: Conversation,
    pub inbox: Inbox,
    /// The contact that the conversation's own one is merged into, if it is.
    pub contact: Contact,
    /// The firm that the contact names; what belongs to it is there only where the link is verified.
    pub company: Option<Company>,
    /// The newest first, [`StoredSituation::ORDERS`] at most.
    pub orders: Vec<Order>,
    /// What was offered to the contact, and where the link is verified at the company, oldest first; of each the newest
    /// [`StoredSituation::PROMISES`].
    pub promises: Vec<Promise>,
    /// The contact's newest open lead.
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

impl StoredSituation {
    pub const ORDERS: usize = 50;
    pub const MESSAGES: usize = 20;
    pub const PROMISES: usize = 50;
}

impl Store {
    /// What a turn in this conversation starts from.
    pub async fn situation(&self, id: ConversationId) -> Result<Option<StoredSituation>, StoreError> {
        self.read(id, |tx, id| Box::pin(load(tx, *id))).await
    }
}

/// With a claim that was just made: what its turn starts from, if that costs no further round trip.
pub(crate) async fn at_hand(
    tx: &mut Tx<'_>,
    id: ConversationId,
) -> Result<Option<Box<StoredSituation>>, StoreError> {
    match tx {
        Tx::Sqlite(_) => Ok(load(tx, id).await?.map(Box::new)),
        Tx::Postgres(_) => Ok(None),
    }
}

async fn load(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<StoredSituation>, StoreError> {
    let limit = StoredSituation::MESSAGES as i64;
    let first = tx
        .query_batch(&[
            statement(sql::conversation::CONVERSATION, params![id]),
            statement(sql::message::PENDING, params![id, limit]),
        ])
        .await?;
    let [conversations, messages] = first.as_slice() else { return Err(incomplete()) };
    let Some(row) = conversations.first() else { return Ok(None) };
    let conversation = read_conversation(row)?;
    let lease_token = row.integer("lease_token")?;
    let messages = messages.iter().map(read_message).collect::<Result<_, _>>()?;

    let second = tx
        .query_batch(&[
            statement(sql::contact::INBOX, params![conversation.inbox]),
            statement(sql::contact::CONTACT, params![conversation.contact]),
        ])
        .await?;
    let [inboxes, contacts] = second.as_slice() else { return Err(incomplete()) };
    let inbox = read_inbox(inboxes.first().ok_or_else(incomplete)?)?;
    let row = contacts.first().ok_or_else(incomplete)?;
    let mut contact = read_contact(row)?;
    let is_promised = contact.merged_into.is_some() || row.optional_time("last_promise_at")?.is_some();
    if let Some(target) = contact.merged_into {
        contact = contact::root(tx, target).await?.ok_or_else(incomplete)?;
    }

    // One simple statement per key: SQLite would build a table for `IN ($1, $2)` and sort what several keys bring.
    let limit = StoredSituation::ORDERS as i64;
    let verified = contact.company.filter(|_| contact.is_verified());
    let contacts = [Some(contact.id), Some(conversation.contact).filter(|own| *own != contact.id)];
    let mut third = Vec::with_capacity(6);
    for id in contacts.into_iter().flatten() {
        third.push(statement(sql::order::NEWEST_OF_CONTACT, params![id, limit]));
        third.push(statement(sql::lead::NEWEST_OPEN, params![id]));
    }
    let of_contacts = third.len();
    third.extend(verified.map(|id| statement(sql::order::NEWEST_OF_COMPANY, params![id, limit])));
    third.extend(contact.company.map(|id| statement(sql::contact::COMPANY, params![id])));
    let of_company = third.len() - of_contacts;
    let promises = StoredSituation::PROMISES as i64;
    if is_promised {
        third.push(statement(sql::promise::NEWEST_OF_CONTACT, params![contact.id, promises]));
    }
    third.extend(verified.map(|id| statement(sql::promise::NEWEST_OF_COMPANY, params![id, promises])));
    let third = tx.query_batch(&third).await?;
    let (of_contacts, rest) = third.split_at(of_contacts);
    let (of_company, promises) = rest.split_at(of_company);
    let promises = promises.iter().flatten().map(read_promise).collect::<Result<Vec<_>, _>>()?;
    let orders = of_contacts.iter().step_by(2).chain(of_company.iter().take(usize::from(verified.is_some())));
    let orders = orders.flatten().map(read_order).collect::<Result<Vec<_>, _>>()?;
    let leads = of_contacts.iter().skip(1).step_by(2).flatten().map(read_lead);
    let leads = leads.collect::<Result<Vec<_>, _>>()?;
    let company = of_company.get(usize::from(verified.is_some()));
    let company = company.and_then(|rows| rows.first()).map(read_company).transpose()?;
    Ok(Some(StoredSituation {
        orders: newest(orders),
        promises: in_order(promises),
        lead: leads.into_iter().max_by_key(|lead| (lead.created_at, lead.id)),
        conversation,
        inbox,
        contact,
        company,
        messages,
        lease_token,
    }))
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
