//! Past orders, as imported.

use serde::{Deserialize, Serialize};

use crate::{
    id::{CompanyId, ContactId, OrderId, ProductId},
    money::UnitPrice,
    quantity::Quantity,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    pub product: ProductId,
    pub quantity: Quantity,
    pub unit_price: Option<UnitPrice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    /// The shop's own number; unique.
    pub number: String,
    pub company: Option<CompanyId>,
    pub contact: Option<ContactId>,
    /// ISO date.
    pub date: String,
    pub country: Option<String>,
    pub lines: Vec<OrderLine>,
    /// Free text from the shop's own system, if it said one.
    pub status: Option<String>,
}
