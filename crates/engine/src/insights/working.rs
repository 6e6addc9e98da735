//! Time during which somebody is at the shop.

use domain::Timestamp;

use crate::{facts::calendar, knowledge::Knowledge};

/// The shop's opening times of a while. Without business hours all time is working time.
#[derive(Debug, Clone, Default)]
pub struct WorkingTime {
    /// Rising and apart: start, end, and the working time before the start, in milliseconds.
    spans: Option<Vec<(i64, i64, i64)>>,
}

impl WorkingTime {
    /// From the day of `from` to the day of `to` in the shop's time zone.
    pub fn new(knowledge: &Knowledge, from: Timestamp, to: Timestamp) -> Self {
        let mut before = 0;
        let spans = calendar::openings(knowledge, from, to).map(|openings| {
            openings
                .into_iter()
                .map(|(start, end)| {
                    let span = (start.millis(), end.millis(), before);
                    before += end.since(start);
                    span
                })
                .collect()
        });
        Self { spans }
    }

    /// Working milliseconds from `from` to `to`; none where `to` is not later.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> i64 {
        match &self.spans {
            None => to.since(from).max(0),
            Some(spans) => (until(spans, to.millis()) - until(spans, from.millis())).max(0),
        }
    }
}

/// The working time before an instant.
fn until(spans: &[(i64, i64, i64)], at: i64) -> i64 {
    let next = spans.partition_point(|&(start, ..)| start <= at);
    match next.checked_sub(1).and_then(|place| spans.get(place)) {
        Some(&(start, end, before)) => before + at.min(end) - start,
        None => 0,
    }
}
