//! Past orders.

use super::company::one_firm;

macro_rules! order {
    ($($rest:expr),+) => {
        concat!(
            "SELECT id, number, company_id, contact_id, date, country, lines, status FROM orders ",
            $($rest),+
        )
    };
}

pub(crate) const ORDERS: &str = order!("WHERE id > $1 ORDER BY id LIMIT $2");
/// Of a company and all that are one with it.
pub(crate) const OF_COMPANY: &str =
    order!("WHERE company_id IN ", one_firm!("$1"), " AND id > $2 ORDER BY id LIMIT $3");
pub(crate) const NEWEST_OF_CONTACT: &str =
    order!("WHERE contact_id = $1 ORDER BY date DESC, number DESC LIMIT $2");
pub(crate) const NEWEST_OF_COMPANY: &str =
    order!("WHERE company_id = $1 ORDER BY date DESC, number DESC LIMIT $2");
pub(crate) const INSERT: &str = "INSERT INTO orders
    (id, number, company_id, contact_id, date, country, lines, status)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (number) DO NOTHING";
pub(crate) const KNOWN: &str = "SELECT id FROM orders WHERE number = $1";
