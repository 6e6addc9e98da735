//! Requests beyond the assistant's authority.

use crate::dialect::{Sql, locking};

macro_rules! approval {
    ($rest:literal) => {
        concat!("SELECT record, status FROM approval ", $rest)
    };
}

/// Of one request only one approval is pending; where one is, nothing is written.
pub(crate) const INSERT: &str = "INSERT INTO approval
    (id, conversation_id, contact_id, request_key, status, record, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
pub(crate) const APPROVAL: &str = approval!("WHERE id = $1");
pub(crate) const NEWEST_OF_REQUEST: &str =
    approval!("WHERE request_key = $1 ORDER BY created_at DESC, id DESC LIMIT 1");
pub(crate) const APPROVAL_LOCKED: Sql = locking!(approval!("WHERE id = $1"));
pub(crate) const APPROVALS: &str = approval!(
    "WHERE (created_at < $1 OR (created_at = $1 AND id < $2))
    AND (status = $4 OR CAST($4 AS TEXT) IS NULL)
    AND (conversation_id = $5 OR CAST($5 AS TEXT) IS NULL)
    ORDER BY created_at DESC, id DESC LIMIT $3"
);
pub(crate) const DUE: &str =
    approval!("WHERE status = 'pending' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2");
pub(crate) const SETTLE: &str = "UPDATE approval SET status = $2, record = $3 WHERE id = $1";
