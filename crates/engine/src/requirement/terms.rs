//! Place, Incoterm, payment, invoice, packing, sample, deadline and wished price, as the message states them.

use domain::{
    conversation::PendingQuestion,
    id::{MessageId, ProductId},
    quantity::Thousandths,
    requirement::{Comparator, Requirement, Slot, Specification},
    understanding::{Entity, EntityKind, EntityValue, MoneyRole, Understanding, intent},
};
use serde_json::Value;

use super::{money, money_role, text_of, trade::is_loaded_at_port};
use crate::{
    profile::wording::{Wording, find, has_any},
    situation::Situation,
};

/// So many wished properties are kept; the oldest fall out.
const MAX_SPECIFICATIONS: usize = 20;

const SAMPLE: &[&str] = &["样品", "样机", "拿样", "打样", "寄样", "sample"];
/// Beside a sample these say that it comes before the order.
const FIRST: &[&str] =
    &["先", "算了", "first", "before we order", "before ordering", "start with", "prior to"];
/// And these that it does not come at all.
const WITHOUT: &[&str] = &["不用", "不要", "不需要", "免了", "no need", "don't need", "skip", "without"];

const PACKING: &[&str] = &[
    "熏蒸木箱",
    "免熏蒸木箱",
    "木箱",
    "木架",
    "纸箱",
    "彩盒",
    "托盘包装",
    "打托",
    "真空包装",
    "中性包装",
    "wooden case",
    "wooden crate",
    "wooden box",
    "plywood case",
    "pallet",
    "neutral packing",
    "colour box",
    "color box",
    "vacuum packed",
];
/// Beside a way of packing these say that it is wished for.
const PACKED: &[&str] = &["包装", "装", "打", "pack", "crate", "on a", "on pallets", "in a", "in wooden"];

/// What may answer our question for the place.
const ASKED_PLACE: &[&str] =
    &["destination", "quantity_and_destination", "incoterm_and_destination", "requirement"];

pub(super) fn fill(
    requirement: &mut Requirement,
    situation: &Situation<'_>,
    understanding: &Understanding,
    wording: &Wording,
) {
    place(requirement, situation, understanding);
    prices(requirement, situation, understanding);
    deadline(requirement, situation, understanding);
    let stated = |kind: EntityKind| {
        let entity = understanding.entities_of(kind).filter(|entity| !entity.negated).last()?;
        let evidence = situation.message_at(entity.start).id;
        Some((entity, evidence))
    };
    if let Some((entity, evidence)) = stated(EntityKind::PaymentTerm) {
        requirement.payment = Some(Slot { value: entity.text.clone(), evidence });
    }
    if let Some((entity, evidence)) = stated(EntityKind::InvoiceType) {
        requirement.invoice_type = Some(Slot { value: text_of(entity).to_owned(), evidence });
    }
    packing(requirement, situation, wording);
    sample(requirement, situation, wording);
    specifications(requirement, situation, understanding);
}

/// Where the goods go and under which Incoterm. The port beside FOB is where they are loaded, not where they go.
fn place(requirement: &mut Requirement, situation: &Situation<'_>, understanding: &Understanding) {
    let last = |kind: EntityKind| understanding.entities_of(kind).filter(|entity| !entity.negated).last();
    let slot = |entity: &Entity| Slot {
        value: text_of(entity).to_owned(),
        evidence: situation.message_at(entity.start).id,
    };
    let incoterm = last(EntityKind::Incoterm);
    if let Some(entity) = incoterm {
        let changes = requirement.incoterm.as_ref().is_some_and(|known| known.value != text_of(entity));
        if changes {
            requirement.port = None;
        }
        requirement.incoterm = Some(slot(entity));
    }
    let loads = |entity: &Entity| {
        let behind_term = understanding.entities_of(EntityKind::Incoterm).any(|term| {
            is_loaded_at_port(text_of(term)) && term.end <= entity.start && entity.start - term.end <= 2
        });
        behind_term
            // "FOB" alone before: the port that follows in a later message.
            || (incoterm.is_none()
                && entity.kind == EntityKind::Port
                && requirement.destination.is_some()
                && requirement.incoterm.as_ref().is_some_and(|term| is_loaded_at_port(&term.value)))
    };
    let mut reached = None;
    for entity in &understanding.entities {
        let named = matches!(entity.kind, EntityKind::Destination | EntityKind::Port)
            || (entity.kind == EntityKind::Region
                && asks_for_place(situation.conversation.memory.question.as_ref()));
        if entity.negated || !named {
            continue;
        }
        if loads(entity) {
            requirement.port = Some(slot(entity));
            continue;
        }
        if entity.kind == EntityKind::Port {
            requirement.port = Some(slot(entity));
        }
        // A destination says more than a port on the way or the region that the buyer comes from.
        let weight = u8::from(entity.kind == EntityKind::Destination);
        if reached.is_none_or(|(known, _)| weight >= known) {
            reached = Some((weight, entity));
        }
    }
    if let Some((_, entity)) = reached {
        requirement.destination = Some(slot(entity));
    }
}

fn asks_for_place(question: Option<&PendingQuestion>) -> bool {
    question.is_some_and(|question| ASKED_PLACE.contains(&question.about.as_str()))
}

fn prices(requirement: &mut Requirement, situation: &Situation<'_>, understanding: &Understanding) {
    let currency = situation.knowledge.shop.currency;
    for entity in understanding.entities_of(EntityKind::Money) {
        if money_role(entity, understanding) == Some(MoneyRole::TargetPrice)
            && let Some(value) = money(&entity.value, currency)
        {
            let evidence = situation.message_at(entity.start).id;
            requirement.target_price = Some(Slot { value, evidence });
        }
    }
}

fn deadline(requirement: &mut Requirement, situation: &Situation<'_>, understanding: &Understanding) {
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
            let evidence = situation.message_at(entity.start).id;
            requirement.deadline = Some(Slot { value, evidence });
        }
    }
}

fn packing(requirement: &mut Requirement, situation: &Situation<'_>, wording: &Wording) {
    for word in PACKING {
        let Some(found) = find(wording.all(), word) else { continue };
        let clause = wording.clause(found.clone());
        if !has_any(wording.part(&clause), PACKED) || has_any(wording.part(&clause), WITHOUT) {
            continue;
        }
        let evidence = situation.message_at(found.start).id;
        requirement.packing = Some(Slot { value: (*word).to_owned(), evidence });
        return;
    }
}

fn sample(requirement: &mut Requirement, situation: &Situation<'_>, wording: &Wording) {
    let Some(found) = SAMPLE.iter().find_map(|word| find(wording.all(), word)) else { return };
    let clause = wording.clause(found.clone());
    let clause = wording.part(&clause);
    let value = if has_any(clause, WITHOUT) {
        false
    } else if has_any(clause, FIRST) {
        true
    } else {
        return;
    };
    let evidence: MessageId = situation.message_at(found.start).id;
    requirement.sample_first = Some(Slot { value, evidence });
}

/// Numbers that the goods must have. Whether a product that is spoken of has one is a question, not a wish.
fn specifications(requirement: &mut Requirement, situation: &Situation<'_>, understanding: &Understanding) {
    let about = requirement.focus().map(|line| &line.product.value);
    let only_asks = understanding.intents.iter().all(|found| found.name == intent::SPEC_INQUIRY);
    if only_asks && about.is_some() {
        return;
    }
    let product: Option<ProductId> = understanding.products().last().cloned();
    for entity in understanding.entities_of(EntityKind::Spec) {
        let EntityValue::Object(value) = &entity.value else { continue };
        let Some(specification) = specification(value, product.clone()) else { continue };
        let evidence = situation.message_at(entity.start).id;
        let same = |known: &Slot<Specification>| {
            known.value.product == specification.product
                && known.value.attribute == specification.attribute
                && known.value.comparator == specification.comparator
        };
        requirement.specifications.retain(|known| !same(known));
        requirement.specifications.push(Slot { value: specification, evidence });
    }
    let beyond = requirement.specifications.len().saturating_sub(MAX_SPECIFICATIONS);
    requirement.specifications.drain(..beyond);
}

/// The taxonomy's form of a specification; none where the words do not tell the attribute.
pub(crate) fn specification(value: &Value, product: Option<ProductId>) -> Option<Specification> {
    let number: Thousandths = serde_json::from_value(value.get("number")?.clone()).ok()?;
    Some(Specification {
        product,
        attribute: value.get("attribute")?.as_str()?.to_owned(),
        comparator: value.get("comparator").and_then(Value::as_str).and_then(Comparator::from_sign)?,
        number,
        unit: value.get("unit").and_then(Value::as_str).unwrap_or_default().to_owned(),
    })
}
