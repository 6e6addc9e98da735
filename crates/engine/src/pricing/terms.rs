//! What a price depends on beside product and quantity: who asks, from where, on which terms, and when.

use domain::{
    Timestamp,
    contact::{Company, Contact},
    money::Currency,
    order::Order,
    quote::Quote,
    requirement::Requirement,
    trade::{Incoterm, InvoiceType},
};
use jiff::civil::Date;

use super::{Delivery, Place};
use crate::{clock, knowledge::Knowledge, plan::Remembered, situation::Situation};

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
    /// The place in the shop's country where the buyer takes the goods over under EXW, FCA, FAS or FOB, where he named one.
    pub loading: Option<Place>,
    /// Ids of the options that were chosen.
    pub options: Vec<String>,
    /// Past orders that a price is remembered from, the newest first; only those of a verified customer.
    pub past: &'k [Order],
    /// The newest quote that a verified customer got.
    pub quoted: Option<&'k Quote>,
}

/// By what a price list may name the company. A list for one that was joined to it is for all of them.
pub(crate) fn names_of(company: &Company) -> Vec<String> {
    let one_firm = std::iter::once(company).chain(&company.joined);
    one_firm.flat_map(|own| [folded(&own.name), folded(&own.id.to_string())]).collect()
}

impl<'k> Terms<'k> {
    /// Those of somebody of whom nothing is known.
    pub fn plain(knowledge: &'k Knowledge, now: Timestamp) -> Self {
        Self {
            knowledge,
            today: clock::date(knowledge, now),
            company: Vec::new(),
            grade: None,
            place: None,
            is_destination: false,
            delivery: Delivery::Unknown,
            currency: None,
            invoice: None,
            incoterm: None,
            loading: None,
            options: Vec::new(),
            past: &[],
            quoted: None,
        }
    }

    /// Those of a turn: what the contact is, and what his requirement holds, which the turn's messages are part of.
    pub fn of(situation: &Situation<'k>, remembered: &Remembered) -> Self {
        let requirement = &remembered.requirement;
        let mut terms = Self::of_contact(situation, requirement);
        terms.grade = remembered.profile.tier.as_deref().map(folded);
        if terms.place.is_none() {
            let region =
                remembered.profile.fact("region").and_then(|fact| fact.value.as_str().map(str::to_owned));
            terms.is_in(region.as_deref());
        }
        terms.incoterm = requirement.incoterm.as_ref().and_then(|term| Incoterm::parse(&term.value));
        terms.loading = match (&requirement.port, terms.incoterm) {
            (Some(port), Some(term)) if !term.names_arrival() => {
                Some(terms.knowledge.places.place(&port.value))
            }
            _ => None,
        };
        terms.invoice = requirement.invoice_type.as_ref().and_then(|kind| InvoiceType::parse(&kind.value));
        terms.currency = requirement.currency.as_ref().map(|currency| currency.value);
        terms.options = requirement.options.iter().map(|option| option.value.clone()).collect();
        terms
    }

    /// What is known without a message: the verified company with its orders, the region, the destination.
    fn of_contact(situation: &Situation<'k>, requirement: &Requirement) -> Self {
        let knowledge = situation.knowledge;
        let contact: &Contact = situation.contact;
        let mut terms = Self::plain(knowledge, situation.now);
        if contact.is_verified() {
            terms.past = situation.orders;
            terms.quoted = situation.quote.filter(|quote| quote.was_sent());
            if let Some(company) = situation.company {
                terms.company = names_of(company);
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
        Self {
            incoterm: None,
            loading: None,
            currency: None,
            invoice: None,
            options: Vec::new(),
            past: &[],
            quoted: None,
            ..self.clone()
        }
    }
}

/// How names are compared.
pub(crate) fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
