//! Logistic regression with a Gaussian prior: the most likely weights and how sure they are (Laplace's approximation).

use super::{chance, symmetric::Cholesky};

/// Rows of features, one after the other.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    width: usize,
    values: Vec<f32>,
}

impl Rows {
    pub const fn new(width: usize) -> Self {
        Self { width, values: Vec::new() }
    }

    pub const fn width(&self) -> usize {
        self.width
    }

    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Adds a row; what is missing is 0, what is too much is left out.
    pub fn push(&mut self, row: impl IntoIterator<Item = f32>) {
        let end = self.values.len() + self.width;
        self.values.extend(row.into_iter().take(self.width));
        self.values.resize(end, 0.0);
    }

    pub fn extend(&mut self, other: &Self) {
        debug_assert_eq!(self.width, other.width, "rows of one shape");
        self.values.extend_from_slice(&other.values);
    }

    pub fn row(&self, at: usize) -> &[f32] {
        &self.values[at * self.width..][..self.width]
    }

    pub fn iter(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.width.max(1))
    }
}

/// What is believed of each weight before any row is seen: a bell curve around `mean` with variance `1 / precision`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    pub mean: f64,
    pub precision: f64,
}

/// The weights after the rows, and the curvature of the likelihood there.
#[derive(Debug, Clone)]
pub struct Logistic {
    pub weights: Vec<f64>,
    sure: Option<Cholesky>,
}

/// More steps than this are never of use: each one squares the error.
const STEPS: usize = 40;
/// Rows that are summed before the sums are added up, so that the order of additions is the same on any machine.
const PART: usize = 4096;

/// Labels stand for the rows in their order; `weight` says how much each row counts, 1 where there is none.
pub fn fit(rows: &Rows, labels: &[bool], weight: Option<&[f64]>, prior: &[Belief]) -> Logistic {
    let mut weights: Vec<f64> = prior.iter().map(|belief| belief.mean).collect();
    let mut known = sums(rows, labels, weight, prior, &weights);
    let mut sure = None;
    for _ in 0..STEPS {
        let Some(cholesky) = Cholesky::new(known.curvature.clone(), weights.len()) else { break };
        let mut step = known.slope.clone();
        cholesky.solve(&mut step);
        sure = Some(cholesky);
        let (mut scale, mut moved) = (1.0, None);
        // A full step may go too far where the curve is flat.
        for _ in 0..20 {
            let next: Vec<f64> =
                weights.iter().zip(&step).map(|(weight, step)| weight + scale * step).collect();
            let there = sums(rows, labels, weight, prior, &next);
            if there.loss <= known.loss {
                moved = Some((next, there));
                break;
            }
            scale /= 2.0;
        }
        let Some((next, there)) = moved else { break };
        let gain = known.loss - there.loss;
        (weights, known) = (next, there);
        if gain <= 1e-9 * (1.0 + known.loss.abs()) {
            break;
        }
    }
    let sure = Cholesky::new(known.curvature, weights.len()).or(sure);
    Logistic { weights, sure }
}

impl Logistic {
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        self.weights.iter().zip(row).map(|(weight, value)| weight * f64::from(*value)).sum()
    }

    pub fn chance(&self, row: &[f32]) -> f64 {
        chance(self.log_odds(row))
    }

    /// The variance of the log odds of this row.
    pub fn variance(&self, row: &[f32]) -> f64 {
        let row: Vec<f64> = row.iter().map(|value| f64::from(*value)).collect();
        self.sure.as_ref().map_or(0.0, |cholesky| cholesky.spread(&row))
    }

    /// The covariance of the weights, row-major.
    pub fn covariance(&self) -> Vec<f64> {
        self.sure.as_ref().map_or_else(Vec::new, Cholesky::inverse)
    }
}

/// The negative logarithm of likelihood and prior at some weights, its downward slope and its curvature.
struct Sums {
    loss: f64,
    slope: Vec<f64>,
    curvature: Vec<f64>,
}

fn sums(rows: &Rows, labels: &[bool], weight: Option<&[f64]>, prior: &[Belief], weights: &[f64]) -> Sums {
    let width = prior.len();
    let mut total = Sums { loss: 0.0, slope: vec![0.0; width], curvature: vec![0.0; width * width] };
    for (at, belief) in prior.iter().enumerate() {
        let apart = weights[at] - belief.mean;
        total.loss += belief.precision * apart * apart / 2.0;
        total.slope[at] = -belief.precision * apart;
        total.curvature[at * width + at] = belief.precision;
    }
    let count = rows.len().min(labels.len());
    let parts: Vec<std::ops::Range<usize>> =
        (0..count).step_by(PART).map(|begin| begin..(begin + PART).min(count)).collect();
    let one = |part: &std::ops::Range<usize>| part_sums(rows, labels, weight, weights, part.clone());
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(parts.len()).max(1);
    for group in parts.chunks(threads) {
        let found: Vec<Sums> = if group.len() < 2 {
            group.iter().map(one).collect()
        } else {
            std::thread::scope(|scope| {
                let running: Vec<_> = group.iter().map(|part| scope.spawn(move || one(part))).collect();
                running
                    .into_iter()
                    .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                    .collect()
            })
        };
        for part in found {
            total.loss += part.loss;
            total.slope.iter_mut().zip(part.slope).for_each(|(sum, value)| *sum += value);
            total.curvature.iter_mut().zip(part.curvature).for_each(|(sum, value)| *sum += value);
        }
    }
    total
}

/// Of some rows; of the curvature the lower half.
fn part_sums(
    rows: &Rows,
    labels: &[bool],
    weight: Option<&[f64]>,
    weights: &[f64],
    part: std::ops::Range<usize>,
) -> Sums {
    let width = weights.len();
    let mut sums = Sums { loss: 0.0, slope: vec![0.0; width], curvature: vec![0.0; width * width] };
    let mut filled: Vec<(usize, f64)> = Vec::with_capacity(width);
    for at in part {
        let row = rows.row(at);
        filled.clear();
        filled.extend(
            row.iter()
                .enumerate()
                .filter(|(_, value)| **value != 0.0)
                .map(|(at, value)| (at, f64::from(*value))),
        );
        let odds: f64 = filled.iter().map(|&(column, value)| weights[column] * value).sum();
        let share = weight.map_or(1.0, |weight| weight[at]);
        let truth = f64::from(u8::from(labels[at]));
        // The logarithm of 1 + e^odds, without overflow.
        sums.loss += share * (odds.max(0.0) + (-odds.abs()).exp().ln_1p() - truth * odds);
        let likely = chance(odds);
        let (error, bend) = (share * (truth - likely), share * likely * (1.0 - likely));
        for (index, &(column, value)) in filled.iter().enumerate() {
            sums.slope[column] += error * value;
            let line = &mut sums.curvature[column * width..][..width];
            for &(other, factor) in &filled[..=index] {
                line[other] += bend * value * factor;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn belief(mean: f64, precision: f64) -> Belief {
        Belief { mean, precision }
    }

    fn rows(values: &[[f32; 2]]) -> Rows {
        let mut rows = Rows::new(2);
        for row in values {
            rows.push(*row);
        }
        rows
    }

    #[test]
    fn without_rows_the_prior_stays() {
        let fit = fit(&Rows::new(2), &[], None, &[belief(1.5, 2.0), belief(-1.0, 4.0)]);
        assert_eq!(fit.weights, [1.5, -1.0]);
        assert!((fit.variance(&[1.0, 0.0]) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_free_constant_learns_the_share_of_the_labels() {
        let rows = rows(&[[1.0, 0.0]; 4]);
        let fit = fit(&rows, &[true, false, false, false], None, &[belief(0.0, 1e-9), belief(0.0, 1.0)]);
        assert!((fit.chance(&[1.0, 0.0]) - 0.25).abs() < 1e-6);
    }

    #[test]
    fn rows_that_count_double_are_rows_said_twice() {
        let prior = [belief(0.0, 0.1), belief(0.0, 0.1)];
        let twice = fit(&rows(&[[1.0, 2.0], [1.0, 2.0], [1.0, -1.0]]), &[true, true, false], None, &prior);
        let once = fit(&rows(&[[1.0, 2.0], [1.0, -1.0]]), &[true, false], Some(&[2.0, 1.0]), &prior);
        assert!(twice.weights.iter().zip(&once.weights).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn rows_that_a_line_divides_do_not_run_away() {
        let fit = fit(&rows(&[[1.0, 1e6], [1.0, -1e6]]), &[true, false], None, &[belief(0.0, 1.0); 2]);
        assert!(fit.weights.iter().all(|weight| weight.is_finite()), "{:?}", fit.weights);
        assert!(fit.chance(&[1.0, 1e6]) > 0.9);
    }

    #[test]
    fn more_rows_make_it_surer() {
        let prior = [belief(0.0, 1.0); 2];
        let few = fit(&rows(&[[1.0, 0.5]; 10]), &[true; 10], None, &prior);
        let many = fit(&rows(&[[1.0, 0.5]; 100]), &[true; 100], None, &prior);
        assert!(many.variance(&[1.0, 0.5]) < few.variance(&[1.0, 0.5]));
    }
}
