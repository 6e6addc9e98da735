//! Past orders.

pub(crate) mod list;
