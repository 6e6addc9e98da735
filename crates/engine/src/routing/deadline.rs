//! Until when somebody has to accept a hand-over, and who is asked when nobody did.

use domain::{
    Timestamp,
    catalog::Team,
    colleague::Colleague,
    handoff::Handoff,
    language::ReplyLanguage,
    lead::{Lead, LeadStatus, Proposal},
    understanding::Understanding,
};

use super::{DEFAULT_TEAM, Wanted, named, people, shop_language, whole};
use crate::{
    clock, facts,
    knowledge::Knowledge,
    reply::{check::Licence, format, template},
};

/// Days that are searched for opening times.
const HORIZON: usize = 60;
const MINUTE: i64 = 60_000;

/// The hand-over as the next one has it, and what the buyer is told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub handoff: Handoff,
    /// Said once; none where the buyer was told before, or nobody is left to ask.
    pub told: Option<String>,
}

/// The end of the time for accepting, in working hours; `None` where the shop sets none.
pub(super) fn accepted_by(knowledge: &Knowledge, now: Timestamp) -> Option<Timestamp> {
    let routing = &knowledge.routing;
    let minutes = routing.accept_within_minutes.or(routing.answer_within_minutes)?;
    working_time(knowledge, now, minutes)
}

/// `minutes` of opening time after `from`; a shop that names no hours is always open.
pub(crate) fn working_time(knowledge: &Knowledge, from: Timestamp, minutes: i64) -> Option<Timestamp> {
    let Some(hours) = &knowledge.business_hours else {
        return Some(from.plus_millis(minutes * MINUTE));
    };
    let mut date = clock::date(knowledge, from);
    let mut left = minutes * MINUTE;
    for _ in 0..HORIZON {
        let midnight = clock::start_of_day(knowledge, date)?;
        for (opens, closes) in facts::opening(knowledge, hours, date) {
            let opens = midnight.plus_millis(i64::from(*opens) * MINUTE).max(from);
            let closes = midnight.plus_millis(i64::from(*closes) * MINUTE);
            let open = closes.since(opens).max(0);
            if left <= open {
                return Some(opens.plus_millis(left));
            }
            left -= open;
        }
        date = date.tomorrow().ok()?;
    }
    None
}

/// Asks the next person once the time of the one before is over. Every member of the team is asked once, then those of the default
/// team, then the team as a whole, with no more end.
/// Of several the order is that in which the first one was chosen, by who is there now.
pub fn ask_next(
    knowledge: &Knowledge,
    handoff: &Handoff,
    wanted: &Wanted<'_>,
    colleagues: &[Colleague],
    now: Timestamp,
) -> Asked {
    let mut next = handoff.clone();
    let before = next.assigned_to.take();
    if let Some(before) = &before
        && !next.asked.contains(before)
    {
        next.asked.push(before.clone());
    }
    let team = |id: &str| knowledge.routing.teams.iter().find(|team| team.id == id);
    let own = next.team.as_deref().and_then(team);
    let default = named(knowledge, DEFAULT_TEAM);
    let free = |team: &&Team| team.members.iter().any(|member| !next.asked.contains(member));
    if let Some(team) = own.filter(free).or_else(|| default.filter(free)) {
        let others = team.members.iter().filter(|member| !next.asked.contains(member));
        next.assigned_to = people::first(&knowledge.routing, others, wanted, colleagues).cloned();
        next.team = Some(team.id.clone());
        next.due_at = accepted_by(knowledge, now);
    } else {
        let whole = own.or(default).map(|team| whole(team, shop_language(knowledge)));
        next.assigned_to = whole.or(before.clone());
        next.due_at = None;
    }
    let is_first = handoff.asked.is_empty();
    let somebody_else = next.assigned_to != before;
    let told = match (&before, &next.assigned_to) {
        (Some(before), Some(who)) if is_first && somebody_else => {
            tell(knowledge, before, who, wanted.language, now)
        }
        _ => None,
    };
    Asked { handoff: next, told }
}

/// Gives a lead that nobody took up in time to the next member of its team. Once all had it, it stays with the last one and nothing
/// presses any more.
pub fn pass_lead_on(knowledge: &Knowledge, lead: &Lead, now: Timestamp) -> Lead {
    let mut next = lead.clone();
    let before = lead.assigned_to.as_deref();
    if let Some(before) = before
        && !next.asked.iter().any(|asked| asked == before)
    {
        next.asked.push(before.to_owned());
    }
    let has = |team: &&Team| team.members.iter().any(|member| Some(member.as_str()) == before);
    let teams = &knowledge.routing.teams;
    let team = teams.iter().find(has).or_else(|| named(knowledge, DEFAULT_TEAM));
    let free = team.and_then(|team| team.members.iter().find(|member| !next.asked.contains(member)));
    next.due_at = free.and_then(|_| working_time(knowledge, now, knowledge.leads.take_up_within_minutes?));
    if let Some(member) = free {
        next.assigned_to = Some(member.clone());
    }
    next.updated_at = now;
    next
}

/// What is proposed for a lead that nobody heard of for long.
pub fn propose_lost(knowledge: &Knowledge, now: Timestamp) -> Proposal {
    let days = knowledge.leads.lost_after_days;
    let reason = match shop_language(knowledge) {
        ReplyLanguage::Zh => format!("客户{days}天没有消息"),
        ReplyLanguage::En => format!("no word from the buyer for {days} days"),
    };
    Proposal { status: LeadStatus::Lost, reason, at: now }
}

/// Words through the same check as any reply; nothing is said where they do not pass.
fn tell(
    knowledge: &Knowledge,
    before: &str,
    who: &str,
    language: ReplyLanguage,
    now: Timestamp,
) -> Option<String> {
    let when = facts::answered_when(knowledge, now, language);
    let key = if when.is_some() { "handoff.next.when" } else { "handoff.next.soon" };
    let when = when.unwrap_or_default();
    let values = [("before", before), ("who", who), ("when", when.as_str())];
    let text = template::render(knowledge, key, language, &values).ok()?;
    let text = if language == ReplyLanguage::En { format::capitalised(&text) } else { text };
    let mut licence =
        Licence::new(&[], &Understanding::default(), &domain::requirement::Requirement::default());
    licence.allow_names(&knowledge.name_licence);
    // Names of people and the shop's own hours.
    for own in [before, who, &when] {
        licence.allow_text(own);
    }
    licence.check(&text).is_ok().then_some(text)
}
