//! Companies that buy.

pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod read;
pub(crate) mod unmerge;
