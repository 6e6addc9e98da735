//! Past orders of the person who talks, for tests and for `chat --context`.

use desk::Desk;
use serde::Deserialize;
use store::StoreError;

/// One past order of one product.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastOrder {
    /// ISO date.
    pub date: String,
    pub product: String,
    /// Whole units.
    pub quantity: i64,
}

/// Why the orders could not be given.
#[derive(Debug, thiserror::Error)]
pub enum GiveOrdersError {
    #[error("there is no inbox named `{0}`")]
    UnknownInbox(String),
    #[error("order {index} of {date}: the quantity must be above zero")]
    BadQuantity { index: usize, date: String },
    #[error("the orders could not be stored")]
    Store(#[source] StoreError),
}

/// Makes `orders` the past of the contact that an inbox knows by `external_id`, before he has written a word.
pub async fn give_orders(
    desk: &Desk,
    inbox: &str,
    external_id: &str,
    orders: &[PastOrder],
) -> Result<(), GiveOrdersError> {
    let unknown = || GiveOrdersError::UnknownInbox(inbox.to_owned());
    let inbox = desk.inbox(inbox).ok_or_else(unknown)?;
    for (index, order) in orders.iter().enumerate() {
        if order.quantity <= 0 {
            return Err(GiveOrdersError::BadQuantity { index, date: order.date.clone() });
        }
    }
    let lines =
        orders.iter().map(|order| (order.date.clone(), order.product.as_str().into(), order.quantity));
    desk.give_orders(&inbox, external_id, lines).await.map_err(GiveOrdersError::Store)
}
