//! Calibration: from a score to a chance that holds, never turning the order of scores around.

/// A rising curve through points of score and chance; straight in between, level outside.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calibration {
    points: Vec<(f64, f64)>,
}

/// Scores that one point of the curve stands for, at least; fewer would follow chance.
const MINIMUM: f64 = 20.0;

struct Pool {
    scores: f64,
    hits: f64,
    weight: f64,
}

impl Calibration {
    /// The curve that fits `(score, outcome)` best among all rising ones (pool adjacent violators).
    pub fn fit(outcomes: &[(f64, bool)]) -> Self {
        let weighted: Vec<(f64, bool, f64)> =
            outcomes.iter().map(|&(score, hit)| (score, hit, 1.0)).collect();
        Self::fit_weighted(&weighted)
    }

    /// The same for `(score, outcome, weight)`; a weight of 2 is an outcome seen twice.
    pub fn fit_weighted(outcomes: &[(f64, bool, f64)]) -> Self {
        let usable = |one: &&(f64, bool, f64)| one.0.is_finite() && one.2 > 0.0;
        let mut sorted: Vec<(f64, bool, f64)> = outcomes.iter().filter(usable).copied().collect();
        sorted.sort_by(|left, right| left.0.total_cmp(&right.0));
        let mut pools: Vec<Pool> = Vec::new();
        // Equal scores are one point from the beginning.
        for equal in sorted.chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq()) {
            let weight: f64 = equal.iter().map(|one| one.2).sum();
            let hits: f64 = equal.iter().filter(|one| one.1).map(|one| one.2).sum();
            pools.push(Pool { scores: equal[0].0 * weight, hits, weight });
            while let [.., left, right] = pools.as_slice() {
                if left.weight >= MINIMUM && left.hits * right.weight < right.hits * left.weight {
                    break;
                }
                let Some(right) = pools.pop() else { break };
                if let Some(left) = pools.last_mut() {
                    left.scores += right.scores;
                    left.hits += right.hits;
                    left.weight += right.weight;
                }
            }
        }
        let total: f64 = pools.iter().map(|pool| pool.weight).sum();
        let share = pools.iter().map(|pool| pool.hits).sum::<f64>() / total.max(1.0);
        // Nothing is certain: each pool is one observation nearer to the share of all.
        let points = pools
            .iter()
            .map(|pool| (pool.scores / pool.weight, (pool.hits + share) / (pool.weight + 1.0)))
            .collect();
        Self { points }
    }

    /// The chance that belongs to `score`; the score itself where the curve was fitted on nothing.
    pub fn chance(&self, score: f64) -> f64 {
        let after = self.points.partition_point(|(known, _)| *known <= score);
        let below = after.checked_sub(1).and_then(|at| self.points.get(at));
        match (below, self.points.get(after)) {
            (None, None) => score,
            (Some((_, chance)), None) | (None, Some((_, chance))) => *chance,
            (Some((from, low)), Some((to, high))) => low + (high - low) * (score - from) / (to - from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 outcomes at each score, of which so many are hits.
    fn curve(hits: &[(f64, usize)]) -> Calibration {
        let outcomes: Vec<(f64, bool)> =
            hits.iter().flat_map(|&(score, hits)| (0..100).map(move |at| (score, at < hits))).collect();
        Calibration::fit(&outcomes)
    }

    fn check(hits: &[(f64, usize)], score: f64, expected: f64) {
        let found = curve(hits).chance(score);
        assert!((found - expected).abs() < 0.01, "{found} is not {expected} at {score}");
    }

    #[test]
    fn a_score_becomes_the_share_of_hits_at_it() {
        let hits = [(0.2, 10), (0.5, 40), (0.9, 70)];
        check(&hits, 0.2, 0.1);
        check(&hits, 0.5, 0.4);
        check(&hits, 0.9, 0.7);
        check(&hits, 0.35, 0.25);
        check(&hits, 0.0, 0.1);
        check(&hits, 1.0, 0.7);
    }

    #[test]
    fn a_weight_of_two_is_an_outcome_seen_twice() {
        let once: Vec<(f64, bool)> = (0..120).map(|at| (f64::from(at % 4), at % 3 == 0)).collect();
        let twice: Vec<(f64, bool)> = once.iter().chain(&once).copied().collect();
        let weighted: Vec<(f64, bool, f64)> = once.iter().map(|&(score, hit)| (score, hit, 2.0)).collect();
        assert_eq!(Calibration::fit_weighted(&weighted), Calibration::fit(&twice));
        assert_eq!(Calibration::fit_weighted(&[(0.5, true, 0.0)]), Calibration::default());
    }

    #[test]
    fn the_curve_never_falls() {
        check(&[(0.2, 40), (0.5, 10)], 0.2, 0.25);
        check(&[(0.2, 40), (0.5, 10)], 0.5, 0.25);
        let curve = curve(&[(0.1, 3), (0.2, 9), (0.3, 7), (0.4, 60), (0.5, 50), (0.6, 90)]);
        let chances: Vec<f64> = (0..=100).map(|at| curve.chance(f64::from(at) / 100.0)).collect();
        assert!(chances.windows(2).all(|pair| pair[0] <= pair[1]), "{chances:?}");
    }

    #[test]
    fn without_outcomes_the_score_stands() {
        assert_eq!(Calibration::fit(&[]), Calibration::default());
        assert_eq!(Calibration::fit(&[(f64::NAN, true)]), Calibration::default());
        assert!((Calibration::default().chance(0.3) - 0.3).abs() < 1e-12);
    }
}
