//! The inverse of a large symmetric positive definite matrix.
//!
//! The sweep operator (Goodnight 1979) over blocks of pivots: the matrix stays symmetric all the way, so only its lower half is
//! computed, `n³ / 2` multiplications in all. Each element is computed in the same order whoever computes it, so the result does not
//! depend on the number of threads. Single precision is enough for matrices with a ridge, which is what learning inverts.

use super::symmetric::Cholesky;

/// Pivots that are swept at once.
const BLOCK: usize = 64;
/// Columns that stay in the processor's nearest memory while all pivots of a block pass over them.
const TILE: usize = 128;
/// Rows that one thread takes at a time.
const STRIP: usize = 16;

/// Replaces the matrix, row-major and `width` squared, of which only the lower half is read, by its inverse, whole.
///
/// Says whether it could: not where the matrix is not positive definite; what stands in it then is of no use.
#[must_use]
pub fn invert(matrix: &mut [f32], width: usize) -> bool {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(width / 512 + 1);
    for begin in (0..width).step_by(BLOCK) {
        let block = begin..(begin + BLOCK).min(width);
        if !sweep(matrix, width, block, threads) {
            return false;
        }
    }
    for row in 0..width {
        for column in 0..=row {
            let value = -matrix[row * width + column];
            matrix[row * width + column] = value;
            matrix[column * width + row] = value;
        }
    }
    true
}

fn sweep(matrix: &mut [f32], width: usize, block: std::ops::Range<usize>, threads: usize) -> bool {
    let pivots = block.len();
    // The block's columns, as rows: the lower half holds some of them as rows already.
    let mut panel = vec![0.0_f32; pivots * width];
    for row in 0..width {
        for (at, pivot) in block.clone().enumerate() {
            let (low, high) = (row.max(pivot), row.min(pivot));
            panel[at * width + row] = matrix[low * width + high];
        }
    }
    let diagonal = (0..pivots * pivots)
        .map(|at| f64::from(panel[(at / pivots) * width + block.start + at % pivots]))
        .collect();
    let Some(cholesky) = Cholesky::new(diagonal, pivots) else { return false };
    let inverse: Vec<f32> = cholesky.inverse().into_iter().map(|value| value as f32).collect();

    let mut strips: Vec<(usize, &mut [f32])> = matrix.chunks_mut(STRIP * width).enumerate().collect();
    let work = |(number, strip): &mut (usize, &mut [f32])| {
        subtract(strip, *number * STRIP, width, &block, &panel, &inverse);
    };
    if threads < 2 {
        strips.iter_mut().for_each(work);
        return true;
    }
    // Later rows are longer: each thread takes every n-th strip.
    let mut shares: Vec<Vec<(usize, &mut [f32])>> = (0..threads).map(|_| Vec::new()).collect();
    for (at, strip) in strips.into_iter().enumerate() {
        shares[at % threads].push(strip);
    }
    std::thread::scope(|scope| {
        for mut share in shares {
            scope.spawn(move || share.iter_mut().for_each(work));
        }
    });
    true
}

/// Sweeps some rows, from row `first` on.
fn subtract(
    strip: &mut [f32],
    first: usize,
    width: usize,
    block: &std::ops::Range<usize>,
    panel: &[f32],
    inverse: &[f32],
) {
    let pivots = block.len();
    let rows = strip.len() / width;
    // Of each row: its part of the panel times the inverse.
    let mut scaled = vec![0.0_f32; rows * pivots];
    for row in 0..rows {
        for (at, target) in scaled[row * pivots..][..pivots].iter_mut().enumerate() {
            *target = (0..pivots)
                .map(|other| panel[other * width + first + row] * inverse[other * pivots + at])
                .sum();
        }
    }
    for tile in (0..first + rows).step_by(TILE) {
        let end = (tile + TILE).min(width);
        for (row, line) in strip.chunks_mut(width).enumerate() {
            let end = end.min(first + row + 1);
            if tile >= end {
                continue;
            }
            let line = &mut line[tile..end];
            let factors = &scaled[row * pivots..][..pivots];
            let mut at = 0;
            while at + 4 <= pivots {
                let [a, b, c, d] =
                    std::array::from_fn(|step| &panel[(at + step) * width + tile..][..line.len()]);
                let [fa, fb, fc, fd] = std::array::from_fn(|step| factors[at + step]);
                for (index, value) in line.iter_mut().enumerate() {
                    *value -= fa * a[index] + fb * b[index] + fc * c[index] + fd * d[index];
                }
                at += 4;
            }
            for at in at..pivots {
                let from = &panel[at * width + tile..][..line.len()];
                line.iter_mut().zip(from).for_each(|(value, other)| *value -= factors[at] * other);
            }
        }
    }
    for (row, line) in strip.chunks_mut(width).enumerate() {
        let number = first + row;
        if block.contains(&number) {
            let own = number - block.start;
            for column in 0..=number {
                line[column] = if block.contains(&column) {
                    -inverse[own * pivots + (column - block.start)]
                } else {
                    (0..pivots)
                        .map(|other| inverse[own * pivots + other] * panel[other * width + column])
                        .sum()
                };
            }
        } else if number >= block.end {
            line[block.clone()].copy_from_slice(&scaled[row * pivots..][..pivots]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A matrix of counts with a ridge, as learning makes them.
    fn counts(width: usize) -> Vec<f32> {
        let mut random = crate::learning::random::Random::new(5);
        let mut matrix = vec![0.0_f32; width * width];
        for _ in 0..4 * width {
            let basket: Vec<usize> = (0..5).map(|_| random.below(width)).collect();
            for &row in &basket {
                for &column in &basket {
                    matrix[row * width + column] += 1.0;
                }
            }
        }
        (0..width).for_each(|row| matrix[row * width + row] += 10.0);
        matrix
    }

    fn check(width: usize) {
        let matrix = counts(width);
        let mut inverse = matrix.clone();
        assert!(invert(&mut inverse, width), "{width} rows");
        let mut worst = 0.0_f64;
        for row in 0..width {
            for column in 0..width {
                let product: f64 = (0..width)
                    .map(|at| f64::from(matrix[row * width + at]) * f64::from(inverse[at * width + column]))
                    .sum();
                worst = worst.max((product - f64::from(u8::from(row == column))).abs());
            }
        }
        assert!(worst < 1e-4, "{width} rows: {worst}");
    }

    #[test]
    fn a_matrix_times_its_inverse_is_the_unit_whatever_its_size() {
        for width in [0, 1, 3, 16, 63, 64, 65, 130, 200] {
            check(width);
        }
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let (width, matrix) = (150, counts(150));
        let with = |threads| {
            let mut swept = matrix.clone();
            for begin in (0..width).step_by(BLOCK) {
                assert!(sweep(&mut swept, width, begin..(begin + BLOCK).min(width), threads));
            }
            swept
        };
        assert_eq!(with(1), with(2));
        assert_eq!(with(1), with(7));
    }

    #[test]
    fn what_has_no_inverse_is_refused() {
        assert!(!invert(&mut [0.0, 0.0, 0.0, 0.0], 2));
        assert!(!invert(&mut [f32::NAN], 1));
    }
}
