//! Who among the people takes over, what he is told, and whether the shop works now.

use domain::{
    Timestamp,
    catalog::Team,
    handoff::{Handoff, HandoffReason},
    language::ReplyLanguage,
};
use jiff::tz::TimeZone;

use crate::{knowledge::Knowledge, strategy::circumstances::Circumstances};

mod summary;

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

/// The day where the shop is (UTC where its zone is not known), an ISO date.
pub(crate) fn shop_date(knowledge: &Knowledge, now: Timestamp) -> String {
    let zone = TimeZone::get(&knowledge.shop.timezone).unwrap_or(TimeZone::UTC);
    now.to_jiff().to_zoned(zone).date().to_string()
}

/// Reads `now` in the shop's time zone (UTC where the zone is not known).
pub fn shop_time(knowledge: &Knowledge, now: Timestamp) -> ShopTime {
    let zone = TimeZone::get(&knowledge.shop.timezone).unwrap_or(TimeZone::UTC);
    let local = now.to_jiff().to_zoned(zone);
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
    let knowledge = circumstances.situation.knowledge;
    let team = team_for(knowledge, reason, circumstances.intent());
    Handoff {
        reason,
        summary: summary::handoff_summary(circumstances, reason),
        assigned_to: team.map(|team| assignee(team, shop_language(knowledge))),
        requested_at: circumstances.situation.now,
    }
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
    let team = team_for(knowledge, HandoffReason::Routing, "");
    Handoff {
        reason: HandoffReason::Routing,
        summary: summary.to_owned(),
        assigned_to: team.map(|team| assignee(team, language)),
        requested_at: now,
    }
}

/// Who gets a lead that began with this intent.
pub(crate) fn lead_assignee(knowledge: &Knowledge, intent: &str) -> Option<String> {
    let team = knowledge.routing.teams.iter().find(|team| team.intents.iter().any(|name| name == intent))?;
    team.members.first().cloned()
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
