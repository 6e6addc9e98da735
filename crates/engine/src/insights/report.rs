//! Cases added up.

use std::collections::BTreeMap;

use domain::Timestamp;
use jiff::{ToSpan as _, civil::Date};

use super::{Metric, Range, Sample};
use crate::{clock, facts::calendar, knowledge::Knowledge};

/// More parts than this no range is cut into.
const MOST_BUCKETS: usize = 800;

/// How a range is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    Day,
    /// From Monday on.
    Week,
}

impl Bucket {
    pub const ALL: [Self; 2] = [Self::Day, Self::Week];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.name() == name)
    }
}

/// The figures of some cases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Cases.
    pub count: u64,
    /// Those of them that count as success, or as what the metric is named after.
    pub hits: u64,
    pub sum: i64,
    /// The value that half of the cases do not exceed (nearest rank); `None` without cases.
    pub median: Option<i64>,
    /// The value that nine cases of ten do not exceed.
    pub ninetieth: Option<i64>,
    /// Cases by label, without those that have none.
    pub labels: BTreeMap<String, u64>,
}

impl Figures {
    /// The sum over the number of cases, half up.
    pub fn mean(&self) -> Option<i64> {
        let count = i64::try_from(self.count).ok().filter(|&count| count > 0)?;
        Some((2 * self.sum + count).div_euclid(2 * count))
    }

    /// Hits of ten thousand cases, half up.
    pub fn share(&self) -> Option<u64> {
        (self.count > 0).then(|| (20_000 * self.hits + self.count) / (2 * self.count))
    }

    fn of<'s>(samples: impl Iterator<Item = &'s Sample>) -> Self {
        let mut figures = Self::default();
        let mut values = Vec::new();
        for sample in samples {
            figures.count += 1;
            figures.hits += u64::from(sample.hit);
            figures.sum = figures.sum.saturating_add(sample.value);
            values.push(sample.value);
            if !sample.label.is_empty() {
                match figures.labels.get_mut(sample.label.as_ref()) {
                    Some(count) => *count += 1,
                    None => drop(figures.labels.insert(sample.label.clone().into_owned(), 1)),
                }
            }
        }
        values.sort_unstable();
        let rank =
            |percent: usize| values.get((values.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        (figures.median, figures.ninetieth) = (rank(50), rank(90));
        figures
    }
}

/// One metric over the range and its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricReport {
    pub metric: Metric,
    pub whole: Figures,
    /// In the order of [`Report::starts`].
    pub parts: Vec<Figures>,
}

/// Every metric over a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The ISO dates with which the parts begin, in the shop's time zone; the first may lie before the range.
    pub starts: Vec<String>,
    pub metrics: Vec<MetricReport>,
}

/// Adds up the samples of a range.
pub fn report(knowledge: &Knowledge, samples: &[Sample], range: Range, bucket: Bucket) -> Report {
    let (starts, instants) = starts(knowledge, range, bucket);
    let metrics = Metric::ALL.iter().map(|&metric| {
        let of_metric: Vec<&Sample> = samples.iter().filter(|sample| sample.metric == metric).collect();
        let mut parts: Vec<Vec<&Sample>> = vec![Vec::new(); starts.len()];
        for sample in &of_metric {
            let place = instants.partition_point(|&start| start <= sample.at).saturating_sub(1);
            if let Some(part) = parts.get_mut(place) {
                part.push(sample);
            }
        }
        MetricReport {
            metric,
            whole: Figures::of(of_metric.into_iter()),
            parts: parts.into_iter().map(|part| Figures::of(part.into_iter())).collect(),
        }
    });
    Report { metrics: metrics.collect(), starts }
}

/// The dates and instants with which the parts begin.
fn starts(knowledge: &Knowledge, range: Range, bucket: Bucket) -> (Vec<String>, Vec<Timestamp>) {
    let mut date = clock::date(knowledge, range.from);
    let mut step = 1;
    if bucket == Bucket::Week {
        let back = i64::from(date.weekday().to_monday_zero_offset());
        date = date.checked_sub(back.days()).unwrap_or(date);
        step = 7;
    }
    let (mut dates, mut instants) = (Vec::new(), Vec::new());
    while dates.len() < MOST_BUCKETS {
        let text = date.to_string();
        let Some(start) = calendar::start_of(knowledge, &text) else { break };
        if start >= range.to {
            break;
        }
        dates.push(text);
        instants.push(start);
        date = match date.checked_add(step.days()) {
            Ok(next) => next,
            Err(_) => break,
        };
    }
    (dates, instants)
}

/// The instants from the start of one ISO date to the end of another in the shop's time zone; `None` where one is no date or they are
/// the wrong way round.
pub fn days(knowledge: &Knowledge, first: &str, last: &str) -> Option<Range> {
    let (first, last): (Date, Date) = (first.parse().ok()?, last.parse().ok()?);
    if last < first {
        return None;
    }
    let from = calendar::start_of(knowledge, &first.to_string())?;
    let to = calendar::start_of(knowledge, &last.tomorrow().ok()?.to_string())?;
    Some(Range { from, to })
}

/// The ISO date of an instant in the shop's time zone, `days` later or, where negative, earlier.
pub fn date(knowledge: &Knowledge, at: Timestamp, days: i64) -> String {
    let date = clock::date(knowledge, at);
    date.checked_add(days.days()).unwrap_or(date).to_string()
}
