//! The last gate: nothing leaves that no fact of this turn issued.
//!
//! A [`Licence`] is what a turn may say: the values of its facts, everything that their texts state, and the buyer's own
//! quantities, specifications, dates and order numbers. What he wished for (a price, a discount) is not in it. Each value is known
//! with its unit, the product that it is of and what it means, so that the price of one product is no price of another, and a lead
//! time no warranty.

use std::{ops::Range, sync::Arc};

use domain::{
    fact::Fact,
    quantity::Thousandths,
    requirement::Requirement,
    understanding::{Entity, EntityKind, EntityValue, Understanding},
};

use super::claims::{self, Claim, Unit, of_word, scan};

mod issued;
mod meaning;
mod subject;

pub(crate) use meaning::Meaning;
use subject::Subject;
pub(crate) use subject::{Named, mentions, words_of};

/// A statement that no fact issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unissued {
    /// Bytes of the checked text.
    pub span: Range<usize>,
    /// What stands there.
    pub text: String,
    pub why: Why,
}

/// Why a statement may not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// No fact has this value with this unit.
    NotIssued,
    /// A fact has it, but of another product than the one that the text speaks of.
    OtherProduct,
    /// A fact has it, but it means something else there: a lead time is no warranty.
    OtherMeaning,
}

/// A claim with the product that it is of, by its place among the licence's, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issued {
    pub claim: Claim,
    /// None where it holds of anything.
    pub product: Option<usize>,
    /// None where only the text that it stands in tells.
    pub meaning: Option<Meaning>,
}

/// What one turn may say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Licence {
    issued: Vec<Issued>,
    /// The buyer's own, which never become prices, percents or promises.
    own: Vec<Claim>,
    /// What facts are about, each once.
    products: Vec<Named>,
    /// What the shop's own names state. They are the same in every turn of a revision, so that they are shared.
    names: Arc<[Claim]>,
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
        for line in &requirement.unmatched {
            licence.own_text(&line.value.text);
        }
        if let Some(deadline) = &requirement.deadline {
            licence.own_text(&deadline.value);
        }
        licence
    }

    /// What names of the shop's own state: its own, those of its categories.
    pub(crate) fn of_names<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let claims = names.flat_map(scan).map(|found| found.claim).collect();
        Self { names: claims, ..Self::default() }
    }

    /// Allows what a text of the shop's own states: the name of whoever takes over.
    pub(crate) fn allow_text(&mut self, text: &str) {
        self.issued.extend(scan(text).into_iter().map(|found| Issued {
            claim: found.claim,
            product: None,
            meaning: None,
        }));
    }

    /// Allows the names that another licence allows.
    pub(crate) fn allow_names(&mut self, other: &Self) {
        self.names = Arc::clone(&other.names);
    }

    /// Allows what a script of the shop's own gives away or names without a number: something free, a weekday, a link.
    pub fn allow_promises(&mut self, text: &str) {
        let promises = scan(text).into_iter().map(|found| found.claim);
        self.issued.extend(
            promises
                .filter(|claim| matches!(claim, Claim::Free(_) | Claim::Day(_) | Claim::Address(_)))
                .map(|claim| Issued { claim, product: None, meaning: None }),
        );
    }

    /// Every statement of `text` that is not covered. For text whose words are the shop's own: templates, scripts.
    pub fn check(&self, text: &str) -> Result<(), Vec<Unissued>> {
        self.judge(text, Words::Own)
    }

    /// The same for words that somebody else chose: there a value must also mean what the words around it say.
    pub fn check_wording(&self, text: &str) -> Result<(), Vec<Unissued>> {
        self.judge(text, Words::Foreign)
    }

    fn judge(&self, text: &str, words: Words) -> Result<(), Vec<Unissued>> {
        let reading = claims::read(text);
        if reading.found.is_empty() {
            return Ok(());
        }
        // With one product there is nothing that could be mixed up.
        let subjects = match self.products.as_slice() {
            [] | [_] => Vec::new(),
            products => subject::of_claims(&reading, products),
        };
        let mut unissued = Vec::new();
        for (index, found) in reading.found.iter().enumerate() {
            let subject = subjects.get(index).unwrap_or(&Subject::Any);
            if words == Words::Foreign && self.counts_products(&reading, found) {
                continue;
            }
            let cue = match words {
                Words::Own => None,
                Words::Foreign => meaning::cue(&reading, index),
            };
            if let Err(why) = self.covers(&found.claim, subject, cue, words)
                && !self.is_in_name(&reading, found)
            {
                let text = text.get(found.span.clone()).unwrap_or_default().to_owned();
                unissued.push(Unissued { span: found.span.clone(), text, why });
            }
        }
        if unissued.is_empty() { Ok(()) } else { Err(unissued) }
    }

    /// Whether the claim is a part of the name of the only product: the `six` of a six-axis robot, whatever words stand before it. Where
    /// there are several products, their subjects tell.
    fn is_in_name(&self, reading: &claims::Reading, found: &claims::Found) -> bool {
        let [named] = self.products.as_slice() else { return false };
        let inside = |place: Range<usize>| {
            // A name that is nothing but a number tells it from no price.
            place.len() > found.place.len()
                && place.start <= found.place.start
                && found.place.end <= place.end
        };
        words_of(named).iter().flat_map(|word| reading.places(word)).any(inside)
    }

    /// 这两个型号, `the two`: as many as the facts are about.
    fn counts_products(&self, reading: &claims::Reading, found: &claims::Found) -> bool {
        let Claim::Number { value, unit: Unit::None | Unit::Count } = found.claim else { return false };
        let before = reading.slice(found.place.start.saturating_sub(6)..found.place.start).trim_end();
        let after = reading.slice(found.place.end..(found.place.end + 9).min(reading.len())).trim_start();
        let told = ["这", "the", "these"].iter().any(|word| before.ends_with(word));
        let counted = ["型号", "款", "产品", "models", "products"].iter().any(|word| after.starts_with(word));
        let many =
            i128::try_from(self.products.len()).is_ok_and(|many| many >= 2 && value == many * claims::ONE);
        many && (counted || (told && !after.starts_with(|next: char| next.is_ascii_digit())))
    }

    fn covers(
        &self,
        claim: &Claim,
        subject: &Subject,
        cue: Option<meaning::Cue>,
        words: Words,
    ) -> Result<(), Why> {
        if matches!(subject, Subject::Name) || self.names.contains(claim) || self.is_own(claim, cue, words) {
            return Ok(());
        }
        let issued = || self.issued.iter().filter(|issued| agrees(&issued.claim, claim));
        let of_product = |product: usize| {
            issued()
                .filter(move |issued| issued.product.is_none_or(|of| of == product))
                .any(|issued| cue.is_none_or(|cue| cue.admits(issued.meaning)))
        };
        let holds = match subject {
            Subject::Of(products) => products.iter().all(|&product| of_product(product)),
            Subject::Either(first, all) => {
                of_product(*first) || all.iter().all(|&product| of_product(product))
            }
            Subject::Any | Subject::Name => {
                issued().any(|issued| cue.is_none_or(|cue| cue.admits(issued.meaning)))
            }
        };
        if holds {
            return Ok(());
        }
        let means = issued().any(|issued| cue.is_none_or(|cue| cue.admits(issued.meaning)));
        Err(match issued().next() {
            None => Why::NotIssued,
            Some(_) if means => Why::OtherProduct,
            Some(_) => Why::OtherMeaning,
        })
    }

    /// Whether the buyer said it himself and it may recur: a quantity, a specification, a date, an order's number.
    fn is_own(&self, claim: &Claim, cue: Option<meaning::Cue>, words: Words) -> bool {
        match claim {
            Claim::Number { unit, .. } => {
                // In words that the shop did not choose, `just 45` may be anything, and `45 in stock` is more than what he said.
                let admitted = match (words, cue) {
                    (Words::Own, _) => true,
                    (Words::Foreign, Some(cue)) => cue.admits_own(),
                    (Words::Foreign, None) => *unit != Unit::None,
                };
                is_countable(unit) && admitted && self.own.iter().any(|own| agrees(own, claim))
            }
            Claim::Date { .. } | Claim::Clock(_) => self.own.iter().any(|own| agrees(own, claim)),
            Claim::Day(_) | Claim::Code(_) => self.own.contains(claim),
            Claim::Address(_) | Claim::Free(_) | Claim::Unreadable(_) => false,
        }
    }

    /// What was issued that covers a claim; for whoever names values by what they mean.
    pub(crate) fn issued_for(&self, claim: &Claim) -> impl Iterator<Item = &Issued> {
        self.issued.iter().filter(move |issued| agrees(&issued.claim, claim))
    }

    /// What the facts are about.
    pub(crate) fn products(&self) -> &[Named] {
        &self.products
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
        self.own.push(Claim::Number { value: millionths(Thousandths(thousandths)), unit });
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

/// Whether the words around the claim at `index` let it mean this.
pub(crate) fn cue_admits(reading: &claims::Reading, index: usize, meaning: Option<Meaning>) -> bool {
    meaning::cue(reading, index).is_none_or(|cue| cue.admits(meaning))
}

/// Who chose the words that are checked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// The shop: its words stand where they belong, only the values vary.
    Own,
    Foreign,
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

/// Whether an issued claim covers what is said: the same value, and where both say a unit, the same one; a date as far as it was said.
fn agrees(issued: &Claim, said: &Claim) -> bool {
    match (issued, said) {
        (Claim::Number { value, unit }, Claim::Number { value: said_value, unit: said_unit }) => {
            value == said_value
                && match (said_unit, unit) {
                    (Unit::None, _) | (Unit::Money(None), Unit::Money(_)) => true,
                    (Unit::Count | Unit::Named(_), Unit::None) => true,
                    (said_unit, unit) => said_unit == unit,
                }
        }
        (
            Claim::Date { year, month, day },
            Claim::Date { year: said_year, month: said_month, day: said_day },
        ) => {
            (said_year.is_none() || said_year == year)
                && (said_month.is_none() || said_month == month)
                && (said_day.is_none() || said_day == day)
        }
        // 五点半 may be that of the afternoon.
        (Claim::Clock(issued), Claim::Clock(said)) => {
            issued == said || (*said < 12 * 60 && *issued == said + 12 * 60)
        }
        (issued, said) => issued == said,
    }
}

#[cfg(test)]
mod tests;
