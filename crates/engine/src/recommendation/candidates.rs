//! What to recommend: the likeliest of what all orders together tell, then what the owner and the buyer's own orders say.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    catalog::Product,
    id::ProductId,
    language::ReplyLanguage,
    recommendation::{Recommendation, RecommendationKind, RecommendedItem, Trigger},
};
use jiff::civil::Date;

use super::{
    evidence::{Cycle, Evidence, days_between},
    filters::Filters,
    ranked,
    reason::Reason,
};
use crate::{
    knowledge::Knowledge,
    search::{self, Hit},
    strategy::circumstances::Circumstances,
};

/// A product is popular where so many others name it as theirs.
const POPULAR: usize = 3;
/// A product counts as new for a year.
const NEW_FOR_DAYS: i64 = 365;
/// Where there is something new to him, so many products that he bought before stand beside it.
pub(super) const MOST_REORDERS: usize = 2;

#[derive(Debug, Clone)]
pub(super) struct Candidate<'k> {
    pub product: &'k Product,
    pub kind: RecommendationKind,
    pub reason: Reason<'k>,
    /// The larger the better, among candidates of one origin.
    pub score: f64,
    /// What speaks for it in figures, for the trace.
    pub figures: Vec<String>,
}

/// Which list comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    /// As likely as they are.
    Both,
    On(RecommendationKind),
}

/// What may be recommended in one turn, the best first, with enough of both lists.
pub(super) struct Gathered<'k> {
    candidates: Vec<Candidate<'k>>,
    most: usize,
    knowledge: &'k Knowledge,
    language: ReplyLanguage,
}

/// Looks for candidates; `most` are shown at once.
pub(super) fn gather<'k>(circumstances: &Circumstances<'k>, trigger: Trigger, most: usize) -> Gathered<'k> {
    let evidence = Evidence::of(circumstances);
    let filters = Filters::of(circumstances, trigger);
    let allow = |candidate: &Candidate<'_>| filters.allow(&evidence, candidate.product);
    let allowed = |candidates: Vec<Candidate<'k>>| {
        let mut allowed: Vec<Candidate<'k>> = candidates.into_iter().filter(allow).collect();
        allowed.sort_by(|left, right| right.score.total_cmp(&left.score));
        allowed
    };
    let mut candidates = match trigger {
        Trigger::NewProducts => allowed(new_products(&evidence)),
        // What he says he needs it for comes before whatever is known of him.
        Trigger::Asked => allowed(wished(circumstances)),
        _ => Vec::new(),
    };
    if let Some(nearest) = candidates.first().filter(|_| trigger == Trigger::Asked).map(|first| first.product)
    {
        add(&mut candidates, allowed(beside(evidence.knowledge, nearest)));
    }
    if candidates.is_empty() || trigger == Trigger::Asked {
        add(&mut candidates, ranked::candidates(circumstances, &evidence, trigger, &allow, most));
        if candidates.len() < most {
            let mut ruled = discoveries(&evidence, trigger);
            ruled.extend(reorders(&evidence));
            add(&mut candidates, allowed(ruled));
        }
    }
    if candidates.is_empty() && trigger == Trigger::Asked {
        candidates = allowed(whole_range(&evidence));
    }
    let language = circumstances.situation.reply_language(circumstances.understanding.language);
    Gathered { candidates, most, knowledge: evidence.knowledge, language }
}

/// Adds those that are not there yet.
fn add<'k>(candidates: &mut Vec<Candidate<'k>>, more: Vec<Candidate<'k>>) {
    for candidate in more {
        if !candidates.iter().any(|known| known.product.id == candidate.product.id) {
            candidates.push(candidate);
        }
    }
}

impl Gathered<'_> {
    /// What is shown; none where nothing may be recommended, or nothing of the list in focus.
    pub(super) fn recommendation(&self, trigger: Trigger, focus: Focus) -> Option<Recommendation> {
        let items: Vec<RecommendedItem> = arranged(&self.candidates, focus)
            .into_iter()
            .take(self.most)
            .map(|candidate| RecommendedItem {
                product: candidate.product.id.clone(),
                kind: candidate.kind,
                reason: candidate.reason.words(self.knowledge, self.language),
                since: candidate.reason.since(self.language),
                evidence: candidate.figures.clone(),
            })
            .collect();
        let first = items.first()?.kind;
        match focus {
            Focus::On(kind) if kind != first => None,
            _ => Some(Recommendation { trigger, items }),
        }
    }

    /// Whether something that he buys regularly is due again.
    pub(super) fn has_due(&self) -> bool {
        self.candidates.iter().any(|candidate| matches!(candidate.reason, Reason::Due(..)))
    }
}

/// The same with the list in focus first; the other one follows, so that both are seen where there is room.
fn arranged<'c, 'k>(candidates: &'c [Candidate<'k>], focus: Focus) -> Vec<&'c Candidate<'k>> {
    let Focus::On(kind) = focus else { return candidates.iter().collect() };
    let (mut first, rest): (Vec<_>, Vec<_>) = candidates.iter().partition(|candidate| candidate.kind == kind);
    let beyond = match kind {
        RecommendationKind::Reorder => first.split_off(first.len().min(MOST_REORDERS)),
        RecommendationKind::Discover => Vec::new(),
    };
    first.extend(rest);
    first.extend(beyond);
    first
}

/// Bought before, and again likely.
fn reorders<'k>(evidence: &Evidence<'k>) -> Vec<Candidate<'k>> {
    let found = evidence.bought.iter().filter_map(|(id, dates)| {
        let product = evidence.knowledge.product(id)?;
        if dates.len() < 2 {
            return None;
        }
        let cycle = evidence.cycle(id);
        let due = cycle.filter(|cycle| cycle.is_due());
        Some(Candidate {
            product,
            kind: RecommendationKind::Reorder,
            reason: due.map_or(Reason::BoughtOften, |cycle| Reason::Due(product, cycle.since)),
            score: if due.is_some() { 160.0 } else { 60.0 } + dates.len().min(20) as f64,
            figures: cycle.map(rhythm).into_iter().collect(),
        })
    });
    found.collect()
}

/// The purchase cycle for the trace.
pub(super) fn rhythm(cycle: Cycle) -> String {
    let usual = cycle.usual.map_or_else(String::new, |days| format!(", usually every {days} days"));
    format!("ordered {} times{usual}, last on {}, {} days ago", cycle.orders, cycle.last, cycle.since)
}

/// What fits the words and figures of the wish, the nearest first.
fn wished<'k>(circumstances: &Circumstances<'k>) -> Vec<Candidate<'k>> {
    let Circumstances { situation, understanding, .. } = *circumstances;
    let knowledge = situation.knowledge;
    let fitting: Vec<&Product> = match search::for_message(situation, understanding) {
        Some(hits) => hits.into_iter().filter(Hit::fits).map(|hit| hit.product).collect(),
        None => knowledge.product_search.wished(knowledge, &situation.text()),
    };
    let fitting = fitting.into_iter().rev().enumerate();
    fitting.map(|(rank, product)| discovery(product, Reason::FitsWish, rank)).collect()
}

/// What the shop names beside a product, in its order.
fn beside<'k>(knowledge: &'k Knowledge, product: &'k Product) -> Vec<Candidate<'k>> {
    let related = product.related_products.iter().rev().filter_map(|id| knowledge.product(id)).enumerate();
    related.map(|(rank, other)| discovery(other, Reason::GoesWithWished(product), rank)).collect()
}

/// How many products name each one as related.
fn named_by<'k>(evidence: &Evidence<'k>) -> BTreeMap<&'k ProductId, usize> {
    let mut named_by: BTreeMap<&ProductId, usize> = BTreeMap::new();
    for related in evidence.knowledge.products.iter().flat_map(|product| &product.related_products) {
        *named_by.entry(related).or_default() += 1;
    }
    named_by
}

/// New to the buyer, with something that speaks for it.
fn discoveries<'k>(evidence: &Evidence<'k>, trigger: Trigger) -> Vec<Candidate<'k>> {
    let bought = evidence.bought_products();
    let named = named_by(evidence);
    let categories: BTreeSet<&str> = evidence
        .discussed
        .iter()
        .filter_map(|product| product.category.as_deref())
        .chain(evidence.topic)
        .collect();
    let mut found = Vec::new();
    for product in &evidence.knowledge.products {
        if evidence.bought.contains_key(&product.id) {
            continue;
        }
        let mut reasons: Vec<(usize, Reason<'k>)> = Vec::new();
        if let Some((place, other)) = goes_with(product, &evidence.discussed) {
            reasons.push((200 - place.min(10) * 8, Reason::GoesWith(other)));
        }
        if let Some((_, other)) = goes_with(product, &bought) {
            reasons.push((120, Reason::GoesWithBought(other)));
        }
        if let Some(industry) = evidence.industry.filter(|industry| product.industries.contains(&industry.id))
        {
            reasons.push((80, Reason::ForIndustry(&industry.name)));
        }
        if product.category.as_deref().is_some_and(|category| categories.contains(category)) {
            reasons.push((40, Reason::SameCategory));
        }
        let named_by = named.get(&product.id).copied().unwrap_or_default();
        // Nobody asked: popularity alone is no reason to speak.
        if named_by >= POPULAR && trigger == Trigger::Asked {
            reasons.push((20, Reason::Popular));
        }
        reasons.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
        let Some(&(points, reason)) = reasons.first() else { continue };
        let further: usize = reasons.iter().skip(1).map(|(points, _)| points / 4).sum();
        // What has a price can be answered at once.
        let priced = if product.price.is_some() { 10 } else { 0 };
        let score = points + further + priced + named_by.min(9);
        found.push(discovery(product, reason, score));
    }
    found
}

fn discovery<'k>(product: &'k Product, reason: Reason<'k>, score: usize) -> Candidate<'k> {
    let kind = RecommendationKind::Discover;
    Candidate { product, kind, reason, score: score as f64, figures: Vec::new() }
}

/// Who asks and has told nothing of himself sees what goes with the most, with the industry that it is for.
fn whole_range<'k>(evidence: &Evidence<'k>) -> Vec<Candidate<'k>> {
    let named = named_by(evidence);
    let unknown =
        evidence.knowledge.products.iter().filter(|product| !evidence.bought.contains_key(&product.id));
    let found = unknown.map(|product| {
        let industry = product
            .industries
            .first()
            .and_then(|id| evidence.knowledge.industries.iter().find(|industry| &industry.id == id));
        let priced = if product.price.is_some() { 10 } else { 0 };
        let named_by = named.get(&product.id).copied().unwrap_or_default();
        let reason = industry.map_or(Reason::InRange, |industry| Reason::ForIndustry(&industry.name));
        discovery(product, reason, priced + named_by.min(9))
    });
    found.collect()
}

/// What came new within the last year, those of the buyer's industry or near what he bought first.
fn new_products<'k>(evidence: &Evidence<'k>) -> Vec<Candidate<'k>> {
    let bought = evidence.bought_products();
    let found =
        evidence.knowledge.products.iter().filter(|product| is_new(evidence.today, product)).map(|product| {
            let near = goes_with(product, &bought).map(|(_, other)| other).or_else(|| {
                bought
                    .iter()
                    .copied()
                    .find(|other| other.category.is_some() && other.category == product.category)
            });
            let industry = evidence.industry.filter(|industry| product.industries.contains(&industry.id));
            let (points, reason) = match (near, industry) {
                (_, Some(industry)) => (80, Reason::NewForIndustry(&industry.name)),
                (Some(other), None) => (60, Reason::NewForBought(other)),
                (None, None) => (0, Reason::New),
            };
            let both = if near.is_some() && industry.is_some() { 30 } else { 0 };
            discovery(product, reason, points + both)
        });
    found.filter(|candidate| !evidence.bought.contains_key(&candidate.product.id)).collect()
}

fn is_new(today: Date, product: &Product) -> bool {
    let since = product.new_since.as_deref().and_then(|date| date.parse::<Date>().ok());
    since.is_some_and(|since| (0..=NEW_FOR_DAYS).contains(&days_between(since, today)))
}

/// The first of `others` that names the product as related, or that it names.
pub(super) fn goes_with<'k>(product: &Product, others: &[&'k Product]) -> Option<(usize, &'k Product)> {
    let forwards = others.iter().enumerate().filter_map(|(at, other)| {
        let place = other.related_products.iter().position(|id| id == &product.id)?;
        Some((at + place, *other))
    });
    forwards.min_by_key(|(place, _)| *place).or_else(|| {
        let at = others.iter().position(|other| product.related_products.contains(&other.id))?;
        Some((at + 4, others[at]))
    })
}
