//! People who work at the shop, and programs that hold tokens.

pub(crate) mod list;
pub(crate) mod me;
