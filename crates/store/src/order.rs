//! Past orders, as imported from the shop's books.

use domain::{
    Timestamp,
    contact::{CompanyLink, Contact, Identity},
    id::{CompanyId, ContactId, OrderId},
    order::{Order, OrderLine},
};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    error::StoreError,
    keys, lead,
    page::{Page, Paged},
    sql::{company, contact as contacts, follow_up, intake, order as sql},
    tx::Tx,
    value::{Row, json, params},
};

/// An order on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    pub id: OrderId,
    /// The company's id, if it is not known by its name yet.
    pub fresh_company: CompanyId,
    /// The contact's id, if the company has none of this name yet.
    pub fresh_contact: ContactId,
    /// The shop's own number; an order is known by it.
    pub number: String,
    pub company_name: Option<String>,
    pub contact_name: Option<String>,
    /// ISO date.
    pub date: String,
    pub country: Option<String>,
    pub lines: Vec<OrderLine>,
    pub status: Option<String>,
}

/// What an import brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrderCounts {
    pub orders: usize,
    /// Orders whose number was there already; they were left as they are.
    pub known: usize,
    /// Companies that were made.
    pub companies: usize,
    /// Contacts that were made.
    pub contacts: usize,
}

impl Store {
    /// Takes in orders, each once. Companies and contacts are found by name or made; what the shop's own books say of them is verified.
    pub fn import_orders(
        &self,
        orders: Vec<NewOrder>,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<OrderCounts, StoreError>> {
        self.write((orders, now), |tx, (orders, now)| {
            Box::pin(async move {
                let mut counts = OrderCounts::default();
                for order in orders {
                    import(tx, order, *now, &mut counts).await?;
                }
                Ok(counts)
            })
        })
    }

    /// Takes in the past orders of one whom an inbox knows by an external id; he is made if he has not written yet.
    ///
    /// Companies and contacts that the orders name are not looked at: they are his.
    pub fn give_orders(
        &self,
        identity: Identity,
        orders: Vec<NewOrder>,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<OrderCounts, StoreError>> {
        self.write((identity, orders, now), |tx, (identity, orders, now)| {
            Box::pin(async move {
                let mut counts = OrderCounts::default();
                let contact = owner(tx, identity, *now).await?;
                for order in orders {
                    insert(tx, order, None, Some(contact), &mut counts).await?;
                }
                Ok(counts)
            })
        })
    }

    pub fn orders(&self, page: Page) -> BoxFuture<'_, Result<Paged<Order>, StoreError>> {
        self.read(page, |tx, page| {
            Box::pin(async move {
                let rows = tx.query(sql::ORDERS, params![page.after_text(""), page.fetch()]).await?;
                cut(&rows, page)
            })
        })
    }

    pub fn orders_of_company(
        &self,
        company: CompanyId,
        page: Page,
    ) -> BoxFuture<'_, Result<Paged<Order>, StoreError>> {
        self.read((company, page), |tx, (company, page)| {
            Box::pin(async move {
                let key = params![*company, page.after_text(""), page.fetch()];
                cut(&tx.query(sql::OF_COMPANY, key).await?, page)
            })
        })
    }
}

fn cut(rows: &[Row], page: &Page) -> Result<Paged<Order>, StoreError> {
    let items = rows.iter().map(read_order).collect::<Result<_, _>>()?;
    Ok(Paged::cut(items, page, |order: &Order| order.id.to_string()))
}

async fn import(
    tx: &mut Tx<'_>,
    order: &NewOrder,
    now: Timestamp,
    counts: &mut OrderCounts,
) -> Result<(), StoreError> {
    if tx.query_one(sql::KNOWN, params![&order.number]).await?.is_some() {
        counts.known += 1;
        return Ok(());
    }
    let company = company_of(tx, order, now, counts).await?;
    let contact = contact_of(tx, order, company, now, counts).await?;
    insert(tx, order, company, contact, counts).await?;
    lead::win(tx, order, contact, company, now).await?;
    if contact.is_some() || company.is_some() {
        tx.execute(follow_up::LOOK_AT_BUYER, params![contact, company, now]).await?;
    }
    Ok(())
}

/// The contact behind `identity`, made if nobody is known by it.
async fn owner(tx: &mut Tx<'_>, identity: &Identity, now: Timestamp) -> Result<ContactId, StoreError> {
    let known = params![identity.inbox, &identity.external_id];
    if let Some(row) = tx.query_one(contacts::IDENTITY_BY_EXTERNAL, known).await? {
        return row.id("contact_id");
    }
    let fresh = Contact::new(identity.contact, now);
    insert_contact(tx, &fresh, "").await?;
    let values = params![identity.id, identity.inbox, &identity.external_id, fresh.id];
    tx.execute(intake::INSERT_IDENTITY, values).await?;
    Ok(fresh.id)
}

async fn insert(
    tx: &mut Tx<'_>,
    order: &NewOrder,
    company: Option<CompanyId>,
    contact: Option<ContactId>,
    counts: &mut OrderCounts,
) -> Result<(), StoreError> {
    let lines = json(&order.lines)?;
    let values =
        params![order.id, &order.number, company, contact, &order.date, &order.country, lines, &order.status];
    match tx.execute(sql::INSERT, values).await? {
        0 => counts.known += 1,
        _ => counts.orders += 1,
    }
    Ok(())
}

fn named(name: Option<&String>) -> Option<&str> {
    name.map(|name| name.trim()).filter(|name| !name.is_empty())
}

async fn company_of(
    tx: &mut Tx<'_>,
    order: &NewOrder,
    now: Timestamp,
    counts: &mut OrderCounts,
) -> Result<Option<CompanyId>, StoreError> {
    let Some(name) = named(order.company_name.as_ref()) else { return Ok(None) };
    let key = keys::company_key(name);
    let made = tx.execute(company::INSERT, params![order.fresh_company, name, &key, now]).await?;
    counts.companies += made as usize;
    let row = tx.query_one(company::BY_KEY, params![&key]).await?;
    row.map(|row| row.id("id")).transpose()
}

async fn contact_of(
    tx: &mut Tx<'_>,
    order: &NewOrder,
    company: Option<CompanyId>,
    now: Timestamp,
    counts: &mut OrderCounts,
) -> Result<Option<ContactId>, StoreError> {
    let Some(name) = named(order.contact_name.as_ref()) else { return Ok(None) };
    let company_name = named(order.company_name.as_ref());
    let search_key = keys::search_key(Some(name), company_name);
    if let Some(row) = tx.query_one(contacts::CONTACT_NAMED, params![&search_key, company]).await? {
        return row.id("id").map(Some);
    }
    let fresh = Contact {
        name: Some(name.to_owned()),
        company,
        company_name: company_name.map(str::to_owned),
        company_link: company.map(|_| CompanyLink::Verified),
        ..Contact::new(order.fresh_contact, now)
    };
    insert_contact(tx, &fresh, &search_key).await?;
    counts.contacts += 1;
    Ok(Some(fresh.id))
}

async fn insert_contact(tx: &mut Tx<'_>, contact: &Contact, search_key: &str) -> Result<(), StoreError> {
    let values = params![
        contact.id,
        &contact.name,
        contact.company,
        &contact.company_name,
        contact.company_link.map(CompanyLink::name),
        json(&contact.attributes)?,
        json(&contact.profile)?,
        json(&contact.requirement)?,
        search_key,
        contact.created_at
    ];
    tx.execute(contacts::INSERT_CONTACT, values).await.map(drop)
}

pub(crate) fn read_order(row: &Row) -> Result<Order, StoreError> {
    Ok(Order {
        id: row.id("id")?,
        number: row.text("number")?,
        company: row.optional_id("company_id")?,
        contact: row.optional_id("contact_id")?,
        date: row.text("date")?,
        country: row.optional_text("country")?,
        lines: row.json("lines")?,
        status: row.optional_text("status")?,
    })
}
