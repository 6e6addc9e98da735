//! Messages that the assistant sends by itself when a buyer has fallen silent.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{ContactId, ConversationId, MessageId, ProductId},
};

/// What in the thread gives cause to write again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The last day of the buyer's quote comes near.
    QuoteExpires,
    /// The buyer has a quote and has not answered it.
    QuoteOpen,
    /// A price was told and not answered.
    PriceGiven,
    /// The assistant asked something that the deal needs.
    QuestionOpen,
    /// The buyer wanted a sample.
    SamplePromised,
    /// The buyer looked at a product.
    Interest,
    /// By the rhythm of his orders the buyer needs the goods again.
    ReorderDue,
}

impl Reason {
    pub const ALL: [Self; 7] = [
        Self::QuoteExpires,
        Self::QuoteOpen,
        Self::PriceGiven,
        Self::QuestionOpen,
        Self::SamplePromised,
        Self::Interest,
        Self::ReorderDue,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::QuoteExpires => "quote_expires",
            Self::QuoteOpen => "quote_open",
            Self::PriceGiven => "price_given",
            Self::QuestionOpen => "question_open",
            Self::SamplePromised => "sample_promised",
            Self::Interest => "interest",
            Self::ReorderDue => "reorder_due",
        }
    }
}

/// A follow-up that was written: sent, or held for a person to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFollowUp {
    pub message: MessageId,
    pub contact: ContactId,
    pub conversation: ConversationId,
    /// The step's id in the knowledge.
    pub step: String,
    pub reason: Reason,
    /// For people at the shop, in the shop's language.
    pub why: String,
    /// What it brings up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductId>,
    /// Held for a person to send.
    pub draft: bool,
    /// The revision of the knowledge that decided it.
    pub revision: i64,
    pub at: Timestamp,
}
