//! What is said when a person was asked for: who answers, and when.

use domain::{conversation::Owner, fact::FactBody, handoff::HandoffReason, turn::ReplyKind};

use super::{Composer, Weight};

impl Composer<'_> {
    /// Says who takes over and when; at once when it is new, shortly while the buyer still waits.
    pub(super) fn hand_over(&mut self) {
        let Some(handoff) = &self.plan.handoff else { return };
        let is_waiting = self.situation.conversation.owner == Owner::Waiting;
        if !self.plan.handoff_is_new && !is_waiting && self.plan.kind != ReplyKind::Handoff {
            return;
        }
        let when = self.facts.iter().find_map(|fact| match &fact.body {
            FactBody::Calendar { text } => Some(text.as_str()),
            _ => None,
        });
        let who = match handoff.assigned_to.as_deref().filter(|who| !who.trim().is_empty()) {
            Some(who) => who.to_owned(),
            None => self.words("handoff.somebody", &[]).unwrap_or_default(),
        };
        let manner = if !self.plan.handoff_is_new {
            "waiting"
        } else if self.strategy() == "apology_escalation" {
            "apology"
        } else {
            match handoff.reason {
                HandoffReason::Vip => "handoff.vip",
                HandoffReason::OverAuthority => "handoff.over_authority",
                _ => "handoff",
            }
        };
        // A person's name is the shop's own text.
        self.licence.allow_text(&who);
        let key = if when.is_some() { format!("{manner}.when") } else { format!("{manner}.soon") };
        self.say(&key, &[("who", &who), ("when", when.unwrap_or_default())], Weight::Main);
    }
}
