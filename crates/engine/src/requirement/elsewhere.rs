//! Whether the buyer looks for something else than the product spoken of: "do you have grippers, too?" is not about the robot.

use domain::{
    requirement::Requirement,
    understanding::{EntityKind, EntityValue, Understanding, intent},
};

use crate::{
    profile::wording::{Wording, has_any},
    situation::Situation,
};

/// Who says one of these wants to see what else there is.
const OTHERS: &[&str] = &[
    "还有什么",
    "还有哪些",
    "还有没有",
    "别的",
    "其他",
    "其它",
    "换一款",
    "换个",
    "other model",
    "other product",
    "another model",
    "anything else",
    "something else",
    "what else",
    "alternatives",
];
/// With a figure of what it must do, these look for a product that does it.
const ANY: &[&str] = &[
    "有没有",
    "有无",
    "有不有",
    "找一款",
    "找个",
    "想要一款",
    "需要一款",
    "do you have",
    "have you got",
    "any ",
    "looking for",
    "we need a",
    "i need a",
];

/// Whether the message turns from the product spoken of to others, without naming one.
pub(super) fn looks(
    requirement: &Requirement,
    situation: &Situation<'_>,
    understanding: &Understanding,
    intents: &[&str],
    wording: &Wording,
) -> bool {
    let Some(focus) = requirement.focus() else { return false };
    let focus = &focus.product.value;
    // What is named is spoken of from now on; of a word that fits several the buyer means one, and not this one if it is none of them.
    if let Some(entity) = understanding.entities_of(EntityKind::Product).find(|entity| !entity.negated) {
        let means_focus =
            |candidate: &EntityValue| matches!(candidate, EntityValue::Product(id) if id == focus);
        return !entity.candidates.is_empty() && !entity.candidates.iter().any(means_focus);
    }
    let category = situation.knowledge.product(focus).and_then(|product| product.category.as_deref());
    if understanding.topic.is_some() && understanding.topic.as_deref() != category {
        return intents.iter().any(|name| intent::is_about_goods(name));
    }
    let searches = [intent::PRODUCT_INQUIRY, intent::SPEC_INQUIRY, intent::NEW_PRODUCTS];
    let wishes = || understanding.entities_of(EntityKind::Spec).any(|entity| !entity.negated);
    intents.iter().any(|name| searches.contains(name))
        && (has_any(wording.all(), OTHERS) || (wishes() && has_any(wording.all(), ANY)))
}
