//! The ledger: what was offered to whom.

pub(crate) mod list;
