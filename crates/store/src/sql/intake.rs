//! Taking in a buyer's message, one at a time; the set-based form for PostgreSQL stands beside its code.

use std::sync::LazyLock;

use crate::value::Columns;

/// Who wrote, with all that one lookup brings along: his contact, its company, the inbox, the open conversation.
pub(crate) const AT_HAND: &str = "SELECT identity.id, identity.contact_id,
    contact.id, contact.name, contact.company_id, contact.company_name, contact.company_link, contact.attributes,
    contact.profile, contact.requirement, contact.merged_into, contact.created_at, contact.updated_at, contact.last_promise_at,
    company.id, company.name, company.created_at, company.merged_into,
    inbox.id, inbox.name, inbox.kind, inbox.autonomy,
    conversation.id, conversation.inbox_id, conversation.identity_id, conversation.contact_id, conversation.status,
    conversation.owner, conversation.owner_epoch, conversation.assigned_to, conversation.memory,
    conversation.opened_at, conversation.last_message_at, conversation.ended_at, conversation.last_seq,
    conversation.pending, conversation.lease_token, conversation.lease_until, conversation.answered_seq
    FROM identity
    JOIN contact ON contact.id = identity.contact_id
    JOIN inbox ON inbox.id = identity.inbox_id
    LEFT JOIN company ON company.id = contact.company_id
    LEFT JOIN conversation ON conversation.identity_id = identity.id AND conversation.status = 'open'
    WHERE identity.inbox_id = $1 AND identity.external_id = $2";

/// The parts of [`AT_HAND`] in order.
pub(crate) struct AtHandColumns {
    pub(crate) identity: Columns,
    pub(crate) contact: Columns,
    pub(crate) company: Columns,
    pub(crate) inbox: Columns,
    pub(crate) conversation: Columns,
}

pub(crate) static AT_HAND_COLUMNS: LazyLock<AtHandColumns> = LazyLock::new(|| {
    let columns = |names: &str| names.split(' ').map(Box::from).collect();
    AtHandColumns {
        identity: columns("id contact_id"),
        contact: columns(
            "id name company_id company_name company_link attributes profile requirement merged_into created_at updated_at last_promise_at",
        ),
        company: columns("id name created_at merged_into"),
        inbox: columns("id name kind autonomy"),
        conversation: columns(
            "id inbox_id identity_id contact_id status owner owner_epoch assigned_to memory opened_at last_message_at \
             ended_at last_seq pending lease_token lease_until answered_seq",
        ),
    }
});

pub(crate) const INSERT_IDENTITY: &str =
    "INSERT INTO identity (id, inbox_id, external_id, contact_id) VALUES ($1, $2, $3, $4)";
pub(crate) const CONTACT: &str = "SELECT id, name, company_id, company_name, company_link, attributes, merged_into FROM contact WHERE id = $1";
pub(crate) const KNOWN_MESSAGE: &str = "SELECT id, identity_id, external_id, conversation_id, seq, turn_id
    FROM message WHERE identity_id = $1 AND external_id = $2";
pub(crate) const INSERT_CONVERSATION: &str = "INSERT INTO conversation
    (id, inbox_id, identity_id, contact_id, status, owner, owner_epoch, memory, last_seq, pending,
     lease_token, lease_until, lease_node, opened_at, last_message_at)
    VALUES ($1, $2, $3, $4, 'open', 'assistant', 0, $5, $6, $7, $8, $9, $10, $11, $12)";
/// The buyer's answer stops a follow-up; whoever has to accept a hand-over still has to.
pub(crate) const UPDATE_CONVERSATION: &str = "UPDATE conversation SET last_seq = $2, pending = $3,
    lease_token = $4, lease_until = $5, lease_node = COALESCE($6, lease_node), last_message_at = $7,
    wake_at = CASE WHEN owner = 'waiting' THEN wake_at END WHERE id = $1";
pub(crate) const LAPSE: &str = "UPDATE conversation
    SET status = 'lapsed', ended_at = $2, owner_epoch = owner_epoch + 1, wake_at = NULL WHERE id = $1";
