//! What things cost: price lists and tiers, minimum order, packs, options, invoice, Incoterm, currency.
//!
//! Integers only. Unit prices are millionths, quantities thousandths, products are taken in `i128`, a total rounds once per line.
//! [`price`] answers with a price or with the reason why there is none: it never guesses. To add what a price depends on, put it into
//! [`Terms`] and apply it as a step of `pricing/compute.rs`.

use domain::{
    catalog::{Product, Tier},
    decimal,
    fact::Tax,
    handoff::HandoffReason,
    language::{LocalizedText, ReplyLanguage},
    money::{AmountOverflow, Currency, Money, UnitPrice},
    quantity::{Quantity, Thousandths},
    trade::{Charge, Derivation, Incoterm, InvoiceType},
};
use jiff::civil::Date;

use crate::knowledge::Knowledge;

mod compute;
mod exchange;
mod freight;
pub(crate) mod lists;
mod memory;
mod places;
mod shipment;
mod terms;
mod units;

pub(crate) use exchange::convert;
pub(crate) use lists::PriceIndex;
pub use memory::{PastPrice, last_price};
pub(crate) use places::Places;
pub use places::{Delivery, Place};
pub use shipment::{Shipment, shipment};
pub use terms::Terms;
pub(crate) use terms::{folded, names_of};
pub(crate) use units::is_counter;
pub use units::{base_quantity, unit_name};

/// A quantity on its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    pub quantity: Thousandths,
    pub unit_price: UnitPrice,
    /// Unit price times quantity, rounded once.
    pub goods: Money,
    /// What the order or the shipment costs on top, each in the currency of the price.
    pub charges: Vec<Charge>,
    /// Goods and charges.
    pub total: Money,
    /// The tier that the quantity reached; none below the first one.
    pub tier: Option<Tier>,
    /// Price list and revision: `price_list:default@r3`.
    pub source: String,
    pub tax: Tax,
    /// The invoice that was asked for and that the price holds for.
    pub invoice: Option<InvoiceType>,
    /// The Incoterm that the price holds for; none at home.
    pub incoterm: Option<Incoterm>,
    pub place: Option<LocalizedText>,
    /// ISO date of the last day on which everything that the price rests on holds.
    pub valid_until: Option<String>,
}

/// Why there is no price for a quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceProblem {
    #[error("the product has no list price; a person quotes it")]
    OnRequest,
    #[error("the quantity is not above zero")]
    NotPositive,
    #[error("the quantity is below the minimum order")]
    BelowMoq { moq: Thousandths },
    #[error("the quantity is not a multiple of the pack")]
    NotAPack {
        pack: Thousandths,
        /// The next multiple upwards.
        rounded: Thousandths,
    },
    #[error("the amount is larger than any order")]
    Overflow,
    #[error("the shop does not sell to this destination")]
    Blocked,
    #[error("the product may serve military ends and no licence for the destination is there")]
    NeedsClearance,
    #[error("no price is declared for delivery abroad")]
    NoExportPrice,
    #[error("no rate from {from} to {to} is in force")]
    NoRate { from: Currency, to: Currency },
    #[error("no price is declared for this kind of invoice")]
    NoFigure { invoice: InvoiceType },
    #[error("the price under {} needs the place where the goods go", incoterm.code())]
    NeedsPlace { incoterm: Incoterm },
    #[error("no freight is declared for {} to this place", incoterm.code())]
    NoFreight { incoterm: Incoterm },
    #[error("an option that was chosen has no price")]
    OptionOnRequest,
    #[error("the price was valid until {until}")]
    ListEnded { until: Date },
    #[error("the customer paid another price last time; somebody has to approve one of the two")]
    DiffersFromLast { last: Box<PastPrice>, computed: Box<UnitPrice> },
}

impl PriceProblem {
    /// Why a person has to look at it; `None` where the buyer himself can mend it.
    pub const fn handoff(&self) -> Option<HandoffReason> {
        match self {
            Self::BelowMoq { .. } | Self::NotAPack { .. } | Self::NeedsPlace { .. } => None,
            Self::Blocked | Self::NeedsClearance => Some(HandoffReason::Risk),
            Self::DiffersFromLast { .. } => Some(HandoffReason::OverAuthority),
            Self::OnRequest
            | Self::NotPositive
            | Self::Overflow
            | Self::NoExportPrice
            | Self::NoRate { .. }
            | Self::NoFigure { .. }
            | Self::NoFreight { .. }
            | Self::OptionOnRequest
            | Self::ListEnded { .. } => Some(HandoffReason::NoKnowledge),
        }
    }

    /// A short name, by which a reply finds its words.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OnRequest => "on_request",
            Self::NotPositive => "not_positive",
            Self::BelowMoq { .. } => "below_moq",
            Self::NotAPack { .. } => "pack",
            Self::Overflow => "too_large",
            Self::Blocked | Self::NeedsClearance => "risk",
            Self::NoExportPrice => "export",
            Self::NoRate { .. } => "currency",
            Self::NoFigure { .. } => "invoice",
            Self::NeedsPlace { .. } => "place",
            Self::NoFreight { .. } => "freight",
            Self::OptionOnRequest => "option",
            Self::ListEnded { .. } => "ended",
            Self::DiffersFromLast { .. } => "last_price",
        }
    }
}

/// The next tier, where it is near enough to be worth a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierHint {
    pub quantity: Thousandths,
    pub unit_price: UnitPrice,
    pub total: Money,
    /// Price list and revision.
    pub source: String,
}

/// How much more a buyer is asked to take for the next tier, in percent.
const HINT_WITHIN_PERCENT: i128 = 25;

/// The price of `quantity` (in the product's own unit) on `terms`.
pub fn price(terms: &Terms<'_>, product: &Product, quantity: Thousandths) -> Result<Priced, PriceProblem> {
    compute::run(terms, product, quantity, &mut compute::Steps::none())
}

/// The same with how it came about, for a price that is told.
pub fn derive(
    terms: &Terms<'_>,
    product: &Product,
    quantity: Thousandths,
    language: ReplyLanguage,
) -> Result<(Priced, Derivation), PriceProblem> {
    let mut steps = compute::Steps::kept(product);
    let priced = compute::run(terms, product, quantity, &mut steps)?;
    let steps = steps.noted.unwrap_or_default();
    let derivation = Derivation {
        list: steps.first().and_then(|step| step.by.clone()).unwrap_or_default(),
        revision: terms.knowledge.revision,
        tier: priced.tier.map(|tier| tier.min),
        incoterm: priced.incoterm,
        place: priced.place.as_ref().map(|place| place.get(language).to_owned()),
        valid_until: priced.valid_until.clone(),
        charges: priced.charges.clone(),
        steps,
    };
    Ok((priced, derivation))
}

/// What a quantity is worth to the shop, in the shop's own currency: for rules and boards, never for the buyer. Where the terms allow
/// no price, what the plain list says; packs are rounded up.
pub fn worth(terms: &Terms<'_>, product: &Product, quantity: Thousandths) -> Option<Money> {
    let rounded = |terms: &Terms<'_>| match price(terms, product, quantity) {
        Err(PriceProblem::NotAPack { rounded, .. }) => price(terms, product, rounded),
        priced => priced,
    };
    let priced = match rounded(terms) {
        Ok(priced) => Ok(priced),
        Err(PriceProblem::BelowMoq { .. } | PriceProblem::NotPositive) => return None,
        Err(_) => rounded(&terms.at_list())
            .or_else(|_| rounded(&Terms { place: None, delivery: Delivery::Home, ..terms.at_list() })),
    };
    convert(terms, priced.ok()?.total, terms.knowledge.shop.currency).ok()
}

/// The tiers that count on `terms`, by rising quantity.
pub fn tiers<'a>(terms: &Terms<'a>, product: &'a Product) -> &'a [Tier] {
    let table = lists::choose(terms, product).and_then(|figures| compute::table(terms, &figures));
    table.map_or(&[], |table| table.tiers)
}

/// The smallest quantity that can be ordered: the minimum order, rounded up to whole packs; one unit where nothing is said.
pub fn smallest_order(product: &Product) -> Thousandths {
    let pack = product.pack.filter(|pack| pack.0 > 0).unwrap_or(Thousandths(1_000));
    let moq = product.moq.filter(|moq| moq.0 > 0).unwrap_or(pack);
    if product.pack.is_none() && !is_counter(&product.unit) {
        return moq;
    }
    round_up(moq, pack).unwrap_or(moq)
}

/// What a little more would save: the next tier, if it lies within a quarter more or costs no more in all.
pub fn tier_hint(terms: &Terms<'_>, product: &Product, quantity: Thousandths) -> Option<TierHint> {
    let now = price(terms, product, quantity).ok()?;
    let (at, next) = next_tier(terms, product, quantity)?;
    let near = i128::from(at.0) * 100 <= i128::from(quantity.0) * (100 + HINT_WITHIN_PERCENT);
    (near || next.total.minor <= now.total.minor).then_some(TierHint {
        quantity: at,
        unit_price: next.unit_price,
        total: next.total,
        source: next.source,
    })
}

/// The first tier above `quantity` that costs less, at the smallest orderable quantity that reaches it.
pub fn next_tier(
    terms: &Terms<'_>,
    product: &Product,
    quantity: Thousandths,
) -> Option<(Thousandths, Priced)> {
    let now = price(terms, product, quantity).ok()?;
    let tier = tiers(terms, product).iter().find(|tier| tier.min > quantity)?;
    let at = match product.pack.filter(|pack| pack.0 > 0) {
        Some(pack) => round_up(tier.min, pack)?,
        None => tier.min,
    };
    let next = price(terms, product, at).ok()?;
    (next.unit_price.millionths < now.unit_price.millionths).then_some((at, next))
}

/// The price of the most that `budget` is enough for; `None` where not even the smallest order is.
///
/// A larger quantity may cost less in all, where a tier begins, so each tier is searched by itself, the largest first.
pub fn within(terms: &Terms<'_>, product: &Product, budget: Money) -> Option<Priced> {
    let step = product.pack.filter(|pack| pack.0 > 0).unwrap_or(Thousandths(1_000)).0;
    let fits = |packs: i64| {
        let priced = price(terms, product, Thousandths(packs.checked_mul(step)?)).ok()?;
        (priced.total.currency == budget.currency && priced.total.minor <= budget.minor).then_some(priced)
    };
    let packs = |quantity: Thousandths| round_up(quantity, Thousandths(step)).map(|rounded| rounded.0 / step);
    let smallest = packs(smallest_order(product))?;
    let mut starts: Vec<i64> =
        tiers(terms, product).iter().filter_map(|tier| packs(tier.min)).filter(|&at| at > smallest).collect();
    starts.insert(0, smallest);
    let mut end = i64::MAX / step;
    for start in starts.into_iter().rev() {
        if let Some(mut most) = fits(start) {
            let (mut low, mut high) = (start, end);
            while low + 1 < high {
                let middle = low + (high - low) / 2;
                match fits(middle) {
                    Some(priced) => (low, most) = (middle, priced),
                    None => high = middle,
                }
            }
            return Some(most);
        }
        end = start;
    }
    None
}

/// `price_list:default@r3`.
pub fn source(knowledge: &Knowledge, list: &str) -> String {
    format!("price_list:{list}@r{}", knowledge.revision)
}

/// No order is worth more, in minor units: a trillion of a currency with cents. Whoever names such a quantity has mistyped it, or
/// plays.
const MOST_MINOR: u64 = 100_000_000_000_000;

pub(crate) fn total(unit_price: &UnitPrice, quantity: Thousandths) -> Result<Money, PriceProblem> {
    let quantity = Quantity { thousandths: quantity.0, unit: None };
    let total = unit_price.times(&quantity).map_err(|AmountOverflow| PriceProblem::Overflow)?;
    if total.minor.unsigned_abs() > MOST_MINOR { Err(PriceProblem::Overflow) } else { Ok(total) }
}

fn round_up(quantity: Thousandths, pack: Thousandths) -> Option<Thousandths> {
    let packs = i128::from(quantity.0) + i128::from(pack.0) - 1;
    let rounded = packs / i128::from(pack.0) * i128::from(pack.0);
    i64::try_from(rounded).ok().map(Thousandths)
}

/// A unit price reduced by thousandths of a percent, rounded half up to millionths.
pub(crate) fn reduced(unit_price: &UnitPrice, percent_off: Thousandths) -> Option<UnitPrice> {
    let kept = 100_000 - i128::from(percent_off.0);
    let millionths = decimal::divide_half_up(i128::from(unit_price.millionths) * kept, 100_000);
    let millionths = i64::try_from(millionths).ok().filter(|&price| price > 0)?;
    Some(UnitPrice { millionths, ..unit_price.clone() })
}

#[cfg(test)]
mod tests;
