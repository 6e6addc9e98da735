//! Which products the deal is about: those named, in place of those given up.

use domain::{
    id::{MessageId, ProductId},
    quantity::Quantity,
    requirement::{Requirement, RequirementLine, Slot},
    understanding::{Entity, EntityKind, EntityValue, Understanding, intent},
};

use super::{MAX_LINES, cues};
use crate::{
    knowledge::Knowledge,
    pricing,
    profile::wording::{Wording, has_any},
    situation::Situation,
};

/// Directly before a product: it takes the place of the one spoken of.
const INSTEAD_BEFORE: &[&str] = &[
    "换成",
    "换",
    "改成",
    "改为",
    "改要",
    "换做",
    "换回",
    "还是要",
    "actually",
    "back to",
    "switch to",
    "change to",
    "replace it with",
    "swap for",
    "with",
];
/// Directly behind it.
const INSTEAD_AFTER: &[&str] = &["instead", "代替", "替代"];
/// In English "with" alone says nothing; it needs one of these before.
const REPLACES: &[&str] = &["replace", "swap", "exchange", "substitute"];
/// Directly before a product: all others are given up.
const ONLY: &[&str] = &["只要", "就要", "只订", "只买", "just the", "only the", "only need"];
/// The whole deal is given up.
const NONE_OF_IT: &[&str] = &[
    "都不要了",
    "全都不要",
    "全部取消",
    "重新来过",
    "从头来",
    "forget all",
    "cancel everything",
    "start over",
];

pub(super) fn update(
    requirement: &mut Requirement,
    situation: &Situation<'_>,
    understanding: &Understanding,
    wording: &Wording,
) {
    if has_any(wording.all(), NONE_OF_IT) {
        requirement.lines.clear();
        requirement.quantity = None;
        requirement.unmatched.clear();
    }
    let named: Vec<(&Entity, &ProductId)> = understanding
        .entities_of(EntityKind::Product)
        .filter_map(|entity| match &entity.value {
            EntityValue::Product(product) => Some((entity, product)),
            _ => None,
        })
        .collect();
    let (given_up, wanted): (Vec<_>, Vec<_>) = named.into_iter().partition(|(entity, _)| entity.negated);
    let replacing = wanted.iter().position(|(entity, _)| replaces(wording, entity));
    let only = wanted.iter().any(|(entity, _)| cues::before(wording, entity.start, ONLY).is_some());
    let kept = quantity_given_up(requirement, replacing.and_then(|at| wanted.get(at)), &wanted);
    for (_, product) in &given_up {
        requirement.lines.retain(|line| line.product.value != **product);
    }
    if let Some((_, new)) = replacing.and_then(|at| wanted.get(at)) {
        let old: Vec<&ProductId> =
            wanted.iter().map(|(_, product)| *product).filter(|one| one != new).collect();
        if old.is_empty() {
            if requirement.focus().is_some_and(|focus| focus.product.value != **new) {
                requirement.lines.pop();
            }
        } else {
            requirement.lines.retain(|line| !old.contains(&&line.product.value));
        }
    }
    if only {
        requirement.lines.retain(|line| wanted.iter().any(|(_, product)| **product == line.product.value));
    }
    for (at, (entity, product)) in wanted.iter().enumerate() {
        // What is replaced was named to be given up.
        if replacing.is_some_and(|new| new != at) {
            continue;
        }
        focus_on(requirement, situation.knowledge, product, situation.message_at(entity.start).id);
        if replacing.is_some()
            && let Some(line) = requirement.lines.last_mut().filter(|line| line.quantity.is_none())
        {
            line.quantity.clone_from(&kept);
        }
    }
    if let Some(picked) = super::picked_by_figure(situation, understanding) {
        focus_on(requirement, situation.knowledge, picked, situation.message_at(0).id);
    }
    settle_unmatched(requirement, situation, &wanted);
    accept_offer(requirement, situation, understanding);
    take_the_only(requirement, situation, understanding);
}

/// The product that a line of the table was asked about takes the quantity of that line.
fn settle_unmatched(
    requirement: &mut Requirement,
    situation: &Situation<'_>,
    wanted: &[(&Entity, &ProductId)],
) {
    let asked = situation.conversation.memory.question.as_ref();
    if asked.is_none_or(|question| question.about != "unmatched") || requirement.unmatched.is_empty() {
        return;
    }
    let [(_, product)] = wanted else { return };
    let open = requirement.unmatched.remove(0);
    if let Some(line) = requirement.lines.iter_mut().find(|line| line.product.value == **product)
        && line.quantity.is_none()
    {
        line.quantity = open.value.quantity.map(|value| Slot { value, evidence: open.evidence });
    }
}

/// The quantity of what is replaced: the buyer changes the product, not how many he needs.
fn quantity_given_up(
    requirement: &Requirement,
    replacing: Option<&(&Entity, &ProductId)>,
    wanted: &[(&Entity, &ProductId)],
) -> Option<Slot<Quantity>> {
    let (_, new) = replacing?;
    let old = wanted.iter().map(|(_, product)| *product).find(|product| product != new);
    match old {
        Some(old) => requirement.line(old)?.quantity.clone(),
        None => requirement.focus()?.quantity.clone(),
    }
}

fn replaces(wording: &Wording, entity: &Entity) -> bool {
    match cues::before(wording, entity.start, INSTEAD_BEFORE) {
        Some("with") => has_any(wording.part(&wording.clause(entity.start..entity.end)), REPLACES),
        Some(_) => true,
        None => cues::behind(wording, entity.end, INSTEAD_AFTER),
    }
}

/// Where one product alone was shown and none is spoken of, a question about "it" is about that one.
fn take_the_only(requirement: &mut Requirement, situation: &Situation<'_>, understanding: &Understanding) {
    // These look for something, or are about what he has already.
    let others = [intent::PRODUCT_INQUIRY, intent::PRODUCT_COMPARISON, intent::TECHNICAL_SUPPORT];
    let names = [EntityKind::Product, EntityKind::Spec];
    if let [only] = situation.conversation.memory.listed.as_slice()
        && requirement.focus().is_none()
        && understanding.entities.iter().all(|entity| entity.generic || !names.contains(&entity.kind))
        && intent::is_about_goods(understanding.primary())
        && !others.contains(&understanding.primary())
        && situation.knowledge.product(only).is_some()
    {
        focus_on(requirement, situation.knowledge, only, situation.message_at(0).id);
    }
}

/// "可以" to a single offer is about the product that was offered.
fn accept_offer(requirement: &mut Requirement, situation: &Situation<'_>, understanding: &Understanding) {
    if let Some(question) = &situation.conversation.memory.question
        && question.about == "offer"
        && understanding.primary() == intent::AFFIRM
        && let [only] = question.choices.as_slice()
        && let product = ProductId::from(only.as_str())
        && situation.knowledge.product(&product).is_some()
    {
        focus_on(requirement, situation.knowledge, &product, situation.message_at(0).id);
    }
}

/// Moves the product's line to the end, or adds one there.
pub(super) fn focus_on(
    requirement: &mut Requirement,
    knowledge: &Knowledge,
    product: &ProductId,
    evidence: MessageId,
) {
    let known = requirement.lines.iter().position(|line| &line.product.value == product);
    let mut line = match known {
        Some(at) => requirement.lines.remove(at),
        None => RequirementLine { product: Slot { value: product.clone(), evidence }, quantity: None },
    };
    // A quantity that was said before any product belongs to the first one named that is counted so: five kilograms are no grippers.
    let counts = |said: &mut Slot<Quantity>| {
        knowledge
            .product(product)
            .is_none_or(|product| pricing::base_quantity(knowledge, product, &said.value).is_some())
    };
    if line.quantity.is_none() {
        line.quantity = requirement.quantity.take_if(counts);
    }
    requirement.lines.push(line);
    requirement.aside = false;
    if requirement.lines.len() > MAX_LINES {
        requirement.lines.remove(0);
    }
}
