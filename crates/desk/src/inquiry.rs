//! A buyer's list of goods that came as a file (RFQ): read, and taken as his message, so that it is answered like any other.

mod sheet;

use std::time::Duration;

use domain::{
    contact::Identity,
    conversation::Conversation,
    id::{ConversationId, ProductId},
    quantity::Quantity,
};
use engine::requirement::{
    Match, match_row,
    table::{self, Table},
};
use store::StoreError;

use crate::{
    Desk,
    receive::{Receipt, ReceiveError, Received},
};
pub use sheet::SheetError;

/// The largest file that is read, in bytes. A list of a hundred lines has a tenth of it.
pub const MAX_BYTES: usize = 256 * 1024;

/// One line of the list and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InquiryLine {
    /// From 1, without the header.
    pub row: u32,
    /// What it says of the goods.
    pub text: String,
    pub quantity: Option<Quantity>,
    /// `None` where it fits no product for certain.
    pub product: Option<ProductId>,
    /// What it may mean then, the likeliest first.
    pub candidates: Vec<ProductId>,
}

/// The list as it was read, and the message that it became.
#[derive(Debug, Clone, PartialEq)]
pub struct InquiryReceipt {
    pub lines: Vec<InquiryLine>,
    /// Lines beyond [`table::MAX_ROWS`], which were left out.
    pub beyond: usize,
    pub receipt: Receipt,
}

/// Why a file was not taken. Nothing of it was stored.
#[derive(Debug, thiserror::Error)]
pub enum InquiryError {
    #[error("there is no such conversation")]
    NotFound,
    #[error("the file has more than {MAX_BYTES} bytes; send the sheet with the goods alone, or in parts")]
    TooLarge,
    #[error(transparent)]
    Sheet(#[from] SheetError),
    #[error(
        "no columns for goods and quantity were found; give the sheet a header line with 型号 (model) or 品名 (item) and 数量 (qty)"
    )]
    NoTable,
    #[error(transparent)]
    Receive(#[from] ReceiveError),
    #[error("the conversation could not be read")]
    Store(#[source] StoreError),
}

impl Desk {
    /// Reads a CSV or XLSX file that the buyer of a conversation sent and takes its lines as his message. With `wait`, waits for the
    /// turn. The same `client_id` again gives the first answer.
    pub async fn take_inquiry(
        &self,
        conversation: ConversationId,
        file: Vec<u8>,
        client_id: Option<String>,
        wait: Option<Duration>,
    ) -> Result<InquiryReceipt, InquiryError> {
        if file.len() > MAX_BYTES {
            return Err(InquiryError::TooLarge);
        }
        let store = self.store();
        let found = store.conversation(conversation).await.map_err(InquiryError::Store)?;
        let conversation = found.ok_or(InquiryError::NotFound)?;
        let identity = self.identity_of(&conversation).await?;
        // The semaphore is never closed; if it were, reading unbounded would still be right.
        let _turn = self.inner.reading.acquire().await.ok();
        // A large sheet takes longer than other work may be held up; and a reader that fails on a hostile file fails alone.
        let rows = tokio::task::spawn_blocking(move || sheet::rows(&file)).await;
        let rows = rows.unwrap_or(Err(SheetError::Unreadable))?;
        let table = table::read(&as_text(&rows)).ok_or(InquiryError::NoTable)?;
        let published = self.published();
        let lines = table.rows.iter().map(|row| {
            let (product, candidates) = match match_row(&published.knowledge, row) {
                Match::One(product) => (Some(product), Vec::new()),
                Match::Open(candidates) => (None, candidates),
            };
            InquiryLine {
                row: row.number,
                text: row.text(),
                quantity: row.quantity.clone(),
                product,
                candidates,
            }
        });
        let lines = lines.collect();
        let inbox = self
            .inboxes()
            .iter()
            .find(|inbox| inbox.id == conversation.inbox)
            .map(|inbox| inbox.name.clone());
        let received = Received {
            inbox: inbox.ok_or(InquiryError::NotFound)?,
            contact_external_id: identity.external_id,
            message_external_id: client_id,
            text: message(&table),
            ..Received::default()
        };
        let receipt = self.receive(received, wait).await?;
        Ok(InquiryReceipt { lines, beyond: table.beyond, receipt })
    }

    async fn identity_of(&self, conversation: &Conversation) -> Result<Identity, InquiryError> {
        let identities =
            self.store().identities_of(conversation.contact).await.map_err(InquiryError::Store)?;
        identities
            .into_iter()
            .find(|identity| identity.id == conversation.identity)
            .ok_or(InquiryError::NotFound)
    }
}

/// Rows with tabs between their cells, as they would come from the clipboard.
fn as_text(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| row.join("\t")).collect::<Vec<_>>().join("\n")
}

/// What was read, as the buyer's message: the goods and how many, in the language of the list.
fn message(table: &Table) -> String {
    let chinese = table.rows.iter().any(|row| !row.text().is_ascii());
    let mut text = if chinese { "型号\t品名\t数量" } else { "model\titem\tqty" }.to_owned();
    for row in &table.rows {
        let mut goods = row.goods.iter().map(|cell| cell.chars().take(MAX_CELL).collect::<String>());
        let model = goods.next().unwrap_or_default();
        let item = goods.next().unwrap_or_default();
        let quantity = row.quantity.as_ref().map_or_else(String::new, |quantity| {
            format!("{}{}", quantity.number(), quantity.unit.as_deref().unwrap_or_default())
        });
        text.push_str(&format!("\n{model}\t{item}\t{quantity}"));
    }
    text
}

/// So much of a cell goes into the message, in code points: a hundred lines of it fit one.
const MAX_CELL: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_read_again_from_the_message() {
        let long = "长".repeat(200);
        let rows: Vec<Vec<String>> =
            std::iter::once(["型号", "品名", "数量", "单位"].map(str::to_owned).to_vec())
                .chain(
                    (0..150).map(|number| vec![format!("A{number}"), long.clone(), "20".into(), "台".into()]),
                )
                .collect();
        let table = table::read(&as_text(&rows)).expect("a table");
        let text = message(&table);
        assert!(text.chars().count() < crate::receive::MAX_TEXT_CHARS, "{}", text.chars().count());
        let again = table::read(&text).expect("a table");
        let goods = |table: &Table| {
            let row = |row: &table::Row| (row.number, row.goods[0].clone(), row.quantity.clone());
            table.rows.iter().map(row).collect::<Vec<_>>()
        };
        assert_eq!(goods(&again), goods(&table));
        assert_eq!((table.beyond, again.beyond), (50, 0));
    }
}
