//! A message that is nothing but goods: "P001", "那P002呢". It asks what was asked before.

use std::ops::Range;

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

/// Words around goods and how many of them are wanted.
const WANTED: &[&str] = &[
    "要", "来", "各", "我", "们", "需", "再", "先", "一共", "就", "吧", "了", "we", "need", "want", "take",
    "please", "pls", "i ", "of",
];

/// Whether nothing is left of the message once the goods that it names are taken out.
pub(super) fn names_only_goods(situation: &Situation<'_>, understanding: &Understanding) -> bool {
    let goods: Vec<_> = goods(understanding).collect();
    !goods.is_empty() && rest(situation, &goods, &[]).chars().all(|letter| !letter.is_alphanumeric())
}

/// The same for goods with how many of them are wanted: "P002要4只，P004要3台".
pub(super) fn counts_only_goods(situation: &Situation<'_>, understanding: &Understanding) -> bool {
    let quantities = understanding.entities_of(EntityKind::Quantity).filter(|entity| !entity.negated);
    let quantities: Vec<Range<usize>> = quantities.map(|entity| entity.start..entity.end).collect();
    let goods: Vec<Range<usize>> = goods(understanding).collect();
    if goods.is_empty() || quantities.len() < goods.len() {
        return false;
    }
    let named: Vec<Range<usize>> = goods.into_iter().chain(quantities).collect();
    rest(situation, &named, WANTED).chars().all(|letter| !letter.is_alphanumeric())
}

fn goods(understanding: &Understanding) -> impl Iterator<Item = Range<usize>> {
    understanding
        .entities_of(EntityKind::Product)
        .filter(|entity| !entity.negated && matches!(entity.value, EntityValue::Product(_)))
        .map(|entity| entity.start..entity.end)
}

/// What is left of the text in lower case without what is `named`, the words that join messages, and `others`.
fn rest(situation: &Situation<'_>, named: &[Range<usize>], others: &[&str]) -> String {
    let rest: String = situation
        .text()
        .chars()
        .enumerate()
        .map(|(at, letter)| if named.iter().any(|span| span.contains(&at)) { ' ' } else { letter })
        .collect();
    JOINTS.iter().chain(others).fold(rest.to_lowercase(), |text, word| text.replace(word, " "))
}
