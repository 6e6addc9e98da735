//! What each fact lets a turn say.

use domain::{
    fact::{Fact, FactBody},
    id::ProductId,
    money::{Currency, Money, UnitPrice},
    quantity::Thousandths,
};

use super::{Issued, Licence, Meaning, Named, counted, millionths};
use crate::reply::claims::{Claim, Free, ONE, Unit, scan};

/// Puts claims into a licence, all of one product or of none.
struct Issuing<'l> {
    licence: &'l mut Licence,
    product: Option<usize>,
}

impl Licence {
    fn issuing(&mut self, product: Option<&ProductId>) -> Issuing<'_> {
        let product = product.map(|id| self.product(id));
        Issuing { licence: self, product }
    }

    /// The place of a product among the licence's; its id may be said.
    fn product(&mut self, id: &ProductId) -> usize {
        if let Some(known) = self.products.iter().position(|named| named.id == *id) {
            return known;
        }
        let claims = scan(id.as_str());
        self.issued.extend(claims.into_iter().map(|found| Issued {
            claim: found.claim,
            product: None,
            meaning: Some(Meaning::Name),
        }));
        self.products.push(Named { id: id.clone(), name: None });
        self.products.len() - 1
    }

    pub(super) fn fact(&mut self, fact: &Fact) {
        match &fact.body {
            FactBody::Product { product, name } => {
                let place = self.product(product);
                if let Some(named) = self.products.get_mut(place) {
                    named.name.get_or_insert_with(|| name.clone());
                }
                self.issuing(Some(product)).text(name, Some(Meaning::Name));
            }
            FactBody::Price { product, quantity, unit_price, total, .. }
            | FactBody::TierHint { product, quantity, unit_price, total }
            | FactBody::WithinBudget { product, quantity, unit_price, total } => {
                let mut issuing = self.issuing(Some(product));
                issuing.quantity(*quantity, counted(&unit_price.per), Meaning::Quantity);
                issuing.unit_price(unit_price);
                issuing.money(total, Meaning::Total);
                if let FactBody::Price { derivation: Some(derivation), .. } = &fact.body {
                    if let Some(date) = &derivation.valid_until {
                        issuing.text(date, None);
                    }
                    for charge in &derivation.charges {
                        issuing.money(&charge.amount, Meaning::Charge);
                    }
                }
            }
            FactBody::Moq { product, quantity, unit } => {
                self.issuing(Some(product)).quantity(*quantity, counted(unit), Meaning::Moq);
            }
            FactBody::Stock { product, quantity, as_of, .. } => {
                let mut issuing = self.issuing(Some(product));
                if let Some(quantity) = quantity {
                    issuing.quantity(*quantity, Unit::Count, Meaning::Stock);
                }
                if let Some(as_of) = as_of {
                    issuing.text(as_of, None);
                }
            }
            FactBody::LeadTime { product, quantity, days, basis, date, .. } => {
                let mut issuing = self.issuing(Some(product));
                let unit = if basis == "working" { Unit::WorkingDays } else { Unit::Days };
                issuing.whole(*days, unit, Meaning::LeadTime);
                if let Some(quantity) = quantity {
                    issuing.quantity(*quantity, Unit::Count, Meaning::Quantity);
                }
                if let Some(date) = date {
                    issuing.text(date, None);
                }
            }
            FactBody::Spec { product, value, .. } => {
                self.issuing(Some(product)).text(value, Some(Meaning::Specification));
            }
            FactBody::Freight { terms, .. } => self.issuing(None).text(terms, None),
            FactBody::Payment { terms } => self.issuing(None).text(terms, Some(Meaning::Payment)),
            FactBody::Packing { product, per_carton, carton_cm, gross_kg } => {
                let mut issuing = self.issuing(Some(product));
                if let Some(pieces) = per_carton {
                    issuing.whole(*pieces, Unit::Count, Meaning::Packing);
                }
                for side in carton_cm.iter().flatten() {
                    issuing.text(side, Some(Meaning::Packing));
                    issuing.text(&format!("{side} cm"), Some(Meaning::Packing));
                }
                if let Some(weight) = gross_kg {
                    issuing.text(&format!("{weight} kg"), Some(Meaning::Packing));
                }
            }
            FactBody::Sample { product, fee, days, max, .. } => {
                let mut issuing = self.issuing(Some(product));
                issuing.money(fee, Meaning::Sample);
                if let Some(days) = days {
                    issuing.whole(*days, Unit::Days, Meaning::Sample);
                }
                if let Some(max) = max {
                    issuing.whole(*max, Unit::Count, Meaning::Sample);
                }
            }
            FactBody::Tax { rate_percent, .. } => {
                self.issuing(None).quantity(*rate_percent, Unit::Percent, Meaning::Tax);
            }
            FactBody::Concession { product, percent_off, unit_price, total } => {
                let mut issuing = self.issuing(Some(product));
                issuing.quantity(*percent_off, Unit::Percent, Meaning::Discount);
                issuing.quantity(*percent_off, Unit::Discount, Meaning::Discount);
                issuing.unit_price(unit_price);
                issuing.money(total, Meaning::Total);
            }
            FactBody::Warranty { product, months } => {
                self.issuing(Some(product)).whole(*months, Unit::Months, Meaning::Warranty);
            }
            FactBody::Certificate { product, name } => self.issuing(Some(product)).text(name, None),
            FactBody::Document { name } => self.issuing(None).text(name, None),
            FactBody::Quote { number, total, valid_until, url, .. } => {
                let mut issuing = self.issuing(None);
                issuing.text(number, Some(Meaning::Name));
                issuing.money(total, Meaning::Total);
                issuing.text(valid_until, None);
                if let Some(url) = url {
                    issuing.text(url, None);
                }
            }
            FactBody::Faq { text, .. } | FactBody::Calendar { text } => self.issuing(None).text(text, None),
            // Its numbers are issued by the facts that fill it: the wording itself licenses none.
            FactBody::Script { .. } => {}
            FactBody::Company { value, .. } => self.issuing(None).text(value, None),
            FactBody::Order { number, date, status, lines } => {
                let mut issuing = self.issuing(None);
                issuing.text(number, None);
                issuing.text(date, None);
                for text in status.iter().chain(lines) {
                    issuing.text(text, None);
                }
            }
            FactBody::Derived { value, of, .. } => {
                let product = of.get("product").and_then(|id| id.as_str()).map(ProductId::from);
                let mut issuing = self.issuing(product.as_ref());
                issuing.text(value, None);
                let currency = of.get("currency").and_then(|code| code.as_str()).map(Currency::parse);
                if let Some(Ok(currency)) = currency {
                    for found in scan(value) {
                        if let Claim::Number { value, unit: Unit::None } = found.claim {
                            issuing.claim(Claim::Number { value, unit: Unit::Money(Some(currency)) }, None);
                        }
                    }
                }
            }
        }
    }
}

impl Issuing<'_> {
    fn claim(&mut self, claim: Claim, meaning: Option<Meaning>) {
        self.licence.issued.push(Issued { claim, product: self.product, meaning });
    }

    /// Everything that a text states.
    fn text(&mut self, text: &str, meaning: Option<Meaning>) {
        for found in scan(text) {
            self.claim(found.claim, meaning);
        }
    }

    fn quantity(&mut self, quantity: Thousandths, unit: Unit, meaning: Meaning) {
        self.claim(Claim::Number { value: millionths(quantity), unit }, Some(meaning));
    }

    fn whole(&mut self, value: i64, unit: Unit, meaning: Meaning) {
        self.claim(Claim::Number { value: i128::from(value) * ONE, unit }, Some(meaning));
    }

    fn money(&mut self, money: &Money, meaning: Meaning) {
        let scale = 10_i128.pow(UnitPrice::DIGITS - money.currency.minor_digits());
        let value = i128::from(money.minor) * scale;
        self.claim(Claim::Number { value, unit: Unit::Money(Some(money.currency)) }, Some(meaning));
        if money.minor == 0 {
            self.claim(Claim::Free(Free::Other), Some(meaning));
        }
    }

    fn unit_price(&mut self, price: &UnitPrice) {
        let unit = Unit::Money(Some(price.currency));
        let value = i128::from(price.millionths);
        self.claim(Claim::Number { value, unit }, Some(Meaning::UnitPrice));
    }
}
