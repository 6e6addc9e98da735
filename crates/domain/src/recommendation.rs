//! Products that the assistant proposes, each with its reason.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{ContactId, ConversationId, ProductId, TurnId},
};

/// What allowed the recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The last turns stayed on one topic.
    SameTopic,
    /// One of the last turns showed that the buyer wants to buy.
    PurchaseIntent,
    /// The buyer asked for it.
    Asked,
    /// An existing customer asked what is new.
    NewProducts,
    FollowUp,
}

impl Trigger {
    /// Whether nobody asked.
    pub const fn is_proactive(self) -> bool {
        matches!(self, Self::SameTopic | Self::PurchaseIntent)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecommendationKind {
    /// Bought before.
    Reorder,
    /// New to this buyer.
    Discover,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecommendedItem {
    pub product: ProductId,
    pub kind: RecommendationKind,
    /// As said to the buyer.
    pub reason: String,
    /// The time since his last order as the reason states it; a fact of the turn is made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// What speaks for it in figures: for the trace, never for the buyer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// Three items at most: precise rather than many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    pub trigger: Trigger,
    pub items: Vec<RecommendedItem>,
}

/// The largest number of items in one recommendation.
pub const MAX_ITEMS: usize = 3;

/// What can be done at a moment at which something could be offered that nobody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Nothing beyond the answer.
    Wait,
    /// The next question about what the buyer needs.
    Ask,
    /// Products that he bought before, first of all.
    Reorder,
    /// Products that are new to him, first of all.
    Discover,
}

impl Action {
    /// In the order of [`Moment::propensities`].
    pub const ALL: [Self; 4] = [Self::Wait, Self::Ask, Self::Reorder, Self::Discover];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Ask => "ask",
            Self::Reorder => "reorder",
            Self::Discover => "discover",
        }
    }

    /// Its place in [`Action::ALL`].
    pub const fn place(self) -> usize {
        match self {
            Self::Wait => 0,
            Self::Ask => 1,
            Self::Reorder => 2,
            Self::Discover => 3,
        }
    }
}

/// Who decided at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decider {
    Rules,
    Policy,
    /// By lot, so that it can be told what offers bring.
    HoldOut,
}

/// A moment at which something could be offered that nobody asked for, with all that another way of deciding is judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    pub trigger: Trigger,
    /// What the moment looked like; the engine's module `moment` says which number is what.
    pub features: Vec<f32>,
    /// The chance that each of [`Action::ALL`] had; together 1. What was not possible has none.
    pub propensities: [f64; Action::ALL.len()],
    pub action: Action,
    pub decided_by: Decider,
    /// What the rules would have done.
    pub by_rule: Action,
    /// What was offered; where nothing was, what the rules would have offered.
    pub products: Vec<ProductId>,
}

impl Moment {
    /// The chance that what was done had.
    pub const fn propensity(&self) -> f64 {
        self.propensities[self.action.place()]
    }
}

/// What became of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// He came back to what was offered, or answered what was asked.
    Accept,
    /// He ordered it.
    Order,
    /// Nothing came of it.
    Ignore,
    /// He complained, or wanted no more of it.
    Complaint,
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Accept, Self::Order, Self::Ignore, Self::Complaint];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Order => "order",
            Self::Ignore => "ignore",
            Self::Complaint => "complaint",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// A moment as it is logged, with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub turn: TurnId,
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub at: Timestamp,
    /// The turn's: with it what was drawn can be drawn again.
    pub seed: u64,
    pub moment: Moment,
    pub outcome: Option<Outcome>,
    /// Nothing further can become of it.
    pub settled: bool,
}

/// What a contact was shown, as his profile remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownOffer {
    pub at: Timestamp,
    pub products: Vec<ProductId>,
    /// Whether he had asked for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// Whether he came back to any of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taken_up: bool,
}
