#![doc = include_str!("../README.md")]

pub mod catalog;
pub mod contact;
pub mod conversation;
pub mod decimal;
pub mod event;
pub mod fact;
pub mod handoff;
pub mod id;
pub mod inbox;
pub mod language;
pub mod lead;
pub mod message;
pub mod money;
pub mod order;
pub mod outbox;
pub mod profile;
pub mod quantity;
pub mod quote;
pub mod recommendation;
pub mod requirement;
pub mod stage;
pub mod time;
pub mod turn;
pub mod understanding;

pub use time::Timestamp;
