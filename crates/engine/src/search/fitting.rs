//! How far a product is what a buyer looks for, with the reason of each point.

use domain::{
    catalog::{Product, Spec},
    money::Money,
    quantity::Thousandths,
    requirement::Comparator,
};

use super::{
    measure::Measure,
    wish::{PriceRange, Property, Wish},
};
use crate::{knowledge::Knowledge, pricing};

/// What a reason is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aspect {
    /// The id of an attribute.
    Property(String),
    Price,
    /// The minimum order against the quantity.
    Quantity,
    LeadTime,
    Certificate(String),
    Stock,
}

/// How a product stands in one point, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    Fits,
    /// Short of it by a little.
    Nearly,
    /// The shop does not say.
    Unknown,
    Fails,
}

/// Why a product fits or fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub aspect: Aspect,
    pub fit: Fit,
    /// The buyer's own words for it, where he used a number.
    pub wanted: Option<String>,
}

/// A product that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<'k> {
    pub product: &'k Product,
    /// How many are wanted, in the product's own unit.
    pub quantity: Option<Thousandths>,
    /// One for each point of the wish.
    pub reasons: Vec<Reason>,
}

impl Hit<'_> {
    /// Whether it meets the wish in every point, or nearly.
    pub fn fits(&self) -> bool {
        self.reasons.iter().all(|reason| reason.fit <= Fit::Nearly)
    }

    /// How many points stand at `fit`.
    pub fn count(&self, fit: Fit) -> usize {
        self.reasons.iter().filter(|reason| reason.fit == fit).count()
    }
}

/// Every point of the wish held against the product.
pub fn judge<'k>(knowledge: &'k Knowledge, product: &'k Product, wish: &Wish) -> Hit<'k> {
    let quantity =
        wish.quantity.as_ref().and_then(|wanted| pricing::base_quantity(knowledge, product, wanted));
    let mut reasons: Vec<Reason> = wish.properties.iter().map(|wanted| property(product, wanted)).collect();
    points(product, wish, quantity, &mut |aspect, fit| {
        reasons.push(Reason { aspect: aspect.into(), fit, wanted: None });
    });
    Hit { product, quantity, reasons }
}

/// How the product stands in every point but the properties, with quantities taken as the buyer counts: enough to rank by.
pub(super) fn rough_points(product: &Product, wish: &Wish, take: &mut impl FnMut(Fit)) {
    let quantity = wish.quantity.as_ref().map(|quantity| Thousandths(quantity.thousandths));
    points(product, wish, quantity, &mut |_, fit| take(fit));
}

/// An aspect that borrows, so that ranking thousands of products takes no memory.
enum Point<'w> {
    Price,
    Quantity,
    LeadTime,
    Certificate(&'w str),
    Stock,
}

impl From<Point<'_>> for Aspect {
    fn from(point: Point<'_>) -> Self {
        match point {
            Point::Price => Self::Price,
            Point::Quantity => Self::Quantity,
            Point::LeadTime => Self::LeadTime,
            Point::Certificate(name) => Self::Certificate(name.to_owned()),
            Point::Stock => Self::Stock,
        }
    }
}

fn points<'w>(
    product: &Product,
    wish: &'w Wish,
    quantity: Option<Thousandths>,
    add: &mut impl FnMut(Point<'w>, Fit),
) {
    if let Some(range) = &wish.price {
        add(Point::Price, price(product, range, quantity));
    }
    if let (Some(quantity), Some(moq)) = (quantity, product.moq) {
        add(Point::Quantity, if quantity >= moq { Fit::Fits } else { Fit::Fails });
    }
    if let Some(days) = wish.days {
        add(Point::LeadTime, lead_time(product, days, quantity));
    }
    for name in &wish.certificates {
        let has = product.certificates.contains(name);
        add(Point::Certificate(name), if has { Fit::Fits } else { Fit::Fails });
    }
    if wish.in_stock {
        let fit = match &product.stock {
            None => Fit::Unknown,
            Some(stock) if stock.quantity.0 > 0 => Fit::Fits,
            Some(_) => Fit::Fails,
        };
        add(Point::Stock, fit);
    }
}

fn property(product: &Product, wanted: &Property) -> Reason {
    let attribute = &wanted.specification.attribute;
    let named = product.specs.iter().find(|spec| &spec.attribute == attribute);
    let stated = named.map(|spec| (specification(spec, wanted), spec)).or_else(|| {
        let kin = product.specs.iter().filter(|spec| is_kin(&spec.attribute, attribute));
        kin.map(|spec| (specification(spec, wanted), spec)).min_by_key(|(fit, _)| *fit)
    });
    let fit = stated.map_or(Fit::Unknown, |(fit, _)| fit);
    Reason {
        aspect: Aspect::Property(stated.map_or(attribute, |(_, spec)| &spec.attribute).clone()),
        fit,
        wanted: Some(wanted.words.clone()),
    }
}

fn specification(spec: &Spec, wanted: &Property) -> Fit {
    let Some(number) = spec.number else { return Fit::Unknown };
    let has = Measure::new(number, spec.unit.as_deref().unwrap_or_default());
    let wants = Measure::new(wanted.specification.number, &wanted.specification.unit);
    measure(&has, &wants, wanted.specification.comparator).0
}

/// Whether one attribute is a kind of the other: the power that a buyer names is the rated power of a motor.
pub(super) fn is_kin(left: &str, right: &str) -> bool {
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|head| head.ends_with('_'));
    ends(left, right) || ends(right, left)
}

/// How a measure stands to a wish, and by how many thousandths it is off where it fails, or beyond a floor that it fits. What is measured in one unit says nothing of
/// another; a number without any is taken as it stands.
pub(super) fn measure(has: &Measure, wants: &Measure, comparator: Comparator) -> (Fit, u32) {
    if has.kind != wants.kind && !has.kind.is_empty() && !wants.kind.is_empty() {
        return (Fit::Unknown, 0);
    }
    let fit = compare(has.value, wants.value, comparator);
    let apart = || has.value.abs_diff(wants.value) * 1_000 / wants.value.unsigned_abs().max(1);
    let off = match (fit, comparator) {
        (Fit::Fails, _) | (Fit::Fits, Comparator::AtLeast) => apart(),
        _ => 0,
    };
    (fit, u32::try_from(off).unwrap_or(u32::MAX))
}

/// Within a tenth is near. Who names a bare number is served by a little more as well.
fn compare(has: i128, wants: i128, comparator: Comparator) -> Fit {
    let tenth = wants.abs() / 10;
    let (fits, nearly) = match comparator {
        Comparator::AtLeast => (has >= wants, has >= wants - tenth),
        Comparator::AtMost => (has <= wants, has <= wants + tenth),
        Comparator::Equal => (
            has.abs_diff(wants) <= wants.unsigned_abs() / 100,
            has >= wants - tenth && has <= wants + 3 * tenth,
        ),
    };
    if fits {
        Fit::Fits
    } else if nearly {
        Fit::Nearly
    } else {
        Fit::Fails
    }
}

/// By the shop's list. What this buyer pays is computed when a price is told.
fn price(product: &Product, range: &PriceRange, quantity: Option<Thousandths>) -> Fit {
    let Some(list) = product.price else { return Fit::Unknown };
    let quantity = quantity.unwrap_or_else(|| pricing::smallest_order(product));
    let tier = product.tiers.iter().rev().find(|tier| quantity >= tier.min);
    let unit = i128::from(tier.map_or(list, |tier| tier.price));
    // Millionths of one unit, or of the whole quantity.
    let has = if range.in_all { unit * i128::from(quantity.0) / 1_000 } else { unit };
    let bound = |money: &Money| {
        i128::from(money.minor) * 10_i128.pow(6_u32.saturating_sub(money.currency.minor_digits()))
    };
    let points = [
        range.at_least.as_ref().map(|least| compare(has, bound(least), Comparator::AtLeast)),
        range.at_most.as_ref().map(|most| compare(has, bound(most), Comparator::AtMost)),
        range.about.as_ref().map(|about| {
            let off = has.abs_diff(bound(about));
            let about = bound(about).unsigned_abs();
            if off * 5 <= about {
                Fit::Fits
            } else if off * 3 <= about {
                Fit::Nearly
            } else {
                Fit::Fails
            }
        }),
    ];
    points.into_iter().flatten().max().unwrap_or(Fit::Unknown)
}

fn lead_time(product: &Product, days: i64, quantity: Option<Thousandths>) -> Fit {
    let quantity = quantity.unwrap_or_else(|| pricing::smallest_order(product));
    let step = product.lead_time.iter().find(|step| step.max.is_none_or(|max| quantity <= max));
    match step {
        None => Fit::Unknown,
        Some(step) => compare(i128::from(step.days), i128::from(days), Comparator::AtMost),
    }
}
