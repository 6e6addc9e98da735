//! What a deal needs, as far as the buyer has said it: products with quantities and properties, place, Incoterm, payment, deadline.
//!
//! The product spoken of last is the *focus*: a quantity that stands alone, or a question without a product, is about it. A slot is
//! filled anew by whatever is said later. To add a slot, fill it in `requirement/terms.rs`; where a deal cannot do without it, name it
//! in `requirement/needs.rs` and ask for it in `strategy/question.rs`.

mod cues;
mod currency;
mod elsewhere;
mod lines;
mod matching;
mod needs;
mod options;
mod picked;
mod quantities;
pub mod table;
mod terms;

pub use matching::{Match, match_row};
pub use needs::{Need, Needs, needs};
pub(crate) use picked::picked_by_figure;
pub(crate) use quantities::{Unorderable, unorderable};
pub(crate) use terms::{is_day_of_order, specification};

use domain::{
    money::{Currency, Money},
    requirement::{Requirement, RequirementLine},
    understanding::{Entity, EntityKind, EntityValue, MoneyRole, Understanding, intent},
};

use crate::{
    knowledge::Knowledge,
    pricing::{self, Delivery, Terms},
    profile::wording::Wording,
    situation::Situation,
};

/// The most products that one requirement keeps; the oldest fall out.
const MAX_LINES: usize = 100;

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
///
/// `intents` are those in the light of what was asked last: whatever "it goes to Poland" looks like by itself, it may be an answer.
pub(crate) fn update(
    situation: &Situation<'_>,
    understanding: &Understanding,
    intents: &[&str],
    wording: &Wording,
) -> Requirement {
    let mut requirement = situation.contact.requirement.clone();
    if intents.iter().all(|name| NOT_BUYING.contains(name)) {
        return requirement;
    }
    let text = situation.text();
    if let Some(table) = table::read(&text) {
        matching::take(&mut requirement, situation, &table);
        // The numbers in a table name its goods; they are no wishes of their own.
        let specifications = requirement.specifications.clone();
        terms::fill(&mut requirement, situation, understanding, wording);
        requirement.specifications = specifications;
        return requirement;
    }
    requirement.aside |= elsewhere::looks(&requirement, situation, understanding, intents, wording);
    lines::update(&mut requirement, situation, understanding, wording);
    quantities::assign(&mut requirement, situation, understanding, wording);
    terms::fill(&mut requirement, situation, understanding, wording);
    requirement
}

/// Whether the goods leave the shop's country, as far as it was said: an Incoterm or a place abroad make it an export.
pub fn delivery(knowledge: &Knowledge, requirement: &Requirement) -> Delivery {
    if requirement.incoterm.is_some() {
        return Delivery::Abroad;
    }
    requirement.destination.as_ref().map_or(Delivery::Unknown, |named| {
        knowledge.places.place(&named.value).delivery(&knowledge.shop.trade.country)
    })
}

/// So many products are spoken of at once; a longer list is a table, and what is asked behind it is about its last line.
const MOST_TOGETHER: usize = 3;

/// The product spoken of last with those that the buyer named along with it, in his order. Once he has said how many he wants of it, it
/// stands alone among those without a quantity.
pub(crate) fn named_together(requirement: &Requirement) -> Vec<&RequirementLine> {
    let Some(focus) = requirement.focus() else { return Vec::new() };
    let is_along = |line: &&RequirementLine| {
        line.product.evidence == focus.product.evidence && line.quantity.is_some() == focus.quantity.is_some()
    };
    let together: Vec<&RequirementLine> = requirement.lines.iter().filter(is_along).collect();
    if together.len() > MOST_TOGETHER { vec![focus] } else { together }
}

/// Whether a message is a list of goods with quantities.
pub(crate) fn is_table(text: &str) -> bool {
    table::read(text).is_some()
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

/// Whether what the message calls by an unknown name is of a kind that the shop sells: a "welding cell" with cobots is no missing model.
pub(crate) fn names_known_kind(understanding: &Understanding, knowledge: &Knowledge, text: &str) -> bool {
    let text = text.to_lowercase();
    let has_code = |entity: &Entity| entity.text.chars().any(char::is_numeric);
    let unknown = understanding.entities_of(EntityKind::Product);
    let mut unknown = unknown.filter(|entity| matches!(entity.value, EntityValue::Unknown(())));
    let category = understanding.topic.as_deref().and_then(|topic| knowledge.category(topic));
    let named =
        category.is_some_and(|category| category.words().any(|word| text.contains(&word.to_lowercase())));
    named && !unknown.any(has_code)
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

#[cfg(test)]
mod tests;
