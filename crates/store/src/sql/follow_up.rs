//! What the desk does although nobody wrote: follow-ups, and hand-overs that nobody accepted.

use super::company::one_firm;
use crate::dialect::{Sql, claiming};

pub(crate) const IS_WOKEN: &str = "SELECT id FROM conversation WHERE wake_at <= $1 LIMIT 1";
/// Takes what is due out of sight of other nodes until `$2`.
pub(crate) const CLAIM_WOKEN: Sql = claiming!(
    "UPDATE conversation SET wake_at = $2
    WHERE id IN (SELECT id FROM conversation WHERE wake_at <= $1 ORDER BY wake_at, id LIMIT $3",
    ") RETURNING id"
);
pub(crate) const SET_WAKE: &str = "UPDATE conversation SET wake_at = $2 WHERE id = $1";
/// Only of one that the assistant has: the end of a hand-over's time is nobody's to clear.
pub(crate) const CANCEL: &str =
    "UPDATE conversation SET wake_at = NULL WHERE id = $1 AND wake_at IS NOT NULL AND owner <> 'waiting'";
/// New orders may give cause to write: the newest conversation of each of the buyer's identities is looked at.
pub(crate) const LOOK_AT_BUYER: &str = concat!(
    "UPDATE conversation SET wake_at = $3
    WHERE wake_at IS NULL AND owner <> 'waiting' AND id IN (
        SELECT MAX(conversation.id) FROM contact JOIN conversation ON conversation.contact_id = contact.id
        WHERE contact.id = CAST($1 AS TEXT)
        OR (contact.company_link = 'verified' AND contact.company_id IN ",
    one_firm!("CAST($2 AS TEXT)"),
    ") GROUP BY conversation.identity_id)"
);
pub(crate) const COMMIT_STEP: &str = "UPDATE conversation SET owner = $2, owner_epoch = $3, memory = $4,
    last_message_at = $5, last_seq = $6, wake_at = $7 WHERE id = $1";
pub(crate) const OPEN_OF_IDENTITY: &str =
    "SELECT id FROM conversation WHERE identity_id = $1 AND status = 'open'";

pub(crate) const INSERT: &str =
    "INSERT INTO follow_up (message_id, contact_id, record, at) VALUES ($1, $2, $3, $4)";
/// The newest first.
pub(crate) const OF_CONTACT: &str =
    "SELECT record FROM follow_up WHERE contact_id = $1 ORDER BY at DESC, message_id DESC LIMIT $2";

pub(crate) const WORDS: &str =
    "SELECT seq, text, agent_id, at FROM follow_up_words WHERE conversation_id = $1";
pub(crate) const SET_WORDS: &str = "INSERT INTO follow_up_words (conversation_id, seq, text, agent_id, at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (conversation_id) DO UPDATE SET seq = excluded.seq, text = excluded.text,
    agent_id = excluded.agent_id, at = excluded.at";
pub(crate) const DELETE_WORDS: &str = "DELETE FROM follow_up_words WHERE conversation_id = $1";
/// When the newest lead was won or lost, where it is closed.
pub(crate) const NEWEST_LEAD: &str =
    "SELECT status, updated_at FROM lead WHERE contact_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1";
