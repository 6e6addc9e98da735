//! Conversations, their leases and owners.

use crate::dialect::{Sql, claiming, locking};

macro_rules! conversation {
    ($rest:literal) => {
        concat!(
            "SELECT id, inbox_id, identity_id, contact_id, status, owner, owner_epoch, assigned_to, memory, opened_at, ",
            "last_message_at, ended_at, last_seq, pending, lease_token, answered_seq, wake_at FROM conversation ",
            $rest
        )
    };
}

pub(crate) const CONVERSATION: &str = conversation!("WHERE id = $1");
pub(crate) const CONVERSATION_LOCKED: Sql = locking!(conversation!("WHERE id = $1"));
/// Newest activity first. A contact's conversations are those of everyone merged into it too.
pub(crate) const CONVERSATIONS: &str = conversation!(
    "WHERE (last_message_at < $1 OR (last_message_at = $1 AND id < $2))
    AND (owner = $4 OR CAST($4 AS TEXT) IS NULL)
    AND (status = $5 OR CAST($5 AS TEXT) IS NULL)
    AND (inbox_id = $6 OR CAST($6 AS TEXT) IS NULL)
    ORDER BY last_message_at DESC, id DESC LIMIT $3"
);
pub(crate) const CONVERSATIONS_OF_CONTACT: &str = conversation!(
    "WHERE (last_message_at < $1 OR (last_message_at = $1 AND id < $2))
    AND (owner = $4 OR CAST($4 AS TEXT) IS NULL)
    AND (status = $5 OR CAST($5 AS TEXT) IS NULL)
    AND (inbox_id = $6 OR CAST($6 AS TEXT) IS NULL)
    AND contact_id IN (WITH RECURSIVE family (id) AS (
        SELECT id FROM contact WHERE id = $7
        UNION SELECT contact.id FROM contact JOIN family ON contact.merged_into = family.id
    ) SELECT id FROM family)
    ORDER BY last_message_at DESC, id DESC LIMIT $3"
);
pub(crate) const SILENT: &str = conversation!(
    "WHERE status = 'open' AND pending = 0 AND last_message_at < $1
    ORDER BY last_message_at, id LIMIT $2"
);

pub(crate) const CLAIM_DUE: Sql = claiming!(
    "UPDATE conversation SET lease_token = lease_token + 1, lease_until = $2, lease_node = $4
     WHERE id IN (SELECT id FROM conversation WHERE pending > 0 AND lease_until <= $1
     ORDER BY lease_until, id LIMIT $3",
    ") RETURNING id, lease_token"
);
pub(crate) const RELEASE: &str = "UPDATE conversation SET lease_until = 0 WHERE id = $1 AND lease_token = $2";
/// What guards the commit of a turn.
pub(crate) const GUARDS_LOCKED: Sql = locking!(
    "SELECT lease_token, owner_epoch, last_seq, pending, last_message_at FROM conversation WHERE id = $1"
);
/// What a turn decided, once its lease and epoch were found unchanged. `assigned_to` and `status` belong to people.
pub(crate) const COMMIT_TURN: &str = "UPDATE conversation SET owner = $2, owner_epoch = $3, memory = $4,
    last_message_at = $5, last_seq = $6, pending = $7, lease_until = $8, answered_seq = $9, wake_at = $10 WHERE id = $1";
/// What has ended is looked at once more: the buyer's orders may give cause to write again.
pub(crate) const CHANGE: &str = "UPDATE conversation SET status = $2, owner = $3, owner_epoch = $4,
    assigned_to = $5, memory = $6, ended_at = $7,
    wake_at = CASE WHEN $2 = 'open' THEN CAST($8 AS BIGINT) ELSE COALESCE(wake_at, $7) END WHERE id = $1";
/// Takes the claim from a running turn, which starts again on what it finds then.
pub(crate) const FENCE: &str =
    "UPDATE conversation SET lease_token = lease_token + 1, lease_until = 0 WHERE id = $1 AND pending > 0";
pub(crate) const ADVANCE: &str = "UPDATE conversation SET last_seq = $2, last_message_at = $3 WHERE id = $1";
pub(crate) const PENDING: &str =
    "SELECT CAST(COALESCE(SUM(pending), 0) AS BIGINT) AS pending FROM conversation WHERE pending > 0";
