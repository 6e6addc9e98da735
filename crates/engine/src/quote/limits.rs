//! Whether a person may give what he set on a quote.

use domain::{
    Timestamp,
    catalog::Product,
    negotiation,
    quote::{QuoteCharge, QuoteContent, QuoteLine},
    trade::Charge,
    understanding::{Entity, EntityKind, EntityValue},
};

use super::{
    Customer, charges, dates,
    revision::{BY_PERSON, CHARGES, DELIVERY, PAYMENT, TRANSPORT, VALIDITY, held, is_set, term, terms},
};
use crate::{
    authority::{self, Limits, Role, request},
    knowledge::Knowledge,
    pricing::{self, PriceProblem, Terms},
};

/// Whether what a person set lies within what `role` may grant: unit prices below the list as far as he may and above every floor, the
/// goods delivered otherwise still at the price of that delivery, charges that are waived counted as a discount on the goods, payment
/// terms within his limits, no day longer than the prices hold. `payment` are the terms that were read in the quote's words for
/// payment. Words in which nothing can be read (of payment, of transport) bind nobody, so that only who has no limits may set them.
pub fn is_within(
    knowledge: &Knowledge,
    customer: Customer<'_>,
    role: Role,
    content: &QuoteContent,
    payment: &[Entity],
    now: Timestamp,
) -> bool {
    let terms = terms(knowledge, customer, content, now);
    let Some(limits) = knowledge.authority.limits(role, customer.grade) else { return true };
    let is_moved = is_set(content, DELIVERY);
    content
        .lines
        .iter()
        .filter(|line| is_moved || line.source == BY_PERSON)
        .all(|line| is_price_within(&terms, &limits, content, line))
        && (!(is_moved || is_set(content, CHARGES)) || are_charges_within(&terms, &limits, content))
        && (!is_set(content, PAYMENT) || is_payment_within(knowledge, &limits, content, payment))
        && (!is_set(content, TRANSPORT) || is_own_transport(knowledge, content))
        && (!is_set(content, VALIDITY) || is_held(&terms, content, now))
}

fn is_price_within(terms: &Terms<'_>, limits: &Limits, content: &QuoteContent, line: &QuoteLine) -> bool {
    let knowledge = terms.knowledge;
    let Some(product) = knowledge.product(&line.product) else { return false };
    let price = &line.unit_price;
    let listed = match authority::nearest_price(terms, product, line.quantity) {
        Ok(listed) => listed,
        // What no list has cannot lie below it.
        Err(PriceProblem::OnRequest) => {
            return authority::is_above_floor(knowledge, limits, product, price);
        }
        Err(_) => return false,
    };
    let list = listed.unit_price;
    let subject =
        authority::Subject { product: Some(product), quantity: Some(line.quantity), list_price: Some(&list) };
    let is_enough = line.quantity >= pricing::smallest_order(product)
        || authority::within(
            knowledge,
            limits,
            subject,
            &negotiation::Terms::Moq { quantity: line.quantity },
        );
    if !is_enough || term(content, listed.incoterm) != content.incoterm.as_deref() {
        return false;
    }
    if list.currency == price.currency && price.millionths >= list.millionths {
        return true;
    }
    let wish = negotiation::Terms::Discount { percent_off: None, unit_price: Some(price.clone()) };
    authority::within(knowledge, limits, subject, &wish)
}

/// Words by which the buyer fetches the goods or pays for their way.
const AT_THE_BUYERS_COST: [&str; 10] = [
    "自提",
    "客户自提",
    "买方自提",
    "到付",
    "运费到付",
    "物流到付",
    "collected by the buyer",
    "freight collect",
    "self-collection",
    "ex works",
];

/// Nothing is said of transport, what the shop says of it itself, or that it is the buyer's.
fn is_own_transport(knowledge: &Knowledge, content: &QuoteContent) -> bool {
    let said = content.transport.as_deref().unwrap_or_default();
    said.is_empty()
        || AT_THE_BUYERS_COST.iter().any(|known| said.eq_ignore_ascii_case(known))
        || knowledge.shop.shipping.as_ref().is_some_and(|own| own.all().any(|own| own.trim() == said))
}

fn is_held(terms: &Terms<'_>, content: &QuoteContent, now: Timestamp) -> bool {
    dates(terms.knowledge, now).is_some_and(|(_, last)| content.valid_until <= held(terms, content, last))
}

/// What is waived of the charges that the tables ask for, as a share of the goods.
fn are_charges_within(terms: &Terms<'_>, limits: &Limits, content: &QuoteContent) -> bool {
    let knowledge = terms.knowledge;
    let priced: Vec<(&Product, Vec<Charge>)> = content
        .lines
        .iter()
        .filter_map(|line| {
            let product = knowledge.product(&line.product)?;
            Some((product, pricing::price(terms, product, line.quantity).ok()?.charges))
        })
        .collect();
    let priced = priced.iter().map(|(product, charges)| (*product, charges.as_slice()));
    let asked = charges::of_order(knowledge, priced, content.tax, content.tax_rate, content.language);
    let Some(asked) = asked else { return false };
    let sum =
        |charges: &[QuoteCharge]| charges.iter().map(|charge| i128::from(charge.total.minor)).sum::<i128>();
    let waived = sum(&asked) - sum(&content.charges);
    let goods: i128 = content.lines.iter().map(|line| i128::from(line.total.minor)).sum();
    waived <= 0 || waived * 100_000 <= goods * i128::from(authority::largest_discount(limits).0)
}

fn is_payment_within(
    knowledge: &Knowledge,
    limits: &Limits,
    content: &QuoteContent,
    payment: &[Entity],
) -> bool {
    let shop = &knowledge.shop;
    let said = content.payment.as_deref().unwrap_or_default();
    if shop.payment.as_ref().is_some_and(|own| own.all().any(|own| own.trim() == said)) {
        return true;
    }
    let mut read = payment.iter().filter(|entity| entity.kind == EntityKind::PaymentTerm).peekable();
    read.peek().is_some()
        && read.all(|entity| match &entity.value {
            EntityValue::Object(value) => request::payment_terms(knowledge, value).is_none_or(|terms| {
                authority::within(knowledge, limits, authority::Subject::default(), &terms)
            }),
            _ => false,
        })
}
