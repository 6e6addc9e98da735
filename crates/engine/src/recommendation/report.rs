//! How another way of deciding would have done, on what was logged: before anything is changed.
//!
//! Each logged moment counts by how much likelier the other way would have done what was done. The self-normalised sum of that (SNIPW)
//! needs no model; the doubly robust one adds what a model expects and corrects it by what was seen. The policy that is judged has
//! never seen the moments that it is judged on: buyers are parted into folds.

use std::collections::BTreeMap;

use domain::{
    id::ContactId,
    recommendation::{Action, Offer, Outcome},
};

use super::moment::{LearnedTiming, reward};

/// Parts of the buyers; each is judged by what the others taught.
const FOLDS: usize = 5;

/// How one way of deciding would have done, per moment, in units of an accepted offer.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Value {
    /// By self-normalised inverse propensity weights; 0 where nothing logged tells.
    pub snipw: f64,
    pub doubly_robust: f64,
    /// Of the doubly robust value.
    pub standard_error: f64,
    /// As many moments as the weights are worth.
    pub effective: f64,
    /// The mean chance of doing more than waiting.
    pub offer_rate: f64,
}

/// The log in numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Moments with a known outcome.
    pub moments: usize,
    /// Of those, offers and questions.
    pub observed: usize,
    /// Moments of each action by what became of them.
    pub outcomes: BTreeMap<(Action, Outcome), usize>,
    /// Per moment, what was done in truth brought so much.
    pub logged: f64,
    /// The rules without hold-out.
    pub rules: Value,
    pub learned: Value,
}

/// Judges the rules and the learned policy on moments with an outcome; others are left out.
pub fn report(offers: &[Offer]) -> Report {
    let known: Vec<(&Offer, Outcome)> =
        offers.iter().filter_map(|offer| Some((offer, offer.outcome?))).collect();
    let mut report = Report { moments: known.len(), ..Report::default() };
    for (offer, outcome) in &known {
        report.observed += usize::from(offer.moment.action != Action::Wait);
        *report.outcomes.entry((offer.moment.action, *outcome)).or_default() += 1;
        report.logged += reward(offer.moment.action, *outcome) / known.len() as f64;
    }
    let models: Vec<LearnedTiming> = (0..FOLDS)
        .map(|fold| {
            let others = known.iter().filter(|(offer, _)| fold_of(offer.contact) != fold);
            LearnedTiming::learn(others.map(|(offer, _)| *offer))
        })
        .collect();
    report.rules = value(&known, &models, |_, offer| {
        let mut shares = [0.0; Action::ALL.len()];
        shares[offer.moment.by_rule.place()] = 1.0;
        shares
    });
    report.learned = value(&known, &models, |model, offer| {
        let possible: Vec<Action> =
            Action::ALL.into_iter().filter(|action| is_possible(offer, *action)).collect();
        model.propensities(&offer.moment.features, &possible)
    });
    report
}

/// What could have been done: what had a chance, and what the rules would have done.
fn is_possible(offer: &Offer, action: Action) -> bool {
    offer.moment.propensities[action.place()] > 0.0 || offer.moment.by_rule == action
}

/// The same for one buyer on any machine.
fn fold_of(contact: ContactId) -> usize {
    let mixed = contact.to_string().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |mixed, byte| {
        (mixed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (mixed >> 32) as usize % FOLDS
}

fn value(
    known: &[(&Offer, Outcome)],
    models: &[LearnedTiming],
    shares_of: impl Fn(&LearnedTiming, &Offer) -> [f64; Action::ALL.len()],
) -> Value {
    let (mut weights, mut weighted, mut squares, mut offers) = (0.0, 0.0, 0.0, 0.0);
    let mut robust = Vec::with_capacity(known.len());
    for (offer, outcome) in known {
        let Some(model) = models.get(fold_of(offer.contact)) else { continue };
        let moment = &offer.moment;
        let shares = shares_of(model, offer);
        let brought = reward(moment.action, *outcome);
        let weight = shares[moment.action.place()] / moment.propensity().max(1e-6);
        let expected = |action: Action| model.expected(&moment.features, action);
        let hoped: f64 =
            Action::ALL.into_iter().map(|action| shares[action.place()] * expected(action)).sum();
        robust.push(hoped + weight * (brought - expected(moment.action)));
        weights += weight;
        weighted += weight * brought;
        squares += weight * weight;
        offers += 1.0 - shares[Action::Wait.place()];
    }
    let count = robust.len().max(1) as f64;
    let mean = robust.iter().sum::<f64>() / count;
    let spread = robust.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    Value {
        snipw: if weights > 0.0 { weighted / weights } else { 0.0 },
        doubly_robust: mean,
        standard_error: (spread / count).sqrt(),
        effective: if squares > 0.0 { weights * weights / squares } else { 0.0 },
        offer_rate: offers / count,
    }
}

#[cfg(test)]
mod tests;
