//! Records of named values as features: numbers by their rank, words by their levels.
//!
//! What the features are follows from the records alone, never from outcomes.

use std::collections::BTreeMap;

use super::logistic::Rows;

/// Records with the same columns; a cell without text is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

/// How records become features; fitted on some of them.
#[derive(Debug, Clone, Default)]
pub struct Encoder {
    columns: Vec<Coding>,
    width: usize,
}

/// How one column becomes features.
#[derive(Debug, Clone, Default)]
struct Coding {
    /// The first of its features.
    begin: usize,
    numbers: Option<Ranks>,
    /// Mean and spread, where a number is taken as it is.
    plain: Option<(f64, f64)>,
    /// Levels with a feature of their own; all others share the last one.
    levels: BTreeMap<String, usize>,
    rest: Option<usize>,
}

/// How closely records are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// Numbers by rank with bends, codes as levels too.
    #[default]
    Fine,
    /// Numbers as they are, less their mean and in units of their spread; words as levels.
    Plain,
}

/// A number's place among those that were seen, from 0 to 1.
#[derive(Debug, Clone, Default)]
struct Ranks {
    /// Values at evenly spaced ranks, each once, with the rank.
    grid: Vec<(f64, f64)>,
    /// Whether 0 has a feature of its own.
    has_zero: bool,
    has_missing: bool,
}

/// Bends of a number's curve.
const KNOTS: [f64; 7] = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875];
/// How much evidence features need beside a word's levels.
const LINE: f64 = 0.1;
const BEND: f64 = 0.5;
const CODE: f64 = 3.0;
/// Points of the grid of ranks.
const GRID: usize = 128;
/// A whole number with at most so many different values may be a code: its values count as levels too.
const CODES: usize = 24;
/// A level that fewer records have tells nothing by itself.
const LEAST: usize = 8;
/// Levels beyond these share one feature.
const MOST: usize = 40;

/// A number as it may stand in a cell.
pub fn number(cell: &str) -> Option<f64> {
    cell.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

impl Encoder {
    /// Looks at the records with these numbers.
    pub fn fit(table: &Table, rows: &[usize], detail: Detail) -> Self {
        // The first feature is the constant.
        let mut width = 1;
        let columns = (0..table.columns.len())
            .map(|column| {
                let cells: Vec<&str> = rows
                    .iter()
                    .map(|row| table.rows[*row].get(column).map_or("", |cell| cell.trim()))
                    .collect();
                let coding = Coding::fit(&cells, width, detail);
                width += coding.width();
                coding
            })
            .collect();
        Self { columns, width }
    }

    /// Features of a record, the constant included.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Of a column: its features.
    pub fn features(&self, column: usize) -> std::ops::Range<usize> {
        self.columns.get(column).map_or(0..0, |coding| coding.begin..coding.begin + coding.width())
    }

    /// Of each feature, how much evidence it needs beside others: a straight line little, a bend or a level more, the level of what may
    /// be no code at all the most.
    pub fn stiffness(&self) -> Vec<f64> {
        let mut stiffness = vec![1.0; self.width];
        for coding in &self.columns {
            let mut features = stiffness[coding.begin..][..coding.width()].iter_mut();
            if let Some(ranks) = &coding.numbers {
                let bends = ranks.width() - 1;
                features.next().into_iter().for_each(|feature| *feature = LINE);
                features.by_ref().take(bends).for_each(|feature| *feature = BEND);
                features.for_each(|feature| *feature = CODE);
            }
        }
        stiffness
    }

    pub fn encode(&self, row: &[String]) -> Vec<f32> {
        let mut features = vec![0.0; self.width];
        features[0] = 1.0;
        for (coding, cell) in self.columns.iter().zip(row) {
            coding.encode(cell.trim(), &mut features);
        }
        features
    }

    pub fn encode_all(&self, table: &Table, rows: &[usize]) -> Rows {
        let mut encoded = Rows::new(self.width);
        for row in rows {
            encoded.push(self.encode(&table.rows[*row]));
        }
        encoded
    }
}

impl Coding {
    fn fit(cells: &[&str], begin: usize, detail: Detail) -> Self {
        let mut coding = Self { begin, ..Self::default() };
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for cell in cells {
            *counts.entry(cell).or_default() += 1;
        }
        if counts.len() < 2 {
            return coding;
        }
        let said: Vec<&str> = cells.iter().copied().filter(|cell| !cell.is_empty()).collect();
        let mut numbers: Vec<f64> = said.iter().filter_map(|cell| number(cell)).collect();
        let is_numeric = numbers.len() == said.len() && counts.len() > 2;
        let is_code = counts.len() <= CODES && numbers.iter().all(|number| number.fract() == 0.0);
        if is_numeric && detail == Detail::Plain {
            let count = numbers.len().max(1) as f64;
            let mean = numbers.iter().sum::<f64>() / count;
            let spread = (numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / count).sqrt();
            coding.plain = Some((mean, spread.max(1e-9)));
            return coding;
        }
        if is_numeric {
            coding.numbers = Some(Ranks::fit(&mut numbers, cells.len()));
        }
        if !is_numeric || is_code {
            let mut levels: Vec<(&str, usize)> = counts
                .into_iter()
                .filter(|(level, count)| *count >= LEAST && !(is_numeric && level.is_empty()))
                .collect();
            levels.sort_by_key(|(level, count)| (std::cmp::Reverse(*count), *level));
            let has_rest = levels.iter().map(|(_, count)| count).sum::<usize>() < cells.len();
            levels.truncate(MOST);
            let first = coding.numbers.as_ref().map_or(0, Ranks::width);
            coding.levels =
                levels.iter().enumerate().map(|(at, (level, _))| ((*level).to_owned(), first + at)).collect();
            coding.rest = has_rest.then_some(first + levels.len());
        }
        coding
    }

    fn width(&self) -> usize {
        usize::from(self.plain.is_some())
            + self.numbers.as_ref().map_or(0, Ranks::width)
            + self.levels.len()
            + usize::from(self.rest.is_some())
    }

    fn encode(&self, cell: &str, features: &mut [f32]) {
        if let Some((mean, spread)) = self.plain {
            features[self.begin] = number(cell).map_or(0.0, |number| (number - mean) / spread) as f32;
        }
        if let Some(ranks) = &self.numbers {
            ranks.encode(number(cell), &mut features[self.begin..]);
        }
        if let Some(at) = self.levels.get(cell).copied().or(self.rest) {
            features[self.begin + at] = 1.0;
        }
    }
}

impl Ranks {
    fn fit(numbers: &mut [f64], cells: usize) -> Self {
        numbers.sort_by(f64::total_cmp);
        let zeros = numbers.iter().filter(|number| **number == 0.0).count();
        let last = numbers.len().saturating_sub(1);
        let mut grid: Vec<(f64, f64)> = Vec::new();
        for point in 0..=GRID.min(last) {
            let at = point * last / GRID.min(last).max(1);
            let value = numbers[at];
            // Equal numbers share the rank in their middle.
            let below = numbers.partition_point(|number| *number < value);
            let not_above = numbers.partition_point(|number| *number <= value);
            if grid.last().is_none_or(|(known, _)| *known < value) {
                grid.push((value, (below + not_above) as f64 / 2.0 / numbers.len() as f64));
            }
        }
        Self {
            grid,
            has_zero: zeros * 20 >= cells && zeros * 20 <= cells * 19,
            has_missing: numbers.len() < cells,
        }
    }

    fn width(&self) -> usize {
        1 + KNOTS.len() + usize::from(self.has_zero) + usize::from(self.has_missing)
    }

    fn rank(&self, number: f64) -> f64 {
        let after = self.grid.partition_point(|(value, _)| *value <= number);
        let below = after.checked_sub(1).and_then(|at| self.grid.get(at));
        match (below, self.grid.get(after)) {
            (None, None) => 0.5,
            (Some((_, rank)), None) | (None, Some((_, rank))) => *rank,
            (Some((from, low)), Some((to, high))) => low + (high - low) * (number - from) / (to - from),
        }
    }

    fn encode(&self, number: Option<f64>, features: &mut [f32]) {
        let flags = 1 + KNOTS.len();
        let Some(number) = number else {
            if self.has_missing {
                features[flags + usize::from(self.has_zero)] = 1.0;
            }
            return;
        };
        let rank = self.rank(number);
        features[0] = (rank - 0.5) as f32;
        for (feature, knot) in features[1..flags].iter_mut().zip(KNOTS) {
            *feature = (rank - knot).max(0.0) as f32;
        }
        if self.has_zero && number == 0.0 {
            features[flags] = 1.0;
        }
    }
}

/// Records by coarse places in each column, for tables of two columns.
#[derive(Debug, Clone, Default)]
pub struct Bins {
    columns: Vec<Bin>,
}

#[derive(Debug, Clone)]
enum Bin {
    /// Ends of the bins, rising; the last bin has none. What is not known is a bin of its own.
    Numbers(Vec<f64>),
    Levels(BTreeMap<String, usize>),
}

impl Bins {
    /// At most `most` bins of each column, beside the one for the rest.
    pub fn fit(table: &Table, rows: &[usize], most: usize) -> Self {
        let columns = (0..table.columns.len())
            .map(|column| {
                let cells: Vec<&str> = rows
                    .iter()
                    .map(|row| table.rows[*row].get(column).map_or("", |cell| cell.trim()))
                    .collect();
                Bin::fit(&cells, most)
            })
            .collect();
        Self { columns }
    }

    /// Bins of a column.
    pub fn count(&self, column: usize) -> usize {
        match self.columns.get(column) {
            None => 0,
            Some(Bin::Numbers(ends)) => ends.len() + 2,
            Some(Bin::Levels(levels)) => levels.len() + 1,
        }
    }

    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The bin of each of the record's columns.
    pub fn place(&self, row: &[String]) -> Vec<usize> {
        let cell = |column: usize| row.get(column).map_or("", |cell| cell.trim());
        self.columns
            .iter()
            .enumerate()
            .map(|(column, bin)| match bin {
                Bin::Numbers(ends) => number(cell(column))
                    .map_or(ends.len() + 1, |number| ends.partition_point(|end| *end < number)),
                Bin::Levels(levels) => levels.get(cell(column)).copied().unwrap_or(levels.len()),
            })
            .collect()
    }
}

impl Bin {
    fn fit(cells: &[&str], most: usize) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for cell in cells {
            *counts.entry(cell).or_default() += 1;
        }
        let said = cells.iter().filter(|cell| !cell.is_empty()).count();
        let mut numbers: Vec<f64> = cells.iter().filter_map(|cell| number(cell)).collect();
        if numbers.len() == said && counts.len() > most.max(2) {
            numbers.sort_by(f64::total_cmp);
            let mut ends: Vec<f64> =
                (1..most).map(|bin| numbers[(numbers.len() * bin / most).min(numbers.len() - 1)]).collect();
            ends.dedup();
            // Nothing comes after the greatest of all.
            if ends.last() == numbers.last() {
                ends.pop();
            }
            return Self::Numbers(ends);
        }
        let mut levels: Vec<(&str, usize)> = counts.into_iter().collect();
        levels.sort_by_key(|(level, count)| (std::cmp::Reverse(*count), *level));
        levels.truncate(most);
        Self::Levels(levels.iter().enumerate().map(|(at, (level, _))| ((*level).to_owned(), at)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: &[&str]) -> (Table, Vec<usize>) {
        let rows = cells.iter().map(|cell| vec![(*cell).to_owned()]).collect();
        (Table { columns: vec!["column".into()], rows }, (0..cells.len()).collect())
    }

    fn encode(cells: &[&str], cell: &str) -> Vec<f32> {
        let (table, rows) = table(cells);
        Encoder::fit(&table, &rows, Detail::Fine).encode(&[cell.to_owned()])
    }

    #[test]
    fn words_are_levels_and_rare_ones_share_one() {
        let cells = [["web"; 10].as_slice(), &["fair"; 9], &["rare"]].concat();
        assert_eq!(encode(&cells, "web"), [1.0, 1.0, 0.0, 0.0]);
        assert_eq!(encode(&cells, " fair "), [1.0, 0.0, 1.0, 0.0]);
        assert_eq!(encode(&cells, "never seen"), [1.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn numbers_are_ranks_and_beyond_the_last_nothing_changes() {
        let cells: Vec<String> = (1..=100).map(|number| format!("{number}.5")).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let first = |cell: &str| encode(&cells, cell)[1];
        assert!(first("1.5") < -0.45 && first("100.5") > 0.45 && first("50.5").abs() < 0.02);
        assert_eq!((first("1e9"), first("-7")), (first("100.5"), first("1.5")));
        assert_eq!(encode(&cells, "")[1..], encode(&cells, "x")[1..]);
    }

    #[test]
    fn a_column_that_says_one_thing_is_left_out() {
        assert_eq!(encode(&["web"; 20], "web"), [1.0]);
        assert_eq!(encode(&[], "web"), [1.0]);
    }

    #[test]
    fn bins_hold_what_is_alike() {
        let cells: Vec<String> = (0..80).map(|number| number.to_string()).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let (table, rows) = table(&cells);
        let bins = Bins::fit(&table, &rows, 4);
        let place = |cell: &str| bins.place(&[cell.to_owned()])[0];
        assert_eq!((place("0"), place("30"), place("79"), place("1000")), (0, 1, 3, 3));
        assert_eq!(place(""), bins.count(0) - 1);
    }
}
