//! What may be said about stock: how much is shown, and how old the count may be.

use domain::{
    Timestamp,
    catalog::{Product, StockShow},
    fact::FactBody,
    quantity::Thousandths,
};
use serde_json::json;

use super::{Issuer, Target, calendar};
use crate::knowledge::Knowledge;

/// Round numbers that a stock is said to exceed where the shop shows ranges.
const RANGES: [i64; 14] =
    [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

impl Issuer<'_> {
    pub(super) fn stock(&mut self, target: &Target<'_>) {
        let product = target.product;
        let source = self.source("products");
        let fact = |quantity, availability: &str, as_of| FactBody::Stock {
            product: product.id.clone(),
            quantity,
            availability: availability.to_owned(),
            as_of,
        };
        let Some(stock) = product.stock.as_ref().filter(|_| self.stock_is_fresh(product)) else {
            self.push(fact(None, "unconfirmed", None), source);
            return;
        };
        if stock.quantity.0 <= 0 {
            self.push(fact(None, "out_of_stock", stock.as_of.clone()), source);
            return;
        }
        match stock.show {
            StockShow::Exact => {
                self.push(fact(Some(stock.quantity), "in_stock", stock.as_of.clone()), source);
            }
            StockShow::Range => {
                self.push(fact(None, "in_stock", None), source.clone());
                if let Some(at_least) = at_least(stock.quantity) {
                    let of = json!({"product": product.id});
                    let value = at_least.to_string();
                    self.push(FactBody::Derived { name: "stock_at_least".into(), value, of }, source);
                }
            }
            StockShow::YesNo => self.push(fact(None, "in_stock", None), source),
        }
    }

    fn stock_is_fresh(&self, product: &Product) -> bool {
        is_fresh(self.knowledge(), product, self.situation.now)
    }
}

/// Whether there is a count of the stock and it is young enough to be told.
pub(super) fn is_fresh(knowledge: &Knowledge, product: &Product, now: Timestamp) -> bool {
    let Some(stock) = &product.stock else { return false };
    let Some(hours) = stock.max_age_hours else { return true };
    let counted = stock.as_of.as_deref().and_then(|date| calendar::start_of(knowledge, date));
    counted.is_some_and(|counted| now.since(counted) <= hours.saturating_mul(3_600_000))
}

/// Whether a stock covers `wanted`; the reply says so without naming the stock.
pub(crate) fn covers(product: &Product, wanted: Thousandths) -> bool {
    product.stock.as_ref().is_some_and(|stock| stock.quantity >= wanted)
}

fn at_least(quantity: Thousandths) -> Option<i64> {
    RANGES.into_iter().rev().find(|&range| range.saturating_mul(1_000) <= quantity.0)
}
