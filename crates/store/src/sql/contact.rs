//! Inboxes, contacts and identities.

use crate::dialect::{Sql, locking};

macro_rules! contact {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, company_id, company_name, company_link, attributes, profile, requirement, merged_into, ",
            "created_at, updated_at, last_promise_at FROM contact ",
            $rest
        )
    };
}

pub(crate) const INBOXES: &str = "SELECT id, name, kind, autonomy FROM inbox ORDER BY id";
pub(crate) const INBOX: &str = "SELECT id, name, kind, autonomy FROM inbox WHERE id = $1";
pub(crate) const INBOX_BY_NAME: &str = "SELECT id, name, kind, autonomy FROM inbox WHERE name = $1";
pub(crate) const ENSURE_INBOX: &str = "INSERT INTO inbox (id, name, kind, autonomy) VALUES ($1, $2, $3, $4)
    ON CONFLICT (name) DO UPDATE SET autonomy = excluded.autonomy";

pub(crate) const CONTACT: &str = contact!("WHERE id = $1");
/// The others who belong to a company for certain, those first who were heard of last.
pub(crate) const COLLEAGUES: &str =
    "SELECT profile FROM contact WHERE company_id = $1 AND company_link = 'verified'
    AND merged_into IS NULL AND id <> $2 ORDER BY updated_at DESC, id LIMIT $3";
pub(crate) const CONTACT_LOCKED: Sql = locking!(contact!("WHERE id = $1"));
pub(crate) const CONTACTS: &str = contact!("WHERE id > $1 ORDER BY id LIMIT $2");
pub(crate) const CONTACTS_MATCHING: &str =
    contact!("WHERE search_key LIKE $3 ESCAPE '!' AND id > $1 ORDER BY id LIMIT $2");
/// The contact of an import: known by name within its company, or by name alone where no company is named.
pub(crate) const CONTACT_NAMED: &str = contact!(
    "WHERE search_key = $1 AND (company_id = $2 OR (company_id IS NULL AND CAST($2 AS TEXT) IS NULL))
         AND (company_link = 'verified' OR company_id IS NULL) AND merged_into IS NULL ORDER BY id LIMIT 1"
);
pub(crate) const INSERT_CONTACT: &str = "INSERT INTO contact
    (id, name, company_id, company_name, company_link, attributes, profile, requirement, search_key, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
/// What a channel says of a contact; what turns have learnt is left alone.
pub(crate) const UPDATE_CLAIMS: &str = "UPDATE contact SET name = $2, company_id = $3, company_name = $4,
    company_link = $5, attributes = $6, search_key = $7, updated_at = $8 WHERE id = $1";
/// What a turn has learnt, unless a person edited the profile meanwhile; what the channel says is left alone.
pub(crate) const UPDATE_LEARNT: &str = "UPDATE contact SET profile = $2, requirement = $3, updated_at = $4
    WHERE id = $1 AND profile_edits = $5";
pub(crate) const EDIT_PROFILE: &str =
    "UPDATE contact SET profile = $2, updated_at = $3, profile_edits = $4 WHERE id = $1";
pub(crate) const INSERT_PROFILE_EDIT: &str =
    "INSERT INTO profile_edit (id, contact_id, record, at) VALUES ($1, $2, $3, $4)";
pub(crate) const PROFILE_EDITS: &str =
    "SELECT contact_id, record FROM profile_edit WHERE contact_id = $1 ORDER BY at, id";
pub(crate) const SET_PROMISED: &str = "UPDATE contact SET last_promise_at = $2 WHERE id = $1";
/// Nothing else of the contact is touched, so that parting leaves him as he was.
pub(crate) const SET_MERGED: &str = "UPDATE contact SET merged_into = $2 WHERE id = $1";

pub(crate) const IDENTITY_BY_EXTERNAL: &str =
    "SELECT id, inbox_id, external_id, contact_id FROM identity WHERE inbox_id = $1 AND external_id = $2";
pub(crate) const IDENTITIES_OF: &str = "SELECT id, inbox_id, external_id, contact_id FROM identity
    WHERE contact_id IN (WITH RECURSIVE family (id) AS (
        SELECT id FROM contact WHERE id = $1
        UNION SELECT contact.id FROM contact JOIN family ON contact.merged_into = family.id
    ) SELECT id FROM family) ORDER BY id";
