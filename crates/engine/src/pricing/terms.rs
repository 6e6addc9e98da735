//! What a price depends on beside product and quantity: who asks, from where, on which terms, and when.

use domain::{
    Timestamp,
    contact::Contact,
    money::Currency,
    order::Order,
    requirement::Requirement,
    trade::{Incoterm, InvoiceType},
    understanding::{EntityKind, EntityValue, Understanding},
};
use jiff::{civil::Date, tz::TimeZone};

use super::{Delivery, Place};
use crate::{knowledge::Knowledge, plan::Remembered, situation::Situation};

/// The terms of one inquiry. What nobody said is `None`; [`Terms::plain`] says nothing at all.
#[derive(Debug, Clone)]
pub struct Terms<'k> {
    pub knowledge: &'k Knowledge,
    /// By the shop's clock.
    pub today: Date,
    /// By what the *verified* company is known: name and id, folded. A company that the buyer only claims is not here.
    pub company: Vec<String>,
    /// The customer's grade, folded.
    pub grade: Option<String>,
    /// Where the goods go, else where the buyer is.
    pub place: Option<Place>,
    /// The place is the one that the buyer named for the goods.
    pub is_destination: bool,
    pub delivery: Delivery,
    /// The currency that the price was asked in.
    pub currency: Option<Currency>,
    pub invoice: Option<InvoiceType>,
    pub incoterm: Option<Incoterm>,
    /// Ids of the options that were chosen.
    pub options: Vec<String>,
    /// Past orders that a price is remembered from, the newest first; only those of a verified customer.
    pub past: &'k [Order],
}

/// Words for currencies, as buyers ask for them.
const CURRENCIES: &[(&str, &[&str])] = &[
    ("USD", &["美元", "美金", "usd", "us$", "us dollar", "us dollars", "dollars"]),
    ("EUR", &["欧元", "eur", "euro", "euros"]),
    ("CNY", &["人民币", "rmb", "cny"]),
    ("HKD", &["港币", "港元", "hkd"]),
    ("GBP", &["英镑", "gbp"]),
    ("JPY", &["日元", "jpy"]),
];

impl<'k> Terms<'k> {
    /// Those of somebody of whom nothing is known.
    pub fn plain(knowledge: &'k Knowledge, now: Timestamp) -> Self {
        Self {
            knowledge,
            today: today(knowledge, now),
            company: Vec::new(),
            grade: None,
            place: None,
            is_destination: false,
            delivery: Delivery::Unknown,
            currency: None,
            invoice: None,
            incoterm: None,
            options: Vec::new(),
            past: &[],
        }
    }

    /// Those of a turn: what the contact is, what his requirement holds, and what the message says.
    pub fn of(situation: &Situation<'k>, understanding: &Understanding, remembered: &Remembered) -> Self {
        let mut terms = Self::of_contact(situation, &remembered.requirement);
        terms.grade = remembered.profile.tier.as_deref().map(folded);
        let last = |kind| understanding.entities_of(kind).filter(|entity| !entity.negated).last();
        let text_of = |value: &EntityValue| match value {
            EntityValue::Text(text) => Some(text.clone()),
            _ => None,
        };
        // The port that was named for the goods, where no other place was.
        if !terms.is_destination
            && let Some(port) = last(EntityKind::Port)
        {
            let name = text_of(&port.value).unwrap_or_else(|| port.text.clone());
            terms.goes_to(&name);
        }
        if terms.place.is_none() {
            let region =
                remembered.profile.fact("region").and_then(|fact| fact.value.as_str().map(str::to_owned));
            terms.is_in(region.as_deref());
        }
        terms.incoterm = last(EntityKind::Incoterm)
            .and_then(|entity| text_of(&entity.value))
            .and_then(|code| Incoterm::parse(&code));
        terms.invoice = last(EntityKind::InvoiceType)
            .and_then(|entity| text_of(&entity.value))
            .and_then(|name| InvoiceType::parse(&name));
        let text = situation.text().to_lowercase();
        terms.currency = asked_currency(&text, understanding);
        terms.options = asked_options(situation.knowledge, &remembered.requirement, &text);
        terms
    }

    /// What is known without a message: the verified company with its orders, the region, the destination.
    fn of_contact(situation: &Situation<'k>, requirement: &Requirement) -> Self {
        let knowledge = situation.knowledge;
        let contact: &Contact = situation.contact;
        let mut terms = Self::plain(knowledge, situation.now);
        if contact.is_verified() {
            terms.past = situation.orders;
            if let Some(company) = situation.company {
                terms.company = vec![folded(&company.name), folded(&company.id.to_string())];
            }
        }
        match &requirement.destination {
            Some(destination) => terms.goes_to(&destination.value),
            None => terms.is_in(contact.attributes.get("region").map(String::as_str)),
        }
        terms
    }

    /// Delivery to `place`; one that is not known to be at home is abroad.
    pub fn goes_to(&mut self, place: &str) {
        let place = self.knowledge.places.place(place);
        self.delivery = place.delivery(&self.knowledge.shop.trade.country);
        self.place = Some(place);
        self.is_destination = true;
    }

    /// The buyer's own place, which only tells where goods go while nobody says otherwise.
    fn is_in(&mut self, region: Option<&str>) {
        let Some(region) = region.filter(|region| !region.trim().is_empty()) else { return };
        let place = self.knowledge.places.place(region);
        if place.country().is_some() {
            self.delivery = place.delivery(&self.knowledge.shop.trade.country);
        }
        self.place = Some(place);
    }

    /// Whether the goods leave the country: they go abroad, or an Incoterm was named.
    pub fn is_export(&self) -> bool {
        self.delivery == Delivery::Abroad || self.incoterm.is_some()
    }

    /// Whether the shop does not sell to where the goods go.
    pub fn is_blocked(&self) -> bool {
        let blocked = &self.knowledge.blocked_places;
        self.place.as_ref().is_some_and(|place| blocked.iter().any(|blocked| place.lies_in(blocked)))
    }

    /// The same terms without what only a person or a table can price: no Incoterm, no currency, no invoice, no memory.
    #[must_use]
    pub fn at_list(&self) -> Self {
        Self { incoterm: None, currency: None, invoice: None, options: Vec::new(), past: &[], ..self.clone() }
    }
}

/// The day at the shop.
pub(crate) fn today(knowledge: &Knowledge, now: Timestamp) -> Date {
    let zone = TimeZone::get(&knowledge.shop.timezone).unwrap_or(TimeZone::UTC);
    now.to_jiff().to_zoned(zone).date()
}

/// How names are compared.
pub(crate) fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The currency that the words ask for. One that only stands in an amount of the buyer's is his budget or wish, and asks for nothing.
fn asked_currency(text: &str, understanding: &Understanding) -> Option<Currency> {
    let amounts: Vec<String> =
        understanding.entities_of(EntityKind::Money).map(|entity| entity.text.to_lowercase()).collect();
    CURRENCIES
        .iter()
        .find(|(_, words)| {
            words.iter().any(|word| {
                let in_amounts: usize = amounts.iter().map(|amount| times(amount, word)).sum();
                times(text, word) > in_amounts
            })
        })
        .and_then(|(code, _)| Currency::parse(code).ok())
}

/// The options of the products wanted that the words name.
fn asked_options(knowledge: &Knowledge, requirement: &Requirement, text: &str) -> Vec<String> {
    let products = requirement.lines.iter().filter_map(|line| knowledge.product(&line.product.value));
    let options = products.flat_map(|product| &product.pricing.options);
    let mut asked: Vec<String> = options
        .filter(|option| {
            let words = option.name.all().chain(option.aliases.iter().map(String::as_str));
            words.chain([option.id.as_str()]).any(|word| times(text, &word.to_lowercase()) > 0)
        })
        .map(|option| option.id.clone())
        .collect();
    asked.sort_unstable();
    asked.dedup();
    asked
}

/// How often `word` stands in `text`; in Latin writing only as a whole word.
fn times(text: &str, word: &str) -> usize {
    if word.is_empty() {
        return 0;
    }
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word)
        .filter(|(at, _)| {
            let starts = word.starts_with(|c: char| c.is_ascii_alphanumeric());
            let ends = word.ends_with(|c: char| c.is_ascii_alphanumeric());
            !(starts && letter(text[..*at].chars().next_back())
                || ends && letter(text[at + word.len()..].chars().next()))
        })
        .count()
}
