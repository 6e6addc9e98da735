//! The three linear models that are mixed: multinomial logistic regression, one-against-all squared-hinge SVC, naive Bayes.
//!
//! All work on a row-major matrix feature × class whose rows are padded to a multiple of eight, so the inner loops become vector code.
//! The two iterative ones run a fixed, small number of passes: they are not meant to converge, which regularises them.

/// Messages as sparse vectors with the class of each.
#[derive(Debug, Clone, Default)]
pub struct Data {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
    pub classes: Vec<u16>,
}

impl Data {
    pub fn push(&mut self, vector: &[(u32, f32)], class: u16) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.entries.extend_from_slice(vector);
        self.starts.push(self.entries.len());
        self.classes.push(class);
    }

    pub fn len(&self) -> usize {
        self.classes.len()
    }

    fn row(&self, i: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[i]..self.starts[i + 1]]
    }
}

/// Rows of `width` values, one row for each feature.
#[derive(Debug, Clone)]
pub struct Matrix {
    pub width: usize,
    pub values: Vec<f32>,
}

/// The number of values in a row for `classes` classes.
pub const fn padded(classes: usize) -> usize {
    classes.next_multiple_of(8)
}

impl Matrix {
    pub fn zero(features: usize, classes: usize) -> Self {
        let width = padded(classes);
        Self { width, values: vec![0.0; features * width] }
    }

    pub fn row(&self, feature: u32) -> &[f32] {
        &self.values[feature as usize * self.width..][..self.width]
    }

    pub fn row_mut(&mut self, feature: u32) -> &mut [f32] {
        &mut self.values[feature as usize * self.width..][..self.width]
    }

    /// The scores of all classes. Four features at a time: reading and writing the sums would else cost more than the products.
    pub fn scores(&self, vector: &[(u32, f32)], scores: &mut [f32]) {
        scores.fill(0.0);
        let (fours, rest) = vector.as_chunks::<4>();
        for &[first, second, third, fourth] in fours {
            let row = |(feature, _): (u32, f32)| self.row(feature).iter();
            let rows = row(first).zip(row(second)).zip(row(third)).zip(row(fourth));
            for (score, (((a, b), c), d)) in scores.iter_mut().zip(rows) {
                *score += (first.1 * a + second.1 * b) + (third.1 * c + fourth.1 * d);
            }
        }
        for &(feature, value) in rest {
            for (score, weight) in scores.iter_mut().zip(self.row(feature)) {
                *score += value * weight;
            }
        }
    }

    /// Adds `step` times each value of the vector to its row, in the chunks of classes that are `moving`.
    fn add(&mut self, vector: &[(u32, f32)], step: &[f32], moving: &[usize]) {
        let steps = step.as_chunks::<LANES>().0;
        for &(feature, value) in vector {
            let row = self.row_mut(feature);
            if moving.len() == steps.len() {
                for (weight, step) in row.iter_mut().zip(step) {
                    *weight += value * step;
                }
                continue;
            }
            let row = row.as_chunks_mut::<LANES>().0;
            for &chunk in moving {
                for (weight, step) in row[chunk].iter_mut().zip(&steps[chunk]) {
                    *weight += value * step;
                }
            }
        }
    }
}

/// How many classes are worked on at once.
const LANES: usize = 8;

/// Turns scores into probabilities in place; values beyond `classes` become 0.
fn softmax(scores: &mut [f32], classes: usize) {
    scores[classes..].fill(f32::NEG_INFINITY);
    let mut tops = [f32::NEG_INFINITY; LANES];
    for chunk in scores.as_chunks::<LANES>().0 {
        for (top, &score) in tops.iter_mut().zip(chunk) {
            *top = if score > *top { score } else { *top };
        }
    }
    let top = tops.into_iter().fold(f32::NEG_INFINITY, f32::max);
    let mut sums = [0.0; LANES];
    for chunk in scores.as_chunks_mut::<LANES>().0 {
        for (sum, score) in sums.iter_mut().zip(chunk) {
            *score = exponential(*score - top);
            *sum += *score;
        }
    }
    let scale = 1.0 / sums.iter().sum::<f32>();
    for score in &mut *scores {
        *score *= scale;
    }
    scores[classes..].fill(0.0);
}

/// e to the power of x for x ≤ 0, to five digits, in a form that becomes vector code: the power of two nearest, by the bits of a number
/// so large that its last digit is one, times a polynomial of what remains.
fn exponential(x: f32) -> f32 {
    const WHOLE: f32 = 12_582_912.0;
    let power = if x > -80.0 { x } else { -80.0 } * std::f32::consts::LOG2_E;
    let shifted = power + WHOLE;
    let rest = (power - (shifted - WHOLE)) * std::f32::consts::LN_2;
    let rest =
        1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0 + rest * (1.0 / 120.0)))));
    let exponent = shifted.to_bits().wrapping_sub(WHOLE.to_bits()).wrapping_add(127) << 23;
    rest * f32::from_bits(exponent)
}

const LOGISTIC_COST: f32 = 40.0;
const HINGE_COST: f32 = 1.0;
const SMOOTHING: f64 = 0.01;

/// What moves less than this is left for a later pass.
const STILL: f32 = 0.002;

/// The chunks of classes in which a step moves more than `still`; in the others the step becomes 0.
fn moving(step: &mut [f32], still: f32, moving: &mut Vec<usize>) {
    moving.clear();
    for (at, chunk) in step.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let top = chunk.iter().fold(0.0_f32, |top, step| if step.abs() > top { step.abs() } else { top });
        if top > still {
            moving.push(at);
        } else {
            chunk.fill(0.0);
        }
    }
}

/// Multinomial logistic regression by proximal stochastic dual coordinate ascent with a fixed step.
pub fn logistic(data: &Data, features: usize, classes: usize, epochs: usize) -> Matrix {
    let mut weights = Matrix::zero(features, classes);
    let width = weights.width;
    let mut dual = vec![0.0_f32; data.len() * width];
    let mut step = vec![0.0_f32; width];
    let mut chunks = Vec::new();
    let mut order = Order::new(data.len(), 1);
    for _ in 0..epochs {
        for &i in order.shuffled() {
            let row = data.row(i);
            if row.is_empty() {
                continue;
            }
            let size = squared(row);
            let rate = 1.0 / (1.0 + 0.5 * LOGISTIC_COST * size);
            let dual = &mut dual[i * width..][..width];
            weights.scores(row, &mut step);
            softmax(&mut step, classes);
            step[usize::from(data.classes[i])] -= 1.0;
            for (step, dual) in step.iter_mut().zip(dual.iter()) {
                *step = -rate * (*step + *dual);
            }
            moving(&mut step, STILL * rate, &mut chunks);
            for (step, dual) in step.iter_mut().zip(dual.iter_mut()) {
                *dual += *step;
                *step *= LOGISTIC_COST;
            }
            weights.add(row, &step, &chunks);
        }
    }
    weights
}

/// One squared-hinge SVC against all others for each class, by dual coordinate descent.
pub fn hinge(data: &Data, features: usize, classes: usize, epochs: usize) -> Matrix {
    let mut weights = Matrix::zero(features, classes);
    let width = weights.width;
    let mut dual = vec![0.0_f32; data.len() * width];
    let mut step = vec![0.0_f32; width];
    let mut chunks = Vec::new();
    let mut order = Order::new(data.len(), 2);
    let shrink = 1.0 / (2.0 * HINGE_COST);
    for _ in 0..epochs {
        for &i in order.shuffled() {
            let row = data.row(i);
            if row.is_empty() {
                continue;
            }
            let scale = 1.0 / (squared(row) + shrink);
            let dual = &mut dual[i * width..][..width];
            weights.scores(row, &mut step);
            let own = usize::from(data.classes[i]);
            let own_score = step[own];
            let own_dual = dual[own];
            for (step, dual) in step.iter_mut().zip(dual.iter_mut()) {
                let next = *dual - (-*step - 1.0 + *dual * shrink) * scale;
                let next = if next > 0.0 { next } else { 0.0 };
                *step = *dual - next;
                *dual = next;
            }
            let next = (own_dual - (own_score - 1.0 + own_dual * shrink) * scale).max(0.0);
            step[own] = next - own_dual;
            dual[own] = next;
            step[classes..].fill(0.0);
            moving(&mut step, 0.0, &mut chunks);
            weights.add(row, &step, &chunks);
        }
    }
    weights
}

/// Multinomial naive Bayes on the weighted vectors, and as the last column but padding the background: all classes pooled.
pub struct Bayes {
    pub classes: Matrix,
    pub background: Vec<f32>,
}

/// Of the rows only the first `features` count something; the others, of which there are `dense`, stay zero.
pub fn bayes(data: &Data, features: usize, dense: usize, classes: usize) -> Bayes {
    let mut weights = Matrix::zero(features + dense, classes);
    let width = weights.width;
    let mut sums = vec![0.0_f64; width];
    for i in 0..data.len() {
        let class = usize::from(data.classes[i]);
        for &(feature, value) in data.row(i).iter().filter(|(feature, _)| (*feature as usize) < features) {
            weights.row_mut(feature)[class] += value;
            sums[class] += f64::from(value);
        }
    }
    let size = features as f64;
    let pooled_smoothing = SMOOTHING * classes as f64;
    let pooled_sum = (sums.iter().sum::<f64>() + pooled_smoothing * size).ln();
    let logs: Vec<f64> = sums[..classes].iter().map(|sum| (sum + SMOOTHING * size).ln()).collect();
    // Most features stand in messages of few classes: what the others get is the same for all, and a logarithm costs more than a product.
    let absent: Vec<f32> = logs.iter().map(|log| (SMOOTHING.ln() - log) as f32).collect();
    let mut background = Vec::with_capacity(features);
    for feature in 0..features {
        let row = weights.row_mut(feature as u32);
        let pooled: f64 = row.iter().map(|&count| f64::from(count)).sum();
        background.push(((pooled + pooled_smoothing).ln() - pooled_sum) as f32);
        for ((value, log), absent) in row.iter_mut().zip(&logs).zip(&absent) {
            *value =
                if *value == 0.0 { *absent } else { ((f64::from(*value) + SMOOTHING).ln() - log) as f32 };
        }
    }
    background.resize(features + dense, 0.0);
    Bayes { classes: weights, background }
}

fn squared(row: &[(u32, f32)]) -> f32 {
    row.iter().map(|(_, value)| value * value).sum()
}

/// The order in which the examples are visited: shuffled anew each pass, always the same way.
struct Order {
    order: Vec<usize>,
    random: Random,
}

impl Order {
    fn new(count: usize, seed: u64) -> Self {
        Self { order: (0..count).collect(), random: Random(seed) }
    }

    fn shuffled(&mut self) -> &[usize] {
        for i in (1..self.order.len()).rev() {
            self.order.swap(i, self.random.below(i + 1));
        }
        &self.order
    }
}

/// SplitMix64: numbers that look random and are always the same.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * bound as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_right_to_five_digits() {
        for step in 0..800_u16 {
            let x = -f32::from(step) / 10.0;
            let (ours, exact) = (exponential(x), x.exp());
            assert!((ours - exact).abs() <= exact * 1e-5, "{x}: {ours} for {exact}");
        }
        assert!(exponential(-1e9) < 1e-30);
    }

    #[test]
    fn probabilities_sum_to_one_and_padding_has_none() {
        let mut scores = vec![0.0_f32; padded(5)];
        scores[..5].copy_from_slice(&[1.0, -2.0, 0.5, 30.0, 29.0]);
        softmax(&mut scores, 5);
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{scores:?}");
        assert!((scores[3] / scores[4] - std::f32::consts::E).abs() < 1e-4, "{scores:?}");
        assert_eq!(scores[5..], [0.0; 3]);
    }

    #[test]
    fn scores_are_the_weighted_sum_of_rows() {
        let mut matrix = Matrix::zero(6, 3);
        for feature in 0..6 {
            matrix.row_mut(feature)[1] = feature as f32;
        }
        let vector: Vec<(u32, f32)> = (0..6).map(|feature| (feature, 2.0)).collect();
        let mut scores = vec![9.0; matrix.width];
        matrix.scores(&vector, &mut scores);
        assert_eq!(scores[..3], [0.0, 30.0, 0.0]);
    }
}
