//! The section `follow_ups`: to whom the assistant writes again, when, and how often at the most.

use std::collections::BTreeMap;

use domain::{follow_up::Reason, language::LocalizedText, stage::Stage};

use super::{FollowUpSettings, FollowUpStep, shop::minutes, table::Table};
use crate::{
    document::{Fields, Node, Problems, one_of_words, shown, suggestion},
    follow_up::placeholders,
    reply::template,
};

/// So many steps are told apart by a buyer's patience, not by a list.
const MAX_STEPS: usize = 50;
/// Milliseconds of a hundredth of an hour.
const HUNDREDTH: i64 = 36_000;
/// A year, in hundredths of an hour.
const LONGEST: i64 = 876_000;

/// What a file says; what it leaves out stays as the default pack has it.
#[derive(Debug, Clone, Default)]
pub(super) struct WrittenFollowUps {
    enabled: Option<bool>,
    quiet: Option<Quiet>,
    weekends: Option<bool>,
    max_per_week: Option<i64>,
    max_in_a_row: Option<i64>,
    rest_hours: Option<i64>,
    windows: Option<Vec<(String, i64)>>,
    steps: Vec<WrittenStep>,
}

/// Minutes of the day, or none at all.
#[derive(Debug, Clone, Copy)]
enum Quiet {
    Never,
    Hours(u16, u16),
}

impl Quiet {
    const fn hours(self) -> Option<(u16, u16)> {
        match self {
            Self::Never => None,
            Self::Hours(from, until) => Some((from, until)),
        }
    }
}

#[derive(Debug, Clone)]
struct WrittenStep {
    enabled: bool,
    step: FollowUpStep,
}

/// The shop's settings over the default ones. A step with the id of a default one stands in its place, one that is switched off is
/// gone, others come first.
pub(super) fn merge(shop: WrittenFollowUps, default: WrittenFollowUps) -> FollowUpSettings {
    let known = FollowUpSettings::default();
    let count = |own: Option<i64>, other: Option<i64>, known: usize| {
        own.or(other).and_then(|value| usize::try_from(value).ok()).unwrap_or(known)
    };
    let mut steps = shop.steps;
    for step in default.steps {
        if !steps.iter().any(|own| own.step.id == step.step.id) {
            steps.push(step);
        }
    }
    FollowUpSettings {
        enabled: shop.enabled.or(default.enabled).unwrap_or(known.enabled),
        quiet: shop.quiet.or(default.quiet).map_or(known.quiet, Quiet::hours),
        weekends: shop.weekends.or(default.weekends).unwrap_or(known.weekends),
        max_per_week: count(shop.max_per_week, default.max_per_week, known.max_per_week),
        max_in_a_row: count(shop.max_in_a_row, default.max_in_a_row, known.max_in_a_row),
        rest_hours: shop.rest_hours.or(default.rest_hours).unwrap_or(known.rest_hours),
        windows: BTreeMap::from_iter(shop.windows.or(default.windows).unwrap_or_default()),
        steps: steps.into_iter().filter(|step| step.enabled).map(|step| step.step).collect(),
    }
}

pub(super) fn read(node: &Node, problems: &mut Problems) -> Option<WrittenFollowUps> {
    let mut fields = Fields::new(node, problems)?;
    let enabled = fields.optional("enabled", Node::boolean);
    let quiet = fields.optional("quiet_hours", quiet_hours);
    let weekends = fields.optional("weekends", Node::boolean);
    let mut number = |key, range| {
        fields.optional(key, |node: &Node, problems: &mut Problems| node.integer(range, problems))
    };
    let max_per_week = number("max_per_week", 1..=21);
    let max_in_a_row = number("max_in_a_row", 1..=20);
    let rest_hours = number("rest_hours", 1..=720);
    let windows = fields.optional("windows", |node, problems| {
        node.entries(
            |entry, problems| Some((entry.key.clone(), entry.value.integer(1..=8_760, problems)?)),
            problems,
        )
    });
    let mut ids = Table::<()>::new("step");
    let place = fields.place_of("steps");
    let steps = fields.list("steps", |node, problems| step(node, &mut ids, problems));
    if steps.len() > MAX_STEPS {
        fields.problems().error_with_help(
            place,
            format!("there are {} steps", steps.len()),
            format!("keep {MAX_STEPS} at most"),
        );
    }
    fields.finish();
    Some(WrittenFollowUps {
        enabled,
        quiet,
        weekends,
        max_per_week,
        max_in_a_row,
        rest_hours,
        windows,
        steps,
    })
}

/// `20:00-09:00`, over midnight too; `none` for no quiet hours at all.
fn quiet_hours(node: &Node, problems: &mut Problems) -> Option<Quiet> {
    let text = node.text(problems)?;
    if text == "none" {
        return Some(Quiet::Never);
    }
    let times = text.split_once('-').and_then(|(from, until)| Some((minutes(from)?, minutes(until)?)));
    let Some((from, until)) = times.filter(|(from, until)| from != until && *from < 24 * 60) else {
        let help = "write them as in \"20:00-09:00\", or `none`";
        problems.error_with_help(node.place, format!("`{}` are not quiet hours", shown(&text)), help);
        return None;
    };
    // A day that begins at 24:00 begins at 0:00.
    Some(Quiet::Hours(from, until % (24 * 60)))
}

fn step(node: &Node, ids: &mut Table<()>, problems: &mut Problems) -> Option<WrittenStep> {
    let mut fields = Fields::new(node, problems)?;
    let id = fields.required("id", Node::text);
    let id_place = fields.place_of("id");
    let reasons = Reason::ALL.map(|reason| (reason.name(), reason));
    let reason = fields.required("reason", |node, problems| node.one_of(&reasons, problems));
    let enabled = fields.flag("enabled", true);
    let names = Stage::ALL.map(|stage| (stage.name(), stage));
    let stages = fields.list("stages", |node, problems| node.one_of(&names, problems));
    let mut hours = |key| {
        fields.optional(key, |node: &Node, problems: &mut Problems| {
            let hundredths = node.amount(2, problems)?;
            if hundredths > LONGEST {
                problems.error(node.place, "this is more than a year");
                return None;
            }
            Some(hundredths * HUNDREDTH)
        })
    };
    let after = hours("after_hours");
    let before = hours("before_hours");
    let cycle = fields.optional("cycle_percent", |node, problems| node.integer(10..=300, problems));
    let text_place = fields.place_of("text");
    let text = fields.optional("text", Node::localized);
    let start = fields.place();
    if let Some(reason) = reason {
        let (wanted, others) = match reason {
            Reason::QuoteExpires => {
                ("before_hours", [("after_hours", after.is_some()), ("cycle_percent", cycle.is_some())])
            }
            Reason::ReorderDue => {
                ("cycle_percent", [("after_hours", after.is_some()), ("before_hours", before.is_some())])
            }
            _ => ("after_hours", [("before_hours", before.is_some()), ("cycle_percent", cycle.is_some())]),
        };
        for (key, _) in others.into_iter().filter(|(_, given)| *given) {
            let place = fields.place_of(key);
            let message = format!("`{key}` says nothing for the reason `{}`", reason.name());
            fields.problems().error_with_help(place, message, format!("write `{wanted}` instead"));
        }
        let given = match reason {
            Reason::QuoteExpires => before.is_some(),
            Reason::ReorderDue => cycle.is_some(),
            _ => after.is_some(),
        };
        if enabled && !given {
            let message = format!("the key `{wanted}` is missing here");
            fields.problems().error(start, message);
        }
        if let Some(text) = &text {
            check_text(text, reason, text_place, fields.problems());
        }
    }
    fields.finish();
    let (id, reason) = (id?, reason?);
    ids.claim(&id, id_place, problems);
    let after_millis = before.or(after).unwrap_or_default();
    let cycle_percent = cycle.unwrap_or(100);
    Some(WrittenStep {
        enabled,
        step: FollowUpStep { id, reason, stages, after_millis, cycle_percent, text },
    })
}

fn check_text(text: &LocalizedText, reason: Reason, place: crate::document::Place, problems: &mut Problems) {
    let known = placeholders(reason);
    let values: Vec<(&str, &str)> = known.iter().map(|name| (*name, "")).collect();
    for wording in text.all() {
        if let Err(template::TemplateProblem::Placeholder(name)) = template::fill(wording, &values) {
            let message = format!("a step for `{}` has no `{{{}}}`", reason.name(), shown(&name));
            let help = suggestion(&name, known.iter().copied())
                .unwrap_or_else(|| one_of_words(known.iter().copied()));
            problems.error_with_help(place, message, help);
        }
    }
}
