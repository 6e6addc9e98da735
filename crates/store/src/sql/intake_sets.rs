//! Taking in many buyers' messages at once, for PostgreSQL only: each value is a whole column.

pub(crate) const LOCK_IDENTITIES: &str =
    "SELECT identity.id, identity.inbox_id, identity.external_id, identity.contact_id
    FROM identity JOIN UNNEST($1::text[], $2::text[]) AS wanted (inbox_id, external_id)
    ON identity.inbox_id = wanted.inbox_id AND identity.external_id = wanted.external_id
    ORDER BY identity.id FOR UPDATE OF identity";
/// What a channel says is read, changed and written back: nobody else may do so between.
pub(crate) const LOCK_CONTACTS: &str =
    "SELECT id, name, company_id, company_name, company_link, attributes, merged_into FROM contact
    WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";
pub(crate) const OPEN_CONVERSATIONS: &str =
    "SELECT id, identity_id, owner_epoch, last_seq, pending, lease_token, lease_until, last_message_at
    FROM conversation WHERE identity_id = ANY($1) AND status = 'open' ORDER BY id FOR UPDATE";
pub(crate) const KNOWN_MESSAGES: &str = "SELECT message.id, message.identity_id, message.external_id,
    message.conversation_id, message.seq, message.turn_id
    FROM message JOIN UNNEST($1::text[], $2::text[]) AS wanted (identity_id, external_id)
    ON message.identity_id = wanted.identity_id AND message.external_id = wanted.external_id";
pub(crate) const INSERT_COMPANIES: &str = "INSERT INTO company (id, name, name_key, created_at)
    SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::int8[]) ON CONFLICT (name_key) DO NOTHING";
pub(crate) const COMPANIES: &str = "SELECT id, name_key FROM company WHERE name_key = ANY($1)";

pub(crate) const INSERT_CONTACTS: &str = "INSERT INTO contact
    (id, name, company_id, company_name, company_link, attributes, search_key, created_at, updated_at, profile, requirement)
    SELECT new.id, new.name, new.company_id, new.company_name, new.company_link, new.attributes, new.search_key,
    new.at, new.at, $9::text, $10::text
    FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int8[])
    AS new (id, name, company_id, company_name, company_link, attributes, search_key, at)";
pub(crate) const INSERT_IDENTITIES: &str = "INSERT INTO identity (id, inbox_id, external_id, contact_id)
    SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[])";
pub(crate) const UPDATE_CLAIMS: &str = "UPDATE contact SET name = new.name, company_id = new.company_id,
    company_name = new.company_name, company_link = new.company_link, attributes = new.attributes,
    search_key = new.search_key, updated_at = new.at
    FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int8[])
    AS new (id, name, company_id, company_name, company_link, attributes, search_key, at)
    WHERE contact.id = new.id";
pub(crate) const LAPSE: &str = "UPDATE conversation
    SET status = 'lapsed', ended_at = new.at, owner_epoch = owner_epoch + 1, wake_at = NULL
    FROM UNNEST($1::text[], $2::int8[]) AS new (id, at) WHERE conversation.id = new.id";
pub(crate) const INSERT_CONVERSATIONS: &str = "INSERT INTO conversation
    (id, inbox_id, identity_id, contact_id, last_seq, pending, lease_token, lease_until, lease_node, opened_at,
     last_message_at, status, owner, owner_epoch, memory)
    SELECT new.*, 'open', 'assistant', 0, $12::text FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::int8[],
    $6::int8[], $7::int8[], $8::int8[], $9::text[], $10::int8[], $11::int8[]) AS new";
pub(crate) const UPDATE_CONVERSATIONS: &str =
    "UPDATE conversation SET last_seq = new.last_seq, pending = new.pending,
    lease_token = new.lease_token, lease_until = new.lease_until,
    lease_node = COALESCE(new.lease_node, conversation.lease_node), last_message_at = new.last_message_at,
    wake_at = CASE WHEN conversation.owner = 'waiting' THEN conversation.wake_at END
    FROM UNNEST($1::text[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::text[], $7::int8[])
    AS new (id, last_seq, pending, lease_token, lease_until, lease_node, last_message_at)
    WHERE conversation.id = new.id";
pub(crate) const INSERT_MESSAGES: &str = "INSERT INTO message
    (id, conversation_id, seq, identity_id, external_id, kind, text, attachments, at, author, draft)
    SELECT new.*, 'buyer', 0 FROM UNNEST($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::int8[]) AS new";
pub(crate) const INSERT_EVENTS: &str = "INSERT INTO event (id, kind, conversation_id, contact_id, data, at)
    SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int8[])";
