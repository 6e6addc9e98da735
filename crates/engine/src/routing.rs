//! Who among the people takes over, what he is told, and whether the shop works now.

use domain::{
    Timestamp,
    catalog::Team,
    colleague::Colleague,
    handoff::{Handoff, HandoffReason},
    language::ReplyLanguage,
};

use crate::{clock, knowledge::Knowledge, strategy::circumstances::Circumstances};

mod deadline;
mod people;
mod summary;

pub(crate) use deadline::working_time;
pub use deadline::{Asked, ask_next, pass_lead_on, propose_lost};
pub use people::{Wanted, goods_of};

pub(crate) use summary::{lead_summary, shop_language};

/// Under this name the shop names the team for whatever has none of its own.
const DEFAULT_TEAM: &str = "default";

/// The clock on the shop's wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShopTime {
    /// 0 to 23.
    pub hour: i64,
    /// Monday is 1, Sunday 7.
    pub weekday: i64,
    /// Within business hours and on no closed day. A shop that names no hours is always open.
    pub open: bool,
}

/// Reads `now` in the shop's time zone.
pub fn shop_time(knowledge: &Knowledge, now: Timestamp) -> ShopTime {
    let local = clock::local(knowledge, now);
    let date = local.date().to_string();
    let weekday = local.weekday().to_monday_one_offset();
    let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    let calendar = &knowledge.calendar;
    let extra = calendar.extra_workdays.contains(&date);
    let closed = calendar.closed.iter().any(|closure| closure.from <= date && date <= closure.to);
    let open = (extra || !closed)
        && knowledge.business_hours.as_ref().is_none_or(|hours| {
            let day = &hours.days[usize::from(weekday.unsigned_abs() - 1)];
            // A weekend day worked in exchange has the hours of a Monday.
            let day = if extra && day.is_empty() { &hours.days[0] } else { day };
            day.iter().any(|(from, to)| (*from..*to).contains(&minute))
        });
    ShopTime { hour: i64::from(local.hour()), weekday: i64::from(weekday), open }
}

/// The hand-off with what the person needs to know.
pub(crate) fn handoff(circumstances: &Circumstances<'_>, reason: HandoffReason) -> Handoff {
    let situation = circumstances.situation;
    let summary = summary::handoff_summary(circumstances, reason);
    let goods = goods_of(situation.knowledge, &circumstances.remembered.requirement);
    let (team, owner) = team_for(circumstances, reason, &goods);
    let wanted = Wanted { language: language_of(circumstances), goods: &goods };
    asked(situation.knowledge, reason, summary, team, owner, &wanted, situation.colleagues, situation.now)
}

/// The team that a hand-over goes to, and the owner of the company where it goes to him. What the shop says of the reason comes first,
/// unless it is the buyer himself and not his matter that asks for a person.
fn team_for<'k>(
    circumstances: &'k Circumstances<'_>,
    reason: HandoffReason,
    goods: &[String],
) -> (Option<&'k Team>, Option<&'k String>) {
    let knowledge = circumstances.situation.knowledge;
    let teams = &knowledge.routing.teams;
    let own = owner_of(circumstances);
    let has = |team: &&Team| own.is_some_and(|owner| team.members.contains(owner));
    let of_reason = named(knowledge, reason.name());
    let is_for_him = matches!(reason, HandoffReason::Vip | HandoffReason::AskedForHuman);
    match of_reason {
        Some(team) if own.is_none() || !(is_for_him || has(&team)) => (Some(team), None),
        Some(team) => (Some(team).filter(has).or_else(|| teams.iter().find(has)).or(Some(team)), own),
        None => {
            let of_matter =
                || best_team(circumstances, goods, false).or_else(|| named(knowledge, DEFAULT_TEAM));
            (own.and_then(|_| teams.iter().find(has)).or_else(of_matter), own)
        }
    }
}

/// The language in which the buyer is answered.
fn language_of(circumstances: &Circumstances<'_>) -> ReplyLanguage {
    circumstances.situation.reply_language(circumstances.understanding.language)
}

/// Who looks after the buyer's company, where his link to it is verified.
fn owner_of<'k>(circumstances: &Circumstances<'k>) -> Option<&'k String> {
    let situation = circumstances.situation;
    let company = situation.company.filter(|_| situation.contact.is_verified())?;
    let known = |name: &str| name.trim().to_lowercase();
    let mut owners = situation.knowledge.routing.owners.iter();
    owners.find(|(name, _)| known(name) == known(&company.name)).map(|(_, owner)| owner)
}

/// Those of whom one gets a new lead, the first where nothing speaks for another: the owner of the company, else the members of the team
/// that looks after the intent and fits the buyer's region and the goods best who write his language and know the goods.
pub(crate) fn lead_candidates(circumstances: &Circumstances<'_>, needs: &[String]) -> Vec<String> {
    if let Some(owner) = owner_of(circumstances) {
        return vec![owner.clone()];
    }
    let knowledge = circumstances.situation.knowledge;
    let mut goods = goods_of(knowledge, &circumstances.remembered.requirement);
    goods.extend(needs.iter().cloned());
    let Some(team) = best_team(circumstances, &goods, true) else { return Vec::new() };
    let wanted = Wanted { language: language_of(circumstances), goods: &goods };
    people::fittest(&knowledge.routing, &team.members, &wanted)
}

/// The team that looks after the intent, of several the one whose own bounds fit the buyer's region and the goods best; none outside of
/// whose bounds he is. A team without members can be asked, but gets nothing of its own.
fn best_team<'k>(
    circumstances: &'k Circumstances<'_>,
    goods: &[String],
    with_members: bool,
) -> Option<&'k Team> {
    let knowledge = circumstances.situation.knowledge;
    let intent = circumstances.intent();
    let place = region_of(circumstances);
    let place = place.as_deref().map(|name| knowledge.places.place(name));
    // How many of its own bounds fit; none where one does not.
    let fit = |team: &Team| -> Option<usize> {
        let mut fits = 0;
        if !team.regions.is_empty() {
            let place = place.as_ref()?;
            let lies = team.regions.iter().any(|wide| place.lies_in(&knowledge.places.place(wide)));
            fits += usize::from(lies.then_some(true)?);
        }
        if !team.goods.is_empty() {
            let knows = goods.iter().any(|need| team.goods.contains(need));
            fits += usize::from(knows.then_some(true)?);
        }
        let is_for = team.intents.iter().any(|name| name == intent);
        (is_for || (team.intents.is_empty() && fits > 0)).then_some(fits)
    };
    let mut best: Option<(usize, &Team)> = None;
    for team in knowledge.routing.teams.iter().filter(|team| !with_members || !team.members.is_empty()) {
        if let Some(fits) = fit(team)
            && best.is_none_or(|(known, _)| fits > known)
        {
            best = Some((fits, team));
        }
    }
    best.map(|(_, team)| team)
}

/// Where the buyer is, as far as he or his caller says it.
fn region_of(circumstances: &Circumstances<'_>) -> Option<String> {
    let contact = circumstances.situation.contact;
    let named = ["city", "region", "country"].iter().find_map(|key| contact.attributes.get(*key).cloned());
    let learnt = || {
        let fact = circumstances.remembered.profile.fact("region")?;
        fact.value.as_str().map(str::to_owned)
    };
    let destination =
        || circumstances.remembered.requirement.destination.as_ref().map(|slot| slot.value.clone());
    named.or_else(learnt).or_else(destination)
}

/// The hand-off of a conversation whose turn fails again and again, so that nothing can be said of what is wanted.
pub fn handoff_after_failures(knowledge: &Knowledge, colleagues: &[Colleague], now: Timestamp) -> Handoff {
    let language = shop_language(knowledge);
    let summary = match language {
        ReplyLanguage::Zh => {
            "助手处理这位客户的消息时反复出错，客户还没有收到回复。下一步：请查看对话，直接答复客户。"
        }
        ReplyLanguage::En => {
            "The assistant failed again and again on this buyer's message, and he has no answer yet. Next: read the conversation and answer him yourself."
        }
    };
    let team = named(knowledge, HandoffReason::Routing.name()).or_else(|| named(knowledge, DEFAULT_TEAM));
    let wanted = Wanted { language, goods: &[] };
    asked(knowledge, HandoffReason::Routing, summary.to_owned(), team, None, &wanted, colleagues, now)
}

/// The first who is asked, and until when.
#[expect(clippy::too_many_arguments, reason = "all that a hand-over is made of")]
fn asked(
    knowledge: &Knowledge,
    reason: HandoffReason,
    summary: String,
    team: Option<&Team>,
    owner: Option<&String>,
    wanted: &Wanted<'_>,
    colleagues: &[Colleague],
    now: Timestamp,
) -> Handoff {
    let member = |team: &Team| {
        people::first(&knowledge.routing, &team.members, wanted, colleagues)
            .cloned()
            .unwrap_or_else(|| whole(team, shop_language(knowledge)))
    };
    Handoff {
        assigned_to: owner.cloned().or_else(|| team.map(member)),
        team: team.map(|team| team.id.clone()),
        due_at: deadline::accepted_by(knowledge, now),
        ..Handoff::new(reason, summary, now)
    }
}

/// The team that the shop names for a reason, or for all others.
fn named<'k>(knowledge: &'k Knowledge, reason: &str) -> Option<&'k Team> {
    let id = knowledge.routing.handoff.get(reason)?;
    knowledge.routing.teams.iter().find(|team| &team.id == id)
}

/// A team as one: by its name.
fn whole(team: &Team, language: ReplyLanguage) -> String {
    match team.name.get(language) {
        "" => team.id.clone(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests;
