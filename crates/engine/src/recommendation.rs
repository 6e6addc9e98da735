//! Products that the assistant proposes: when the moment is right, the few that fit, each with its reason.
//!
//! Hard rules say when anything may be said at all ([`timing`]), hard filters what never ([`filters`]). What is left is ordered by what
//! all orders together tell ([`served`]), where they tell enough, and by the owner's word; where nobody asked, [`moment`] decides and
//! logs what it did with its chance.

mod candidates;
mod elapsed;
pub mod evaluation;
mod evidence;
mod filters;
pub mod learned;
pub mod moment;
pub mod outcome;
pub mod policy;
mod ranked;
mod reason;
pub mod report;
pub mod served;
mod timing;

use domain::{
    Timestamp,
    conversation::PendingQuestion,
    inbox::Autonomy,
    profile::Profile,
    recommendation::{MAX_ITEMS, Moment, Recommendation, ShownOffer},
    understanding::{Understanding, intent},
};

use crate::strategy::{Choice, circumstances::Circumstances};
use candidates::Focus;

/// What this turn recommends.
#[derive(Debug, Default)]
pub(crate) struct Proposed {
    /// `None` where the moment is wrong or nothing fits.
    pub recommendation: Option<Recommendation>,
    /// Where something could be offered that nobody asked for.
    pub moment: Option<Moment>,
    /// Instead of an offer the next question is asked.
    pub asks: bool,
}

/// `autonomy` is how far the assistant goes for this inbox, these intents and this grade.
pub(crate) fn recommend(circumstances: &Circumstances<'_>, choice: &Choice, autonomy: Autonomy) -> Proposed {
    let Some(trigger) = timing::trigger(circumstances, choice, autonomy) else { return Proposed::default() };
    let most = circumstances.situation.knowledge.recommendation.max_items.min(MAX_ITEMS);
    let gathered = candidates::gather(circumstances, trigger, most);
    if trigger.is_proactive() {
        return moment::decide(circumstances, trigger, &gathered);
    }
    Proposed { recommendation: gathered.recommendation(trigger, Focus::Both), ..Proposed::default() }
}

/// The buyer came back to what he was shown: he names it, or says yes to it.
pub(crate) fn take_up(
    profile: &mut Profile,
    understanding: &Understanding,
    intents: &[&str],
    question: Option<&PendingQuestion>,
) {
    let Some(offer) = profile.offers.last_mut().filter(|offer| !offer.taken_up) else { return };
    let says_yes = intents.contains(&intent::AFFIRM) && question.is_some_and(|asked| asked.about == "offer");
    let is_refused = intents.contains(&intent::DENY);
    offer.taken_up =
        says_yes || (!is_refused && understanding.products().any(|product| offer.products.contains(product)));
}

/// What the profile remembers of a recommendation.
pub(crate) fn shown(recommendation: &Recommendation, now: Timestamp) -> ShownOffer {
    ShownOffer {
        at: now,
        products: recommendation.items.iter().map(|item| item.product.clone()).collect(),
        asked: !recommendation.trigger.is_proactive(),
        taken_up: false,
    }
}

#[cfg(test)]
mod tests;
