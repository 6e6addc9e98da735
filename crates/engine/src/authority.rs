//! Who may grant what, and what becomes of a request that goes further.
//!
//! A message's wishes ([`request`]) are judged against the limits of the role `assistant` for the buyer's grade ([`judge`]). What lies
//! within is granted by the strategy; what lies beyond becomes exactly one approval per request ([`approval`]), whose outcome is worded
//! here too ([`outcome`]). What was offered stands in a ledger ([`ledger`]) and may not be contradicted. How far the assistant goes
//! without a person is its autonomy ([`autonomy`]).
//!
//! Architecture invariant: costs and floors ([`Costs`]) are read here only. No fact, template, prompt or event is made of them; they
//! leave the engine in one place, the economics of an approval, which only those who decide may see.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use domain::{
    catalog::{LeadTimeBasis, Product},
    id::ProductId,
    inbox::Autonomy,
    money::UnitPrice,
    negotiation::Terms,
    quantity::Thousandths,
};

use crate::{
    knowledge::Knowledge,
    negotiation::Concessions,
    pricing::{self, PriceProblem, Priced},
    strategy::circumstances::Circumstances,
};

pub(crate) mod approval;
pub mod autonomy;
pub mod judge;
pub mod ledger;
pub mod outcome;
pub(crate) mod plan;
pub mod request;

/// Who decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Assistant,
    Rep,
    Manager,
    /// Runs the shop; nothing limits him.
    Owner,
}

impl Role {
    /// Those that the shop gives limits to.
    pub const LIMITED: [Self; 3] = [Self::Assistant, Self::Rep, Self::Manager];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Assistant => "assistant",
            Self::Rep => "rep",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }
}

/// Which payment terms may be agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentLimit {
    pub min_deposit_percent: Thousandths,
    pub max_net_days: i64,
}

/// What a role may grant. What is not said is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// Below the list. Where only a margin is said, the margin alone decides.
    pub max_discount_percent: Option<Thousandths>,
    /// Of the price, over the product's cost. A product without a cost has no margin that could be proved.
    pub min_margin_percent: Option<Thousandths>,
    pub payment: Option<PaymentLimit>,
    /// Pieces per request.
    pub free_samples: Option<i64>,
    /// Calendar days by which the product's own lead time may be undercut.
    pub lead_time_days_earlier: Option<i64>,
    /// The least share of the minimum order that may be sold.
    pub min_moq_percent: Option<Thousandths>,
    /// Lists that a buyer may be given beside his own.
    pub price_lists: Option<Vec<String>>,
}

impl Limits {
    /// These, with what `over` says in place of their own.
    fn overlaid(&self, over: &Self) -> Self {
        Self {
            max_discount_percent: over.max_discount_percent.or(self.max_discount_percent),
            min_margin_percent: over.min_margin_percent.or(self.min_margin_percent),
            payment: over.payment.or(self.payment),
            free_samples: over.free_samples.or(self.free_samples),
            lead_time_days_earlier: over.lead_time_days_earlier.or(self.lead_time_days_earlier),
            min_moq_percent: over.min_moq_percent.or(self.min_moq_percent),
            price_lists: over.price_lists.clone().or_else(|| self.price_lists.clone()),
        }
    }
}

/// How far the assistant goes for some inboxes, intents or grades. What is not named is any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutonomyRule {
    pub inboxes: Vec<String>,
    pub intents: Vec<String>,
    pub grades: Vec<String>,
    pub level: Autonomy,
}

/// The section `authority`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    pub roles: BTreeMap<Role, Limits>,
    /// By grade (in lower case); what a grade's entry does not say stays as the role has it.
    pub grades: BTreeMap<String, BTreeMap<Role, Limits>>,
    /// The first that fits decides.
    pub autonomy: Vec<AutonomyRule>,
    pub concessions: Concessions,
    /// Hours until an approval that nobody decided runs out.
    pub approval_hours: i64,
    /// Days that an offer stands.
    pub offer_days: i64,
}

impl Default for Authority {
    fn default() -> Self {
        Self {
            roles: BTreeMap::new(),
            grades: BTreeMap::new(),
            autonomy: Vec::new(),
            concessions: Concessions::default(),
            approval_hours: 24,
            offer_days: 14,
        }
    }
}

impl Authority {
    /// The limits of a role for a customer's grade; `None` where nothing limits it: the owner, and a manager whom the shop gave no
    /// limits.
    pub fn limits(&self, role: Role, grade: Option<&str>) -> Option<Limits> {
        let own = self.roles.get(&role);
        let graded =
            grade.and_then(|grade| self.grades.get(&grade.to_lowercase())).and_then(|roles| roles.get(&role));
        match (role, own, graded) {
            (Role::Owner, ..) | (Role::Manager, None, None) => None,
            (_, own, graded) => {
                let own = own.cloned().unwrap_or_default();
                Some(graded.map_or_else(|| own.clone(), |graded| own.overlaid(graded)))
            }
        }
    }
}

/// What a product costs the shop and how low it may be sold, in millionths of the shop's currency.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    pub cost: Option<i64>,
    pub floor_price: Option<i64>,
}

/// The costs and floors of a revision. They do not show themselves in logs.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Costs(HashMap<ProductId, Cost>);

impl Costs {
    pub(crate) fn new(costs: impl IntoIterator<Item = (ProductId, Cost)>) -> Self {
        Self(costs.into_iter().collect())
    }

    fn of(&self, product: &ProductId) -> Cost {
        self.0.get(product).copied().unwrap_or_default()
    }
}

impl fmt::Debug for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cost(…)")
    }
}

impl fmt::Debug for Costs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Costs(…)")
    }
}

/// What a request is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'k> {
    pub product: Option<&'k Product>,
    /// In the product's unit.
    pub quantity: Option<Thousandths>,
    /// What the buyer would pay for one without any concession.
    pub list_price: Option<&'k UnitPrice>,
}

/// Whether a role may grant `terms` to a customer of this grade.
pub fn allows(
    knowledge: &Knowledge,
    role: Role,
    grade: Option<&str>,
    subject: Subject<'_>,
    terms: &Terms,
) -> bool {
    let limits = knowledge.authority.limits(role, grade);
    limits.is_none_or(|limits| within(knowledge, &limits, subject, terms))
}

/// Whether `terms` lie within `limits`.
pub(crate) fn within(knowledge: &Knowledge, limits: &Limits, subject: Subject<'_>, terms: &Terms) -> bool {
    let Subject { product, quantity, list_price } = subject;
    match terms {
        Terms::Discount { percent_off, unit_price } => product.is_some_and(|product| {
            let Some(list) = list_price else { return false };
            let Some(price) = wished_price(list, *percent_off, unit_price.as_ref()) else { return false };
            let percent = percent_off.unwrap_or_else(|| percent_below(list, &price));
            percent <= largest_discount(limits) && is_above_floor(knowledge, limits, product, &price)
        }),
        Terms::PaymentTerms { deposit_percent, net_days } => limits.payment.is_some_and(|limit| {
            deposit_percent.is_none_or(|deposit| deposit >= limit.min_deposit_percent)
                && net_days.is_none_or(|days| days <= limit.max_net_days)
        }),
        Terms::FreeSample { count } => *count <= limits.free_samples.unwrap_or(0),
        Terms::LeadTime { days } => product
            .and_then(|product| standard_lead_time(product, quantity))
            .is_some_and(|standard| *days >= standard - limits.lead_time_days_earlier.unwrap_or(0)),
        Terms::Moq { quantity } => product.is_some_and(|product| {
            let moq = i128::from(pricing::smallest_order(product).0);
            let least = i128::from(limits.min_moq_percent.unwrap_or(Thousandths(100_000)).0);
            quantity.0 > 0 && i128::from(quantity.0) * 100_000 >= moq * least
        }),
        Terms::PriceList { list, unit_price } => {
            limits.price_lists.as_ref().is_some_and(|lists| lists.contains(list))
                && product.zip(unit_price.as_ref()).is_some_and(|(product, price)| {
                    let margin = Limits { max_discount_percent: None, ..limits.clone() };
                    is_above_floor(knowledge, &margin, product, price)
                })
        }
    }
}

/// The largest discount of these limits; the margin alone decides where only it is said.
pub(crate) fn largest_discount(limits: &Limits) -> Thousandths {
    let unsaid = if limits.min_margin_percent.is_some() { 100_000 } else { 0 };
    Thousandths(limits.max_discount_percent.map_or(unsaid, |percent| percent.0.clamp(0, 100_000)))
}

/// Whether a price keeps the product's floor and the margin that the limits ask for.
pub(crate) fn is_above_floor(
    knowledge: &Knowledge,
    limits: &Limits,
    product: &Product,
    price: &UnitPrice,
) -> bool {
    let Cost { cost, floor_price } = knowledge.costs.of(&product.id);
    if price.currency != knowledge.shop.currency || price.millionths <= 0 {
        return false;
    }
    if floor_price.is_some_and(|floor| price.millionths < floor) {
        return false;
    }
    limits.min_margin_percent.is_none_or(|least| {
        cost.is_some_and(|cost| margin(price.millionths, cost).is_some_and(|margin| margin >= least))
    })
}

/// Percent of the price that is left over the cost, rounded down.
pub(crate) fn margin(price: i64, cost: i64) -> Option<Thousandths> {
    if price <= 0 {
        return None;
    }
    let left = (i128::from(price) - i128::from(cost)) * 100_000;
    i64::try_from(left.div_euclid(i128::from(price))).ok().map(Thousandths)
}

/// What the buyer would pay for one at a quantity: at the smallest order where none is wanted. Where it differs from what he paid last,
/// it is the computed one.
pub(crate) fn list_price(
    circumstances: &Circumstances<'_>,
    product: &Product,
    quantity: Option<Thousandths>,
) -> Option<UnitPrice> {
    let quantity = quantity.unwrap_or_else(|| pricing::smallest_order(product));
    match nearest_price(circumstances.terms(), product, quantity) {
        Ok(priced) => Some(priced.unit_price),
        Err(PriceProblem::DiffersFromLast { computed, .. }) => Some(*computed),
        Err(_) => None,
    }
}

/// The price at a quantity or, where that cannot be ordered, at the nearest one that can: the smallest order, the next full pack.
pub(crate) fn nearest_price(
    terms: &pricing::Terms<'_>,
    product: &Product,
    quantity: Thousandths,
) -> Result<Priced, PriceProblem> {
    let at = |quantity| pricing::price(terms, product, quantity);
    match at(quantity) {
        Err(PriceProblem::BelowMoq { .. }) => at(pricing::smallest_order(product)),
        Err(PriceProblem::NotAPack { rounded, .. }) => at(rounded),
        priced => priced,
    }
}

/// The unit price that is wished for.
fn wished_price(
    list: &UnitPrice,
    percent: Option<Thousandths>,
    named: Option<&UnitPrice>,
) -> Option<UnitPrice> {
    match named {
        Some(price) => (price.currency == list.currency).then(|| price.clone()),
        None => pricing::reduced(list, percent?),
    }
}

/// How far a price lies below the list, rounded up, so that a wish a hair below a limit is not within it.
pub(crate) fn percent_below(list: &UnitPrice, price: &UnitPrice) -> Thousandths {
    let (list, price) = (i128::from(list.millionths.max(1)), i128::from(price.millionths));
    let off = (list - price).max(0).saturating_mul(100_000);
    Thousandths(i64::try_from((off + list - 1) / list).unwrap_or(100_000))
}

/// The product's lead time in calendar days: five working days are a week.
pub(crate) fn standard_lead_time(product: &Product, quantity: Option<Thousandths>) -> Option<i64> {
    let quantity = quantity.unwrap_or_else(|| pricing::smallest_order(product));
    let step = product.lead_time.iter().find(|step| step.max.is_none_or(|max| quantity <= max))?;
    Some(match product.lead_time_basis {
        LeadTimeBasis::Calendar => step.days,
        LeadTimeBasis::Working => step.days.saturating_mul(7).saturating_add(4) / 5,
    })
}

#[cfg(test)]
mod tests;
