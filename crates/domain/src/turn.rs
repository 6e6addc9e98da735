//! One turn: the understanding, decision and reply for one or more consecutive buyer messages, with its trace.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    approval::ApprovalStatus,
    colleague::Colleague,
    fact::Fact,
    handoff::Handoff,
    id::{ApprovalId, ContactId, ConversationId, LeadId, MessageId, TurnId},
    lead::{LeadSignal, LeadStatus, LearnedScore},
    negotiation::Parameter,
    profile::{CustomerType, ProfileFact},
    recommendation::{Moment, Recommendation},
    stage::Stage,
    understanding::Understanding,
};

/// A rule that did not fire, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    pub rule: String,
    /// The first term that failed, as written.
    pub because: String,
}

/// A test of rules that this turn was part of: the condition of one of its rules held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestArm {
    pub test: String,
    /// The rule in whose share the buyer is; none: he is held out.
    pub rule: Option<String>,
}

/// What the turn set out to do, and which rule said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strategy {
    pub name: String,
    pub rule: String,
    /// The terms that held, in words.
    pub why: Vec<String>,
    pub passed_over: Vec<PassedOver>,
    /// Each test once, in the order in which its rules were tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<TestArm>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyKind {
    Answer,
    Question,
    Recommendation,
    Quote,
    Handoff,
    /// A person owns the conversation, or the inbox is switched off.
    Silent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordedBy {
    #[default]
    Template,
    Model,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    pub kind: ReplyKind,
    /// Empty where the kind is `silent`.
    pub text: String,
    pub worded_by: WordedBy,
    /// Held for a person to send.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
    pub facts: Vec<Fact>,
    /// Parts that the check dropped because they held something that no fact issued; for the desk, not for the buyer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<String>,
}

/// The profile as it stood after the turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileView {
    pub facts: Vec<ProfileFact>,
    /// What verified colleagues told of the company, where the contact's own link to it is verified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub company_facts: Vec<ProfileFact>,
    #[serde(rename = "type")]
    pub customer_type: CustomerType,
    pub tier: Option<String>,
    pub message_count: u32,
}

/// The lead as it stood after the turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadView {
    pub id: LeadId,
    /// 0..1 in hundredths.
    pub score: f64,
    /// What won and lost leads tell beside the points; not there until there are enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learned: Option<LearnedScore>,
    pub signals: Vec<LeadSignal>,
    pub status: LeadStatus,
    pub assigned_to: Option<String>,
}

/// A request that the assistant may not grant by itself, as the turn left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalView {
    pub id: ApprovalId,
    pub parameter: Parameter,
    pub status: ApprovalStatus,
}

/// Microseconds that each stage took. They are measured by the desk and left out of every comparison of turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Timings {
    pub understand: u64,
    pub decide: u64,
    pub compose: u64,
    pub store: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    pub id: TurnId,
    pub conversation: ConversationId,
    /// The contact whose profile and requirement it changed, where the conversation's own one was merged into him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    pub message_ids: Vec<MessageId>,
    pub understanding: Understanding,
    pub profile: ProfileView,
    pub stage: Stage,
    pub strategy: Strategy,
    pub recommendation: Option<Recommendation>,
    /// Something could have been offered that nobody asked for: what was done, and with which chance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<Moment>,
    pub lead: Option<LeadView>,
    pub handoff: Option<Handoff>,
    /// How the people at the shop stood when this turn asked for one of them; nothing where it asked for nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colleagues: Vec<Colleague>,
    /// What the messages asked for beyond the assistant's authority: new in this turn, or asked before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<ApprovalView>,
    pub reply: Reply,
    /// The revision of the knowledge that decided it.
    pub revision: i64,
    /// The seed that stood for randomness.
    pub seed: u64,
    pub at: Timestamp,
    #[serde(rename = "timings_us")]
    pub timings: Timings,
}
