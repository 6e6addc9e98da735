//! A request that goes further than the assistant may go: asked of a person, decided once, or run out.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{AgentId, ApprovalId, CompanyId, ContactId, ConversationId, MessageId, ProductId},
    language::Language,
    money::UnitPrice,
    negotiation::{Move, Terms},
    quantity::Thousandths,
};

/// Where an approval stands. Only a pending one moves, and it moves once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalStatus {
    #[default]
    Pending,
    /// What was asked for is granted.
    Approved,
    /// Something else is offered.
    Countered,
    Rejected,
    /// Nobody decided in time.
    Expired,
}

impl ApprovalStatus {
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Approved, Self::Countered, Self::Rejected, Self::Expired];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Countered => "countered",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// An approval that is not pending any more cannot be decided again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDecision {
    #[error("the approval is {0} already")]
    Settled(&'static str),
    #[error("a counter-offer is about the same as the request: {expected}, not {given}")]
    OtherParameter { expected: &'static str, given: &'static str },
}

/// What a person says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Approve,
    /// Offers these terms in place of those asked for.
    Counter(Terms),
    Reject,
}

/// What the shop earns, for those who decide and nobody else. It does not show itself in logs.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Economics {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_price: Option<UnitPrice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<UnitPrice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor_price: Option<UnitPrice>,
    /// Percent of the list price that is left over the cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_margin_percent: Option<Thousandths>,
    /// The same at the price asked for; below zero it is a loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_margin_percent: Option<Thousandths>,
}

impl fmt::Debug for Economics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Economics(…)")
    }
}

/// Who decided what, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What is offered now; none where it was rejected or ran out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// None where it ran out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentId>,
    /// For colleagues; it does not reach the buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub id: ApprovalId,
    pub conversation: ConversationId,
    pub contact: ContactId,
    /// Only where the contact's link to it is verified.
    pub company: Option<CompanyId>,
    /// The customer's grade at the time of asking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// The same request of the same contact has the same key; only one of a key is pending.
    pub key: String,
    pub product: Option<ProductId>,
    /// In the product's unit.
    pub quantity: Option<Thousandths>,
    pub asked: Terms,
    /// The buyer's message and what stands in it.
    pub message: MessageId,
    pub words: String,
    /// The language that the buyer is answered in.
    pub language: Language,
    /// What was asked and offered before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Move>,
    #[serde(default)]
    pub economics: Economics,
    pub status: ApprovalStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Approval {
    /// Decides a pending approval.
    pub fn decide(
        &mut self,
        decision: Decision,
        by: AgentId,
        note: Option<String>,
        now: Timestamp,
    ) -> Result<(), InvalidDecision> {
        self.pending()?;
        let (status, terms) = match decision {
            Decision::Approve => (ApprovalStatus::Approved, Some(self.asked.clone())),
            Decision::Counter(terms) => {
                let (expected, given) = (self.asked.parameter(), terms.parameter());
                if expected != given {
                    let (expected, given) = (expected.name(), given.name());
                    return Err(InvalidDecision::OtherParameter { expected, given });
                }
                (ApprovalStatus::Countered, Some(terms))
            }
            Decision::Reject => (ApprovalStatus::Rejected, None),
        };
        self.status = status;
        self.outcome = Some(Outcome { terms, by: Some(by), note, at: now });
        Ok(())
    }

    /// Nobody decided in time.
    pub fn expire(&mut self, now: Timestamp) -> Result<(), InvalidDecision> {
        self.pending()?;
        self.status = ApprovalStatus::Expired;
        self.outcome = Some(Outcome { terms: None, by: None, note: None, at: now });
        Ok(())
    }

    fn pending(&self) -> Result<(), InvalidDecision> {
        match self.status {
            ApprovalStatus::Pending => Ok(()),
            settled => Err(InvalidDecision::Settled(settled.name())),
        }
    }

    /// What is offered now, where anything is.
    pub fn granted(&self) -> Option<&Terms> {
        self.outcome.as_ref()?.terms.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id, money::Currency};

    fn pending() -> Approval {
        let now = Timestamp::from_millis(1);
        let raw = id::compose(now, 1);
        Approval {
            id: ApprovalId::from_ulid(raw),
            conversation: ConversationId::from_ulid(raw),
            contact: ContactId::from_ulid(raw),
            company: None,
            grade: None,
            key: "k".into(),
            product: Some("P001".into()),
            quantity: None,
            asked: Terms::Discount { percent_off: Some(Thousandths(10_000)), unit_price: None },
            message: MessageId::from_ulid(raw),
            words: "打九折".into(),
            language: Language::Zh,
            history: Vec::new(),
            economics: Economics {
                cost: UnitPrice::parse("31415", Currency::CNY, "台").ok(),
                ..Economics::default()
            },
            status: ApprovalStatus::Pending,
            outcome: None,
            created_at: now,
            expires_at: now.plus_hours(24),
        }
    }

    fn agent() -> AgentId {
        AgentId::from_ulid(id::compose(Timestamp::from_millis(1), 9))
    }

    #[test]
    fn an_approval_is_decided_once() {
        let check = |decision: Decision, status: ApprovalStatus, granted: bool| {
            let mut approval = pending();
            let now = Timestamp::from_millis(5);
            assert_eq!(approval.decide(decision, agent(), None, now), Ok(()));
            assert_eq!((approval.status, approval.granted().is_some()), (status, granted));
            let again = approval.decide(Decision::Approve, agent(), None, now);
            assert_eq!(again, Err(InvalidDecision::Settled(status.name())));
            assert!(approval.expire(now).is_err());
        };
        let five = Terms::Discount { percent_off: Some(Thousandths(5_000)), unit_price: None };
        check(Decision::Approve, ApprovalStatus::Approved, true);
        check(Decision::Counter(five), ApprovalStatus::Countered, true);
        check(Decision::Reject, ApprovalStatus::Rejected, false);
    }

    #[test]
    fn one_that_ran_out_cannot_be_approved() {
        let mut approval = pending();
        approval.expire(Timestamp::from_millis(9)).expect("it was pending");
        let late = approval.decide(Decision::Approve, agent(), None, Timestamp::from_millis(10));
        assert_eq!(late, Err(InvalidDecision::Settled("expired")));
    }

    #[test]
    fn a_counter_offer_is_about_what_was_asked() {
        let mut approval = pending();
        let other = Decision::Counter(Terms::LeadTime { days: 10 });
        let refused = approval.decide(other, agent(), None, Timestamp::from_millis(5));
        assert_eq!(
            refused,
            Err(InvalidDecision::OtherParameter { expected: "discount", given: "lead_time" })
        );
        assert_eq!(approval.status, ApprovalStatus::Pending);
    }

    #[test]
    fn what_the_shop_earns_does_not_show_in_logs() {
        let shown = format!("{:?}", pending());
        assert!(!shown.contains("31415"), "{shown}");
    }
}
