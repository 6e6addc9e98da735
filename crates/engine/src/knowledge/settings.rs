//! The sections `routing`, `recommendation` and `leads`.

use std::collections::BTreeMap;

use domain::{
    catalog::{Routing, Skills, Team},
    conversation::Memory,
    handoff::HandoffReason,
    lead::signal,
    recommendation::MAX_ITEMS,
};

use super::{LeadSettings, RecommendationSettings, Timing, Told, shop::LANGUAGES, table::Table};
use crate::document::{Fields, Node, Place, Problems, nearest, shown};

/// Every reason to hand over, by name.
pub(super) const HANDOFF_REASONS: [HandoffReason; 10] = [
    HandoffReason::Vip,
    HandoffReason::AskedForHuman,
    HandoffReason::Complaint,
    HandoffReason::LowConfidence,
    HandoffReason::OverAuthority,
    HandoffReason::HighValue,
    HandoffReason::Risk,
    HandoffReason::NoKnowledge,
    HandoffReason::OrderIntent,
    HandoffReason::Routing,
];

/// An intent that a team takes, to be checked once all intents are known.
pub(super) struct NamedIntent {
    pub name: String,
    pub place: Place,
}

pub(super) fn routing(
    node: &Node,
    intents: &mut Vec<NamedIntent>,
    goods: &mut Vec<NamedIntent>,
    problems: &mut Problems,
) -> Option<Routing> {
    let mut fields = Fields::new(node, problems)?;
    let mut teams = Table::new("team");
    fields.optional("teams", |node, problems| {
        node.list(|node, problems| team(node, &mut teams, intents, goods, problems), problems)
    });
    let handoff = fields.optional("handoff", |node, problems| {
        node.entries(
            |entry, problems| {
                if entry.key != "default" {
                    known_name(
                        &entry.key,
                        entry.place,
                        HANDOFF_REASONS.map(HandoffReason::name),
                        "hand-off reason",
                        problems,
                    )?;
                }
                let team = entry.value.text(problems)?;
                if !teams.has(&team) {
                    let help = nearest(&team, teams.ids()).map(|near| format!("did you mean `{near}`?"));
                    let help = help.unwrap_or_else(|| "declare it under `teams`".into());
                    problems.error_with_help(
                        entry.value.place,
                        format!("there is no team `{}`", shown(&team)),
                        help,
                    );
                }
                Some((entry.key.clone(), team))
            },
            problems,
        )
    });
    let owners = fields.optional("owners", |node, problems| {
        node.entries(|entry, problems| Some((entry.key.clone(), entry.value.text(problems)?)), problems)
    });
    let owners: BTreeMap<String, String> = owners.unwrap_or_default().into_iter().collect();
    let people = || teams.values().flat_map(|team| &team.members).chain(owners.values());
    let skills = fields.optional("skills", |node, problems| {
        node.entries(
            |entry, problems| {
                let known = skills(&entry.value, goods, problems)?;
                if !people().any(|name| name == &entry.key) {
                    let near = nearest(&entry.key, people().map(String::as_str));
                    let help = near.map_or_else(
                        || "name a member of a team or the owner of a company".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    let message = format!("`{}` is in no team: this never applies", shown(&entry.key));
                    problems.warning(entry.place, message, Some(help));
                }
                Some((entry.key.clone(), known))
            },
            problems,
        )
    });
    let minutes =
        fields.optional("answer_within_minutes", |node, problems| node.integer(1..=10_080, problems));
    let accept =
        fields.optional("accept_within_minutes", |node, problems| node.integer(1..=10_080, problems));
    fields.finish();
    Some(Routing {
        teams: teams.into_values(),
        handoff: handoff.unwrap_or_default().into_iter().collect(),
        owners,
        skills: skills.unwrap_or_default().into_iter().collect(),
        answer_within_minutes: minutes,
        accept_within_minutes: accept,
    })
}

fn skills(node: &Node, goods: &mut Vec<NamedIntent>, problems: &mut Problems) -> Option<Skills> {
    let mut fields = Fields::new(node, problems)?;
    let languages = fields.list("languages", |node, problems| node.one_of(LANGUAGES, problems));
    let known = fields.list("goods", |node, problems| known_goods(node, goods, problems));
    fields.finish();
    Some(Skills { languages, goods: known })
}

/// A category or product, to be checked once all are known.
fn known_goods(node: &Node, goods: &mut Vec<NamedIntent>, problems: &mut Problems) -> Option<String> {
    let name = node.text(problems)?;
    goods.push(NamedIntent { name: name.clone(), place: node.place });
    Some(name)
}

fn team(
    node: &Node,
    teams: &mut Table<Team>,
    intents: &mut Vec<NamedIntent>,
    goods: &mut Vec<NamedIntent>,
    problems: &mut Problems,
) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    let id = fields.required("id", Node::text);
    let place = fields.place_of("id");
    let name = fields.optional("name", Node::localized);
    let members = fields.texts("members");
    let taken = fields.list("intents", |node, problems| {
        let name = node.text(problems)?;
        intents.push(NamedIntent { name: name.clone(), place: node.place });
        Some(name)
    });
    let regions = fields.texts("regions");
    let looked_after = fields.list("goods", |node, problems| known_goods(node, goods, problems));
    fields.finish();
    let id = id?;
    teams.claim(&id, place, problems);
    let name = name.unwrap_or_else(|| domain::language::LocalizedText::one(id.clone()));
    teams.push(Team { id, name, members, intents: taken, regions, goods: looked_after }, place);
    Some(())
}

pub(super) fn recommendation(node: &Node, problems: &mut Problems) -> Option<RecommendationSettings> {
    let default = RecommendationSettings::default();
    let mut fields = Fields::new(node, problems)?;
    let mut number = |key, range| {
        fields.optional(key, |node: &Node, problems: &mut Problems| node.integer(range, problems))
    };
    let remembered = Memory::RECENT as i64;
    let min_rounds = number("min_rounds", 0..=1_000);
    let same_topic_turns = number("same_topic_turns", 1..=remembered);
    let intent_window = number("intent_window", 1..=remembered);
    let max_items = number("max_items", 1..=MAX_ITEMS as i64);
    let cooldown_hours = number("cooldown_hours", 0..=87_600);
    let hold_out = number("hold_out_percent", 0..=50);
    let timing = fields.optional("timing", timing);
    let proactive = fields.flag("proactive", default.proactive);
    fields.finish();
    let size = |value: Option<i64>, default: usize| {
        value.and_then(|value| usize::try_from(value).ok()).unwrap_or(default)
    };
    Some(RecommendationSettings {
        proactive,
        min_rounds: min_rounds.and_then(|value| u32::try_from(value).ok()).unwrap_or(default.min_rounds),
        same_topic_turns: size(same_topic_turns, default.same_topic_turns),
        intent_window: size(intent_window, default.intent_window),
        max_items: size(max_items, default.max_items),
        cooldown_hours: cooldown_hours.unwrap_or(default.cooldown_hours),
        timing: timing.unwrap_or(default.timing),
        hold_out: hold_out.and_then(|value| u32::try_from(value).ok()).unwrap_or(default.hold_out),
    })
}

fn timing(node: &Node, problems: &mut Problems) -> Option<Timing> {
    let name = node.text(problems)?;
    known_name(&name, node.place, ["rules", "learned"], "timing", problems)?;
    Some(if name == "learned" { Timing::Learned } else { Timing::Rules })
}

const SIGNALS: [&str; 4] =
    [signal::ASKED_PRICE, signal::ASKED_DELIVERY, signal::ASKED_DISCOUNT, signal::FIVE_MESSAGES];

pub(super) fn leads(node: &Node, problems: &mut Problems) -> Option<LeadSettings> {
    let default = LeadSettings::default();
    let mut fields = Fields::new(node, problems)?;
    let threshold = fields.optional("threshold", share);
    let points: Option<Vec<(String, u32)>> = fields.optional("points", |node, problems| {
        node.entries(
            |entry, problems| {
                known_name(&entry.key, entry.place, SIGNALS, "signal", problems)?;
                Some((entry.key.clone(), share(&entry.value, problems)?))
            },
            problems,
        )
    });
    let told = told(&mut fields);
    let take_up =
        fields.optional("take_up_within_minutes", |node, problems| node.integer(1..=100_000, problems));
    let lost_after_days =
        fields.optional("lost_after_days", |node, problems| node.integer(1..=3_650, problems));
    fields.finish();
    let mut all: BTreeMap<String, u32> = default.points;
    all.extend(points.unwrap_or_default());
    Some(LeadSettings {
        threshold: threshold.unwrap_or(default.threshold),
        told: told.unwrap_or(default.told),
        points: all,
        take_up_within_minutes: take_up,
        lost_after_days: lost_after_days.unwrap_or(default.lost_after_days),
    })
}

/// `notify_by` with the number that it needs.
fn told(fields: &mut Fields<'_, '_>) -> Option<Told> {
    const NAMES: [&str; 4] = ["points", "chance", "value", "capacity"];
    let place = fields.place_of("notify_by");
    let by = fields.optional("notify_by", |node, problems| {
        let name = node.text(problems)?;
        known_name(&name, node.place, NAMES, "way to notify", problems)?;
        Some(name)
    });
    let value =
        fields.optional("notify_value", |node, problems| node.integer(1..=1_000_000_000_000, problems));
    let capacity = fields.optional("capacity_per_week", |node, problems| node.integer(1..=100_000, problems));
    let capacity = capacity.and_then(|most| u32::try_from(most).ok());
    let (told, needed) = match by?.as_str() {
        "chance" => (Some(Told::Chance), ""),
        "value" => (value.map(Told::Value), "notify_value"),
        "capacity" => (capacity.map(Told::Capacity), "capacity_per_week"),
        _ => (Some(Told::Points), ""),
    };
    if told.is_none() {
        let help = format!("write `{needed}` beside it, a whole number");
        fields.problems().error_with_help(place, format!("this needs `{needed}`"), help);
    }
    told
}

/// A number from 0 to 1 in hundredths.
fn share(node: &Node, problems: &mut Problems) -> Option<u32> {
    let value = node.amount(2, problems)?;
    if value > 100 {
        problems.error_with_help(node.place, "this is not within 0 to 1", "write a share such as 0.8");
        return None;
    }
    u32::try_from(value).ok()
}

/// `None` after reporting a name that is not among `names`.
pub(super) fn known_name<'n>(
    name: &str,
    place: Place,
    names: impl IntoIterator<Item = &'n str> + Clone,
    what: &str,
    problems: &mut Problems,
) -> Option<()> {
    if names.clone().into_iter().any(|known| known == name) {
        return Some(());
    }
    let help = crate::document::suggestion(name, names.clone())
        .unwrap_or_else(|| crate::document::one_of_words(names));
    problems.error_with_help(place, format!("unknown {what} `{}`", shown(name)), help);
    None
}
