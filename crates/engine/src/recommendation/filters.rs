//! What is never recommended to this buyer, whatever speaks for it.

use domain::{
    catalog::Product,
    money::{Money, UnitPrice},
    recommendation::Trigger,
    understanding::{EntityKind, EntityValue},
};
use serde_json::Value;

use super::evidence::{Cycle, Evidence};
use crate::{
    profile::{self, OBJECTION},
    strategy::circumstances::Circumstances,
};

/// A refusal holds for so long.
const REFUSED_HOURS: i64 = 90 * 24;
/// What was shown, and not asked for, is not shown again for so long.
const SHOWN_HOURS: i64 = 30 * 24;
/// A least quantity is too much from so many times the buyer's usual one on.
const TOO_MANY: i64 = 3;
/// A product is out of reach from so many times the dearest that he ever bought on.
const TOO_DEAR: i64 = 5;
/// Order lines that tell what is usual.
const LEAST_LINES: usize = 2;

/// The hard filters for one buyer in one turn.
pub(super) struct Filters<'c, 'k> {
    circumstances: &'c Circumstances<'k>,
    trigger: Trigger,
    /// The highest price that he ever paid for one unit, in the shop's currency; `None` where too little is known.
    dearest: Option<i64>,
    /// The most that he says he can spend.
    budget: Option<Money>,
}

impl<'c, 'k> Filters<'c, 'k> {
    pub(super) fn of(circumstances: &'c Circumstances<'k>, trigger: Trigger) -> Self {
        let currency = circumstances.situation.knowledge.shop.currency;
        let lines = circumstances.situation.orders.iter().flat_map(|order| &order.lines);
        let paid: Vec<i64> = lines
            .filter_map(|line| line.unit_price.as_ref())
            .filter(|price| price.currency == currency)
            .map(|price| price.millionths)
            .collect();
        let budget = profile::known(circumstances.situation, &circumstances.remembered.profile, "budget");
        Self {
            circumstances,
            trigger,
            dearest: paid.iter().max().copied().filter(|_| paid.len() >= LEAST_LINES),
            budget: budget
                .and_then(|fact| serde_json::from_value::<Money>(fact.value.clone()).ok())
                .filter(|budget| budget.currency == currency),
        }
    }

    /// Whether nothing stands against the product.
    pub(super) fn allow(&self, evidence: &Evidence<'_>, product: &Product) -> bool {
        !product.discontinued
            && product.stock.as_ref().is_none_or(|stock| stock.quantity.0 > 0)
            && !evidence.discussed.iter().any(|discussed| discussed.id == product.id)
            && !self.was_shown(product)
            && !self.is_refused(evidence, product)
            && (evidence.bought.contains_key(&product.id)
                || (!self.is_too_much(evidence, product) && !self.is_too_dear(product)))
    }

    /// In this conversation, or lately without having been asked for.
    fn was_shown(&self, product: &Product) -> bool {
        let remembered = self.circumstances.remembered;
        let now = self.circumstances.situation.now;
        let lately =
            || {
                remembered.profile.offers.iter().any(|offer| {
                    offer.at.plus_hours(SHOWN_HOURS) > now && offer.products.contains(&product.id)
                })
            };
        remembered.memory.offered.contains(&product.id) || (self.trigger != Trigger::Asked && lately())
    }

    /// A refusal is forgotten after a while, and stands back where he is due to order the product again.
    fn is_refused(&self, evidence: &Evidence<'_>, product: &Product) -> bool {
        let now = self.circumstances.situation.now;
        let key = format!("{OBJECTION}{}", product.id);
        let refusal = self.circumstances.remembered.profile.fact(&key);
        let Some(fact) = refusal.filter(|fact| fact.value == Value::Bool(true)) else { return false };
        let understanding = self.circumstances.understanding;
        let in_this_turn = understanding.entities_of(EntityKind::Product).any(|entity| {
            entity.negated && matches!(&entity.value, EntityValue::Product(id) if *id == product.id)
        });
        let is_due = || evidence.cycle(&product.id).is_some_and(Cycle::is_due);
        fact.at.plus_hours(REFUSED_HOURS) > now && (in_this_turn || !is_due())
    }

    /// The least quantity is far beyond what he usually orders of what is counted alike.
    fn is_too_much(&self, evidence: &Evidence<'_>, product: &Product) -> bool {
        let Some(least) = product.moq else { return false };
        let lines = self.circumstances.situation.orders.iter().flat_map(|order| &order.lines);
        let alike = |line: &&domain::order::OrderLine| {
            evidence.knowledge.product(&line.product).is_some_and(|other| other.unit == product.unit)
        };
        let mut usual: Vec<i64> = lines.filter(alike).map(|line| line.quantity.thousandths).collect();
        usual.sort_unstable();
        usual.len() >= LEAST_LINES && least.0 > usual[usual.len() / 2].saturating_mul(TOO_MANY)
    }

    fn is_too_dear(&self, product: &Product) -> bool {
        let Some(price) = product.price else { return false };
        let beyond_usual = self.dearest.is_some_and(|dearest| price > dearest.saturating_mul(TOO_DEAR));
        let beyond_budget = self.budget.as_ref().is_some_and(|budget| {
            let scale = 10_i64.pow(UnitPrice::DIGITS - budget.currency.minor_digits());
            price > budget.minor.saturating_mul(scale)
        });
        beyond_usual || beyond_budget
    }
}
