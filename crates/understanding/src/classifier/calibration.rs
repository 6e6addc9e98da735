//! Temperature, out-of-scope gate, candour and conformal set, from messages that the judging fit had not seen.

use super::{
    linear,
    model::{Calibrated, Candour, Confidence, Gate, SIGNALS, likeliest, log_odds, probabilities},
};

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

/// So many messages tell the temperature well enough.
const ENOUGH: usize = 4_000;

/// The share of messages within the intents whose true intent the conformal set shall hold.
pub const COVERAGE: f64 = 0.9;

/// All that held-out messages tell. `folded` are messages of known classes, `grouped` those of fits that lacked a group of intents.
pub fn calibrate(
    folded: &[Judged],
    grouped: &[Judged],
    doubt: f32,
    out: Option<usize>,
    plain: bool,
) -> Calibrated {
    let confidence = Confidence { temperature: temperature(folded, doubt, out), doubt };
    let gate = gate(folded, grouped, confidence, out, plain);
    let mut calibrated = Calibrated { confidence, gate, candour: Candour::NONE, conformal: 0.0 };
    calibrated.candour = candour(folded, &calibrated, out);
    calibrated.conformal = conformal(folded, &calibrated, out);
    calibrated
}

/// Platt's logistic regression of whether the likeliest class is right on its log odds.
fn candour(folded: &[Judged], calibrated: &Calibrated, out: Option<usize>) -> Candour {
    let rows: Vec<linear::Row<3>> = folded
        .iter()
        .filter(|one| !one.scores.is_empty())
        .filter_map(|one| {
            let scores = calibrated.scores(&one.scores, &one.signals, out);
            let top = likeliest(&scores.probabilities)?;
            let said = log_odds(scores.probabilities[top].clamp(1e-4, 1.0 - 1e-4));
            let foreign = if Some(top) == out { 1.0 } else { 0.0 };
            Some(linear::Row { signs: [said, 1.0, foreign], class: 0, hit: top == one.class })
        })
        .collect();
    if rows.iter().all(|row| row.hit) || !rows.iter().any(|row| row.hit) {
        return Candour::NONE;
    }
    let ([slope, shift, foreign], _) = linear::logistic(&rows, 0);
    if slope > 0.0 { Candour { slope, shift, foreign } } else { Candour::NONE }
}

/// Split conformal prediction: the probability that the true intents reach in [`COVERAGE`] of the messages, and in one more, as the
/// guarantee for a message like these asks. Of Sadinle, Lei and Wasserman's least ambiguous sets.
fn conformal(folded: &[Judged], calibrated: &Calibrated, out: Option<usize>) -> f32 {
    let mut truths: Vec<f32> = folded
        .iter()
        .filter(|one| !one.out_of_scope && !one.scores.is_empty())
        .map(|one| {
            let probabilities = calibrated.scores(&one.scores, &one.signals, out).probabilities;
            let known = 1.0 - out.map_or(0.0, |class| probabilities[class]);
            probabilities[one.class] / known.max(f32::MIN_POSITIVE)
        })
        .collect();
    truths.sort_by(f32::total_cmp);
    let below = ((truths.len() + 1) as f64 * (1.0 - COVERAGE)).floor() as usize;
    below.checked_sub(1).and_then(|last| truths.get(last)).copied().unwrap_or(0.0)
}

/// The temperature within 0.1..10 that makes the true classes likeliest, by golden section on its logarithm.
fn temperature(judged: &[Judged], doubt: f32, out: Option<usize>) -> f32 {
    let known: Vec<&Judged> =
        judged.iter().filter(|one| !one.out_of_scope && !one.scores.is_empty()).collect();
    let stride = known.len().div_ceil(ENOUGH).max(1);
    let loss = |logarithm: f32| {
        let confidence = Confidence { temperature: 10_f32.powf(logarithm), doubt };
        let likelihood = |one: &&Judged| {
            f64::from(probabilities(&one.scores, confidence, out, 0.0)[one.class].max(1e-9)).ln()
        };
        -known.iter().step_by(stride).map(likelihood).sum::<f64>()
    };
    const GOLDEN: f32 = 0.618_034;
    let (mut low, mut high) = (-1.0_f32, 1.0_f32);
    for _ in 0..12 {
        let (left, right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
        if loss(left) < loss(right) {
            high = right;
        } else {
            low = left;
        }
    }
    10_f32.powf(f32::midpoint(low, high))
}

/// Fits the gate; `plain` to the highest logit alone. `folded` are held-out messages of known classes, `grouped` those of fits that lacked a group of intents.
fn gate(
    folded: &[Judged],
    grouped: &[Judged],
    confidence: Confidence,
    out: Option<usize>,
    plain: bool,
) -> Gate {
    let rows = weighted(folded, grouped);
    let mut gate = Gate { threshold: 2.0, ..Gate::default() };
    if !rows.iter().any(|row| row.0.out_of_scope) || rows.iter().all(|row| row.0.out_of_scope) {
        return Gate { bias: -4.0, ..gate };
    }
    standardise(&mut gate, &rows);
    if plain {
        // A signal without spread counts for nothing.
        gate.deviations[1..].fill(0.0);
    }
    descend(&mut gate, &rows);
    if out.is_some() {
        lower_bias(&mut gate, folded, confidence, out);
    } else {
        gate.threshold = threshold(&gate, folded);
    }
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
        let mut gradient = vec![0.0_f64; SIZE];
        let mut curvature = vec![vec![0.0_f64; SIZE]; SIZE];
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
        let step = linear::solve(curvature, gradient);
        for (weight, step) in gate.weights.iter_mut().zip(&step) {
            *weight += *step as f32;
        }
        gate.bias += step[SIGNALS] as f32;
    }
}

/// Where there is a class of foreign messages, a message is out of scope if that class is the likeliest. The bias is lowered until this
/// turns away no more than [`FALSE_REJECTS`] of the held-out messages in scope.
fn lower_bias(gate: &mut Gate, folded: &[Judged], confidence: Confidence, out: Option<usize>) {
    // By how much each message in scope would have to be let off: the log odds of the gate above those of the best intent.
    let mut excess: Vec<f32> = folded
        .iter()
        .filter(|one| !one.out_of_scope)
        .map(|one| {
            let within = probabilities(&one.scores, confidence, out, 0.0);
            let best = within.iter().copied().fold(0.0, f32::max);
            gate.log_odds(&one.signals) - best.max(f32::MIN_POSITIVE).ln()
        })
        .collect();
    excess.sort_by(|a, b| b.total_cmp(a));
    let allowed = (excess.len() as f64 * FALSE_REJECTS) as usize;
    gate.bias -= excess.get(allowed).copied().unwrap_or(0.0).max(0.0);
}

/// The threshold that turns away [`FALSE_REJECTS`] of the held-out messages, none of which is foreign.
fn threshold(gate: &Gate, folded: &[Judged]) -> f32 {
    let mut scores: Vec<f32> = folded.iter().map(|one| gate.probability(&one.signals)).collect();
    scores.sort_by(|a, b| b.total_cmp(a));
    let allowed = (scores.len() as f64 * FALSE_REJECTS) as usize;
    // Above the first that must pass.
    scores.get(allowed).map_or(2.0, |first| first.next_up())
}
