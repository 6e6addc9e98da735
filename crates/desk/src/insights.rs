//! Figures over what happened. A turn writes nothing for them: they are counted from the events, off the way of the turns.
//!
//! Complete runs of events are sealed as what is counted of them, a run at a time and at leisure, so that a month is a few rows; the
//! newest events are read as they are. Sealing the same run twice gives the same row, so that several nodes may.

use std::time::Duration;

use domain::{
    Timestamp,
    id::InboxId,
    insight::{Observation, OrderOfContact},
};
use engine::insights::{Inquiry, LOOK_AHEAD_MILLIS, LOOK_BACK_MILLIS, Material, ORDER_DAYS, Range};
use store::{ObservationChunk, StoreError};

pub use engine::insights::{Bucket, Figures, Metric, MetricReport, Report, Sample};

use crate::Desk;

/// Events that are sealed together.
const RUN: i64 = 4_096;
const READ_AT_ONCE: usize = 1_000;
/// How often a run is sealed, at most one each time: it costs some milliseconds of a processor.
const SEAL_EVERY: Duration = Duration::from_secs(30);
/// Days that are counted where no range is given.
const DEFAULT_DAYS: i64 = 30;
/// The longest range, in days.
pub const MAX_DAYS: i64 = 400;

/// What is asked, as people say it.
#[derive(Debug, Clone, Default)]
pub struct InsightsQuery {
    /// ISO dates in the shop's time zone, both included; without them the last thirty days up to today.
    pub first: Option<String>,
    pub last: Option<String>,
    pub inbox: Option<InboxId>,
}

/// Why figures were not counted.
#[derive(Debug, thiserror::Error)]
pub enum InsightsError {
    #[error(
        "the range is two dates such as 2026-11-01 and 2026-11-30, the first not after the last and at most {MAX_DAYS} days apart"
    )]
    Range,
    /// The task that counted was lost.
    #[error("the figures could not be counted")]
    Lost,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Figures with the range that they are of.
#[derive(Debug, Clone)]
pub struct Insights {
    /// ISO dates in the shop's time zone, both included.
    pub first: String,
    pub last: String,
    pub timezone: String,
    pub currency: String,
    pub report: Report,
}

/// Which cases are wanted.
#[derive(Debug, Clone)]
pub struct CaseQuery {
    pub metric: Metric,
    pub label: Option<String>,
    pub hit: Option<bool>,
}

struct Asked {
    first: String,
    last: String,
    inquiry: Inquiry,
}

impl Desk {
    /// Every figure over a range, whole and by day or week.
    pub async fn insights(&self, query: &InsightsQuery, bucket: Bucket) -> Result<Insights, InsightsError> {
        let asked = self.asked(query)?;
        let knowledge = self.published().knowledge.clone();
        let (timezone, currency) = (knowledge.shop.timezone.clone(), knowledge.shop.currency.to_string());
        let range = asked.inquiry.range;
        let report = self
            .count(&asked, move |samples| engine::insights::report(&knowledge, samples, range, bucket))
            .await?;
        Ok(Insights { first: asked.first, last: asked.last, timezone, currency, report })
    }

    /// The cases behind one figure, the newest first.
    pub async fn insight_cases(
        &self,
        query: &InsightsQuery,
        wanted: CaseQuery,
    ) -> Result<Vec<Sample>, InsightsError> {
        let asked = self.asked(query)?;
        self.count(&asked, move |samples| {
            let fits = |sample: &&Sample| {
                sample.metric == wanted.metric
                    && wanted.label.as_ref().is_none_or(|label| sample.label == *label)
                    && wanted.hit.is_none_or(|hit| sample.hit == hit)
            };
            let mut cases: Vec<Sample> = samples.iter().filter(fits).cloned().collect();
            cases.reverse();
            cases
        })
        .await
    }

    fn asked(&self, query: &InsightsQuery) -> Result<Asked, InsightsError> {
        let published = self.published();
        let knowledge = &published.knowledge;
        let now = self.now();
        let last = query.last.clone().unwrap_or_else(|| engine::insights::date(knowledge, now, 0));
        let first = if let Some(first) = &query.first {
            first.clone()
        } else {
            let end = engine::insights::days(knowledge, &last, &last).ok_or(InsightsError::Range)?;
            engine::insights::date(knowledge, end.from, 1 - DEFAULT_DAYS)
        };
        let range = engine::insights::days(knowledge, &first, &last).ok_or(InsightsError::Range)?;
        if range.to.since(range.from) > (MAX_DAYS + 1) * 86_400_000 {
            return Err(InsightsError::Range);
        }
        let prices = self.inner.options.model_prices;
        Ok(Asked { first, last, inquiry: Inquiry { range, inbox: query.inbox, now, prices } })
    }

    /// Reads what the range needs and counts it off the async threads.
    async fn count<T: Send + 'static>(
        &self,
        asked: &Asked,
        use_samples: impl FnOnce(&[Sample]) -> T + Send + 'static,
    ) -> Result<T, InsightsError> {
        // The semaphore is never closed; if it were, counting unbounded would still be right.
        let _turn = self.inner.counting.acquire().await.ok();
        let published = self.published();
        let range = asked.inquiry.range;
        let from = range.from.plus_millis(-LOOK_BACK_MILLIS);
        let to = range.to.plus_millis(LOOK_AHEAD_MILLIS);
        let observations = self.observations(Range { from, to }).await?;
        let last = engine::insights::date(&published.knowledge, range.to, ORDER_DAYS);
        let orders = self.inner.store.orders_of_contacts(asked.first.clone(), last).await?;
        let inquiry = asked.inquiry.clone();
        let counted = tokio::task::spawn_blocking(move || {
            let orders: Vec<OrderOfContact> = orders;
            let material =
                Material { observations: &observations, orders: &orders, knowledge: &published.knowledge };
            use_samples(&engine::insights::samples(&material, &inquiry))
        });
        counted.await.map_err(|_| InsightsError::Lost)
    }

    /// What is counted of the events of a range, by rising number.
    pub(crate) async fn observations(&self, range: Range) -> Result<Vec<Observation>, StoreError> {
        while self.seal_run().await? {}
        let store = &self.inner.store;
        let mut observations = Vec::new();
        let mut take = |found: Vec<Observation>| {
            observations.extend(found.into_iter().filter(|one| range.contains(one.at)));
        };
        let (mut after, mut sealed) = (0, 0);
        while let Some(chunk) = store.next_observations(range.from, range.to, after).await? {
            (after, sealed) = (chunk.first, chunk.last);
            take(chunk.observations);
            tokio::task::yield_now().await;
        }
        // A run that lies outside of the range is sealed all the same.
        sealed = sealed.max(store.sealed_observations().await?);
        loop {
            let events = store.events_since(sealed, READ_AT_ONCE).await?;
            let full = events.len() == READ_AT_ONCE;
            sealed = events.last().map_or(sealed, |event| event.number);
            take(events.iter().filter_map(Observation::of).collect());
            if !full {
                return Ok(observations);
            }
        }
    }

    /// Seals the next run of events if it is complete. Says whether it was.
    async fn seal_run(&self) -> Result<bool, StoreError> {
        let store = &self.inner.store;
        let sealed = store.sealed_observations().await?;
        let (oldest, newest) = store.event_bounds().await?;
        let start = sealed.max(oldest - 1);
        let last = (start / RUN + 1) * RUN;
        if newest < last {
            return Ok(false);
        }
        let mut number = start;
        let mut observations = Vec::new();
        let (mut first_at, mut last_at) = (Timestamp::from_millis(i64::MAX), Timestamp::default());
        while number < last {
            let events = store.events_since(number, READ_AT_ONCE).await?;
            for event in events.iter().take_while(|event| event.number <= last) {
                (first_at, last_at) = (first_at.min(event.event.at), last_at.max(event.event.at));
                number = event.number;
                observations.extend(Observation::of(event));
            }
            if events.last().is_none_or(|event| event.number > last) {
                break;
            }
            tokio::task::yield_now().await;
        }
        if number < last {
            // What is not on the disk yet is not read yet.
            return Ok(false);
        }
        let chunk = ObservationChunk { first: start + 1, last, first_at, last_at, observations };
        store.seal_observations(chunk).await?;
        Ok(true)
    }
}

/// Seals runs of events as they are completed and looks each night what could be learned, until the desk stops.
pub(crate) async fn keep(desk: Desk) {
    let night = |desk: &Desk| crate::suggestions::night(&desk.published().knowledge, desk.now());
    let mut last = night(&desk);
    loop {
        tokio::select! {
            () = desk.inner.stop.cancelled() => return,
            () = tokio::time::sleep(SEAL_EVERY) => {}
        }
        if let Err(error) = desk.seal_run().await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "a run of events could not be sealed for the figures; trying again");
        }
        let this = night(&desk);
        if this != last {
            last = this;
            if let Err(error) = desk.find_suggestions().await {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "what talk could teach was not looked for; trying again tomorrow");
            }
        }
    }
}
