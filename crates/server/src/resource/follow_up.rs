//! Messages to buyers who fell silent.

use desk::follow_ups as planned;
use domain::follow_up::SentFollowUp;
use serde::Serialize;
use utoipa::ToSchema;

/// What was and what will be written to a buyer by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FollowUps {
    /// Sent when it is due, unless somebody writes before. Null where nothing is planned.
    next: Option<NextFollowUp>,
    /// To this buyer in any conversation, the newest first.
    sent: Vec<FollowUp>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextFollowUp {
    /// The step's id in the knowledge.
    step: String,
    /// `quote_expires`, `quote_open`, `price_given`, `question_open`, `sample_promised`, `interest` or `reorder_due`.
    reason: &'static str,
    /// The reason in words, in the shop's language.
    why: String,
    due_at: String,
    /// As it would be sent now.
    text: String,
    /// It will wait for a person to send it.
    draft: bool,
    /// The person whose words it has.
    worded_by: Option<String>,
}

/// A follow-up that was written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FollowUp {
    message_id: String,
    conversation_id: String,
    step: String,
    reason: &'static str,
    why: String,
    /// Product ids that it brought up.
    products: Vec<String>,
    /// Held for a person to send.
    draft: bool,
    at: String,
}

impl From<SentFollowUp> for FollowUp {
    fn from(sent: SentFollowUp) -> Self {
        Self {
            message_id: sent.message.to_string(),
            conversation_id: sent.conversation.to_string(),
            step: sent.step,
            reason: sent.reason.name(),
            why: sent.why,
            products: sent.products.into_iter().map(|product| product.0).collect(),
            draft: sent.draft,
            at: sent.at.to_string(),
        }
    }
}

impl From<planned::FollowUps> for FollowUps {
    fn from(known: planned::FollowUps) -> Self {
        let next = known.next.map(|next| NextFollowUp {
            step: next.step,
            reason: next.reason.name(),
            why: next.why,
            due_at: next.due_at.to_string(),
            text: next.text,
            draft: next.draft,
            worded_by: next.worded_by.map(|agent| agent.to_string()),
        });
        Self { next, sent: known.sent.into_iter().map(Into::into).collect() }
    }
}
