//! What stands on the paper: both parties, the lines, the sums, the terms.

use domain::{
    Timestamp,
    catalog::Product,
    contact::Company,
    fact::{Fact, FactBody, Tax},
    id::{self, MessageId, ProductId},
    language::{LocalizedText, ReplyLanguage},
    money::{Money, UnitPrice},
    negotiation,
    quantity::Thousandths,
    quote::{Party, Quote, QuoteContent, QuoteLine},
    requirement::RequirementLine,
    trade::Incoterm,
    understanding::{EntityKind, EntityValue, Understanding},
};

use super::{dates, lines};
use crate::{
    authority::{self, Role, ledger, outcome},
    knowledge::Knowledge,
    plan::{Plan, Remembered},
    pricing::{self, Delivery, PriceProblem, Terms},
    requirement,
    situation::Situation,
};

/// More lines than a buyer reads; the engine's requirement keeps no more.
const MAX_LINES: usize = 40;

/// The content of a quote for everything that is wanted; `None` where a product, quantity or price is not known.
pub(super) fn content(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &Remembered,
    plan: &Plan,
    facts: &[Fact],
) -> Option<QuoteContent> {
    let knowledge = situation.knowledge;
    let language = situation.reply_language(understanding.language);
    if requirement::names_unknown_product(understanding) {
        return None;
    }
    let terms = Terms::of(situation, understanding, remembered);
    let export = terms.is_export();
    let mut quoted: Vec<(&Product, Thousandths, lines::Price)> = Vec::new();
    for wanted in wanted(situation, understanding, remembered) {
        let product = knowledge.product(&wanted.product.value).filter(|product| !product.discontinued)?;
        let said = &wanted.quantity.as_ref()?.value;
        let quantity = pricing::base_quantity(knowledge, product, said).filter(|quantity| quantity.0 > 0)?;
        let price = lines::price(&terms, product, quantity, plan, facts)?;
        // Prices with domestic tax are none for abroad: a person quotes there.
        if export && price.tax == Tax::Included {
            return None;
        }
        quoted.push((product, quantity, price));
    }
    let tax = quoted.first()?.2.tax;
    // One paper says one thing about tax.
    if quoted.iter().any(|(.., price)| price.tax != tax) {
        return None;
    }
    let (date, last) = dates(knowledge, situation.now)?;
    let held = quoted.iter().filter_map(|(.., price)| price.valid_until.clone());
    let valid_until = held.fold(last, String::min);
    let rate = rate(knowledge, tax, facts);
    let lines: Option<Vec<QuoteLine>> = quoted
        .into_iter()
        .map(|(product, quantity, price)| lines::line(knowledge, product, quantity, price, rate, language))
        .collect();
    let lines = lines?;
    let (net, tax_amount, total) = sums(&lines)?;
    let shop = &knowledge.shop;
    let text = |text: &Option<LocalizedText>| given(text.as_ref(), language);
    let said =
        |read: fn(&FactBody) -> Option<&String>| facts.iter().find_map(|fact| read(&fact.body)).cloned();
    let payment = said(|body| match body {
        FactBody::Payment { terms } => Some(terms),
        _ => None,
    });
    let is_payment = |terms: &negotiation::Terms| matches!(terms, negotiation::Terms::PaymentTerms { .. });
    let payment = if plan.offers.iter().any(|offer| is_payment(&offer.terms)) {
        payment
    } else {
        // What he was promised before stands above what the shop asks of everybody.
        let promised =
            ledger::standing(situation, None, None).filter(|offer| is_payment(&offer.terms)).last();
        promised.map(|offer| outcome::payment_words(knowledge, language, &offer.terms)).or(payment)
    };
    let transport = said(|body| match body {
        FactBody::Freight { terms, .. } => Some(terms),
        _ => None,
    });
    let incoterm = last_text(understanding, EntityKind::Incoterm).map(|term| term.to_uppercase());
    let settings = &knowledge.quotes;
    Some(QuoteContent {
        language,
        export,
        date,
        valid_until,
        seller: Party {
            name: shop.name.get(language).to_owned(),
            contact: plan.lead.as_ref().and_then(|lead| lead.assigned_to.clone()),
            address: text(&shop.address),
            phone: shop.phone.clone(),
            email: shop.email.clone(),
        },
        buyer: buyer(situation, understanding, remembered),
        lines,
        net,
        tax_amount,
        total,
        tax,
        tax_rate: rate,
        payment: payment.or_else(|| text(&shop.payment)),
        // The shop's own delivery is for its own country.
        transport: if export { None } else { transport.or_else(|| text(&shop.shipping)) },
        incoterm: incoterm.filter(|_| export),
        port_of_loading: if export { text(&settings.port_of_loading) } else { None },
        destination: remembered.requirement.destination.as_ref().map(|slot| slot.value.clone()),
        bank_account: text(&shop.bank_account),
        shipping_marks: if export {
            settings.shipping_marks.clone().or_else(|| Some("N/M".into()))
        } else {
            None
        },
        notes: settings.notes.iter().map(|note| note.get(language).to_owned()).collect(),
        revision: knowledge.revision,
    })
}

fn given(text: Option<&LocalizedText>, language: ReplyLanguage) -> Option<String> {
    text.map(|text| text.get(language).to_owned()).filter(|text| !text.is_empty())
}

fn last_text(understanding: &Understanding, kind: EntityKind) -> Option<String> {
    let entity = understanding.entities_of(kind).filter(|entity| !entity.negated).last()?;
    Some(requirement::text_of(entity).to_owned())
}

/// The lines to quote: those of the products that the message names, else all whose quantity was said in this conversation; the one
/// spoken of last always.
pub(super) fn wanted<'r>(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &'r Remembered,
) -> Vec<&'r RequirementLine> {
    let named: Vec<&ProductId> = understanding.products().collect();
    let requirement = &remembered.requirement;
    let since = MessageId::from_ulid(id::compose(situation.conversation.opened_at, 0));
    let focus = requirement.focus().map(|line| &line.product.value);
    let is_wanted = |line: &&RequirementLine| {
        if !named.is_empty() {
            return named.contains(&&line.product.value);
        }
        focus == Some(&line.product.value)
            || line.quantity.as_ref().is_some_and(|quantity| quantity.evidence >= since)
    };
    requirement.lines.iter().filter(is_wanted).take(MAX_LINES).collect()
}

/// The rate of the invoice that the price stands for, else the shop's own.
fn rate(knowledge: &Knowledge, tax: Tax, facts: &[Fact]) -> Option<Thousandths> {
    if tax == Tax::None {
        return None;
    }
    let shop = &knowledge.shop;
    let invoice = facts.iter().find_map(|fact| match &fact.body {
        FactBody::Price { invoice_type, .. } => invoice_type.as_deref(),
        _ => None,
    });
    match invoice {
        Some("none") => None,
        Some("ordinary") => shop.invoice_ordinary.or(shop.tax_rate),
        _ => shop.invoice_special.or(shop.tax_rate),
    }
}

/// Net, tax and total of all lines; `None` where they differ in currency or are too large.
fn sums(lines: &[QuoteLine]) -> Option<(Money, Money, Money)> {
    let first = lines.first()?.total.currency;
    let sum = |of: fn(&QuoteLine) -> Money| {
        let minor = lines.iter().try_fold(0_i64, |sum, line| {
            let amount = of(line);
            if amount.currency == first { sum.checked_add(amount.minor) } else { None }
        })?;
        Some(Money { minor, currency: first })
    };
    Some((sum(|line| line.net)?, sum(|line| line.tax)?, sum(|line| line.total)?))
}

fn buyer(situation: &Situation<'_>, understanding: &Understanding, remembered: &Remembered) -> Party {
    let contact = situation.contact;
    let attribute = |key: &str| contact.attributes.get(key).filter(|value| !value.trim().is_empty()).cloned();
    let learnt = |key: &str| {
        let value = &remembered.profile.fact(key)?.value;
        value.as_str().map(str::to_owned)
    };
    let said = |kind: EntityKind| {
        understanding.entities_of(kind).find_map(|entity| match &entity.value {
            EntityValue::Text(text) if !entity.negated => Some(text.clone()),
            _ => None,
        })
    };
    let company = situation.company.map(|company| company.name.clone());
    Party {
        name: company
            .or_else(|| contact.company_name.clone())
            .or_else(|| said(EntityKind::Company))
            .or_else(|| learnt("company"))
            .unwrap_or_default(),
        contact: contact.name.clone().or_else(|| said(EntityKind::Person)),
        address: attribute("address"),
        phone: attribute("phone").or_else(|| said(EntityKind::Phone)).or_else(|| learnt("phone")),
        email: attribute("email").or_else(|| said(EntityKind::Email)).or_else(|| learnt("email")),
    }
}

/// What a person changes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisedLine {
    pub product: ProductId,
    /// In the product's own unit.
    pub quantity: Thousandths,
    /// Millionths, with tax as in the quote; none: as before where product and quantity stay, else the price list's.
    pub unit_price: Option<i64>,
}

/// What a person changes; `None` leaves as it is, an empty text clears.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revision {
    pub lines: Option<Vec<RevisedLine>>,
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
    #[error("line {line}: the price comes with charges, which a quote does not show; give a unit price")]
    Charges { line: usize },
    #[error("line {line}: the price list counts tax otherwise than the quote; give a unit price")]
    OtherTax { line: usize },
    #[error("line {line}: the unit price must be more than 0")]
    UnitPrice { line: usize },
    #[error("the amounts are too large to be computed exactly")]
    TooLarge,
    #[error("`{0}` is not a day from today on; write it as in 2026-12-31")]
    ValidUntil(String),
}

impl RevisionProblem {
    /// The field of the request that has to be mended.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::ValidUntil(_) => "valid_until",
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
    let terms = terms(knowledge, customer, &content, now);
    if let Some(wanted) = &revision.lines {
        content.lines = revised_lines(&terms, &content, wanted)?;
        (content.net, content.tax_amount, content.total) =
            sums(&content.lines).ok_or(RevisionProblem::TooLarge)?;
    }
    content.valid_until = match &revision.valid_until {
        Some(date) if crate::document::is_date(date) && *date >= today => date.clone(),
        Some(date) => return Err(RevisionProblem::ValidUntil(date.chars().take(32).collect())),
        None => content.lines.iter().filter_map(|line| held_until(&terms, line)).fold(last, String::min),
    };
    content.date = today;
    let change = |field: &mut Option<String>, given: &Option<String>| {
        if let Some(text) = given {
            *field = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        }
    };
    change(&mut content.payment, &revision.payment);
    change(&mut content.transport, &revision.transport);
    change(&mut content.destination, &revision.destination);
    change(&mut content.incoterm, &revision.incoterm);
    change(&mut content.port_of_loading, &revision.port_of_loading);
    change(&mut content.shipping_marks, &revision.shipping_marks);
    if let Some(notes) = &revision.notes {
        content.notes.clone_from(notes);
    }
    if let Some(buyer) = &revision.buyer {
        content.buyer = buyer.clone();
    }
    Ok(content)
}

/// Whom a quote is for, as far as prices and limits depend on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Customer<'c> {
    /// The verified one.
    pub company: Option<&'c Company>,
    pub grade: Option<&'c str>,
}

/// The terms that a quote stands on.
fn terms<'k>(
    knowledge: &'k Knowledge,
    customer: Customer<'_>,
    content: &QuoteContent,
    now: Timestamp,
) -> Terms<'k> {
    let mut terms = Terms::plain(knowledge, now);
    if let Some(company) = customer.company {
        terms.company = vec![pricing::folded(&company.name), pricing::folded(&company.id.to_string())];
    }
    terms.grade = customer.grade.map(pricing::folded);
    if let Some(destination) = &content.destination {
        terms.goes_to(destination);
    }
    if content.export {
        terms.delivery = Delivery::Abroad;
        terms.incoterm = content.incoterm.as_deref().and_then(Incoterm::parse);
    }
    terms.currency = Some(content.total.currency);
    terms
}

/// The last day on which the listed price of a line holds; none where a person set the price.
fn held_until(terms: &Terms<'_>, line: &QuoteLine) -> Option<String> {
    if line.source == BY_PERSON {
        return None;
    }
    let product = terms.knowledge.product(&line.product)?;
    pricing::price(terms, product, line.quantity).ok()?.valid_until
}

fn revised_lines(
    terms: &Terms<'_>,
    content: &QuoteContent,
    wanted: &[RevisedLine],
) -> Result<Vec<QuoteLine>, RevisionProblem> {
    let knowledge = terms.knowledge;
    if wanted.is_empty() || wanted.len() > MAX_LINES {
        return Err(RevisionProblem::Lines);
    }
    let mut revised = Vec::with_capacity(wanted.len());
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
        let price = match (unit_price, before) {
            (Some(millionths), _) => lines::Price {
                unit_price: UnitPrice {
                    millionths: *millionths,
                    currency: content.total.currency,
                    per: product.unit.clone(),
                },
                tax: content.tax,
                source: BY_PERSON.into(),
                valid_until: None,
            },
            (None, Some(before)) => lines::Price {
                unit_price: before.unit_price.clone(),
                tax: content.tax,
                source: before.source.clone(),
                valid_until: None,
            },
            (None, None) => {
                let no_price =
                    |problem: PriceProblem| RevisionProblem::NoPrice { line, reason: problem.to_string() };
                let listed = lines::listed(terms, product, *quantity).map_err(no_price)?;
                let price = listed.ok_or(RevisionProblem::Charges { line })?;
                if price.tax != content.tax {
                    return Err(RevisionProblem::OtherTax { line });
                }
                price
            }
        };
        let made = lines::line(knowledge, product, *quantity, price, content.tax_rate, content.language);
        revised.push(made.ok_or(RevisionProblem::TooLarge)?);
    }
    Ok(revised)
}

/// The source of a price that a person set.
const BY_PERSON: &str = "person";

/// Whether the prices that a person set lie within what `role` may grant: below the list as far as he may, and above every floor.
pub fn is_within(
    knowledge: &Knowledge,
    customer: Customer<'_>,
    role: Role,
    content: &QuoteContent,
    now: Timestamp,
) -> bool {
    let terms = terms(knowledge, customer, content, now);
    let Some(limits) = knowledge.authority.limits(role, customer.grade) else { return true };
    content.lines.iter().filter(|line| line.source == BY_PERSON).all(|line| {
        let Some(product) = knowledge.product(&line.product) else { return false };
        let price = &line.unit_price;
        let Ok(list) = pricing::price(&terms, product, line.quantity).map(|priced| priced.unit_price) else {
            // What no list has cannot lie below it.
            return authority::is_above_floor(knowledge, &limits, product, price);
        };
        if list.currency == price.currency && price.millionths >= list.millionths {
            return true;
        }
        let wish = negotiation::Terms::Discount { percent_off: None, unit_price: Some(price.clone()) };
        let subject = authority::Subject {
            product: Some(product),
            quantity: Some(line.quantity),
            list_price: Some(&list),
        };
        authority::within(knowledge, &limits, subject, &wish)
    })
}
