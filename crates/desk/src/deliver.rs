//! The dispatcher: takes what is due from the outbox and hands it to the ports. Nothing else sends.

use std::time::Duration;

use domain::outbox::{Delivery, OutboxEntry, OutboxStatus};
use store::StoreError;
use tokio::time::{Instant, Interval, MissedTickBehavior};

use crate::{
    Desk,
    ports::{Delivered, Notice},
};

const POLL_EVERY: Duration = Duration::from_millis(500);
const HOUSEKEEP_EVERY: Duration = Duration::from_secs(10);
const BATCH: usize = 100;
/// Seconds before the next try, by the number of tries so far; after the last one it has failed.
const RETRY_SECONDS: [i64; 7] = [1, 5, 30, 300, 1_800, 7_200, 18_000];

pub(crate) async fn run(desk: Desk) {
    let mut housekeeping = every(HOUSEKEEP_EVERY);
    loop {
        let step = tokio::select! {
            () = desk.inner.stop.cancelled() => return,
            step = next_step(&mut housekeeping, POLL_EVERY, desk.inner.live.delivery_due()) => step,
        };
        match step {
            Step::Deliver => {
                if let Err(error) = desk.deliver_due().await {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, "the outbox could not be read; trying again");
                }
            }
            Step::Housekeep => desk.housekeep().await,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Deliver,
    Housekeep,
}

/// Ticks after each period, the first time after one.
fn every(period: Duration) -> Interval {
    let mut interval = tokio::time::interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// What is to be done next. Housekeeping has a clock of its own: however often deliveries are due, its turn comes.
async fn next_step(housekeeping: &mut Interval, poll: Duration, due: impl Future<Output = ()>) -> Step {
    tokio::select! {
        biased;
        _ = housekeeping.tick() => Step::Housekeep,
        () = due => Step::Deliver,
        () = tokio::time::sleep(poll) => Step::Deliver,
    }
}

impl Desk {
    async fn deliver_due(&self) -> Result<(), StoreError> {
        loop {
            let due = self.inner.store.due_outbox(self.now(), BATCH).await?;
            let full = due.len() == BATCH;
            for entry in due {
                self.deliver(entry).await?;
            }
            if !full {
                return Ok(());
            }
        }
    }

    async fn deliver(&self, entry: OutboxEntry) -> Result<(), StoreError> {
        let delivered = match &entry.delivery {
            Delivery::Message { conversation, message } => {
                let Some(conversation) = self.inner.store.conversation(*conversation).await? else {
                    return self.mark(&entry, OutboxStatus::Failed, 0).await;
                };
                // Asked again at the last moment: a person may have taken over since the entry fell due.
                if entry.owner_epoch.is_some_and(|epoch| epoch != conversation.owner_epoch) {
                    metrics::counter!("outbox_superseded_total").increment(1);
                    return self.mark(&entry, OutboxStatus::Superseded, 0).await;
                }
                let inbox = self.inboxes().into_iter().find(|inbox| inbox.id == conversation.inbox);
                let message = self.inner.store.message(*message).await?;
                let (Some(inbox), Some(message)) = (inbox, message) else {
                    return self.mark(&entry, OutboxStatus::Failed, 0).await;
                };
                self.inner.sender.send(&inbox, &conversation, &message).await
            }
            Delivery::LeadNotification { lead } => match self.inner.store.lead(*lead).await? {
                Some(lead) => self.inner.notifier.notify(&Notice::HotLead { lead: Box::new(lead) }).await,
                None => Delivered::Refused { reason: "the lead is gone".into() },
            },
            Delivery::HandoffNotification { conversation } => {
                match self.inner.store.conversation(*conversation).await? {
                    Some(conversation) => {
                        let conversation = Box::new(conversation);
                        self.inner.notifier.notify(&Notice::Handoff { conversation }).await
                    }
                    None => Delivered::Refused { reason: "the conversation is gone".into() },
                }
            }
        };
        let kind = entry.delivery.kind();
        match delivered {
            Delivered::Sent => self.mark(&entry, OutboxStatus::Sent, 0).await,
            Delivered::Unknown { reason } => {
                tracing::warn!(outbox.id = %entry.id, outbox.kind = kind, reason, "whether it arrived is unknown");
                self.mark(&entry, OutboxStatus::Uncertain, 0).await
            }
            Delivered::Refused { reason } => {
                tracing::error!(outbox.id = %entry.id, outbox.kind = kind, reason, "the delivery was refused");
                self.mark(&entry, OutboxStatus::Failed, 0).await
            }
            Delivered::Retry { reason } => {
                let Some(seconds) = RETRY_SECONDS.get(entry.attempts as usize) else {
                    tracing::error!(outbox.id = %entry.id, outbox.kind = kind, reason, "delivery failed for good");
                    return self.mark(&entry, OutboxStatus::Failed, 0).await;
                };
                tracing::warn!(outbox.id = %entry.id, outbox.kind = kind, reason, retry_s = seconds, "delivery failed");
                self.mark(&entry, OutboxStatus::Pending, seconds * 1_000).await
            }
        }
    }

    async fn mark(&self, entry: &OutboxEntry, status: OutboxStatus, delay_ms: i64) -> Result<(), StoreError> {
        metrics::counter!("outbox_delivered_total", "status" => status.name()).increment(1);
        let due_at = self.now().plus_millis(delay_ms);
        self.inner.store.mark_outbox(entry.id, status, entry.attempts + 1, due_at).await
    }

    /// What is done every few seconds although nobody writes: ends silent conversations, closes approvals that nobody decided, expires
    /// quotes whose last day went by, writes again to silent buyers, passes on leads, looks who is there, and refreshes the gauges. What fails is logged and
    /// done the next time.
    pub async fn housekeep(&self) {
        let now = self.now();
        let silent_since = now.plus_hours(-self.inner.options.silence_hours);
        if let Err(error) = self.inner.store.lapse_silent(silent_since, now, BATCH).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "silent conversations could not be ended");
        }
        if let Err(error) = self.expire_approvals().await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "approvals whose time is over could not be closed");
        }
        self.expire_quotes().await;
        if let Err(error) = self.look_after().await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "silent conversations could not be looked at");
        }
        if let Err(error) = self.look_after_leads().await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "leads could not be looked after");
        }
        if let Err(error) = self.look_for_colleagues().await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "it could not be looked up who is there");
        }
        self.refresh_gauges().await;
    }

    /// Writes the ages and depths that an operator watches to the metrics.
    pub async fn refresh_gauges(&self) {
        if let Ok(stats) = self.inner.store.outbox_stats(self.now()).await {
            metrics::gauge!("outbox_pending").set(stats.pending as f64);
            metrics::gauge!("outbox_oldest_age_seconds").set(stats.oldest_age_ms as f64 / 1e3);
        }
        if let Ok(pending) = self.inner.store.pending_messages().await {
            metrics::gauge!("messages_pending").set(pending as f64);
        }
        metrics::gauge!("knowledge_revision").set(self.published().knowledge.revision as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn housekeeping_has_its_turn_however_often_deliveries_are_due() {
        let mut housekeeping = every(Duration::from_millis(20));
        let mut kept = 0;
        for _ in 0..100 {
            // Far sooner than the poll, which never comes.
            let due = tokio::time::sleep(Duration::from_millis(2));
            let step = next_step(&mut housekeeping, Duration::from_mins(10), due).await;
            kept += usize::from(step == Step::Housekeep);
        }
        assert!((2..=20).contains(&kept), "{kept} of 100");
    }

    #[tokio::test]
    async fn what_is_due_without_a_word_is_found_by_looking() {
        let mut housekeeping = every(Duration::from_mins(10));
        let step = next_step(&mut housekeeping, Duration::from_millis(1), std::future::pending()).await;
        assert_eq!(step, Step::Deliver);
    }
}
