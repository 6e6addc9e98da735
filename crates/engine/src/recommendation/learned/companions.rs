//! Which products are bought together: shares of baskets, with the owner's word as purchases that did not have to happen first.

use std::collections::BTreeMap;

use super::{
    LEAST_BUYERS,
    orders::{Basket, Day, OrderBook},
};

/// How often products share a basket, as cosines, of each product the strongest.
#[derive(Debug, Clone, Default)]
pub struct Companions {
    /// Of each product, others with their cosine, the strongest first.
    strongest: Vec<Vec<(u32, f32)>>,
}

/// Companions that are kept of each product.
const KEPT: usize = 100;
/// Baskets that must hold both; fewer would be chance.
const LEAST_TOGETHER: f32 = 3.0;
/// Baskets that the owner's word that two products go together stands for.
pub const OWNERS_WORD: f32 = 5.0;
/// A basket beyond this size is a dealer's stock-up and tells little of what goes with what.
const LARGE: f32 = 30.0;

/// What baskets that hold both of two products come to; met buyer by buyer.
#[derive(Debug, Clone, Copy, Default)]
struct Together {
    weight: f32,
    buyers: u32,
    /// One more than the number of the last buyer met.
    last: u32,
}

impl Together {
    fn add(&mut self, buyer: u32, weight: f32) {
        self.weight += weight;
        if self.last != buyer.wrapping_add(1) {
            self.last = buyer.wrapping_add(1);
            self.buyers += 1;
        }
    }

    fn is_shared(&self) -> bool {
        self.weight >= LEAST_TOGETHER && self.buyers >= LEAST_BUYERS
    }
}

impl Companions {
    /// From the baskets of the days `from` to `until`, the latter not included. `related` are pairs that the owner named.
    ///
    /// Two products that fewer than [`LEAST_BUYERS`] buyers took together do not go together: what one buyer combines stays his.
    pub fn fit(book: &OrderBook, from: Day, until: Day, related: &[(u32, u32)]) -> Self {
        let count = book.products().len();
        let mut alone = vec![0.0_f32; count];
        let mut holders: Vec<Vec<(u32, f32)>> = vec![Vec::new(); count];
        // By buyer, so that the baskets of one stand side by side and buyers can be counted.
        let mut baskets: Vec<&Basket> = book.between(from, until).iter().collect();
        baskets.sort_by_key(|basket| (basket.buyer, basket.day));
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
        let mut together = vec![Together::default(); count];
        let mut touched: Vec<u32> = Vec::new();
        let mut strongest = Vec::with_capacity(count);
        for product in 0..count {
            for &(number, weight) in &holders[product] {
                let basket = baskets[number as usize];
                for &other in &basket.products {
                    let pair = &mut together[other as usize];
                    if pair.weight == 0.0 {
                        touched.push(other);
                    }
                    pair.add(basket.buyer, weight);
                }
            }
            let by_owner = named.get(&(product as u32)).map_or(&[][..], Vec::as_slice);
            let mut found: Vec<(u32, f32)> = touched
                .iter()
                .filter(|other| **other as usize != product && together[**other as usize].is_shared())
                .map(|&other| (other, together[other as usize].weight))
                .collect();
            for &other in by_owner {
                match found.iter_mut().find(|(known, _)| *known == other) {
                    Some((_, both)) => *both += OWNERS_WORD,
                    None => found.push((other, OWNERS_WORD)),
                }
            }
            for (other, both) in &mut found {
                *both /= ((alone[product] + 5.0) * (alone[*other as usize] + 5.0)).sqrt();
            }
            touched.drain(..).for_each(|other| together[other as usize] = Together::default());
            found.sort_unstable_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
            found.truncate(KEPT);
            strongest.push(found);
        }
        Self { strongest }
    }

    /// How near two products are; 0 where nothing says that they go together.
    pub fn cosine(&self, product: u32, other: u32) -> f32 {
        self.of(product).iter().find(|(known, _)| *known == other).map_or(0.0, |(_, cosine)| *cosine)
    }

    /// Others with their cosine, the strongest first.
    pub fn of(&self, product: u32) -> &[(u32, f32)] {
        self.strongest.get(product as usize).map_or(&[], Vec::as_slice)
    }
}
