//! Products that the assistant proposes: when the moment is right, the few that fit, each with its reason.

mod candidates;
pub mod evaluation;
pub mod learned;
pub mod policy;
mod reason;
mod timing;

use domain::{
    inbox::Autonomy,
    recommendation::{MAX_ITEMS, Recommendation},
};

use crate::strategy::{Choice, circumstances::Circumstances};

/// The recommendation of this turn; `None` where the moment is wrong or nothing fits. `autonomy` is how far the assistant goes for
/// this inbox, these intents and this grade.
pub(crate) fn recommend(
    circumstances: &Circumstances<'_>,
    choice: &Choice,
    autonomy: Autonomy,
) -> Option<Recommendation> {
    let trigger = timing::trigger(circumstances, choice, autonomy)?;
    let mut items = candidates::items(circumstances, trigger);
    items.truncate(circumstances.situation.knowledge.recommendation.max_items.min(MAX_ITEMS));
    (!items.is_empty()).then_some(Recommendation { trigger, items })
}

#[cfg(test)]
mod tests;
