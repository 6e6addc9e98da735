//! What all orders of the shop together tell: which products come again, which go together, what sells now.
//!
//! A [`Recommender`] is made outside of turns, from the orders up to a day, and does not change afterwards. It holds sums over many
//! buyers, [`LEAST_BUYERS`] at least, and nothing about any single one: a buyer's own orders come with the turn that serves him.
//!
//! Two lists, each with its own evidence: *reorder* ranks what this buyer bought before, *discover* what he did not. Both rankers are
//! trained on what this very code would have proposed in the weeks before, so that they learn on candidates as they are served.

mod companions;
mod discover;
mod ease;
mod orders;
mod past;
mod rebuy;
mod recommender;
mod sales;

/// A sum over fewer buyers tells of nobody else: what goes together, what is popular and what is proposed to others needs so many.
pub const LEAST_BUYERS: u32 = 3;

pub use companions::Companions;
pub use ease::{Ease, EaseSettings};
pub use orders::{Day, HistoryBasket, OrderBook, OrderBookBuilder, PlacedLine};
pub use recommender::{Evidence, Proposal, Query, Recommender, Settings, Stages};
pub use sales::Sales;
