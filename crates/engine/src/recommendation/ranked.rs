//! The candidates in the order that all orders of the shop together give them, each with a reason that a seller would say.

use domain::{
    catalog::Product,
    recommendation::{RecommendationKind, Trigger},
};

use super::{
    candidates::{Candidate, MOST_REORDERS, goes_with, rhythm},
    evidence::{Cycle, Evidence},
    learned::{self, Proposal},
    reason::Reason,
    served::{Asked, Ranking},
};
use crate::strategy::circumstances::Circumstances;

/// Candidates of each list that are looked for: enough for any focus.
const ENOUGH: usize = 2;

/// The best first; none where nothing was learned. What goes with a product under discussion comes before all else.
pub(super) fn candidates<'k>(
    circumstances: &Circumstances<'k>,
    evidence: &Evidence<'k>,
    trigger: Trigger,
    allow: &dyn Fn(&Candidate<'_>) -> bool,
    most: usize,
) -> Vec<Candidate<'k>> {
    let situation = circumstances.situation;
    let Some(ranking) = situation.learned.ranking() else { return Vec::new() };
    let discussed: Vec<_> = evidence.discussed.iter().map(|product| &product.id).collect();
    let industry = evidence.industry.map(|industry| industry.id.as_str());
    let ranked = ranking.rank(&Asked {
        orders: situation.orders,
        today: evidence.today,
        industry,
        discussed: &discussed,
    });
    let along = ranking.along(&discussed);
    let (near, others): (Vec<Proposal>, Vec<Proposal>) = ranked
        .into_iter()
        .partition(|one| one.evidence == learned::Evidence::Discover && along.contains(&one.product));
    let bought = evidence.bought_products();
    let mut found: Vec<Candidate<'k>> = Vec::new();
    let (mut reorders, mut discoveries) = (0, 0);
    for proposal in near.into_iter().chain(others) {
        let is_reorder = proposal.evidence == learned::Evidence::Reorder;
        let count = if is_reorder { &mut reorders } else { &mut discoveries };
        if *count >= most * ENOUGH {
            continue;
        }
        let product = ranking.id(proposal.product).and_then(|id| evidence.knowledge.product(id));
        let Some(product) = product else { continue };
        let mut figures = vec![format!("ranked by all orders at {:.2}", proposal.score)];
        let (kind, reason) = if is_reorder {
            let Some(cycle) = evidence.cycle(&product.id) else { continue };
            figures.push(rhythm(cycle));
            (RecommendationKind::Reorder, reorder_reason(product, cycle, trigger))
        } else {
            let reason = discover_reason(ranking, evidence, product, &bought, trigger, &mut figures);
            (RecommendationKind::Discover, reason)
        };
        let Some(reason) = reason else { continue };
        let candidate = Candidate { product, kind, reason, score: proposal.score, figures };
        if allow(&candidate) {
            *count += 1;
            found.push(candidate);
        }
    }
    spread(found)
}

/// The same order, but what is new to him stands third at the latest.
fn spread(mut candidates: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    let new = candidates.iter().position(|candidate| candidate.kind == RecommendationKind::Discover);
    if let Some(place) = new.filter(|place| *place > MOST_REORDERS) {
        let candidate = candidates.remove(place);
        candidates.insert(MOST_REORDERS, candidate);
    }
    candidates
}

fn reorder_reason(product: &Product, cycle: Cycle, trigger: Trigger) -> Option<Reason<'_>> {
    if cycle.is_due() {
        return Some(Reason::Due(product, cycle.since));
    }
    match cycle.orders {
        0 | 1 => (trigger == Trigger::Asked).then_some(Reason::BoughtBefore),
        _ => Some(Reason::BoughtOften),
    }
}

/// The strongest that can be said; what is merely popular is said to those who asked.
fn discover_reason<'k>(
    ranking: &Ranking,
    evidence: &Evidence<'k>,
    product: &'k Product,
    bought: &[&'k Product],
    trigger: Trigger,
    figures: &mut Vec<String>,
) -> Option<Reason<'k>> {
    if let Some((_, other)) = goes_with(product, &evidence.discussed) {
        figures.push(format!("the shop names it beside {}", other.id));
        return Some(Reason::GoesWith(other));
    }
    if let Some((other, nearness)) = nearest(ranking, product, &evidence.discussed) {
        figures.push(format!("shares baskets with {}: {nearness:.3}", other.id));
        return Some(Reason::OftenWith(other));
    }
    if let Some((_, other)) = goes_with(product, bought) {
        figures.push(format!("the shop names it beside {}", other.id));
        return Some(Reason::GoesWithBought(other));
    }
    if let Some((other, nearness)) = nearest(ranking, product, bought) {
        figures.push(format!("shares baskets with {}: {nearness:.3}", other.id));
        return Some(Reason::OftenWithBought(other));
    }
    if let Some(industry) = evidence.industry {
        if let Some(buyers) = ranking.buyers_of_industry(&industry.id, &product.id) {
            figures.push(format!("ordered by {buyers} buyers of {} within 28 days", industry.id));
            return Some(Reason::OrderedInIndustry(&industry.name));
        }
        if product.industries.contains(&industry.id) {
            return Some(Reason::ForIndustry(&industry.name));
        }
    }
    let categories = evidence.discussed.iter().filter_map(|product| product.category.as_deref());
    if product.category.as_deref().is_some_and(|own| categories.chain(evidence.topic).any(|one| one == own)) {
        return Some(Reason::SameCategory);
    }
    let buyers = ranking.buyers_lately(&product.id).filter(|_| trigger == Trigger::Asked)?;
    figures.push(format!("ordered by {buyers} buyers within 28 days"));
    Some(Reason::OrderedLately)
}

fn nearest<'k>(ranking: &Ranking, product: &Product, others: &[&'k Product]) -> Option<(&'k Product, f32)> {
    let near = others.iter().map(|other| (*other, ranking.nearness(&other.id, &product.id)));
    near.filter(|(_, nearness)| *nearness > 0.0).max_by(|left, right| left.1.total_cmp(&right.1))
}
