//! How good chances are: figures over rows of chance and outcome.

/// The chance that a hit scores above a miss, ties counting half; `None` without both.
pub fn auc(rows: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|left, right| left.0.total_cmp(&right.0));
    let hits = sorted.iter().filter(|(_, hit)| *hit).count() as f64;
    let misses = sorted.len() as f64 - hits;
    let (mut wins, mut below, mut at) = (0.0, 0.0, 0);
    while at < sorted.len() {
        let ties = sorted[at..]
            .iter()
            .take_while(|(score, _)| score.total_cmp(&sorted[at].0).is_eq())
            .count()
            .max(1);
        let tied = sorted[at..at + ties].iter().filter(|(_, hit)| *hit).count() as f64;
        let missed = ties as f64 - tied;
        wins += tied * (below + missed / 2.0);
        below += missed;
        at += ties;
    }
    (hits > 0.0 && misses > 0.0).then(|| wins / (hits * misses))
}

/// The mean squared distance between chance and outcome.
pub fn brier(rows: &[(f64, bool)]) -> Option<f64> {
    let sum: f64 = rows.iter().map(|(chance, hit)| (chance - f64::from(u8::from(*hit))).powi(2)).sum();
    (!rows.is_empty()).then(|| sum / rows.len() as f64)
}

/// The mean distance between chance and share of hits over ten bins of equal mass.
pub fn calibration_error(rows: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|left, right| left.0.total_cmp(&right.0));
    let count = sorted.len();
    let bins = (0..10).map(|bin| &sorted[count * bin / 10..count * (bin + 1) / 10]);
    let apart = bins.map(|bin| {
        let expected: f64 = bin.iter().map(|(chance, _)| chance).sum();
        let hits = bin.iter().filter(|(_, hit)| *hit).count() as f64;
        (expected - hits).abs()
    });
    (count > 0).then(|| apart.sum::<f64>() / count as f64)
}

/// The share of hits among the fifth with the highest scores.
pub fn precision_of_top_fifth(rows: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|left, right| right.0.total_cmp(&left.0));
    let top = &sorted[..sorted.len().div_ceil(5)];
    (!top.is_empty()).then(|| top.iter().filter(|(_, hit)| *hit).count() as f64 / top.len() as f64)
}

/// The mean surprise in nats: what fitting lowers.
pub fn log_loss(rows: &[(f64, bool)]) -> Option<f64> {
    let sum: f64 = rows
        .iter()
        .map(|&(chance, hit)| if hit { chance } else { 1.0 - chance })
        .map(|right| -right.max(1e-12).ln())
        .sum();
    (!rows.is_empty()).then(|| sum / rows.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expected: f64) {
        assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?} is not {expected}");
    }

    #[test]
    fn figures_follow_their_definitions() {
        let rows = [(0.9, true), (0.8, false), (0.7, true), (0.1, false)];
        near(auc(&rows), 0.75);
        near(brier(&rows), (0.01 + 0.64 + 0.09 + 0.01) / 4.0);
        near(precision_of_top_fifth(&rows), 1.0);
        near(auc(&[(0.5, true), (0.5, false)]), 0.5);
        near(calibration_error(&[(0.5, true), (0.5, false)]), 0.5);
        near(calibration_error(&vec![(1.0, true); 20]), 0.0);
        near(log_loss(&[(0.5, true), (0.5, false)]), std::f64::consts::LN_2);
    }

    #[test]
    fn of_no_rows_nothing_is_said() {
        assert_eq!((auc(&[]), brier(&[]), calibration_error(&[])), (None, None, None));
        assert_eq!(auc(&[(0.3, true)]), None);
        assert_eq!(precision_of_top_fifth(&[]), None);
    }
}
