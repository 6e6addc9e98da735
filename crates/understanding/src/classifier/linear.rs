//! Small logistic regressions, fitted to the end by Newton's method.

/// One observation: numbers, the class it belongs to, and what came of it.
#[derive(Debug, Clone, Copy)]
pub struct Row<const N: usize> {
    pub signs: [f32; N],
    pub class: usize,
    pub hit: bool,
}

/// Shrinkage of the weights, and the stronger one of what a class adds.
const SHRINK: f64 = 1.0;
const SHRINK_CLASS: f64 = 4.0;
/// At most so many steps, and none after one that moved no weight by more than this.
const STEPS: usize = 20;
const STILL: f64 = 1e-6;

/// The weights of the signs, and what each class adds; with no `classes`, classes are left out.
pub fn logistic<const N: usize>(rows: &[Row<N>], classes: usize) -> ([f32; N], Vec<f32>) {
    let size = N + classes;
    let mut weights = vec![0.0_f64; size];
    for _ in 0..STEPS {
        let mut gradient: Vec<f64> = weights
            .iter()
            .enumerate()
            .map(|(i, weight)| -weight * if i < N { SHRINK } else { SHRINK_CLASS })
            .collect();
        let mut curvature = vec![vec![0.0_f64; size]; size];
        for (i, row) in curvature.iter_mut().enumerate() {
            row[i] = if i < N { SHRINK } else { SHRINK_CLASS };
        }
        for row in rows {
            let own = Some(N + row.class).filter(|&own| own < size);
            let sum: f64 =
                row.signs.iter().zip(&weights).map(|(&sign, weight)| f64::from(sign) * weight).sum();
            let p = 1.0 / (1.0 + (-sum - own.map_or(0.0, |own| weights[own])).exp());
            let rest = f64::from(u8::from(row.hit)) - p;
            let spread = p * (1.0 - p);
            for (i, &sign) in row.signs.iter().enumerate() {
                let sign = f64::from(sign);
                gradient[i] += rest * sign;
                let weighted = spread * sign;
                for (sum, &other) in curvature[i].iter_mut().zip(&row.signs) {
                    *sum += weighted * f64::from(other);
                }
                if let Some(own) = own {
                    curvature[i][own] += spread * sign;
                    curvature[own][i] += spread * sign;
                }
            }
            if let Some(own) = own {
                gradient[own] += rest;
                curvature[own][own] += spread;
            }
        }
        let mut moved = 0.0_f64;
        for (weight, step) in weights.iter_mut().zip(solve(curvature, gradient)) {
            *weight += step;
            moved = moved.max(step.abs());
        }
        if moved < STILL {
            break;
        }
    }
    let mut signs = [0.0_f32; N];
    for (sign, weight) in signs.iter_mut().zip(&weights) {
        *sign = *weight as f32;
    }
    (signs, weights[N..].iter().map(|&weight| weight as f32).collect())
}

/// Gauss–Jordan elimination; the matrix is square and positive definite.
pub fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    for pivot in 0..right.len() {
        let scale = matrix[pivot][pivot];
        for value in &mut matrix[pivot] {
            *value /= scale;
        }
        right[pivot] /= scale;
        let pivot_row = matrix[pivot].clone();
        for row in (0..right.len()).filter(|&row| row != pivot) {
            let factor = matrix[row][pivot];
            if factor == 0.0 {
                continue;
            }
            for (value, pivot_value) in matrix[row].iter_mut().zip(&pivot_row) {
                *value -= factor * pivot_value;
            }
            right[row] -= factor * right[pivot];
        }
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_solved() {
        let solved = solve(vec![vec![2.0, 1.0], vec![1.0, 3.0]], vec![5.0, 10.0]);
        assert!((solved[0] - 1.0).abs() < 1e-12 && (solved[1] - 3.0).abs() < 1e-12, "{solved:?}");
    }

    #[test]
    fn a_sign_that_tells_and_a_class_that_tells_are_found() {
        let rows: Vec<Row<1>> = (0..400)
            .map(|i| {
                let class = i % 2;
                let sign = (i / 2 % 10) as f32 - 4.5;
                Row { signs: [sign], class, hit: sign + class as f32 * 2.0 > 0.0 }
            })
            .collect();
        let ([weight], by_class) = logistic(&rows, 2);
        assert!(weight > 1.0 && by_class[1] > by_class[0] + 1.0, "{weight} {by_class:?}");
    }
}
