//! Place, Incoterm, payment, invoice, packing, sample, deadline and wished price, as the message states them.

use domain::{
    conversation::PendingQuestion,
    id::{MessageId, ProductId},
    quantity::Thousandths,
    requirement::{Comparator, Requirement, Slot, Specification},
    trade::{Incoterm, InvoiceType},
    understanding::{Entity, EntityKind, EntityValue, MoneyRole, Understanding, intent},
};
use serde_json::Value;

use super::{cues, currency, money, money_role, options, text_of};
use crate::{
    clock,
    pricing::Delivery,
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

/// Words that take a deal back into the shop's own country.
const AT_HOME: &[&str] = &[
    "国内价",
    "国内交货",
    "国内收货",
    "国内使用",
    "内销",
    "不出口",
    "domestic price",
    "domestic delivery",
    "not for export",
];

/// Who asked for prices without tax and says one of these wants them with it again.
const TAXED: &[&str] =
    &["含税", "带票", "开票", "要票", "tax included", "including tax", "incl. tax", "with tax", "with vat"];

/// Directly before an Incoterm: it is not wanted, or no longer.
const DECLINED_BEFORE: &[&str] = &["不要", "不用", "不走", "不做", "取消", "not", "without", "instead of"];
/// Directly behind it: likewise.
const DECLINED_AFTER: &[&str] = &["不要", "不用", "就不", "算了", "取消"];
/// What may answer our question for the place.
const ASKED_PLACE: &[&str] =
    &["destination", "quantity_and_destination", "incoterm_and_destination", "requirement"];

pub(super) fn fill(
    requirement: &mut Requirement,
    situation: &Situation<'_>,
    understanding: &Understanding,
    wording: &Wording,
) {
    place(requirement, situation, understanding, wording);
    prices(requirement, situation, understanding);
    deadline(requirement, situation, understanding, wording);
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
    } else if requirement.invoice_type.as_ref().is_some_and(|kind| kind.value == InvoiceType::None.name())
        && has_any(wording.all(), TAXED)
    {
        requirement.invoice_type = None;
    }
    packing(requirement, situation, wording);
    sample(requirement, situation, wording);
    options::fill(requirement, situation, wording);
    currency::fill(requirement, situation, understanding, wording);
    specifications(requirement, situation, understanding);
}

/// Under these the buyer takes the goods over at a place in the seller's country, and the port named is that of loading.
fn is_loaded_at_port(incoterm: &str) -> bool {
    Incoterm::parse(incoterm).is_some_and(|term| !term.names_arrival())
}

/// "不要CIF了", "CIF就不用了": the term is named to be given up.
fn is_taken_back(wording: &Wording, term: &Entity) -> bool {
    cues::beside(wording, &(term.start..term.end), DECLINED_BEFORE, DECLINED_AFTER)
}

/// Where the goods go and under which Incoterm. The port beside FOB is where they are loaded, not where they go.
fn place(
    requirement: &mut Requirement,
    situation: &Situation<'_>,
    understanding: &Understanding,
    wording: &Wording,
) {
    let knowledge = situation.knowledge;
    let leads = |entity: &Entity| {
        let place = knowledge.places.place(text_of(entity));
        (place.delivery(&knowledge.shop.trade.country), place.country().is_some())
    };
    let is_declined = |entity: &Entity| entity.negated || is_taken_back(wording, entity);
    let is_given_up = |known: &Slot<String>| {
        understanding
            .entities_of(EntityKind::Incoterm)
            .any(|entity| is_declined(entity) && text_of(entity) == known.value)
    };
    if requirement
        .incoterm
        .as_ref()
        .is_some_and(|known| is_given_up(known) || has_any(wording.all(), AT_HOME))
    {
        (requirement.incoterm, requirement.port) = (None, None);
    }
    let slot = |entity: &Entity| Slot {
        value: text_of(entity).to_owned(),
        evidence: situation.message_at(entity.start).id,
    };
    let incoterm =
        understanding.entities_of(EntityKind::Incoterm).filter(|entity| !is_declined(entity)).last();
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
        // A port abroad is where the goods go, whatever stands before it.
        leads(entity) != (Delivery::Abroad, true)
            && (behind_term
            // "FOB" alone before: the port that follows in a later message.
            || (incoterm.is_none()
                && entity.kind == EntityKind::Port
                && requirement.destination.is_some()
                && requirement.incoterm.as_ref().is_some_and(|term| is_loaded_at_port(&term.value))))
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
        // Under FOB the port is that of loading, and this one is not.
        if entity.kind == EntityKind::Port
            && !requirement.incoterm.as_ref().is_some_and(|term| is_loaded_at_port(&term.value))
        {
            requirement.port = Some(slot(entity));
        }
        // A destination says more than a port on the way or the region that the buyer comes from.
        let weight = u8::from(entity.kind == EntityKind::Destination);
        if reached.is_none_or(|(known, _)| weight >= known) {
            reached = Some((weight, entity));
        }
    }
    if let Some((_, entity)) = reached {
        // Who now wants the goods at a place at home is not asking for CIF any more.
        let ends_abroad = |term: &Slot<String>| !is_loaded_at_port(&term.value);
        if incoterm.is_none()
            && requirement.incoterm.as_ref().is_some_and(ends_abroad)
            && leads(entity).0 == Delivery::Home
        {
            (requirement.incoterm, requirement.port) = (None, None);
        }
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

/// Directly behind a date: it is the day on which the buyer orders or pays, and no deadline.
const ORDERS_AFTER: &[&str] = &["买", "订", "定", "下单", "付", "打款", "签", "order", "pay", "buy"];
/// Directly before it: likewise.
const ORDERS_BEFORE: &[&str] =
    &["order", "ordered", "order it", "order them", "pay", "paid", "buy", "if we order", "confirm"];

/// "今天下单什么时候能发货": the date is that of the order, and not the day by which the goods are wanted.
pub(crate) fn is_day_of_order(wording: &Wording, date: &Entity) -> bool {
    cues::beside(wording, &(date.start..date.end), ORDERS_BEFORE, ORDERS_AFTER)
}

fn deadline(
    requirement: &mut Requirement,
    situation: &Situation<'_>,
    understanding: &Understanding,
    wording: &Wording,
) {
    let today = clock::date(situation.knowledge, situation.now).to_string();
    let dates = understanding.entities_of(EntityKind::Date);
    for entity in dates.filter(|entity| !is_day_of_order(wording, entity)) {
        let (value, last) = match &entity.value {
            EntityValue::Date(date) => (date.clone(), date),
            EntityValue::DateRange { from, to } => (format!("{from}/{to}"), to),
            _ => continue,
        };
        // Last week's date is no deadline.
        if *last >= today {
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
