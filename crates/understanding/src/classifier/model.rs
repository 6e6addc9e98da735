//! A trained model of one language: quantised matrices, a temperature and the out-of-scope gate.

use std::borrow::Cow;

use super::{features::Text, joints::Joints, several::Several, solver::Matrix, vocabulary::Vocabulary};

/// A matrix feature × class in signed bytes with a scale for each row: a quarter of the size at no loss that can be measured.
#[derive(Debug, Clone)]
pub struct Quantised {
    pub width: usize,
    pub values: Cow<'static, [u8]>,
    pub scales: Vec<f32>,
}

impl Quantised {
    pub fn of(matrix: &Matrix) -> Self {
        let width = matrix.width;
        let mut values = Vec::with_capacity(matrix.values.len());
        let mut scales = Vec::with_capacity(matrix.values.len() / width.max(1));
        for row in matrix.values.chunks_exact(width) {
            let scale = farthest(row) / 127.0;
            scales.push(scale);
            if scale > 0.0 {
                values.extend(row.iter().map(|value| nearest(value / scale).cast_unsigned()));
            } else {
                values.resize(values.len() + width, 0);
            }
        }
        Self { width, values: Cow::Owned(values), scales }
    }

    /// The scores of all classes. Four features at a time: reading and writing the sums would else cost more than the products.
    fn scores(&self, vector: &[(u32, f32)]) -> Vec<f32> {
        let mut scores = vec![0.0; self.width];
        let row = |feature: u32| &self.values[feature as usize * self.width..][..self.width];
        let level = |&byte: &u8| f32::from(byte.cast_signed());
        let weight = |(feature, value): (u32, f32)| value * self.scales[feature as usize];
        let (fours, rest) = vector.as_chunks::<4>();
        for &[first, second, third, fourth] in fours {
            let rows = row(first.0).iter().zip(row(second.0)).zip(row(third.0)).zip(row(fourth.0));
            let (v, w, x, y) = (weight(first), weight(second), weight(third), weight(fourth));
            for (score, (((a, b), c), d)) in scores.iter_mut().zip(rows) {
                *score += (v * level(a) + w * level(b)) + (x * level(c) + y * level(d));
            }
        }
        for &(feature, value) in rest {
            let value = weight((feature, value));
            for (score, byte) in scores.iter_mut().zip(row(feature)) {
                *score += value * level(byte);
            }
        }
        scores
    }
}

/// The greatest distance from zero, several values at a time: none waits for the one before.
fn farthest(row: &[f32]) -> f32 {
    let mut tops = [0.0_f32; 8];
    let (eights, rest) = row.as_chunks::<8>();
    for eight in eights {
        for (top, value) in tops.iter_mut().zip(eight) {
            *top = if value.abs() > *top { value.abs() } else { *top };
        }
    }
    tops.iter().chain(rest).fold(0.0, |top, value| top.max(value.abs()))
}

/// The nearest whole number of a value within ±127.5, halves away from zero. What the standard library has is a call for each value.
fn nearest(value: f32) -> i8 {
    let whole = value as i32;
    let rest = value - whole as f32;
    (whole + i32::from(rest >= 0.5) - i32::from(rest <= -0.5)) as i8
}

/// How many numbers the out-of-scope score is made of.
pub const SIGNALS: usize = 4;

/// What tells a message within the intents from one without.
///
/// The highest score of an intent; how much likelier the best intent makes the message than all pooled do (naive Bayes); the share
/// of the message that is known; how far the class `out_of_scope` lies above the best intent, where there is such a class.
pub type Signals = [f32; SIGNALS];

/// A logistic regression on standardised signals. It gives the probability that a message is out of scope.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gate {
    pub means: Signals,
    pub deviations: Signals,
    pub weights: Signals,
    pub bias: f32,
    /// At this probability and above a message is taken as out of scope; above 1 where the class `out_of_scope` decides.
    pub threshold: f32,
}

impl Gate {
    pub fn probability(&self, signals: &Signals) -> f32 {
        1.0 / (1.0 + (-self.log_odds(signals)).exp())
    }

    pub fn log_odds(&self, signals: &Signals) -> f32 {
        (0..SIGNALS).fold(self.bias, |sum, i| sum + self.weights[i] * self.standardised(signals, i))
    }

    /// Cut at four deviations, so that no single signal can overrule the others without bound.
    pub fn standardised(&self, signals: &Signals, i: usize) -> f32 {
        if self.deviations[i] > 0.0 {
            ((signals[i] - self.means[i]) / self.deviations[i]).clamp(-4.0, 4.0)
        } else {
            0.0
        }
    }
}

/// A message's class probabilities.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// By class; they sum to 1.
    pub probabilities: Vec<f32>,
    /// What the gate says, by which messages can be ordered; what it is worth stands among the probabilities, where there is a class.
    pub out_of_scope: f32,
    pub in_scope: bool,
}

/// What the gate reads where few examples show what is foreign: the raw logits of the logistic regression, and by how much each class
/// makes a message likelier than all pooled do. Where hundreds show it, the mix alone tells it better.
#[derive(Debug, Clone)]
pub struct Signs<T = Quantised> {
    pub logistic: T,
    pub ratio: T,
}

#[derive(Debug, Clone)]
pub struct Model {
    pub labels: Vec<String>,
    /// The class for messages that belong to none.
    pub out_of_scope: Option<usize>,
    pub vocabulary: Vocabulary,
    pub merged: Quantised,
    pub signs: Option<Signs>,
    pub calibrated: Calibrated,
    /// Where Chinese requests meet without a mark; only for text of trade.
    pub joints: Option<Joints>,
    pub several: Several,
}

/// From scores to probabilities: all that was learnt from messages that the judging fit had not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    pub confidence: Confidence,
    pub gate: Gate,
    pub candour: Candour,
    /// Among the intents alone, those at least this likely belong to the conformal set.
    pub conformal: f32,
}

impl Calibrated {
    /// `merged` holds the scores of the mix, one for each class.
    pub fn scores(&self, merged: &[f32], signals: &Signals, out: Option<usize>) -> Scores {
        let out_of_scope = self.gate.probability(signals);
        let mut probabilities = probabilities(merged, self.confidence, out, out_of_scope);
        let top = likeliest(&probabilities);
        let in_scope = out_of_scope < self.gate.threshold && (top.is_none() || top != out);
        self.candour.apply(&mut probabilities, out);
        Scores { probabilities, out_of_scope, in_scope }
    }
}

pub fn likeliest(probabilities: &[f32]) -> Option<usize> {
    probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(class, _)| class)
}

/// What the likeliest class is worth in truth: its log odds times `slope`, plus `shift`, plus `foreign` where it is the class for
/// messages that belong to none. The others share the rest as before, and no class overtakes another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candour {
    pub slope: f32,
    pub shift: f32,
    pub foreign: f32,
}

impl Candour {
    /// Takes probabilities as they are.
    pub const NONE: Self = Self { slope: 1.0, shift: 0.0, foreign: 0.0 };

    pub fn apply(&self, probabilities: &mut [f32], out: Option<usize>) {
        let Some(top) = likeliest(probabilities) else { return };
        let said = probabilities[top].clamp(UNSURE, 1.0 - UNSURE);
        let foreign = if Some(top) == out { self.foreign } else { 0.0 };
        let odds = self.slope * log_odds(said) + self.shift + foreign;
        let others = probabilities.iter().enumerate().filter(|&(class, _)| class != top);
        let second = others.map(|(_, &p)| p).fold(0.0, f32::max) / (1.0 - probabilities[top]).max(UNSURE);
        // At least as likely as the second becomes.
        let least = second / (1.0 + second);
        let worth = (1.0 / (1.0 + (-odds).exp())).max(least).min(1.0 - UNSURE);
        let rest = (1.0 - worth) / (1.0 - probabilities[top]).max(UNSURE);
        for (class, probability) in probabilities.iter_mut().enumerate() {
            *probability = if class == top { worth } else { (*probability * rest).min(worth) };
        }
    }
}

/// Nothing is surer than one minus this.
const UNSURE: f32 = 1e-4;

pub fn log_odds(p: f32) -> f32 {
    (p / (1.0 - p)).ln()
}

impl Model {
    /// A message as the model reads it. The text must be folded.
    pub fn read<'a>(&self, folded: &'a str) -> Text<'a> {
        self.vocabulary.featurizer.read(folded)
    }

    pub fn classify(&self, text: &Text<'_>) -> Scores {
        let (vector, coverage) = self.vocabulary.vector(text);
        let merged = self.merged.scores(&vector);
        let signs = self.signs.as_ref().map(|signs| Signs {
            logistic: signs.logistic.scores(&vector),
            ratio: signs.ratio.scores(&vector),
        });
        let classes = self.labels.len();
        let unknown = vector.is_empty();
        let signals = signals(&merged, signs.as_ref(), classes, coverage, self.out_of_scope, unknown);
        self.calibrated.scores(&merged[..classes], &signals, self.out_of_scope)
    }

    /// The intents that cannot be told apart, the likeliest first: of messages within the intents, the share of `calibration::COVERAGE`
    /// has the true one among them.
    pub fn conformal_set(&self, scores: &Scores) -> Vec<usize> {
        conformal_set(&scores.probabilities, self.out_of_scope, self.calibrated.conformal)
    }
}

/// The classes but `out` that are at least as likely as `bar` among themselves, the likeliest first; at least one.
pub fn conformal_set(probabilities: &[f32], out: Option<usize>, bar: f32) -> Vec<usize> {
    let within = |&(class, _): &(usize, f32)| Some(class) != out;
    let known: f32 = probabilities.iter().copied().enumerate().filter(within).map(|(_, p)| p).sum();
    let classes = || probabilities.iter().copied().enumerate().filter(within);
    let first = classes().map(|(_, p)| p).max_by(f32::total_cmp).unwrap_or(0.0);
    let bar = (bar * known).min(first);
    let mut set: Vec<(usize, f32)> = classes().filter(|(_, p)| *p >= bar).collect();
    set.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    set.into_iter().map(|(class, _)| class).collect()
}

/// The signals of the out-of-scope score, from the scores of the mix and of the signs; what lies behind `classes` does not count.
pub fn signals(
    merged: &[f32],
    signs: Option<&Signs<Vec<f32>>>,
    classes: usize,
    coverage: f32,
    out: Option<usize>,
    unknown: bool,
) -> Signals {
    let best = |scores: &[f32]| {
        let within = scores[..classes].iter().enumerate().filter(|&(class, _)| Some(class) != out);
        within.map(|(_, &score)| score).fold(f32::NEG_INFINITY, f32::max)
    };
    let logits = signs.map_or(merged, |signs| &signs.logistic);
    let logit = best(logits);
    if unknown || !logit.is_finite() {
        return [0.0; SIGNALS];
    }
    let ratio = signs.map_or(0.0, |signs| best(&signs.ratio));
    [logit, ratio, coverage, out.map_or(0.0, |class| logits[class] - logit)]
}

/// How scores become probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    pub temperature: f32,
    /// The share of messages of which nothing can be told, however clear they seem; every class gets its part of it.
    pub doubt: f32,
}

/// Probabilities by class: the out-of-scope class has the gate's, the others share the rest.
pub fn probabilities(
    scores: &[f32],
    confidence: Confidence,
    out: Option<usize>,
    out_of_scope: f32,
) -> Vec<f32> {
    let within = |class: usize| Some(class) != out;
    let top = scores
        .iter()
        .enumerate()
        .filter(|&(class, _)| within(class))
        .map(|(_, &score)| score)
        .fold(f32::NEG_INFINITY, f32::max);
    let mut probabilities: Vec<f32> = scores
        .iter()
        .enumerate()
        .map(
            |(class, score)| if within(class) { ((score - top) / confidence.temperature).exp() } else { 0.0 },
        )
        .collect();
    let sum: f32 = probabilities.iter().sum();
    let share = if out.is_some() { 1.0 - out_of_scope } else { 1.0 };
    let known = share * (1.0 - confidence.doubt) / sum.max(f32::MIN_POSITIVE);
    let classes = scores.len() - usize::from(out.is_some());
    let unknown = share * confidence.doubt / classes.max(1) as f32;
    for probability in &mut probabilities {
        *probability = *probability * known + unknown;
    }
    if let Some(class) = out {
        probabilities[class] = out_of_scope;
    }
    probabilities
}

#[cfg(test)]
mod tests {
    use super::super::solver::padded;
    use super::*;

    #[test]
    fn levels_are_the_nearest_whole_numbers() {
        let near_half =
            [0.5_f32, 1.5, 63.5, 126.5].into_iter().flat_map(|half| [half.next_down(), half, half.next_up()]);
        let steps = (0..=12_700_u16).map(|step| f32::from(step) / 100.0);
        for value in near_half.chain(steps).flat_map(|value| [value, -value]) {
            assert_eq!(nearest(value), value.round() as i8, "{value}");
        }
    }

    #[test]
    fn the_farthest_value_of_a_row_has_the_highest_level() {
        let rows = [[0.5, -4.0, 0.0], [0.0; 3], [1e-3, 2e-3, -1e-3]];
        let mut matrix = Matrix::zero(3, 3);
        for (feature, row) in rows.iter().enumerate() {
            matrix.row_mut(feature as u32)[..3].copy_from_slice(row);
        }
        let levels: Vec<i8> = Quantised::of(&matrix).values.iter().map(|byte| byte.cast_signed()).collect();
        let expected = [[16, -127, 0], [0, 0, 0], [64, 127, -64]];
        for (row, expected) in levels.chunks_exact(padded(3)).zip(expected) {
            assert_eq!(row[..3], expected);
        }
        let wide: Vec<f32> = (0..21_u8).map(|i| if i == 19 { -9.0 } else { f32::from(i) / 10.0 }).collect();
        assert!((farthest(&wide) - 9.0).abs() < f32::EPSILON);
    }
}
