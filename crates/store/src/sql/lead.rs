//! Leads.

use crate::dialect::{Sql, locking};

macro_rules! lead {
    ($rest:literal) => {
        concat!(
            "SELECT id, contact_id, score, signals, status, assigned_to, summary, notified_at, outcome_reason, ",
            "created_at, updated_at FROM lead ",
            $rest
        )
    };
}

pub(crate) const LEAD: &str = lead!("WHERE id = $1");
pub(crate) const LEAD_LOCKED: Sql = locking!(lead!("WHERE id = $1"));
pub(crate) const NEWEST_OPEN: &str = lead!(
    "WHERE contact_id = $1 AND status <> 'won' AND status <> 'lost' ORDER BY created_at DESC, id DESC LIMIT 1"
);
pub(crate) const OF_CONTACT: &str = lead!("WHERE contact_id = $1 ORDER BY created_at, id");
pub(crate) const LEADS: &str = lead!(
    "WHERE (updated_at < $1 OR (updated_at = $1 AND id < $2)) AND score >= $4
    AND (status = $5 OR CAST($5 AS TEXT) IS NULL)
    ORDER BY updated_at DESC, id DESC LIMIT $3"
);
/// A turn adds to a lead; its place on the board, its assignee and its outcome belong to people once they are set.
pub(crate) const UPSERT: &str = "INSERT INTO lead
    (id, contact_id, score, signals, status, assigned_to, summary, notified_at, outcome_reason, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (id) DO UPDATE SET score = excluded.score, signals = excluded.signals, summary = excluded.summary,
    assigned_to = COALESCE(lead.assigned_to, excluded.assigned_to),
    notified_at = COALESCE(lead.notified_at, excluded.notified_at), updated_at = excluded.updated_at";
pub(crate) const QUOTED: &str = "UPDATE lead SET status = 'quoted', updated_at = $2
    WHERE id = (SELECT id FROM lead WHERE contact_id = $1 AND status IN ('new', 'contacted', 'qualified')
        ORDER BY created_at DESC, id DESC LIMIT 1)
    RETURNING id, contact_id, score, signals, status, assigned_to, summary, notified_at, outcome_reason, created_at,
    updated_at";
pub(crate) const UPDATE: &str =
    "UPDATE lead SET status = $2, assigned_to = $3, outcome_reason = $4, updated_at = $5
    WHERE id = $1";
