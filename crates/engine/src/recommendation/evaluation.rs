//! How good proposals are: week by week over orders of the past, each week judged by what was known before it.
//!
//! A query is one buyer's basket of one day. What is proposed may use the orders before the week and the buyer's own orders before the
//! day, nothing else.

mod baselines;
mod timing;

use super::learned::{Day, OrderBook, Proposal, Query, Recommender, Settings, Stages};

pub use baselines::{ALL as BASELINES, Baseline};
pub use timing::{Offered, PURCHASE_INTENT, ROUNDS, SAME_TOPIC, TimingReport, evaluate_timing};

/// Something that ranks products for a buyer.
pub trait Ranker {
    /// Learns anew from the orders before day `until`.
    fn refit(&mut self, book: &OrderBook, until: Day);

    /// Products, the best first.
    fn rank(&self, query: &Query<'_>) -> Vec<u32>;

    /// Products that the buyer never had, the best first; where it is `None`, those of the other ranking.
    fn rank_new(&self, _query: &Query<'_>) -> Option<Vec<u32>> {
        None
    }
}

/// Figures over some queries.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    /// Share of queries with at least one of the first three in the basket.
    pub hr3: f64,
    /// Binary gain of the first three, discounted by place, as a share of the best possible.
    pub ndcg3: f64,
    /// Mean of one over the place of the first that is in the basket; 0 where none is.
    pub mrr: f64,
    pub n: usize,
}

/// Of all queries; of those with a product that the buyer never had, judged by such products alone; of buyers without an earlier order.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Report {
    pub all: Figures,
    pub new: Figures,
    pub cold: Figures,
}

/// Judges the baskets of the days `from` to `to`, both included.
pub fn evaluate(book: &OrderBook, from: Day, to: Day, ranker: &mut dyn Ranker) -> Report {
    let mut sums = Report::default();
    let mut week = from;
    while week <= to {
        let end = (week + 7).min(to + 1);
        let baskets = book.between(week, end);
        if !baskets.is_empty() {
            ranker.refit(book, week);
        }
        for basket in baskets {
            let history = book.history(basket.buyer, basket.day);
            let query = Query {
                today: basket.day,
                history: &history,
                group: book.group_of(basket.buyer),
                discussed: &[],
            };
            let ranked = ranker.rank(&query);
            judge(&mut sums.all, &ranked, &basket.products);
            if history.is_empty() {
                judge(&mut sums.cold, &ranked, &basket.products);
            }
            let had = |product: &u32| history.iter().any(|past| past.products.binary_search(product).is_ok());
            let targets: Vec<u32> = basket.products.iter().copied().filter(|product| !had(product)).collect();
            if !targets.is_empty() {
                let ranked = ranker.rank_new(&query).unwrap_or(ranked);
                let unknown: Vec<u32> = ranked.into_iter().filter(|product| !had(product)).collect();
                judge(&mut sums.new, &unknown, &targets);
            }
        }
        week += 7;
    }
    for figures in [&mut sums.all, &mut sums.new, &mut sums.cold] {
        let count = figures.n.max(1) as f64;
        figures.hr3 /= count;
        figures.ndcg3 /= count;
        figures.mrr /= count;
    }
    sums
}

/// Adds one query to the sums; `targets` rise.
fn judge(sums: &mut Figures, ranked: &[u32], targets: &[u32]) {
    let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let hit = |product: &u32| targets.binary_search(product).is_ok();
    let first = ranked.iter().take(3);
    let gained: f64 =
        first.clone().enumerate().filter(|(_, product)| hit(product)).map(|(place, _)| gain(place)).sum();
    let best: f64 = (0..targets.len().min(3)).map(gain).sum();
    sums.n += 1;
    sums.hr3 += f64::from(u8::from(first.clone().any(hit)));
    sums.ndcg3 += if best > 0.0 { gained / best } else { 0.0 };
    sums.mrr += ranked.iter().position(hit).map_or(0.0, |place| 1.0 / (place as f64 + 1.0));
}

/// Ours.
#[derive(Debug, Default)]
pub struct Learned {
    settings: Settings,
    stages: Stages,
    recommender: Option<Recommender>,
}

impl Learned {
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }
}

impl Ranker for Learned {
    fn refit(&mut self, book: &OrderBook, until: Day) {
        self.recommender = Some(Recommender::fit(book, until, &[], &self.settings, &mut self.stages));
    }

    fn rank(&self, query: &Query<'_>) -> Vec<u32> {
        let found = self.recommender.as_ref().map(|recommender| recommender.propose(query));
        found.unwrap_or_default().iter().map(|Proposal { product, .. }| *product).collect()
    }

    fn rank_new(&self, query: &Query<'_>) -> Option<Vec<u32>> {
        let found = self.recommender.as_ref()?.discover(query);
        Some(found.iter().map(|Proposal { product, .. }| *product).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ranked: &[u32], targets: &[u32], expected: (f64, f64, f64)) {
        let mut sums = Figures::default();
        judge(&mut sums, ranked, targets);
        let apart =
            (sums.hr3 - expected.0).abs() + (sums.ndcg3 - expected.1).abs() + (sums.mrr - expected.2).abs();
        assert!(apart < 1e-9, "{ranked:?} for {targets:?}: {sums:?}");
    }

    #[test]
    fn a_hit_counts_by_its_place() {
        let second = 1.0 / 3_f64.log2();
        let third = 0.5;
        check(&[1, 2, 3], &[1, 2, 3], (1.0, 1.0, 1.0));
        check(&[1, 2, 3], &[1], (1.0, 1.0, 1.0));
        check(&[1, 2, 3], &[3], (1.0, third, 1.0 / 3.0));
        check(&[1, 2, 3], &[2, 9], (1.0, second / (1.0 + second), 0.5));
        check(&[1, 2, 3, 4], &[4], (0.0, 0.0, 0.25));
        check(&[1, 2, 3], &[9], (0.0, 0.0, 0.0));
        check(&[], &[9], (0.0, 0.0, 0.0));
    }
}
