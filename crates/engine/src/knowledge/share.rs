//! Shares: the part of the buyers that a rule is tried on, so that what it brings can be compared.
//!
//! The rules of one test divide the buyers between them; who is left is held out and gets none of them.

use std::collections::{BTreeMap, HashMap};

use domain::{catalog::RuleShare, decimal::format_scaled};

use super::{Slice, rule::ReadRule};
use crate::document::{Fields, Node, Place, Problems, shown};

/// `30`, or `{test: …, percent: 45, hold_out: 10}`; `rule` names the test where none is said.
pub(super) fn read(node: &Node, rule: Option<&str>, problems: &mut Problems) -> Option<RuleShare> {
    let own = || rule.unwrap_or_default().to_owned();
    if node.as_scalar().is_some() {
        let percent = percent(node, problems)?;
        return Some(RuleShare { test: own(), percent, hold_out: None });
    }
    let mut fields = Fields::new(node, problems)?;
    let test = fields.optional("test", Node::text);
    let share = fields.required("percent", percent);
    let hold_out = fields.optional("hold_out", percent);
    fields.finish();
    Some(RuleShare { test: test.unwrap_or_else(own), percent: share?, hold_out })
}

/// Above 0 and at most 100, in hundredths.
fn percent(node: &Node, problems: &mut Problems) -> Option<u32> {
    let value = node.positive(2, problems)?;
    let within = u32::try_from(value).ok().filter(|value| *value <= Slice::PLACES);
    if within.is_none() {
        let message = format!("a share of {} % is more than all buyers", format_scaled(value, 2));
        problems.error_with_help(node.place, message, "give at most 100");
    }
    within
}

/// What the rules of one test say together.
#[derive(Default)]
struct Test<'r> {
    rules: Vec<(&'r str, u32, Place)>,
    hold_out: Option<(u32, Place)>,
}

/// The slice of each rule that has a share, by the rule's name. Reports shares that do not add up.
///
/// Within a test the rules stand by name, so that their order in the files moves no buyer.
pub(super) fn lay_out<'r>(all: &[&'r ReadRule], problems: &mut Problems) -> HashMap<&'r str, Slice> {
    let mut tests: BTreeMap<&str, Test<'r>> = BTreeMap::new();
    for &read in all {
        let Some(share) = read.compiled.as_ref().and_then(|compiled| compiled.rule.share.as_ref()) else {
            continue;
        };
        let test = tests.entry(&share.test).or_default();
        test.rules.push((&read.name, share.percent, read.share_place));
        if let Some(hold_out) = share.hold_out {
            match test.hold_out {
                Some((before, place)) if before != hold_out => {
                    let message = format!(
                        "the hold-out of the test `{}` is {} % here and {} % at {}",
                        shown(&share.test),
                        format_scaled(hold_out.into(), 2),
                        format_scaled(before.into(), 2),
                        problems.describe(place)
                    );
                    problems.error_with_help(read.share_place, message, "say it once");
                }
                Some(_) => {}
                None => test.hold_out = Some((hold_out, read.share_place)),
            }
        }
    }
    let mut slices = HashMap::new();
    for (name, mut test) in tests {
        add_up(name, &test, problems);
        test.rules.sort_unstable_by_key(|(rule, ..)| *rule);
        let mut next = 0_u32;
        for (rule, percent, _) in test.rules {
            let until = next.saturating_add(percent);
            slices.insert(rule, Slice { test: name.to_owned(), from: next, until });
            next = until;
        }
    }
    slices
}

fn add_up(name: &str, test: &Test<'_>, problems: &mut Problems) {
    let shares: u64 = test.rules.iter().map(|(_, percent, _)| u64::from(*percent)).sum();
    let held_out = test.hold_out.map_or(0, |(percent, _)| u64::from(percent));
    let together = shares + held_out;
    let whole = u64::from(Slice::PLACES);
    let is_wrong = together > whole || (test.hold_out.is_some() && together != whole);
    let Some(&(.., last)) = test.rules.last().filter(|_| is_wrong) else { return };
    let sum = i64::try_from(together).map_or_else(|_| "over 100".to_owned(), |sum| format_scaled(sum, 2));
    let parts: Vec<String> = test
        .rules
        .iter()
        .map(|(rule, percent, _)| format!("{} {}", shown(rule), format_scaled((*percent).into(), 2)))
        .chain(test.hold_out.map(|(percent, _)| format!("hold_out {}", format_scaled(percent.into(), 2))))
        .collect();
    let message = format!(
        "the shares of the test `{}` add up to {sum} %, not 100 % ({})",
        shown(name),
        parts.join(", ")
    );
    let help = if test.hold_out.is_some() {
        "change the shares until they and the hold-out make 100"
    } else {
        "lower them; what they leave of 100 is the hold-out"
    };
    problems.error_with_help(last, message, help);
}
