//! What a deal needs, as far as the buyer has said it: products with quantities, destination, wished price, deadline.
//!
//! The product spoken of last is the *focus*: a quantity that stands alone, or a question without a product, is about it.

mod quantities;

use domain::{
    id::{MessageId, ProductId},
    money::{Currency, Money},
    requirement::{Requirement, RequirementLine, Slot},
    understanding::{Entity, EntityKind, EntityValue, MoneyRole, Understanding, intent},
};

use crate::{
    pricing::{self, Terms},
    profile::wording::Wording,
    situation::Situation,
};

/// The most products that one requirement keeps; the oldest fall out.
const MAX_LINES: usize = 20;

/// A message that is only about these says nothing of a deal.
const NOT_BUYING: &[&str] = &[
    intent::ORDER_STATUS,
    intent::ORDER_CHANGE,
    intent::RETURN_REFUND,
    intent::TECHNICAL_SUPPORT,
    intent::COMPLAINT,
    intent::PAYMENT_NOTICE,
    intent::SOLICITATION,
    intent::UNSUBSCRIBE,
];

/// The requirement with what the turn's messages say.
pub(crate) fn update(
    situation: &Situation<'_>,
    understanding: &Understanding,
    wording: &Wording,
) -> Requirement {
    let mut requirement = situation.contact.requirement.clone();
    if understanding.intents.iter().all(|found| NOT_BUYING.contains(&found.name.as_str())) {
        return requirement;
    }
    products(&mut requirement, situation, understanding);
    quantities::assign(&mut requirement, situation, understanding, wording);
    terms(&mut requirement, situation, understanding);
    requirement
}

/// What the requirement is worth to the shop, in its own currency: the sum over the lines that can be priced. `None` where there is none.
pub fn order_amount(terms: &Terms<'_>, requirement: &Requirement) -> Option<Money> {
    let knowledge = terms.knowledge;
    let totals = requirement.lines.iter().filter_map(|line| {
        let product = knowledge.product(&line.product.value)?;
        let quantity = pricing::base_quantity(knowledge, product, &line.quantity.as_ref()?.value)?;
        pricing::worth(terms, product, quantity)
    });
    let mut sum: Option<Money> = None;
    for total in totals {
        let minor = sum.map_or(Some(0), |sum| Some(sum.minor))?.checked_add(total.minor)?;
        sum = Some(Money { minor, ..total });
    }
    sum
}

/// Whether the message names a product that the shop does not have, and none that it has.
pub(crate) fn names_unknown_product(understanding: &Understanding) -> bool {
    understanding.products().next().is_none()
        && understanding
            .entities_of(EntityKind::Product)
            .any(|entity| !entity.negated && matches!(entity.value, EntityValue::Unknown(())))
}

/// What an amount means. In a negotiation, an amount whose role the words do not tell is the wished price.
pub(crate) fn money_role(entity: &Entity, understanding: &Understanding) -> Option<MoneyRole> {
    let (EntityValue::Money { role, .. } | EntityValue::Amount { role, .. }) = &entity.value else {
        return None;
    };
    let negotiates = understanding.has_intent(intent::PRICE_NEGOTIATION);
    role.or_else(|| negotiates.then_some(MoneyRole::TargetPrice))
}

/// An amount, in the shop's currency where none was named.
pub(crate) fn money(value: &EntityValue, currency: Currency) -> Option<Money> {
    match value {
        EntityValue::Money { minor, currency, .. } => Some(Money { minor: *minor, currency: *currency }),
        EntityValue::Amount { amount, currency: named, .. } => {
            Money::parse(amount, named.unwrap_or(currency)).ok()
        }
        _ => None,
    }
}

/// The normal form where it is a text, else what was written.
pub(crate) fn text_of(entity: &Entity) -> &str {
    match &entity.value {
        EntityValue::Text(text) => text,
        _ => &entity.text,
    }
}

fn products(requirement: &mut Requirement, situation: &Situation<'_>, understanding: &Understanding) {
    for entity in understanding.entities_of(EntityKind::Product) {
        let EntityValue::Product(product) = &entity.value else { continue };
        if entity.negated {
            requirement.lines.retain(|line| &line.product.value != product);
        } else {
            focus_on(requirement, product, situation.message_at(entity.start).id);
        }
    }
    // "可以" to a single offer is about the product that was offered.
    if let Some(question) = &situation.conversation.memory.question
        && question.about == "offer"
        && understanding.primary() == intent::AFFIRM
        && let [only] = question.choices.as_slice()
        && let product = ProductId::from(only.as_str())
        && situation.knowledge.product(&product).is_some()
    {
        focus_on(requirement, &product, situation.message_at(0).id);
    }
}

/// Moves the product's line to the end, or adds one there.
fn focus_on(requirement: &mut Requirement, product: &ProductId, evidence: MessageId) {
    let known = requirement.lines.iter().position(|line| &line.product.value == product);
    let mut line = match known {
        Some(at) => requirement.lines.remove(at),
        None => RequirementLine { product: Slot { value: product.clone(), evidence }, quantity: None },
    };
    // A quantity that was said before any product belongs to the first one named.
    if line.quantity.is_none() {
        line.quantity = requirement.quantity.take();
    }
    requirement.lines.push(line);
    if requirement.lines.len() > MAX_LINES {
        requirement.lines.remove(0);
    }
}

fn terms(requirement: &mut Requirement, situation: &Situation<'_>, understanding: &Understanding) {
    let evidence = |entity: &Entity| situation.message_at(entity.start).id;
    let place = understanding
        .entities_of(EntityKind::Destination)
        .last()
        .or_else(|| understanding.entities_of(EntityKind::Port).last());
    if let Some(entity) = place.filter(|entity| !entity.negated) {
        requirement.destination =
            Some(Slot { value: text_of(entity).to_owned(), evidence: evidence(entity) });
    }
    let currency = situation.knowledge.shop.currency;
    for entity in understanding.entities_of(EntityKind::Money) {
        if money_role(entity, understanding) == Some(MoneyRole::TargetPrice)
            && let Some(value) = money(&entity.value, currency)
        {
            requirement.target_price = Some(Slot { value, evidence: evidence(entity) });
        }
    }
    let today = situation.now.to_string();
    let today = today.get(..10).unwrap_or_default();
    for entity in understanding.entities_of(EntityKind::Date) {
        let (value, last) = match &entity.value {
            EntityValue::Date(date) => (date.clone(), date),
            EntityValue::DateRange { from, to } => (format!("{from}/{to}"), to),
            _ => continue,
        };
        // Last week's date is no deadline.
        if last.as_str() >= today {
            requirement.deadline = Some(Slot { value, evidence: evidence(entity) });
        }
    }
}

#[cfg(test)]
mod tests;
