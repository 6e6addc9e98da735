//! Finds the FAQ that answers a message, and the products that fit its words.
//!
//! Both compare weighted words: Chinese by character pairs, other scripts by stems and stem pairs, and both by the trade's concepts
//! (质保, 保修 and *warranty* are one), so that a question finds an answer that was written in other words or the other language.

use domain::catalog::{Faq, Product};

use crate::knowledge::Knowledge;

mod concepts;
mod features;
mod vectors;

use vectors::{Vector, Weights};

/// A FAQ below this score does not answer the message. Measured on the demo shop's FAQs with each phrasing left out in turn.
pub const FAQ_THRESHOLD: f32 = 0.42;

/// A product below this score is not worth naming.
const PRODUCT_THRESHOLD: f32 = 0.12;

/// How much of a FAQ's score its nearest question makes; the rest is the FAQ as a whole.
const NEAREST_SHARE: f32 = 0.55;

/// What the answer counts beside one question in the FAQ as a whole.
const ANSWER_WEIGHT: f32 = 0.7;

/// Questions of all FAQs as vectors. Built once per revision.
#[derive(Debug, Clone, Default)]
pub struct FaqIndex {
    weights: Weights,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    questions: Vec<Vector>,
    whole: Vector,
}

impl FaqIndex {
    pub fn build(faqs: &[Faq]) -> Self {
        let texts = |faq: &Faq| -> Vec<String> {
            faq.questions.iter().cloned().chain(faq.answer.all().map(str::to_owned)).collect()
        };
        let weights = Weights::of(faqs.iter().map(texts));
        let entries = faqs
            .iter()
            .map(|faq| {
                let questions: Vec<Vector> = faq.questions.iter().map(|text| weights.vector(text)).collect();
                let answers = faq.answer.all().map(|text| weights.vector(text));
                let parts = questions.iter().map(|vector| (vector.clone(), 1.0));
                let whole = Vector::sum(parts.chain(answers.map(|vector| (vector, ANSWER_WEIGHT))));
                Entry { questions, whole }
            })
            .collect();
        Self { weights, entries }
    }

    /// The FAQ that answers `text` (its place in [`Knowledge::faqs`]) and its score within 0..1, if it reaches [`FAQ_THRESHOLD`].
    pub fn best(&self, text: &str) -> Option<(usize, f32)> {
        self.ranked(text).into_iter().next().filter(|&(_, score)| score >= FAQ_THRESHOLD)
    }

    /// All FAQs that share anything with `text`, the nearest first; ties in file order.
    pub fn ranked(&self, text: &str) -> Vec<(usize, f32)> {
        let query = self.weights.vector(text);
        let mut ranked: Vec<(usize, f32)> = self
            .entries
            .iter()
            .map(|entry| {
                let nearest = entry.questions.iter().map(|question| query.cosine(question)).fold(0.0, f32::max);
                NEAREST_SHARE * nearest + (1.0 - NEAREST_SHARE) * query.cosine(&entry.whole)
            })
            .enumerate()
            .filter(|&(_, score)| score > 0.0)
            .collect();
        ranked.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        ranked
    }
}

/// Products of a shop as vectors of their names, aliases, categories and uses. Built once per revision.
#[derive(Debug, Clone, Default)]
pub struct ProductIndex {
    weights: Weights,
    entries: Vec<Vector>,
}

impl ProductIndex {
    pub fn build(knowledge: &Knowledge) -> Self {
        let texts: Vec<Vec<String>> =
            knowledge.products.iter().map(|product| product_texts(knowledge, product)).collect();
        let weights = Weights::of(texts.iter().cloned());
        let entries = texts
            .iter()
            .map(|texts| Vector::sum(texts.iter().map(|text| (weights.vector(text), 1.0))))
            .collect();
        Self { weights, entries }
    }

    /// Up to three products that fit the words of `text`, the nearest first. Discontinued ones are left out.
    pub fn find<'k>(&self, knowledge: &'k Knowledge, text: &str) -> Vec<&'k Product> {
        let query = self.weights.vector(text);
        let mut ranked: Vec<(f32, usize)> = self
            .entries
            .iter()
            .enumerate()
            .map(|(index, entry)| (query.cosine(entry), index))
            .filter(|&(score, _)| score >= PRODUCT_THRESHOLD)
            .collect();
        ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        let best = ranked.first().map_or(0.0, |&(score, _)| score);
        ranked
            .into_iter()
            .filter(|&(score, _)| score >= best / 2.0)
            .filter_map(|(_, index)| knowledge.products.get(index))
            .filter(|product| !product.discontinued)
            .take(3)
            .collect()
    }
}

fn product_texts(knowledge: &Knowledge, product: &Product) -> Vec<String> {
    let mut texts = vec![product.id.to_string()];
    texts.extend(product.name.all().map(str::to_owned));
    texts.extend(product.aliases.iter().cloned());
    texts.extend(product.description.iter().flat_map(|text| text.all().map(str::to_owned)));
    if let Some(category) = product.category.as_deref().and_then(|id| knowledge.category(id)) {
        texts.extend(category.words().map(str::to_owned));
    }
    let industries = knowledge.industries.iter().filter(|term| product.industries.contains(&term.id));
    texts.extend(industries.flat_map(|term| term.words().map(str::to_owned)));
    texts
}

#[cfg(test)]
mod tests;
