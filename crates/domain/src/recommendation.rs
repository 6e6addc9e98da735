//! Products that the assistant proposes, each with its reason.

use serde::{Deserialize, Serialize};

use crate::id::ProductId;

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
}

/// Three items at most: precise rather than many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    pub trigger: Trigger,
    pub items: Vec<RecommendedItem>,
}

/// The largest number of items in one recommendation.
pub const MAX_ITEMS: usize = 3;
