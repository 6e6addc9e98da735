//! The learned ranking as it serves turns: made outside of them, never changed, the same for every buyer.
//!
//! What it holds are sums over at least [`LEAST_BUYERS`] buyers. The one buyer's own orders come with the
//! question, from his own situation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{id::ProductId, order::Order};
use jiff::civil::Date;

use super::learned::{
    Day, HistoryBasket, LEAST_BUYERS, OrderBookBuilder, Proposal, Query, Recommender, Sales, Settings, Stages,
};
use crate::knowledge::Knowledge;

/// Baskets within the weeks that are learned from; with fewer the order of products would be chance, and rules serve.
const LEAST_BASKETS: usize = 200;
/// Buyers; with fewer what one of them does weighs too much.
const LEAST_BUYERS_IN_ALL: usize = 20;

/// What all orders together tell, for one revision of the knowledge.
#[derive(Debug)]
pub struct Ranking {
    recommender: Recommender,
    ids: Vec<ProductId>,
    numbers: HashMap<ProductId, u32>,
    groups: HashMap<String, u32>,
}

/// Whom to rank for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The buyer's own.
    pub orders: &'a [Order],
    pub today: Date,
    pub industry: Option<&'a str>,
    pub discussed: &'a [&'a ProductId],
}

/// Days since 1970-01-01.
pub fn day(date: Date) -> Day {
    let since = date.since(Date::constant(1970, 1, 1)).map(|span| span.get_days());
    since.unwrap_or_default()
}

impl Ranking {
    /// Learns from the orders before `today`; `None` where they are too few to tell. The groups of the orders are ids of industries.
    pub fn learn(orders: OrderBookBuilder, today: Date, knowledge: &Knowledge) -> Option<Self> {
        Self::learn_with(orders, today, knowledge, &Settings::default())
    }

    fn learn_with(
        mut orders: OrderBookBuilder,
        today: Date,
        knowledge: &Knowledge,
        settings: &Settings,
    ) -> Option<Self> {
        for product in &knowledge.products {
            orders.know(product.id.as_str());
        }
        let book = orders.finish();
        if book.buyers() < LEAST_BUYERS_IN_ALL {
            return None;
        }
        let related: Vec<(u32, u32)> = knowledge
            .products
            .iter()
            .flat_map(|product| product.related_products.iter().map(move |other| (&product.id, other)))
            .filter_map(|(product, other)| {
                Some((book.product(product.as_str())?, book.product(other.as_str())?))
            })
            .collect();
        let recommender = Recommender::fit(&book, day(today), &related, settings, &mut Stages::default());
        if recommender.learned_from() < LEAST_BASKETS {
            return None;
        }
        let ids: Vec<ProductId> = book.products().iter().map(|id| ProductId::from(id.as_str())).collect();
        let numbers = (0_u32..).zip(&ids).map(|(number, id)| (id.clone(), number)).collect();
        let groups = (0_u32..).zip(book.groups()).map(|(number, name)| (name.clone(), number)).collect();
        Some(Self { recommender, ids, numbers, groups })
    }

    /// Baskets that it learned from.
    pub const fn learned_from(&self) -> usize {
        self.recommender.learned_from()
    }

    pub(super) fn id(&self, product: u32) -> Option<&ProductId> {
        self.ids.get(product as usize)
    }

    /// Everything worth proposing to one buyer, the likeliest first.
    pub(super) fn rank(&self, asked: &Asked<'_>) -> Vec<Proposal> {
        let today = day(asked.today);
        let mut shelves: BTreeMap<Day, Vec<u32>> = BTreeMap::new();
        for order in asked.orders {
            let Ok(date) = order.date.parse::<Date>() else { continue };
            let basket = shelves.entry(day(date)).or_default();
            basket.extend(order.lines.iter().filter_map(|line| self.numbers.get(&line.product)));
        }
        for basket in shelves.values_mut() {
            basket.sort_unstable();
            basket.dedup();
        }
        // What was ordered today is known to him, and comes before the question.
        let history: Vec<HistoryBasket<'_>> = shelves
            .iter()
            .filter(|(day, products)| **day <= today && !products.is_empty())
            .map(|(day, products)| HistoryBasket { day: *day, products })
            .collect();
        let discussed: Vec<u32> =
            asked.discussed.iter().filter_map(|id| self.numbers.get(*id).copied()).collect();
        let group = asked.industry.and_then(|industry| self.groups.get(industry).copied());
        self.recommender.propose(&Query { today, history: &history, group, discussed: &discussed })
    }

    /// How strongly two products go together; 0 where nothing says so.
    pub(super) fn nearness(&self, product: &ProductId, other: &ProductId) -> f32 {
        match (self.numbers.get(product), self.numbers.get(other)) {
            (Some(&product), Some(&other)) => self.recommender.nearness(product, other),
            _ => 0.0,
        }
    }

    /// What goes with any of these products.
    pub(super) fn along(&self, products: &[&ProductId]) -> BTreeSet<u32> {
        let known = products.iter().filter_map(|id| self.numbers.get(*id));
        known.flat_map(|&number| self.recommender.companions(number)).map(|(other, _)| *other).collect()
    }

    fn sales(&self) -> &Sales {
        self.recommender.sales()
    }

    /// Who of the industry ordered the product within 28 days; `None` where they are too few to speak of.
    pub(super) fn buyers_of_industry(&self, industry: &str, product: &ProductId) -> Option<u32> {
        let (_, products) = self.sales().group(*self.groups.get(industry)?);
        let number = self.numbers.get(product)?;
        let at = products.binary_search_by_key(number, |sold| sold.product).ok()?;
        Some(products[at].buyers).filter(|buyers| *buyers >= LEAST_BUYERS)
    }

    /// Who ordered the product within 28 days; `None` where they are too few to speak of.
    pub(super) fn buyers_lately(&self, product: &ProductId) -> Option<u32> {
        let &number = self.numbers.get(product)?;
        let sold = self.sales().products().get(number as usize)?;
        Some(sold.buyers_lately).filter(|buyers| *buyers >= LEAST_BUYERS)
    }
}

#[cfg(test)]
mod tests;
