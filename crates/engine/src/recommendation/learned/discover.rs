//! Discover: what this buyer never bought, by the chance that it is in his next basket.

use std::collections::BTreeSet;

use super::{companions::Companions, ease::Ease, orders::HistoryBasket, past::Past, sales::Sales};

pub(super) const FEATURES: usize = 31;

/// So many of each kind of evidence are looked at closely.
const BY_FIT: usize = 80;
const BY_COMPANY: usize = 40;
const BY_SALES: usize = 60;
const BY_GROUP: usize = 30;

/// How strongly the group's own sales must speak before they outweigh those of all: baskets.
const GROUP_SHRINK: f32 = 60.0;

/// What speaks for each product, by product, before the ranker weighs it.
#[derive(Debug, Clone, Default)]
pub(super) struct Signals {
    /// What all products of the buyer say together.
    pub fit: Vec<f32>,
    /// Nearness to what is in his last baskets, or under discussion.
    pub near: Vec<f32>,
    /// Nearness to anything that he bought.
    pub akin: Vec<f32>,
    /// The group's share of baskets, shrunk to that of all.
    pub group: Vec<f32>,
}

impl Signals {
    pub(super) fn new(
        ease: &Ease,
        companions: &Companions,
        sales: &Sales,
        history: &[HistoryBasket<'_>],
        past: &Past,
        group: Option<u32>,
        discussed: &[u32],
    ) -> Self {
        let count = sales.products().len();
        let mut signals = Self {
            fit: vec![0.0; count],
            near: vec![0.0; count],
            akin: vec![0.0; count],
            group: vec![0.0; count],
        };
        for (&product, bought) in &past.bought {
            // What was bought long ago tells less.
            let share = 0.3 + 0.7 * 0.9_f32.powf(bought.baskets_since);
            ease.add(&mut signals.fit, product, share);
            for &(other, cosine) in companions.of(product) {
                let akin = &mut signals.akin[other as usize];
                *akin = akin.max(cosine);
            }
        }
        let recent = history.iter().rev().take(2).flat_map(|basket| basket.products.iter().copied());
        let sources: BTreeSet<u32> =
            if discussed.is_empty() { recent.collect() } else { discussed.iter().copied().collect() };
        for product in sources {
            for &(other, cosine) in companions.of(product) {
                signals.near[other as usize] += cosine;
            }
        }
        let all = sales.baskets[2].max(1.0);
        for (share, sold) in signals.group.iter_mut().zip(sales.products()) {
            *share = sold.recent[2] / all;
        }
        if let Some((baskets, products)) = group.map(|group| sales.group(group)) {
            let weight = GROUP_SHRINK / (baskets + GROUP_SHRINK);
            signals.group.iter_mut().for_each(|share| *share *= weight);
            for sold in products {
                signals.group[sold.product as usize] += sold.baskets / (baskets + GROUP_SHRINK);
            }
        }
        signals
    }
}

/// The products worth a closer look: the first of each kind of evidence. What few buyers have is nobody else's to hear of, unless the
/// owner says that it goes with another product.
pub(super) fn candidates(past: &Past, sales: &Sales, signals: &Signals) -> Vec<u32> {
    let mut chosen = BTreeSet::new();
    let open = |product: u32| !past.bought.contains_key(&product);
    let may_be_told = |product: u32| {
        sales.is_shared(product)
            || signals.near[product as usize] > 0.0
            || signals.akin[product as usize] > 0.0
    };
    let mut add = |most: usize, score: &dyn Fn(usize) -> f32| {
        let mut found: Vec<(f32, u32)> = (0..sales.products().len())
            .map(|product| (score(product), product as u32))
            .filter(|&(score, product)| score > 0.0 && open(product) && may_be_told(product))
            .collect();
        if found.len() > most {
            found.select_nth_unstable_by(most - 1, |left, right| {
                right.0.total_cmp(&left.0).then(left.1.cmp(&right.1))
            });
            found.truncate(most);
        }
        chosen.extend(found.into_iter().map(|(_, product)| product));
    };
    if !past.bought.is_empty() {
        add(BY_FIT, &|product| signals.fit[product]);
    }
    add(BY_COMPANY, &|product| signals.near[product]);
    add(BY_SALES, &|product| sales.products()[product].discovered[1]);
    add(BY_SALES, &|product| sales.products()[product].recent[0]);
    add(BY_GROUP, &|product| signals.group[product]);
    chosen.into_iter().collect()
}

/// What speaks for and against a product.
pub(super) fn features(past: &Past, product: u32, sales: &Sales, signals: &Signals) -> [f32; FEATURES] {
    let ln = |value: f32| (1.0 + value.max(0.0)).ln();
    let at = product as usize;
    let sold = sales.products()[at];
    let rate = |count: f32, all: f32| ((count + 0.5) / (all + 50.0)).ln();
    let is_cold = f32::from(u8::from(past.bought.is_empty()));
    let warm = 1.0 - is_cold;
    let fit = signals.fit[at];
    let age = sold.first_sold.map_or(0.0, |first| (sales.until - first) as f32);
    let idle = sold.last_sold.map_or(120.0, |last| (sales.until - last).max(0) as f32);
    let new_week = rate(sold.discovered[0], sales.baskets[0]);
    let new_month = rate(sold.discovered[2], sales.baskets[2]);
    let trend = ((sold.recent[1] * 6.0 + 6.0) / (sold.recent[3] + 6.0)).ln();
    let sudden = ((sold.recent[0] * 2.0 + 3.0) / (sold.recent[1] + 3.0)).ln();
    let group = (signals.group[at] + 1e-3).ln();
    let month = rate(sold.recent[2], sales.baskets[2]);
    let size = ln(past.bought.len() as f32);
    [
        1.0,
        fit,
        fit.max(0.0).sqrt(),
        fit.min(0.0),
        signals.near[at],
        signals.near[at].sqrt(),
        signals.akin[at],
        signals.akin[at].sqrt(),
        new_week,
        rate(sold.discovered[1], sales.baskets[1]),
        new_month,
        rate(sold.discovered[3], sales.baskets[3]),
        rate(sold.recent[0], sales.baskets[0]),
        month,
        rate(sold.all, 4.0 * sales.baskets[3]),
        trend,
        sudden,
        group - month,
        ln(age),
        ln(idle),
        ln(past.baskets),
        size,
        ln(past.basket_size),
        past.repeats.max(1e-3).ln() * warm,
        is_cold,
        is_cold * rate(sold.first_baskets, sales.first_baskets),
        is_cold * group,
        warm * fit.max(0.0).sqrt() * size,
        warm * new_week * size,
        warm * fit * size,
        warm * new_month * size,
    ]
}
