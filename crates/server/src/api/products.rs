//! Products of the published knowledge.

pub(crate) mod list;
pub(crate) mod read;
