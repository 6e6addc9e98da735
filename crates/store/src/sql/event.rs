//! The feed of what happened.

pub(crate) const INSERT: &str = "INSERT INTO event (id, kind, conversation_id, contact_id, data, at)
    VALUES ($1, $2, $3, $4, $5, $6)";
pub(crate) const SINCE: &str = "SELECT number, id, kind, conversation_id, contact_id, data, at FROM event
    WHERE number > $1 ORDER BY number LIMIT $2";
pub(crate) const BOUNDS: &str =
    "SELECT COALESCE(MIN(number), 0) AS first, COALESCE(MAX(number), 0) AS last FROM event";
/// Without a hole: up to the first that is kept, behind what is sealed. The last one always stays: SQLite numbers the next one after it.
pub(crate) const PRUNE: &str = "DELETE FROM event
    WHERE number <= (SELECT COALESCE(MAX(last_number), 0) FROM observation_chunk)
    AND number < COALESCE((SELECT number FROM event WHERE number IS NOT NULL AND at >= $1 ORDER BY number LIMIT 1),
        (SELECT MAX(number) FROM event))
    AND number < (SELECT MIN(number) FROM event) + $2";
