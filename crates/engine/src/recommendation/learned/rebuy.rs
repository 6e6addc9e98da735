//! Reorder: what this buyer bought before, by the chance that it is in his next basket.

use super::{
    orders::Day,
    past::{Bought, Past},
    sales::Sales,
};

/// Candidates beyond these are too weak to be proposed.
const MOST: usize = 250;

pub(super) const FEATURES: usize = 30;

/// The products that the buyer had before, the strongest by plain frequency first where there are too many.
pub(super) fn candidates(past: &Past) -> Vec<u32> {
    let mut found: Vec<(u32, f32)> =
        past.bought.iter().map(|(product, bought)| (*product, bought.by_baskets + bought.by_days)).collect();
    if found.len() > MOST {
        found.select_nth_unstable_by(MOST - 1, |left, right| {
            right.1.total_cmp(&left.1).then(left.0.cmp(&right.0))
        });
        found.truncate(MOST);
    }
    found.into_iter().map(|(product, _)| product).collect()
}

/// What speaks for and against a product; `fits` is what the buyer's other products say of it.
pub(super) fn features(
    past: &Past,
    bought: &Bought,
    product: u32,
    today: Day,
    sales: &Sales,
    fits: f32,
) -> [f32; FEATURES] {
    let ln = |value: f32| (1.0 + value.max(0.0)).ln();
    let sold = sales.products().get(product as usize).copied().unwrap_or_default();
    let since = (today - bought.last).max(0) as f32;
    let share = bought.times / past.baskets.max(1.0);
    let weight_of_all: f32 = {
        let decay = 0.85_f32;
        (1.0 - decay.powf(past.baskets)) / (1.0 - decay)
    };
    let by_baskets = bought.by_baskets / weight_of_all.max(1.0);
    let own = (bought.times > 1.0).then(|| (bought.last - bought.first) as f32 / (bought.times - 1.0));
    let due = own.map_or(0.0, |own| ((since + 3.0) / (own + 3.0)).ln());
    let idle = sold.last_sold.map_or(120.0, |last| (sales.until - last).max(0) as f32);
    let week = ln(sold.recent[0]) - ln(sales.baskets[0]);
    let month = ln(sold.recent[2]) - ln(sales.baskets[2]);
    let trend = ((sold.recent[1] * 6.0 + 6.0) / (sold.recent[3] + 6.0)).ln();
    let rebuy = (sold.rebuy / (1.0 - sold.rebuy).max(1e-3)).max(1e-4).ln();
    [
        1.0,
        ln(bought.times),
        share,
        share.max(0.02).ln(),
        by_baskets,
        by_baskets.max(0.02).ln(),
        ln(bought.by_days),
        ln(since),
        ln(bought.baskets_since),
        f32::from(u8::from(bought.baskets_since < 0.5)),
        bought.of_last_four / past.baskets.clamp(1.0, 4.0),
        f32::from(u8::from(bought.times < 1.5)),
        due.max(0.0),
        (-due).max(0.0),
        week,
        month,
        trend,
        trend.min(0.0),
        ln(idle),
        rebuy,
        ln(past.baskets),
        ln(past.bought.len() as f32),
        ln(past.basket_size),
        past.repeats.ln(),
        fits,
        share * ln(past.baskets),
        by_baskets * ln(past.baskets),
        past.days_since.map_or(0.0, |days| ln(days as f32)),
        rebuy * share,
        month * share,
    ]
}
