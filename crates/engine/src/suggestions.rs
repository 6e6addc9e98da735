//! What the knowledge could learn from talk: messages that were not answered well become proposals, each with its evidence.
//!
//! ```text
//! turn ─► needs(): a missing fact, an unknown name, else an open question
//!             │ same fact, same name                      │ alike in words ([`clusters`])
//!             ▼                                           ▼
//!        fact, alias                              example of an intent, or FAQ
//! ```
//!
//! The same messages give the same proposals. No text of a proposal names a person: see [`masked`].

mod clusters;
mod editing;
mod masking;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Timestamp,
    id::{ContactId, ConversationId, MessageId, ProductId},
    suggestion::{Evidence, ProductField, Proposal, Suggestion},
    turn::Turn,
    understanding::{EntityKind, EntityValue, intent},
};

use crate::{
    knowledge::Knowledge,
    search::{features, vectors::Weights},
};

pub use clusters::clusters;
pub use editing::{EditError, apply};
pub use masking::masked;

/// More messages than this are not compared at once; the newest count.
pub const MOST_MESSAGES: usize = 1_500;
/// Fewer buyers make no proposal, unless a person wrote the answer already.
const FEWEST_BUYERS: usize = 2;
/// A FAQ has so many questions at most.
const MOST_QUESTIONS: usize = 5;
/// A longer message is a letter, not a question.
const LONGEST_QUESTION: usize = 200;
/// Names this much alike may be one product's.
const NAME_LIKENESS: f32 = 0.25;

/// Intents without a matter: nothing is learned from a greeting.
const COURTESIES: [&str; 8] = [
    intent::GREETING,
    intent::FAREWELL,
    intent::AFFIRM,
    intent::DENY,
    intent::HUMAN_REQUEST,
    intent::COMPLAINT,
    intent::SOLICITATION,
    intent::UNSUBSCRIBE,
];

/// A message that was not answered well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub at: Timestamp,
    /// Masked.
    pub text: String,
    pub need: Need,
    /// What a person wrote to the buyer afterwards; masked.
    pub answer: Option<String>,
    /// An intent of the shop's own that the message turned out to have.
    pub meant: Option<String>,
}

/// What a message lacked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// A field of a product is empty.
    Fact(ProductId, ProductField),
    /// A product was named by a name that nobody knows.
    Name(String),
    Question,
}

/// A proposal with what it rests on, before it has an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub proposal: Proposal,
    pub evidence: Vec<Evidence>,
    pub buyers: u32,
    pub messages: u32,
    /// All messages, sorted: by them a suggestion is known again.
    pub basis: Vec<MessageId>,
}

/// What a turn that answered badly lacked, one need for each product and field; none for courtesies.
pub fn needs(knowledge: &Knowledge, turn: &Turn) -> Vec<Need> {
    let understanding = &turn.understanding;
    let mut needs = BTreeSet::new();
    // What was empty then and is not now needs nothing any more.
    let mut covered = false;
    for id in understanding.products() {
        let Some(product) = knowledge.product(id) else { continue };
        for asked in &understanding.intents {
            let (field, empty) = match asked.name.as_str() {
                intent::PRICE_INQUIRY => (ProductField::Price, product.price.is_none()),
                intent::MOQ_INQUIRY => (ProductField::Moq, product.moq.is_none()),
                intent::STOCK_INQUIRY => (ProductField::Stock, product.stock.is_none()),
                intent::LEAD_TIME_INQUIRY => (ProductField::LeadTimeDays, product.lead_time.is_empty()),
                intent::WARRANTY_INQUIRY => (ProductField::WarrantyMonths, product.warranty_months.is_none()),
                intent::CERTIFICATION_INQUIRY => {
                    (ProductField::Certificates, product.certificates.is_empty())
                }
                intent::SPEC_INQUIRY => (ProductField::Specs, product.specs.is_empty()),
                _ => continue,
            };
            if empty {
                needs.insert(Need::Fact(id.clone(), field));
            } else {
                covered |= turn.revision < knowledge.revision;
            }
        }
    }
    for entity in understanding.entities_of(EntityKind::Product) {
        let unknown = matches!(entity.value, EntityValue::Unknown(())) && entity.candidates.is_empty();
        let name = entity.text.trim();
        if unknown && !entity.negated && name.chars().count() >= 2 {
            needs.insert(Need::Name(name.to_owned()));
        }
    }
    if needs.is_empty() && !covered && !COURTESIES.contains(&understanding.primary()) {
        needs.insert(Need::Question);
    }
    needs.into_iter().collect()
}

/// Proposals of what was not answered, those first that most buyers asked for.
pub fn propose(knowledge: &Knowledge, mut unanswered: Vec<Unanswered>) -> Vec<Draft> {
    unanswered.sort_by_key(|one| (std::cmp::Reverse(one.at), one.message));
    unanswered.truncate(MOST_MESSAGES);
    let mut facts: BTreeMap<(ProductId, ProductField), Vec<&Unanswered>> = BTreeMap::new();
    let mut names: BTreeMap<String, Vec<&Unanswered>> = BTreeMap::new();
    let mut questions: Vec<&Unanswered> = Vec::new();
    for one in &unanswered {
        match &one.need {
            Need::Fact(product, field) => facts.entry((product.clone(), *field)).or_default().push(one),
            Need::Name(name) => names.entry(name.to_lowercase()).or_default().push(one),
            Need::Question if one.text.chars().count() <= LONGEST_QUESTION => questions.push(one),
            Need::Question => {}
        }
    }
    let mut drafts = Vec::new();
    for ((product, field), asked) in facts {
        let proposal = Proposal::Fact { product, field, value: String::new() };
        drafts.extend(draft(proposal, &asked));
    }
    for asked in names.into_values() {
        let Some(Need::Name(alias)) = asked.first().map(|one| one.need.clone()) else { continue };
        let product = nearest_product(knowledge, &alias);
        drafts.extend(draft(Proposal::Alias { product, alias }, &asked));
    }
    let texts: Vec<&str> = questions.iter().map(|one| one.text.as_str()).collect();
    for members in clusters(&texts) {
        // The first is the most typical.
        let asked: Vec<&Unanswered> = members.iter().map(|&place| questions[place]).collect();
        drafts.extend(draft(of_questions(&asked), &asked));
    }
    drafts.sort_by(|left, right| {
        (right.buyers, right.messages, &left.basis).cmp(&(left.buyers, left.messages, &right.basis))
    });
    drafts
}

fn of_questions(asked: &[&Unanswered]) -> Proposal {
    let mut texts: Vec<String> = Vec::new();
    for one in asked {
        if texts.len() < MOST_QUESTIONS && !texts.iter().any(|text| text.eq_ignore_ascii_case(&one.text)) {
            texts.push(one.text.clone());
        }
    }
    let mut meant: BTreeMap<&str, usize> = BTreeMap::new();
    for name in asked.iter().filter_map(|one| one.meant.as_deref()) {
        *meant.entry(name).or_default() += 1;
    }
    let likeliest = meant.into_iter().max_by_key(|&(name, count)| (count, std::cmp::Reverse(name)));
    if let Some((name, count)) = likeliest
        && 2 * count > asked.len()
    {
        return Proposal::Example { intent: name.to_owned(), examples: texts };
    }
    let answer = asked.iter().find_map(|one| one.answer.clone()).unwrap_or_default();
    Proposal::Faq { questions: texts, answer }
}

/// `None` where too few buyers asked.
fn draft(proposal: Proposal, asked: &[&Unanswered]) -> Option<Draft> {
    let buyers: BTreeSet<ContactId> = asked.iter().map(|one| one.contact).collect();
    let answered = matches!(&proposal, Proposal::Faq { answer, .. } if !answer.is_empty());
    if buyers.len() < FEWEST_BUYERS && !answered {
        return None;
    }
    let mut newest: Vec<&&Unanswered> = asked.iter().collect();
    newest.sort_by_key(|one| (std::cmp::Reverse(one.at), one.message));
    let evidence = newest.into_iter().take(Suggestion::EVIDENCE).map(|one| Evidence {
        message: one.message,
        conversation: one.conversation,
        text: one.text.clone(),
        at: one.at,
    });
    let mut basis: Vec<MessageId> = asked.iter().map(|one| one.message).collect();
    basis.sort_unstable();
    basis.dedup();
    Some(Draft {
        proposal,
        evidence: evidence.collect(),
        buyers: u32::try_from(buyers.len()).unwrap_or(u32::MAX),
        messages: u32::try_from(basis.len()).unwrap_or(u32::MAX),
        basis,
    })
}

/// The product whose names are most like `name`, if any is.
fn nearest_product(knowledge: &Knowledge, name: &str) -> Option<ProductId> {
    let names = |product: &domain::catalog::Product| -> Vec<String> {
        let own = product.name.all().map(str::to_owned);
        own.chain(product.aliases.iter().cloned()).chain([product.id.0.clone()]).collect()
    };
    let documents: Vec<Vec<features::Features>> = knowledge
        .products
        .iter()
        .map(|product| names(product).iter().map(|name| features::of(name)).collect())
        .collect();
    let weights = Weights::among(&documents, clusters::OTHERS);
    let wanted = weights.vector(name);
    let mut best: Option<(f32, &ProductId)> = None;
    for product in &knowledge.products {
        for own in names(product) {
            let likeness = weights.vector(&own).cosine(&wanted);
            if likeness >= NAME_LIKENESS && best.is_none_or(|(most, _)| likeness > most) {
                best = Some((likeness, &product.id));
            }
        }
    }
    best.map(|(_, id)| id.clone())
}
