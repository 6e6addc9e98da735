//! The whole HTTP side over a whole desk with the demo shop, in one process.

mod access;
mod approvals;
mod conversations;
mod events;
mod follow_ups;
mod harness;
mod hostile;
mod inquiry;
mod insights;
mod knowledge;
mod messages;
mod offers;
mod quotes;
mod records;
mod suggestions;
mod system;
mod widget;
