//! What the knowledge could learn from talk.

pub(crate) const SUGGESTION: &str = "SELECT id, status, buyers, record FROM suggestion WHERE id = $1";
pub(crate) const SUGGESTIONS: &str = "SELECT id, status, buyers, record FROM suggestion
    WHERE (buyers < $1 OR (buyers = $1 AND id > $2))
    AND (status = $4 OR CAST($4 AS TEXT) IS NULL)
    ORDER BY buyers DESC, id LIMIT $3";
pub(crate) const FORGET_OPEN: &str = "DELETE FROM suggestion WHERE status = 'open'";
/// One that was decided meanwhile stays as it is.
pub(crate) const INSERT: &str = "INSERT INTO suggestion (id, status, buyers, record, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
pub(crate) const DECIDE: &str =
    "UPDATE suggestion SET status = $2, record = $3, updated_at = $4 WHERE id = $1 AND status = 'open'";
