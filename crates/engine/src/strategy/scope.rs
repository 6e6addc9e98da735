//! When a rule is in force, and which buyers it is tried on.

use domain::{decimal::format_scaled, id::ContactId, turn::TestArm};
use sha2::{Digest as _, Sha256};

use super::circumstances::Circumstances;
use crate::knowledge::{CompiledRule, Slice};

/// Whether the day is within the rule's `from` and `until`.
pub(super) fn is_in_time(circumstances: &Circumstances<'_>, compiled: &CompiledRule) -> bool {
    let rule = &compiled.rule;
    // Most rules have no days, and a day is not looked up for them. ISO dates compare as text.
    rule.from.as_deref().is_none_or(|from| from <= circumstances.date())
        && rule.until.as_deref().is_none_or(|until| circumstances.date() <= until)
}

/// Whether the buyer falls to the rule. A test whose rule would fire is noted, whoever the buyer falls to.
pub(super) fn is_for_buyer(
    circumstances: &Circumstances<'_>,
    compiled: &CompiledRule,
    tests: &mut Vec<TestArm>,
) -> bool {
    let Some(slice) = &compiled.slice else { return true };
    let arm = arm(circumstances, slice);
    let is_his = arm.rule.as_ref() == Some(&compiled.rule.name);
    if !tests.iter().any(|known| known.test == arm.test) {
        tests.push(arm);
    }
    is_his
}

/// The rule of the test that the buyer falls to.
fn arm(circumstances: &Circumstances<'_>, slice: &Slice) -> TestArm {
    let place = place(&slice.test, circumstances.situation.contact.id);
    let rules = &circumstances.situation.knowledge.rules.rules;
    let rule = rules.iter().find(|other| {
        other.slice.as_ref().is_some_and(|other| other.test == slice.test && other.holds(place))
    });
    TestArm { test: slice.test.clone(), rule: rule.map(|compiled| compiled.rule.name.clone()) }
}

/// The buyer's place in a test: the same in every turn, in every process, and unlike that in other tests.
fn place(test: &str, contact: ContactId) -> u32 {
    let mut hash = Sha256::new();
    hash.update((test.len() as u64).to_le_bytes());
    hash.update(test);
    hash.update(contact.to_string());
    let [first, second, third, fourth, ..] = <[u8; 32]>::from(hash.finalize());
    let drawn = u64::from(u32::from_le_bytes([first, second, third, fourth]));
    // Below the number of places, since `drawn` is below 2^32.
    ((drawn * u64::from(Slice::PLACES)) >> 32) as u32
}

/// Why a rule with a share fired for this buyer, for the trace.
pub(super) fn share_words(compiled: &CompiledRule) -> Option<String> {
    let share = compiled.rule.share.as_ref()?;
    Some(format!("the buyer is in its {} % of test `{}`", format_scaled(share.percent.into(), 2), share.test))
}

/// Why a rule whose condition holds did not fire, for the trace; `None` where neither its days nor its share kept it.
pub(super) fn why_not(circumstances: &Circumstances<'_>, compiled: &CompiledRule) -> Option<String> {
    let rule = &compiled.rule;
    if let Some(from) = rule.from.as_deref().filter(|from| *from > circumstances.date()) {
        return Some(format!("it begins on {from}"));
    }
    if let Some(until) = rule.until.as_deref().filter(|until| *until < circumstances.date()) {
        return Some(format!("it ended on {until}"));
    }
    let arm = arm(circumstances, compiled.slice.as_ref()?);
    match arm.rule {
        Some(other) if other == rule.name => None,
        Some(other) => Some(format!("test `{}`: the buyer is in the share of {other}", arm.test)),
        None => Some(format!("test `{}`: the buyer is held out", arm.test)),
    }
}

#[cfg(test)]
mod tests;
