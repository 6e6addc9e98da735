//! Products as published, and past orders.

use domain::{
    catalog as stored,
    language::LocalizedText,
    money::{self, Currency},
    order,
    quantity::Thousandths,
};
use serde::Serialize;
use utoipa::ToSchema;

/// Text in the shop's languages; at least one is there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Text {
    #[serde(skip_serializing_if = "Option::is_none")]
    zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    en: Option<String>,
}

/// Exact to six decimals.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitPrice {
    /// A decimal: `48000`, `0.0135`.
    amount: String,
    /// ISO 4217.
    currency: String,
    /// The unit that it is for.
    per: String,
}

/// A product as the published knowledge has it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Product {
    /// The shop's own id: `P001`.
    id: String,
    name: Text,
    aliases: Vec<String>,
    category: Option<String>,
    unit: String,
    /// Null: on request.
    price: Option<UnitPrice>,
    tiers: Vec<Tier>,
    #[schema(value_type = Option<f64>)]
    moq: Option<Thousandths>,
    /// Sold in multiples of.
    #[schema(value_type = Option<f64>)]
    pack: Option<Thousandths>,
    stock: Option<Stock>,
    lead_time: Vec<LeadTime>,
    specs: Vec<Spec>,
    warranty_months: Option<i64>,
    certificates: Vec<String>,
    industries: Vec<String>,
    related_products: Vec<String>,
    new_since: Option<String>,
    discontinued: bool,
    description: Option<Text>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tier {
    #[schema(value_type = f64)]
    min: Thousandths,
    price: UnitPrice,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stock {
    #[schema(value_type = f64)]
    quantity: Thousandths,
    as_of: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeadTime {
    /// Up to so many; null: any number.
    #[schema(value_type = Option<f64>)]
    max: Option<Thousandths>,
    days: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Spec {
    attribute: String,
    value: String,
}

/// A past order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Order {
    /// `ord_…`
    id: String,
    /// The shop's own number.
    number: String,
    company_id: Option<String>,
    contact_id: Option<String>,
    /// ISO date.
    date: String,
    country: Option<String>,
    status: Option<String>,
    lines: Vec<OrderLine>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderLine {
    product: String,
    #[schema(value_type = f64)]
    quantity: Thousandths,
    unit: Option<String>,
    unit_price: Option<UnitPrice>,
}

impl From<LocalizedText> for Text {
    fn from(text: LocalizedText) -> Self {
        Self { zh: text.zh, en: text.en }
    }
}

impl From<money::UnitPrice> for UnitPrice {
    fn from(price: money::UnitPrice) -> Self {
        Self { amount: price.amount(), currency: price.currency.to_string(), per: price.per }
    }
}

impl Product {
    /// `currency` is the shop's, in which all prices of its knowledge stand.
    pub fn of(product: &stored::Product, currency: Currency) -> Self {
        let price = |millionths| money::UnitPrice { millionths, currency, per: product.unit.clone() }.into();
        Self {
            id: product.id.to_string(),
            name: product.name.clone().into(),
            aliases: product.aliases.clone(),
            category: product.category.clone(),
            unit: product.unit.clone(),
            price: product.price.map(price),
            tiers: product
                .tiers
                .iter()
                .map(|tier| Tier { min: tier.min, price: price(tier.price) })
                .collect(),
            moq: product.moq,
            pack: product.pack,
            stock: product
                .stock
                .as_ref()
                .map(|stock| Stock { quantity: stock.quantity, as_of: stock.as_of.clone() }),
            lead_time: product
                .lead_time
                .iter()
                .map(|step| LeadTime { max: step.max, days: step.days })
                .collect(),
            specs: product
                .specs
                .iter()
                .map(|spec| Spec { attribute: spec.attribute.clone(), value: spec.value.clone() })
                .collect(),
            warranty_months: product.warranty_months,
            certificates: product.certificates.clone(),
            industries: product.industries.clone(),
            related_products: product.related_products.iter().map(ToString::to_string).collect(),
            new_since: product.new_since.clone(),
            discontinued: product.discontinued,
            description: product.description.clone().map(Into::into),
        }
    }
}

impl From<order::Order> for Order {
    fn from(order: order::Order) -> Self {
        let lines = order.lines.into_iter().map(|line| OrderLine {
            product: line.product.to_string(),
            quantity: Thousandths(line.quantity.thousandths),
            unit: line.quantity.unit,
            unit_price: line.unit_price.map(Into::into),
        });
        Self {
            id: order.id.to_string(),
            number: order.number,
            company_id: order.company.map(|company| company.to_string()),
            contact_id: order.contact.map(|contact| contact.to_string()),
            date: order.date,
            country: order.country,
            status: order.status,
            lines: lines.collect(),
        }
    }
}
