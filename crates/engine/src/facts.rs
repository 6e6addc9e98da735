//! The facts that a message asks for, each with its source. Only they may put numbers into a reply.
//!
//! To add a kind of question, name its group in `facts/wanted.rs` and issue it in `facts/product.rs` or `facts/shop.rs`.

use std::cell::OnceCell;

use domain::{
    catalog::Product,
    fact::{Fact, FactBody},
    id::ProductId,
    language::{LocalizedText, ReplyLanguage},
    quantity::Thousandths,
    understanding::{EntityKind, Understanding, intent},
};

use crate::{
    knowledge::Knowledge,
    plan::{Plan, Remembered},
    pricing::{self, PriceProblem, Terms},
    requirement::{self, Unorderable},
    search,
    situation::Situation,
    strategy::light,
};

mod account;
mod budget;
pub(crate) mod calendar;
mod customs;
mod gaps;
mod granted;
mod parts;
mod price;
mod product;
mod shop;
mod stock;
mod technical;
mod validity;
mod wanted;

pub(crate) use account::names_other_account;
pub(crate) use calendar::{answered_when, is_closed, is_extra_workday, opening};
pub(crate) use customs::asks_customs;
pub use gaps::lacks;
pub(crate) use parts::are_asked_for as parts_are_asked_for;
pub(crate) use price::asks_last_price;
pub(crate) use product::asked_attributes;
pub(crate) use stock::covers as stock_covers;
pub(crate) use validity::{faq, in_force, stale};
use wanted::Group;

/// At most this many products are answered for in one reply.
const MAX_PRODUCTS: usize = 3;

/// Issues what the strategy and all intents of the message ask for.
pub fn issue(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &Remembered,
    plan: &Plan,
) -> Vec<Fact> {
    if plan.kind == domain::turn::ReplyKind::Silent {
        return Vec::new();
    }
    let mut issuer = Issuer::new(situation, understanding, remembered, plan);
    let groups = wanted::groups(&issuer);
    let targets = targets(situation, understanding, remembered);
    issuer.granted_payment();
    for target in &targets {
        issuer.about_product(target, &groups);
    }
    if targets.is_empty() && groups.contains(&Group::Price) {
        issuer.last_prices();
    }
    if groups.contains(&Group::Overview) && targets.is_empty() {
        issuer.overview();
    }
    issuer.inquiry();
    issuer.about_shop(&groups);
    issuer.recommended();
    issuer.choices();
    issuer.handoff();
    issuer.facts
}

/// A product that the message is about, with the quantity wanted, in the product's own unit, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'k> {
    pub product: &'k Product,
    pub quantity: Option<Thousandths>,
    /// The buyer named a quantity in a unit that is not the product's and cannot be turned into it.
    pub unit_is_foreign: bool,
    /// The buyer named a quantity that nobody can order.
    pub unorderable: Option<Unorderable>,
}

impl<'k> Target<'k> {
    /// A product that the buyer did not speak of, with the quantity that he wants.
    pub(crate) const fn found(product: &'k Product, quantity: Option<Thousandths>) -> Self {
        Self { product, quantity, unit_is_foreign: false, unorderable: None }
    }

    /// Why there is no price for the quantity that the buyer named, whatever the product costs.
    pub(crate) fn problem(&self) -> Option<PriceProblem> {
        self.unorderable.map(|why| match why {
            Unorderable::NotPositive => PriceProblem::NotPositive,
            Unorderable::TooLarge => PriceProblem::Overflow,
        })
    }
}

/// The products named in the message, else the one spoken of last with those named along with it, else the few that were shown side by
/// side; none where the buyer names one that the shop does not have.
pub(crate) fn targets<'k>(
    situation: &Situation<'k>,
    understanding: &Understanding,
    remembered: &Remembered,
) -> Vec<Target<'k>> {
    let mut ids: Vec<&ProductId> = Vec::new();
    for id in understanding.products() {
        if !ids.contains(&id) && ids.len() < MAX_PRODUCTS {
            ids.push(id);
        }
    }
    if ids.is_empty() && !requirement::names_unknown_product(understanding) {
        match remembered.requirement.focus() {
            // A better price is asked of one; what else is asked is asked of all that were named in one breath.
            Some(line) if understanding.has_intent(intent::PRICE_NEGOTIATION) => {
                ids.push(&line.product.value);
            }
            Some(_) => {
                let together = requirement::named_together(&remembered.requirement);
                ids.extend(together.into_iter().map(|line| &line.product.value));
            }
            None if looks_for_another(understanding) => {}
            None => ids.extend(open_choice(situation)),
        }
    }
    ids.into_iter()
        .filter_map(|id| Some(target(situation, understanding, remembered, situation.knowledge.product(id)?)))
        .collect()
}

/// A product with the quantity that was said of it, else before any product was named.
pub(crate) fn target<'k>(
    situation: &Situation<'k>,
    understanding: &Understanding,
    remembered: &Remembered,
    product: &'k Product,
) -> Target<'k> {
    let requirement = &remembered.requirement;
    let said = match requirement.line(&product.id) {
        Some(line) => line.quantity.as_ref(),
        None => requirement.quantity.as_ref(),
    };
    let said = said.map(|slot| &slot.value);
    let quantity = said.and_then(|said| pricing::base_quantity(situation.knowledge, product, said));
    let quantity = quantity.filter(|quantity| quantity.0 > 0);
    let unorderable = match said {
        Some(_) => None,
        None => requirement::unorderable(situation, understanding, &product.id),
    };
    Target { product, quantity, unit_is_foreign: said.is_some() && quantity.is_none(), unorderable }
}

/// The few products that the buyer saw side by side. Whoever asks on without having chosen one is answered for each.
pub(crate) fn open_choice<'s>(situation: &Situation<'s>) -> Vec<&'s ProductId> {
    let listed = &situation.conversation.memory.listed;
    if listed.len() <= MAX_PRODUCTS { listed.iter().collect() } else { Vec::new() }
}

/// Whether the message describes a product rather than asking about those that were shown.
fn looks_for_another(understanding: &Understanding) -> bool {
    understanding.primary() == intent::PRODUCT_INQUIRY
        || understanding.entities_of(EntityKind::Spec).any(|entity| !entity.negated)
}

/// Whether the buyer has not said yet which product he means, so that [`targets`] are those he may choose from.
pub(crate) fn is_open(understanding: &Understanding, remembered: &Remembered) -> bool {
    understanding.products().next().is_none() && remembered.requirement.focus().is_none()
}

/// Whether the message names a term such as CIF.
pub(crate) fn names_incoterm(understanding: &Understanding) -> bool {
    understanding.entities_of(EntityKind::Incoterm).any(|entity| !entity.negated)
}

/// What issuing looks at, and what it has issued.
struct Issuer<'s> {
    situation: &'s Situation<'s>,
    understanding: &'s Understanding,
    remembered: &'s Remembered,
    plan: &'s Plan,
    terms: OnceCell<Terms<'s>>,
    language: ReplyLanguage,
    /// The buyer's words in lower case.
    text: String,
    /// In the light of what was asked last.
    intents: Vec<&'s str>,
    facts: Vec<Fact>,
}

impl<'s> Issuer<'s> {
    fn new(
        situation: &'s Situation<'s>,
        understanding: &'s Understanding,
        remembered: &'s Remembered,
        plan: &'s Plan,
    ) -> Self {
        Self {
            situation,
            understanding,
            remembered,
            plan,
            terms: OnceCell::new(),
            language: situation.reply_language(understanding.language),
            text: situation.text().to_lowercase(),
            intents: light::intents(situation, understanding),
            facts: Vec::new(),
        }
    }

    fn knowledge(&self) -> &'s Knowledge {
        self.situation.knowledge
    }

    /// What prices depend on in this turn.
    fn terms(&self) -> &Terms<'s> {
        self.terms.get_or_init(|| Terms::of(self.situation, self.remembered))
    }

    /// Issues a fact once.
    fn push(&mut self, body: FactBody, source: String) {
        let fact = Fact::new(body, source);
        if !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
    }

    /// `products@r3`
    fn source(&self, what: &str) -> String {
        format!("{what}@r{}", self.knowledge().revision)
    }

    /// The text in the reply's language and its source, which says so where the text is only there in the other one.
    fn localized(&self, text: &LocalizedText, what: &str) -> (String, String) {
        let mut source = self.source(what);
        if text.falls_back(self.language) && text.en.is_some() {
            source.push_str("#zh-missing");
        }
        (text.get(self.language).to_owned(), source)
    }

    fn says_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.text.contains(word))
    }

    fn product_fact(&mut self, product: &Product) {
        let (name, source) = self.localized(&product.name, "products");
        let name = if name.is_empty() { product.id.to_string() } else { name };
        self.push(FactBody::Product { product: product.id.clone(), name }, source);
    }

    /// Products that fit the words, or new ones, where the buyer named none.
    fn overview(&mut self) {
        if let Some(hits) = search::for_message(self.situation, self.understanding) {
            for hit in &hits {
                self.found(hit);
            }
            return;
        }
        let knowledge = self.knowledge();
        let found: Vec<&Product> = if self.intents.contains(&intent::NEW_PRODUCTS) {
            newest(knowledge)
        } else if let Some(category) = &self.understanding.topic {
            knowledge.product_search.find_in(knowledge, category, &self.text)
        } else {
            knowledge.product_search.find(knowledge, &self.text)
        };
        let asks_price = self.intents.contains(&intent::PRICE_INQUIRY);
        for product in found {
            self.product_fact(product);
            let target = target(self.situation, self.understanding, self.remembered, product);
            // Only what the price says by itself: of a choice, nobody is asked to work out a price.
            let quantity = target.quantity.unwrap_or_else(|| pricing::smallest_order(product));
            if asks_price && pricing::price(self.terms(), product, quantity).is_ok() {
                self.price(&target);
            }
        }
    }

    /// How many lines the buyer's table has, and how many of them were matched.
    fn inquiry(&mut self) {
        let Some(table) = requirement::table::read(&self.situation.text()) else { return };
        let lines = table.rows.len();
        let matched = lines.saturating_sub(self.remembered.requirement.unmatched.len());
        let most = (table.beyond > 0).then_some(("inquiry_most", lines));
        for (name, count) in [("inquiry_lines", lines), ("inquiry_matched", matched)].into_iter().chain(most)
        {
            let body = FactBody::Derived {
                name: name.into(),
                value: count.to_string(),
                of: serde_json::Value::Null,
            };
            self.push(body, "message".into());
        }
    }

    /// Names and prices of what the plan recommends.
    fn recommended(&mut self) {
        let Some(recommendation) = &self.plan.recommendation else { return };
        for item in &recommendation.items {
            let Some(product) = self.knowledge().product(&item.product) else { continue };
            self.product_fact(product);
            self.price_at(product, pricing::smallest_order(product));
            if let Some(since) = &item.since {
                let body = FactBody::Derived {
                    name: "since_last_order".into(),
                    value: since.clone(),
                    of: serde_json::json!({ "product": product.id }),
                };
                self.push(body, "orders".into());
            }
        }
    }

    /// Names of the products that a question offers.
    fn choices(&mut self) {
        let Some(question) = &self.plan.question else { return };
        for choice in &question.choices {
            if let Some(product) = self.knowledge().product(&choice.as_str().into()) {
                self.product_fact(product);
            }
        }
    }
}

/// The newest products, three at most.
fn newest(knowledge: &Knowledge) -> Vec<&Product> {
    let mut new: Vec<&Product> = knowledge
        .products
        .iter()
        .filter(|product| product.new_since.is_some() && !product.discontinued)
        .collect();
    new.sort_by(|left, right| right.new_since.cmp(&left.new_since).then(left.id.cmp(&right.id)));
    new.truncate(MAX_PRODUCTS);
    new
}

#[cfg(test)]
mod tests;
