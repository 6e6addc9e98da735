//! When to offer, learned: a Bayesian logistic model of acceptance, asked by Thompson sampling.
//!
//! An offer is worth its gain times the chance of acceptance less its cost times the rest. A buyer is offered something when a model
//! that is drawn from what is believed says that it pays: what is not known well is tried, what is known to annoy is not. The chance
//! of offering is known exactly, so that another policy can be judged on what this one saw.

use crate::learning::{
    chance, log_odds,
    logistic::{self, Belief, Logistic, Rows},
};

/// What is believed of acceptance, with the offers that taught it.
#[derive(Debug, Clone)]
pub struct Policy {
    prior: Vec<Belief>,
    rows: Rows,
    accepted: Vec<bool>,
    /// The likeliest weights and their covariance, row-major.
    mean: Vec<f64>,
    covariance: Vec<f64>,
    /// Offers at which everything is computed anew; in between each offer is added approximately.
    next_fit: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    pub offers: bool,
    /// The chance with which this very moment would have been offered in; to be logged.
    pub propensity: f64,
}

/// One of several actions that are possible at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Possible {
    pub features: Vec<f32>,
    /// What it brings where it is accepted, in units of an accepted offer; above 0.
    pub gain: f64,
}

/// Places at which the drawn odds of an action are looked at: from eight deviations below its mean to eight above.
const PLACES: u32 = 320;
const DEVIATIONS: f64 = 8.0;

/// Each full fit waits until the offers have grown by a quarter.
const GROWTH: usize = 4;
const FIRST_FIT: usize = 20;
/// Of the spread of beliefs so much is drawn.
const SPREAD: f64 = 0.7;

impl Policy {
    pub fn new(prior: Vec<Belief>) -> Self {
        Self::from_outcomes(prior.clone(), Rows::new(prior.len()), Vec::new())
    }

    /// What is believed after these offers.
    pub fn from_outcomes(prior: Vec<Belief>, rows: Rows, accepted: Vec<bool>) -> Self {
        let mut policy =
            Self { mean: Vec::new(), covariance: Vec::new(), next_fit: 0, prior, rows, accepted };
        policy.fit();
        policy
    }

    /// Offers that were observed.
    pub const fn observed(&self) -> usize {
        self.accepted.len()
    }

    fn fit(&mut self) {
        let fitted: Logistic = logistic::fit(&self.rows, &self.accepted, None, &self.prior);
        self.covariance = fitted.covariance();
        self.mean = fitted.weights;
        let observed = self.observed();
        self.next_fit = (observed + observed / GROWTH).max(FIRST_FIT);
    }

    /// Mean and variance of the log odds that the offer is accepted.
    fn belief(&self, features: &[f32]) -> (f64, f64) {
        let values: Vec<(usize, f64)> = features
            .iter()
            .enumerate()
            .filter(|(_, value)| **value != 0.0)
            .map(|(at, value)| (at, f64::from(*value)))
            .collect();
        let mean = values.iter().map(|&(at, value)| self.mean[at] * value).sum();
        let width = self.mean.len();
        let variance: f64 = values
            .iter()
            .map(|&(row, left)| {
                let line = &self.covariance[row * width..][..width];
                left * values.iter().map(|&(column, right)| line[column] * right).sum::<f64>()
            })
            .sum();
        (mean, variance.max(0.0))
    }

    /// The expected chance of acceptance.
    pub fn chance(&self, features: &[f32]) -> f64 {
        chance(self.belief(features).0)
    }

    /// `cost` is what an ignored offer loses, in units of what an accepted one gains; `draw` lies evenly between 0 and 1.
    pub fn decide(&self, features: &[f32], cost: f64, draw: f64) -> Decision {
        let (mean, variance) = self.belief(features);
        // Offering pays where chance > cost / (1 + cost), whose log odds are those of the cost itself.
        let above = mean - cost.max(1e-9).ln();
        let spread = SPREAD * variance.sqrt();
        let propensity =
            if spread > 0.0 { normal_share(above / spread) } else { f64::from(u8::from(above > 0.0)) };
        Decision { offers: draw < propensity, propensity }
    }

    /// The chance with which each action is the best one, and worth more than doing nothing, by odds that are drawn from what is
    /// believed of each; what is missing to 1 is the chance of doing nothing.
    ///
    /// The chances come from one sum over the normal distributions. Whoever draws by them acts with exactly these chances.
    pub fn propensities(&self, possible: &[Possible], cost: f64) -> Vec<f64> {
        let cost = cost.max(1e-9);
        let believed: Vec<(f64, f64)> = possible
            .iter()
            .map(|one| {
                let (mean, variance) = self.belief(&one.features);
                (mean, (SPREAD * variance.sqrt()).max(1e-6))
            })
            .collect();
        // The share of an action's draws that bring less than `value`.
        let below = |at: usize, value: f64| {
            let (mean, spread) = believed[at];
            let chance = (value + cost) / (possible[at].gain + cost);
            if chance >= 1.0 { 1.0 } else { normal_share((log_odds(chance) - mean) / spread) }
        };
        let nothing: f64 = (0..possible.len()).map(|at| below(at, 0.0)).product();
        let width = 2.0 * DEVIATIONS / f64::from(PLACES);
        let mut best: Vec<f64> = (0..possible.len())
            .map(|at| {
                let (mean, spread) = believed[at];
                (0..PLACES)
                    .map(|place| {
                        let deviation = (f64::from(place) + 0.5) * width - DEVIATIONS;
                        let gain = possible[at].gain;
                        let value = chance(mean + spread * deviation) * (gain + cost) - cost;
                        if value <= 0.0 {
                            return 0.0;
                        }
                        let others = (0..possible.len()).filter(|other| *other != at);
                        (-deviation * deviation / 2.0).exp()
                            * others.map(|other| below(other, value)).product::<f64>()
                    })
                    .sum()
            })
            .collect();
        let sum: f64 = best.iter().sum();
        let scale = if sum > 0.0 { (1.0 - nothing).max(0.0) / sum } else { 0.0 };
        for share in &mut best {
            *share *= scale;
        }
        best
    }

    /// Takes in what became of an offer.
    pub fn learn(&mut self, features: &[f32], accepted: bool) {
        self.rows.push(features.iter().copied());
        self.accepted.push(accepted);
        if self.observed() >= self.next_fit {
            self.fit();
            return;
        }
        let width = self.mean.len();
        let turned: Vec<f64> = self
            .covariance
            .chunks(width.max(1))
            .map(|line| line.iter().zip(features).map(|(a, b)| a * f64::from(*b)).sum())
            .collect();
        let variance: f64 = turned.iter().zip(features).map(|(a, b)| a * f64::from(*b)).sum();
        let likely = self.chance(features);
        let bend = likely * (1.0 - likely);
        let scale = 1.0 / (1.0 + bend * variance);
        for (row, left) in turned.iter().enumerate() {
            let line = &mut self.covariance[row * width..][..width];
            line.iter_mut().zip(&turned).for_each(|(value, right)| *value -= bend * scale * left * right);
        }
        let error = f64::from(u8::from(accepted)) - likely;
        self.mean.iter_mut().zip(&turned).for_each(|(mean, step)| *mean += scale * step * error);
    }
}

/// The share of a normal distribution below `value` (Abramowitz and Stegun 7.1.26; off by 1.5e-7 at most).
fn normal_share(value: f64) -> f64 {
    let at = value.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * at);
    let series = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    let tail = series.iter().fold(0.0, |sum, factor| (sum + factor) * t) * (-at * at).exp() / 2.0;
    if value < 0.0 { tail } else { 1.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::random::Random;

    fn policy() -> Policy {
        Policy::new(vec![Belief { mean: 0.0, precision: 1.0 }; 2])
    }

    #[test]
    fn the_share_of_a_normal_distribution_is_known() {
        for (value, expected) in [(0.0, 0.5), (1.0, 0.841_344_7), (-1.959_964, 0.025), (6.0, 1.0)] {
            assert!((normal_share(value) - expected).abs() < 1e-6, "{value}: {}", normal_share(value));
        }
    }

    #[test]
    fn it_learns_whom_to_offer() {
        let (mut policy, mut random) = (policy(), Random::new(11));
        for at in 0..400 {
            let likes = at % 2 == 0;
            let features = [1.0, f32::from(u8::from(likes))];
            let accepted = random.share() < if likes { 0.6 } else { 0.05 };
            if policy.decide(&features, 0.2, random.share()).offers {
                policy.learn(&features, accepted);
            }
        }
        assert!(policy.decide(&[1.0, 1.0], 0.2, 0.0).propensity > 0.99);
        assert!(policy.decide(&[1.0, 0.0], 0.2, 0.0).propensity < 0.1);
    }

    #[test]
    fn the_chance_of_offering_is_what_draws_come_to() {
        let (policy, mut random) = (policy(), Random::new(2));
        let propensity = policy.decide(&[1.0, 0.5], 1.5, 0.0).propensity;
        let offers = (0..10_000).filter(|_| policy.decide(&[1.0, 0.5], 1.5, random.share()).offers).count();
        assert!((offers as f64 / 10_000.0 - propensity).abs() < 0.02, "{offers} at {propensity}");
    }

    #[test]
    fn of_several_actions_the_chances_are_those_of_drawing_each_and_taking_the_best() {
        let mut policy = policy();
        for (features, accepted) in [([1.0, 1.0], true), ([1.0, 0.0], false), ([1.0, 0.0], true)] {
            policy.learn(&features, accepted);
        }
        let possible = [
            Possible { features: vec![1.0, 1.0], gain: 1.0 },
            Possible { features: vec![1.0, 0.0], gain: 1.0 },
            Possible { features: vec![0.5, 0.0], gain: 0.3 },
        ];
        let found = policy.propensities(&possible, 0.2);
        let mut random = Random::new(5);
        // The sum of twelve even draws is nearly normal.
        let mut normal = || (0..12).map(|_| random.share()).sum::<f64>() - 6.0;
        let mut counts = [0_u32; 4];
        for _ in 0..20_000 {
            let values = possible.iter().map(|one| {
                let (mean, variance) = policy.belief(&one.features);
                chance(mean + SPREAD * variance.sqrt() * normal()) * (one.gain + 0.2) - 0.2
            });
            let best = values.enumerate().max_by(|left, right| left.1.total_cmp(&right.1)).expect("three");
            counts[if best.1 > 0.0 { best.0 } else { 3 }] += 1;
        }
        let nothing = 1.0 - found.iter().sum::<f64>();
        for (share, count) in found.iter().chain([&nothing]).zip(counts) {
            assert!((share - f64::from(count) / 20_000.0).abs() < 0.02, "{found:?} {counts:?}");
        }
    }

    #[test]
    fn one_action_alone_has_the_chance_that_an_offer_has() {
        let policy = policy();
        for features in [[1.0, 0.0], [0.3, -2.0], [1.0, 4.0]] {
            let alone = policy.propensities(&[Possible { features: features.to_vec(), gain: 1.0 }], 0.2)[0];
            let offered = policy.decide(&features, 0.2, 0.0).propensity;
            assert!((alone - offered).abs() < 1e-6, "{alone} {offered}");
        }
        assert!(policy.propensities(&[], 0.2).is_empty());
    }

    #[test]
    fn adding_an_offer_comes_near_to_fitting_all() {
        let (mut added, mut random) = (policy(), Random::new(4));
        for _ in 0..35 {
            added.learn(&[1.0, random.share() as f32], random.share() < 0.4);
        }
        let mut fitted = added.clone();
        fitted.fit();
        let (near, exact) = (added.belief(&[1.0, 0.5]), fitted.belief(&[1.0, 0.5]));
        assert!((near.0 - exact.0).abs() < 0.05 && (near.1 - exact.1).abs() < 0.02, "{near:?} {exact:?}");
    }
}
