//! What a person changes of a quote.

use domain::{
    Timestamp,
    catalog::Product,
    contact::Company,
    id::ProductId,
    money::{Money, UnitPrice},
    quantity::Thousandths,
    quote::{Party, Quote, QuoteCharge, QuoteContent, QuoteLine},
    trade::{Charge, Incoterm},
};

use super::{
    charges,
    content::{MAX_LINES, sums},
    dates, lines,
};
use crate::{
    knowledge::Knowledge,
    pricing::{self, Delivery, PriceProblem, Terms},
};

/// More charges than an order has.
const MAX_CHARGES: usize = 10;

/// What a person changes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisedLine {
    pub product: ProductId,
    /// In the product's own unit.
    pub quantity: Thousandths,
    /// Millionths, with tax as in the quote; none: as before where product and quantity stay, else the price list's.
    pub unit_price: Option<i64>,
}

/// An amount on top of the goods, in a person's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisedCharge {
    pub name: String,
    /// Minor units of the quote's currency, with tax as in the quote.
    pub minor: i64,
}

/// What a person changes; `None` leaves as it is, an empty text clears.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revision {
    pub lines: Option<Vec<RevisedLine>>,
    /// All that stands on top of the goods; none: what comes with the lines.
    pub charges: Option<Vec<RevisedCharge>>,
    /// ISO date.
    pub valid_until: Option<String>,
    pub payment: Option<String>,
    pub transport: Option<String>,
    pub destination: Option<String>,
    pub incoterm: Option<String>,
    pub port_of_loading: Option<String>,
    pub shipping_marks: Option<String>,
    pub notes: Option<Vec<String>>,
    pub buyer: Option<Party>,
}

/// Why a revision cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevisionProblem {
    #[error("a quote has from one to {MAX_LINES} lines")]
    Lines,
    #[error("line {line}: there is no product `{product}`; `GET /api/v1/products` lists those that exist")]
    UnknownProduct { line: usize, product: String },
    #[error("line {line}: the quantity must be more than 0")]
    Quantity { line: usize },
    #[error("line {line}: the price list has no price for this quantity ({reason}); give a unit price")]
    NoPrice { line: usize, reason: String },
    #[error("line {line}: the price list counts tax otherwise than the quote; give a unit price")]
    OtherTax { line: usize },
    #[error(
        "line {line}: the price list holds for {listed} and the quote for {quoted}; give a unit price that includes the way"
    )]
    OtherTerm { line: usize, listed: String, quoted: String },
    #[error("line {line}: the unit price must be more than 0")]
    UnitPrice { line: usize },
    #[error("charge {charge}: it needs a name, and an amount above 0; leave out what costs nothing")]
    Charge { charge: usize },
    #[error("a quote has at most {MAX_CHARGES} charges; add some of them up")]
    Charges,
    #[error("the amounts are too large to be computed exactly")]
    TooLarge,
    #[error("`{0}` is not a day from today on; write it as in 2026-12-31")]
    ValidUntil(String),
    #[error("the shop does not sell to `{0}` (`blocked_destinations` in its settings)")]
    Blocked(String),
}

impl RevisionProblem {
    /// The field of the request that has to be mended.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::ValidUntil(_) => "valid_until",
            Self::Blocked(_) => "destination",
            Self::Charge { .. } | Self::Charges => "charges",
            _ => "lines",
        }
    }
}

/// The content of the next version, dated now. What is not changed stays as it was quoted.
pub fn revise(
    knowledge: &Knowledge,
    customer: Customer<'_>,
    quote: &Quote,
    revision: &Revision,
    now: Timestamp,
) -> Result<QuoteContent, RevisionProblem> {
    let mut content = quote.content.clone();
    let (today, last) = dates(knowledge, now).ok_or(RevisionProblem::TooLarge)?;
    content.revision = knowledge.revision;
    // Before the prices: they depend on where the goods go, and on who brings them there.
    if deliver(&mut content, revision) {
        set(&mut content, DELIVERY);
    }
    let terms = terms(knowledge, customer, &content, now);
    if is_set(&content, DELIVERY) && terms.is_blocked() {
        let place = content.destination.unwrap_or_default();
        return Err(RevisionProblem::Blocked(place.chars().take(64).collect()));
    }
    if let Some(wanted) = &revision.lines {
        let (lines, charges) = revised_lines(&terms, &content, wanted)?;
        content.lines = lines;
        // What a person wrote instead stays until he writes something else.
        if !is_set(&content, CHARGES) {
            content.charges = charges;
        }
    }
    if let Some(wanted) = &revision.charges {
        content.charges = revised_charges(&content, wanted)?;
        set(&mut content, CHARGES);
    }
    (content.net, content.tax_amount, content.total) =
        sums(&content.lines, &content.charges).ok_or(RevisionProblem::TooLarge)?;
    match &revision.valid_until {
        Some(date) if crate::document::is_date(date) && *date >= today => {
            content.valid_until.clone_from(date);
            set(&mut content, VALIDITY);
        }
        Some(date) => return Err(RevisionProblem::ValidUntil(date.chars().take(32).collect())),
        None => {
            content.valid_until = held(&terms, &content, last);
            content.set_by_person.retain(|field| field != VALIDITY);
        }
    }
    content.date = today;
    if changes(content.payment.as_ref(), revision.payment.as_ref()) {
        set(&mut content, PAYMENT);
    }
    if changes(content.transport.as_ref(), revision.transport.as_ref()) {
        set(&mut content, TRANSPORT);
    }
    change(&mut content.payment, revision.payment.as_ref());
    change(&mut content.transport, revision.transport.as_ref());
    change(&mut content.shipping_marks, revision.shipping_marks.as_ref());
    if let Some(notes) = &revision.notes {
        content.notes.clone_from(notes);
    }
    if let Some(buyer) = &revision.buyer {
        content.buyer = buyer.clone();
    }
    Ok(content)
}

/// Names in [`QuoteContent::set_by_person`].
pub(super) const PAYMENT: &str = "payment";
pub(super) const CHARGES: &str = "charges";
pub(super) const DELIVERY: &str = "delivery";
pub(super) const TRANSPORT: &str = "transport";
pub(super) const VALIDITY: &str = "valid_until";

/// Takes over the Incoterm and the places; whether any of them changes.
fn deliver(content: &mut QuoteContent, revision: &Revision) -> bool {
    let is_moved = changes(content.incoterm.as_ref(), revision.incoterm.as_ref())
        || changes(content.destination.as_ref(), revision.destination.as_ref())
        || changes(content.port_of_loading.as_ref(), revision.port_of_loading.as_ref());
    // The place of a term that a person chose is the one that he names beside it.
    let arrives = content.incoterm.as_deref().and_then(Incoterm::parse).is_some_and(Incoterm::names_arrival);
    let moves = if arrives { &revision.destination } else { &revision.port_of_loading };
    if changes(content.incoterm.as_ref(), revision.incoterm.as_ref()) || moves.is_some() {
        content.incoterm_place = None;
    }
    change(&mut content.destination, revision.destination.as_ref());
    change(&mut content.incoterm, revision.incoterm.as_ref());
    change(&mut content.port_of_loading, revision.port_of_loading.as_ref());
    is_moved
}

fn change(field: &mut Option<String>, given: Option<&String>) {
    if let Some(text) = given {
        *field = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    }
}

pub(super) fn is_set(content: &QuoteContent, field: &str) -> bool {
    content.set_by_person.iter().any(|known| known == field)
}

fn set(content: &mut QuoteContent, field: &str) {
    if !is_set(content, field) {
        content.set_by_person.push(field.to_owned());
    }
}

fn changes(before: Option<&String>, given: Option<&String>) -> bool {
    given.is_some_and(|given| given.trim() != before.map(String::as_str).unwrap_or_default())
}

/// Whom a quote is for, as far as prices and limits depend on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Customer<'c> {
    /// The verified one.
    pub company: Option<&'c Company>,
    pub grade: Option<&'c str>,
}

/// The terms that a quote stands on.
pub(super) fn terms<'k>(
    knowledge: &'k Knowledge,
    customer: Customer<'_>,
    content: &QuoteContent,
    now: Timestamp,
) -> Terms<'k> {
    let mut terms = Terms::plain(knowledge, now);
    if let Some(company) = customer.company {
        terms.company = pricing::names_of(company);
    }
    terms.grade = customer.grade.map(pricing::folded);
    if let Some(destination) = &content.destination {
        terms.goes_to(destination);
    }
    if content.export {
        terms.delivery = Delivery::Abroad;
        terms.incoterm = content.incoterm.as_deref().and_then(Incoterm::parse);
        if terms.incoterm.is_some_and(|term| !term.names_arrival()) {
            let loading = content.incoterm_place.as_ref().or(content.port_of_loading.as_ref());
            terms.loading = loading.map(|place| knowledge.places.place(place));
        }
    }
    terms.currency = Some(content.total.currency);
    terms.invoice = content.invoice;
    terms.options.clone_from(&content.options);
    terms
}

/// The last day that the quote may hold: `last`, or until the first of its listed prices ends.
pub(super) fn held(terms: &Terms<'_>, content: &QuoteContent, last: String) -> String {
    content.lines.iter().filter_map(|line| held_until(terms, line)).fold(last, String::min)
}

/// The last day on which the listed price of a line holds; none where a person set the price.
fn held_until(terms: &Terms<'_>, line: &QuoteLine) -> Option<String> {
    if line.source == BY_PERSON {
        return None;
    }
    let product = terms.knowledge.product(&line.product)?;
    pricing::price(terms, product, line.quantity).ok()?.valid_until
}

/// The lines as they are now, and what comes on top of them.
fn revised_lines(
    terms: &Terms<'_>,
    content: &QuoteContent,
    wanted: &[RevisedLine],
) -> Result<(Vec<QuoteLine>, Vec<QuoteCharge>), RevisionProblem> {
    let knowledge = terms.knowledge;
    if wanted.is_empty() || wanted.len() > MAX_LINES {
        return Err(RevisionProblem::Lines);
    }
    let mut revised = Vec::with_capacity(wanted.len());
    let mut charged: Vec<QuoteCharge> = Vec::new();
    for (index, RevisedLine { product: id, quantity, unit_price }) in wanted.iter().enumerate() {
        let line = index + 1;
        let unknown =
            || RevisionProblem::UnknownProduct { line, product: id.as_str().chars().take(64).collect() };
        let product = knowledge.product(id).ok_or_else(unknown)?;
        if quantity.0 <= 0 {
            return Err(RevisionProblem::Quantity { line });
        }
        if unit_price.is_some_and(|price| price <= 0) {
            return Err(RevisionProblem::UnitPrice { line });
        }
        let before = content.lines.iter().find(|known| known.product == *id && known.quantity == *quantity);
        let held = |unit_price: UnitPrice, source: &str| lines::Price {
            unit_price,
            tax: content.tax,
            source: source.to_owned(),
            valid_until: None,
            charges: Vec::new(),
            incoterm: None,
            place: None,
        };
        let mut price = match (unit_price, before) {
            (Some(millionths), _) => {
                let currency = content.total.currency;
                let per = product.unit.clone();
                held(UnitPrice { millionths: *millionths, currency, per }, BY_PERSON)
            }
            (None, Some(before)) => held(before.unit_price.clone(), &before.source),
            (None, None) => listed(terms, content, product, *quantity, line)?,
        };
        // The way and the surcharges of a quantity are those of the table, whoever set the unit price.
        if before.is_none() && unit_price.is_some() {
            price.charges =
                pricing::price(terms, product, *quantity).map_or_else(|_| Vec::new(), |p| p.charges);
        }
        let made = lines::line(
            knowledge,
            product,
            *quantity,
            &price,
            content.tax_rate,
            &content.options,
            content.language,
        );
        revised.push(made.ok_or(RevisionProblem::TooLarge)?);
        for charge in charges_of(knowledge, content, product, before.is_some(), &price.charges)? {
            charges::add(&mut charged, charge);
        }
    }
    Ok((revised, charged))
}

/// What a line brings along: as quoted where it stays, else what the tables say.
fn charges_of(
    knowledge: &Knowledge,
    content: &QuoteContent,
    product: &Product,
    stays: bool,
    listed: &[Charge],
) -> Result<Vec<QuoteCharge>, RevisionProblem> {
    if stays {
        let own = |charge: &&QuoteCharge| charge.product.as_ref().is_none_or(|id| *id == product.id);
        return Ok(content.charges.iter().filter(own).cloned().collect());
    }
    let one = [(product, listed)];
    charges::of_order(knowledge, one.into_iter(), content.tax, content.tax_rate, content.language)
        .ok_or(RevisionProblem::TooLarge)
}

fn listed(
    terms: &Terms<'_>,
    content: &QuoteContent,
    product: &Product,
    quantity: Thousandths,
    line: usize,
) -> Result<lines::Price, RevisionProblem> {
    let no_price = |problem: PriceProblem| RevisionProblem::NoPrice { line, reason: problem.to_string() };
    let price = lines::listed(terms, product, quantity, content.language).map_err(no_price)?;
    if price.tax != content.tax {
        return Err(RevisionProblem::OtherTax { line });
    }
    let named = |term: Option<&str>| term.unwrap_or("domestic delivery").to_owned();
    let term = term(content, price.incoterm);
    if term != content.incoterm.as_deref() {
        let (listed, quoted) = (named(term), named(content.incoterm.as_deref()));
        return Err(RevisionProblem::OtherTerm { line, listed, quoted });
    }
    Ok(price)
}

fn revised_charges(
    content: &QuoteContent,
    wanted: &[RevisedCharge],
) -> Result<Vec<QuoteCharge>, RevisionProblem> {
    if wanted.len() > MAX_CHARGES {
        return Err(RevisionProblem::Charges);
    }
    let made = wanted.iter().enumerate().map(|(index, RevisedCharge { name, minor })| {
        let name = name.trim();
        if name.is_empty() || *minor <= 0 {
            return Err(RevisionProblem::Charge { charge: index + 1 });
        }
        let amount = Money { minor: *minor, currency: content.total.currency };
        let (net, tax, total) =
            lines::split(amount, content.tax, content.tax_rate).ok_or(RevisionProblem::TooLarge)?;
        let (id, name) = (String::new(), name.to_owned());
        Ok(QuoteCharge { id, product: None, name, freight: false, net, tax, total })
    });
    made.collect()
}

/// The source of a price that a person set.
pub(super) const BY_PERSON: &str = "person";

/// The term that a listed price has on this paper.
pub(super) fn term(content: &QuoteContent, listed: Option<Incoterm>) -> Option<&'static str> {
    listed.filter(|_| content.export).map(Incoterm::code)
}
