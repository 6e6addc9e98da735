//! What to recommend: from the buyer's own orders, from what goes with what he looks at, from his industry.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    catalog::{Product, Term},
    id::ProductId,
    recommendation::{RecommendationKind, RecommendedItem, Trigger},
};
use jiff::civil::Date;
use serde_json::Value;

use super::reason::Reason;
use crate::{
    knowledge::Knowledge,
    profile::{self, OBJECTION},
    strategy::circumstances::Circumstances,
};

/// Of the usual interval between two orders, this share must have passed before a product is due again.
const DUE_PERCENT: i64 = 80;
/// A product is popular where so many others name it as theirs.
const POPULAR: usize = 3;
/// A product counts as new for a year.
const NEW_FOR_DAYS: i64 = 365;

struct Candidate<'k> {
    product: &'k Product,
    kind: RecommendationKind,
    reason: Reason<'k>,
    score: usize,
}

/// What is known of the buyer and the talk, as far as choosing needs it.
struct Evidence<'k> {
    knowledge: &'k Knowledge,
    today: Option<Date>,
    /// Under discussion, the latest first.
    discussed: Vec<&'k Product>,
    /// Bought before, with the dates of the orders, the newest first.
    bought: BTreeMap<&'k ProductId, Vec<&'k str>>,
    industry: Option<&'k Term>,
    topic: Option<&'k str>,
    /// How many products name each one as related.
    named_by: BTreeMap<&'k ProductId, usize>,
}

/// The best candidates first; any number of them.
pub(super) fn items(circumstances: &Circumstances<'_>, trigger: Trigger) -> Vec<RecommendedItem> {
    let evidence = evidence(circumstances);
    let mut candidates = match trigger {
        Trigger::NewProducts => new_products(&evidence),
        _ => Vec::new(),
    };
    if candidates.is_empty() {
        candidates = discoveries(&evidence, trigger);
        candidates.extend(reorders(&evidence));
    }
    candidates.retain(|candidate| is_allowed(circumstances, &evidence, candidate.product));
    if candidates.is_empty() && trigger == Trigger::Asked {
        candidates = whole_range(&evidence);
        candidates.retain(|candidate| is_allowed(circumstances, &evidence, candidate.product));
    }
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.score));
    let language = circumstances.situation.reply_language(circumstances.understanding.language);
    candidates
        .into_iter()
        .map(|candidate| RecommendedItem {
            product: candidate.product.id.clone(),
            kind: candidate.kind,
            reason: candidate.reason.words(evidence.knowledge, language),
        })
        .collect()
}

fn evidence<'k>(circumstances: &Circumstances<'k>) -> Evidence<'k> {
    let situation = circumstances.situation;
    let knowledge = situation.knowledge;
    let lines = circumstances.remembered.requirement.lines.iter().rev().map(|line| &line.product.value);
    let mut discussed: Vec<&Product> = Vec::new();
    for id in circumstances.understanding.products().chain(lines) {
        if let Some(product) = knowledge.product(id)
            && !discussed.iter().any(|known| known.id == product.id)
        {
            discussed.push(product);
        }
    }
    let mut bought: BTreeMap<&ProductId, Vec<&str>> = BTreeMap::new();
    for order in situation.orders {
        for line in &order.lines {
            let dates = bought.entry(&line.product).or_default();
            if !dates.contains(&order.date.as_str()) {
                dates.push(&order.date);
            }
        }
    }
    let mut named_by: BTreeMap<&ProductId, usize> = BTreeMap::new();
    for related in knowledge.products.iter().flat_map(|product| &product.related_products) {
        *named_by.entry(related).or_default() += 1;
    }
    let industry = profile::industry(&circumstances.remembered.profile);
    Evidence {
        knowledge,
        today: situation.now.to_string().get(..10).and_then(|date| date.parse().ok()),
        industry: industry.and_then(|id| knowledge.industries.iter().find(|term| term.id == id)),
        topic: circumstances.understanding.topic.as_deref(),
        discussed,
        bought,
        named_by,
    }
}

/// Hard filters; no score outweighs them.
fn is_allowed(circumstances: &Circumstances<'_>, evidence: &Evidence<'_>, product: &Product) -> bool {
    let refused = || {
        let key = format!("{OBJECTION}{}", product.id);
        circumstances.remembered.profile.fact(&key).is_some_and(|fact| fact.value == Value::Bool(true))
    };
    !product.discontinued
        && product.stock.as_ref().is_none_or(|stock| stock.quantity.0 > 0)
        && !evidence.discussed.iter().any(|discussed| discussed.id == product.id)
        && !circumstances.remembered.memory.offered.contains(&product.id)
        && !refused()
}

/// Bought before, and again likely.
fn reorders<'k>(evidence: &Evidence<'k>) -> Vec<Candidate<'k>> {
    let found = evidence.bought.iter().filter_map(|(id, dates)| {
        let product = evidence.knowledge.product(id)?;
        if dates.len() < 2 {
            return None;
        }
        let due = is_due(evidence.today, dates);
        Some(Candidate {
            product,
            kind: RecommendationKind::Reorder,
            reason: if due { Reason::Due } else { Reason::BoughtOften },
            score: if due { 160 } else { 60 } + dates.len().min(20),
        })
    });
    found.collect()
}

/// The time since the last order is near the usual interval between orders, or beyond it.
fn is_due(today: Option<Date>, dates: &[&str]) -> bool {
    let mut days: Vec<Date> = dates.iter().filter_map(|date| date.parse().ok()).collect();
    days.sort_unstable();
    let (Some(today), Some(&last)) = (today, days.last()) else { return false };
    let mut intervals: Vec<i64> = days.windows(2).map(|pair| days_between(pair[0], pair[1])).collect();
    intervals.sort_unstable();
    let Some(&usual) = intervals.get(intervals.len() / 2) else { return false };
    usual > 0 && days_between(last, today) * 100 >= usual * DUE_PERCENT
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// New to the buyer, with something that speaks for it.
fn discoveries<'k>(evidence: &Evidence<'k>, trigger: Trigger) -> Vec<Candidate<'k>> {
    let bought: Vec<&Product> =
        evidence.bought.keys().filter_map(|id| evidence.knowledge.product(id)).collect();
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
        let named_by = evidence.named_by.get(&product.id).copied().unwrap_or_default();
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
        found.push(Candidate { product, kind: RecommendationKind::Discover, reason, score });
    }
    found
}

/// Who asks and has told nothing of himself sees what goes with the most, with the industry that it is for.
fn whole_range<'k>(evidence: &Evidence<'k>) -> Vec<Candidate<'k>> {
    let unknown =
        evidence.knowledge.products.iter().filter(|product| !evidence.bought.contains_key(&product.id));
    let found = unknown.map(|product| {
        let industry = product
            .industries
            .first()
            .and_then(|id| evidence.knowledge.industries.iter().find(|industry| &industry.id == id));
        let priced = if product.price.is_some() { 10 } else { 0 };
        let named_by = evidence.named_by.get(&product.id).copied().unwrap_or_default();
        let reason = industry.map_or(Reason::InRange, |industry| Reason::ForIndustry(&industry.name));
        Candidate { product, kind: RecommendationKind::Discover, reason, score: priced + named_by.min(9) }
    });
    found.collect()
}

/// What came new within the last year, those of the buyer's industry or near what he bought first.
fn new_products<'k>(evidence: &Evidence<'k>) -> Vec<Candidate<'k>> {
    let bought: Vec<&Product> =
        evidence.bought.keys().filter_map(|id| evidence.knowledge.product(id)).collect();
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
            Candidate { product, kind: RecommendationKind::Discover, reason, score: points + both }
        });
    found.filter(|candidate| !evidence.bought.contains_key(&candidate.product.id)).collect()
}

fn is_new(today: Option<Date>, product: &Product) -> bool {
    let since = product.new_since.as_deref().and_then(|date| date.parse::<Date>().ok());
    match (since, today) {
        (Some(since), Some(today)) => (0..=NEW_FOR_DAYS).contains(&days_between(since, today)),
        _ => false,
    }
}

/// The first of `others` that names the product as related, or that it names.
fn goes_with<'k>(product: &Product, others: &[&'k Product]) -> Option<(usize, &'k Product)> {
    let forwards = others.iter().enumerate().filter_map(|(at, other)| {
        let place = other.related_products.iter().position(|id| id == &product.id)?;
        Some((at + place, *other))
    });
    forwards.min_by_key(|(place, _)| *place).or_else(|| {
        let at = others.iter().position(|other| product.related_products.contains(&other.id))?;
        Some((at + 4, others[at]))
    })
}
