//! What sells now: sums over recent weeks, in all and by group of buyers.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    LEAST_BUYERS,
    orders::{Day, OrderBook},
};

/// Windows in days.
pub(super) const WINDOWS: [Day; 4] = [7, 14, 28, 84];
/// Days within which a group's and new buyers' sales count.
const GROUP_DAYS: Day = 28;
const FIRST_BASKET_DAYS: Day = 56;

/// Of one product.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ProductSales {
    /// Baskets within each of the windows.
    pub recent: [f32; WINDOWS.len()],
    /// Of those, the ones whose buyer had never had the product.
    pub discovered: [f32; WINDOWS.len()],
    /// Baskets in which a buyer bought for the first time at all.
    pub first_baskets: f32,
    pub all: f32,
    /// Who ever bought it.
    pub buyers: u32,
    /// Who bought it within [`GROUP_DAYS`].
    pub buyers_lately: u32,
    pub first_sold: Option<Day>,
    pub last_sold: Option<Day>,
    /// The chance that who has bought it buys it in a later basket of his, smoothed.
    pub rebuy: f32,
}

/// Of one product within a group, within [`GROUP_DAYS`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct GroupSales {
    pub product: u32,
    pub baskets: f32,
    pub buyers: u32,
}

/// Sums up to a day.
#[derive(Debug, Clone, Default)]
pub struct Sales {
    pub until: Day,
    products: Vec<ProductSales>,
    /// Baskets within each of the windows.
    pub baskets: [f32; WINDOWS.len()],
    pub first_baskets: f32,
    /// Of each group, baskets within [`GROUP_DAYS`] and what they held of each product that enough buyers of it ever bought.
    groups: Vec<(f32, Vec<GroupSales>)>,
}

impl Sales {
    pub fn new(book: &OrderBook, until: Day) -> Self {
        let count = book.products().len();
        let mut sales = Self { until, products: vec![ProductSales::default(); count], ..Self::default() };
        let mut by_group = vec![(0.0, BTreeMap::<u32, GroupSales>::new()); book.groups().len()];
        let mut group_buyers = vec![BTreeMap::<u32, u32>::new(); book.groups().len()];
        let mut lately: BTreeSet<(u32, u32)> = BTreeSet::new();
        let mut shelves: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); book.buyers()];
        // Of each product: later baskets of its buyers, and those of them that held it again.
        let mut again = vec![(0.0_f32, 0.0_f32); count];
        for basket in book.between(Day::MIN, until) {
            let age = until - basket.day;
            let shelf = &mut shelves[basket.buyer as usize];
            let is_first = shelf.is_empty();
            for (window, days) in WINDOWS.into_iter().enumerate() {
                sales.baskets[window] += f32::from(u8::from(age <= days));
            }
            if is_first && age <= FIRST_BASKET_DAYS {
                sales.first_baskets += 1.0;
            }
            let mut group = book.group_of(basket.buyer).map(|group| &mut by_group[group as usize]);
            group = group.filter(|_| age <= GROUP_DAYS);
            if let Some((all, _)) = &mut group {
                *all += 1.0;
            }
            for &product in basket.products.iter().filter(|_| age <= GROUP_DAYS) {
                let new = u32::from(lately.insert((basket.buyer, product)));
                sales.products[product as usize].buyers_lately += new;
                if let Some((_, products)) = &mut group {
                    let sold =
                        products.entry(product).or_insert(GroupSales { product, ..Default::default() });
                    sold.baskets += 1.0;
                    sold.buyers += new;
                }
            }
            for product in shelf.iter() {
                again[*product as usize].0 += 1.0;
            }
            for &product in &basket.products {
                let known = !shelf.insert(product);
                if known {
                    again[product as usize].1 += 1.0;
                }
                let sold = &mut sales.products[product as usize];
                if !known {
                    sold.buyers += 1;
                    if let Some(group) = book.group_of(basket.buyer) {
                        *group_buyers[group as usize].entry(product).or_default() += 1;
                    }
                }
                sold.all += 1.0;
                sold.first_sold.get_or_insert(basket.day);
                sold.last_sold = Some(basket.day);
                for window in (0..WINDOWS.len()).filter(|window| age <= WINDOWS[*window]) {
                    sold.recent[window] += 1.0;
                    sold.discovered[window] += f32::from(u8::from(!known));
                }
                if is_first && age <= FIRST_BASKET_DAYS {
                    sold.first_baskets += 1.0;
                }
            }
        }
        let (later, held): (f32, f32) =
            again.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let usual = if later > 0.0 { held / later } else { 0.05 };
        for (sold, (later, held)) in sales.products.iter_mut().zip(again) {
            sold.rebuy = (held + 20.0 * usual) / (later + 20.0);
        }
        let shared = by_group.into_iter().zip(group_buyers).map(|((all, products), buyers)| {
            let enough = |product: &u32| buyers.get(product).is_some_and(|count| *count >= LEAST_BUYERS);
            (all, products.into_values().filter(|sold| enough(&sold.product)).collect())
        });
        sales.groups = shared.collect();
        sales
    }

    pub fn products(&self) -> &[ProductSales] {
        &self.products
    }

    /// Whether enough buyers have it for others to hear of it.
    pub fn is_shared(&self, product: u32) -> bool {
        self.products.get(product as usize).is_some_and(|sold| sold.buyers >= LEAST_BUYERS)
    }

    /// Baskets of a group in all, and what they held of each product that enough of its buyers have, by product.
    pub fn group(&self, group: u32) -> (f32, &[GroupSales]) {
        self.groups.get(group as usize).map_or((0.0, &[]), |(all, products)| (*all, products.as_slice()))
    }
}
