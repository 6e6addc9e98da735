//! "P001备件多少钱" asks for parts of a product, not for the product: what is said of the machine is no answer.

use domain::understanding::{Entity, EntityKind, EntityValue, Understanding};

use crate::{
    profile::wording::{Wording, find},
    situation::Situation,
};

/// Directly behind a product: parts of it.
const BEHIND: &[&str] = &[
    "备件",
    "备品",
    "配件",
    "零件",
    "零配件",
    "零部件",
    "耗材",
    "易损件",
    "维修包",
    "附件",
    "spare part",
    "spares",
    "replacement part",
    "parts kit",
    "consumables",
];
/// Directly before it: likewise.
const BEFORE: &[&str] = &[
    "spare parts for",
    "spare part for",
    "spares for",
    "replacement parts for",
    "parts for",
    "parts of",
    "consumables for",
];
/// So far from the product such a word stands, in characters.
const REACH: usize = 4;

/// Whether the message asks for parts of the products that it names.
pub(crate) fn are_asked_for(situation: &Situation<'_>, understanding: &Understanding) -> bool {
    let text = situation.text();
    let wording = Wording::new(&text);
    let mut named = understanding
        .entities_of(EntityKind::Product)
        .filter(|entity| !entity.negated && matches!(entity.value, EntityValue::Product(_)))
        .peekable();
    named.peek().is_some() && named.all(|entity| is_of_parts(&wording, entity))
}

fn is_of_parts(wording: &Wording, entity: &Entity) -> bool {
    let behind = wording.part(&(entity.end..entity.end.saturating_add(REACH + 16)));
    let before = wording.part(&(entity.start.saturating_sub(REACH + 24)..entity.start));
    let length = before.len();
    BEHIND.iter().any(|cue| find(behind, cue).is_some_and(|found| found.start <= REACH))
        || BEFORE.iter().any(|cue| find(before, cue).is_some_and(|found| length - found.end <= REACH + 1))
}
