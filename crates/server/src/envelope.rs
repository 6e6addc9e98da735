//! The envelope of `POST /api/v1/messages`: what became of one buyer message. The terminal prints the same.
//!
//! The pieces of a turn stand in the form in which they are recorded.

use desk::receive::Receipt;
use domain::{
    Timestamp,
    handoff::Handoff,
    id::{ConversationId, MessageId, TurnId},
    profile::{CustomerType, ProfileFact},
    recommendation::{Moment, Recommendation},
    stage::Stage,
    turn::{ApprovalView, LeadView, ProfileView, Reply, Strategy, Timings, Turn},
    understanding::Understanding,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{openapi::turn, resource::buyer::Fact};

/// What became of one buyer message.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Envelope {
    /// `cnv_…`
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// `msg_…`
    #[schema(value_type = String)]
    pub message_id: MessageId,
    /// The same message was taken before; this is the first answer.
    pub duplicate: bool,
    /// Null where it was not waited for, or took too long.
    pub turn: Option<TurnEnvelope>,
}

/// A turn: what was understood, decided and answered for one or more consecutive buyer messages.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Turn)]
pub struct TurnEnvelope {
    /// `trn_…`
    #[schema(value_type = String)]
    pub id: TurnId,
    /// The buyer's messages that it answers.
    #[schema(value_type = Vec<String>)]
    pub message_ids: Vec<MessageId>,
    #[schema(value_type = turn::Understanding)]
    pub understanding: Understanding,
    pub profile: TurnProfile,
    /// `awareness`, `consideration`, `decision`, `fulfilment`, `after_sales` or `repurchase`.
    #[schema(value_type = String)]
    pub stage: Stage,
    #[schema(value_type = turn::Strategy)]
    pub strategy: Strategy,
    #[schema(value_type = Option<turn::Recommendation>)]
    pub recommendation: Option<Recommendation>,
    /// Something could have been offered that nobody asked for: what was done, and with which chance. Not there otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = turn::Moment, required = false)]
    pub moment: Option<Moment>,
    #[schema(value_type = Option<turn::Lead>)]
    pub lead: Option<LeadView>,
    #[schema(value_type = Option<turn::Handoff>)]
    pub handoff: Option<Handoff>,
    /// What was asked for beyond the assistant's authority; not there where nothing was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<turn::AskedApproval>, required = false)]
    pub approvals: Vec<ApprovalView>,
    #[schema(value_type = turn::Reply)]
    pub reply: Reply,
    #[schema(value_type = turn::Timings)]
    pub timings_us: Timings,
    /// The revision of the knowledge that decided it.
    pub revision: i64,
}

/// The profile as it stood after the turn.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TurnProfile {
    pub facts: Vec<Fact>,
    /// What verified colleagues told of the company; not there where nothing is known, or the buyer only says that he works there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub company_facts: Vec<Fact>,
    /// `new` or `existing`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub customer_type: CustomerType,
    pub tier: Option<String>,
    pub message_count: u32,
}

impl TurnProfile {
    fn seen(profile: ProfileView, now: Timestamp) -> Self {
        let seen = |facts: Vec<ProfileFact>| facts.into_iter().map(|fact| Fact::seen(fact, now)).collect();
        Self {
            facts: seen(profile.facts),
            company_facts: seen(profile.company_facts),
            customer_type: profile.customer_type,
            tier: profile.tier,
            message_count: profile.message_count,
        }
    }
}

/// The envelope of a receipt.
pub fn of(receipt: Receipt) -> Envelope {
    Envelope {
        conversation_id: receipt.conversation,
        message_id: receipt.message,
        duplicate: receipt.duplicate,
        turn: receipt.turn.map(Into::into),
    }
}

impl From<Turn> for TurnEnvelope {
    fn from(turn: Turn) -> Self {
        Self {
            id: turn.id,
            message_ids: turn.message_ids,
            understanding: turn.understanding,
            profile: TurnProfile::seen(turn.profile, turn.at),
            stage: turn.stage,
            strategy: turn.strategy,
            recommendation: turn.recommendation,
            moment: turn.moment,
            lead: turn.lead,
            handoff: turn.handoff,
            approvals: turn.approvals,
            reply: turn.reply,
            timings_us: turn.timings,
            revision: turn.revision,
        }
    }
}
