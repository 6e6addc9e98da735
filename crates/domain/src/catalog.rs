//! What a shop knows, as typed tables: products, scripts, FAQs, rules, industries, calendar.
//!
//! The engine fills these from checked text; nothing here parses. Prices are millionths of the shop's currency, quantities
//! thousandths of the product's unit.

use std::collections::BTreeMap;

use crate::{
    id::ProductId,
    language::{LocalizedText, ReplyLanguage},
    money::{Currency, Money},
    quantity::Thousandths,
    trade::{ProductPricing, Trade},
};

pub use crate::trade::Tier;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    pub name: LocalizedText,
    pub currency: Currency,
    /// IANA name.
    pub timezone: String,
    /// The languages that its texts are written in; the first is the owner's own.
    pub languages: Vec<ReplyLanguage>,
    pub tax_rate: Option<Thousandths>,
    pub prices_include_tax: Option<bool>,
    pub payment: Option<LocalizedText>,
    pub shipping: Option<LocalizedText>,
    pub address: Option<LocalizedText>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub bank_account: Option<LocalizedText>,
    /// Percent of the special (专票) and ordinary (普票) invoice.
    pub invoice_special: Option<Thousandths>,
    pub invoice_ordinary: Option<Thousandths>,
    pub blocked_destinations: Vec<String>,
    pub trade: Trade,
}

impl Default for Shop {
    fn default() -> Self {
        Self {
            name: LocalizedText::default(),
            currency: Currency::CNY,
            timezone: "Asia/Shanghai".into(),
            languages: vec![ReplyLanguage::Zh, ReplyLanguage::En],
            tax_rate: None,
            prices_include_tax: None,
            payment: None,
            shipping: None,
            address: None,
            phone: None,
            email: None,
            bank_account: None,
            invoice_special: None,
            invoice_ordinary: None,
            blocked_destinations: Vec::new(),
            trade: Trade::default(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StockShow {
    #[default]
    Exact,
    Range,
    YesNo,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock {
    pub quantity: Thousandths,
    /// ISO date.
    pub as_of: Option<String>,
    pub max_age_hours: Option<i64>,
    pub show: StockShow,
}

/// Up to `max` units (none: any number) take `days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadTimeStep {
    pub max: Option<Thousandths>,
    pub days: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LeadTimeBasis {
    #[default]
    Calendar,
    Working,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LeadTimeFrom {
    #[default]
    Order,
    Deposit,
    DrawingApproved,
}

impl LeadTimeFrom {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Deposit => "deposit",
            Self::DrawingApproved => "drawing_approved",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub fee: Money,
    pub deduct_from_order: bool,
    pub days: Option<i64>,
    pub max: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Packing {
    pub per_carton: Option<i64>,
    /// Length, width, height in centimetres, decimals as text.
    pub carton_cm: Vec<String>,
    pub gross_kg: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Export {
    pub hs_code: Option<String>,
    pub origin: Option<String>,
    pub dual_use: bool,
    /// Destinations that an export licence is there for; `*` for all.
    pub cleared: Vec<String>,
}

/// A specification as written: attribute id, the whole value, and number and unit where it has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    pub attribute: String,
    pub value: String,
    pub number: Option<Thousandths>,
    pub unit: Option<String>,
}

/// Another unit that the product is sold in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    pub unit: String,
    pub contains: Thousandths,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub id: ProductId,
    pub name: LocalizedText,
    pub aliases: Vec<String>,
    pub category: Option<String>,
    /// `None`: on request.
    pub price: Option<i64>,
    /// By rising `min`.
    pub tiers: Vec<Tier>,
    pub pricing: ProductPricing,
    pub moq: Option<Thousandths>,
    pub pack: Option<Thousandths>,
    pub unit: String,
    pub packages: Vec<Package>,
    pub stock: Option<Stock>,
    /// By rising `max`, the open one last.
    pub lead_time: Vec<LeadTimeStep>,
    pub lead_time_basis: LeadTimeBasis,
    pub lead_time_from: LeadTimeFrom,
    pub sample: Option<Sample>,
    pub packing: Option<Packing>,
    pub export: Option<Export>,
    pub specs: Vec<Spec>,
    pub warranty_months: Option<i64>,
    pub certificates: Vec<String>,
    /// The last day of those certificates that expire.
    pub certificates_until: BTreeMap<String, String>,
    pub industries: Vec<String>,
    pub related_products: Vec<ProductId>,
    /// ISO date.
    pub new_since: Option<String>,
    pub discontinued: bool,
    pub description: Option<LocalizedText>,
}

/// Something with an id, names and other words for it: a unit, industry, category or attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub id: String,
    pub name: LocalizedText,
    pub aliases: Vec<String>,
}

impl Term {
    /// The id, the names and the aliases.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str())
            .chain(self.name.all())
            .chain(self.aliases.iter().map(String::as_str))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faq {
    pub id: String,
    pub questions: Vec<String>,
    pub answer: LocalizedText,
    /// The last day on which it may be said.
    pub valid_until: Option<String>,
}

/// Canned wording with conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub id: String,
    pub intent: String,
    pub text: LocalizedText,
    /// As written: `order_amount` → `> 100000`.
    pub conditions: BTreeMap<String, String>,
    /// The last day on which it may be said.
    pub valid_until: Option<String>,
}

/// The part of the buyers that a rule is tried on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleShare {
    /// Rules that are tried against each other name the same test; by itself a rule's test has the rule's name.
    pub test: String,
    /// Hundredths of a percent.
    pub percent: u32,
    /// The part of the buyers that gets none of the test's rules, where it is said; else it is what the rules leave.
    pub hold_out: Option<u32>,
}

/// A rule as written; the engine compiles `when`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub name: String,
    pub when: String,
    pub strategy: String,
    /// Parameters of the strategy, such as `reason: vip`.
    pub parameters: BTreeMap<String, String>,
    pub priority: i64,
    pub enabled: bool,
    /// ISO dates where the shop is, both included.
    pub from: Option<String>,
    pub until: Option<String>,
    /// None: it is for every buyer.
    pub share: Option<RuleShare>,
}

/// Days that the shop is closed, both included; ISO dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    pub from: String,
    pub to: String,
    pub reason: Option<LocalizedText>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    pub closed: Vec<Closure>,
    /// ISO dates of weekend days that are worked.
    pub extra_workdays: Vec<String>,
}

/// Opening times by weekday, Monday first: pairs of minutes of the day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BusinessHours {
    pub days: [Vec<(u16, u16)>; 7],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub id: String,
    pub name: LocalizedText,
    pub members: Vec<String>,
    pub intents: Vec<String>,
    /// Places whose buyers it looks after; any where there is none.
    pub regions: Vec<String>,
    /// Categories or product ids that it looks after; any where there is none.
    pub goods: Vec<String>,
}

/// What one person at the shop knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Skills {
    /// Languages that he writes; all of the shop's where there is none.
    pub languages: Vec<ReplyLanguage>,
    /// Categories or product ids that he knows well; all alike where there is none.
    pub goods: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Routing {
    pub teams: Vec<Team>,
    /// Hand-off reason (or `default`) to team id.
    pub handoff: BTreeMap<String, String>,
    /// Who looks after a company, by its name.
    pub owners: BTreeMap<String, String>,
    /// What people know, by their names.
    pub skills: BTreeMap<String, Skills>,
    pub answer_within_minutes: Option<i64>,
    /// Working minutes within which a person has to accept a hand-over; none: as `answer_within_minutes`.
    pub accept_within_minutes: Option<i64>,
}

/// A shop's own intent with its examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopIntent {
    pub name: String,
    pub description: Option<LocalizedText>,
    pub examples: Vec<String>,
}
