//! What stands on the paper: both parties, the lines, the sums, the terms.

use domain::{
    catalog::Product,
    fact::{Fact, FactBody, Tax},
    id::{self, MessageId, ProductId},
    language::{LocalizedText, ReplyLanguage},
    money::Money,
    negotiation,
    quantity::Thousandths,
    quote::{Party, QuoteCharge, QuoteContent, QuoteLine},
    requirement::RequirementLine,
    trade::{Incoterm, InvoiceType},
    understanding::{EntityKind, EntityValue, Understanding, intent},
};

use super::{charges, dates, lines};
use crate::{
    authority::{ledger, outcome},
    knowledge::Knowledge,
    plan::{Plan, Remembered},
    pricing::{self, Terms},
    requirement,
    situation::Situation,
};

/// More lines than a buyer reads; the engine's requirement keeps no more.
pub(super) const MAX_LINES: usize = 40;

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
    let terms = Terms::of(situation, remembered);
    let export = terms.is_export();
    let mut quoted: Vec<(&Product, Thousandths, lines::Price)> = Vec::new();
    for wanted in wanted(situation, understanding, remembered) {
        let product = knowledge.product(&wanted.product.value).filter(|product| !product.discontinued)?;
        let said = &wanted.quantity.as_ref()?.value;
        let quantity = pricing::base_quantity(knowledge, product, said).filter(|quantity| quantity.0 > 0)?;
        let price = lines::price(&terms, product, quantity, plan, facts, language)?;
        // Prices with domestic tax are none for abroad, and a price under another term than the one asked for is only said, not quoted:
        // a person quotes there.
        let is_asked = terms.incoterm.is_none() || price.incoterm == terms.incoterm;
        if export && (price.tax == Tax::Included || !is_asked) {
            return None;
        }
        quoted.push((product, quantity, price));
    }
    let (.., first) = quoted.first()?;
    let (tax, incoterm, place) = (first.tax, first.incoterm, first.place.clone());
    // One paper says one thing about tax, and about who brings the goods where.
    if quoted.iter().any(|(.., price)| price.tax != tax || price.incoterm != incoterm || price.place != place)
    {
        return None;
    }
    let (date, last) = dates(knowledge, situation.now)?;
    let held = quoted.iter().filter_map(|(.., price)| price.valid_until.clone());
    let valid_until = held.fold(last, String::min);
    let rate = rate(knowledge, tax, facts);
    let options = chosen(&terms.options, quoted.iter().map(|(product, ..)| *product));
    let lines: Option<Vec<QuoteLine>> = quoted
        .iter()
        .map(|(product, quantity, price)| {
            lines::line(knowledge, product, *quantity, price, rate, &options, language)
        })
        .collect();
    let lines = lines?;
    let priced = quoted.iter().map(|(product, _, price)| (*product, price.charges.as_slice()));
    let charges = charges::of_order(knowledge, priced, tax, rate, language)?;
    let (net, tax_amount, total) = sums(&lines, &charges)?;
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
    let settings = &knowledge.quotes;
    let declared = text(&settings.port_of_loading);
    // Under FOB, FAS and FCA the place of the term is where the goods are loaded.
    let loaded = match incoterm {
        Some(Incoterm::Fob | Incoterm::Fas | Incoterm::Fca) => place.clone().or(declared),
        _ => declared,
    };
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
        charges,
        net,
        tax_amount,
        total,
        tax,
        tax_rate: rate,
        invoice: invoice(facts),
        options,
        payment: payment.or_else(|| text(&shop.payment)),
        // The shop's own delivery is for its own country.
        transport: if export { None } else { transport.or_else(|| text(&shop.shipping)) },
        incoterm: incoterm.filter(|_| export).map(|term| term.code().to_owned()),
        incoterm_place: place.filter(|_| export),
        port_of_loading: if export { loaded } else { None },
        destination: remembered.requirement.destination.as_ref().map(|slot| slot.value.clone()),
        bank_account: text(&shop.bank_account),
        shipping_marks: if export {
            settings.shipping_marks.clone().or_else(|| Some("N/M".into()))
        } else {
            None
        },
        notes: settings.notes.iter().map(|note| note.get(language).to_owned()).collect(),
        set_by_person: Vec::new(),
        revision: knowledge.revision,
    })
}

fn given(text: Option<&LocalizedText>, language: ReplyLanguage) -> Option<String> {
    text.map(|text| text.get(language).to_owned()).filter(|text| !text.is_empty())
}

/// Those of the options chosen that a product on the paper has.
fn chosen<'p>(options: &[String], products: impl Iterator<Item = &'p Product>) -> Vec<String> {
    let offered: Vec<&String> =
        products.flat_map(|product| &product.pricing.options).map(|option| &option.id).collect();
    options.iter().filter(|option| offered.contains(option)).cloned().collect()
}

/// The lines to quote: those of the products that a quote is asked for by name, else all whose quantity was said in this conversation;
/// the one spoken of last always.
pub(super) fn wanted<'r>(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &'r Remembered,
) -> Vec<&'r RequirementLine> {
    // A product named in an answer to a question of ours is one line of the whole.
    let asks = understanding.has_intent(intent::QUOTE_REQUEST);
    let named: Vec<&ProductId> = understanding.products().filter(|_| asks).collect();
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
    match invoice(facts) {
        Some(InvoiceType::None) => None,
        Some(InvoiceType::Ordinary) => shop.invoice_ordinary.or(shop.tax_rate),
        _ => shop.invoice_special.or(shop.tax_rate),
    }
}

/// The invoice that the prices of this turn hold for, where one was asked for.
fn invoice(facts: &[Fact]) -> Option<InvoiceType> {
    facts.iter().find_map(|fact| match &fact.body {
        FactBody::Price { invoice_type, .. } => InvoiceType::parse(invoice_type.as_deref()?),
        _ => None,
    })
}

/// Net, tax and total of all lines and charges; `None` where they differ in currency or are too large.
pub(super) fn sums(lines: &[QuoteLine], charges: &[QuoteCharge]) -> Option<(Money, Money, Money)> {
    let currency = lines.first()?.total.currency;
    let sum = |of_line: fn(&QuoteLine) -> Money, of_charge: fn(&QuoteCharge) -> Money| {
        let mut amounts = lines.iter().map(of_line).chain(charges.iter().map(of_charge));
        let minor = amounts.try_fold(0_i64, |sum, amount| {
            if amount.currency == currency { sum.checked_add(amount.minor) } else { None }
        })?;
        Some(Money { minor, currency })
    };
    let net = sum(|line| line.net, |charge| charge.net)?;
    let tax = sum(|line| line.tax, |charge| charge.tax)?;
    Some((net, tax, sum(|line| line.total, |charge| charge.total)?))
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
