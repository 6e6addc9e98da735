//! Where a buyer is on the way from a first question to the next order.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Gets to know the shop.
    #[default]
    Awareness,
    /// Compares, asks specifications.
    Consideration,
    /// Asks price, terms, sample or quote; negotiates; orders.
    Decision,
    /// Waits for the goods.
    Fulfilment,
    /// Uses, complains, repairs.
    AfterSales,
    /// Comes back.
    Repurchase,
}

impl Stage {
    pub const ALL: [Self; 6] = [
        Self::Awareness,
        Self::Consideration,
        Self::Decision,
        Self::Fulfilment,
        Self::AfterSales,
        Self::Repurchase,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Awareness => "awareness",
            Self::Consideration => "consideration",
            Self::Decision => "decision",
            Self::Fulfilment => "fulfilment",
            Self::AfterSales => "after_sales",
            Self::Repurchase => "repurchase",
        }
    }
}
