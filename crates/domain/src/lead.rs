//! A buyer who may buy, with a score that names its messages.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    event::{EventKind, NewEvent},
    id::{CompanyId, ContactId, ConversationId, EventId, LeadId, MessageId},
};

/// Where a lead stands on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadStatus {
    #[default]
    New,
    Contacted,
    Qualified,
    Quoted,
    Won,
    Lost,
}

/// A move that the board does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a lead that is {from} cannot become {to}; reopen it as `new` first")]
pub struct InvalidLeadMove {
    pub from: &'static str,
    pub to: &'static str,
}

impl LeadStatus {
    pub const ALL: [Self; 6] =
        [Self::New, Self::Contacted, Self::Qualified, Self::Quoted, Self::Won, Self::Lost];

    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Contacted => "contacted",
            Self::Qualified => "qualified",
            Self::Quoted => "quoted",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Won | Self::Lost)
    }

    /// Open leads may go anywhere; won and lost ones only back to `new`.
    pub const fn advance(self, to: Self) -> Result<Self, InvalidLeadMove> {
        if self.is_open() || matches!(to, Self::New) {
            Ok(to)
        } else {
            Err(InvalidLeadMove { from: self.name(), to: to.name() })
        }
    }
}

/// Points with the message that earned them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadSignal {
    pub name: String,
    /// Integer hundredths; shown as 0.20.
    #[serde(with = "hundredths")]
    pub points: u32,
    pub evidence: MessageId,
}

/// The chance that a lead is won, as outcomes tell it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearnedScore {
    /// Within 0 to 1, calibrated.
    pub chance: f64,
    /// What it is made of, the weightiest first.
    pub reasons: Vec<ScoreReason>,
}

/// What one signal, or two together, add.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreReason {
    /// A signal, how many messages showed signals (`messages`), or two of these together.
    pub name: String,
    pub log_odds: f64,
}

/// The signals that the founding article scores, in integer hundredths.
pub mod signal {
    pub const ASKED_PRICE: &str = "asked_price";
    pub const ASKED_DELIVERY: &str = "asked_delivery";
    pub const ASKED_DISCOUNT: &str = "asked_discount";
    pub const FIVE_MESSAGES: &str = "five_messages";
}

/// What the desk thinks should become of a lead; a person decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub status: LeadStatus,
    /// For people, in the shop's language.
    pub reason: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lead {
    pub id: LeadId,
    pub contact: ContactId,
    /// The sum of the signals' points, capped at 100: integer hundredths.
    #[serde(with = "hundredths")]
    pub score: u32,
    pub signals: Vec<LeadSignal>,
    pub status: LeadStatus,
    pub assigned_to: Option<String>,
    pub summary: String,
    /// When somebody was told of it, at or above the threshold.
    pub notified_at: Option<Timestamp>,
    /// Why it was won or lost.
    pub outcome_reason: Option<String>,
    /// The company that it is for, where the contact's link to it is verified: colleagues with the same need share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyId>,
    /// Categories, or products without one, that are wanted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Until when somebody has to take it up; the next one gets it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// Who had it before and did not take it up in time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Lead {
    pub fn new(id: LeadId, contact: ContactId, now: Timestamp) -> Self {
        Self {
            id,
            contact,
            score: 0,
            signals: Vec::new(),
            status: LeadStatus::New,
            assigned_to: None,
            summary: String::new(),
            notified_at: None,
            outcome_reason: None,
            company: None,
            needs: Vec::new(),
            due_at: None,
            asked: Vec::new(),
            proposal: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether the same is known of it as before; when it was last looked at does not count.
    pub fn stands_as(&self, before: &Self) -> bool {
        let Self { id, contact, score, signals, status, assigned_to, summary, .. } = self;
        let Self { notified_at, outcome_reason, created_at, updated_at: _, .. } = self;
        let Self { company, needs, due_at, asked, proposal, .. } = self;
        (id, contact, score, status) == (&before.id, &before.contact, &before.score, &before.status)
            && (signals, assigned_to, summary) == (&before.signals, &before.assigned_to, &before.summary)
            && (notified_at, outcome_reason, created_at)
                == (&before.notified_at, &before.outcome_reason, &before.created_at)
            && (company, needs, due_at) == (&before.company, &before.needs, &before.due_at)
            && (asked, proposal) == (&before.asked, &before.proposal)
    }

    /// Whether it is about any of these; one that names nothing is about whatever comes.
    pub fn is_about(&self, needs: &[String]) -> bool {
        self.needs.is_empty() || needs.is_empty() || self.needs.iter().any(|need| needs.contains(need))
    }

    /// What the live feed hears of a change, whoever made it.
    pub fn changed_event(
        &self,
        id: EventId,
        conversation: Option<ConversationId>,
        at: Timestamp,
    ) -> NewEvent {
        let data = serde_json::json!({
            "lead_id": self.id,
            "score": f64::from(self.score) / 100.0,
            "status": self.status,
            "assigned_to": self.assigned_to,
            "due_at": self.due_at,
            "proposal": self.proposal,
        });
        NewEvent { id, kind: EventKind::LeadChanged, conversation, contact: Some(self.contact), data, at }
    }

    /// Adds a signal once; the score is recomputed.
    pub fn add_signal(&mut self, name: &str, points: u32, evidence: MessageId) {
        if self.signals.iter().any(|signal| signal.name == name) {
            return;
        }
        self.signals.push(LeadSignal { name: name.to_owned(), points, evidence });
        self.score = self.signals.iter().map(|signal| signal.points).sum::<u32>().min(100);
    }
}

/// Integer hundredths as a JSON number with two decimals.
mod hundredths {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    pub fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(*value) / 100.0)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let value = f64::deserialize(deserializer)?;
        Ok((value * 100.0).round().clamp(0.0, 1_000.0) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id;

    #[test]
    fn the_articles_four_signals_add_up_to_exactly_eighty() {
        let at = Timestamp::from_millis(1);
        let message = MessageId::from_ulid(id::compose(at, 1));
        let contact = ContactId::from_ulid(id::compose(at, 1));
        let mut lead = Lead::new(LeadId::from_ulid(id::compose(at, 1)), contact, at);
        for (name, points) in [
            (signal::ASKED_PRICE, 20),
            (signal::ASKED_DELIVERY, 15),
            (signal::ASKED_DISCOUNT, 25),
            (signal::FIVE_MESSAGES, 20),
            (signal::ASKED_PRICE, 20),
        ] {
            lead.add_signal(name, points, message);
        }
        assert_eq!(lead.score, 80);
        assert_eq!(serde_json::to_value(&lead).expect("serialises")["score"], 0.8);
    }

    #[test]
    fn a_lead_stands_as_before_until_more_than_its_time_changes() {
        let at = Timestamp::from_millis(1);
        let contact = ContactId::from_ulid(id::compose(at, 1));
        let before = Lead::new(LeadId::from_ulid(id::compose(at, 1)), contact, at);
        let later = Lead { updated_at: Timestamp::from_millis(2), ..before.clone() };
        assert!(later.stands_as(&before));
        assert!(!Lead { summary: "P001".into(), ..later.clone() }.stands_as(&before));
        assert!(!Lead { notified_at: Some(at), ..later.clone() }.stands_as(&before));
        assert!(!Lead { score: 20, ..later }.stands_as(&before));
    }

    #[test]
    fn a_lead_is_about_a_need_that_it_shares() {
        let at = Timestamp::from_millis(1);
        let contact = ContactId::from_ulid(id::compose(at, 1));
        let mut lead = Lead::new(LeadId::from_ulid(id::compose(at, 1)), contact, at);
        let check = |lead: &Lead, needs: &[&str], expected: bool| {
            let needs: Vec<String> = needs.iter().map(|&need| need.to_owned()).collect();
            assert_eq!(lead.is_about(&needs), expected, "{needs:?}");
        };
        check(&lead, &["gripper"], true);
        lead.needs = vec!["gripper".into(), "servo".into()];
        check(&lead, &["servo", "robot"], true);
        check(&lead, &["robot"], false);
        check(&lead, &[], true);
    }

    #[test]
    fn a_closed_lead_only_reopens() {
        assert!(LeadStatus::Won.advance(LeadStatus::Quoted).is_err());
        assert_eq!(LeadStatus::Lost.advance(LeadStatus::New), Ok(LeadStatus::New));
        assert_eq!(LeadStatus::New.advance(LeadStatus::Won), Ok(LeadStatus::Won));
    }
}
