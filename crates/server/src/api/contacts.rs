//! Contacts: who writes, and what is known of him.

pub(crate) mod change;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod read;
pub(crate) mod unmerge;
