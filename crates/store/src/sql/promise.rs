//! The ledger of what was offered.

use super::company::one_firm;

macro_rules! promise {
    ($($rest:expr),+) => {
        concat!("SELECT id, contact_id, company_id, conversation_id, offer, at FROM promise ", $($rest),+)
    };
}

pub(crate) const INSERT: &str = "INSERT INTO promise (id, contact_id, company_id, conversation_id, offer, at)
    VALUES ($1, $2, $3, $4, $5, $6)";
pub(crate) const NEWEST_OF_CONTACT: &str =
    promise!("WHERE contact_id = $1 ORDER BY at DESC, id DESC LIMIT $2");
pub(crate) const NEWEST_OF_COMPANY: &str =
    promise!("WHERE company_id = $1 ORDER BY at DESC, id DESC LIMIT $2");
pub(crate) const PROMISES: &str = promise!(
    "WHERE (at < $1 OR (at = $1 AND id < $2))
    AND (contact_id = $4 OR CAST($4 AS TEXT) IS NULL)
    AND (CAST($5 AS TEXT) IS NULL OR company_id IN ",
    one_firm!("CAST($5 AS TEXT)"),
    ") ORDER BY at DESC, id DESC LIMIT $3"
);
