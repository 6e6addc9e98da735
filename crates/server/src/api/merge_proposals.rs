//! What may be one person or one firm.

pub(crate) mod dismiss;
pub(crate) mod list;
