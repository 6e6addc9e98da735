//! The published knowledge and its revisions.

pub(crate) mod current;
pub(crate) mod reload;
pub(crate) mod revisions;
pub(crate) mod suggestions;
