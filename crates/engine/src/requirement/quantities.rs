//! Which quantity belongs to which product: the nearest one, else the focus.

use std::ops::Range;

use domain::{
    id::ProductId,
    quantity::Quantity,
    requirement::{Requirement, Slot},
    understanding::{Entity, EntityKind, EntityValue, Understanding},
};

use crate::{
    profile::{
        scale,
        wording::{Wording, has_any},
    },
    situation::Situation,
};

/// A quantity beside one of these is not the deal's.
const SAMPLE: &[&str] = &["样品", "样机", "打样", "寄样", "拿样", "sample"];
/// One quantity for each of several products.
const EACH: &[&str] = &["各", "每款", "每种", "each", "of both"];

struct Named<'u> {
    product: &'u ProductId,
    span: Range<usize>,
    quantity: Option<&'u Entity>,
}

/// Gives each quantity of the message to its product.
pub(super) fn assign(
    requirement: &mut Requirement,
    situation: &Situation<'_>,
    understanding: &Understanding,
    wording: &Wording,
) {
    let quantities: Vec<&Entity> = understanding
        .entities_of(EntityKind::Quantity)
        .filter(|entity| !entity.negated && value(entity).is_some())
        .filter(|entity| scale::period(wording, understanding, entity).is_none())
        .filter(|entity| {
            let clause = wording.clause(entity.start..entity.end);
            !has_any(wording.part(&clause), SAMPLE)
        })
        .collect();
    let mut named: Vec<Named<'_>> = understanding
        .entities_of(EntityKind::Product)
        .filter(|entity| !entity.negated)
        .filter_map(|entity| match &entity.value {
            EntityValue::Product(product) => {
                Some(Named { product, span: entity.start..entity.end, quantity: None })
            }
            _ => None,
        })
        .collect();
    if let [only] = quantities.as_slice()
        && named.len() > 1
        && has_any(wording.part(&wording.clause(only.start..only.end)), EACH)
    {
        for one in &mut named {
            one.quantity = Some(only);
        }
    } else {
        pair(&mut named, &quantities);
    }
    let slot = |entity: &Entity| {
        let value = value(entity)?;
        Some(Slot { value, evidence: situation.message_at(entity.start).id })
    };
    for found in &named {
        if let Some(entity) = found.quantity
            && let Some(line) = requirement.lines.iter_mut().find(|line| &line.product.value == found.product)
        {
            line.quantity = slot(entity);
        }
    }
    // Alone it replaces the quantity of what was spoken of last.
    if named.is_empty()
        && let Some(last) = quantities.last()
    {
        match requirement.lines.last_mut() {
            Some(line) if !super::names_unknown_product(understanding) => line.quantity = slot(last),
            Some(_) => {}
            None => requirement.quantity = slot(last),
        }
    }
}

/// Pairs by rising distance; where two products are equally near, the quantity follows its product.
fn pair<'u>(named: &mut [Named<'u>], quantities: &[&'u Entity]) {
    let mut pairs: Vec<(usize, bool, usize, usize)> = Vec::new();
    for (which, quantity) in quantities.iter().enumerate() {
        for (whose, named) in named.iter().enumerate() {
            let follows = quantity.start >= named.span.end;
            let gap = if follows {
                quantity.start - named.span.end
            } else {
                named.span.start.saturating_sub(quantity.end)
            };
            pairs.push((gap, !follows, which, whose));
        }
    }
    pairs.sort_unstable();
    let mut used = vec![false; quantities.len()];
    for (_, _, which, whose) in pairs {
        if !used[which] && named[whose].quantity.is_none() {
            used[which] = true;
            named[whose].quantity = Some(quantities[which]);
        }
    }
}

/// A range counts from its lower end, so that no tier is promised that the buyer may not reach.
fn value(entity: &Entity) -> Option<Quantity> {
    match &entity.value {
        EntityValue::Quantity(quantity) if quantity.thousandths > 0 => Some(quantity.clone()),
        EntityValue::QuantityRange { min, unit, .. } if min.0 > 0 => {
            Some(Quantity { thousandths: min.0, unit: unit.clone() })
        }
        _ => None,
    }
}
