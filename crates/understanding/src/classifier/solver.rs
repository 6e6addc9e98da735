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

    /// The scores of all classes.
    pub fn scores(&self, vector: &[(u32, f32)], scores: &mut [f32]) {
        scores.fill(0.0);
        for &(feature, value) in vector {
            for (score, weight) in scores.iter_mut().zip(self.row(feature)) {
                *score += value * weight;
            }
        }
    }

    fn add(&mut self, vector: &[(u32, f32)], step: &[f32]) {
        for &(feature, value) in vector {
            for (weight, step) in self.row_mut(feature).iter_mut().zip(step) {
                *weight += value * step;
            }
        }
    }
}

/// Turns scores into probabilities in place; values beyond `classes` become 0.
pub fn softmax(scores: &mut [f32], classes: usize) {
    let top = scores[..classes].iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in &mut scores[..classes] {
        *score = (*score - top).exp();
        sum += *score;
    }
    for score in &mut scores[..classes] {
        *score /= sum;
    }
    scores[classes..].fill(0.0);
}

const LOGISTIC_COST: f32 = 40.0;
const HINGE_COST: f32 = 1.0;
const SMOOTHING: f64 = 0.01;

/// Multinomial logistic regression by proximal stochastic dual coordinate ascent with a fixed step.
pub fn logistic(data: &Data, features: usize, classes: usize, epochs: usize) -> Matrix {
    let mut weights = Matrix::zero(features, classes);
    let width = weights.width;
    let mut dual = vec![0.0_f32; data.len() * width];
    let mut step = vec![0.0_f32; width];
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
            for (step, dual) in step.iter_mut().zip(dual.iter()) {
                *step = -rate * (*step + *dual);
            }
            step[usize::from(data.classes[i])] += rate;
            for (step, dual) in step.iter_mut().zip(dual.iter_mut()) {
                *dual += *step;
                *step *= LOGISTIC_COST;
            }
            step[classes..].fill(0.0);
            weights.add(row, &step);
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
    let mut order = Order::new(data.len(), 2);
    let shrink = 1.0 / (2.0 * HINGE_COST);
    for _ in 0..epochs {
        for &i in order.shuffled() {
            let row = data.row(i);
            if row.is_empty() {
                continue;
            }
            let curvature = squared(row) + shrink;
            let dual = &mut dual[i * width..][..width];
            weights.scores(row, &mut step);
            let own = usize::from(data.classes[i]);
            let own_score = step[own];
            let own_dual = dual[own];
            for (step, dual) in step.iter_mut().zip(dual.iter_mut()) {
                let gradient = -*step - 1.0 + *dual * shrink;
                let next = (*dual - gradient / curvature).max(0.0);
                *step = *dual - next;
                *dual = next;
            }
            let gradient = own_score - 1.0 + own_dual * shrink;
            let next = (own_dual - gradient / curvature).max(0.0);
            step[own] = next - own_dual;
            dual[own] = next;
            step[classes..].fill(0.0);
            weights.add(row, &step);
        }
    }
    weights
}

/// Multinomial naive Bayes on the weighted vectors, and as the last column but padding the background: all classes pooled.
pub struct Bayes {
    pub classes: Matrix,
    pub background: Vec<f32>,
}

pub fn bayes(data: &Data, features: usize, classes: usize) -> Bayes {
    let mut weights = Matrix::zero(features, classes);
    let width = weights.width;
    let mut sums = vec![0.0_f64; width];
    for i in 0..data.len() {
        let class = usize::from(data.classes[i]);
        for &(feature, value) in data.row(i) {
            weights.row_mut(feature)[class] += value;
            sums[class] += f64::from(value);
        }
    }
    let size = features as f64;
    let pooled_smoothing = SMOOTHING * classes as f64;
    let pooled_sum = (sums.iter().sum::<f64>() + pooled_smoothing * size).ln();
    let logs: Vec<f64> = sums.iter().map(|sum| (sum + SMOOTHING * size).ln()).collect();
    let mut background = Vec::with_capacity(features);
    for feature in 0..features {
        let row = weights.row_mut(feature as u32);
        let pooled: f64 = row.iter().map(|&count| f64::from(count)).sum();
        background.push(((pooled + pooled_smoothing).ln() - pooled_sum) as f32);
        for (value, log) in row[..classes].iter_mut().zip(&logs) {
            *value = ((f64::from(*value) + SMOOTHING).ln() - log) as f32;
        }
    }
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
