//! Which of several candidates is taken: the conditional logit (McFadden 1974), one curve over all candidates of a question.
//!
//! Each question counts alike, however many candidates it has; a question with several right answers spreads its weight over them.

use super::{logistic::Belief, symmetric::Cholesky};

/// Questions with their candidates.
#[derive(Debug, Clone, Default)]
pub struct Questions {
    values: Vec<f32>,
    candidates: Vec<Candidate>,
    /// Of each question, its candidates and how many of them are right.
    questions: Vec<(std::ops::Range<usize>, f64)>,
}

/// A candidate's features stand at `first..first + length` of all features; the others are 0.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    at: usize,
    first: usize,
    length: usize,
    is_right: bool,
}

impl Questions {
    /// Adds a candidate to the question that is not ended yet.
    pub fn push(&mut self, first: usize, features: &[f32], is_right: bool) {
        let at = self.values.len();
        self.values.extend_from_slice(features);
        self.candidates.push(Candidate { at, first, length: features.len(), is_right });
    }

    /// Ends a question. One without a right answer tells nothing and is forgotten.
    pub fn end(&mut self) {
        let begin = self.questions.last().map_or(0, |(range, _)| range.end);
        let right = self.candidates[begin..].iter().filter(|candidate| candidate.is_right).count();
        if right == 0 {
            if let Some(first) = self.candidates.get(begin) {
                self.values.truncate(first.at);
            }
            self.candidates.truncate(begin);
            return;
        }
        self.questions.push((begin..self.candidates.len(), right as f64));
    }

    pub fn len(&self) -> usize {
        self.questions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.questions.is_empty()
    }

    fn features(&self, candidate: &Candidate) -> &[f32] {
        &self.values[candidate.at..][..candidate.length]
    }
}

const STEPS: usize = 25;
/// Questions that are summed before the sums are added up, so that the order of additions is the same on any machine.
const PART: usize = 128;

struct Sums {
    loss: f64,
    slope: Vec<f64>,
    curvature: Vec<f64>,
}

/// The weights of all features. A question counts as much as it has right answers, at most `most`.
pub fn fit(questions: &Questions, prior: &[Belief], most: f64) -> Vec<f64> {
    let mut weights: Vec<f64> = prior.iter().map(|belief| belief.mean).collect();
    let mut known = sums(questions, prior, most, &weights);
    for _ in 0..STEPS {
        let Some(cholesky) = Cholesky::new(known.curvature.clone(), weights.len()) else { break };
        let mut step = known.slope.clone();
        cholesky.solve(&mut step);
        let (mut scale, mut moved) = (1.0, None);
        for _ in 0..20 {
            let next: Vec<f64> =
                weights.iter().zip(&step).map(|(weight, step)| weight + scale * step).collect();
            let there = sums(questions, prior, most, &next);
            if there.loss <= known.loss {
                moved = Some((next, there));
                break;
            }
            scale /= 2.0;
        }
        let Some((next, there)) = moved else { break };
        let gain = known.loss - there.loss;
        (weights, known) = (next, there);
        if gain <= 1e-6 * (1.0 + known.loss.abs()) {
            break;
        }
    }
    weights
}

fn sums(questions: &Questions, prior: &[Belief], most: f64, weights: &[f64]) -> Sums {
    let width = prior.len();
    let mut total = Sums { loss: 0.0, slope: vec![0.0; width], curvature: vec![0.0; width * width] };
    for (at, belief) in prior.iter().enumerate() {
        let apart = weights[at] - belief.mean;
        total.loss += belief.precision * apart * apart / 2.0;
        total.slope[at] = -belief.precision * apart;
        total.curvature[at * width + at] = belief.precision;
    }
    let parts: Vec<&[(std::ops::Range<usize>, f64)]> = questions.questions.chunks(PART).collect();
    let one = |part: &[(std::ops::Range<usize>, f64)]| part_sums(questions, part, most, weights);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(parts.len()).max(1);
    for group in parts.chunks(threads) {
        let found: Vec<Sums> = std::thread::scope(|scope| {
            let running: Vec<_> = group.iter().map(|part| scope.spawn(move || one(part))).collect();
            running
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        for part in found {
            total.loss += part.loss;
            total.slope.iter_mut().zip(part.slope).for_each(|(sum, value)| *sum += value);
            total.curvature.iter_mut().zip(part.curvature).for_each(|(sum, value)| *sum += value);
        }
    }
    total
}

/// Of some questions; of the curvature the lower half.
fn part_sums(
    questions: &Questions,
    part: &[(std::ops::Range<usize>, f64)],
    most: f64,
    weights: &[f64],
) -> Sums {
    let width = weights.len();
    let mut sums = Sums { loss: 0.0, slope: vec![0.0; width], curvature: vec![0.0; width * width] };
    let (mut odds, mut mean): (Vec<f64>, Vec<f64>) = (Vec::new(), vec![0.0; width]);
    for (range, right) in part {
        let weight = right.min(most);
        let candidates = &questions.candidates[range.clone()];
        odds.clear();
        odds.extend(candidates.iter().map(|candidate| {
            let own = &weights[candidate.first..];
            own.iter()
                .zip(questions.features(candidate))
                .map(|(weight, value)| weight * f64::from(*value))
                .sum::<f64>()
        }));
        let top = odds.iter().copied().fold(f64::MIN, f64::max);
        let total: f64 = odds.iter().map(|odds: &f64| (odds - top).exp()).sum();
        mean.fill(0.0);
        for (candidate, odds) in candidates.iter().zip(&odds) {
            let likely = (odds - top).exp() / total;
            let truth = if candidate.is_right { 1.0 / right } else { 0.0 };
            if candidate.is_right {
                sums.loss -= weight * truth * (odds - top - total.ln());
            }
            let features = questions.features(candidate);
            for (index, value) in features.iter().map(|value| f64::from(*value)).enumerate() {
                let at = candidate.first + index;
                sums.slope[at] += weight * (truth - likely) * value;
                mean[at] += likely * value;
                let line = &mut sums.curvature[at * width + candidate.first..][..=index];
                let factor = weight * likely * value;
                line.iter_mut().zip(features).for_each(|(sum, other)| *sum += factor * f64::from(*other));
            }
        }
        for (row, own) in mean.iter().enumerate() {
            let line = &mut sums.curvature[row * width..][..=row];
            let factor = weight * own;
            line.iter_mut().zip(&mean).for_each(|(sum, other)| *sum -= factor * other);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Belief = Belief { mean: 0.0, precision: 1e-6 };

    /// Questions between a candidate with feature 1 and one with 0, of which so many are answered by the first.
    fn asked(first: usize, second: usize) -> Questions {
        let mut questions = Questions::default();
        for at in 0..first + second {
            questions.push(0, &[1.0], at < first);
            questions.push(0, &[0.0], at >= first);
            questions.end();
        }
        questions
    }

    fn check(questions: &Questions, expected: f64) {
        let weights = fit(questions, &[FREE], 1.0);
        assert!((weights[0] - expected).abs() < 1e-3, "{weights:?} is not {expected}");
    }

    #[test]
    fn a_weight_is_the_log_odds_of_being_taken() {
        check(&asked(3, 1), 3_f64.ln());
        check(&asked(1, 3), -3_f64.ln());
        check(&asked(2, 2), 0.0);
    }

    #[test]
    fn a_question_without_an_answer_is_forgotten() {
        let mut questions = asked(3, 1);
        questions.push(0, &[9.0], false);
        questions.end();
        assert_eq!(questions.len(), 4);
        questions.push(0, &[1.0], true);
        questions.push(0, &[0.0], false);
        questions.end();
        check(&questions, 4_f64.ln());
    }

    #[test]
    fn candidates_of_two_kinds_have_weights_of_their_own() {
        let mut questions = Questions::default();
        for at in 0..8 {
            questions.push(0, &[1.0], at < 6);
            questions.push(1, &[1.0, 0.0], at >= 6);
            questions.end();
        }
        let weights = fit(&questions, &[FREE, FREE, FREE], 1.0);
        assert!((weights[0] - weights[1] - 3_f64.ln()).abs() < 1e-3, "{weights:?}");
        assert!(weights[2].abs() < 1e-9);
    }
}
