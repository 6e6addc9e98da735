//! The ledger of promises: what was offered to whom, by the assistant or a person.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{ApprovalId, CompanyId, ContactId, ConversationId, ProductId, PromiseId, TurnId},
    message::Author,
    negotiation::Terms,
    quantity::Thousandths,
};

/// Terms that a buyer was told he can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub by: Author,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// The quantity that it was offered for, in the product's unit; more is covered, less is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Thousandths>,
    pub terms: Terms,
    /// What the buyer gives for it: `prepayment`, `later_delivery`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalId>,
    pub at: Timestamp,
    pub valid_until: Timestamp,
}

impl Offer {
    pub fn is_valid(&self, now: Timestamp) -> bool {
        now <= self.valid_until
    }

    /// Whether it was offered for this product at this quantity or a smaller one.
    pub fn covers(&self, product: &ProductId, quantity: Option<Thousandths>) -> bool {
        self.product.as_ref() == Some(product)
            && match (self.quantity, quantity) {
                (None, _) => true,
                (Some(offered), Some(wanted)) => offered <= wanted,
                (Some(_), None) => false,
            }
    }
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub id: PromiseId,
    pub contact: ContactId,
    /// Only where the contact's link to it was verified.
    pub company: Option<CompanyId>,
    pub conversation: ConversationId,
    #[serde(flatten)]
    pub offer: Offer,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_covers_its_quantity_and_more() {
        let check = |offered: Option<i64>, wanted: Option<i64>, expected: bool| {
            let offer = Offer {
                by: Author::Assistant,
                product: Some("P001".into()),
                quantity: offered.map(|quantity| Thousandths(quantity * 1_000)),
                terms: Terms::LeadTime { days: 10 },
                condition: None,
                turn: None,
                approval: None,
                at: Timestamp::from_millis(0),
                valid_until: Timestamp::from_millis(10),
            };
            let wanted = wanted.map(|quantity| Thousandths(quantity * 1_000));
            assert_eq!(offer.covers(&"P001".into(), wanted), expected, "{offered:?} {wanted:?}");
            assert!(!offer.covers(&"P002".into(), wanted));
            assert!(
                offer.is_valid(Timestamp::from_millis(10)) && !offer.is_valid(Timestamp::from_millis(11))
            );
        };
        check(Some(20), Some(20), true);
        check(Some(20), Some(21), true);
        check(Some(20), Some(19), false);
        check(Some(20), None, false);
        check(None, Some(1), true);
        check(None, None, true);
    }
}
