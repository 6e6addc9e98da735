//! All that is stored of one contact's past, for whoever decides it anew.

use std::collections::BTreeSet;

use domain::{
    approval::Approval,
    contact::{Company, CompanyLink, Contact},
    conversation::Conversation,
    id::{ApprovalId, CompanyId, ContactId},
    inbox::Inbox,
    lead::Lead,
    message::Message,
    order::Order,
    profile::ProfileEdit,
    promise::Promise,
    quote::Quote,
    turn::Turn,
};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    approval::read_approval,
    company::{self, read_family},
    contact::{self, read_contact, read_inbox, read_link},
    conversation::read_conversation,
    error::StoreError,
    lead::read_lead,
    message::read_message,
    order::read_order,
    page::LAST,
    promise::read_promise,
    quote::read_quote,
    sql,
    turn::read_turn,
    tx::{Tx, statement},
    value::{Row, params},
};

/// A contact's past, with that of everyone merged into him.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The contact that they all are now, as he stands now.
    pub contact: Contact,
    /// The firm that he names now. Where the link is verified it is the one that it was merged into, with all that were.
    pub company: Option<Company>,
    pub inboxes: Vec<Inbox>,
    /// By id, which is by time.
    pub conversations: Vec<Conversation>,
    /// Of all authors; those of one conversation together, by `seq`.
    pub messages: Vec<Message>,
    /// By id, which is by time.
    pub turns: Vec<Turn>,
    /// The oldest first.
    pub leads: Vec<Lead>,
    /// His own and, where the link is verified, those of his company; the newest first, each once.
    pub orders: Vec<Order>,
    /// Likewise; the oldest first, each once.
    pub promises: Vec<Promise>,
    /// By id.
    pub quotes: Vec<Quote>,
    /// Those that turns name, by id.
    pub approvals: Vec<Approval>,
    /// What people changed, each with the contact whose profile it was, the oldest first.
    pub edits: Vec<(ContactId, ProfileEdit)>,
}

/// So many of a kind are all that there are.
const ALL: i64 = i64::MAX;

impl Store {
    /// The past of the contact that `id` is now; `None` where there is none.
    pub fn history(&self, id: ContactId) -> BoxFuture<'_, Result<Option<History>, StoreError>> {
        self.read(id, |tx, id| Box::pin(load(tx, *id)))
    }

    /// The contact that `id` is now: himself, or the one at the end of a chain of merges.
    pub fn merged_contact(&self, id: ContactId) -> BoxFuture<'_, Result<Option<ContactId>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(
                async move { contact::root_row(tx, *id).await?.as_ref().map(|row| row.id("id")).transpose() },
            )
        })
    }
}

async fn load(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<History>, StoreError> {
    let Some(row) = contact::root_row(tx, id).await? else { return Ok(None) };
    let contact = read_contact(&row)?;
    let (none, (at, last)) = (None::<&str>, LAST);
    let of_contact = params![at, last, ALL, none, none, none, contact.id];
    let conversations = tx.query(sql::conversation::CONVERSATIONS_OF_CONTACT, of_contact).await?;
    let mut conversations =
        conversations.iter().map(read_conversation).collect::<Result<Vec<Conversation>, _>>()?;
    conversations.sort_by_key(|conversation| conversation.id);
    let family: BTreeSet<ContactId> = std::iter::once(contact.id)
        .chain(conversations.iter().map(|conversation| conversation.contact))
        .collect();
    let verified = contact.company.filter(|_| read_link(&row).ok().flatten() == Some(CompanyLink::Verified));

    let firm = match verified {
        Some(id) => company::family(tx, id).await?,
        None => Vec::new(),
    };
    let one_firm = firm.iter().map(|row| row.id("id")).collect::<Result<Vec<CompanyId>, _>>()?;

    // The same statement for each, so that what it brings can be read by its place.
    let mut wanted = vec![statement(sql::contact::INBOXES, &[])];
    wanted.extend(
        conversations
            .iter()
            .map(|conversation| statement(sql::message::MESSAGES, params![conversation.id, 0_i64, ALL])),
    );
    let turns = wanted.len();
    wanted.extend(
        conversations
            .iter()
            .map(|conversation| statement(sql::message::TURNS, params![conversation.id, "", ALL])),
    );
    let leads = wanted.len();
    wanted.extend(family.iter().map(|id| statement(sql::lead::OF_CONTACT, params![*id])));
    let quotes = wanted.len();
    wanted.extend(family.iter().map(|id| statement(sql::quote::OF_CONTACT, params![*id])));
    let edits = wanted.len();
    wanted.extend(family.iter().map(|id| statement(sql::contact::PROFILE_EDITS, params![*id])));
    let orders = wanted.len();
    wanted.extend(family.iter().map(|id| statement(sql::order::NEWEST_OF_CONTACT, params![*id, ALL])));
    wanted.extend(one_firm.iter().map(|id| statement(sql::order::NEWEST_OF_COMPANY, params![*id, ALL])));
    let promises = wanted.len();
    wanted.push(statement(sql::promise::NEWEST_OF_CONTACT, params![contact.id, ALL]));
    wanted.extend(one_firm.iter().map(|id| statement(sql::promise::NEWEST_OF_COMPANY, params![*id, ALL])));
    let alone = wanted.len();
    let claimed = contact.company.filter(|_| verified.is_none());
    wanted.extend(claimed.map(|id| statement(sql::company::COMPANY, params![id])));
    let mut found = tx.query_batch(&wanted).await?;
    let mut take = |from: usize| found.split_off(from).into_iter().flatten().collect::<Vec<Row>>();
    let company: Vec<Row> = firm.into_iter().chain(take(alone)).collect();
    let (promises, orders, edits, quotes, leads, turns) =
        (take(promises), take(orders), take(edits), take(quotes), take(leads), take(turns));
    let messages = take(1);
    let inboxes = take(0);

    let mut turns = turns.iter().map(read_turn).collect::<Result<Vec<Turn>, _>>()?;
    turns.sort_by_key(|turn| turn.id);
    turns.dedup_by_key(|turn| turn.id);
    let asked: BTreeSet<ApprovalId> =
        turns.iter().flat_map(|turn| &turn.approvals).map(|asked| asked.id).collect();
    let mut approvals = Vec::with_capacity(asked.len());
    for id in asked {
        approvals.extend(tx.query_one(sql::approval::APPROVAL, params![id]).await?);
    }
    let mut orders = orders.iter().map(read_order).collect::<Result<Vec<Order>, _>>()?;
    orders.sort_by(|left, right| (&right.date, &right.number).cmp(&(&left.date, &left.number)));
    orders.dedup_by(|left, right| left.id == right.id);
    let mut promises = promises.iter().map(read_promise).collect::<Result<Vec<Promise>, _>>()?;
    promises.sort_by_key(|promise| (promise.offer.at, promise.id));
    promises.dedup_by_key(|promise| promise.id);
    let mut leads = leads.iter().map(read_lead).collect::<Result<Vec<Lead>, _>>()?;
    leads.sort_by_key(|lead| (lead.created_at, lead.id));
    let edits = edits.iter().map(|row| Ok((row.id("contact_id")?, row.json("record")?)));
    let mut edits = edits.collect::<Result<Vec<(ContactId, ProfileEdit)>, StoreError>>()?;
    edits.sort_by_key(|(_, edit)| edit.at);
    let mut quotes = quotes.iter().map(read_quote).collect::<Result<Vec<Quote>, _>>()?;
    quotes.sort_by_key(|quote| quote.id);
    Ok(Some(History {
        contact,
        company: if company.is_empty() { None } else { Some(read_family(&company)?) },
        inboxes: inboxes.iter().map(read_inbox).collect::<Result<_, _>>()?,
        conversations,
        messages: messages.iter().map(read_message).collect::<Result<_, _>>()?,
        turns,
        leads,
        orders,
        promises,
        quotes,
        approvals: approvals.iter().map(read_approval).collect::<Result<_, _>>()?,
        edits,
    }))
}
