//! The terms of a sale that move its price: Incoterm, invoice, exchange rates, freight, options and surcharges.
//!
//! Amounts are millionths of a currency's major unit for one unit of goods, minor units for an order or a shipment; dates are ISO.

use serde::{Deserialize, Serialize};

use crate::{
    id::ProductId,
    language::LocalizedText,
    money::{Currency, Money, UnitPrice},
    quantity::Thousandths,
};

/// Who pays and bears what on the way, by Incoterms 2020.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Incoterm {
    Exw,
    Fca,
    Fas,
    Fob,
    Cfr,
    Cif,
    Cpt,
    Cip,
    Dap,
    Dpu,
    Ddp,
}

impl Incoterm {
    pub const ALL: [Self; 11] = [
        Self::Exw,
        Self::Fca,
        Self::Fas,
        Self::Fob,
        Self::Cfr,
        Self::Cif,
        Self::Cpt,
        Self::Cip,
        Self::Dap,
        Self::Dpu,
        Self::Ddp,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Exw => "EXW",
            Self::Fca => "FCA",
            Self::Fas => "FAS",
            Self::Fob => "FOB",
            Self::Cfr => "CFR",
            Self::Cif => "CIF",
            Self::Cpt => "CPT",
            Self::Cip => "CIP",
            Self::Dap => "DAP",
            Self::Dpu => "DPU",
            Self::Ddp => "DDP",
        }
    }

    /// The term of three letters in any case.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|term| term.code().eq_ignore_ascii_case(code))
    }

    /// Whether the seller pays up to a place at the buyer's end, so that a price needs that place.
    pub const fn names_arrival(self) -> bool {
        matches!(self, Self::Cfr | Self::Cif | Self::Cpt | Self::Cip | Self::Dap | Self::Dpu | Self::Ddp)
    }
}

/// The invoice that a Chinese buyer gets: 专票, 普票, or none (不含税).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceType {
    Special,
    Ordinary,
    None,
}

impl InvoiceType {
    pub const ALL: [Self; 3] = [Self::Special, Self::Ordinary, Self::None];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Special => "special",
            Self::Ordinary => "ordinary",
            Self::None => "none",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The owner's rate for a while: one `from` is `billionths` thousand-millionths of a `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRate {
    pub from: Currency,
    pub to: Currency,
    pub billionths: i64,
    /// From this day …
    pub as_of: String,
    /// … up to this one, both included.
    pub valid_until: String,
    /// Converted unit prices are rounded to multiples of this many millionths.
    pub round_to: Option<i64>,
}

impl ExchangeRate {
    /// Digits after the point that a rate is kept to.
    pub const DIGITS: u32 = 9;
}

/// What a way costs for up to `max` units (none: any number).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreightStep {
    pub max: Option<Thousandths>,
    /// Millionths for each unit of goods.
    pub per_unit: i64,
    /// Minor units for the whole shipment.
    pub per_shipment: i64,
}

/// What an Incoterm at a place adds to the price under another Incoterm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freight {
    pub id: String,
    pub incoterm: Incoterm,
    /// The Incoterm that it adds to.
    pub over: Incoterm,
    /// As it is told to the buyer; none for a term whose place is the seller's own.
    pub place: Option<LocalizedText>,
    /// Other names of the place.
    pub aliases: Vec<String>,
    pub currency: Currency,
    /// Only for these; none: for all.
    pub products: Vec<ProductId>,
    /// By rising `max`, the open one last.
    pub steps: Vec<FreightStep>,
    pub from: Option<String>,
    pub until: Option<String>,
}

/// Which prices hold for delivery abroad, beside those of export lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExportPrices {
    /// None: without an export list a person quotes.
    #[default]
    Lists,
    /// The figures that are declared without tax.
    Untaxed,
}

/// The shop's terms of trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trade {
    /// The country that the shop sells in, ISO 3166 with two letters.
    pub country: String,
    /// Currencies that prices are told in on request, beside the shop's own.
    pub currencies: Vec<Currency>,
    pub exchange_rates: Vec<ExchangeRate>,
    pub freight: Vec<Freight>,
    pub export_prices: ExportPrices,
    /// So long a verified customer's last price is remembered, in days; 0: not at all.
    pub price_memory_days: i64,
    /// Percent on a price without tax for an invoice of this kind.
    pub special_points: Option<Thousandths>,
    pub ordinary_points: Option<Thousandths>,
}

impl Trade {
    pub const PRICE_MEMORY_DAYS: i64 = 180;
}

impl Default for Trade {
    fn default() -> Self {
        Self {
            country: "CN".into(),
            currencies: Vec::new(),
            exchange_rates: Vec::new(),
            freight: Vec::new(),
            export_prices: ExportPrices::default(),
            price_memory_days: Self::PRICE_MEMORY_DAYS,
            special_points: None,
            ordinary_points: None,
        }
    }
}

/// From `min` units on, one costs `price` millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    pub min: Thousandths,
    pub price: i64,
}

/// The figure for one kind of invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoicePrice {
    pub invoice: InvoiceType,
    pub price: i64,
    /// By rising `min`.
    pub tiers: Vec<Tier>,
}

/// What an option or a surcharge adds, in the shop's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adder {
    /// Millionths for each unit.
    PerUnit(i64),
    /// Of the unit price.
    Percent(Thousandths),
    /// Minor units for the whole order.
    PerOrder(i64),
    /// A person says what it costs.
    OnRequest,
}

/// A variant that the buyer can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductOption {
    pub id: String,
    pub name: LocalizedText,
    pub aliases: Vec<String>,
    pub adder: Adder,
}

/// What is added by itself: for small quantities, for a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surcharge {
    pub id: String,
    pub name: LocalizedText,
    /// Only for fewer than so many; none: always.
    pub below: Option<Thousandths>,
    pub adder: Adder,
}

/// What prices a product beside its list price and tiers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductPricing {
    pub invoice_prices: Vec<InvoicePrice>,
    pub options: Vec<ProductOption>,
    pub surcharges: Vec<Surcharge>,
    /// The last day on which the product's own price holds.
    pub valid_until: Option<String>,
}

impl ProductPricing {
    /// The name of an option or a surcharge.
    pub fn name_of(&self, id: &str) -> Option<&LocalizedText> {
        let options = self.options.iter().map(|option| (&option.id, &option.name));
        let surcharges = self.surcharges.iter().map(|surcharge| (&surcharge.id, &surcharge.name));
        surcharges.chain(options).find(|(known, _)| *known == id).map(|(_, name)| name)
    }
}

/// An amount on top of the goods, for the order or the shipment as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// The surcharge, option or freight that it stands for.
    pub id: String,
    /// For the way of the shipment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub freight: bool,
    pub amount: Money,
}

/// One step of how a price came about; `unit_price` or `amount` is what stood after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceStep {
    /// `list`, `tier`, `option`, `surcharge`, `invoice_points`, `freight`, `exchange`, `goods`, `charge`, `total`.
    pub step: String,
    /// What was applied: the tier's beginning, the option, the rate with its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<UnitPrice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// How a price came about, for the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derivation {
    /// `default`, or the id of a price list.
    pub list: String,
    pub revision: i64,
    /// Where the tier that counts begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Thousandths>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incoterm: Option<Incoterm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The last day on which all that it rests on holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
    pub steps: Vec<PriceStep>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_invoices_are_read_by_the_names_that_they_are_written_with() {
        for term in Incoterm::ALL {
            assert_eq!(Incoterm::parse(&term.code().to_lowercase()), Some(term));
            assert_eq!(serde_json::to_string(&term).ok(), Some(format!("\"{}\"", term.code())));
        }
        for kind in InvoiceType::ALL {
            assert_eq!(InvoiceType::parse(kind.name()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).ok(), Some(format!("\"{}\"", kind.name())));
        }
        assert_eq!((Incoterm::parse("C&F"), InvoiceType::parse("专票")), (None, None));
    }
}
