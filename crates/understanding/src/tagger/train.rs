//! Trains a tagger on the marks of a pack: an averaged perceptron on whole rows of tags.

use std::collections::HashMap;

use super::{BEGIN, INSIDE, OUTSIDE, ROWS, TAGS, best, features, units};
use crate::{
    entity::scan::{begins, ends},
    pack,
    text::fold,
};

const PASSES: usize = 6;

/// A message, folded, and where goods are marked in it.
pub struct Lesson {
    pub chars: Vec<char>,
    /// Characters from and to.
    pub goods: Vec<(usize, usize)>,
    /// Where names of a list of goods stand in it.
    pub listed: Vec<(usize, usize)>,
}

/// Names of goods, folded, by their first character.
#[derive(Default)]
pub struct Names {
    by_first: HashMap<char, Vec<Vec<char>>>,
}

impl Names {
    /// From the text of a list: names between commas, `#` begins a comment.
    pub fn read(text: &str) -> Self {
        let mut names = Self::default();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for name in lines.flat_map(|line| line.split(',')) {
            let name: Vec<char> = name.trim().chars().collect();
            if let Some(&first) = name.first() {
                names.by_first.entry(first).or_default().push(name);
            }
        }
        names
    }

    /// Where they stand, the longest at each place; Latin ones as whole words, in the plural too.
    fn within(&self, chars: &[char]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            let own = self.by_first.get(&chars[at]).filter(|_| begins(chars, at)).into_iter().flatten();
            let end = own
                .filter(|name| chars[at..].starts_with(name))
                .filter_map(|name| whole(chars, at + name.len()));
            match end.max() {
                Some(end) => {
                    found.push((at, end));
                    at = end;
                }
                None => at += 1,
            }
        }
        found
    }
}

/// The end of the word that ends at `end` or goes on with a plural ending.
fn whole(chars: &[char], end: usize) -> Option<usize> {
    if !chars[end - 1].is_ascii_alphanumeric() || ends(chars, end) {
        return Some(end);
    }
    (chars[end] == 's' && ends(chars, end + 1)).then_some(end + 1)
}

/// An example as written, with its marks.
pub fn lesson(line: &str, names: &Names) -> Lesson {
    let marked = pack::read_marks(line);
    let chars: Vec<char> = fold(&marked.text).chars().collect();
    let mut goods = Vec::new();
    let mut at = 0;
    for (text, kind) in &marked.marks {
        let words: Vec<char> = fold(text).chars().collect();
        let found = (at..=chars.len().saturating_sub(words.len())).find(|&i| chars[i..].starts_with(&words));
        let Some(start) = found.filter(|_| !words.is_empty()) else { continue };
        at = start + words.len();
        if kind == "product" {
            goods.push((start, at));
        }
    }
    let listed = names.within(&chars);
    Lesson { chars, goods, listed }
}

/// Weights while they are learnt, with what they add up to over all steps.
struct Averaged {
    now: Vec<i32>,
    sum: Vec<i64>,
}

impl Averaged {
    fn new(size: usize) -> Self {
        Self { now: vec![0; size], sum: vec![0; size] }
    }

    /// `left`: how many steps are still to come.
    fn add(&mut self, at: usize, step: i32, left: i64) {
        self.now[at] += step;
        self.sum[at] += i64::from(step) * left;
    }
}

/// The bytes of a tagger, which `Tagger::read` reads. The same lessons in the same order give the same bytes.
pub fn train(lessons: &[Lesson]) -> Vec<u8> {
    let mut weights = Averaged::new(ROWS * TAGS);
    let mut steps = Averaged::new(TAGS * TAGS);
    let read: Vec<_> = lessons.iter().map(|lesson| units(&lesson.chars, &lesson.listed)).collect();
    let total = (lessons.len() * PASSES) as i64;
    let mut left = total;
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    let mut random = crate::classifier::solver::Random(5);
    for _ in 0..PASSES {
        for i in (1..order.len()).rev() {
            order.swap(i, random.below(i + 1));
        }
        for &i in &order {
            let units = &read[i];
            let truth: Vec<usize> = units
                .iter()
                .map(|unit| {
                    let within =
                        lessons[i].goods.iter().find(|(start, end)| unit.start < *end && unit.end > *start);
                    within.map_or(OUTSIDE, |(start, _)| if unit.start <= *start { BEGIN } else { INSIDE })
                })
                .collect();
            let rows: Vec<Vec<usize>> = (0..units.len())
                .map(|at| {
                    let mut rows = Vec::with_capacity(20);
                    features(units, at, |row| rows.push(row));
                    rows
                })
                .collect();
            let scores: Vec<[i32; TAGS]> = rows
                .iter()
                .map(|rows| {
                    let mut scores = [0; TAGS];
                    for row in rows {
                        for (tag, score) in scores.iter_mut().enumerate() {
                            *score += weights.now[row * TAGS + tag];
                        }
                    }
                    scores
                })
                .collect();
            let mut now = [[0; TAGS]; TAGS];
            now.as_flattened_mut().copy_from_slice(&steps.now);
            let said = best(&scores, &now);
            let (mut true_before, mut said_before) = (OUTSIDE, OUTSIDE);
            for (at, (&truth, &said)) in truth.iter().zip(&said).enumerate() {
                if truth != said {
                    for row in &rows[at] {
                        weights.add(row * TAGS + truth, 1, left);
                        weights.add(row * TAGS + said, -1, left);
                    }
                }
                if (true_before, truth) != (said_before, said) {
                    steps.add(true_before * TAGS + truth, 1, left);
                    steps.add(said_before * TAGS + said, -1, left);
                }
                (true_before, said_before) = (truth, said);
            }
            left -= 1;
        }
    }
    write(&weights, &steps, total)
}

/// Quantised so that hardly any weight is cut off.
fn write(weights: &Averaged, steps: &Averaged, total: i64) -> Vec<u8> {
    let mean = |sum: i64| sum as f64 / total.max(1) as f64;
    let mut sizes: Vec<f64> =
        weights.sum.iter().filter(|&&sum| sum != 0).map(|&sum| mean(sum).abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let large = sizes.get(sizes.len() * 999 / 1000).copied().unwrap_or(1.0).max(1e-9);
    let scale = 127.0 / large;
    let mut out = Vec::with_capacity(TAGS * TAGS * 4 + ROWS * TAGS);
    for &sum in &steps.sum {
        out.extend(((mean(sum) * scale).round() as i32).to_le_bytes());
    }
    out.extend(
        weights
            .sum
            .iter()
            .map(|&sum| ((mean(sum) * scale).round().clamp(-127.0, 127.0) as i8).cast_unsigned()),
    );
    out
}
