//! Inboxes, and who writes to them: contacts and their identities.

use domain::{
    Timestamp,
    contact::{CompanyLink, Contact, Identity},
    event::{EventKind, NewEvent},
    id::{ContactId, EventId, InboxId},
    inbox::{Autonomy, Inbox, InboxKind},
    profile::ProfileEdit,
};
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::{
    Store,
    error::{ChangeError, Rejection, StoreError},
    event,
    intake::MERGE_DEPTH,
    keys,
    page::{Page, Paged},
    sql::contact as sql,
    tx::{Tx, statement},
    value::{Row, json as written, params},
};

impl Store {
    /// The inbox of this name; it is made if there is none. Of one that is there only the autonomy is changed.
    pub fn ensure_inbox<'a>(&'a self, inbox: &'a Inbox) -> BoxFuture<'a, Result<Inbox, StoreError>> {
        self.write(inbox.clone(), |tx, inbox| {
            Box::pin(async move {
                let Inbox { id, name, kind, autonomy } = inbox;
                tx.execute(sql::ENSURE_INBOX, params![*id, name, kind.name(), autonomy.name()]).await?;
                let row = tx.query_one(sql::INBOX_BY_NAME, params![name]).await?;
                row.as_ref().map_or(Err(Rejection::NotFound("inbox").into()), read_inbox)
            })
        })
    }

    pub fn inboxes(&self) -> BoxFuture<'_, Result<Vec<Inbox>, StoreError>> {
        self.read((), |tx, ()| {
            Box::pin(async move { tx.query(sql::INBOXES, &[]).await?.iter().map(read_inbox).collect() })
        })
    }

    /// The contact as it is stored; one that is merged says so in `merged_into`.
    pub fn contact(&self, id: ContactId) -> BoxFuture<'_, Result<Option<Contact>, StoreError>> {
        self.read(id, |tx, id| {
            Box::pin(async move {
                tx.query_one(sql::CONTACT, params![*id]).await?.as_ref().map(read_contact).transpose()
            })
        })
    }

    /// Contacts in the order in which they came; with `query`, those whose name or company contains it.
    pub fn contacts(
        &self,
        query: Option<String>,
        page: Page,
    ) -> BoxFuture<'_, Result<Paged<Contact>, StoreError>> {
        self.read((query, page), |tx, (query, page)| {
            Box::pin(async move {
                let (after, limit) = (page.after_text(""), page.fetch());
                let rows = match query.as_deref().map(str::trim).filter(|query| !query.is_empty()) {
                    None => tx.query(sql::CONTACTS, params![after, limit]).await?,
                    Some(query) => {
                        let pattern = keys::containing(query);
                        tx.query(sql::CONTACTS_MATCHING, params![after, limit, pattern]).await?
                    }
                };
                let items = rows.iter().map(read_contact).collect::<Result<_, _>>()?;
                Ok(Paged::cut(items, page, |contact: &Contact| contact.id.to_string()))
            })
        })
    }

    /// Whom an inbox knows by this external id.
    pub fn identity_by_external<'a>(
        &'a self,
        inbox: InboxId,
        external_id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Identity>, StoreError>> {
        self.read((inbox, external_id.to_owned()), |tx, (inbox, external_id)| {
            Box::pin(async move {
                let row = tx.query_one(sql::IDENTITY_BY_EXTERNAL, params![*inbox, external_id]).await?;
                row.as_ref().map(read_identity).transpose()
            })
        })
    }

    /// The identities of a contact and of everyone merged into it.
    pub fn identities_of(&self, contact: ContactId) -> BoxFuture<'_, Result<Vec<Identity>, StoreError>> {
        self.read(contact, |tx, contact| {
            Box::pin(async move {
                let rows = tx.query(sql::IDENTITIES_OF, params![*contact]).await?;
                rows.iter().map(read_identity).collect()
            })
        })
    }

    /// Edits the profile of the contact that `id` is now, and gives him. A turn that runs meanwhile is taken again. The edit comes after
    /// what is stored already, whatever the clocks say.
    pub fn edit_profile(
        &self,
        id: ContactId,
        edit: ProfileEdit,
        event: EventId,
    ) -> BoxFuture<'_, Result<Contact, ChangeError>> {
        Box::pin(async move {
            let edited = self.write((id, edit, event), |tx, (id, edit, event)| {
                Box::pin(edit_profile(tx, *id, edit.clone(), *event))
            });
            Ok(edited.await?)
        })
    }

    /// Joins `from` to `into` by a link. Nothing is moved or touched, so that parting them leaves every row as it was. Gives the contact
    /// that both are now.
    pub fn merge_contacts(
        &self,
        from: ContactId,
        into: ContactId,
    ) -> BoxFuture<'_, Result<Contact, ChangeError>> {
        Box::pin(async move {
            let merged = self
                .write((from, into), |tx, (from, into)| {
                    Box::pin(async move {
                        let source = tx.query_one(sql::CONTACT_LOCKED, params![*from]).await?;
                        let source = read_contact(&source.ok_or(Rejection::NotFound("contact"))?)?;
                        let target = root(tx, *into).await?.ok_or(Rejection::NotFound("contact"))?;
                        if source.merged_into.is_some() {
                            return Err(Rejection::AlreadyMerged.into());
                        }
                        if target.id == source.id {
                            return Err(Rejection::CircularMerge.into());
                        }
                        tx.execute(sql::SET_MERGED, params![source.id, target.id]).await?;
                        Ok(target)
                    })
                })
                .await?;
            Ok(merged)
        })
    }

    /// Parts a contact from the one that it was merged into. Gives the contact that is now its own again.
    pub fn unmerge_contact(&self, id: ContactId) -> BoxFuture<'_, Result<Contact, ChangeError>> {
        Box::pin(async move {
            let parted = self
                .write(id, |tx, id| {
                    Box::pin(async move {
                        tx.execute(sql::SET_MERGED, params![*id, None::<&str>]).await?;
                        let row = tx.query_one(sql::CONTACT, params![*id]).await?;
                        read_contact(&row.ok_or(Rejection::NotFound("contact"))?)
                    })
                })
                .await?;
            Ok(parted)
        })
    }
}

async fn edit_profile(
    tx: &mut Tx<'_>,
    id: ContactId,
    mut edit: ProfileEdit,
    event: EventId,
) -> Result<Contact, StoreError> {
    let root = root(tx, id).await?.ok_or(Rejection::NotFound("contact"))?;
    let row = tx.query_one(sql::CONTACT_LOCKED, params![root.id]).await?;
    let mut contact = read_contact(&row.ok_or(Rejection::NotFound("contact"))?)?;
    // Who decides the past anew tells by the times what came first.
    edit.at = edit.at.max(Timestamp::from_millis(contact.updated_at.millis() + 1));
    contact.profile.edit(&edit);
    contact.updated_at = edit.at;
    let told = NewEvent {
        id: event,
        kind: EventKind::ProfileEdited,
        conversation: None,
        contact: Some(contact.id),
        data: json!({ "by": edit.by, "facts": edit.facts }),
        at: edit.at,
    };
    let edits = i64::from(contact.profile.edits);
    let profile = params![contact.id, written(&contact.profile)?, edit.at, edits];
    let record = params![event, contact.id, written(&edit)?, edit.at];
    tx.batch(&[
        statement(sql::EDIT_PROFILE, profile),
        statement(sql::INSERT_PROFILE_EDIT, record),
        event::insert(&told)?,
    ])
    .await?;
    Ok(contact)
}

/// The contact at the end of a chain of merges.
async fn root(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>, StoreError> {
    root_row(tx, id).await?.as_ref().map(read_contact).transpose()
}

pub(crate) async fn root_row(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Row>, StoreError> {
    let mut next = id;
    for _ in 0..MERGE_DEPTH {
        let Some(row) = tx.query_one(sql::CONTACT, params![next]).await? else { return Ok(None) };
        match row.optional_id("merged_into")? {
            Some(target) => next = target,
            None => return Ok(Some(row)),
        }
    }
    Err(StoreError::corrupt(format!("contact {id} is merged in a circle")))
}

pub(crate) fn read_contact(row: &Row) -> Result<Contact, StoreError> {
    Ok(Contact {
        id: row.id("id")?,
        name: row.optional_text("name")?,
        company: row.optional_id("company_id")?,
        company_name: row.optional_text("company_name")?,
        company_link: read_link(row)?,
        attributes: row.json("attributes")?,
        profile: row.json("profile")?,
        requirement: row.json("requirement")?,
        merged_into: row.optional_id("merged_into")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

pub(crate) fn read_link(row: &Row) -> Result<Option<CompanyLink>, StoreError> {
    match row.optional_str("company_link")? {
        None => Ok(None),
        Some("claimed") => Ok(Some(CompanyLink::Claimed)),
        Some("verified") => Ok(Some(CompanyLink::Verified)),
        Some(other) => Err(StoreError::corrupt(format!("column `company_link` holds `{other}`"))),
    }
}

pub(crate) fn read_inbox(row: &Row) -> Result<Inbox, StoreError> {
    let autonomy = |name: &str| Autonomy::ALL.into_iter().find(|autonomy| autonomy.name() == name);
    Ok(Inbox {
        id: row.id("id")?,
        name: row.text("name")?,
        kind: row.named("kind", InboxKind::from_name)?,
        autonomy: row.named("autonomy", autonomy)?,
    })
}

fn read_identity(row: &Row) -> Result<Identity, StoreError> {
    Ok(Identity {
        id: row.id("id")?,
        inbox: row.id("inbox_id")?,
        external_id: row.text("external_id")?,
        contact: row.id("contact_id")?,
    })
}
