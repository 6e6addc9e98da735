//! Machine to person.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    Vip,
    AskedForHuman,
    Complaint,
    LowConfidence,
    OverAuthority,
    HighValue,
    Risk,
    NoKnowledge,
    /// The buyer accepted a quote and wants to order.
    OrderIntent,
    /// The intent is one that the shop gives to people.
    Routing,
}

impl HandoffReason {
    pub const ALL: [Self; 10] = [
        Self::Vip,
        Self::AskedForHuman,
        Self::Complaint,
        Self::LowConfidence,
        Self::OverAuthority,
        Self::HighValue,
        Self::Risk,
        Self::NoKnowledge,
        Self::OrderIntent,
        Self::Routing,
    ];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Vip => "vip",
            Self::AskedForHuman => "asked_for_human",
            Self::Complaint => "complaint",
            Self::LowConfidence => "low_confidence",
            Self::OverAuthority => "over_authority",
            Self::HighValue => "high_value",
            Self::Risk => "risk",
            Self::NoKnowledge => "no_knowledge",
            Self::OrderIntent => "order_intent",
            Self::Routing => "routing",
        }
    }
}

/// A person was asked for. It stays with the conversation until it is resolved or returned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    pub reason: HandoffReason,
    /// For the person: who, what they want, what was said, the next step.
    pub summary: String,
    /// The agent or team that is asked; free text until teams have ids.
    pub assigned_to: Option<String>,
    pub requested_at: crate::Timestamp,
    /// The id of the team that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Until when somebody has to accept; the next one is asked then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<crate::Timestamp>,
    /// Who was asked before and did not accept in time, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<String>,
}

impl Handoff {
    /// Asked for now; nobody is named and nothing presses yet.
    pub const fn new(reason: HandoffReason, summary: String, requested_at: crate::Timestamp) -> Self {
        Self { reason, summary, assigned_to: None, requested_at, team: None, due_at: None, asked: Vec::new() }
    }
}
