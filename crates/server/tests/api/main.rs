//! The whole HTTP side over a whole desk with the demo shop, in one process.

mod access;
mod conversations;
mod events;
mod harness;
mod hostile;
mod messages;
mod quotes;
mod records;
mod system;
mod widget;
