//! What a customer paid before. Who has no prices of his own and paid another price last time gets none from a table: a person looks
//! at both.

use domain::{
    catalog::Product,
    fact::Tax,
    money::UnitPrice,
    order::Order,
    quantity::{Quantity, Thousandths},
    trade::Incoterm,
};
use jiff::civil::Date;

use super::{PriceProblem, Terms, lists::Figures, units};

/// The unit price that a customer paid last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPrice {
    pub unit_price: UnitPrice,
    /// In the product's own unit.
    pub quantity: Thousandths,
    /// The order's number, or the quote's.
    pub order: String,
    /// ISO date.
    pub date: String,
}

/// The newest price of `product` among `orders` (the newest first).
pub fn last_price(terms: &Terms<'_>, orders: &[Order], product: &Product) -> Option<PastPrice> {
    orders.iter().find_map(|order| {
        order.lines.iter().filter(|line| line.product == product.id).find_map(|line| {
            let mut unit_price = line.unit_price.clone()?;
            if unit_price.per.is_empty() {
                unit_price.per.clone_from(&product.unit);
            }
            let said = Quantity { thousandths: line.quantity.thousandths, unit: line.quantity.unit.clone() };
            let quantity = units::base_quantity(terms.knowledge, product, &said)?;
            Some(PastPrice { unit_price, quantity, order: order.number.clone(), date: order.date.clone() })
        })
    })
}

/// The unit price of `product` on the newest quote that the customer got, where it was for the same: options, term, tax. A quote on other
/// terms tells nothing of what he should pay on these.
fn quoted_price(
    terms: &Terms<'_>,
    product: &Product,
    tax: Tax,
    incoterm: Option<Incoterm>,
) -> Option<PastPrice> {
    let quote = terms.quoted?;
    let content = &quote.content;
    let chosen = |options: &[String]| {
        let own = product.pricing.options.iter().map(|option| &option.id);
        own.filter(|id| options.contains(id)).cloned().collect::<Vec<_>>()
    };
    let same = content.tax == tax
        && content.incoterm.as_deref() == incoterm.filter(|_| terms.is_export()).map(Incoterm::code)
        && chosen(&content.options) == chosen(&terms.options);
    let line = content.lines.iter().find(|line| same && line.product == product.id)?;
    Some(PastPrice {
        unit_price: line.unit_price.clone(),
        quantity: line.quantity,
        order: quote.number.clone(),
        date: content.date.clone(),
    })
}

/// Whether the last price (of an order, or of a quote that he got since) agrees with `computed`: it is the same, or it was what the
/// table asks for that quantity still today. Prices in another currency or for another unit cannot be compared and tell nothing.
pub(super) fn check(
    terms: &Terms<'_>,
    product: &Product,
    figures: &Figures<'_>,
    (tax, incoterm): (Tax, Option<Incoterm>),
    computed: &UnitPrice,
) -> Result<(), PriceProblem> {
    let days = terms.knowledge.shop.trade.price_memory_days;
    if (terms.past.is_empty() && terms.quoted.is_none()) || figures.personal || days <= 0 {
        return Ok(());
    }
    let paid = last_price(terms, terms.past, product);
    let quoted = quoted_price(terms, product, tax, incoterm);
    let last = match (paid, quoted) {
        (Some(paid), Some(quoted)) => Some(if quoted.date >= paid.date { quoted } else { paid }),
        (paid, quoted) => paid.or(quoted),
    };
    let Some(last) = last else { return Ok(()) };
    let is_remembered = last
        .date
        .parse::<Date>()
        .is_ok_and(|date| terms.today.since(date).is_ok_and(|span| i64::from(span.get_days()) <= days));
    let comparable = last.unit_price.currency == computed.currency
        && (units::same_unit(terms.knowledge, &last.unit_price.per, &product.unit)
            || (units::is_counter(&last.unit_price.per) && units::is_counter(&product.unit)));
    if !is_remembered || !comparable || last.unit_price.millionths == computed.millionths {
        return Ok(());
    }
    let then = figures.tiers.iter().rev().find(|tier| last.quantity >= tier.min);
    let then = then.map_or(figures.price, |tier| tier.price);
    if figures.currency == last.unit_price.currency && then == last.unit_price.millionths {
        return Ok(());
    }
    Err(PriceProblem::DiffersFromLast { last: Box::new(last), computed: Box::new(computed.clone()) })
}
