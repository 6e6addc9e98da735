//! What the knowledge could learn from talk.

use domain::suggestion as stored;
use serde::Serialize;
use utoipa::ToSchema;

/// Something that buyers asked and the knowledge does not answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestion {
    /// `sug_…`
    id: String,
    /// `open`, `accepted` or `dismissed`.
    status: &'static str,
    proposal: SuggestionProposal,
    /// The newest first; names, numbers to call and addresses are taken out.
    evidence: Vec<SuggestionEvidence>,
    /// How many buyers asked.
    buyers: u32,
    /// How many messages did.
    messages: u32,
    created_at: String,
    updated_at: String,
    decided_by: Option<String>,
    /// The revision of the knowledge that took it in.
    revision: Option<i64>,
}

/// What is proposed; only the fields of its kind are there. An empty text is for a person to fill in.
#[derive(Debug, Default, Serialize, ToSchema)]
struct SuggestionProposal {
    /// `faq`, `alias`, `example` or `fact`.
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    questions: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// The product's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    examples: Option<Vec<String>>,
    /// As it is named in the files: `lead_time_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SuggestionEvidence {
    message_id: String,
    conversation_id: String,
    text: String,
    at: String,
}

impl From<stored::Suggestion> for Suggestion {
    fn from(suggestion: stored::Suggestion) -> Self {
        let evidence = suggestion.evidence.into_iter().map(|one| SuggestionEvidence {
            message_id: one.message.to_string(),
            conversation_id: one.conversation.to_string(),
            text: one.text,
            at: one.at.to_string(),
        });
        Self {
            id: suggestion.id.to_string(),
            status: suggestion.status.name(),
            proposal: suggestion.proposal.into(),
            evidence: evidence.collect(),
            buyers: suggestion.buyers,
            messages: suggestion.messages,
            created_at: suggestion.created_at.to_string(),
            updated_at: suggestion.updated_at.to_string(),
            decided_by: suggestion.decided_by.map(|agent| agent.to_string()),
            revision: suggestion.revision,
        }
    }
}

impl From<stored::Proposal> for SuggestionProposal {
    fn from(proposal: stored::Proposal) -> Self {
        let empty = Self { kind: proposal.kind(), ..Self::default() };
        match proposal {
            stored::Proposal::Faq { questions, answer } => {
                Self { questions: Some(questions), answer: Some(answer), ..empty }
            }
            stored::Proposal::Alias { product, alias } => {
                Self { product: product.map(|id| id.0), alias: Some(alias), ..empty }
            }
            stored::Proposal::Example { intent, examples } => {
                Self { intent: Some(intent), examples: Some(examples), ..empty }
            }
            stored::Proposal::Fact { product, field, value } => {
                Self { product: Some(product.0), field: Some(field.name()), value: Some(value), ..empty }
            }
        }
    }
}
