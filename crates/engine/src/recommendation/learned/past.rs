//! What one buyer's own orders tell, at the day on which he is served.

use std::collections::BTreeMap;

use super::orders::{Day, HistoryBasket};

/// Of one product that the buyer bought before.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Bought {
    /// Baskets that held it.
    pub times: f32,
    pub first: Day,
    pub last: Day,
    /// Baskets since the last that held it; 0 where it was in the last one.
    pub baskets_since: f32,
    /// Of its baskets, each counting less the more came after it.
    pub by_baskets: f32,
    /// Of its baskets, each counting less the longer ago it was.
    pub by_days: f32,
    /// Of the last four baskets, those that held it.
    pub of_last_four: f32,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Past {
    pub baskets: f32,
    /// Days since the last basket; none without one.
    pub days_since: Option<Day>,
    /// Usual days between two baskets; none with fewer than two.
    pub interval: Option<f32>,
    /// Products of a basket in the mean.
    pub basket_size: f32,
    /// Of what the last five baskets held, the share that had been bought before.
    pub repeats: f32,
    /// By product.
    pub bought: BTreeMap<u32, Bought>,
}

/// What one more basket leaves of the weight of those before it, and one more day.
const BASKET_DECAY: f32 = 0.85;
const DAYS: f32 = 60.0;
/// Baskets that tell how the buyer repeats himself.
const REPEATS_OF: usize = 5;

impl Past {
    /// `history` is the oldest first, all of it before `today`.
    pub(super) fn new(history: &[HistoryBasket<'_>], today: Day) -> Self {
        let mut past = Self { baskets: history.len() as f32, ..Self::default() };
        let (mut lines, mut recent, mut repeated) = (0_usize, 0_usize, 0_usize);
        for (at, basket) in history.iter().enumerate() {
            let after = history.len() - 1 - at;
            let age = (today - basket.day).max(0) as f32;
            lines += basket.products.len();
            for &product in basket.products {
                let known = past.bought.contains_key(&product);
                if after < REPEATS_OF && at > 0 {
                    recent += 1;
                    repeated += usize::from(known);
                }
                let bought = past
                    .bought
                    .entry(product)
                    .or_insert_with(|| Bought { first: basket.day, ..Bought::default() });
                bought.times += 1.0;
                bought.last = basket.day;
                bought.baskets_since = after as f32;
                bought.by_baskets += BASKET_DECAY.powi(after as i32);
                bought.by_days += (-age / DAYS).exp();
                bought.of_last_four += f32::from(u8::from(after < 4));
            }
        }
        past.basket_size = lines as f32 / past.baskets.max(1.0);
        past.repeats = (repeated as f32 + 1.0) / (recent as f32 + 4.0);
        if let (Some(first), Some(last)) = (history.first(), history.last()) {
            past.days_since = Some(today - last.day);
            let gaps = history.len() - 1;
            past.interval = (gaps > 0).then(|| (last.day - first.day) as f32 / gaps as f32);
        }
        past
    }
}
