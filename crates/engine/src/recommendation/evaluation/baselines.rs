//! What others do, to measure against: each in its plain published form, with settings that were best on the weeks before.

use std::collections::BTreeMap;

use super::Ranker;
use crate::recommendation::learned::{Companions, Day, Ease, EaseSettings, OrderBook, Query, Sales};

/// A way of ranking with a name for the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Baseline {
    pub name: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Article,
    ItemCosine,
    Ease,
    OwnFrequency,
    GroupPopularity,
}

/// Every one of them.
pub const ALL: [Baseline; 5] = [
    Baseline { name: "article_rule", kind: Kind::Article },
    Baseline { name: "item_cosine", kind: Kind::ItemCosine },
    Baseline { name: "ease", kind: Kind::Ease },
    Baseline { name: "own_frequency_and_popularity", kind: Kind::OwnFrequency },
    Baseline { name: "industry_popularity", kind: Kind::GroupPopularity },
];

/// Baskets with which a group's sales weigh as much as those of all.
const SHRINK: f32 = 60.0;
/// Own purchases outweigh what all buy.
const POPULARITY: f32 = 0.1;
/// All days of a book.
const EVER: Day = 100_000;

impl Baseline {
    pub fn ranker(self) -> Box<dyn Ranker> {
        Box::new(Fitted { kind: self.kind, sales: Sales::default(), parts: Parts::None })
    }
}

struct Fitted {
    kind: Kind,
    sales: Sales,
    parts: Parts,
}

enum Parts {
    None,
    Companions(Companions),
    Cosines(Cosines),
    Ease(Ease),
}

impl Ranker for Fitted {
    fn refit(&mut self, book: &OrderBook, until: Day) {
        self.sales = Sales::new(book, until);
        self.parts = match self.kind {
            Kind::Article => Parts::Companions(Companions::fit(book, until - EVER, until, &[])),
            Kind::ItemCosine => Parts::Cosines(Cosines::fit(book, until)),
            Kind::Ease => Parts::Ease(Ease::fit(book, until, EaseSettings::default())),
            Kind::OwnFrequency | Kind::GroupPopularity => Parts::None,
        };
    }

    fn rank(&self, query: &Query<'_>) -> Vec<u32> {
        let mut scores = vec![0.0_f32; self.sales.products().len()];
        match &self.parts {
            Parts::Companions(companions) => {
                let last = query.history.last().and_then(|basket| basket.products.last());
                for &(other, cosine) in last.map_or(&[][..], |product| companions.of(*product)) {
                    scores[other as usize] += 1.0 + cosine;
                }
            }
            Parts::Cosines(cosines) => {
                for product in had(query).keys() {
                    cosines.add(&mut scores, *product);
                }
            }
            Parts::Ease(ease) => had(query).keys().for_each(|product| ease.add(&mut scores, *product, 1.0)),
            Parts::None if self.kind == Kind::OwnFrequency => {
                for (product, times) in had(query) {
                    scores[product as usize] += times / query.history.len() as f32;
                }
            }
            Parts::None => {}
        }
        self.add_popularity(&mut scores, query);
        let mut ranked: Vec<u32> = (0..scores.len() as u32).collect();
        ranked.sort_unstable_by(|left, right| {
            scores[*right as usize].total_cmp(&scores[*left as usize]).then(left.cmp(right))
        });
        ranked
    }
}

impl Fitted {
    /// What sells in the buyer's group decides where nothing else does.
    fn add_popularity(&self, scores: &mut [f32], query: &Query<'_>) {
        let weight = if self.kind == Kind::OwnFrequency { POPULARITY } else { 1e-3 };
        let (baskets, held) = query.group.map_or((0.0, &[][..]), |group| self.sales.group(group));
        let all = self.sales.baskets[2].max(1.0);
        for (score, sold) in scores.iter_mut().zip(self.sales.products()) {
            *score += weight * sold.recent[2] / all * SHRINK / (baskets + SHRINK);
        }
        for sold in held {
            scores[sold.product as usize] += weight * sold.baskets / (baskets + SHRINK);
        }
    }
}

/// Of what the buyer had, the baskets that held it.
fn had(query: &Query<'_>) -> BTreeMap<u32, f32> {
    let mut had = BTreeMap::new();
    for product in query.history.iter().flat_map(|basket| basket.products) {
        *had.entry(*product).or_default() += 1.0;
    }
    had
}

/// Of each pair of products, the cosine of their buyers; row-major.
struct Cosines {
    width: usize,
    values: Vec<f32>,
}

impl Cosines {
    fn fit(book: &OrderBook, until: Day) -> Self {
        let width = book.products().len();
        let mut shelves: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for basket in book.between(until - EVER, until) {
            shelves.entry(basket.buyer).or_default().extend_from_slice(&basket.products);
        }
        let mut values = vec![0.0_f32; width * width];
        for shelf in shelves.values_mut() {
            shelf.sort_unstable();
            shelf.dedup();
            for &product in &*shelf {
                let line = &mut values[product as usize * width..][..width];
                for other in &*shelf {
                    line[*other as usize] += 1.0;
                }
            }
        }
        let buyers: Vec<f32> = (0..width).map(|at| values[at * width + at].max(1.0)).collect();
        for (row, line) in values.chunks_mut(width.max(1)).enumerate() {
            line[row] = 0.0;
            line.iter_mut().zip(&buyers).for_each(|(value, other)| *value /= (buyers[row] * other).sqrt());
        }
        Self { width, values }
    }

    fn add(&self, scores: &mut [f32], product: u32) {
        let line = &self.values[product as usize * self.width..][..self.width];
        scores.iter_mut().zip(line).for_each(|(score, cosine)| *score += cosine);
    }
}
