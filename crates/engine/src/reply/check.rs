//! The last gate: nothing leaves that no fact of this turn issued.
//!
//! A [`Licence`] is what a turn may say: the values of its facts, everything that their texts state, and the buyer's own
//! quantities, specifications, dates and order numbers. What he wished for (a price, a discount) is not in it.

use std::{collections::HashSet, ops::Range};

use domain::{
    fact::{Fact, FactBody},
    id::ProductId,
    money::{Currency, Money, UnitPrice},
    quantity::Thousandths,
    requirement::Requirement,
    understanding::{Entity, EntityKind, EntityValue, Understanding},
};

use super::claims::{Claim, Free, Unit, of_word, scan};

/// A statement that no fact issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unissued {
    /// Bytes of the checked text.
    pub span: Range<usize>,
    /// What stands there.
    pub text: String,
}

/// What one turn may say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Licence {
    claims: HashSet<Claim>,
    /// The buyer's own, which never become prices, percents or promises.
    own: HashSet<Claim>,
    /// Whose ids are among the claims: most facts of a turn name the same few.
    products: Vec<ProductId>,
}

/// Whether everything in `text` that states a number, a date, a link or something for free traces to a fact or is the buyer's own.
pub fn check(
    text: &str,
    facts: &[Fact],
    understanding: &Understanding,
    requirement: &Requirement,
) -> Result<(), Vec<Unissued>> {
    Licence::new(facts, understanding, requirement).check(text)
}

impl Licence {
    pub fn new(facts: &[Fact], understanding: &Understanding, requirement: &Requirement) -> Self {
        let mut licence = Self::default();
        for fact in facts {
            licence.fact(fact);
        }
        for entity in &understanding.entities {
            licence.entity(entity);
        }
        for line in &requirement.lines {
            if let Some(quantity) = &line.quantity {
                licence.own_quantity(quantity.value.thousandths, quantity.value.unit.as_deref());
            }
        }
        if let Some(quantity) = &requirement.quantity {
            licence.own_quantity(quantity.value.thousandths, quantity.value.unit.as_deref());
        }
        if let Some(deadline) = &requirement.deadline {
            licence.own_text(&deadline.value);
        }
        licence
    }

    /// Allows what a text of the shop's own states: its name, the names of its categories.
    pub fn allow_text(&mut self, text: &str) {
        self.claims.extend(scan(text).into_iter().map(|found| found.claim));
    }

    /// Allows what another licence allows.
    pub fn allow_all(&mut self, other: &Self) {
        self.claims.extend(other.claims.iter().cloned());
        self.own.extend(other.own.iter().cloned());
    }

    /// Allows what a script of the shop's own gives away or names without a number: something free, a weekday, a link.
    pub fn allow_promises(&mut self, text: &str) {
        let promises = scan(text).into_iter().map(|found| found.claim);
        self.claims.extend(
            promises.filter(|claim| matches!(claim, Claim::Free(_) | Claim::Day(_) | Claim::Address(_))),
        );
    }

    /// Every statement of `text` that is not covered.
    pub fn check(&self, text: &str) -> Result<(), Vec<Unissued>> {
        let unissued: Vec<Unissued> = scan(text)
            .into_iter()
            .filter(|found| !self.covers(&found.claim))
            .map(|found| Unissued { text: text[found.span.clone()].to_owned(), span: found.span })
            .collect();
        if unissued.is_empty() { Ok(()) } else { Err(unissued) }
    }

    fn covers(&self, claim: &Claim) -> bool {
        if self.claims.contains(claim) {
            return true;
        }
        match claim {
            Claim::Number { value, unit } => {
                self.claims.iter().any(|issued| agrees(issued, *value, unit))
                    || (is_countable(unit) && self.own.iter().any(|own| agrees(own, *value, unit)))
            }
            Claim::Date { .. } => self.claims.iter().chain(&self.own).any(|issued| holds_date(issued, claim)),
            Claim::Day(_) | Claim::Clock(_) | Claim::Code(_) => self.own.contains(claim),
            Claim::Address(_) | Claim::Free(_) | Claim::Unreadable(_) => false,
        }
    }

    fn product(&mut self, id: &ProductId) {
        if !self.products.contains(id) {
            self.allow_text(id.as_str());
            self.products.push(id.clone());
        }
    }

    fn number(&mut self, value: i128, unit: Unit) {
        self.claims.insert(Claim::Number { value, unit });
    }

    fn quantity(&mut self, quantity: Thousandths, unit: Unit) {
        self.number(millionths(quantity), unit);
    }

    fn whole(&mut self, value: i64, unit: Unit) {
        self.number(i128::from(value) * super::claims::ONE, unit);
    }

    fn money(&mut self, money: &Money) {
        let scale = 10_i128.pow(UnitPrice::DIGITS - money.currency.minor_digits());
        self.number(i128::from(money.minor) * scale, Unit::Money(Some(money.currency)));
        if money.minor == 0 {
            self.claims.insert(Claim::Free(Free::Other));
        }
    }

    fn unit_price(&mut self, price: &UnitPrice) {
        self.number(i128::from(price.millionths), Unit::Money(Some(price.currency)));
    }

    fn fact(&mut self, fact: &Fact) {
        match &fact.body {
            FactBody::Product { product, name } => {
                self.product(product);
                self.allow_text(name);
            }
            FactBody::Price { product, quantity, unit_price, total, .. }
            | FactBody::TierHint { product, quantity, unit_price, total } => {
                self.product(product);
                self.quantity(*quantity, counted(&unit_price.per));
                self.unit_price(unit_price);
                self.money(total);
            }
            FactBody::Moq { product, quantity, unit } => {
                self.product(product);
                self.quantity(*quantity, counted(unit));
            }
            FactBody::Stock { product, quantity, as_of, .. } => {
                self.product(product);
                if let Some(quantity) = quantity {
                    self.quantity(*quantity, Unit::Count);
                }
                if let Some(as_of) = as_of {
                    self.allow_text(as_of);
                }
            }
            FactBody::LeadTime { product, quantity, days, basis, date, .. } => {
                self.product(product);
                self.whole(*days, if basis == "working" { Unit::WorkingDays } else { Unit::Days });
                if let Some(quantity) = quantity {
                    self.quantity(*quantity, Unit::Count);
                }
                if let Some(date) = date {
                    self.allow_text(date);
                }
            }
            FactBody::Spec { product, value, .. } => {
                self.product(product);
                self.allow_text(value);
            }
            FactBody::Freight { terms } | FactBody::Payment { terms } => self.allow_text(terms),
            FactBody::Packing { product, per_carton, carton_cm, gross_kg } => {
                self.product(product);
                if let Some(pieces) = per_carton {
                    self.whole(*pieces, Unit::Count);
                }
                for side in carton_cm.iter().flatten() {
                    self.allow_text(side);
                    self.allow_text(&format!("{side} cm"));
                }
                if let Some(weight) = gross_kg {
                    self.allow_text(&format!("{weight} kg"));
                }
            }
            FactBody::Sample { product, fee, days, max, .. } => {
                self.product(product);
                self.money(fee);
                if let Some(days) = days {
                    self.whole(*days, Unit::Days);
                }
                if let Some(max) = max {
                    self.whole(*max, Unit::Count);
                }
            }
            FactBody::Tax { rate_percent, .. } => self.quantity(*rate_percent, Unit::Percent),
            FactBody::Concession { product, percent_off, unit_price, total } => {
                self.product(product);
                self.quantity(*percent_off, Unit::Percent);
                self.quantity(*percent_off, Unit::Discount);
                self.unit_price(unit_price);
                self.money(total);
            }
            FactBody::Warranty { product, months } => {
                self.product(product);
                self.whole(*months, Unit::Months);
            }
            FactBody::Certificate { product, name } => {
                self.product(product);
                self.allow_text(name);
            }
            FactBody::Document { name } => self.allow_text(name),
            FactBody::Quote { number, total, valid_until, url, .. } => {
                self.allow_text(number);
                self.money(total);
                self.allow_text(valid_until);
                if let Some(url) = url {
                    self.allow_text(url);
                }
            }
            FactBody::Faq { text, .. } | FactBody::Calendar { text } => self.allow_text(text),
            // Its numbers are issued by the facts that fill it: the wording itself licenses none.
            FactBody::Script { .. } => {}
            FactBody::Company { value, .. } => self.allow_text(value),
            FactBody::Order { number, date, status, lines } => {
                self.allow_text(number);
                self.allow_text(date);
                for text in status.iter().chain(lines) {
                    self.allow_text(text);
                }
            }
            FactBody::Derived { value, of, .. } => {
                self.allow_text(value);
                let currency = of.get("currency").and_then(|code| code.as_str()).map(Currency::parse);
                if let Some(Ok(currency)) = currency {
                    for found in scan(value) {
                        if let Claim::Number { value, unit: Unit::None } = found.claim {
                            self.number(value, Unit::Money(Some(currency)));
                        }
                    }
                }
            }
        }
    }

    fn entity(&mut self, entity: &Entity) {
        for value in std::iter::once(&entity.value).chain(&entity.candidates) {
            match (entity.kind, value) {
                (EntityKind::Quantity, EntityValue::Quantity(quantity)) => {
                    self.own_quantity(quantity.thousandths, quantity.unit.as_deref());
                }
                (EntityKind::Quantity, EntityValue::QuantityRange { min, max, unit }) => {
                    self.own_quantity(min.0, unit.as_deref());
                    self.own_quantity(max.0, unit.as_deref());
                }
                (EntityKind::Date, EntityValue::Date(date)) => self.own_text(date),
                (EntityKind::Date, EntityValue::DateRange { from, to }) => {
                    self.own_text(from);
                    self.own_text(to);
                }
                _ => {}
            }
        }
        if matches!(entity.kind, EntityKind::Date | EntityKind::Spec | EntityKind::OrderNumber) {
            self.own_text(&entity.text);
        }
    }

    fn own_quantity(&mut self, thousandths: i64, unit: Option<&str>) {
        let unit = unit.map_or(Unit::Count, counted);
        self.own.insert(Claim::Number { value: millionths(Thousandths(thousandths)), unit });
    }

    /// What the buyer wrote, but for prices and percents in it.
    fn own_text(&mut self, text: &str) {
        self.own.extend(scan(text).into_iter().map(|found| found.claim).filter(|claim| match claim {
            Claim::Number { unit, .. } => is_countable(unit),
            Claim::Date { .. } | Claim::Day(_) | Claim::Clock(_) | Claim::Code(_) => true,
            Claim::Address(_) | Claim::Free(_) | Claim::Unreadable(_) => false,
        }));
    }
}

fn millionths(quantity: Thousandths) -> i128 {
    i128::from(quantity.0) * 1_000
}

/// A shop's word for a unit; what is not known counts single things.
fn counted(unit: &str) -> Unit {
    match of_word(unit) {
        Unit::None => Unit::Count,
        known => known,
    }
}

/// Units that a buyer's own words may carry into a reply.
fn is_countable(unit: &Unit) -> bool {
    matches!(unit, Unit::None | Unit::Count | Unit::Named(_))
}

/// Whether an issued claim covers `value` with `unit`: the same value, and where both say a unit, the same one.
fn agrees(issued: &Claim, value: i128, unit: &Unit) -> bool {
    let Claim::Number { value: issued_value, unit: issued_unit } = issued else { return false };
    issued_value == &value
        && match (unit, issued_unit) {
            (Unit::None, _) => true,
            (Unit::Money(None), Unit::Money(_)) => true,
            (Unit::Count | Unit::Named(_), Unit::None) => true,
            (unit, issued_unit) => unit == issued_unit,
        }
}

fn holds_date(issued: &Claim, said: &Claim) -> bool {
    let (Claim::Date { year, month, day }, Claim::Date { year: said_year, month: said_month, day: said_day }) =
        (issued, said)
    else {
        return false;
    };
    (said_year.is_none() || said_year == year)
        && (said_month.is_none() || said_month == month)
        && (said_day.is_none() || said_day == day)
}

#[cfg(test)]
mod tests;
