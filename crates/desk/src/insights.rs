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
use store::{ObservationChunk, Page, Store, StoreError};

pub use engine::insights::{Arm, Bucket, Figures, Metric, MetricReport, Report, Sample, Uplift};

use crate::Desk;

/// Events that are sealed together.
const RUN: i64 = 4_096;
const READ_AT_ONCE: usize = 1_000;
/// Rows that are forgotten in one go: turns are committed between them.
const FORGOTTEN_AT_ONCE: usize = 2_000;
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
    /// What recommendations brought.
    pub uplift: Uplift,
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
        let uplift = self.uplift(range, query.inbox).await?;
        Ok(Insights { first: asked.first, last: asked.last, timezone, currency, report, uplift })
    }

    /// The moments of a range on the two sides of the lot.
    async fn uplift(&self, range: Range, inbox: Option<InboxId>) -> Result<Uplift, StoreError> {
        let mut uplift = Uplift::default();
        let mut page = Page::first(Page::MAX);
        loop {
            let found = self.inner.store.offers_between(range.from, range.to, inbox, page).await?;
            for offer in &found.items {
                uplift.count(offer);
            }
            let Some(next) = found.next else { return Ok(uplift) };
            page = Page { after: Some(next), limit: Page::MAX };
        }
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
        let store = &self.inner.store;
        while seal_run(store).await? {}
        let mut reading = Reading::begin(store, range).await?;
        reading.sealed_runs().await?;
        reading.newest_events().await
    }
}

/// What is counted of the events of a range: of sealed runs first, then of the events after them. Runs may be sealed meanwhile.
struct Reading<'s> {
    store: &'s Store,
    range: Range,
    /// Up to this event all is read, or lies in a run outside of the range.
    read: i64,
    observations: Vec<Observation>,
}

impl<'s> Reading<'s> {
    async fn begin(store: &'s Store, range: Range) -> Result<Self, StoreError> {
        // Asked before any run is read: what is sealed later than this is read as events.
        let read = store.sealed_observations().await?;
        Ok(Self { store, range, read, observations: Vec::new() })
    }

    fn take(&mut self, found: impl IntoIterator<Item = Observation>) {
        let range = self.range;
        self.observations.extend(found.into_iter().filter(|one| range.contains(one.at)));
    }

    async fn sealed_runs(&mut self) -> Result<(), StoreError> {
        let mut after = 0;
        while let Some(run) = self.store.next_observations(self.range.from, self.range.to, after).await? {
            after = run.first;
            self.read = self.read.max(run.last);
            self.take(run.observations);
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn newest_events(mut self) -> Result<Vec<Observation>, StoreError> {
        loop {
            let events = self.store.events_since(self.read, READ_AT_ONCE).await?;
            self.read = events.last().map_or(self.read, |event| event.number);
            self.take(events.iter().filter_map(Observation::of));
            if events.len() < READ_AT_ONCE {
                return Ok(self.observations);
            }
        }
    }
}

/// Seals the next run of events if it is complete. Says whether it was.
async fn seal_run(store: &Store) -> Result<bool, StoreError> {
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

impl Desk {
    /// Forgets what nobody needs any more: sessions that are over, and after [`keep_days`](crate::DeskOptions::keep_days) the events that
    /// the figures have counted and deliveries that are done. Gives how many rows went.
    pub async fn forget(&self) -> Result<u64, StoreError> {
        let (store, now) = (&self.inner.store, self.now());
        let before = now.plus_hours(-24 * self.inner.options.keep_days);
        let mut gone = store.delete_expired_sessions(now).await?;
        loop {
            let went = store.prune_events(before, FORGOTTEN_AT_ONCE).await?
                + store.prune_outbox(before, FORGOTTEN_AT_ONCE).await?;
            gone += went;
            if went == 0 {
                return Ok(gone);
            }
            tokio::task::yield_now().await;
        }
    }
}

/// Seals runs of events as they are completed, and looks each night what could be learned and what can be forgotten, until the desk
/// stops.
pub(crate) async fn keep(desk: Desk) {
    let night = |desk: &Desk| crate::suggestions::night(&desk.published().knowledge, desk.now());
    let mut last = night(&desk);
    loop {
        tokio::select! {
            () = desk.inner.stop.cancelled() => return,
            () = tokio::time::sleep(SEAL_EVERY) => {}
        }
        if let Err(error) = seal_run(&desk.inner.store).await {
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
            match desk.forget().await {
                Ok(gone) => tracing::info!(store.forgotten = gone, "forgot what nobody needs any more"),
                Err(error) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(
                        error,
                        "what nobody needs any more was not forgotten; trying again tomorrow"
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        event::{EventKind, NewEvent},
        id::{self, ConversationId, EventId},
    };
    use store::StoreOptions;

    use super::*;

    #[tokio::test]
    async fn a_run_that_is_sealed_while_a_report_reads_is_counted_once() {
        let store = Store::open(&StoreOptions::default()).await.expect("opens");
        let at = |number: i64| Timestamp::from_millis(number * 1_000);
        let ended = |number: i64| {
            let id = id::compose(at(number), number.unsigned_abs().into());
            NewEvent {
                id: EventId::from_ulid(id),
                kind: EventKind::ConversationEnded,
                conversation: Some(ConversationId::from_ulid(id)),
                contact: None,
                data: serde_json::json!({ "status": "resolved" }),
                at: at(number),
            }
        };
        let add = async |numbers: std::ops::RangeInclusive<i64>| {
            let last = *numbers.end();
            store.append_events(numbers.map(ended).collect()).await.expect("stored");
            store.watch_events().wait_for(|number| *number >= last).await.expect("the store is open");
        };
        add(1..=RUN + 10).await;
        let range = Range { from: at(0), to: at(10 * RUN) };
        for sealed in [RUN, 2 * RUN] {
            let mut reading = Reading::begin(&store, range).await.expect("reads");
            reading.sealed_runs().await.expect("reads");
            assert!(seal_run(&store).await.expect("seals"), "a run is complete");
            let found = reading.newest_events().await.expect("reads");
            let numbers: Vec<i64> = found.iter().map(|one| one.number).collect();
            assert_eq!(numbers, (1..=sealed + 10).collect::<Vec<_>>());
            add(sealed + 11..=sealed + RUN + 10).await;
        }
        store.close().await;
    }
}
