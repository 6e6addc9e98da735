//! Whether what was asked for fits the budget that the buyer names with it.

use domain::{
    fact::FactBody,
    money::Money,
    quantity::{Quantity, Thousandths},
    understanding::{EntityKind, MoneyRole},
};
use serde_json::json;

use super::{Issuer, Target};
use crate::{
    pricing,
    profile::wording::{Wording, has_any},
    requirement,
};

/// A budget beside one of these is for one piece.
const PER_PIECE: &[&str] =
    &["每", "单台", "单个", "单价", "一台", "一个", "per ", "each", "a piece", "apiece"];

impl Issuer<'_> {
    /// Says whether the total lies within the budget; where it does not, or nobody said how many, what the budget is enough for. Whether
    /// something was said.
    pub(super) fn budget(&mut self, target: &Target<'_>) -> bool {
        let product = target.product;
        let one = target.quantity == Some(Thousandths(1_000));
        let Some(budget) = self.budget_named(one) else { return false };
        let value = match target.quantity.map(|quantity| pricing::price(self.terms(), product, quantity)) {
            None => "open",
            Some(Err(_)) => return false,
            Some(Ok(wanted)) => {
                // One that is not enough for two may be meant for each.
                let two = wanted.unit_price.times(&Quantity { thousandths: 2_000, unit: None });
                let is_for_all = wanted.quantity.0 <= 1_000 || two.is_ok_and(|two| budget.minor >= two.minor);
                if wanted.total.currency != budget.currency {
                    return false;
                }
                if !is_for_all {
                    // It is not enough for all, so that nobody is asked to take more.
                    return true;
                }
                if wanted.total.minor <= budget.minor { "enough" } else { "exceeded" }
            }
        };
        let within = (value != "enough").then(|| pricing::within(self.terms(), product, budget)).flatten();
        if value == "open" && within.is_none() {
            return false;
        }
        let of = json!({"product": product.id, "budget": budget});
        let source = self.source("pricing");
        self.push(FactBody::Derived { name: "budget".into(), value: value.into(), of }, source);
        if let Some(within) = within {
            let body = FactBody::WithinBudget {
                product: product.id.clone(),
                quantity: within.quantity,
                unit_price: within.unit_price,
                total: within.total,
            };
            self.push(body, within.source);
        }
        true
    }

    /// The budget for the whole that this message names; of one piece the two are the same.
    fn budget_named(&self, one: bool) -> Option<Money> {
        let wording = Wording::new(&self.text);
        let currency = self.knowledge().shop.currency;
        let mut amounts = self.understanding.entities_of(EntityKind::Money).filter(|entity| !entity.negated);
        amounts.find_map(|entity| {
            let is_budget = requirement::money_role(entity, self.understanding) == Some(MoneyRole::Budget);
            let clause = wording.clause(entity.start..entity.end);
            let per_piece = !one && has_any(wording.part(&clause), PER_PIECE);
            (is_budget && !per_piece).then(|| requirement::money(&entity.value, currency)).flatten()
        })
    }
}
