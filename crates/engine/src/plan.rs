//! What the deciding modules hand to each other within one turn.

use domain::{
    approval::Approval,
    conversation::{Memory, PendingQuestion},
    handoff::Handoff,
    inbox::Autonomy,
    lead::Lead,
    money::Money,
    profile::Profile,
    recommendation::{Moment, Recommendation},
    requirement::Requirement,
    stage::Stage,
    turn::{ReplyKind, Strategy},
};

use crate::{authority::judge::Judged, negotiation::PlannedOffer};

/// What is known after the messages were taken in, before anything is decided.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Remembered {
    pub profile: Profile,
    pub requirement: Requirement,
    /// With this turn counted as a round.
    pub memory: Memory,
}

/// What this turn sets out to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub stage: Stage,
    pub strategy: Strategy,
    /// The requirement at the shop's prices, where product and quantity are known.
    pub order_amount: Option<Money>,
    pub recommendation: Option<Recommendation>,
    /// Something could be offered that nobody asked for.
    pub moment: Option<Moment>,
    /// Asked for in this turn, or still waiting from an earlier one.
    pub handoff: Option<Handoff>,
    /// Whether `handoff` is new in this turn.
    pub handoff_is_new: bool,
    pub question: Option<PendingQuestion>,
    /// How far the assistant may go by itself in this turn.
    pub autonomy: Autonomy,
    /// What the messages ask for beyond the list.
    pub requests: Vec<Judged>,
    /// What is granted or conceded.
    pub offers: Vec<PlannedOffer>,
    /// What a person has to decide.
    pub approvals: Vec<Approval>,
    pub lead: Option<Lead>,
    /// Of these one gets a lead that is new.
    pub lead_candidates: Vec<String>,
    /// Silent where a person owns the conversation or the inbox is off; else what the strategy makes of it.
    pub kind: ReplyKind,
}
