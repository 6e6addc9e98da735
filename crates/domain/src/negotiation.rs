//! What a buyer asks for beyond the list, and what he is offered.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    approval::ApprovalStatus,
    id::{ApprovalId, MessageId, ProductId},
    message::Author,
    money::UnitPrice,
    quantity::Thousandths,
};

/// What can be granted within a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parameter {
    Discount,
    PaymentTerms,
    FreeSample,
    LeadTime,
    Moq,
    PriceList,
}

impl Parameter {
    pub const ALL: [Self; 6] =
        [Self::Discount, Self::PaymentTerms, Self::FreeSample, Self::LeadTime, Self::Moq, Self::PriceList];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Discount => "discount",
            Self::PaymentTerms => "payment_terms",
            Self::FreeSample => "free_sample",
            Self::LeadTime => "lead_time",
            Self::Moq => "moq",
            Self::PriceList => "price_list",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|parameter| parameter.name() == name)
    }
}

/// Terms that are not those of the list: asked for, offered, approved or promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "parameter", rename_all = "snake_case")]
pub enum Terms {
    /// A price below the list. A wish in a foreign currency has no percent; one for goods without a list price has no unit price.
    Discount {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent_off: Option<Thousandths>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit_price: Option<UnitPrice>,
    },
    /// A smaller deposit, or days of credit.
    PaymentTerms {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deposit_percent: Option<Thousandths>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        net_days: Option<i64>,
    },
    FreeSample {
        count: i64,
    },
    /// Calendar days from the order.
    LeadTime {
        days: i64,
    },
    /// A quantity below the minimum order, in the product's unit.
    Moq {
        quantity: Thousandths,
    },
    /// The prices of a list that is not the buyer's own.
    PriceList {
        list: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit_price: Option<UnitPrice>,
    },
}

impl Terms {
    pub const fn parameter(&self) -> Parameter {
        match self {
            Self::Discount { .. } => Parameter::Discount,
            Self::PaymentTerms { .. } => Parameter::PaymentTerms,
            Self::FreeSample { .. } => Parameter::FreeSample,
            Self::LeadTime { .. } => Parameter::LeadTime,
            Self::Moq { .. } => Parameter::Moq,
            Self::PriceList { .. } => Parameter::PriceList,
        }
    }

    /// The price of one unit, where the terms set one.
    pub const fn unit_price(&self) -> Option<&UnitPrice> {
        match self {
            Self::Discount { unit_price, .. } | Self::PriceList { unit_price, .. } => unit_price.as_ref(),
            _ => None,
        }
    }
}

/// One step of a negotiation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    pub by: Author,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// In the product's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Thousandths>,
    pub terms: Terms,
    /// What the buyer gives for it: `prepayment`, `later_delivery`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The buyer's message that asks, or that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<MessageId>,
    pub at: Timestamp,
}

/// An approval that was asked for in this conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedApproval {
    pub id: ApprovalId,
    /// The same request has the same key.
    pub key: String,
    pub status: ApprovalStatus,
}

/// What was asked and offered in a conversation; its size does not grow with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Negotiation {
    /// The newest last, [`Negotiation::KEPT`] at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Move>,
    /// Likewise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<AskedApproval>,
}

impl Negotiation {
    pub const KEPT: usize = 20;

    pub const fn is_empty(&self) -> bool {
        self.moves.is_empty() && self.approvals.is_empty()
    }

    pub fn push(&mut self, new: Move) {
        if self.moves.len() >= Self::KEPT {
            self.moves.remove(0);
        }
        self.moves.push(new);
    }

    /// The newest approval for a request.
    pub fn asked(&self, key: &str) -> Option<&AskedApproval> {
        self.approvals.iter().rev().find(|asked| asked.key == key)
    }

    pub fn ask(&mut self, asked: AskedApproval) {
        if self.approvals.len() >= Self::KEPT {
            self.approvals.remove(0);
        }
        self.approvals.push(asked);
    }

    /// Notes what became of an approval; one that this conversation did not ask for changes nothing.
    pub fn settle(&mut self, id: ApprovalId, status: ApprovalStatus) {
        for asked in self.approvals.iter_mut().filter(|asked| asked.id == id) {
            asked.status = status;
        }
    }

    pub fn has_pending(&self) -> bool {
        self.approvals.iter().any(|asked| asked.status == ApprovalStatus::Pending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id;

    #[test]
    fn the_memory_of_a_negotiation_does_not_grow_without_end() {
        let mut negotiation = Negotiation::default();
        for number in 0..50_i64 {
            negotiation.push(Move {
                by: Author::Buyer,
                product: None,
                quantity: None,
                terms: Terms::LeadTime { days: number },
                condition: None,
                evidence: None,
                at: Timestamp::from_millis(number),
            });
            let id = ApprovalId::from_ulid(id::compose(Timestamp::from_millis(1), number as u128));
            negotiation.ask(AskedApproval { id, key: number.to_string(), status: ApprovalStatus::Pending });
        }
        assert_eq!((negotiation.moves.len(), negotiation.approvals.len()), (20, 20));
        assert_eq!(negotiation.moves[0].terms, Terms::LeadTime { days: 30 });
        assert!(negotiation.asked("29").is_none() && negotiation.asked("49").is_some());
    }

    #[test]
    fn terms_say_their_parameter_in_json() {
        let terms = Terms::PaymentTerms { deposit_percent: None, net_days: Some(60) };
        let json = serde_json::to_string(&terms).expect("serialises");
        assert_eq!(json, r#"{"parameter":"payment_terms","net_days":60}"#);
        assert_eq!(serde_json::from_str::<Terms>(&json).expect("parses"), terms);
        for parameter in Parameter::ALL {
            assert_eq!(Parameter::from_name(parameter.name()), Some(parameter));
        }
    }
}
