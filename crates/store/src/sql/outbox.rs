//! What must still be delivered.

use crate::dialect::{Sql, claiming};

pub(crate) const INSERT: &str = "INSERT INTO outbox
    (id, delivery, conversation_id, owner_epoch, status, attempts, due_at, expires_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
pub(crate) const IS_DUE: &str = "SELECT id FROM outbox WHERE status = 'pending' AND due_at <= $1 LIMIT 1";
/// What is due but no longer wanted: too old, or written under an owner who no longer has the conversation.
pub(crate) const RETIRE: &str = "UPDATE outbox
    SET status = CASE WHEN expires_at IS NOT NULL AND expires_at <= $1 THEN 'expired' ELSE 'superseded' END
    WHERE status = 'pending' AND due_at <= $1 AND ((expires_at IS NOT NULL AND expires_at <= $1)
    OR (owner_epoch IS NOT NULL AND owner_epoch <> COALESCE(
        (SELECT owner_epoch FROM conversation WHERE conversation.id = outbox.conversation_id), -1)))";
/// Takes what is due out of sight of other nodes until `$2`; the epoch is checked in the same statement.
pub(crate) const CLAIM: Sql = claiming!(
    "UPDATE outbox SET due_at = $2
    WHERE id IN (SELECT id FROM outbox WHERE status = 'pending' AND due_at <= $1
    AND (expires_at IS NULL OR expires_at > $1)
    AND (owner_epoch IS NULL OR owner_epoch =
        (SELECT owner_epoch FROM conversation WHERE conversation.id = outbox.conversation_id))
    ORDER BY due_at, id LIMIT $3",
    ") RETURNING id, delivery, owner_epoch, status, attempts, due_at, expires_at, created_at"
);
pub(crate) const MARK: &str =
    "UPDATE outbox SET status = $2, attempts = $3, due_at = $4 WHERE id = $1 AND status = 'pending'";
pub(crate) const SUPERSEDE: &str = "UPDATE outbox SET status = 'superseded'
    WHERE conversation_id = $1 AND status = 'pending' AND owner_epoch IS NOT NULL AND owner_epoch < $2";
pub(crate) const PRUNE: &str = "DELETE FROM outbox WHERE id IN
    (SELECT id FROM outbox WHERE status <> 'pending' AND created_at < $1 ORDER BY id LIMIT $2)";
pub(crate) const STATS: &str =
    "SELECT COUNT(*) AS pending, MIN(created_at) AS oldest FROM outbox WHERE status = 'pending'";
