//! What was learned outside of turns, as turns see it.
//!
//! Architecture invariant: a [`Learned`] answers for the one buyer of the situation that holds it. What stands behind it are sums over
//! many buyers; there is no way from it to another customer's orders or talk.

use crate::{
    lead::learned::Score,
    recommendation::{moment::LearnedTiming, served::Ranking},
};

/// Immutable: each refit makes a new one.
#[derive(Debug, Default)]
pub struct Models {
    /// What to recommend; none where orders are too few.
    pub ranking: Option<Ranking>,
    /// When to offer.
    pub timing: Option<LearnedTiming>,
    /// What won and lost leads tell; none where they are too few.
    pub score: Option<Score>,
}

/// The handle of one turn.
#[derive(Debug, Clone, Copy, Default)]
pub struct Learned<'a> {
    models: Option<&'a Models>,
}

impl<'a> Learned<'a> {
    pub const fn of(models: &'a Models) -> Self {
        Self { models: Some(models) }
    }

    pub(crate) fn ranking(self) -> Option<&'a Ranking> {
        self.models?.ranking.as_ref()
    }

    pub(crate) fn score(self) -> Option<&'a Score> {
        self.models?.score.as_ref()
    }

    pub(crate) fn timing(self) -> Option<&'a LearnedTiming> {
        self.models?.timing.as_ref()
    }
}
