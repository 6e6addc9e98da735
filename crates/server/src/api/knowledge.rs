//! The published knowledge and its revisions.

pub(crate) mod current;
pub(crate) mod diff;
pub(crate) mod publish;
pub(crate) mod reload;
pub(crate) mod replay;
pub(crate) mod revisions;
pub(crate) mod suggestions;
