//! Who among the people takes over, what he is told, and whether the shop works now.

use domain::{
    Timestamp,
    catalog::Team,
    handoff::{Handoff, HandoffReason},
    language::ReplyLanguage,
};

use crate::{clock, knowledge::Knowledge, strategy::circumstances::Circumstances};

mod deadline;
mod summary;

pub(crate) use deadline::working_time;
pub use deadline::{Asked, ask_next, pass_lead_on, propose_lost};

pub(crate) use summary::{lead_summary, shop_language};

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
    asked(situation.knowledge, reason, circumstances.intent(), summary, situation.now)
}

/// Those of whom one gets a new lead, the first where nothing speaks for another: the owner of the company, else the members of the team
/// that looks after the intent and fits the buyer's region and the goods best.
pub(crate) fn lead_candidates(circumstances: &Circumstances<'_>, needs: &[String]) -> Vec<String> {
    let situation = circumstances.situation;
    let knowledge = situation.knowledge;
    let routing = &knowledge.routing;
    let company = situation.company.filter(|_| situation.contact.is_verified());
    let owner = company.and_then(|company| {
        let known = |name: &str| name.trim().to_lowercase();
        routing.owners.iter().find(|(name, _)| known(name) == known(&company.name)).map(|(_, owner)| owner)
    });
    if let Some(owner) = owner {
        return vec![owner.clone()];
    }
    let intent = circumstances.intent();
    let place = region_of(circumstances);
    let place = place.as_deref().map(|name| knowledge.places.place(name));
    let products: Vec<&str> =
        circumstances.remembered.requirement.lines.iter().map(|line| line.product.value.as_str()).collect();
    // How many of the team's own bounds the lead lies in; none where it lies outside of one.
    let fit = |team: &Team| -> Option<usize> {
        let mut fits = 0;
        if !team.regions.is_empty() {
            let place = place.as_ref()?;
            let lies = team.regions.iter().any(|wide| place.lies_in(&knowledge.places.place(wide)));
            fits += usize::from(lies.then_some(true)?);
        }
        if !team.goods.is_empty() {
            let mut known = needs.iter().map(String::as_str).chain(products.iter().copied());
            fits +=
                usize::from(known.any(|need| team.goods.iter().any(|goods| goods == need)).then_some(true)?);
        }
        let is_for = team.intents.iter().any(|name| name == intent);
        (is_for || (team.intents.is_empty() && fits > 0)).then_some(fits)
    };
    let mut best: Option<(usize, &Team)> = None;
    for team in routing.teams.iter().filter(|team| !team.members.is_empty()) {
        if let Some(fits) = fit(team)
            && best.is_none_or(|(known, _)| fits > known)
        {
            best = Some((fits, team));
        }
    }
    best.map(|(_, team)| team.members.clone()).unwrap_or_default()
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
pub fn handoff_after_failures(knowledge: &Knowledge, now: Timestamp) -> Handoff {
    let language = shop_language(knowledge);
    let summary = match language {
        ReplyLanguage::Zh => {
            "助手处理这位客户的消息时反复出错，客户还没有收到回复。下一步：请查看对话，直接答复客户。"
        }
        ReplyLanguage::En => {
            "The assistant failed again and again on this buyer's message, and he has no answer yet. Next: read the conversation and answer him yourself."
        }
    };
    asked(knowledge, HandoffReason::Routing, "", summary.to_owned(), now)
}

/// The first who is asked, and until when.
fn asked(
    knowledge: &Knowledge,
    reason: HandoffReason,
    intent: &str,
    summary: String,
    now: Timestamp,
) -> Handoff {
    let team = team_for(knowledge, reason, intent);
    Handoff {
        assigned_to: team.map(|team| assignee(team, shop_language(knowledge))),
        team: team.map(|team| team.id.clone()),
        due_at: deadline::accepted_by(knowledge, now),
        ..Handoff::new(reason, summary, now)
    }
}

/// The team that the shop names for the reason, else the one that looks after the intent, else the default one.
fn team_for<'k>(knowledge: &'k Knowledge, reason: HandoffReason, intent: &str) -> Option<&'k Team> {
    let routing = &knowledge.routing;
    let named = |reason: &str| {
        let id = routing.handoff.get(reason)?;
        routing.teams.iter().find(|team| &team.id == id)
    };
    named(reason.name())
        .or_else(|| routing.teams.iter().find(|team| team.intents.iter().any(|name| name == intent)))
        .or_else(|| named("default"))
}

/// The first member; a team without members is asked as a whole.
fn assignee(team: &Team, language: ReplyLanguage) -> String {
    team.members.first().cloned().unwrap_or_else(|| match team.name.get(language) {
        "" => team.id.clone(),
        name => name.to_owned(),
    })
}

#[cfg(test)]
mod tests;
