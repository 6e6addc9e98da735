//! Companies, and those that were joined because they are one firm.
//!
//! Joining is a link that moves no rows: orders, promises and leads stay with the company that they were made for, and are read for all
//! companies that are one with it.

use domain::{contact::Company, id::CompanyId};
use futures_util::future::BoxFuture;

use crate::{
    Store,
    error::{ChangeError, Rejection, StoreError},
    page::{Page, Paged},
    sql::company as sql,
    tx::Tx,
    value::{Row, params},
};

impl Store {
    /// The company as it is stored; one that is merged says so in `merged_into`.
    pub fn company(&self, id: CompanyId) -> BoxFuture<'_, Result<Option<Company>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::COMPANY, params![*id]).await?.as_ref().map(read_company).transpose()
            })
        })
    }

    /// The company that `id` is now, with all that were joined to it.
    pub fn firm(&self, id: CompanyId) -> BoxFuture<'_, Result<Option<Company>, StoreError>> {
        self.read(id, |tx, id| Box::pin(one_firm(tx, *id)))
    }

    /// Companies in the order in which they came.
    pub fn companies(&self, page: Page) -> BoxFuture<'_, Result<Paged<Company>, StoreError>> {
        self.read(page, |tx, page| {
            Box::pin(async move {
                let rows = tx.query(sql::COMPANIES, params![page.after_text(""), page.fetch()]).await?;
                let items = rows.iter().map(read_company).collect::<Result<_, _>>()?;
                Ok(Paged::cut(items, page, |company: &Company| company.id.to_string()))
            })
        })
    }

    /// Joins `from` to `into` by a link. Nothing is moved or touched, so that parting them leaves every row as it was. Gives the company
    /// that both are now, with all that were joined to it.
    pub fn merge_companies(
        &self,
        from: CompanyId,
        into: CompanyId,
    ) -> BoxFuture<'_, Result<Company, ChangeError>> {
        Box::pin(async move {
            let merged = self
                .write((from, into), |tx, (from, into)| {
                    Box::pin(async move {
                        let source = tx.query_one(sql::COMPANY_LOCKED, params![*from]).await?;
                        let source = read_company(&source.ok_or(Rejection::NotFound("company"))?)?;
                        let target = one_firm(tx, *into).await?.ok_or(Rejection::NotFound("company"))?;
                        if source.merged_into.is_some() {
                            return Err(Rejection::AlreadyMerged.into());
                        }
                        if target.id == source.id {
                            return Err(Rejection::CircularMerge.into());
                        }
                        // Whoever joins the target elsewhere meanwhile waits, and finds the circle.
                        tx.query_one(sql::COMPANY_LOCKED, params![target.id]).await?;
                        tx.execute(sql::SET_MERGED, params![source.id, target.id]).await?;
                        one_firm(tx, target.id).await?.ok_or_else(|| Rejection::CircularMerge.into())
                    })
                })
                .await?;
            Ok(merged)
        })
    }

    /// Parts a company from the one that it was merged into. Gives the company that is now its own again.
    pub fn unmerge_company(&self, id: CompanyId) -> BoxFuture<'_, Result<Company, ChangeError>> {
        Box::pin(async move {
            let parted = self
                .write(id, |tx, id| {
                    Box::pin(async move {
                        tx.execute(sql::SET_MERGED, params![*id, None::<&str>]).await?;
                        let company = one_firm(tx, *id).await?;
                        company.ok_or_else(|| Rejection::NotFound("company").into())
                    })
                })
                .await?;
            Ok(parted)
        })
    }
}

/// The company that `id` is now, with all that were joined to it; `None` where there is no such company.
async fn one_firm(tx: &mut Tx<'_>, id: CompanyId) -> Result<Option<Company>, StoreError> {
    match family(tx, id).await {
        Ok(family) => read_family(&family).map(Some),
        Err(error) => match tx.query_one(sql::COMPANY, params![id]).await? {
            Some(_) => Err(error),
            None => Ok(None),
        },
    }
}

/// All companies that are one with `id`, the one that they are now first. Never empty.
pub(crate) async fn family(tx: &mut Tx<'_>, id: CompanyId) -> Result<Vec<Row>, StoreError> {
    let rows = tx.query(sql::FAMILY, params![id]).await?;
    if rows.is_empty() {
        return Err(StoreError::corrupt(format!("company {id} is not there, or merged in a circle")));
    }
    Ok(rows)
}

/// The company that a [`family`] is now, with the others as joined to it.
pub(crate) fn read_family(family: &[Row]) -> Result<Company, StoreError> {
    let mut companies = family.iter().map(read_company);
    let root = companies.next().ok_or_else(|| StoreError::corrupt("a family without a company"))?;
    Ok(Company { joined: companies.collect::<Result<_, _>>()?, ..root? })
}

pub(crate) fn read_company(row: &Row) -> Result<Company, StoreError> {
    Ok(Company {
        id: row.id("id")?,
        name: row.text("name")?,
        merged_into: row.optional_id("merged_into")?,
        joined: Vec::new(),
        created_at: row.time("created_at")?,
    })
}
