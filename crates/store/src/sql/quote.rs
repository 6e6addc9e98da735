//! Quotes.

use crate::dialect::{Sql, locking};

macro_rules! quote {
    ($rest:literal) => {
        concat!(
            "SELECT id, number, version, status, conversation_id, contact_id, company_id, turn_id, token, supersedes, ",
            "sealed, expires_at, content, reason, created_at, updated_at FROM quote ",
            $rest
        )
    };
}

pub(crate) const QUOTE: &str = quote!("WHERE id = $1");
pub(crate) const QUOTE_LOCKED: Sql = locking!(quote!("WHERE id = $1"));
pub(crate) const BY_TOKEN: &str = quote!("WHERE token = $1");
/// The version that took the place of this one.
pub(crate) const AFTER: &str = quote!("WHERE supersedes = $1 ORDER BY id DESC LIMIT 1");
pub(crate) const OF_CONTACT: &str = quote!("WHERE contact_id = $1 ORDER BY id");
/// The one changed last first.
pub(crate) const QUOTES: &str = quote!(
    "WHERE (updated_at < $1 OR (updated_at = $1 AND id < $2))
    AND (status = $4 OR CAST($4 AS TEXT) IS NULL)
    AND (conversation_id = $5 OR CAST($5 AS TEXT) IS NULL)
    AND (contact_id = $6 OR CAST($6 AS TEXT) IS NULL)
    ORDER BY updated_at DESC, id DESC LIMIT $3"
);
pub(crate) const EXPIRED: &str = quote!(
    "WHERE status IN ('draft', 'waiting_approval', 'sent') AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2"
);
pub(crate) const INSERT: &str = "INSERT INTO quote
    (id, number, version, status, conversation_id, contact_id, company_id, turn_id, token, supersedes, sealed,
    expires_at, content, reason, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
pub(crate) const MOVE: &str =
    "UPDATE quote SET status = $2, sealed = $3, reason = $4, updated_at = $5 WHERE id = $1";
