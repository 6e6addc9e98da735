//! Which products the buyers of others buy too: a linear autoencoder on the buyer × product matrix (EASE, Steck 2019).
//!
//! It is the exact least-squares answer to "tell each product in a buyer's shelf from all the others in it", with a ridge.

use super::{
    LEAST_BUYERS,
    orders::{Day, OrderBook},
};
use crate::learning::inverse::invert;

/// Weights from product to product; of each product the strongest only.
#[derive(Debug, Clone, Default)]
pub struct Ease {
    /// Of each product, those that it speaks for, with weights.
    weights: Vec<Vec<(u32, f32)>>,
}

/// What to learn from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EaseSettings {
    /// Added to the diagonal: how much evidence a weight needs.
    pub ridge: f32,
    /// A product with fewer buyers is left out: it tells little, and a weight must never tell of one buyer.
    pub least_buyers: u32,
    /// The products with the most buyers only, beyond which the inverse takes too long.
    pub most_products: usize,
    /// Weights that are kept of each product.
    pub neighbours: usize,
}

impl Default for EaseSettings {
    fn default() -> Self {
        Self { ridge: 200.0, least_buyers: 4, most_products: 5_000, neighbours: 400 }
    }
}

impl Ease {
    /// Learns from the orders before day `until`; empty where they tell nothing.
    pub fn fit(book: &OrderBook, until: Day, settings: EaseSettings) -> Self {
        let count = book.products().len();
        let shelves = shelves(book, until);
        let mut buyers = vec![0_u32; count];
        shelves.iter().flatten().for_each(|product| buyers[*product as usize] += 1);
        let mut chosen: Vec<u32> =
            (0..count as u32).filter(|product| buyers[*product as usize] >= settings.least_buyers).collect();
        chosen.sort_by_key(|product| (std::cmp::Reverse(buyers[*product as usize]), *product));
        chosen.truncate(settings.most_products);
        chosen.sort_unstable();
        let width = chosen.len();
        let mut place = vec![None; count];
        chosen.iter().enumerate().for_each(|(at, product)| place[*product as usize] = Some(at));

        let mut matrix = vec![0.0_f32; width * width];
        // Buyers of both, as far as it matters: a weight must never tell what one buyer combines.
        let mut shared = vec![0_u8; width * width];
        for shelf in &shelves {
            let places: Vec<usize> = shelf.iter().filter_map(|product| place[*product as usize]).collect();
            for (index, &row) in places.iter().enumerate() {
                let line = &mut matrix[row * width..][..width];
                let buyers = &mut shared[row * width..][..width];
                for &column in &places[..=index] {
                    line[column] += 1.0;
                    buyers[column] = buyers[column].saturating_add(1);
                }
            }
        }
        (0..width).for_each(|at| matrix[at * width + at] += settings.ridge);
        if !invert(&mut matrix, width) {
            return Self::default();
        }
        let mut weights = vec![Vec::new(); count];
        for (row, &product) in chosen.iter().enumerate() {
            let line = &matrix[row * width..][..width];
            let have_both = |column: usize| u32::from(shared[row.max(column) * width + row.min(column)]);
            let mut found: Vec<(u32, f32)> = (0..width)
                .filter(|&column| column != row)
                .map(|column| (column, -line[column] / matrix[column * width + column]))
                .filter(|&(column, weight)| weight <= 0.0 || have_both(column) >= LEAST_BUYERS)
                .map(|(column, weight)| (chosen[column], weight))
                .collect();
            strongest(&mut found, settings.neighbours);
            weights[product as usize] = found;
        }
        Self { weights }
    }

    /// Adds to `scores`, by product, what a purchase of `product` says of the others.
    pub fn add(&self, scores: &mut [f32], product: u32, share: f32) {
        for &(other, weight) in self.weights.get(product as usize).map_or(&[][..], Vec::as_slice) {
            if let Some(score) = scores.get_mut(other as usize) {
                *score += share * weight;
            }
        }
    }

    /// The weight from one product to another.
    pub fn weight(&self, from: u32, to: u32) -> f32 {
        let found = self.weights.get(from as usize).map_or(&[][..], Vec::as_slice);
        found.binary_search_by_key(&to, |(product, _)| *product).map_or(0.0, |at| found[at].1)
    }
}

/// Keeps the strongest by absolute weight, in the order of products.
fn strongest(found: &mut Vec<(u32, f32)>, most: usize) {
    if most == 0 {
        found.clear();
    } else if found.len() > most {
        found.select_nth_unstable_by(most - 1, |left, right| {
            right.1.abs().total_cmp(&left.1.abs()).then(left.0.cmp(&right.0))
        });
        found.truncate(most);
    }
    found.sort_unstable_by_key(|(product, _)| *product);
}

/// Of each buyer, what he bought before a day, each product once, rising.
fn shelves(book: &OrderBook, until: Day) -> Vec<Vec<u32>> {
    let mut shelves: Vec<Vec<u32>> = vec![Vec::new(); book.buyers()];
    for basket in book.between(Day::MIN, until) {
        shelves[basket.buyer as usize].extend_from_slice(&basket.products);
    }
    for shelf in &mut shelves {
        shelf.sort_unstable();
        shelf.dedup();
    }
    shelves
}
