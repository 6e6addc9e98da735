//! The log of moments at which something could be offered.

pub(crate) mod list;
pub(crate) mod report;
