//! What helps to choose: products that fit, and products side by side.

use domain::{catalog::Product, fact::FactBody, understanding::intent};

use super::super::{Composer, Weight, format};
use crate::{
    facts::{self, Target},
    requirement,
    search::{self, Aspect, Fit, Hit, Reason},
};

/// So many lines compare two products; more is a table.
const COMPARED: usize = 4;

impl<'c> Composer<'c> {
    /// Products that fit what the buyer asked for in numbers, each with why it does or does not.
    pub(super) fn fitting(&mut self, hits: &[Hit<'c>]) {
        let key = match hits {
            [] => "found.nothing",
            hits if hits.iter().any(Hit::fits) => "found.fitting",
            _ => "found.nearest",
        };
        self.say(key, &[], Weight::Main);
        for hit in hits {
            let product = format::product_label(hit.product, self.language);
            let points: Vec<String> =
                hit.reasons.iter().filter_map(|reason| self.point(hit, reason)).collect();
            let points = format::clauses(&points, self.language);
            match self.words("found.item_with", &[("product", &product), ("points", &points)]) {
                Some(item) if !points.is_empty() => _ = self.add(item, Weight::Main, "found.item_with"),
                _ => _ = self.say("found.item", &[("product", &product)], Weight::Main),
            }
        }
    }

    /// How a product stands in one point of what was asked.
    fn point(&self, hit: &Hit<'c>, reason: &Reason) -> Option<String> {
        let target = Target::found(hit.product, hit.quantity);
        let fails = reason.fit == Fit::Fails;
        match &reason.aspect {
            Aspect::Property(attribute) => {
                let name = self.attribute(attribute);
                let has = self.of_product(&target).find_map(|body| match body {
                    FactBody::Spec { attribute: known, value, .. } if known == attribute => Some(value),
                    _ => None,
                });
                let Some(has) = has else { return self.words("found.unknown", &[("attribute", &name)]) };
                let point = self.words("spec.item", &[("attribute", &name), ("value", has)])?;
                match reason.wanted.as_deref().filter(|_| fails) {
                    Some(wanted) => self.words("found.fails", &[("point", &point), ("wanted", wanted)]),
                    None => Some(point),
                }
            }
            Aspect::Price => {
                let unit_price = self.of_product(&target).find_map(|body| match body {
                    FactBody::Price { unit_price, .. } => Some(self.unit_price(unit_price)),
                    _ => None,
                });
                let Some(unit_price) = unit_price else { return self.words("found.price_unknown", &[]) };
                let key = if fails { "found.price_off" } else { "found.price" };
                self.words(key, &[("unit_price", &unit_price)])
            }
            Aspect::LeadTime => {
                let days = self.of_product(&target).find_map(|body| match body {
                    FactBody::LeadTime { days, .. } => Some(days.to_string()),
                    _ => None,
                })?;
                let key = if fails { "found.late" } else { "found.lead_time" };
                self.words(key, &[("days", &days)])
            }
            Aspect::Certificate(_) if fails => self.words("found.uncertified", &[]),
            Aspect::Certificate(name) => self.words("found.certificate", &[("name", name)]),
            Aspect::Stock if fails => self.words("found.sold_out", &[]),
            Aspect::Stock => (reason.fit == Fit::Fits).then(|| self.words("found.stock", &[])).flatten(),
            Aspect::Quantity => fails.then(|| self.words("found.below_minimum", &[])).flatten(),
        }
    }

    /// Products that fit the words, where the buyer named none of ours.
    pub(super) fn found(&mut self) {
        if let Some(hits) = search::for_message(self.situation, self.understanding) {
            self.fitting(&hits);
            return;
        }
        let items: Vec<String> = self
            .facts
            .iter()
            .filter_map(|fact| match &fact.body {
                FactBody::Product { product, .. } => self.knowledge().product(product),
                _ => None,
            })
            .filter(|product| {
                let offered =
                    self.plan.recommendation.iter().flat_map(|recommendation| &recommendation.items);
                !offered.into_iter().any(|item| item.product == product.id)
            })
            .filter_map(|product| self.found_item(product))
            .collect();
        let heard = self.situation.text();
        let unknown = requirement::names_unknown_product(self.understanding)
            && !requirement::names_known_kind(self.understanding, self.knowledge(), &heard);
        if unknown {
            self.say("dont_know.product", &[], Weight::Main);
        }
        if items.is_empty() {
            self.topics();
            if self.plan.question.is_none() && self.plan.recommendation.is_none() {
                self.say("question.use", &[("choices", "")], Weight::Main);
            }
            return;
        }
        let key = if self.has_intent(intent::NEW_PRODUCTS) {
            "found.new"
        } else if unknown {
            "found.similar"
        } else {
            "found.intro"
        };
        self.say(key, &[], Weight::Main);
        for item in items {
            self.add(item, Weight::Main, "found.item");
        }
    }

    /// A product that fits, with its price where that was asked.
    fn found_item(&self, product: &'c Product) -> Option<String> {
        let label = format::product_label(product, self.language);
        let target = facts::target(self.situation, self.understanding, self.remembered, product);
        let priced = self.of_product(&target).any(|body| matches!(body, FactBody::Price { .. }));
        let lines = self.price_lines(&target).into_iter().filter(|(_, weight)| *weight == Weight::Main);
        let Some((points, _)) = self.in_one_line(lines.collect()).pop().filter(|_| priced) else {
            return self.words("found.item", &[("product", &label)]);
        };
        self.words("found.item_with", &[("product", &label), ("points", &points)])
    }

    /// One line for each attribute that at least two products state.
    pub(super) fn comparison(&mut self) {
        let targets = self.targets.clone();
        let mut attributes: Vec<&str> = Vec::new();
        for target in &targets {
            for spec in &target.product.specs {
                if !attributes.contains(&spec.attribute.as_str()) {
                    attributes.push(&spec.attribute);
                }
            }
        }
        let value = |target: &Target<'c>, value: &str| {
            self.words("comparison.value", &[("product", target.product.id.as_str()), ("value", value)])
        };
        let mut lines = Vec::new();
        for attribute in attributes {
            let values: Vec<String> = targets
                .iter()
                .filter_map(|target| {
                    let found = self.of_product(target).find_map(|body| match body {
                        FactBody::Spec { attribute: name, value, .. } if name == attribute => Some(value),
                        _ => None,
                    })?;
                    value(target, found)
                })
                .collect();
            if values.len() > 1 && lines.len() < COMPARED {
                let values = format::series(&values, self.language);
                let name = self.attribute(attribute);
                lines.extend(self.words("comparison.line", &[("attribute", &name), ("values", &values)]));
            }
        }
        let prices: Vec<String> = targets
            .iter()
            .filter_map(|target| {
                let unit_price = self.of_product(target).find_map(|body| match body {
                    FactBody::Price { unit_price, .. } => Some(self.unit_price(unit_price)),
                    _ => None,
                })?;
                value(target, &unit_price)
            })
            .collect();
        if prices.len() > 1 {
            let values = format::series(&prices, self.language);
            lines.extend(self.words("comparison.price", &[("values", &values)]));
        }
        if lines.is_empty() {
            self.product_lines();
            for target in targets {
                self.introduce_product(&target);
            }
        }
        for line in lines {
            self.add(line, Weight::Main, "comparison");
        }
        self.script(true);
    }
}
