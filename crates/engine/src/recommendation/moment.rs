//! A moment at which something could be offered that nobody asked for: what is done, decided by the rules until enough was observed.
//!
//! The rules have said that the moment is one and what they would offer. A share of moments may be held out, so that it can be told
//! what offers bring. Where the owner lets the learned policy decide, it chooses among waiting, asking the next question, and the two
//! lists. Whoever decides, each action's chance is exact: the action is drawn by these chances from the turn's seed, so that a replay
//! draws the same.

use domain::{
    inbox::InboxKind,
    profile::CustomerType,
    recommendation::{Action, Decider, Moment, Offer, Outcome, Recommendation, RecommendationKind, Trigger},
};

use super::{
    Proposed,
    candidates::{Focus, Gathered},
    policy::{Policy, Possible},
    timing,
};
use crate::{
    knowledge::Timing,
    learning::{
        logistic::{Belief, Rows},
        random::Random,
    },
    strategy::{circumstances::Circumstances, question},
};

/// Numbers that a moment looks like: a constant, rounds 5 to 8, one topic, wish to buy, existing customer, product under discussion,
/// offers ignored before (as logarithm), something due for reorder.
pub const FEATURES: usize = 8;
/// The same for one action: with what it is, and what it is for.
const OF_ACTION: usize = FEATURES + 7;

/// Offers with a known outcome that the policy needs before it may decide.
pub const LEAST_OBSERVED: usize = 200;

/// What an ignored offer costs, in units of an accepted one, and what a complaint costs.
pub const IGNORED_COST: f64 = 0.2;
pub const COMPLAINT_COST: f64 = 1.0;
/// What an answered question is worth.
const ANSWER_GAIN: f64 = 0.3;

/// Sets this module's draws apart from others on the same seed.
const DRAW: u64 = 0x006d_6f6d_656e_7431;

/// What an action brought.
pub fn reward(action: Action, outcome: Outcome) -> f64 {
    match (action, outcome) {
        (Action::Wait, _) => 0.0,
        (_, Outcome::Accept | Outcome::Order) => gain(action),
        (_, Outcome::Ignore) => -IGNORED_COST,
        (_, Outcome::Complaint) => -COMPLAINT_COST,
    }
}

fn gain(action: Action) -> f64 {
    if action == Action::Ask { ANSWER_GAIN } else { 1.0 }
}

/// When to offer, learned from what became of offers.
#[derive(Debug, Clone)]
pub struct LearnedTiming {
    policy: Policy,
    observed: usize,
}

impl LearnedTiming {
    /// Learns from offers in the order of time; those without an outcome, and moments that passed without an offer, teach nothing.
    pub fn learn<'o>(offers: impl IntoIterator<Item = &'o Offer>) -> Self {
        let mut rows = Rows::new(OF_ACTION);
        let mut accepted = Vec::new();
        let mut observed = 0;
        for offer in offers {
            let action = offer.moment.action;
            let Some(outcome) = offer.outcome.filter(|_| action != Action::Wait) else { continue };
            observed += 1;
            let features = features_of(&offer.moment.features, action);
            // A complaint weighs as many ignored offers as it costs.
            let times =
                if outcome == Outcome::Complaint { (COMPLAINT_COST / IGNORED_COST) as usize } else { 1 };
            for _ in 0..times {
                rows.push(features.iter().copied());
                accepted.push(matches!(outcome, Outcome::Accept | Outcome::Order));
            }
        }
        Self { policy: Policy::from_outcomes(prior(), rows, accepted), observed }
    }

    /// Offers that it has seen the outcome of.
    pub const fn observed(&self) -> usize {
        self.observed
    }

    /// The chances of [`Action::ALL`] at a moment where these actions are possible.
    pub fn propensities(&self, features: &[f32], possible: &[Action]) -> [f64; Action::ALL.len()] {
        let offers: Vec<Action> = possible.iter().copied().filter(|action| *action != Action::Wait).collect();
        let choices: Vec<Possible> = offers
            .iter()
            .map(|&action| Possible { features: features_of(features, action), gain: gain(action) })
            .collect();
        let shares = self.policy.propensities(&choices, IGNORED_COST);
        let mut propensities = [0.0; Action::ALL.len()];
        for (action, share) in offers.iter().zip(&shares) {
            propensities[action.place()] = *share;
        }
        propensities[Action::Wait.place()] = (1.0 - shares.iter().sum::<f64>()).max(0.0);
        propensities
    }

    /// What an action is expected to bring.
    pub fn expected(&self, features: &[f32], action: Action) -> f64 {
        if action == Action::Wait {
            return 0.0;
        }
        let chance = self.policy.chance(&features_of(features, action));
        chance * (gain(action) + IGNORED_COST) - IGNORED_COST
    }
}

/// What is believed before any offer: as the rules say, a moment that they chose is worth an offer; rather within rounds 5 to 8, rather
/// what is due, less after offers that were ignored.
fn prior() -> Vec<Belief> {
    let belief = |mean: f64, precision: f64| Belief { mean, precision };
    let mut prior = vec![
        belief(IGNORED_COST.ln() + 1.0, 0.5),
        belief(0.3, 4.0),
        belief(0.0, 4.0),
        belief(0.2, 4.0),
        belief(0.0, 4.0),
        belief(0.0, 4.0),
        belief(-0.5, 4.0),
        belief(0.0, 4.0),
    ];
    // Ask, reorder, discover; then reorder where something is due, reorder and discover for whom and beside what, ask who wants to buy.
    prior.extend([belief(-0.5, 2.0), belief(0.0, 2.0), belief(0.0, 2.0)]);
    prior.extend([belief(0.5, 4.0), belief(0.0, 4.0), belief(0.3, 4.0), belief(0.2, 4.0)]);
    prior
}

/// What one action at a moment looks like; a moment with other features than [`FEATURES`] is filled with zeros.
fn features_of(moment: &[f32], action: Action) -> Vec<f32> {
    let at = |place: usize| moment.get(place).copied().unwrap_or_default();
    let is = |kind: Action| f32::from(u8::from(action == kind));
    let mut features: Vec<f32> = (0..FEATURES).map(at).collect();
    features.extend([is(Action::Ask), is(Action::Reorder), is(Action::Discover)]);
    features.extend([
        is(Action::Reorder) * at(7),
        is(Action::Discover) * at(4),
        is(Action::Discover) * at(5),
        is(Action::Ask) * at(3),
    ]);
    features
}

/// What is done where nobody asked and the rules say that something may be offered.
pub(super) fn decide(
    circumstances: &Circumstances<'_>,
    trigger: Trigger,
    gathered: &Gathered<'_>,
) -> Proposed {
    let situation = circumstances.situation;
    let by_rule = gathered.recommendation(trigger, Focus::Both);
    // In the terminal and in golden conversations the rules alone decide, and nothing is learned from them.
    let Some(by_rule) = by_rule.filter(|_| situation.inbox.kind != InboxKind::Chat) else {
        let recommendation = gathered.recommendation(trigger, Focus::Both);
        return Proposed { recommendation, ..Proposed::default() };
    };
    let settings = &situation.knowledge.recommendation;
    let rule_action = action_of(&by_rule);
    let features = look(circumstances, trigger, gathered);
    let on = |kind| gathered.recommendation(trigger, Focus::On(kind));
    let policy = situation
        .learned
        .timing()
        .filter(|timing| settings.timing == Timing::Learned && timing.observed() >= LEAST_OBSERVED);
    let mut propensities = [0.0; Action::ALL.len()];
    match policy {
        None => propensities[rule_action.place()] = 1.0,
        Some(timing) => {
            let mut possible = Vec::new();
            if question::of_deal(circumstances).is_some() {
                possible.push(Action::Ask);
            }
            if on(RecommendationKind::Reorder).is_some() {
                possible.push(Action::Reorder);
            }
            if on(RecommendationKind::Discover).is_some() {
                possible.push(Action::Discover);
            }
            propensities = timing.propensities(&features, &possible);
        }
    }
    let hold_out = f64::from(settings.hold_out) / 100.0;
    for share in &mut propensities {
        *share *= 1.0 - hold_out;
    }
    propensities[Action::Wait.place()] += hold_out;
    let draw = Random::new(situation.seed ^ DRAW).share();
    let action = drawn(&propensities, draw).unwrap_or(rule_action);
    let decided_by = match policy {
        // Waiting stands first among what is drawn, and being held out first within it.
        _ if draw < hold_out => Decider::HoldOut,
        Some(_) => Decider::Policy,
        None => Decider::Rules,
    };
    let recommendation = match action {
        Action::Wait | Action::Ask => None,
        Action::Reorder | Action::Discover if policy.is_none() => Some(by_rule.clone()),
        Action::Reorder => on(RecommendationKind::Reorder),
        Action::Discover => on(RecommendationKind::Discover),
    };
    let offered = recommendation.as_ref().unwrap_or(&by_rule);
    let moment = Moment {
        trigger,
        features,
        propensities,
        action,
        decided_by,
        by_rule: rule_action,
        products: offered.items.iter().map(|item| item.product.clone()).collect(),
    };
    Proposed { recommendation, moment: Some(moment), asks: action == Action::Ask }
}

/// The list that stands first.
fn action_of(recommendation: &Recommendation) -> Action {
    match recommendation.items.first().map(|item| item.kind) {
        Some(RecommendationKind::Reorder) => Action::Reorder,
        _ => Action::Discover,
    }
}

/// The action in whose share of the whole `draw` falls.
fn drawn(propensities: &[f64; Action::ALL.len()], draw: f64) -> Option<Action> {
    let mut end = 0.0;
    let possible = Action::ALL.into_iter().zip(propensities).filter(|(_, share)| **share > 0.0);
    let mut last = None;
    for (action, share) in possible {
        end += share;
        last = Some(action);
        if draw < end {
            break;
        }
    }
    last
}

fn look(circumstances: &Circumstances<'_>, trigger: Trigger, gathered: &Gathered<'_>) -> Vec<f32> {
    let is = |holds: bool| f32::from(u8::from(holds));
    let remembered = circumstances.remembered;
    let min_rounds = circumstances.situation.knowledge.recommendation.min_rounds;
    let preferred = (min_rounds..=min_rounds.saturating_add(3)).contains(&remembered.memory.rounds);
    vec![
        1.0,
        is(preferred),
        is(trigger == Trigger::SameTopic),
        is(trigger == Trigger::PurchaseIntent),
        is(remembered.profile.customer_type == CustomerType::Existing),
        is(circumstances.product().is_some()),
        (1.0 + timing::ignored(&remembered.profile) as f32).ln(),
        is(gathered.has_due()),
    ]
}

#[cfg(test)]
pub(crate) mod tests;
