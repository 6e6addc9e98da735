//! The few operations that a model of layers is made of, on rows of values, written so that they become vector code.

/// A matrix `to` × `from` and what is added.
pub struct Linear {
    pub from: usize,
    pub weights: Vec<f32>,
    pub shift: Vec<f32>,
}

impl Linear {
    /// Every row of `from` values becomes one of `to` values.
    pub fn of(&self, rows: &[f32]) -> Vec<f32> {
        let to = self.shift.len();
        let mut out = vec![0.0; rows.len() / self.from * to];
        // A row of weights is used for four tokens while it is at hand.
        let blocks = rows.chunks(self.from * 4).zip(out.chunks_mut(to * 4));
        for (rows, out) in blocks {
            for (at, (weights, shift)) in self.weights.chunks_exact(self.from).zip(&self.shift).enumerate() {
                for (row, out) in rows.chunks_exact(self.from).zip(out.chunks_exact_mut(to)) {
                    out[at] = dot(row, weights) + shift;
                }
            }
        }
        out
    }
}

/// The sum of the products, in sixteen sums side by side.
pub fn dot(left: &[f32], right: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0_f32; LANES];
    let (lefts, left) = left.as_chunks::<LANES>();
    let (rights, right) = right.as_chunks::<LANES>();
    for (left, right) in lefts.iter().zip(rights) {
        for ((sum, left), right) in sums.iter_mut().zip(left).zip(right) {
            *sum += left * right;
        }
    }
    let rest: f32 = left.iter().zip(right).map(|(left, right)| left * right).sum();
    sums.iter().sum::<f32>() + rest
}

pub fn add(sum: &mut [f32], values: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += value;
    }
}

/// Brings each row to mean zero and spread one, then scales and shifts it.
pub struct Norm {
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
    pub epsilon: f32,
}

impl Norm {
    pub fn apply(&self, rows: &mut [f32]) {
        let size = self.scale.len();
        for row in rows.chunks_exact_mut(size) {
            let mean = row.iter().sum::<f32>() / size as f32;
            let spread = row.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / size as f32;
            let factor = 1.0 / (spread + self.epsilon).sqrt();
            for ((value, scale), shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
                *value = (*value - mean) * factor * scale + shift;
            }
        }
    }
}

pub fn softmax(values: &mut [f32]) {
    let top = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for value in values.iter_mut() {
        *value = (*value - top).exp();
        sum += *value;
    }
    for value in values {
        *value /= sum;
    }
}

/// What bends the values within a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// x times the share of the normal distribution below x.
    Gelu,
    /// Its approximation by a hyperbolic tangent.
    TanhGelu,
    Relu,
}

impl Curve {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "gelu" => Some(Self::Gelu),
            "gelu_new" | "gelu_pytorch_tanh" => Some(Self::TanhGelu),
            "relu" => Some(Self::Relu),
            _ => None,
        }
    }

    pub fn apply(self, values: &mut [f32]) {
        for value in values {
            *value = self.at(*value);
        }
    }

    fn at(self, x: f32) -> f32 {
        match self {
            Self::Gelu => 0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2)),
            Self::TanhGelu => 0.5 * x * (1.0 + (0.797_884_6 * (x + 0.044_715 * x * x * x)).tanh()),
            Self::Relu => x.max(0.0),
        }
    }
}

/// The error function to seven digits: formula 7.1.26 of Abramowitz and Stegun.
fn erf(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let sum =
        t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
    (1.0 - sum * (-x * x).exp()).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f32, expected: f32) {
        assert!((value - expected).abs() < 1e-5, "{value} is not {expected}");
    }

    #[test]
    fn curves_bend_as_they_are_defined() {
        near(Curve::Gelu.at(1.0), 0.841_344_8);
        near(Curve::Gelu.at(-1.0), -0.158_655_25);
        near(Curve::TanhGelu.at(1.0), 0.841_192);
        near(Curve::Relu.at(-3.0), 0.0);
        near(erf(0.5), 0.520_499_9);
    }

    #[test]
    fn rows_are_multiplied_normed_and_weighed() {
        let linear =
            Linear { from: 2, weights: vec![1.0, 2.0, 0.0, 1.0, 1.0, 1.0], shift: vec![0.0, 0.5, -1.0] };
        assert_eq!(linear.of(&[1.0, 1.0, 2.0, 3.0]), [3.0, 1.5, 1.0, 8.0, 3.5, 4.0]);
        let long: Vec<f32> = (0..37).map(|i| i as f32).collect();
        near(dot(&long, &[1.0; 37]), 666.0);
        let mut row = vec![1.0, 3.0];
        Norm { scale: vec![1.0, 2.0], shift: vec![0.0, 1.0], epsilon: 0.0 }.apply(&mut row);
        assert_eq!(row, [-1.0, 3.0]);
        let mut values = vec![0.0, 2_f32.ln()];
        softmax(&mut values);
        near(values[1], 2.0 / 3.0);
    }
}
