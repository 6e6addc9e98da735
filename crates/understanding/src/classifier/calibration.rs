//! Temperature and out-of-scope gate, from messages that the judging fit had not seen.

use super::model::{Gate, SIGNALS, probabilities};

/// One message that the fit had not seen.
#[derive(Debug, Clone)]
pub struct Judged {
    pub class: usize,
    pub out_of_scope: bool,
    pub signals: [f32; SIGNALS],
    /// The mixed scores by class; empty where the fit had none.
    pub scores: Vec<f32>,
}

/// The share of in-scope messages that the gate may turn away.
const FALSE_REJECTS: f64 = 0.03;

/// The temperature that makes the true class likeliest, on a logarithmic grid.
pub fn temperature(judged: &[Judged], out: Option<usize>) -> f32 {
    let mut best = (f64::INFINITY, 1.0);
    for step in 0..=60 {
        let temperature = 0.1 * 100_f32.powf(step as f32 / 60.0);
        let mut loss = 0.0;
        for one in judged.iter().filter(|one| !one.out_of_scope && !one.scores.is_empty()) {
            let p = probabilities(&one.scores, temperature, out, 0.0);
            loss -= f64::from(p[one.class].max(1e-9)).ln();
        }
        if loss < best.0 {
            best = (loss, temperature);
        }
    }
    best.1
}

/// Fits the gate: `folded` are held-out messages of known classes, `grouped` those of fits that lacked a group of intents.
pub fn gate(folded: &[Judged], grouped: &[Judged], temperature: f32, out: Option<usize>) -> Gate {
    let rows = weighted(folded, grouped);
    let mut gate = Gate { threshold: 2.0, ..Gate::default() };
    if !rows.iter().any(|row| row.0.out_of_scope) || rows.iter().all(|row| row.0.out_of_scope) {
        return Gate { bias: -4.0, ..gate };
    }
    standardise(&mut gate, &rows);
    descend(&mut gate, &rows);
    gate.threshold = threshold(&gate, folded, temperature, out);
    gate
}

/// How much each message counts. Where a class of out-of-scope messages exists, it leads, and messages of left-out intents only keep
/// the gate from learning that class by heart; else these alone stand for what is foreign.
fn weighted<'a>(folded: &'a [Judged], grouped: &'a [Judged]) -> Vec<(&'a Judged, f64)> {
    let outside = folded.iter().filter(|one| one.out_of_scope).count() as f64;
    let foreign = grouped.iter().filter(|one| one.out_of_scope).count().max(1) as f64;
    let inside = grouped.iter().filter(|one| !one.out_of_scope).count().max(1) as f64;
    if outside > 0.0 {
        let share = FOREIGN_SHARE * outside / foreign;
        let foreign = grouped.iter().filter(|one| one.out_of_scope).map(|one| (one, share));
        return folded.iter().map(|one| (one, 1.0)).chain(foreign).collect();
    }
    grouped.iter().map(|one| (one, if one.out_of_scope { inside / foreign } else { 1.0 })).collect()
}

/// How much the messages of left-out intents count against those that are known to be foreign.
const FOREIGN_SHARE: f64 = 0.3;

fn standardise(gate: &mut Gate, rows: &[(&Judged, f64)]) {
    let total: f64 = rows.iter().map(|row| row.1).sum();
    for i in 0..SIGNALS {
        let mean = rows.iter().map(|row| row.1 * f64::from(row.0.signals[i])).sum::<f64>() / total;
        let spread =
            rows.iter().map(|row| row.1 * (f64::from(row.0.signals[i]) - mean).powi(2)).sum::<f64>() / total;
        gate.means[i] = mean as f32;
        gate.deviations[i] = spread.sqrt() as f32;
    }
}

/// Logistic regression by Newton's method with a little shrinkage.
fn descend(gate: &mut Gate, rows: &[(&Judged, f64)]) {
    const SIZE: usize = SIGNALS + 1;
    for _ in 0..25 {
        let mut gradient = [0.0_f64; SIZE];
        let mut curvature = [[0.0_f64; SIZE]; SIZE];
        for (one, weight) in rows {
            let mut x = [1.0_f64; SIZE];
            for (i, x) in x.iter_mut().take(SIGNALS).enumerate() {
                *x = f64::from(gate.standardised(&one.signals, i));
            }
            let p = f64::from(gate.probability(&one.signals));
            let target = if one.out_of_scope { 1.0 } else { 0.0 };
            for i in 0..SIZE {
                gradient[i] += weight * (target - p) * x[i];
                for j in 0..SIZE {
                    curvature[i][j] += weight * p * (1.0 - p) * x[i] * x[j];
                }
            }
        }
        for (i, row) in curvature.iter_mut().enumerate() {
            row[i] += 1.0;
            if i < SIGNALS {
                gradient[i] -= f64::from(gate.weights[i]);
            }
        }
        let step = solve(curvature, gradient);
        for i in 0..SIGNALS {
            gate.weights[i] += step[i] as f32;
        }
        gate.bias += step[SIGNALS] as f32;
    }
}

/// Gauss–Jordan elimination; the matrix is positive definite.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for pivot in 0..N {
        let scale = matrix[pivot][pivot];
        for value in &mut matrix[pivot] {
            *value /= scale;
        }
        right[pivot] /= scale;
        for row in (0..N).filter(|&row| row != pivot) {
            let factor = matrix[row][pivot];
            for column in 0..N {
                matrix[row][column] -= factor * matrix[pivot][column];
            }
            right[row] -= factor * right[pivot];
        }
    }
    right
}

/// The threshold that gets most held-out messages right while it turns away no more than [`FALSE_REJECTS`] of those in scope.
fn threshold(gate: &Gate, folded: &[Judged], temperature: f32, out: Option<usize>) -> f32 {
    let mut rows: Vec<(f32, bool, bool)> = folded
        .iter()
        .map(|one| {
            let p = gate.probability(&one.signals);
            let probabilities = probabilities(&one.scores, temperature, out, 0.0);
            let top = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(class, _)| class);
            (p, one.out_of_scope, top == Some(one.class))
        })
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let inside = rows.iter().filter(|row| !row.1).count();
    let allowed = (inside as f64 * FALSE_REJECTS) as usize;
    let (mut rejected, mut gain) = (0_usize, 0_i64);
    let mut best = (0_i64, 2.0_f32);
    // Without foreign messages among the folds nothing can be gained: take the whole allowance.
    let blind = !rows.iter().any(|row| row.1);
    for (p, foreign, right) in rows {
        if foreign {
            gain += 1;
        } else {
            rejected += 1;
            gain -= i64::from(right);
        }
        if rejected > allowed {
            break;
        }
        if gain >= best.0 || blind {
            best = (gain, p);
        }
    }
    best.1
}
