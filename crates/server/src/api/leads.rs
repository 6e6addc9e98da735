//! Leads: who may buy, and where he stands on the board.

pub(crate) mod change;
pub(crate) mod list;
pub(crate) mod read;
