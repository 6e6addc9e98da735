//! Companies that buy.

pub(crate) mod list;
pub(crate) mod read;
