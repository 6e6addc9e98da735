//! Notifiers: how people at the shop hear of hot leads and hand-offs.

mod log;

pub use log::Log;
