//! Configured channels.

pub(crate) mod list;
