//! Offers to one buyer after another, what became of them known only where one was made.

use crate::{
    lead::rule::Signal,
    learning::{
        logistic::{self, Belief, Rows},
        random::Random,
        table::{Detail, Encoder, Table},
    },
    recommendation::policy::Policy,
};

/// A way of offering over all chances.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Offered {
    /// Accepted offers less the cost of ignored ones.
    pub reward: f64,
    /// Share of chances in which an offer was made.
    pub offer_rate: f64,
    /// Reward as a share of what a model that knew all outcomes would have had.
    pub of_bound: f64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TimingReport {
    pub rule: Option<Offered>,
    pub learned: Offered,
    /// The reward of the model that knew all outcomes.
    pub bound: f64,
}

/// The signals of the article's rule: enough rounds, and one topic or the wish to buy.
pub const ROUNDS: &str = "rounds";
pub const SAME_TOPIC: &str = "same_topic";
pub const PURCHASE_INTENT: &str = "purchase_intent";

/// The rule offers in the mean; it is off by more or less than this, in log odds, until outcomes say otherwise.
const RULE_STEP: f64 = 1.0;
const RULE_PRECISION: f64 = 1.0;
/// How much evidence a feature needs.
const PRECISION: f64 = 40.0;
const CONSTANT_PRECISION: f64 = 0.3;
/// Chances seen before what they look like is taken from them; then whenever they have doubled.
const FIRST_LOOK: usize = 50;

/// Means over `shuffles` orders of the chances.
pub fn evaluate_timing(
    table: &Table,
    accepted: &[bool],
    cost: f64,
    rule: &[Signal],
    shuffles: usize,
    seed: u64,
) -> TimingReport {
    let all: Vec<usize> = (0..table.rows.len()).collect();
    let bound = bound(table, &all, accepted, cost);
    let mut report = TimingReport { bound, ..TimingReport::default() };
    let finish = |reward: f64, offers: usize| Offered {
        reward,
        offer_rate: offers as f64 / all.len().max(1) as f64,
        of_bound: if bound > 0.0 { reward / bound } else { 0.0 },
    };
    if !rule.is_empty() {
        let offered = all.iter().filter(|row| rule_offers(rule, &table.rows[**row]));
        let (reward, offers) = total(offered.map(|row| accepted[*row]), cost);
        report.rule = Some(finish(reward, offers));
    }
    let mut sum = Offered::default();
    let mut random = Random::new(seed);
    for _ in 0..shuffles.max(1) {
        let mut order = all.clone();
        random.shuffle(&mut order);
        let offered = run(table, &order, accepted, cost, rule, &mut random);
        let (reward, offers) = total(offered.iter().map(|row| accepted[*row]), cost);
        let one = finish(reward, offers);
        sum.reward += one.reward;
        sum.offer_rate += one.offer_rate;
        sum.of_bound += one.of_bound;
    }
    let count = shuffles.max(1) as f64;
    report.learned = Offered {
        reward: sum.reward / count,
        offer_rate: sum.offer_rate / count,
        of_bound: sum.of_bound / count,
    };
    report
}

/// Reward and number of offers.
fn total(outcomes: impl Iterator<Item = bool>, cost: f64) -> (f64, usize) {
    outcomes.fold((0.0, 0), |(reward, offers), accepted| {
        (reward + if accepted { 1.0 } else { -cost }, offers + 1)
    })
}

/// What the article's rule does.
fn rule_offers(rule: &[Signal], row: &[String]) -> bool {
    let holds = |name: &str| rule.iter().any(|signal| signal.name == name && signal.holds(row));
    holds(ROUNDS) && (holds(SAME_TOPIC) || holds(PURCHASE_INTENT))
}

/// The reward of a logistic model that was fitted on all outcomes and offers where that pays.
fn bound(table: &Table, rows: &[usize], accepted: &[bool], cost: f64) -> f64 {
    let encoder = Encoder::fit(table, rows, Detail::Plain);
    let features = encoder.encode_all(table, rows);
    let fitted = logistic::fit(
        &features,
        accepted,
        None,
        &vec![Belief { mean: 0.0, precision: 0.1 }; encoder.width()],
    );
    let pays = |row: &&usize| fitted.log_odds(features.row(**row)) > cost.max(1e-9).ln();
    total(rows.iter().filter(pays).map(|row| accepted[*row]), cost).0
}

/// Features of a chance: what it looks like, and what the rule says.
struct Look {
    encoder: Encoder,
}

impl Look {
    fn features(&self, rule: &[Signal], row: &[String]) -> Vec<f32> {
        let mut features = self.encoder.encode(row);
        if !rule.is_empty() {
            features.push(f32::from(u8::from(rule_offers(rule, row))) - 0.5);
        }
        features
    }

    fn prior(&self, rule: &[Signal], cost: f64) -> Vec<Belief> {
        let mut prior: Vec<Belief> = self
            .encoder
            .stiffness()
            .into_iter()
            .map(|share| Belief { mean: 0.0, precision: share * PRECISION })
            .collect();
        // An unknown buyer is worth one try.
        prior[0] = Belief { mean: cost.max(1e-9).ln(), precision: CONSTANT_PRECISION };
        if !rule.is_empty() {
            prior.push(Belief { mean: RULE_STEP, precision: RULE_PRECISION });
        }
        prior
    }
}

/// The chances in which the learned policy offered.
fn run(
    table: &Table,
    order: &[usize],
    accepted: &[bool],
    cost: f64,
    rule: &[Signal],
    random: &mut Random,
) -> Vec<usize> {
    let empty = Table { columns: table.columns.clone(), rows: Vec::new() };
    let mut look = Look { encoder: Encoder::fit(&empty, &[], Detail::Fine) };
    let mut policy = Policy::new(look.prior(rule, cost));
    let mut offered: Vec<usize> = Vec::new();
    let mut next_look = FIRST_LOOK;
    for (seen, &row) in order.iter().enumerate() {
        if seen == next_look {
            next_look *= 2;
            look.encoder = Encoder::fit(table, &order[..seen], Detail::Fine);
            let prior = look.prior(rule, cost);
            let mut rows = Rows::new(prior.len());
            for row in &offered {
                rows.push(look.features(rule, &table.rows[*row]));
            }
            let outcomes = offered.iter().map(|row| accepted[*row]).collect();
            policy = Policy::from_outcomes(prior, rows, outcomes);
        }
        let features = look.features(rule, &table.rows[row]);
        if policy.decide(&features, cost, random.share()).offers {
            policy.learn(&features, accepted[row]);
            offered.push(row);
        }
    }
    offered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_learns_to_offer_where_that_pays() {
        let mut random = Random::new(8);
        let mut table = Table { columns: vec!["visitor".into()], rows: Vec::new() };
        let mut accepted = Vec::new();
        for _ in 0..6_000 {
            let keen = random.share() < 0.3;
            table.rows.push(vec![if keen { "keen" } else { "idle" }.to_owned()]);
            accepted.push(random.share() < if keen { 0.6 } else { 0.02 });
        }
        let report = evaluate_timing(&table, &accepted, 0.2, &[], 2, 5);
        assert!(report.learned.of_bound > 0.85, "{report:?}");
        assert!(report.learned.offer_rate < 0.5, "{report:?}");
        assert_eq!(report.rule, None);
        assert_eq!(report, evaluate_timing(&table, &accepted, 0.2, &[], 2, 5), "the seed decides");
        assert!(report.learned.reward < report.bound);
    }
}
