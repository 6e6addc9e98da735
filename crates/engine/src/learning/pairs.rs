//! What one column means in the light of another: small tables that are added to the log odds, learned step by step.
//!
//! Each table stands on one or two columns, so that what it adds can be named exactly.

use super::chance;

/// What a table stands on; the same column twice for one alone.
pub type Pair = (usize, usize);

/// Tables with what each cell adds to the log odds.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    tables: Vec<(Pair, Vec<f64>)>,
    /// Bins of each column.
    bins: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TableSettings {
    /// Share of each step that is taken.
    pub rate: f64,
    /// Evidence that a cell needs before it moves.
    pub ridge: f64,
    pub steps: usize,
}

impl Default for TableSettings {
    fn default() -> Self {
        Self { rate: 0.1, ridge: 10.0, steps: 300 }
    }
}

/// Gradient and curvature of a cell.
#[derive(Clone, Copy, Default)]
struct Cell {
    slope: f64,
    bend: f64,
}

impl Tables {
    /// Learns what is left to say beside `log_odds`. `places` are the bins of each record's columns.
    ///
    /// `watch` sees what each step adds to which table and ends the learning by saying no.
    pub fn fit(
        places: &[Vec<usize>],
        bins: &[usize],
        labels: &[bool],
        log_odds: &[f64],
        settings: TableSettings,
        mut watch: impl FnMut(Pair, &[f64]) -> bool,
    ) -> Self {
        let mut tables = Self { tables: Vec::new(), bins: bins.to_vec() };
        let columns: Vec<usize> = (0..bins.len()).filter(|column| bins[*column] > 1).collect();
        let pairs: Vec<Pair> = columns
            .iter()
            .enumerate()
            .flat_map(|(at, &left)| columns[at..].iter().map(move |&right| (left, right)))
            .collect();
        let mut odds = log_odds.to_vec();
        for _ in 0..settings.steps {
            let slopes: Vec<Cell> = odds
                .iter()
                .zip(labels)
                .map(|(odds, label)| {
                    let likely = chance(*odds);
                    Cell { slope: f64::from(u8::from(*label)) - likely, bend: likely * (1.0 - likely) }
                })
                .collect();
            let best = tables.best(&pairs, places, &slopes, settings.ridge);
            let Some((pair, cells)) = best else { break };
            let steps: Vec<f64> =
                cells.iter().map(|cell| settings.rate * cell.slope / (cell.bend + settings.ridge)).collect();
            for (place, odds) in places.iter().zip(&mut odds) {
                *odds += steps[cell(bins, pair, place)];
            }
            let goes_on = watch(pair, &steps);
            match tables.tables.iter_mut().find(|(known, _)| *known == pair) {
                Some((_, values)) => values.iter_mut().zip(&steps).for_each(|(value, step)| *value += step),
                None => tables.tables.push((pair, steps)),
            }
            if !goes_on {
                break;
            }
        }
        tables
    }

    /// The pair whose step gains the most, with its cells.
    fn best(
        &self,
        pairs: &[Pair],
        places: &[Vec<usize>],
        slopes: &[Cell],
        ridge: f64,
    ) -> Option<(Pair, Vec<Cell>)> {
        let judge = |pair: &Pair| {
            let mut cells = vec![Cell::default(); self.size(*pair)];
            for (place, slope) in places.iter().zip(slopes) {
                let cell = &mut cells[cell(&self.bins, *pair, place)];
                cell.slope += slope.slope;
                cell.bend += slope.bend;
            }
            let gain: f64 = cells.iter().map(|cell| cell.slope * cell.slope / (cell.bend + ridge)).sum();
            (gain, *pair, cells)
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(pairs.len()).max(1);
        let share = pairs.len().div_ceil(threads).max(1);
        let better = |left: (f64, Pair, Vec<Cell>), right: (f64, Pair, Vec<Cell>)| {
            if (right.0, std::cmp::Reverse(right.1)) > (left.0, std::cmp::Reverse(left.1)) {
                right
            } else {
                left
            }
        };
        let of_part = |part: &[Pair]| part.iter().map(judge).reduce(better);
        let found: Vec<Option<(f64, Pair, Vec<Cell>)>> = std::thread::scope(|scope| {
            let running: Vec<_> =
                pairs.chunks(share).map(|part| scope.spawn(move || of_part(part))).collect();
            running
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        found.into_iter().flatten().reduce(better).map(|(_, pair, cells)| (pair, cells))
    }

    fn size(&self, (left, right): Pair) -> usize {
        if left == right { self.bins[left] } else { self.bins[left] * self.bins[right] }
    }

    /// What all tables add for a record.
    pub fn log_odds(&self, place: &[usize]) -> f64 {
        self.parts(place).map(|(_, value)| value).sum()
    }

    /// What each table adds for a record.
    pub fn parts<'a>(&'a self, place: &'a [usize]) -> impl Iterator<Item = (Pair, f64)> + 'a {
        self.tables.iter().map(|(pair, values)| (*pair, values[cell(&self.bins, *pair, place)]))
    }
}

/// The cell of a table in which a record lies.
pub fn cell(bins: &[usize], (left, right): Pair, place: &[usize]) -> usize {
    if left == right { place[left] } else { place[left] * bins[right] + place[right] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_two_columns_together_tell_is_learned() {
        let places: Vec<Vec<usize>> = (0..400).map(|row| vec![row % 2, row / 2 % 2, row % 3]).collect();
        let labels: Vec<bool> = places.iter().map(|place| place[0] != place[1]).collect();
        let tables =
            Tables::fit(&places, &[2, 2, 3], &labels, &[0.0; 400], TableSettings::default(), |_, _| true);
        for (left, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let odds = tables.log_odds(&[left, right, 0]);
            assert_eq!(odds > 1.0, left != right, "{left} {right}: {odds}");
        }
        let sum: f64 = tables.parts(&[0, 1, 2]).map(|(_, value)| value).sum();
        assert!((sum - tables.log_odds(&[0, 1, 2])).abs() < 1e-12);
    }

    #[test]
    fn whoever_watches_ends_it() {
        let mut steps = 0;
        let settings = TableSettings::default();
        Tables::fit(&[vec![0], vec![1]], &[2], &[true, false], &[0.0; 2], settings, |_, _| {
            steps += 1;
            steps < 3
        });
        assert_eq!(steps, 3);
    }
}
