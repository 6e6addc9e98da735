//! Channels: how messages reach buyers.

mod direct;

pub use direct::Direct;
