//! Leads.

use super::company::one_firm;
use crate::dialect::{Sql, locking};

macro_rules! lead {
    ($($rest:expr),+) => {
        concat!(
            "SELECT id, contact_id, score, signals, status, assigned_to, summary, notified_at, outcome_reason, ",
            "company_id, needs, due_at, asked, proposal, created_at, updated_at FROM lead ",
            $($rest),+
        )
    };
}

pub(crate) const LEAD: &str = lead!("WHERE id = $1");
pub(crate) const LEAD_LOCKED: Sql = locking!(lead!("WHERE id = $1"));
pub(crate) const NEWEST_OPEN: &str = lead!(
    "WHERE contact_id = $1 AND status <> 'won' AND status <> 'lost' ORDER BY created_at DESC, id DESC LIMIT 1"
);
pub(crate) const OF_CONTACT: &str = lead!("WHERE contact_id = $1 ORDER BY created_at, id");
pub(crate) const NEWEST_OPEN_OF_COMPANY: &str = lead!(
    "WHERE company_id = $1 AND status <> 'won' AND status <> 'lost' ORDER BY created_at DESC, id DESC LIMIT 1"
);
pub(crate) const DUE: &str = lead!("WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2");
/// Open, of nobody who was heard of since.
pub(crate) const SILENT: &str = "SELECT lead.id FROM lead JOIN contact ON contact.id = lead.contact_id
    WHERE lead.updated_at < $1 AND contact.updated_at < $1 AND lead.proposal IS NULL
    AND lead.status <> 'won' AND lead.status <> 'lost' ORDER BY lead.updated_at, lead.id LIMIT $2";
/// Of a contact and of his company's, the one that moved last of those that stood when the order was made.
pub(crate) const OPEN_BEFORE: &str = lead!(
    "WHERE status <> 'won' AND status <> 'lost' AND created_at < $3
    AND (contact_id = CAST($1 AS TEXT) OR company_id IN ",
    one_firm!("CAST($2 AS TEXT)"),
    ") ORDER BY updated_at DESC, id DESC LIMIT 1"
);
/// How many open leads everybody has.
pub(crate) const LOADS: &str = "SELECT assigned_to, COUNT(*) AS open FROM lead
    WHERE assigned_to IS NOT NULL AND status <> 'won' AND status <> 'lost' GROUP BY assigned_to";
/// Somebody speaks to the buyer.
pub(crate) const TAKEN_UP: &str =
    "UPDATE lead SET due_at = NULL WHERE contact_id = $1 AND due_at IS NOT NULL";
pub(crate) const LEADS: &str = lead!(
    "WHERE (updated_at < $1 OR (updated_at = $1 AND id < $2)) AND score >= $4
    AND (status = $5 OR CAST($5 AS TEXT) IS NULL)
    ORDER BY updated_at DESC, id DESC LIMIT $3"
);
/// A turn adds to a lead; its place on the board, its assignee and its outcome belong to people once they are set.
pub(crate) const UPSERT: &str = "INSERT INTO lead
    (id, contact_id, score, signals, status, assigned_to, summary, notified_at, outcome_reason, created_at, updated_at,
    company_id, needs, due_at, asked, proposal)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    ON CONFLICT (id) DO UPDATE SET company_id = COALESCE(lead.company_id, excluded.company_id), needs = excluded.needs,
    due_at = CASE WHEN lead.notified_at IS NULL AND lead.status = 'new' THEN excluded.due_at ELSE lead.due_at END,
    proposal = excluded.proposal, score = excluded.score, signals = excluded.signals, summary = excluded.summary,
    assigned_to = CASE WHEN lead.asked = '[]' THEN COALESCE(lead.assigned_to, excluded.assigned_to) ELSE lead.assigned_to END,
    notified_at = COALESCE(lead.notified_at, excluded.notified_at), updated_at = excluded.updated_at";
pub(crate) const TO_BE_QUOTED: Sql = locking!(lead!(
    "WHERE (contact_id = $1 OR company_id IN ",
    one_firm!("CAST($2 AS TEXT)"),
    ") AND status IN ('new', 'contacted', 'qualified')
    ORDER BY created_at DESC, id DESC LIMIT 1"
));
pub(crate) const UPDATE: &str =
    "UPDATE lead SET status = $2, assigned_to = $3, outcome_reason = $4, updated_at = $5, due_at = $6, asked = $7,
    proposal = $8 WHERE id = $1";
