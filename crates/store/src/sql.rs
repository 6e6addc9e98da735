//! Every statement, one file per aggregate. `$1` is the first value on both databases; what differs stands in `dialect`.

pub(crate) mod approval;
pub(crate) mod company;
pub(crate) mod contact;
pub(crate) mod conversation;
pub(crate) mod event;
pub(crate) mod follow_up;
pub(crate) mod insight;
pub(crate) mod intake;
pub(crate) mod intake_sets;
pub(crate) mod lead;
pub(crate) mod merge;
pub(crate) mod message;
pub(crate) mod offer;
pub(crate) mod order;
pub(crate) mod outbox;
pub(crate) mod people;
pub(crate) mod promise;
pub(crate) mod quote;
pub(crate) mod revision;
pub(crate) mod suggestion;
