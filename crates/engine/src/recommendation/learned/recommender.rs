//! The two rankers over what the parts tell: fitted on weeks that have passed, serving the days that come.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    companions::Companions,
    discover::{self, Signals},
    ease::{Ease, EaseSettings},
    orders::{Day, HistoryBasket, OrderBook},
    past::Past,
    rebuy,
    sales::Sales,
};
use crate::learning::{
    choice::{self, Questions},
    logistic::Belief,
};

#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub ease: EaseSettings,
    /// Weeks whose baskets the rankers learn from.
    pub weeks: Day,
    /// The most baskets that they learn from. Of more, every so-manieth is taken: what a few dozen weights have to learn is learned by
    /// then, and each basket brings hundreds of candidates along.
    pub most_baskets: usize,
    /// Days between the fits of the parts within those weeks.
    pub stage_days: Day,
    /// Days whose baskets tell what goes together.
    pub companion_days: Day,
    /// How much evidence a ranker's weight needs.
    pub ranker_precision: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ease: EaseSettings::default(),
            weeks: 12,
            most_baskets: 12_000,
            stage_days: 28,
            companion_days: 182,
            ranker_precision: 1.0,
        }
    }
}

/// The parts that take long, as of one day. Fits of several days share them.
#[derive(Debug, Clone, Default)]
pub struct Stages {
    made: BTreeMap<Day, Arc<Stage>>,
}

#[derive(Debug, Default)]
struct Stage {
    ease: Ease,
    companions: Companions,
}

impl Stages {
    fn at(&mut self, book: &OrderBook, day: Day, related: &[(u32, u32)], settings: &Settings) -> Arc<Stage> {
        let made = self.made.entry(day).or_insert_with(|| {
            Arc::new(Stage {
                ease: Ease::fit(book, day, settings.ease),
                companions: Companions::fit(book, day - settings.companion_days, day, related),
            })
        });
        Arc::clone(made)
    }

    fn forget_before(&mut self, day: Day) {
        self.made = self.made.split_off(&day);
    }
}

/// Which list a proposal stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    Reorder,
    Discover,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proposal {
    pub product: u32,
    pub evidence: Evidence,
    /// Comparable among the proposals of one list: by how much the odds of being taken differ, as logarithms.
    pub score: f64,
}

/// Whom to serve.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    pub today: Day,
    /// The buyer's own orders before today, the oldest first.
    pub history: &'a [HistoryBasket<'a>],
    pub group: Option<u32>,
    /// Products under discussion; they count as the basket.
    pub discussed: &'a [u32],
}

#[derive(Debug)]
pub struct Recommender {
    /// Baskets that the rankers learned from.
    learned_from: usize,
    stage: Arc<Stage>,
    sales: Sales,
    /// Weights over both lists together: what is bought again, then what is new.
    together: Vec<f64>,
    /// Weights among what is new.
    discover: Vec<f64>,
}

/// Among what is new, a basket tells as much as it holds of it, up to this.
const MOST_ANSWERS: f64 = 3.0;

impl Recommender {
    /// From the orders before day `until`. `related` are pairs of products that the owner named.
    pub fn fit(
        book: &OrderBook,
        until: Day,
        related: &[(u32, u32)],
        settings: &Settings,
        stages: &mut Stages,
    ) -> Self {
        let mut questions = Questions::default();
        let mut learned_from = 0;
        let baskets = book.between(until - 7 * settings.weeks, until).len();
        let each = baskets.div_ceil(settings.most_baskets.max(1)).max(1);
        let mut passed = 0;
        for week in (1..=settings.weeks).rev() {
            let begin = until - 7 * week;
            let back = (7 * week + settings.stage_days - 1) / settings.stage_days * settings.stage_days;
            let stage = stages.at(book, until - back, related, settings);
            let sales = Sales::new(book, begin);
            for basket in book.between(begin, begin + 7) {
                passed += 1;
                if passed % each != 0 {
                    continue;
                }
                let history = book.history(basket.buyer, basket.day);
                let query = Query {
                    today: basket.day,
                    history: &history,
                    group: book.group_of(basket.buyer),
                    discussed: &[],
                };
                let looked = look(&stage, &sales, &query);
                let taken = |product: &u32| basket.products.binary_search(product).is_ok();
                for (product, features) in &looked.rebuy {
                    questions.push(0, features, taken(product));
                }
                for (product, features) in &looked.discover {
                    questions.push(rebuy::FEATURES, features, taken(product));
                }
                questions.end();
                learned_from += 1;
            }
        }
        let stage = stages.at(book, until, related, settings);
        stages.forget_before(until - 7 * settings.weeks);
        let belief = Belief { mean: 0.0, precision: settings.ranker_precision };
        let prior = vec![belief; rebuy::FEATURES + discover::FEATURES];
        Self {
            learned_from,
            stage,
            sales: Sales::new(book, until),
            together: choice::fit(&questions, &prior, 1.0),
            discover: choice::fit(&questions, &prior, MOST_ANSWERS).split_off(rebuy::FEATURES),
        }
    }

    /// Baskets that the rankers learned from; with few of them their order is chance.
    pub const fn learned_from(&self) -> usize {
        self.learned_from
    }

    /// What sells, in all and by group.
    pub const fn sales(&self) -> &Sales {
        &self.sales
    }

    /// What goes with a product, the strongest first.
    pub fn companions(&self, product: u32) -> &[(u32, f32)] {
        self.stage.companions.of(product)
    }

    /// How strongly two products go together, by baskets and by the owner's word.
    pub fn nearness(&self, product: u32, other: u32) -> f32 {
        self.stage.companions.cosine(product, other)
    }

    /// Both lists in one, the likeliest first.
    pub fn propose(&self, query: &Query<'_>) -> Vec<Proposal> {
        let looked = look(&self.stage, &self.sales, query);
        let (rebuy, discover) = self.together.split_at(rebuy::FEATURES);
        let reorders = looked.rebuy.iter().map(|(product, features)| Proposal {
            product: *product,
            evidence: Evidence::Reorder,
            score: weighed(rebuy, features),
        });
        let discoveries = looked.discover.iter().map(|(product, features)| Proposal {
            product: *product,
            evidence: Evidence::Discover,
            score: weighed(discover, features),
        });
        best_first(reorders.chain(discoveries).collect())
    }

    /// What the buyer never had, the likeliest first.
    pub fn discover(&self, query: &Query<'_>) -> Vec<Proposal> {
        let looked = look(&self.stage, &self.sales, query);
        let found = looked.discover.iter().map(|(product, features)| Proposal {
            product: *product,
            evidence: Evidence::Discover,
            score: weighed(&self.discover, features),
        });
        best_first(found.collect())
    }
}

fn weighed(weights: &[f64], features: &[f32]) -> f64 {
    weights.iter().zip(features).map(|(weight, value)| weight * f64::from(*value)).sum()
}

fn best_first(mut found: Vec<Proposal>) -> Vec<Proposal> {
    found.sort_unstable_by(|left, right| {
        right.score.total_cmp(&left.score).then(left.product.cmp(&right.product))
    });
    found
}

/// The candidates with what speaks for them.
struct Looked {
    rebuy: Vec<(u32, [f32; rebuy::FEATURES])>,
    discover: Vec<(u32, [f32; discover::FEATURES])>,
}

fn look(stage: &Stage, sales: &Sales, query: &Query<'_>) -> Looked {
    let past = Past::new(query.history, query.today);
    let signals = Signals::new(
        &stage.ease,
        &stage.companions,
        sales,
        query.history,
        &past,
        query.group,
        query.discussed,
    );
    let rebuy = rebuy::candidates(&past)
        .into_iter()
        .filter_map(|product| {
            let bought = past.bought.get(&product)?;
            let fit = signals.fit.get(product as usize).copied().unwrap_or_default();
            Some((product, rebuy::features(&past, bought, product, query.today, sales, fit)))
        })
        .collect();
    let discover = discover::candidates(&past, sales, &signals)
        .into_iter()
        .map(|product| (product, discover::features(&past, product, sales, &signals)))
        .collect();
    Looked { rebuy, discover }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        learning::random::Random,
        recommendation::learned::orders::{OrderBookBuilder, PlacedLine},
    };

    /// Thirty weeks: buyers of two trades order a staple of their own each week, and sometimes what their trade uses.
    fn book(days: Day, more: &[(&str, &str, Day)]) -> OrderBook {
        let mut builder = OrderBookBuilder::default();
        let mut random = Random::new(1);
        let mut push = |buyer: &str, product: &str, day| {
            builder.push(&PlacedLine { buyer, group: Some(&buyer[..1]), product, day, quantity: 1.0 });
        };
        for week in 0..days / 7 {
            for number in 0..24 {
                let trade = ["m", "f"][number % 2];
                let buyer = format!("{trade}{number}");
                let day = week * 7 + (number % 5) as Day;
                push(&buyer, &format!("staple{}", number % 6), day);
                push(&buyer, &format!("{trade}-part{}", random.below(8)), day);
            }
        }
        for &(buyer, product, day) in more {
            push(buyer, product, day);
        }
        builder.finish()
    }

    fn fit(book: &OrderBook, until: Day, related: &[(u32, u32)]) -> Recommender {
        let ease = EaseSettings { ridge: 5.0, ..EaseSettings::default() };
        let settings = Settings { weeks: 4, ease, ..Settings::default() };
        Recommender::fit(book, until, related, &settings, &mut Stages::default())
    }

    fn names<'b>(book: &'b OrderBook, proposals: &[Proposal]) -> Vec<&'b str> {
        proposals.iter().map(|proposal| book.products()[proposal.product as usize].as_str()).collect()
    }

    #[test]
    fn what_comes_each_week_is_proposed_first() {
        let book = book(210, &[]);
        let recommender = fit(&book, 203, &[]);
        let history = book.history(0, 203);
        let query = Query { today: 203, history: &history, group: book.group_of(0), discussed: &[] };
        let found = recommender.propose(&query);
        assert_eq!(names(&book, &found)[0], "staple0");
        assert_eq!(found[0].evidence, Evidence::Reorder);
        let new = recommender.discover(&query);
        let had = |product: u32| history.iter().any(|basket| basket.products.contains(&product));
        assert!(new.iter().all(|proposal| !had(proposal.product)));
    }

    #[test]
    fn of_very_many_baskets_it_learns_from_some_of_every_week() {
        let book = book(210, &[]);
        let settings = Settings { weeks: 4, most_baskets: 40, ..Settings::default() };
        let recommender = Recommender::fit(&book, 203, &[], &settings, &mut Stages::default());
        assert_eq!((book.between(203 - 28, 203).len(), recommender.learned_from()), (96, 32));
        let history = book.history(0, 203);
        let query = Query { today: 203, history: &history, group: book.group_of(0), discussed: &[] };
        assert_eq!(names(&book, &recommender.propose(&query))[0], "staple0");
    }

    #[test]
    fn a_buyer_without_orders_is_proposed_what_others_discover() {
        let book = book(210, &[]);
        let query = Query { today: 210, history: &[], group: book.group_of(0), discussed: &[] };
        let found = fit(&book, 210, &[]).propose(&query);
        assert!(found.len() >= 3);
        assert!(found.iter().all(|proposal| proposal.evidence == Evidence::Discover));
    }

    #[test]
    fn nothing_is_learned_from_the_future() {
        let later = [("m0", "f-part1", 205), ("m2", "never-seen", 204), ("m4", "never-seen", 206)];
        let (short, long) = (book(203, &[]), book(203, &later));
        let ask = |book: &OrderBook| {
            let history = book.history(0, 203);
            let query = Query { today: 203, history: &history, group: book.group_of(0), discussed: &[] };
            let found = fit(book, 203, &[]).propose(&query);
            let scores: Vec<(String, f64)> = names(book, &found)
                .into_iter()
                .map(str::to_owned)
                .zip(found.iter().map(|proposal| proposal.score))
                .collect();
            scores
        };
        assert_eq!(ask(&short), ask(&long));
    }

    #[test]
    fn without_orders_nothing_is_proposed_and_nothing_fails() {
        let empty = OrderBook::default();
        let query = Query { today: 10, history: &[], group: None, discussed: &[3] };
        assert_eq!(fit(&empty, 10, &[(0, 1)]).propose(&query), []);
    }

    #[test]
    fn the_owners_word_makes_companions_on_the_first_day() {
        let book = book(14, &[]);
        let (left, right) = (book.product("staple0").expect("sold"), book.product("staple3").expect("sold"));
        let first = |related: &[(u32, u32)]| {
            let companions = Companions::fit(&book, 0, 14, related);
            companions.of(left).iter().any(|(other, _)| *other == right)
        };
        assert_eq!((first(&[]), first(&[(left, right)])), (false, true));
    }
}
