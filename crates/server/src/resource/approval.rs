//! Requests beyond the assistant's authority, and the ledger of what was offered.

use desk::agents::Role;
use domain::{approval as stored, message::Author, negotiation as terms, promise};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{catalog::UnitPrice, conversation::Message};

/// A request that somebody at the shop decides.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Approval {
    /// `apr_…`
    id: String,
    conversation_id: String,
    contact_id: String,
    /// Only where the contact's link to it is verified.
    company_id: Option<String>,
    grade: Option<String>,
    product: Option<String>,
    /// In the product's unit.
    quantity: Option<f64>,
    /// `discount`, `payment_terms`, `free_sample`, `lead_time`, `moq` or `price_list`.
    parameter: &'static str,
    /// What the buyer wants: `percent_off`, `unit_price`, `deposit_percent`, `net_days`, `count`, `days`, `quantity`, `list`.
    #[schema(value_type = Object)]
    asked: Value,
    /// The buyer's message and his words.
    message_id: String,
    words: String,
    /// What was asked and offered before, oldest first.
    history: Vec<Move>,
    /// Null for agents: managers and admins see it.
    economics: Option<Economics>,
    /// `pending`, `approved`, `countered`, `rejected` or `expired`.
    status: &'static str,
    outcome: Option<Outcome>,
    created_at: String,
    /// When it runs out undecided.
    expires_at: String,
}

/// What the shop earns.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Economics {
    list_price: Option<UnitPrice>,
    cost: Option<UnitPrice>,
    floor_price: Option<UnitPrice>,
    /// Percent of the price that is left over the cost.
    list_margin_percent: Option<f64>,
    asked_margin_percent: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalOutcome)]
pub(crate) struct Outcome {
    /// What is offered now; null where it was rejected or ran out.
    #[schema(value_type = Option<Object>)]
    terms: Option<Value>,
    /// The agent who decided; null where it ran out.
    by: Option<String>,
    note: Option<String>,
    at: String,
}

/// One step of a negotiation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegotiationMove)]
pub(crate) struct Move {
    /// `buyer`, `assistant` or `agent`.
    by: &'static str,
    product: Option<String>,
    quantity: Option<f64>,
    #[schema(value_type = Object)]
    terms: Value,
    /// `prepayment` or `later_delivery`.
    condition: Option<String>,
    at: String,
}

/// What became of an approval.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalSettled)]
pub(crate) struct Settled {
    approval: Approval,
    /// What the assistant told the buyer; null where a person has the conversation or it has ended.
    message: Option<Message>,
}

/// A line of the ledger: what was offered to whom.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Promise {
    /// `prm_…`
    id: String,
    contact_id: String,
    company_id: Option<String>,
    conversation_id: String,
    /// `assistant` or `agent`, and which agent.
    by: &'static str,
    agent_id: Option<String>,
    product: Option<String>,
    /// The quantity that it was offered for; more is covered.
    quantity: Option<f64>,
    parameter: &'static str,
    #[schema(value_type = Object)]
    terms: Value,
    /// `prepayment` or `later_delivery`.
    condition: Option<String>,
    approval_id: Option<String>,
    at: String,
    valid_until: String,
}

fn number(thousandths: domain::quantity::Thousandths) -> f64 {
    thousandths.0 as f64 / 1_000.0
}

/// The recorded form of terms; they have no part that could fail to be written.
fn written(terms: &terms::Terms) -> Value {
    serde_json::to_value(terms).unwrap_or_default()
}

impl Approval {
    /// As a person of this role may see it.
    pub fn seen_by(role: Role, approval: stored::Approval) -> Self {
        let economics = (role >= Role::Manager).then_some(approval.economics);
        Self {
            id: approval.id.to_string(),
            conversation_id: approval.conversation.to_string(),
            contact_id: approval.contact.to_string(),
            company_id: approval.company.map(|id| id.to_string()),
            grade: approval.grade,
            product: approval.product.map(|id| id.0),
            quantity: approval.quantity.map(number),
            parameter: approval.asked.parameter().name(),
            asked: written(&approval.asked),
            message_id: approval.message.to_string(),
            words: approval.words,
            history: approval.history.into_iter().map(Into::into).collect(),
            economics: economics.map(Into::into),
            status: approval.status.name(),
            outcome: approval.outcome.map(Into::into),
            created_at: approval.created_at.to_string(),
            expires_at: approval.expires_at.to_string(),
        }
    }
}

impl Settled {
    pub fn seen_by(role: Role, settled: store::Settled) -> Self {
        Self { approval: Approval::seen_by(role, settled.approval), message: settled.message.map(Into::into) }
    }
}

impl From<stored::Economics> for Economics {
    fn from(economics: stored::Economics) -> Self {
        Self {
            list_price: economics.list_price.map(Into::into),
            cost: economics.cost.map(Into::into),
            floor_price: economics.floor_price.map(Into::into),
            list_margin_percent: economics.list_margin_percent.map(number),
            asked_margin_percent: economics.asked_margin_percent.map(number),
        }
    }
}

impl From<stored::Outcome> for Outcome {
    fn from(outcome: stored::Outcome) -> Self {
        Self {
            terms: outcome.terms.as_ref().map(written),
            by: outcome.by.map(|id| id.to_string()),
            note: outcome.note,
            at: outcome.at.to_string(),
        }
    }
}

impl From<terms::Move> for Move {
    fn from(made: terms::Move) -> Self {
        Self {
            by: made.by.name(),
            product: made.product.map(|id| id.0),
            quantity: made.quantity.map(number),
            terms: written(&made.terms),
            condition: made.condition,
            at: made.at.to_string(),
        }
    }
}

impl From<promise::Promise> for Promise {
    fn from(promise: promise::Promise) -> Self {
        let promise::Promise { id, contact, company, conversation, offer } = promise;
        let agent_id = match offer.by {
            Author::Agent(agent) => Some(agent.to_string()),
            Author::Buyer | Author::Assistant => None,
        };
        Self {
            id: id.to_string(),
            contact_id: contact.to_string(),
            company_id: company.map(|id| id.to_string()),
            conversation_id: conversation.to_string(),
            by: offer.by.name(),
            agent_id,
            product: offer.product.map(|id| id.0),
            quantity: offer.quantity.map(number),
            parameter: offer.terms.parameter().name(),
            terms: written(&offer.terms),
            condition: offer.condition,
            approval_id: offer.approval.map(|id| id.to_string()),
            at: offer.at.to_string(),
            valid_until: offer.valid_until.to_string(),
        }
    }
}
