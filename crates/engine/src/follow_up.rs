//! Whether, when and why the assistant writes again to a buyer who has fallen silent.
//!
//! [`next`] is asked at the end of a turn, to know when to look again, and anew when that time has come: what holds then counts, not
//! what was thought before. Any message of the buyer starts the silence over, so that a step can never outlive his answer.
//!
//! ```text
//! steps (knowledge) ─► reason holds in this thread? ─► anchor ─► caps, quiet hours, closures, window ─► the earliest step
//! ```

mod cause;
mod moment;
mod words;
mod zone;

use domain::{
    Timestamp,
    conversation::{Owner, Status},
    follow_up::{Reason, SentFollowUp},
    id::ProductId,
    inbox::Autonomy,
    stage::Stage,
};

use crate::{
    authority::{autonomy, judge},
    knowledge::FollowUpStep,
    plan::Remembered,
    profile,
    situation::Situation,
    stage,
};
use cause::Cause;

pub(crate) use words::placeholders;
pub use words::{CannotSay, Said, compose};

const HOUR: i64 = 3_600_000;
const WEEK: i64 = 7 * 24 * HOUR;
/// A step that could not be taken for so long after its time is of no use any more.
const LATE: i64 = WEEK;

/// What happened before, beyond the situation itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Past<'a> {
    /// Follow-ups to the contact in any conversation; those of the last week, and all since he wrote last, at the least.
    pub sent: &'a [SentFollowUp],
    /// When the contact's newest lead was won or lost, where it is closed.
    pub closed_at: Option<Timestamp>,
    /// When the contact wrote last, in any conversation.
    pub last_heard: Option<Timestamp>,
}

/// The next step.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUp {
    pub step: String,
    pub reason: Reason,
    /// Within the caps, outside quiet hours and closures, inside the channel's window; never before now.
    pub due_at: Timestamp,
    /// For people at the shop, in the shop's language.
    pub why: String,
    /// A person sends it.
    pub draft: bool,
    cause: Cause,
}

impl FollowUp {
    /// The products that it brings up.
    pub fn products(&self) -> &[ProductId] {
        self.cause.products()
    }
}

/// The earliest step that would be taken if nobody wrote anything more; `None` where there is none. The situation's messages are not
/// looked at: they are answered.
pub fn next(situation: &Situation<'_>, past: &Past<'_>) -> Option<FollowUp> {
    earliest(situation, past, stage_of(situation))
}

fn earliest(situation: &Situation<'_>, past: &Past<'_>, stage: Stage) -> Option<FollowUp> {
    let settings = &situation.knowledge.follow_ups;
    let conversation = situation.conversation;
    let autonomy = autonomy_of(situation);
    if !settings.enabled
        || autonomy == Autonomy::Off
        || (conversation.status == Status::Open && conversation.owner != Owner::Assistant)
        || conversation.memory.negotiation.has_pending()
        || profile::opted_out(&situation.contact.profile)
    {
        return None;
    }
    let heard = past.last_heard.or(situation.contact.profile.last_active);
    let since = heard.unwrap_or(conversation.last_message_at);
    // He goes on elsewhere, or in another conversation here.
    if since > conversation.last_message_at {
        return None;
    }
    let unanswered: Vec<&SentFollowUp> = past.sent.iter().filter(|sent| sent.at > since).collect();
    if unanswered.len() >= settings.max_in_a_row {
        return None;
    }
    // Whoever had the conversation to its end looks after it; his orders still tell when a buyer needs the goods again.
    let nurtured = conversation.status != Status::Resolved
        && conversation.owner == Owner::Assistant
        && past.closed_at.is_none_or(|closed| closed <= since)
        && !cause::is_troubled(&conversation.memory);
    let moments = moment::Moments::new(situation, past.sent, since);
    let mut best: Option<FollowUp> = None;
    for step in &settings.steps {
        let again = step.reason == Reason::ReorderDue;
        if (!nurtured && !again) || !fits(step, stage) || unanswered.iter().any(|sent| sent.step == step.id) {
            continue;
        }
        let Some((anchor, until, cause)) = cause::find(situation, past.sent, step, since) else { continue };
        let until = until.unwrap_or_else(|| anchor.plus_millis(LATE));
        let Some(due_at) = moments.first(anchor.max(situation.now), until) else { continue };
        if best.as_ref().is_none_or(|known| due_at < known.due_at) {
            let why = words::why(situation, &cause);
            let draft = is_beyond(autonomy, step.reason);
            best = Some(FollowUp { step: step.id.clone(), reason: step.reason, due_at, why, draft, cause });
        }
    }
    best
}

/// When the desk has to look at a conversation again by itself after a turn: the next follow-up, or the end of the time within which
/// somebody has to accept it. `situation` and `stage` are those after the turn.
pub(crate) fn wake_at(situation: &Situation<'_>, stage: Stage) -> Option<Timestamp> {
    if !situation.inbox.kind.reaches_later() {
        return None;
    }
    match situation.conversation.owner {
        Owner::Person => None,
        Owner::Waiting => situation.conversation.memory.handoff.as_ref()?.due_at,
        Owner::Assistant => earliest(situation, &Past::default(), stage).map(|step| step.due_at),
    }
}

/// The most careful level of what was spoken of last.
fn autonomy_of(situation: &Situation<'_>) -> Autonomy {
    let intents: Vec<&str> = situation
        .conversation
        .memory
        .recent
        .last()
        .map(|turn| turn.intents.iter().map(String::as_str).collect())
        .unwrap_or_default();
    let grade = judge::grade(&situation.contact.profile);
    autonomy::level(&situation.knowledge.authority, situation.inbox, &intents, grade)
}

/// Whether a step goes further than the assistant may go unasked.
const fn is_beyond(autonomy: Autonomy, reason: Reason) -> bool {
    match autonomy {
        Autonomy::Off | Autonomy::Draft | Autonomy::Answer => true,
        // What is quoted already may be asked after; what sells is a person's.
        Autonomy::Quote => matches!(reason, Reason::Interest | Reason::ReorderDue),
        Autonomy::Sell => false,
    }
}

fn fits(step: &FollowUpStep, stage: Stage) -> bool {
    step.stages.is_empty() || step.stages.contains(&stage)
}

/// The stage that the last turn left.
fn stage_of(situation: &Situation<'_>) -> Stage {
    let remembered = Remembered {
        profile: situation.contact.profile.clone(),
        requirement: situation.contact.requirement.clone(),
        memory: situation.conversation.memory.clone(),
    };
    stage::stage(situation, &remembered, &[])
}

#[cfg(test)]
mod tests;
