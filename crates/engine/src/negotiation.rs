//! The price that a buyer wishes for, and what is conceded to one who names none.
//!
//! Concessions come in steps, one at each ask; once they are used up, more is given only for something in return. Whatever the owner
//! wrote, no concession goes beyond the assistant's limits or below a floor.

use domain::{
    catalog::Product,
    decimal,
    id::ProductId,
    message::Author,
    money::{Currency, UnitPrice},
    negotiation::{Move, Parameter, Terms},
    quantity::Thousandths,
    understanding::{Entity, EntityKind, EntityValue, MoneyRole, Understanding},
};

use crate::{
    authority::{self, Limits, Role, Subject, judge},
    expression::Expression,
    pricing, requirement,
    strategy::circumstances::Circumstances,
};

/// What a buyer asked for on price, in his own words. It never licenses a number in a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Thousandths of a percent below the price.
    PercentOff(Thousandths),
    /// Millionths of the shop's currency; for one unit or for all of it, whichever is nearer to the list.
    Amount { millionths: i128 },
    /// An amount in another currency, in its millionths: only a person can weigh it.
    Foreign { amount: Option<(i64, Currency)> },
}

impl Asked {
    /// The wish in a message: the last discount named, else the last amount that is a target price (any amount where the message
    /// negotiates).
    pub fn of(understanding: &Understanding, currency: Currency, negotiates: bool) -> Option<Self> {
        let percent =
            understanding.entities_of(EntityKind::Percent).filter_map(|entity| match entity.value {
                EntityValue::PercentOff { percent_off } => Some(Self::PercentOff(percent_off)),
                _ => None,
            });
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
                let scale = 10_i128.pow(UnitPrice::DIGITS - currency.minor_digits());
                let millionths = i128::from(*minor) * scale;
                if *currency == shop {
                    return Some(Self::Amount { millionths });
                }
                let amount = i64::try_from(millionths).ok();
                Some(Self::Foreign { amount: amount.map(|amount| (amount, *currency)) })
            }
            EntityValue::Amount { amount, currency, role } if wished(role) => {
                let millionths = decimal::parse_scaled(amount, UnitPrice::DIGITS).ok();
                match currency {
                    Some(currency) if *currency != shop => {
                        Some(Self::Foreign { amount: millionths.map(|amount| (amount, *currency)) })
                    }
                    _ => Some(Self::Amount { millionths: i128::from(millionths?) }),
                }
            }
            _ => None,
        }
    }
}

/// What a buyer gives for a better price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Give {
    /// So many percent more goods.
    Quantity { more_percent: Thousandths },
    /// The whole amount before production.
    Prepayment,
    /// So many more days of lead time.
    LaterDelivery { days: i64 },
}

/// More for something in return: `percent` below the list in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GiveToGet {
    pub give: Give,
    pub percent: Thousandths,
}

/// What is conceded to a buyer who asks for a better price and names none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concessions {
    /// When the policy holds; always where nothing is said.
    pub when: Option<Expression>,
    /// Percent below the list, one step at each ask.
    pub steps: Vec<Thousandths>,
    /// Offered in this order once the steps are used up.
    pub give_to_get: Vec<GiveToGet>,
}

/// What the assistant offers in this turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedOffer {
    pub product: Option<ProductId>,
    pub quantity: Option<Thousandths>,
    pub terms: Terms,
    /// What the buyer gives for it.
    pub give: Option<Give>,
    /// It was promised before and is only said again.
    pub standing: bool,
}

impl Give {
    /// As the ledger names it; a larger quantity stands as the quantity itself.
    pub const fn condition(self) -> Option<&'static str> {
        match self {
            Self::Quantity { .. } => None,
            Self::Prepayment => Some("prepayment"),
            Self::LaterDelivery { .. } => Some("later_delivery"),
        }
    }
}

/// The next concession to a buyer who asks for a better price without naming one; `None` where the policy has none (left), so that
/// tiers and scripts answer.
pub(crate) fn concede(circumstances: &Circumstances<'_>) -> Option<PlannedOffer> {
    let situation = circumstances.situation;
    let knowledge = situation.knowledge;
    let policy = &knowledge.authority.concessions;
    if policy.steps.is_empty() && policy.give_to_get.is_empty() {
        return None;
    }
    if is_open(circumstances) {
        return None;
    }
    if policy.when.as_ref().is_some_and(|when| !when.holds(circumstances)) {
        return None;
    }
    let product = circumstances.product()?;
    let grade = judge::grade(&circumstances.remembered.profile);
    let limits = knowledge.authority.limits(Role::Assistant, Some(grade))?;
    let quantity = circumstances.quantity().unwrap_or_else(|| pricing::smallest_order(product));
    let moves = &situation.conversation.memory.negotiation.moves;
    let made = moves.iter().filter(|made| is_concession(made, product)).count();
    // A step that the limits or the floor forbid is no step.
    let steps = policy.steps.iter().map(|&percent| (percent, None));
    let gets = policy.give_to_get.iter().map(|get| (get.percent, Some(get.give)));
    let mut possible = steps
        .chain(gets)
        .filter_map(|(percent, give)| offer(circumstances, &limits, product, quantity, percent, give));
    possible.nth(made)
}

/// How many turns about a better price lie behind, from the one that told a price last, where this one only asks again: it names no
/// goods, no quantity, no price and no terms.
pub(crate) fn insists(circumstances: &Circumstances<'_>) -> usize {
    const NEW: [EntityKind; 6] = [
        EntityKind::Product,
        EntityKind::Quantity,
        EntityKind::Money,
        EntityKind::Percent,
        EntityKind::PaymentTerm,
        EntityKind::Incoterm,
    ];
    if NEW.into_iter().any(|kind| circumstances.understanding.entities_of(kind).next().is_some()) {
        return 0;
    }
    let recent = &circumstances.situation.conversation.memory.recent;
    let about_price = recent.iter().rev().take_while(|turn| turn.strategy == "negotiation");
    let since = about_price.clone().position(|turn| !turn.priced.is_empty());
    since.map_or_else(|| about_price.count(), |at| at + 1)
}

/// Whether it is not said yet which of several products that were named together should cost less.
pub(crate) fn is_open(circumstances: &Circumstances<'_>) -> bool {
    let requirement = &circumstances.remembered.requirement;
    circumstances.understanding.products().next().is_none()
        && requirement::named_together(requirement).len() > 1
        && requirement.focus().is_some_and(|focus| focus.quantity.is_none())
}

fn is_concession(made: &Move, product: &Product) -> bool {
    made.by == Author::Assistant
        && made.product.as_ref() == Some(&product.id)
        && made.terms.parameter() == Parameter::Discount
}

fn offer(
    circumstances: &Circumstances<'_>,
    limits: &Limits,
    product: &Product,
    quantity: Thousandths,
    percent: Thousandths,
    give: Option<Give>,
) -> Option<PlannedOffer> {
    let knowledge = circumstances.situation.knowledge;
    let quantity = match give {
        Some(Give::Quantity { more_percent }) => more(product, quantity, more_percent)?,
        Some(Give::LaterDelivery { .. }) => {
            // Without a lead time there is nothing to be later than.
            authority::standard_lead_time(product, Some(quantity))?;
            quantity
        }
        Some(Give::Prepayment) | None => quantity,
    };
    // Asked exactly: a quantity below the minimum or no whole pack has no price to concede from.
    let list = pricing::price(circumstances.terms(), product, quantity).ok()?.unit_price;
    let unit_price = pricing::reduced(&list, percent)?;
    let terms = Terms::Discount { percent_off: Some(percent), unit_price: Some(unit_price) };
    let subject = Subject { product: Some(product), quantity: Some(quantity), list_price: Some(&list) };
    authority::within(knowledge, limits, subject, &terms).then(|| PlannedOffer {
        product: Some(product.id.clone()),
        quantity: Some(quantity),
        terms,
        give,
        standing: false,
    })
}

/// So many percent more, in whole units and packs.
fn more(product: &Product, quantity: Thousandths, percent: Thousandths) -> Option<Thousandths> {
    let pack = product.pack.filter(|pack| pack.0 > 0).map_or(1_000, |pack| pack.0);
    let wanted = i128::from(quantity.0) * (100_000 + i128::from(percent.0));
    let packs = (wanted + i128::from(pack) * 100_000 - 1) / (i128::from(pack) * 100_000);
    i64::try_from(packs * i128::from(pack)).ok().map(Thousandths)
}

#[cfg(test)]
mod tests;
