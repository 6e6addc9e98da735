//! A number or statement that an engine issued. Only facts may put numbers into a reply.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    id::{ProductId, QuoteId},
    money::{Money, UnitPrice},
    quantity::Thousandths,
    trade::{Derivation, Incoterm},
};

/// How tax stands in a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tax {
    Included,
    Excluded,
    None,
}

/// A fact with the place that it came from (`price_list:default@r3`, `products@r3`, `faq:warranty@r3`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    #[serde(flatten)]
    pub body: FactBody,
    pub source: String,
}

/// What a fact states. Quantities are in the product's unit; percents and days are whole numbers or thousandths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FactBody {
    Product {
        product: ProductId,
        name: String,
    },
    Price {
        product: ProductId,
        quantity: Thousandths,
        unit_price: UnitPrice,
        total: Money,
        tax: Tax,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        invoice_type: Option<String>,
        /// How it came about, with the Incoterm that it holds for and what the total holds beside the goods.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        derivation: Option<Box<Derivation>>,
    },
    /// What a little more would save.
    TierHint {
        product: ProductId,
        quantity: Thousandths,
        unit_price: UnitPrice,
        total: Money,
    },
    /// What the buyer's budget is enough for, where what he wants costs more.
    WithinBudget {
        product: ProductId,
        quantity: Thousandths,
        unit_price: UnitPrice,
        total: Money,
    },
    Moq {
        product: ProductId,
        quantity: Thousandths,
        unit: String,
    },
    Stock {
        product: ProductId,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        quantity: Option<Thousandths>,
        /// `in_stock`, `out_of_stock` or `unconfirmed`.
        availability: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        as_of: Option<String>,
    },
    LeadTime {
        product: ProductId,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        quantity: Option<Thousandths>,
        days: i64,
        /// `calendar` or `working`.
        basis: String,
        /// What the days count from: `order`, `deposit`, `drawing_approved`.
        from: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        date: Option<String>,
    },
    Spec {
        product: ProductId,
        attribute: String,
        /// As the shop wrote it: `20 kg`.
        value: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        unit: Option<String>,
    },
    Freight {
        terms: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        incoterm: Option<Incoterm>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        place: Option<String>,
        /// For the whole shipment.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        amount: Option<Money>,
    },
    Packing {
        product: ProductId,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        per_carton: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        carton_cm: Option<Vec<String>>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        gross_kg: Option<String>,
    },
    Sample {
        product: ProductId,
        fee: Money,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        days: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        max: Option<i64>,
        deduct_from_order: bool,
    },
    Tax {
        rate_percent: Thousandths,
        included: bool,
    },
    Payment {
        terms: String,
    },
    /// A discount within the assistant's authority.
    Concession {
        product: ProductId,
        percent_off: Thousandths,
        unit_price: UnitPrice,
        total: Money,
    },
    Warranty {
        product: ProductId,
        months: i64,
    },
    Certificate {
        product: ProductId,
        name: String,
    },
    Document {
        name: String,
    },
    Faq {
        id: String,
        text: String,
    },
    Script {
        id: String,
        text: String,
    },
    /// Something about the shop itself: name, address, phone.
    Company {
        attribute: String,
        value: String,
    },
    Order {
        number: String,
        date: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        status: Option<String>,
        lines: Vec<String>,
    },
    /// A quote that the buyer gets, or that a person prepares for him. Without a link it is not his yet.
    Quote {
        id: QuoteId,
        number: String,
        version: u32,
        total: Money,
        /// ISO date.
        valid_until: String,
        /// `sent`, `draft`, `waiting_approval` or `accepted`.
        status: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        url: Option<String>,
    },
    /// Working hours, and when somebody will answer.
    Calendar {
        text: String,
    },
    /// A number that a script or template derives from the product's own data.
    Derived {
        name: String,
        value: String,
        #[serde(skip_serializing_if = "Value::is_null", default)]
        of: Value,
    },
}

impl Fact {
    pub fn new(body: FactBody, source: impl Into<String>) -> Self {
        Self { body, source: source.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn a_price_keeps_the_contracts_form() {
        let unit_price = UnitPrice::parse("48000", Currency::CNY, "台").expect("a price");
        let body = FactBody::Price {
            product: "P001".into(),
            quantity: Thousandths(20_000),
            unit_price,
            total: Money { minor: 96_000_000, currency: Currency::CNY },
            tax: Tax::Included,
            invoice_type: None,
            derivation: None,
        };
        let json = serde_json::to_string(&Fact::new(body, "price_list:default@r3")).expect("serialises");
        assert_eq!(
            json,
            r#"{"type":"price","product":"P001","quantity":20,"unit_price":{"amount":"48000","currency":"CNY","per":"台"},"total":{"minor":96000000,"currency":"CNY"},"tax":"included","source":"price_list:default@r3"}"#
        );
        let back: Fact = serde_json::from_str(&json).expect("parses");
        assert_eq!(serde_json::to_string(&back).expect("serialises"), json);
    }
}
