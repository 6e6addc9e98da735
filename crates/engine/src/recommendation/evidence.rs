//! What is known of the buyer and the talk, as far as choosing products needs it.

use std::collections::BTreeMap;

use domain::{
    catalog::{Product, Term},
    id::ProductId,
};
use jiff::civil::Date;

use crate::{clock, knowledge::Knowledge, profile, strategy::circumstances::Circumstances};

/// Of the usual interval between two orders, this share must have passed before a product is due again.
const DUE_PERCENT: i64 = 80;

pub(super) struct Evidence<'k> {
    pub knowledge: &'k Knowledge,
    pub today: Date,
    /// Under discussion, the latest first.
    pub discussed: Vec<&'k Product>,
    /// Bought before, with the dates of the orders, the newest first.
    pub bought: BTreeMap<&'k ProductId, Vec<&'k str>>,
    pub industry: Option<&'k Term>,
    pub topic: Option<&'k str>,
}

impl<'k> Evidence<'k> {
    pub(super) fn of(circumstances: &Circumstances<'k>) -> Self {
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
        let industry = profile::industry(situation, &circumstances.remembered.profile);
        Self {
            knowledge,
            today: clock::date(knowledge, situation.now),
            industry: industry.and_then(|id| knowledge.industries.iter().find(|term| term.id == id)),
            topic: circumstances.understanding.topic.as_deref(),
            discussed,
            bought,
        }
    }

    /// The products that were bought, by id.
    pub(super) fn bought_products(&self) -> Vec<&'k Product> {
        self.bought.keys().filter_map(|id| self.knowledge.product(id)).collect()
    }

    /// How often and when a product was bought; `None` where it was not, or no date can be read.
    pub(super) fn cycle(&self, product: &ProductId) -> Option<Cycle> {
        Cycle::of(self.today, self.bought.get(product)?)
    }
}

/// The rhythm in which one buyer orders one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cycle {
    pub orders: usize,
    pub last: Date,
    /// Days from the last order to today, not negative.
    pub since: i64,
    /// Usual days between two orders; `None` with fewer than two.
    pub usual: Option<i64>,
}

impl Cycle {
    fn of(today: Date, dates: &[&str]) -> Option<Self> {
        let mut days: Vec<Date> = dates.iter().filter_map(|date| date.parse().ok()).collect();
        days.sort_unstable();
        let last = *days.last()?;
        let mut intervals: Vec<i64> = days.windows(2).map(|pair| days_between(pair[0], pair[1])).collect();
        intervals.sort_unstable();
        let usual = intervals.get(intervals.len() / 2).copied().filter(|days| *days > 0);
        Some(Self { orders: days.len(), last, since: days_between(last, today).max(0), usual })
    }

    /// The time since the last order is near the usual interval between orders, or beyond it.
    pub(super) fn is_due(self) -> bool {
        self.usual.is_some_and(|usual| self.since * 100 >= usual * DUE_PERCENT)
    }
}

pub(super) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(today: &str, dates: &[&str], expected: Option<(usize, i64, Option<i64>, bool)>) {
        let cycle = Cycle::of(today.parse().expect("a date"), dates);
        let found = cycle.map(|cycle| (cycle.orders, cycle.since, cycle.usual, cycle.is_due()));
        assert_eq!(found, expected, "{dates:?} on {today}");
    }

    #[test]
    fn a_product_is_due_when_most_of_its_usual_interval_has_passed() {
        let monthly = ["2026-10-01", "2026-09-01", "2026-08-01"];
        check("2026-10-20", &monthly, Some((3, 19, Some(31), false)));
        check("2026-10-26", &monthly, Some((3, 25, Some(31), true)));
        check("2027-10-26", &monthly, Some((3, 390, Some(31), true)));
        check("2026-10-20", &["2026-10-01"], Some((1, 19, None, false)));
        check("2026-09-20", &["2026-10-01"], Some((1, 0, None, false)));
        check("2026-10-20", &["soon"], None);
        check("2026-10-20", &[], None);
    }
}
