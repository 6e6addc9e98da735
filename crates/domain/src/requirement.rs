//! What a deal needs, as far as the buyer has said it, each slot with its message.

use serde::{Deserialize, Serialize};

use crate::{
    id::{MessageId, ProductId, QuoteId},
    money::Money,
    quantity::Quantity,
};

/// A value and the message that it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot<T> {
    pub value: T,
    pub evidence: MessageId,
}

/// One product of a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementLine {
    pub product: Slot<ProductId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Slot<Quantity>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Requirement {
    /// The product spoken of last stands last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<RequirementLine>,
    /// A quantity that was said before any product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Slot<Quantity>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Slot<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_price: Option<Slot<Money>>,
    /// An ISO date or range, as understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Slot<String>>,
    /// The newest quote for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteId>,
}

impl Requirement {
    /// The line spoken of last.
    pub fn focus(&self) -> Option<&RequirementLine> {
        self.lines.last()
    }

    pub fn line(&self, product: &ProductId) -> Option<&RequirementLine> {
        self.lines.iter().find(|line| &line.product.value == product)
    }
}
