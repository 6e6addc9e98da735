//! What learns from outcomes: small, exact and the same on any number of threads.
//!
//! Nothing here knows of products or buyers. Sums run over parts of a fixed size in a fixed order, whoever computes them, so that a
//! model does not depend on the machine's cores; what looks random comes from a seed that the caller gives.

pub mod choice;
pub mod inverse;
pub mod isotonic;
pub mod logistic;
pub mod measure;
pub mod pairs;
pub mod random;
mod symmetric;
pub mod table;

/// The chance that belongs to log odds.
pub fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The log odds of a chance, which is kept off 0 and 1.
pub fn log_odds(chance: f64) -> f64 {
    let kept = chance.clamp(1e-6, 1.0 - 1e-6);
    (kept / (1.0 - kept)).ln()
}
