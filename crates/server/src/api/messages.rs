//! Buyers' messages from programs.

pub(crate) mod receive;
