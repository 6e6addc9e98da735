//! Symmetric positive definite matrices of some hundred rows, by Cholesky's method.

/// The lower triangle `L` of `L Lᵀ = matrix`, row-major, `width` squared; the upper part is left as it was.
#[derive(Debug, Clone)]
pub(super) struct Cholesky {
    width: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// `None` where the matrix is not positive definite.
    pub(super) fn new(mut matrix: Vec<f64>, width: usize) -> Option<Self> {
        for row in 0..width {
            for column in 0..=row {
                let (left, right) = (&matrix[row * width..], &matrix[column * width..]);
                let product: f64 = left[..column].iter().zip(&right[..column]).map(|(a, b)| a * b).sum();
                let rest = matrix[row * width + column] - product;
                matrix[row * width + column] = if row == column {
                    if rest.is_nan() || rest <= 0.0 {
                        return None;
                    }
                    rest.sqrt()
                } else {
                    rest / matrix[column * width + column]
                };
            }
        }
        Some(Self { width, lower: matrix })
    }

    /// `L y = values`, in place.
    fn forward(&self, values: &mut [f64]) {
        for row in 0..self.width {
            let line = &self.lower[row * self.width..][..=row];
            let known: f64 = line[..row].iter().zip(&*values).map(|(a, b)| a * b).sum();
            values[row] = (values[row] - known) / line[row];
        }
    }

    /// `matrix x = values`, in place.
    pub(super) fn solve(&self, values: &mut [f64]) {
        self.forward(values);
        for row in (0..self.width).rev() {
            let value = values[row] / self.lower[row * self.width + row];
            values[row] = value;
            let line = &self.lower[row * self.width..][..row];
            for (rest, weight) in values.iter_mut().zip(line) {
                *rest -= weight * value;
            }
        }
    }

    /// `vectorᵀ matrix⁻¹ vector`.
    pub(super) fn spread(&self, vector: &[f64]) -> f64 {
        let mut turned = vector.to_vec();
        self.forward(&mut turned);
        turned.iter().map(|value| value * value).sum()
    }

    /// The inverse, whole.
    pub(super) fn inverse(&self) -> Vec<f64> {
        let mut inverse = vec![0.0; self.width * self.width];
        for row in 0..self.width {
            let line = &mut inverse[row * self.width..][..self.width];
            line[row] = 1.0;
            self.solve(line);
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Vec<f64> {
        vec![4.0, 2.0, 0.5, 2.0, 5.0, 1.0, 0.5, 1.0, 3.0]
    }

    fn near(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        let apart = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(apart < 1e-12, "{found:?} is not {expected:?}");
    }

    #[test]
    fn what_is_solved_fits_the_equations() {
        let cholesky = Cholesky::new(matrix(), 3).expect("positive definite");
        let mut values = vec![1.0, -2.0, 3.0];
        cholesky.solve(&mut values);
        let back: Vec<f64> =
            matrix().chunks(3).map(|row| row.iter().zip(&values).map(|(a, b)| a * b).sum()).collect();
        near(&back, &[1.0, -2.0, 3.0]);
    }

    #[test]
    fn the_inverse_and_the_spread_agree() {
        let cholesky = Cholesky::new(matrix(), 3).expect("positive definite");
        let inverse = cholesky.inverse();
        for column in 0..3 {
            let mut unit = [0.0; 3];
            unit[column] = 1.0;
            near(&[cholesky.spread(&unit)], &[inverse[column * 3 + column]]);
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_is_refused() {
        assert!(Cholesky::new(vec![1.0, 2.0, 2.0, 1.0], 2).is_none());
        assert!(Cholesky::new(vec![f64::NAN], 1).is_none());
    }
}
