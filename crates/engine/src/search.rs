//! Finds the FAQ that answers a message, and the products that fit its words and what it asks of them in numbers.
//!
//! Both compare weighted words: Chinese by character pairs, other scripts by stems and stem pairs, and both by the trade's concepts
//! (质保, 保修 and *warranty* are one), so that a question finds an answer that was written in other words or the other language.

use std::ops::Range;

use domain::{
    catalog::Faq,
    understanding::{Entity, EntityKind, Understanding},
};

pub(crate) mod attribute_words;
mod catalogue;
mod concepts;
pub(crate) mod features;
mod fitting;
mod measure;
pub(crate) mod vectors;
mod wish;

use crate::situation::Situation;

pub use catalogue::ProductIndex;
pub use fitting::{Aspect, Fit, Hit, Reason};
pub use wish::{PriceRange, Property, Wish};

use features::Features;
pub(crate) use measure::{Measure, is_unit};
use vectors::{Postings, Vector, Weights};

/// A FAQ below this score does not answer the message. Measured on the demo shop's FAQs with each phrasing left out in turn.
pub const FAQ_THRESHOLD: f32 = 0.33;

/// Features from this weight on carry meaning by themselves, and a question needs so much of them.
const CONTENT: f32 = 0.55;
const MIN_CONTENT: f32 = 1.5;
/// With less it has to be a FAQ's question word for word.
const SAME_WORDS: f32 = 0.7;

/// How much of a FAQ's score its nearest question makes; the rest is the FAQ as a whole.
const NEAREST_SHARE: f32 = 0.55;

/// What the answer counts beside one question in the FAQ as a whole.
const ANSWER_WEIGHT: f32 = 0.7;

/// So many products answer a search.
const SHOWN: usize = 3;

/// The products that do what the message asks for in numbers, else the nearest, the best first. `None` where it asks for nothing in numbers.
pub(crate) fn for_message<'k>(
    situation: &Situation<'k>,
    understanding: &Understanding,
) -> Option<Vec<Hit<'k>>> {
    let knowledge = situation.knowledge;
    let counts =
        |entity: &Entity| matches!(entity.kind, EntityKind::Spec | EntityKind::Money | EntityKind::Duration);
    if !understanding.entities.iter().any(counts) {
        return None;
    }
    let wish = Wish::read(knowledge, understanding, &situation.text());
    if !wish.is_exacting() {
        return None;
    }
    let mut hits = knowledge.product_search.search(knowledge, &wish, SHOWN);
    // Where some do what was asked, the others are of no interest.
    if hits.iter().any(Hit::fits) {
        hits.retain(Hit::fits);
    }
    // "预算大概40万" alone names nothing that could be missing from the catalogue.
    if hits.is_empty() && wish.properties.is_empty() && !understanding.entities.iter().any(is_goods) {
        return None;
    }
    Some(hits)
}

fn is_goods(entity: &Entity) -> bool {
    entity.kind == EntityKind::Product
}

/// Questions of all FAQs as vectors. Built once per revision.
#[derive(Debug, Clone, Default)]
pub struct FaqIndex {
    weights: Weights,
    postings: Postings,
    entries: Vec<Entry>,
}

/// Where the vectors of one FAQ stand.
#[derive(Debug, Clone)]
struct Entry {
    questions: Range<usize>,
    whole: usize,
}

impl Entry {
    /// From the vectors of `questions` questions and of the answers after them.
    fn new(postings: &mut Postings, vectors: &[Vector], questions: usize) -> Self {
        let weight = |index: usize| if index < questions { 1.0 } else { ANSWER_WEIGHT };
        let whole =
            Vector::sum(vectors.iter().enumerate().map(|(index, vector)| (vector.clone(), weight(index))));
        let whole = postings.add(&whole);
        for question in &vectors[..questions] {
            postings.add(question);
        }
        Self { questions: whole + 1..whole + 1 + questions, whole }
    }
}

impl FaqIndex {
    pub fn build(faqs: &[Faq]) -> Self {
        let documents: Vec<Vec<Features>> = faqs
            .iter()
            .map(|faq| {
                let questions = faq.questions.iter().map(String::as_str);
                questions.chain(faq.answer.all()).map(features::of).collect()
            })
            .collect();
        let weights = Weights::of(&documents);
        let mut postings = Postings::default();
        let entries = documents
            .iter()
            .zip(faqs)
            .map(|(texts, faq)| {
                let vectors: Vec<Vector> = texts.iter().map(|features| weights.vector_of(features)).collect();
                Entry::new(&mut postings, &vectors, faq.questions.len())
            })
            .collect();
        Self { weights, postings, entries }
    }

    /// The FAQ that answers `text` (its place in [`Knowledge::faqs`]) and its score within 0..1, if it reaches [`FAQ_THRESHOLD`].
    ///
    /// A text of one common word ("stop", "how long") is no question that a FAQ answers, unless it is the question itself.
    pub fn best(&self, text: &str) -> Option<(usize, f32)> {
        let features = features::of(text);
        let content: f32 =
            features.iter().map(|&(_, weight)| weight).filter(|&weight| weight >= CONTENT).sum();
        let needed = if content < MIN_CONTENT { SAME_WORDS } else { FAQ_THRESHOLD };
        self.ranked_by(&features).into_iter().next().filter(|&(_, score)| score >= needed)
    }

    /// All FAQs that share anything with `text`, the nearest first; ties in file order.
    pub fn ranked(&self, text: &str) -> Vec<(usize, f32)> {
        self.ranked_by(&features::of(text))
    }

    fn ranked_by(&self, features: &Features) -> Vec<(usize, f32)> {
        let cosines = self.postings.cosines(&self.weights.vector_of(features));
        let mut ranked: Vec<(usize, f32)> = self
            .entries
            .iter()
            .map(|entry| {
                let nearest = cosines[entry.questions.clone()].iter().copied().fold(0.0, f32::max);
                NEAREST_SHARE * nearest + (1.0 - NEAREST_SHARE) * cosines[entry.whole]
            })
            .enumerate()
            .filter(|&(_, score)| score > 0.0)
            .collect();
        ranked.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        ranked
    }
}

#[cfg(test)]
mod tests;
