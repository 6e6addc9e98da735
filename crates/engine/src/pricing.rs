//! What things cost: list price by quantity tier, minimum order, pack size.
//!
//! Integers only. Unit prices are millionths, quantities thousandths, products are taken in `i128`, a total rounds once.

use domain::{
    catalog::{Product, Tier},
    decimal,
    fact::Tax,
    money::{AmountOverflow, Money, UnitPrice},
    quantity::{Quantity, Thousandths},
};

use crate::knowledge::Knowledge;

mod units;

pub use units::{base_quantity, unit_name};

/// A quantity at the shop's list price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    pub unit_price: UnitPrice,
    pub total: Money,
    /// The tier that the quantity reached; none below the first one.
    pub tier: Option<Tier>,
    /// Price list and revision: `price_list:default@r3`.
    pub source: String,
    pub tax: Tax,
}

/// Why there is no price for a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceProblem {
    #[error("the product has no list price; a person quotes it")]
    OnRequest,
    #[error("the quantity is not above zero")]
    NotPositive,
    #[error("the quantity is below the minimum order")]
    BelowMoq { moq: Thousandths },
    #[error("the quantity is not a multiple of the pack")]
    NotAPack {
        pack: Thousandths,
        /// The next multiple upwards.
        rounded: Thousandths,
    },
    #[error("the amount is too large to be computed exactly")]
    Overflow,
}

/// The next tier, where it is near enough to be worth a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierHint {
    pub quantity: Thousandths,
    pub unit_price: UnitPrice,
    pub total: Money,
}

/// How much more a buyer is asked to take for the next tier, in percent.
const HINT_WITHIN_PERCENT: i128 = 25;

/// The list price of `quantity` (in the product's own unit).
pub fn price(
    knowledge: &Knowledge,
    product: &Product,
    quantity: Thousandths,
) -> Result<Priced, PriceProblem> {
    let list = product.price.ok_or(PriceProblem::OnRequest)?;
    if quantity.0 <= 0 {
        return Err(PriceProblem::NotPositive);
    }
    if let Some(moq) = product.moq
        && quantity < moq
    {
        return Err(PriceProblem::BelowMoq { moq });
    }
    if let Some(pack) = product.pack.filter(|pack| pack.0 > 0)
        && quantity.0 % pack.0 != 0
    {
        let rounded = round_up(quantity, pack).ok_or(PriceProblem::Overflow)?;
        return Err(PriceProblem::NotAPack { pack, rounded });
    }
    let tier = product.tiers.iter().rev().find(|tier| quantity >= tier.min).copied();
    let unit_price = unit_price(knowledge, product, tier.map_or(list, |tier| tier.price));
    let total = total(&unit_price, quantity)?;
    Ok(Priced { unit_price, total, tier, source: list_source(knowledge), tax: tax(knowledge) })
}

/// The smallest quantity that can be ordered: the minimum order, rounded up to whole packs; one unit where nothing is said.
pub fn smallest_order(product: &Product) -> Thousandths {
    let pack = product.pack.filter(|pack| pack.0 > 0).unwrap_or(Thousandths(1_000));
    let moq = product.moq.filter(|moq| moq.0 > 0).unwrap_or(pack);
    if product.pack.is_none() { moq } else { round_up(moq, pack).unwrap_or(moq) }
}

/// What a little more would save: the next tier, if it lies within a quarter more or costs no more in all.
pub fn tier_hint(knowledge: &Knowledge, product: &Product, quantity: Thousandths) -> Option<TierHint> {
    let now = price(knowledge, product, quantity).ok()?;
    let (at, next) = next_tier(knowledge, product, quantity)?;
    let near = i128::from(at.0) * 100 <= i128::from(quantity.0) * (100 + HINT_WITHIN_PERCENT);
    (near || next.total.minor <= now.total.minor).then_some(TierHint {
        quantity: at,
        unit_price: next.unit_price,
        total: next.total,
    })
}

/// The first tier above `quantity` that costs less, at the smallest orderable quantity that reaches it.
pub fn next_tier(
    knowledge: &Knowledge,
    product: &Product,
    quantity: Thousandths,
) -> Option<(Thousandths, Priced)> {
    let now = price(knowledge, product, quantity).ok()?;
    let tier = product.tiers.iter().find(|tier| tier.min > quantity)?;
    let at = match product.pack.filter(|pack| pack.0 > 0) {
        Some(pack) => round_up(tier.min, pack)?,
        None => tier.min,
    };
    let next = price(knowledge, product, at).ok()?;
    (next.unit_price.millionths < now.unit_price.millionths).then_some((at, next))
}

/// `price_list:default@r3`.
pub fn list_source(knowledge: &Knowledge) -> String {
    format!("price_list:default@r{}", knowledge.revision)
}

fn tax(knowledge: &Knowledge) -> Tax {
    match knowledge.shop.prices_include_tax {
        Some(true) => Tax::Included,
        Some(false) => Tax::Excluded,
        None => Tax::None,
    }
}

fn unit_price(knowledge: &Knowledge, product: &Product, millionths: i64) -> UnitPrice {
    UnitPrice { millionths, currency: knowledge.shop.currency, per: product.unit.clone() }
}

pub(crate) fn total(unit_price: &UnitPrice, quantity: Thousandths) -> Result<Money, PriceProblem> {
    let quantity = Quantity { thousandths: quantity.0, unit: None };
    unit_price.times(&quantity).map_err(|AmountOverflow| PriceProblem::Overflow)
}

fn round_up(quantity: Thousandths, pack: Thousandths) -> Option<Thousandths> {
    let packs = i128::from(quantity.0) + i128::from(pack.0) - 1;
    let rounded = packs / i128::from(pack.0) * i128::from(pack.0);
    i64::try_from(rounded).ok().map(Thousandths)
}

/// A unit price reduced by thousandths of a percent, rounded half up to millionths.
pub(crate) fn reduced(unit_price: &UnitPrice, percent_off: Thousandths) -> Option<UnitPrice> {
    let kept = 100_000 - i128::from(percent_off.0);
    let millionths = decimal::divide_half_up(i128::from(unit_price.millionths) * kept, 100_000);
    let millionths = i64::try_from(millionths).ok().filter(|&price| price > 0)?;
    Some(UnitPrice { millionths, ..unit_price.clone() })
}

#[cfg(test)]
mod tests;
