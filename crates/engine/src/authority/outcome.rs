//! How a buyer hears what became of his request: words from templates, numbers from facts that the approval issues, and the same check
//! as every reply.

use domain::{
    approval::{Approval, ApprovalStatus},
    catalog::Product,
    decimal,
    fact::{Fact, FactBody},
    language::{LocalizedText, ReplyLanguage},
    money::{Money, UnitPrice},
    negotiation::Terms,
    quantity::Thousandths,
    requirement::Requirement,
    understanding::Understanding,
};

use super::percent_below;
use crate::{
    knowledge::Knowledge,
    pricing,
    reply::{check::Licence, format, template},
};

/// What the buyer is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub text: String,
    /// With the approval as their source.
    pub facts: Vec<Fact>,
    /// What is granted, with its unit price where it has one.
    pub terms: Option<Terms>,
}

/// Why an outcome cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotTell {
    #[error("nobody has decided yet")]
    Pending,
    #[error(
        "the terms cannot be stated: the product is not in the published knowledge any more, or has no price in this currency; \
         reject the request or answer the buyer yourself"
    )]
    NotStatable,
    #[error(
        "the words were withheld because they hold a number that no fact issued; correct the template `{0}`"
    )]
    Withheld(String),
}

/// Words for a decided approval, in the buyer's language.
pub fn tell(knowledge: &Knowledge, approval: &Approval) -> Result<Told, CannotTell> {
    let language = approval.language.reply();
    let key = match approval.status {
        ApprovalStatus::Pending => return Err(CannotTell::Pending),
        ApprovalStatus::Rejected => "approval.rejected".to_owned(),
        ApprovalStatus::Expired => "approval.expired".to_owned(),
        ApprovalStatus::Approved => format!("approval.{}", topic(&approval.asked)),
        ApprovalStatus::Countered => format!("approval.{}_counter", topic(&approval.asked)),
    };
    let mut facts = Vec::new();
    let mut granted = None;
    let mut values: Vec<(&str, String)> = Vec::new();
    if let Some(terms) = approval.granted() {
        let product = approval.product.as_ref().and_then(|id| knowledge.product(id));
        let list_price = approval.economics.list_price.as_ref();
        let teller = Teller { knowledge, language, product, quantity: approval.quantity, list_price };
        let (bodies, stated) = teller.state(terms).ok_or(CannotTell::NotStatable)?;
        let source = format!("approval:{}", approval.id);
        facts.extend(bodies.into_iter().map(|body| Fact::new(body, source.clone())));
        values = stated;
        granted = Some(teller.resolved(terms));
    }
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let text = template::render(knowledge, &key, language, &values)
        .map_err(|_| CannotTell::Withheld(key.clone()))?;
    let text = match language {
        ReplyLanguage::Zh => text,
        ReplyLanguage::En => format::capitalised(&text),
    };
    let mut licence = Licence::new(&facts, &Understanding::default(), &Requirement::default());
    licence.allow_names(&knowledge.name_licence);
    if licence.check(&text).is_err() {
        return Err(CannotTell::Withheld(key));
    }
    Ok(Told { text, facts, terms: granted })
}

/// The first figure that a wording without placeholders holds and no fact of an outcome can issue: with it the words would be withheld.
pub(crate) fn withheld(knowledge: &Knowledge, words: &LocalizedText) -> Option<String> {
    let mut licence = Licence::default();
    licence.allow_names(&knowledge.name_licence);
    words.all().find_map(|text| Some(licence.check(text).err()?.into_iter().next()?.text))
}

const fn topic(terms: &Terms) -> &'static str {
    match terms {
        Terms::Discount { .. } | Terms::PriceList { .. } => "price",
        Terms::PaymentTerms { .. } => "payment",
        Terms::FreeSample { .. } => "sample",
        Terms::LeadTime { .. } => "lead_time",
        Terms::Moq { .. } => "moq",
    }
}

struct Teller<'k> {
    knowledge: &'k Knowledge,
    language: ReplyLanguage,
    product: Option<&'k Product>,
    quantity: Option<Thousandths>,
    /// As it was when the buyer asked.
    list_price: Option<&'k UnitPrice>,
}

type Stated = (Vec<FactBody>, Vec<(&'static str, String)>);

impl Teller<'_> {
    /// The facts of the terms, and what a template may fill in.
    fn state(&self, terms: &Terms) -> Option<Stated> {
        if let Terms::PaymentTerms { .. } = terms {
            let words = payment_words(self.knowledge, self.language, terms);
            return Some((vec![FactBody::Payment { terms: words.clone() }], vec![("terms", words)]));
        }
        let product = self.product?;
        let mut facts = vec![FactBody::Product {
            product: product.id.clone(),
            name: product.name.get(self.language).to_owned(),
        }];
        let mut values = vec![("product", format::product_label(product, self.language))];
        match terms {
            Terms::PaymentTerms { .. } => {}
            Terms::Discount { .. } | Terms::PriceList { .. } => {
                let quantity = self.quantity.unwrap_or_else(|| pricing::smallest_order(product));
                let price = self.price(terms)?;
                let total = pricing::total(&price, quantity).ok()?;
                values.push(("quantity", self.counted(quantity, &product.unit)));
                values.push(("unit_price", format::unit_price(self.knowledge, &price, self.language)));
                values.push(("total", format::money(&total, self.language)));
                facts.push(concession(product, quantity, self.list_price, &price)?);
                // The quantity stands beside the price.
                facts.push(FactBody::Moq {
                    product: product.id.clone(),
                    quantity,
                    unit: product.unit.clone(),
                });
            }
            Terms::FreeSample { count } => {
                let quantity = Thousandths(count.checked_mul(1_000)?);
                values.push(("quantity", self.counted(quantity, &product.unit)));
                facts.push(sample(self.knowledge, product, *count));
            }
            Terms::LeadTime { days } => {
                values.push(("days", days.to_string()));
                facts.push(lead_time(product, self.quantity, *days));
            }
            Terms::Moq { quantity } => {
                values.push(("quantity", self.counted(*quantity, &product.unit)));
                let (product, unit) = (product.id.clone(), product.unit.clone());
                facts.push(FactBody::Moq { product, quantity: *quantity, unit });
            }
        }
        Some((facts, values))
    }

    /// The unit price that the terms come to.
    fn price(&self, terms: &Terms) -> Option<UnitPrice> {
        let price = match terms {
            Terms::Discount { percent_off: Some(percent), unit_price: None } => {
                pricing::reduced(self.list_price?, *percent)?
            }
            terms => terms.unit_price()?.clone(),
        };

        (price.millionths > 0).then_some(price)
    }

    /// The same terms with the unit price that they come to.
    fn resolved(&self, terms: &Terms) -> Terms {
        match terms {
            Terms::Discount { percent_off, .. } => {
                Terms::Discount { percent_off: *percent_off, unit_price: self.price(terms) }
            }
            _ => terms.clone(),
        }
    }

    fn counted(&self, quantity: Thousandths, unit: &str) -> String {
        format::quantity(self.knowledge, quantity, unit, self.language)
    }
}

/// A price below the list as a fact.
pub(crate) fn concession(
    product: &Product,
    quantity: Thousandths,
    list_price: Option<&UnitPrice>,
    price: &UnitPrice,
) -> Option<FactBody> {
    let total: Money = pricing::total(price, quantity).ok()?;
    let list = list_price.filter(|list| list.currency == price.currency);
    let percent_off = list.map_or(Thousandths(0), |list| percent_below(list, price));
    Some(FactBody::Concession { product: product.id.clone(), percent_off, unit_price: price.clone(), total })
}

/// Samples without a fee.
pub(crate) fn sample(knowledge: &Knowledge, product: &Product, count: i64) -> FactBody {
    let known = product.sample.as_ref();
    FactBody::Sample {
        product: product.id.clone(),
        fee: Money { minor: 0, currency: knowledge.shop.currency },
        days: known.and_then(|sample| sample.days),
        max: Some(count),
        deduct_from_order: false,
    }
}

/// A lead time other than the product's own.
pub(crate) fn lead_time(product: &Product, quantity: Option<Thousandths>, days: i64) -> FactBody {
    FactBody::LeadTime {
        product: product.id.clone(),
        quantity,
        days,
        basis: "calendar".into(),
        from: product.lead_time_from.name().into(),
        date: None,
    }
}

/// `定金20%、月结60天`, `20% deposit, net 60 days`.
pub(crate) fn payment_words(knowledge: &Knowledge, language: ReplyLanguage, terms: &Terms) -> String {
    let Terms::PaymentTerms { deposit_percent, net_days } = terms else { return String::new() };
    let mut parts = Vec::new();
    let mut say = |key: &str, name: &str, value: &str| {
        parts.extend(template::render(knowledge, key, language, &[(name, value)]).ok());
    };
    match deposit_percent {
        Some(Thousandths(0)) => say("terms.no_deposit", "percent", ""),
        Some(percent) => say("terms.deposit", "percent", &decimal::format_scaled(percent.0, 3)),
        None => {}
    }
    if let Some(days) = net_days {
        say("terms.net", "days", &days.to_string());
    }
    format::list(&parts, language)
}

#[cfg(test)]
mod tests;
