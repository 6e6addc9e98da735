//! The feed of what happened.

pub(crate) const INSERT: &str = "INSERT INTO event (id, kind, conversation_id, contact_id, data, at)
    VALUES ($1, $2, $3, $4, $5, $6)";
pub(crate) const SINCE: &str = "SELECT number, id, kind, conversation_id, contact_id, data, at FROM event
    WHERE number > $1 ORDER BY number LIMIT $2";
pub(crate) const BOUNDS: &str =
    "SELECT COALESCE(MIN(number), 0) AS first, COALESCE(MAX(number), 0) AS last FROM event";
/// Keeps the newest `$1`. The last one always stays: SQLite numbers the next one after it.
pub(crate) const PRUNE: &str = "DELETE FROM event WHERE number <= (SELECT MAX(number) FROM event) - $1";
