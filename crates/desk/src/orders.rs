//! Past orders from a CSV file: what is sound is taken, what is not is listed with its reason.

use std::collections::BTreeMap;

use domain::{
    contact::Identity,
    id::{CompanyId, ContactId, IdentityId, OrderId, ProductId},
    inbox::Inbox,
    money::{Currency, UnitPrice},
    order::OrderLine,
    quantity::Quantity,
};
use store::{NewOrder, StoreError};

use crate::Desk;

/// The columns that are read. `invoice`, `date`, `sku` and `qty` must be there; others are optional, further ones are ignored.
pub const COLUMNS: [&str; 9] =
    ["customer", "company", "contact", "invoice", "date", "sku", "qty", "price", "country"];

/// One line of the file, already split into cells by column name.
pub type Row = BTreeMap<String, String>;

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// From 2, the first line after the header.
    pub line: u64,
    pub reason: String,
}

/// What became of an import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    pub orders: usize,
    pub lines: usize,
    /// Orders whose number was known already; they were left as they are.
    pub known: usize,
    pub companies: usize,
    /// Products that the knowledge does not have; their lines are kept.
    pub unknown_products: Vec<String>,
    pub refused: Vec<RefusedRow>,
}

/// Orders are stored in steps of this size, so that buyers' messages are not held up.
const STEP: usize = 100;

impl Desk {
    /// Takes rows of past orders; the rows of one invoice make one order.
    pub async fn import_orders(
        &self,
        rows: impl IntoIterator<Item = (u64, Row)>,
    ) -> Result<ImportReport, StoreError> {
        let published = self.published();
        let currency = published.knowledge.shop.currency;
        let mut report = ImportReport::default();
        let mut orders: BTreeMap<String, NewOrder> = BTreeMap::new();
        let now = self.now();
        for (line, row) in rows {
            match read_row(&row, currency) {
                Ok(read) => {
                    if published.knowledge.product(&read.line.product).is_none()
                        && !report.unknown_products.contains(&read.line.product.0)
                    {
                        report.unknown_products.push(read.line.product.0.clone());
                    }
                    let order = orders.entry(read.invoice.clone()).or_insert_with(|| NewOrder {
                        id: OrderId::from_ulid(self.ulid(now)),
                        fresh_company: CompanyId::from_ulid(self.ulid(now)),
                        fresh_contact: ContactId::from_ulid(self.ulid(now)),
                        number: read.invoice,
                        company_name: read.company,
                        contact_name: read.contact,
                        date: read.date,
                        country: read.country,
                        status: None,
                        lines: Vec::new(),
                    });
                    order.lines.push(read.line);
                    report.lines += 1;
                }
                Err(reason) => report.refused.push(RefusedRow { line, reason }),
            }
        }
        let orders: Vec<NewOrder> = orders.into_values().collect();
        for step in orders.chunks(STEP) {
            let counts = self.inner.store.import_orders(step.to_vec(), now).await?;
            report.orders += counts.orders;
            report.known += counts.known;
            report.companies += counts.companies;
        }
        self.learn_soon();
        Ok(report)
    }
}

impl Desk {
    /// Makes orders of one product each the past of the contact whom `inbox` knows by `external_id`, whether or not he has written
    /// before. Dates are ISO dates, quantities whole units.
    pub async fn give_orders(
        &self,
        inbox: &Inbox,
        external_id: &str,
        orders: impl IntoIterator<Item = (String, ProductId, i64)>,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let identity = Identity {
            id: IdentityId::from_ulid(self.ulid(now)),
            inbox: inbox.id,
            external_id: external_id.to_owned(),
            contact: ContactId::from_ulid(self.ulid(now)),
        };
        let orders = orders.into_iter().map(|(date, product, quantity)| {
            let id = OrderId::from_ulid(self.ulid(now));
            let line = OrderLine { product, quantity: Quantity::whole(quantity), unit_price: None };
            NewOrder {
                id,
                fresh_company: CompanyId::from_ulid(self.ulid(now)),
                fresh_contact: ContactId::from_ulid(self.ulid(now)),
                number: id.to_string(),
                company_name: None,
                contact_name: None,
                date,
                country: None,
                lines: vec![line],
                status: None,
            }
        });
        self.inner.store.give_orders(identity, orders.collect(), now).await.map(drop)
    }
}

struct ReadRow {
    invoice: String,
    company: Option<String>,
    contact: Option<String>,
    date: String,
    country: Option<String>,
    line: OrderLine,
}

fn read_row(row: &Row, currency: Currency) -> Result<ReadRow, String> {
    let optional = |name: &str| row.get(name).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let required = |name: &str| optional(name).ok_or_else(|| format!("`{name}` is empty"));
    let text = |name: &str| optional(name).map(str::to_owned);
    let date = required("date")?;
    if date.parse::<jiff::civil::Date>().is_err() {
        return Err(format!("`date` is `{date}`; write it as 2026-11-22"));
    }
    let quantity = required("qty")?;
    let parsed =
        Quantity::parse(quantity, None).map_err(|error| format!("`qty` is `{quantity}`: {error}"))?;
    if parsed.thousandths <= 0 {
        return Err(format!("`qty` is `{quantity}`; returns and empty lines are not orders"));
    }
    let unit_price = match optional("price") {
        Some(price) => Some(
            UnitPrice::parse(price, currency, "")
                .map_err(|error| format!("`price` is `{price}`: {error}"))?,
        ),
        None => None,
    };
    if unit_price.as_ref().is_some_and(|price| price.millionths < 0) {
        return Err("`price` is negative".to_owned());
    }
    Ok(ReadRow {
        invoice: required("invoice")?.to_owned(),
        company: text("company").or_else(|| text("customer")),
        contact: text("contact"),
        date: date.to_owned(),
        country: text("country"),
        line: OrderLine { product: required("sku")?.into(), quantity: parsed, unit_price },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cells: &[(&str, &str)], expected: Result<&str, &str>) {
        let row = cells.iter().map(|&(name, cell)| (name.to_owned(), cell.to_owned())).collect();
        let read = read_row(&row, Currency::CNY).map(|read| read.line.quantity.number());
        assert_eq!(read.as_deref().map_err(String::as_str), expected, "{cells:?}");
    }

    #[test]
    fn sound_rows_are_taken_and_others_say_what_is_wrong() {
        let sound = [("invoice", "1"), ("date", "2026-11-01"), ("sku", "P001"), ("qty", "2")];
        check(&sound, Ok("2"));
        let with = |name, cell| {
            let mut cells = sound.to_vec();
            cells.retain(|&(other, _)| other != name);
            cells.push((name, cell));
            cells
        };
        check(&with("qty", "-2"), Err("`qty` is `-2`; returns and empty lines are not orders"));
        check(&with("date", "2026-02-30"), Err("`date` is `2026-02-30`; write it as 2026-11-22"));
        check(&with("invoice", " "), Err("`invoice` is empty"));
        check(&with("price", "-1"), Err("`price` is negative"));
        assert!(
            read_row(
                &with("price", "abc").into_iter().map(|(n, c)| (n.into(), c.into())).collect(),
                Currency::CNY
            )
            .is_err()
        );
    }
}
