//! Everything stored that one turn may see.

use domain::{
    contact::{Company, Contact},
    conversation::Conversation,
    id::ConversationId,
    inbox::Inbox,
    lead::Lead,
    message::Message,
    order::Order,
};

use crate::{
    Store,
    contact::{self, read_company, read_contact, read_inbox},
    conversation::read_conversation,
    error::StoreError,
    lead::read_lead,
    message::read_message,
    order::read_order,
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
    let mut contact = read_contact(contacts.first().ok_or_else(incomplete)?)?;
    if let Some(target) = contact.merged_into {
        contact = contact::root(tx, target).await?.ok_or_else(incomplete)?;
    }

    let verified = contact.company.filter(|_| contact.is_verified());
    let orders_of = params![contact.id, conversation.contact, verified, StoredSituation::ORDERS as i64];
    let mut third = vec![
        statement(sql::order::OF_BUYER, orders_of),
        statement(sql::lead::NEWEST_OPEN, params![contact.id, conversation.contact]),
    ];
    third.extend(contact.company.map(|company| statement(sql::contact::COMPANY, params![company])));
    let third = tx.query_batch(&third).await?;
    let [orders, leads, companies @ ..] = third.as_slice() else { return Err(incomplete()) };
    let orders = orders.iter().map(read_order).collect::<Result<_, _>>()?;
    let lead = leads.first().map(read_lead).transpose()?;
    let company = companies.first().and_then(|rows| rows.first()).map(read_company).transpose()?;
    Ok(Some(StoredSituation { conversation, inbox, contact, company, orders, lead, messages, lease_token }))
}

fn incomplete() -> StoreError {
    StoreError::corrupt("a conversation without its inbox or contact")
}
