//! A buyer who names a discount or a price gets it within the assistant's authority, or a person.

use domain::{
    catalog::Product,
    decimal,
    money::{Currency, Money, UnitPrice},
    quantity::Thousandths,
    understanding::{Entity, EntityKind, EntityValue, MoneyRole, Understanding, intent},
};

use super::{Priced, Terms, price, reduced, smallest_order, total};

/// What a buyer asked for on price, in his own words. It never licenses a number in a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Thousandths of a percent below the price.
    PercentOff(Thousandths),
    /// Millionths of the shop's currency; for one unit or for all of it, whichever is nearer to the list.
    Amount { millionths: i128 },
    /// An amount in another currency: only a person can weigh it.
    Foreign,
}

/// What may be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Negotiation {
    /// Within the assistant's authority.
    Granted { percent: Thousandths, unit_price: UnitPrice, total: Money },
    /// The list price is as low as the wish already.
    WithinTier,
    /// Beyond it; `asked_percent` is below the list, absent where it cannot be computed.
    OverAuthority { asked_percent: Option<Thousandths> },
    /// Nothing in particular was named: the next tier and a script answer.
    NotAsked,
}

/// Weighs the wish of a message against the authority of the role `assistant`. Without a quantity the smallest order counts.
pub fn negotiate(
    terms: &Terms<'_>,
    product: &Product,
    quantity: Option<Thousandths>,
    understanding: &Understanding,
) -> Negotiation {
    let knowledge = terms.knowledge;
    let Some(asked) = Asked::of(understanding, knowledge.shop.currency) else {
        return Negotiation::NotAsked;
    };
    let quantity = quantity.unwrap_or_else(|| smallest_order(product));
    let Ok(list) = price(terms, product, quantity) else {
        return Negotiation::OverAuthority { asked_percent: None };
    };
    let limit = knowledge.authority.roles.get("assistant").map_or(0, |role| role.max_discount_percent.0);
    let limit = Thousandths(limit.clamp(0, 100_000));
    match asked {
        Asked::PercentOff(percent) if percent.0 <= 0 => Negotiation::NotAsked,
        Asked::PercentOff(percent) => grant_percent(&list, quantity, percent, limit),
        // An amount is read in the shop's currency; beside a price in another one only a person can weigh it.
        Asked::Amount { .. } if list.unit_price.currency != knowledge.shop.currency => {
            Negotiation::OverAuthority { asked_percent: None }
        }
        Asked::Amount { millionths } => grant_amount(&list, quantity, millionths, limit),
        Asked::Foreign => Negotiation::OverAuthority { asked_percent: None },
    }
}

impl Asked {
    /// The wish in a message: the last discount named, else the last amount that is a target price (any amount where the message
    /// negotiates).
    pub fn of(understanding: &Understanding, currency: Currency) -> Option<Self> {
        let percent =
            understanding.entities_of(EntityKind::Percent).filter_map(|entity| match entity.value {
                EntityValue::PercentOff { percent_off } => Some(Self::PercentOff(percent_off)),
                _ => None,
            });
        let negotiates = understanding.has_intent(intent::PRICE_NEGOTIATION);
        let amounts = understanding
            .entities_of(EntityKind::Money)
            .filter_map(|entity| Self::amount(entity, currency, negotiates));
        percent.last().or_else(|| amounts.last())
    }

    fn amount(entity: &Entity, shop: Currency, negotiates: bool) -> Option<Self> {
        let wished = |role: &Option<MoneyRole>| match role {
            Some(MoneyRole::TargetPrice) => true,
            Some(MoneyRole::Price) | None => negotiates,
            Some(MoneyRole::Budget) => false,
        };
        match &entity.value {
            EntityValue::Money { minor, currency, role } if wished(role) => {
                if *currency != shop {
                    return Some(Self::Foreign);
                }
                let scale = 10_i128.pow(UnitPrice::DIGITS - shop.minor_digits());
                Some(Self::Amount { millionths: i128::from(*minor) * scale })
            }
            EntityValue::Amount { amount, currency: None, role } if wished(role) => {
                let millionths = decimal::parse_scaled(amount, UnitPrice::DIGITS).ok()?;
                Some(Self::Amount { millionths: i128::from(millionths) })
            }
            EntityValue::Amount { role, .. } if wished(role) => Some(Self::Foreign),
            _ => None,
        }
    }
}

fn grant_percent(
    list: &Priced,
    quantity: Thousandths,
    percent: Thousandths,
    limit: Thousandths,
) -> Negotiation {
    let over = Negotiation::OverAuthority { asked_percent: Some(percent) };
    if percent > limit {
        return over;
    }
    let Some(unit_price) = reduced(&list.unit_price, percent) else { return over };
    match total(&unit_price, quantity) {
        Ok(total) => Negotiation::Granted { percent, unit_price, total },
        Err(_) => over,
    }
}

fn grant_amount(list: &Priced, quantity: Thousandths, asked: i128, limit: Thousandths) -> Negotiation {
    let unit_list = i128::from(list.unit_price.millionths);
    let scale = 10_i128.pow(UnitPrice::DIGITS - list.total.currency.minor_digits());
    let total_list = i128::from(list.total.minor) * scale;
    // Whichever it lies nearer to, by ratio: 45,000 against 48,000 each and 960,000 in all is a price each.
    let of_all = quantity.0 != 1_000
        && asked > 0
        && asked.saturating_mul(asked) > unit_list.saturating_mul(total_list);
    let wished = if of_all { asked.saturating_mul(1_000) / i128::from(quantity.0) } else { asked };
    if wished >= unit_list {
        return Negotiation::WithinTier;
    }
    if wished <= 0 {
        return Negotiation::OverAuthority { asked_percent: None };
    }
    // Rounded up, so that a wish a hair below the limit is not granted.
    let off = ((unit_list - wished).saturating_mul(100_000) + unit_list - 1) / unit_list;
    let percent = Thousandths(i64::try_from(off).unwrap_or(100_000));
    let over = Negotiation::OverAuthority { asked_percent: Some(percent) };
    if percent > limit {
        return over;
    }
    let Ok(millionths) = i64::try_from(wished) else { return over };
    let unit_price = UnitPrice { millionths, ..list.unit_price.clone() };
    match total(&unit_price, quantity) {
        Ok(total) => Negotiation::Granted { percent, unit_price, total },
        Err(_) => over,
    }
}
