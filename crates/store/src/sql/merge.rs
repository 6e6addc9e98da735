//! Proposals to join that people dismissed.

pub(crate) const DISMISS: &str = "INSERT INTO dismissed_merge (from_id, into_id, agent_id, at)
    VALUES ($1, $2, $3, $4) ON CONFLICT (from_id, into_id) DO NOTHING";
pub(crate) const DISMISSED: &str =
    "SELECT from_id, into_id, agent_id, at FROM dismissed_merge ORDER BY from_id, into_id";
