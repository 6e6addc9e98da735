//! The lines of a quote: price, tax split off or added once per line, what tells the product from its neighbours.

use domain::{
    catalog::{LeadTimeBasis, LeadTimeFrom, Product},
    decimal,
    fact::{Fact, FactBody, Tax},
    language::ReplyLanguage,
    money::{Money, UnitPrice},
    quantity::{Quantity, Thousandths},
    quote::QuoteLine,
    trade::{Charge, Incoterm},
};

use super::packing;
use crate::{
    knowledge::Knowledge,
    plan::Plan,
    pricing::{self, Terms},
    reply::format,
};

/// So many specifications stand in a line.
const SPECS: usize = 4;

/// A price with how tax stands in it.
pub(super) struct Price {
    pub unit_price: UnitPrice,
    pub tax: Tax,
    pub source: String,
    /// ISO date of the last day on which the price holds.
    pub valid_until: Option<String>,
    /// What the order or the shipment costs on top, tax as in the price.
    pub charges: Vec<Charge>,
    /// The Incoterm that the price holds for; none at home.
    pub incoterm: Option<Incoterm>,
    /// The place that belongs to it.
    pub place: Option<String>,
}

/// The price that this turn issued for exactly this quantity, else the engine's; a concession of this turn stands above both.
///
/// `None` where a person has to quote: there is no price, or a person decided it and its tax is not known.
pub(super) fn price(
    terms: &Terms<'_>,
    product: &Product,
    quantity: Thousandths,
    plan: &Plan,
    facts: &[Fact],
    language: ReplyLanguage,
) -> Option<Price> {
    let issued = facts.iter().find_map(|fact| match &fact.body {
        FactBody::Price { product: id, quantity: of, unit_price, tax, derivation, .. }
            if *id == product.id && *of == quantity =>
        {
            Some((unit_price, *tax, derivation, &fact.source))
        }
        _ => None,
    });
    let price = if let Some((unit_price, tax, derivation, source)) = issued {
        let derivation = derivation.as_ref()?;
        Price {
            unit_price: unit_price.clone(),
            tax,
            source: source.clone(),
            valid_until: derivation.valid_until.clone(),
            charges: derivation.charges.clone(),
            incoterm: derivation.incoterm,
            place: derivation.place.clone(),
        }
    } else {
        listed(terms, product, quantity, language).ok()?
    };
    // What is conceded only for something in return is not his yet.
    let is_conditional =
        plan.offers.iter().any(|offer| offer.product.as_ref() == Some(&product.id) && offer.give.is_some());
    let conceded = facts.iter().find_map(|fact| match &fact.body {
        FactBody::Concession { product: id, unit_price, total, .. }
            if *id == product.id
                && !is_conditional
                && pricing::total(unit_price, quantity).as_ref() == Ok(total) =>
        {
            Some((unit_price.clone(), fact.source.clone()))
        }
        _ => None,
    });
    Some(match conceded {
        Some((unit_price, source)) => Price { unit_price, source, ..price },
        None => price,
    })
}

/// The engine's own price on `terms`.
pub(super) fn listed(
    terms: &Terms<'_>,
    product: &Product,
    quantity: Thousandths,
    language: ReplyLanguage,
) -> Result<Price, pricing::PriceProblem> {
    let pricing::Priced { unit_price, charges, tax, source, valid_until, incoterm, place, .. } =
        pricing::price(terms, product, quantity)?;
    let place = place.map(|place| place.get(language).to_owned());
    Ok(Price { unit_price, tax, source, valid_until, charges, incoterm, place })
}

/// What a price of 100 with tax holds: the amounts without it, of it, and with it. One rounding, half up, to the minor unit.
pub(super) fn split(amount: Money, tax: Tax, rate: Option<Thousandths>) -> Option<(Money, Money, Money)> {
    let of = |minor: i64| Money { minor, ..amount };
    let Some(rate) = rate.filter(|rate| rate.0 > 0) else { return Some((amount, of(0), amount)) };
    let (minor, rate) = (i128::from(amount.minor), i128::from(rate.0));
    match tax {
        Tax::Included => {
            let net = decimal::divide_half_up(minor * 100_000, 100_000 + rate);
            let net = i64::try_from(net).ok()?;
            Some((of(net), of(amount.minor.checked_sub(net)?), amount))
        }
        Tax::Excluded => {
            let tax = i64::try_from(decimal::divide_half_up(minor * rate, 100_000)).ok()?;
            Some((amount, of(tax), of(amount.minor.checked_add(tax)?)))
        }
        Tax::None => Some((amount, of(0), amount)),
    }
}

/// The unit price without and with tax, in millionths, half up.
fn unit_prices(price: &UnitPrice, tax: Tax, rate: Option<Thousandths>) -> Option<(UnitPrice, UnitPrice)> {
    let of =
        |millionths: i128| Some(UnitPrice { millionths: i64::try_from(millionths).ok()?, ..price.clone() });
    let Some(rate) = rate.filter(|rate| rate.0 > 0) else { return Some((price.clone(), price.clone())) };
    let (exact, rate) = (i128::from(price.millionths), i128::from(rate.0));
    match tax {
        Tax::Included => Some((of(decimal::divide_half_up(exact * 100_000, 100_000 + rate))?, price.clone())),
        Tax::Excluded => {
            Some((price.clone(), of(decimal::divide_half_up(exact * (100_000 + rate), 100_000))?))
        }
        Tax::None => Some((price.clone(), price.clone())),
    }
}

/// One line; `None` where an amount does not fit the integers that money is kept in.
pub(super) fn line(
    knowledge: &Knowledge,
    product: &Product,
    quantity: Thousandths,
    price: &Price,
    rate: Option<Thousandths>,
    options: &[String],
    language: ReplyLanguage,
) -> Option<QuoteLine> {
    let amount = price.unit_price.times(&Quantity { thousandths: quantity.0, unit: None }).ok()?;
    let (net, tax, total) = split(amount, price.tax, rate)?;
    let (unit_price_net, unit_price_gross) = unit_prices(&price.unit_price, price.tax, rate)?;
    let export = product.export.as_ref();
    let name = product.name.get(language);
    Some(QuoteLine {
        product: product.id.clone(),
        name: if name.is_empty() { product.id.to_string() } else { name.to_owned() },
        specification: specification(knowledge, product, options, language),
        quantity,
        unit: unit(knowledge, product, quantity, language),
        unit_price: price.unit_price.clone(),
        unit_price_net,
        unit_price_gross,
        net,
        tax,
        total,
        lead_time: lead_time(product, quantity, language),
        hs_code: export.and_then(|export| export.hs_code.clone()),
        origin: export.and_then(|export| export.origin.clone()),
        packing: product.packing.as_ref().and_then(|packing| packing::of(packing, quantity)),
        source: price.source.clone(),
    })
}

/// The unit as it stands behind this quantity: `台`, `unit`, `units`.
fn unit(knowledge: &Knowledge, product: &Product, quantity: Thousandths, language: ReplyLanguage) -> String {
    let counted = format::quantity(knowledge, quantity, &product.unit, language);
    counted
        .trim_start_matches(|character: char| character.is_ascii_digit() || ",. ".contains(character))
        .to_owned()
}

/// The first specifications, and each option that the price holds.
fn specification(
    knowledge: &Knowledge,
    product: &Product,
    options: &[String],
    language: ReplyLanguage,
) -> String {
    let specs = product.specs.iter().take(SPECS).map(|spec| {
        let term = knowledge.attributes.iter().find(|term| term.id == spec.attribute);
        let name = term.map(|term| term.name.get(language)).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| spec.attribute.replace('_', " "), str::to_owned);
        format!("{name} {}", spec.value)
    });
    let chosen = product.pricing.options.iter().filter(|option| options.contains(&option.id));
    let specs: Vec<String> = specs.chain(chosen.map(|option| option.name.get(language).to_owned())).collect();
    specs.join(match language {
        ReplyLanguage::Zh => "\u{ff0c}",
        ReplyLanguage::En => ", ",
    })
}

/// `下单后30天`, `30 working days after receipt of the deposit`.
fn lead_time(product: &Product, quantity: Thousandths, language: ReplyLanguage) -> Option<String> {
    let step = product.lead_time.iter().find(|step| step.max.is_none_or(|max| quantity <= max))?;
    let days = step.days;
    let working = product.lead_time_basis == LeadTimeBasis::Working;
    Some(match language {
        ReplyLanguage::Zh => {
            let from = match product.lead_time_from {
                LeadTimeFrom::Order => "下单后",
                LeadTimeFrom::Deposit => "收到预付款后",
                LeadTimeFrom::DrawingApproved => "图纸确认后",
            };
            format!("{from}{days}{}", if working { "个工作日" } else { "天" })
        }
        ReplyLanguage::En => {
            let from = match product.lead_time_from {
                LeadTimeFrom::Order => "order",
                LeadTimeFrom::Deposit => "receipt of the deposit",
                LeadTimeFrom::DrawingApproved => "approval of the drawings",
            };
            let unit = match (working, days) {
                (true, 1) => "working day",
                (true, _) => "working days",
                (false, 1) => "day",
                (false, _) => "days",
            };
            format!("{days} {unit} after {from}")
        }
    })
}
