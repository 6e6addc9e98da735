//! Agents, their tokens and console sessions, and settings.

pub(crate) const INSERT_AGENT: &str =
    "INSERT INTO agent (id, name, role, machine, created_at) VALUES ($1, $2, $3, $4, $5)";
pub(crate) const AGENTS: &str = "SELECT id, name, role, machine, created_at FROM agent ORDER BY id";
pub(crate) const AGENT: &str = "SELECT id, name, role, machine, created_at FROM agent WHERE id = $1";

pub(crate) const SEEN: &str = "UPDATE agent SET seen_at = $2 WHERE id = $1";
/// Of several with one name (a program's token, a person) any that is there makes him be there.
pub(crate) const ONLINE: &str = "SELECT DISTINCT name FROM agent WHERE seen_at >= $1 ORDER BY name";
/// How many open conversations everybody has. SQLite takes a partial index only where its condition stands in the query, word for word.
pub(crate) const HAVING: &str = "SELECT agent.name AS name, COUNT(*) AS conversations
    FROM conversation JOIN agent ON agent.id = conversation.assigned_to
    WHERE conversation.status = 'open' AND conversation.owner <> 'assistant' AND conversation.owner = 'person'
    GROUP BY agent.name";
/// What waits for people; the memory says for whom.
pub(crate) const WAITING: &str =
    "SELECT memory FROM conversation WHERE status = 'open' AND owner <> 'assistant' AND owner = 'waiting'";

pub(crate) const INSERT_TOKEN: &str =
    "INSERT INTO token (id, name, role, agent_id, hash, created_at, expires_at, revoked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
pub(crate) const TOKENS: &str = "SELECT id, name, role, agent_id, hash, created_at, expires_at, revoked_at
    FROM token ORDER BY id";
pub(crate) const TOKEN_BY_HASH: &str =
    "SELECT id, name, role, agent_id, hash, created_at, expires_at, revoked_at
    FROM token WHERE hash = $1";
pub(crate) const REVOKE_TOKEN: &str = "UPDATE token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

pub(crate) const INSERT_SESSION: &str =
    "INSERT INTO console_session (hash, agent_id, expires_at) VALUES ($1, $2, $3)";
pub(crate) const SESSION: &str = "SELECT agent_id, expires_at FROM console_session WHERE hash = $1";
pub(crate) const DELETE_SESSION: &str = "DELETE FROM console_session WHERE hash = $1";
pub(crate) const DELETE_EXPIRED_SESSIONS: &str = "DELETE FROM console_session WHERE expires_at <= $1";

pub(crate) const SETTING: &str = "SELECT value FROM setting WHERE key = $1";
pub(crate) const SET_SETTING: &str = "INSERT INTO setting (key, value) VALUES ($1, $2)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value";
pub(crate) const TAKE_SETTING: &str = "DELETE FROM setting WHERE key = $1 RETURNING value";

pub(crate) const READY: &str = "UPDATE counter SET value = value + 1 WHERE name = 'ready'";
