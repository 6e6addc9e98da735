#![doc = include_str!("../README.md")]

mod contact;
mod conversation;
mod database;
mod dialect;
mod error;
mod event;
mod intake;
mod keys;
mod lead;
mod message;
mod migration;
mod order;
mod outbox;
mod page;
mod people;
mod postgres;
mod revision;
mod situation;
mod sql;
mod sqlite;
mod store;
mod turn;
mod tx;
mod value;

pub use conversation::{ConversationChange, ConversationFilter};
pub use error::{ChangeError, OpenError, Rejection, Source, StoreError};
pub use intake::{Accepted, FreshIds, Incoming, IncomingContact, IncomingMessage};
pub use lead::{LeadChange, LeadFilter};
pub use order::{NewOrder, OrderCounts};
pub use outbox::OutboxStats;
pub use page::{Page, Paged};
pub use people::{Agent, Token};
pub use revision::Revision;
pub use situation::{Claim, StoredSituation};
pub use store::{Store, StoreOptions};
pub use turn::{CommitOutcome, TurnCommit};
