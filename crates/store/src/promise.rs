//! The ledger of what was offered to whom.

use domain::{
    id::{CompanyId, ContactId},
    promise::Promise,
};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    error::StoreError,
    page::{LAST, Page, Paged},
    sql::{contact as contacts, promise as sql},
    tx::{Statement, statement},
    value::{Row, json, params},
};

/// Which promises are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromiseFilter {
    pub contact: Option<ContactId>,
    /// Made to anyone whose link to it was verified.
    pub company: Option<CompanyId>,
}

impl Store {
    /// What was offered, the newest first.
    pub fn promises(
        &self,
        filter: PromiseFilter,
        page: Page,
    ) -> BoxFuture<'_, Result<Paged<Promise>, StoreError>> {
        self.read((filter, page), |tx, (filter, page)| {
            Box::pin(async move {
                let (at, id) = page.after_pair(LAST)?;
                let values = params![at, id, page.fetch(), filter.contact, filter.company];
                let rows = tx.query(sql::PROMISES, values).await?;
                let items = rows.iter().map(read_promise).collect::<Result<_, _>>()?;
                let key = |last: &Promise| format!("{}~{}", last.offer.at.millis(), last.id);
                Ok(Paged::cut(items, page, key))
            })
        })
    }
}

/// The statements by which a promise joins the ledger.
pub(crate) fn insert(promise: &Promise) -> Result<[Statement<'_>; 2], StoreError> {
    let Promise { id, contact, company, conversation, offer } = promise;
    let values = params![*id, *contact, *company, *conversation, json(offer)?, offer.at];
    Ok([statement(sql::INSERT, values), statement(contacts::SET_PROMISED, params![*contact, offer.at])])
}

pub(crate) fn read_promise(row: &Row) -> Result<Promise, StoreError> {
    Ok(Promise {
        id: row.id("id")?,
        contact: row.id("contact_id")?,
        company: row.optional_id("company_id")?,
        conversation: row.id("conversation_id")?,
        offer: row.json("offer")?,
    })
}
