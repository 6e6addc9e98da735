//! The section `authority`.

use std::collections::BTreeMap;

use domain::{
    inbox::Autonomy,
    quantity::{Quantity, Thousandths},
};

use super::{
    price_list::NamedProduct,
    settings::{NamedIntent, known_name},
    shop::percent,
    table::Row,
};
use crate::{
    authority::{Authority, AutonomyRule, Limits, PaymentLimit, Role},
    document::{Entry, Fields, Node, Problems, Severity, shown},
    expression::Expression,
    negotiation::{Concessions, Give, GiveToGet},
};

/// Ten years.
const MOST_DAYS: i64 = 3_650;
const MOST_SAMPLES: i64 = 1_000_000;

const LEVELS: [(&str, Autonomy); 5] = [
    ("off", Autonomy::Off),
    ("draft", Autonomy::Draft),
    ("answer", Autonomy::Answer),
    ("quote", Autonomy::Quote),
    ("sell", Autonomy::Sell),
];

/// What is named here is checked once all tables are known: `lists` and `intents`.
pub(super) fn read(
    node: &Node,
    lists: &mut Vec<NamedProduct>,
    intents: &mut Vec<NamedIntent>,
    problems: &mut Problems,
) -> Option<Authority> {
    let default = Authority::default();
    let mut fields = Fields::new(node, problems)?;
    let mut roles = BTreeMap::new();
    for role in Role::LIMITED {
        let read = fields.optional(role.name(), |node, problems| limits(node, lists, problems));
        roles.extend(read.map(|limits| (role, limits)));
    }
    let grades = fields.optional("grades", |node, problems| {
        node.entries(|entry, problems| grade(entry, lists, problems), problems)
    });
    let autonomy = fields.list("autonomy", |node, problems| autonomy(node, intents, problems));
    let concessions = fields.optional("concessions", concessions).unwrap_or_default();
    let approval_hours =
        fields.optional("approval_hours", |node, problems| node.integer(1..=24 * MOST_DAYS, problems));
    let offer_days = fields.optional("offer_days", |node, problems| node.integer(1..=MOST_DAYS, problems));
    for (place, message) in check_steps(&fields, &roles, &concessions) {
        fields.problems().warning(place, message, Some("raise the limit, or take the step out".into()));
    }
    fields.finish();
    Some(Authority {
        roles,
        grades: grades.unwrap_or_default().into_iter().collect(),
        autonomy,
        concessions,
        approval_hours: approval_hours.unwrap_or(default.approval_hours),
        offer_days: offer_days.unwrap_or(default.offer_days),
    })
}

/// Steps that can never be given to anybody.
fn check_steps(
    fields: &Fields<'_, '_>,
    roles: &BTreeMap<Role, Limits>,
    concessions: &Concessions,
) -> Vec<(crate::document::Place, String)> {
    let limits = roles.get(&Role::Assistant).cloned().unwrap_or_default();
    let most = crate::authority::largest_discount(&limits);
    let gets = concessions.give_to_get.iter().map(|get| get.percent);
    let beyond = concessions.steps.iter().copied().chain(gets).filter(|step| *step > most);
    let place = fields.place_of("concessions");
    let shown = |step: Thousandths| domain::decimal::format_scaled(step.0, 3);
    beyond
        .map(|step| {
            let message =
                format!("a concession of {}% lies beyond the assistant's {}%", shown(step), shown(most));
            (place, message)
        })
        .collect()
}

/// `gold: {assistant: {…}, rep: {…}}`
fn grade(
    entry: &Entry,
    lists: &mut Vec<NamedProduct>,
    problems: &mut Problems,
) -> Option<(String, BTreeMap<Role, Limits>)> {
    let roles = entry.value.entries(
        |inner, problems| {
            known_name(&inner.key, inner.place, Role::LIMITED.map(Role::name), "role", problems)?;
            let role = Role::LIMITED.into_iter().find(|role| role.name() == inner.key)?;
            Some((role, limits(&inner.value, lists, problems)?))
        },
        problems,
    )?;
    Some((entry.key.to_lowercase(), roles.into_iter().collect()))
}

fn limits(node: &Node, lists: &mut Vec<NamedProduct>, problems: &mut Problems) -> Option<Limits> {
    let mut fields = Fields::new(node, problems)?;
    let limits = Limits {
        max_discount_percent: fields.optional("max_discount_percent", percent),
        min_margin_percent: fields.optional("min_margin_percent", percent),
        payment: fields.optional("payment", payment),
        free_samples: fields
            .optional("free_samples", |node, problems| node.integer(0..=MOST_SAMPLES, problems)),
        lead_time_days_earlier: fields
            .optional("lead_time_days_earlier", |node, problems| node.integer(0..=MOST_DAYS, problems)),
        min_moq_percent: fields.optional("min_moq_percent", percent),
        price_lists: fields.optional("price_lists", |node, problems| {
            node.list(
                |node, problems| {
                    let id = node.text(problems)?;
                    lists.push(Row { value: id.clone(), place: node.place });
                    Some(id)
                },
                problems,
            )
        }),
    };
    fields.finish();
    Some(limits)
}

fn payment(node: &Node, problems: &mut Problems) -> Option<PaymentLimit> {
    let mut fields = Fields::new(node, problems)?;
    let deposit = fields.optional("min_deposit_percent", percent);
    let days = fields.optional("max_net_days", |node, problems| node.integer(0..=MOST_DAYS, problems));
    if deposit.is_none() && days.is_none() {
        let place = fields.place();
        let help = "write `min_deposit_percent`, `max_net_days` or both";
        fields.problems().error_with_help(place, "this limits nothing", help);
    }
    fields.finish();
    // What is not said is the strictest.
    let min_deposit_percent = deposit.unwrap_or(Thousandths(100_000));
    Some(PaymentLimit { min_deposit_percent, max_net_days: days.unwrap_or(0) })
}

fn autonomy(node: &Node, intents: &mut Vec<NamedIntent>, problems: &mut Problems) -> Option<AutonomyRule> {
    let mut fields = Fields::new(node, problems)?;
    let inboxes = fields.texts("inboxes");
    let named = fields.list("intents", |node, problems| {
        let name = node.text(problems)?;
        intents.push(NamedIntent { name: name.clone(), place: node.place });
        Some(name)
    });
    let grades = fields.texts("grades");
    let level = fields.required("level", |node, problems| node.one_of(&LEVELS, problems));
    fields.finish();
    Some(AutonomyRule { inboxes, intents: named, grades, level: level? })
}

fn concessions(node: &Node, problems: &mut Problems) -> Option<Concessions> {
    let mut fields = Fields::new(node, problems)?;
    let when = fields.optional("when", |node, problems| {
        let text = node.text(problems)?;
        Expression::compile(&text)
            .map_err(|error| {
                let place = node.place_of_character(error.column.saturating_sub(1));
                problems.add(Severity::Error, place, error.message, error.help);
            })
            .ok()
    });
    let mut last = Thousandths(0);
    let steps = fields.list("steps", |node, problems| {
        let step = percent(node, problems)?;
        if step <= last {
            let message = format!("the step `{}` gives no more than the one before", shown(&node_text(node)));
            problems.error_with_help(node.place, message, "write steps in rising order, each above 0");
            return None;
        }
        last = step;
        Some(step)
    });
    let give_to_get = fields.list("give_to_get", give_to_get);
    fields.finish();
    Some(Concessions { when, steps, give_to_get })
}

fn node_text(node: &Node) -> String {
    node.as_scalar().map(|scalar| scalar.text.clone()).unwrap_or_default()
}

/// `{quantity_more_percent: 20, percent: 4}`, `{prepayment: true, percent: 4}` or `{days_later: 10, percent: 4}`.
fn give_to_get(node: &Node, problems: &mut Problems) -> Option<GiveToGet> {
    let mut fields = Fields::new(node, problems)?;
    let more = fields.optional("quantity_more_percent", |node, problems| {
        node.positive(Quantity::DIGITS, problems).map(Thousandths)
    });
    let prepayment = fields.flag("prepayment", false);
    let later = fields.optional("days_later", |node, problems| node.integer(1..=MOST_DAYS, problems));
    let percent = fields.required("percent", percent);
    let place = fields.place();
    let gives: Vec<Give> = more
        .map(|more_percent| Give::Quantity { more_percent })
        .into_iter()
        .chain(prepayment.then_some(Give::Prepayment))
        .chain(later.map(|days| Give::LaterDelivery { days }))
        .collect();
    let [give] = gives.as_slice() else {
        let help = "write exactly one of `quantity_more_percent`, `prepayment: true` and `days_later`";
        fields.problems().error_with_help(place, "a concession in return for nothing in particular", help);
        fields.finish();
        return None;
    };
    fields.finish();
    Some(GiveToGet { give: *give, percent: percent? })
}
