//! Facts about the shop, its FAQs and the buyer's orders in words.

use domain::{decimal, fact::FactBody, understanding::intent};

use super::{Composer, Weight, format};
use crate::{pricing::Delivery, requirement};

impl Composer<'_> {
    pub(super) fn has_faq(&self) -> bool {
        self.facts.iter().any(|fact| matches!(fact.body, FactBody::Faq { .. }))
    }

    /// The FAQ's answer, if one was issued.
    pub(super) fn faq_line(&mut self) -> bool {
        let text = self.facts.iter().find_map(|fact| match &fact.body {
            FactBody::Faq { text, .. } => Some(text.clone()),
            _ => None,
        });
        text.is_some_and(|text| self.add(text, Weight::Main, "faq"))
    }

    /// Freight, payment and tax: in one line beside a price, in full where they were asked for. A FAQ says them better.
    pub(super) fn terms_lines(&mut self) {
        let faq = self.has_faq();
        let mut beside = Vec::new();
        for (name, key, found) in [
            (
                intent::SHIPPING_INQUIRY,
                "freight",
                self.terms(|body| match body {
                    FactBody::Freight { terms, .. } => Some(terms),
                    _ => None,
                }),
            ),
            (
                intent::PAYMENT_TERMS,
                "payment",
                self.terms(|body| match body {
                    FactBody::Payment { terms } => Some(terms),
                    _ => None,
                }),
            ),
        ] {
            let asked = self.has_intent(name);
            if asked && faq {
                continue;
            }
            match found {
                Some(terms) => {
                    let terms = format::without_stop(&terms).to_owned();
                    beside.extend(self.words(key, &[("terms", &terms)]).map(|line| (line, asked)));
                }
                None if asked => _ = self.say(&format!("{key}.unknown"), &[], Weight::Main),
                None => {}
            }
        }
        let asked = beside.iter().any(|(_, asked)| *asked);
        let line = beside.into_iter().fold(String::new(), |line, (next, _)| {
            if line.is_empty() { next } else { self.joined(&line, &next) }
        });
        self.add(line, if asked { Weight::Main } else { Weight::Detail }, "terms");
        if self.has_intent(intent::SHIPPING_INQUIRY) && self.is_abroad() && !faq && !self.tells_freight() {
            self.say("freight.abroad", &[], Weight::Main);
        } else if self.freight_is_open() {
            self.say("freight.abroad", &[], Weight::Detail);
        }
        if self.has_intent(intent::INVOICE_INQUIRY) && !faq {
            self.tax_line();
        }
        self.bank_line();
    }

    fn terms<'f>(&'f self, read: impl Fn(&'f FactBody) -> Option<&'f String>) -> Option<String> {
        self.facts.iter().find_map(|fact| read(&fact.body)).cloned()
    }

    fn is_abroad(&self) -> bool {
        requirement::delivery(self.knowledge(), &self.remembered.requirement) == Delivery::Abroad
    }

    /// A price for a place abroad that no freight was issued for, though nothing more need be asked.
    fn freight_is_open(&self) -> bool {
        let requirement = &self.remembered.requirement;
        let has = |test: fn(&FactBody) -> bool| self.facts.iter().any(|fact| test(&fact.body));
        self.is_abroad()
            && requirement.incoterm.is_some()
            && has(|body| matches!(body, FactBody::Price { .. }))
            && !has(|body| matches!(body, FactBody::Freight { .. }))
    }

    fn tax_line(&mut self) {
        let found = self.facts.iter().find_map(|fact| match fact.body {
            FactBody::Tax { rate_percent, included } => Some((rate_percent, included)),
            _ => None,
        });
        let Some((rate, included)) = found else { return };
        let rate = decimal::format_scaled(rate.0, 3);
        let key = if included { "tax.rate_included" } else { "tax.rate_excluded" };
        self.say(key, &[("rate", &rate)], Weight::Main);
    }

    fn bank_line(&mut self) {
        if let Some(account) = self.company("bank_account") {
            self.say("bank_account", &[("account", &account)], Weight::Main);
        }
    }

    fn company(&self, wanted: &str) -> Option<String> {
        self.terms(|body| match body {
            FactBody::Company { attribute, value } if attribute == wanted => Some(value),
            _ => None,
        })
    }

    pub(super) fn company_lines(&mut self) {
        if self.faq_line() {
            return;
        }
        if let Some(name) = self.company("name") {
            self.say("company.name", &[("name", &name)], Weight::Main);
        }
        if let Some(address) = self.company("address") {
            let address = format::without_stop(&address).to_owned();
            self.say("company.address", &[("address", &address)], Weight::Main);
        }
    }

    pub(super) fn contact_lines(&mut self) {
        for (attribute, key) in [("phone", "contact.phone"), ("email", "contact.email")] {
            if let Some(value) = self.company(attribute) {
                self.say(key, &[(attribute, &value)], Weight::Main);
            }
        }
    }

    /// The orders that were issued; whether there were any.
    pub(super) fn order_lines(&mut self) -> bool {
        let orders: Vec<(String, String, Option<String>, String)> = self
            .facts
            .iter()
            .filter_map(|fact| match &fact.body {
                FactBody::Order { number, date, status, lines } => {
                    let date = format::date(date, self.language);
                    Some((number.clone(), date, status.clone(), format::list(lines, self.language)))
                }
                _ => None,
            })
            .collect();
        let last = self.strategy() == "reorder";
        for (number, date, status, lines) in &orders {
            let mut values = vec![("number", number.as_str()), ("date", date), ("lines", lines)];
            let key = match status.as_deref().filter(|_| !last) {
                Some(status) => {
                    values.push(("status", format::without_stop(status)));
                    "order.with_status"
                }
                None if last => "order.last",
                None => "order",
            };
            self.say(key, &values, Weight::Main);
        }
        let unknown_progress = orders.iter().any(|(_, _, status, _)| status.is_none());
        if unknown_progress && !last {
            self.say("order.progress", &[], Weight::Detail);
        }
        !orders.is_empty()
    }
}
