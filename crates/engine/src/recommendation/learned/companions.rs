//! Which products are bought together: shares of baskets, with the owner's word as purchases that did not have to happen first.

use std::collections::BTreeMap;

use super::orders::{Day, OrderBook};

/// How often products share a basket, as cosines, of each product the strongest.
#[derive(Debug, Clone, Default)]
pub struct Companions {
    /// Of each product, others with their cosine, the strongest first.
    strongest: Vec<Vec<(u32, f32)>>,
}

/// Companions that are kept of each product.
const KEPT: usize = 100;
/// Baskets that must hold both: fewer might be one buyer's.
const LEAST_TOGETHER: f32 = 3.0;
/// Baskets that the owner's word that two products go together stands for.
pub const OWNERS_WORD: f32 = 5.0;
/// A basket beyond this size is a dealer's stock-up and tells little of what goes with what.
const LARGE: f32 = 30.0;

impl Companions {
    /// From the baskets of the days `from` to `until`, the latter not included. `related` are pairs that the owner named.
    pub fn fit(book: &OrderBook, from: Day, until: Day, related: &[(u32, u32)]) -> Self {
        let count = book.products().len();
        let mut alone = vec![0.0_f32; count];
        let mut holders: Vec<Vec<(u32, f32)>> = vec![Vec::new(); count];
        let baskets = book.between(from, until);
        for (number, basket) in baskets.iter().enumerate() {
            let weight = (LARGE / basket.products.len() as f32).min(1.0);
            for &product in &basket.products {
                alone[product as usize] += weight;
                holders[product as usize].push((number as u32, weight));
            }
        }
        let mut named: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for &(left, right) in related {
            for (product, other) in [(left, right), (right, left)] {
                if (product as usize) < count && (other as usize) < count && product != other {
                    named.entry(product).or_default().push(other);
                    alone[product as usize] += OWNERS_WORD;
                }
            }
        }
        let mut together = vec![0.0_f32; count];
        let mut touched: Vec<u32> = Vec::new();
        let mut strongest = Vec::with_capacity(count);
        for product in 0..count {
            let mut meet = |other: u32, weight: f32| {
                if together[other as usize] == 0.0 {
                    touched.push(other);
                }
                together[other as usize] += weight;
            };
            for &(number, weight) in &holders[product] {
                for &other in &baskets[number as usize].products {
                    meet(other, weight);
                }
            }
            for &other in named.get(&(product as u32)).map_or(&[][..], Vec::as_slice) {
                meet(other, OWNERS_WORD);
            }
            let mut found: Vec<(u32, f32)> = touched
                .iter()
                .filter(|other| **other as usize != product && together[**other as usize] >= LEAST_TOGETHER)
                .map(|&other| {
                    let both = together[other as usize];
                    (other, both / ((alone[product] + 5.0) * (alone[other as usize] + 5.0)).sqrt())
                })
                .collect();
            touched.drain(..).for_each(|other| together[other as usize] = 0.0);
            found.sort_unstable_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
            found.truncate(KEPT);
            strongest.push(found);
        }
        Self { strongest }
    }

    /// Others with their cosine, the strongest first.
    pub fn of(&self, product: u32) -> &[(u32, f32)] {
        self.strongest.get(product as usize).map_or(&[], Vec::as_slice)
    }
}
