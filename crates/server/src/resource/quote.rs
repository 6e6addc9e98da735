//! Quotes.

use desk::Desk;
use domain::{money, quantity::Thousandths, quote as stored, trade::InvoiceType};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One version of a quote.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Quote {
    /// `quo_…`
    id: String,
    /// The same for all versions.
    number: String,
    version: u32,
    /// `draft`, `waiting_approval`, `sent`, `accepted`, `expired`, `superseded` or `rejected`.
    status: &'static str,
    conversation_id: String,
    contact_id: String,
    company_id: Option<String>,
    /// The buyer's page; it opens once the quote was sent.
    url: String,
    /// The version before.
    supersedes: Option<String>,
    /// Whether the shop's seal stands on it.
    sealed: bool,
    /// The last day, an ISO date where the shop is.
    valid_until: String,
    /// The instant from which on it cannot be accepted.
    expires_at: String,
    /// `zh` or `en`.
    language: &'static str,
    seller: Party,
    buyer: Party,
    lines: Vec<Line>,
    /// What comes on top of the goods: freight, surcharges, options for the whole order.
    charges: Vec<Charge>,
    net: Money,
    tax: Money,
    total: Money,
    /// Percent; none where the shop declares no rate.
    #[schema(value_type = Option<f64>)]
    tax_rate: Option<Thousandths>,
    /// The invoice that the prices hold for: `special`, `ordinary` or `none`.
    invoice_type: Option<&'static str>,
    payment: Option<String>,
    transport: Option<String>,
    incoterm: Option<String>,
    /// The place that belongs to the term.
    incoterm_place: Option<String>,
    destination: Option<String>,
    notes: Vec<String>,
    /// Why it was rejected.
    reason: Option<String>,
    created_at: String,
    updated_at: String,
}

/// One of the two sides.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuoteParty)]
pub(crate) struct Party {
    pub name: String,
    #[serde(default)]
    pub contact: Option<String>,
    #[serde(default)]
    pub address: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuoteLine)]
struct Line {
    product: String,
    name: String,
    specification: String,
    #[schema(value_type = f64)]
    quantity: Thousandths,
    unit: String,
    /// A decimal, with tax as in the price list.
    unit_price: String,
    unit_price_net: String,
    unit_price_gross: String,
    net: Money,
    tax: Money,
    total: Money,
    lead_time: Option<String>,
    /// Where the price comes from: a price list and revision, an authority, a person.
    source: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuoteCharge)]
struct Charge {
    name: String,
    /// For the way of the shipment.
    freight: bool,
    net: Money,
    tax: Money,
    total: Money,
}

/// Integer minor units.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Money)]
struct Money {
    minor: i64,
    /// ISO 4217.
    currency: String,
}

impl From<money::Money> for Money {
    fn from(money: money::Money) -> Self {
        Self { minor: money.minor, currency: money.currency.to_string() }
    }
}

impl From<stored::Party> for Party {
    fn from(party: stored::Party) -> Self {
        let stored::Party { name, contact, address, phone, email } = party;
        Self { name, contact, address, phone, email }
    }
}

impl From<Party> for stored::Party {
    fn from(party: Party) -> Self {
        let Party { name, contact, address, phone, email } = party;
        Self { name, contact, address, phone, email }
    }
}

impl From<stored::QuoteCharge> for Charge {
    fn from(charge: stored::QuoteCharge) -> Self {
        let stored::QuoteCharge { name, freight, net, tax, total, .. } = charge;
        Self { name, freight, net: net.into(), tax: tax.into(), total: total.into() }
    }
}

impl From<stored::QuoteLine> for Line {
    fn from(line: stored::QuoteLine) -> Self {
        Self {
            product: line.product.to_string(),
            name: line.name,
            specification: line.specification,
            quantity: line.quantity,
            unit: line.unit,
            unit_price: line.unit_price.amount(),
            unit_price_net: line.unit_price_net.amount(),
            unit_price_gross: line.unit_price_gross.amount(),
            net: line.net.into(),
            tax: line.tax.into(),
            total: line.total.into(),
            lead_time: line.lead_time,
            source: line.source,
        }
    }
}

impl Quote {
    pub fn of(quote: stored::Quote, desk: &Desk) -> Self {
        let url = desk.quote_url(&quote);
        let content = quote.content;
        Self {
            id: quote.id.to_string(),
            number: quote.number,
            version: quote.version,
            status: quote.status.name(),
            conversation_id: quote.conversation.to_string(),
            contact_id: quote.contact.to_string(),
            company_id: quote.company.map(|company| company.to_string()),
            url,
            supersedes: quote.supersedes.map(|before| before.to_string()),
            sealed: quote.sealed,
            valid_until: content.valid_until,
            expires_at: quote.expires_at.to_string(),
            language: match content.language {
                domain::language::ReplyLanguage::Zh => "zh",
                domain::language::ReplyLanguage::En => "en",
            },
            seller: content.seller.into(),
            buyer: content.buyer.into(),
            lines: content.lines.into_iter().map(Into::into).collect(),
            charges: content.charges.into_iter().map(Into::into).collect(),
            net: content.net.into(),
            tax: content.tax_amount.into(),
            total: content.total.into(),
            tax_rate: content.tax_rate,
            invoice_type: content.invoice.map(InvoiceType::name),
            payment: content.payment,
            transport: content.transport,
            incoterm: content.incoterm,
            incoterm_place: content.incoterm_place,
            destination: content.destination,
            notes: content.notes,
            reason: quote.reason,
            created_at: quote.created_at.to_string(),
            updated_at: quote.updated_at.to_string(),
        }
    }
}
