//! Taking in a buyer's message, one at a time; the set-based form for PostgreSQL stands beside its code.

pub(crate) const IDENTITY: &str =
    "SELECT id, contact_id FROM identity WHERE inbox_id = $1 AND external_id = $2";
pub(crate) const INSERT_IDENTITY: &str =
    "INSERT INTO identity (id, inbox_id, external_id, contact_id) VALUES ($1, $2, $3, $4)";
pub(crate) const CONTACT: &str = "SELECT id, name, company_id, company_name, company_link, attributes, merged_into FROM contact WHERE id = $1";
pub(crate) const OPEN_CONVERSATION: &str =
    "SELECT id, identity_id, owner_epoch, last_seq, pending, lease_token, lease_until, last_message_at
    FROM conversation WHERE identity_id = $1 AND status = 'open'";
pub(crate) const KNOWN_MESSAGE: &str = "SELECT id, identity_id, external_id, conversation_id, seq, turn_id
    FROM message WHERE identity_id = $1 AND external_id = $2";
pub(crate) const INSERT_CONVERSATION: &str = "INSERT INTO conversation
    (id, inbox_id, identity_id, contact_id, status, owner, owner_epoch, memory, last_seq, pending,
     lease_token, lease_until, lease_node, opened_at, last_message_at)
    VALUES ($1, $2, $3, $4, 'open', 'assistant', 0, $5, $6, $7, $8, $9, $10, $11, $12)";
pub(crate) const UPDATE_CONVERSATION: &str = "UPDATE conversation SET last_seq = $2, pending = $3,
    lease_token = $4, lease_until = $5, lease_node = COALESCE($6, lease_node), last_message_at = $7 WHERE id = $1";
pub(crate) const LAPSE: &str = "UPDATE conversation
    SET status = 'lapsed', ended_at = $2, owner_epoch = owner_epoch + 1 WHERE id = $1";
