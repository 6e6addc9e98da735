//! A message that is nothing but goods: "P001", "那P002呢". It asks what was asked before.

use domain::understanding::{EntityKind, EntityValue, Understanding};

use crate::situation::Situation;

/// Words that only join one message to the one before it.
const JOINTS: &[&str] = &[
    "what about",
    "how about",
    "and",
    "or",
    "the",
    "还有",
    "那么",
    "那",
    "呢",
    "和",
    "跟",
    "与",
    "及",
    "款",
    "型号",
    "的",
];

/// Whether nothing is left of the message once the goods that it names are taken out.
pub(super) fn names_only_goods(situation: &Situation<'_>, understanding: &Understanding) -> bool {
    let goods: Vec<_> = understanding
        .entities_of(EntityKind::Product)
        .filter(|entity| !entity.negated && matches!(entity.value, EntityValue::Product(_)))
        .map(|entity| entity.start..entity.end)
        .collect();
    if goods.is_empty() {
        return false;
    }
    let text = situation.text();
    let rest: String = text
        .chars()
        .enumerate()
        .map(|(at, letter)| if goods.iter().any(|span| span.contains(&at)) { ' ' } else { letter })
        .collect();
    let rest = JOINTS.iter().fold(rest.to_lowercase(), |text, joint| text.replace(joint, " "));
    rest.chars().all(|letter| !letter.is_alphanumeric())
}
