//! What the knowledge could learn from talk, for a person to decide.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{AgentId, ConversationId, MessageId, ProductId, SuggestionId},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionStatus {
    Open,
    /// It stands in the knowledge.
    Accepted,
    Dismissed,
}

impl SuggestionStatus {
    pub const ALL: [Self; 3] = [Self::Open, Self::Accepted, Self::Dismissed];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A field of a product that buyers ask for and the knowledge lacks, by its name in the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductField {
    Price,
    Moq,
    Stock,
    LeadTimeDays,
    WarrantyMonths,
    Certificates,
    Specs,
}

impl ProductField {
    pub const ALL: [Self; 7] = [
        Self::Price,
        Self::Moq,
        Self::Stock,
        Self::LeadTimeDays,
        Self::WarrantyMonths,
        Self::Certificates,
        Self::Specs,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Moq => "moq",
            Self::Stock => "stock",
            Self::LeadTimeDays => "lead_time_days",
            Self::WarrantyMonths => "warranty_months",
            Self::Certificates => "certificates",
            Self::Specs => "specs",
        }
    }
}

/// What is proposed. Where something is empty, a person has to fill it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proposal {
    /// A question with its answer; the answer is what people wrote to buyers who asked, where somebody did.
    Faq { questions: Vec<String>, answer: String },
    /// Another name for a product.
    Alias { product: Option<ProductId>, alias: String },
    /// Messages that mean an intent of the shop's own.
    Example { intent: String, examples: Vec<String> },
    /// A field of a product that is empty.
    Fact { product: ProductId, field: ProductField, value: String },
}

impl Proposal {
    pub const KINDS: [&str; 4] = ["faq", "alias", "example", "fact"];

    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Faq { .. } => "faq",
            Self::Alias { .. } => "alias",
            Self::Example { .. } => "example",
            Self::Fact { .. } => "fact",
        }
    }
}

/// A message that the proposal rests on, without names, numbers to call and addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub text: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub id: SuggestionId,
    pub status: SuggestionStatus,
    pub proposal: Proposal,
    /// The newest first, [`Suggestion::EVIDENCE`] at most.
    pub evidence: Vec<Evidence>,
    /// All messages that it rests on, by which it is known again.
    pub basis: Vec<MessageId>,
    /// How many buyers asked.
    pub buyers: u32,
    /// How many messages did.
    pub messages: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(default)]
    pub decided_by: Option<AgentId>,
    /// The revision that took it in.
    #[serde(default)]
    pub revision: Option<i64>,
}

impl Suggestion {
    pub const EVIDENCE: usize = 20;
}
