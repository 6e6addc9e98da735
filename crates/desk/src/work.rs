//! Who works on which conversation: permits, those who wait for a turn, and the sweep that finds what was left behind.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{
    id::{ConversationId, MessageId},
    turn::Turn,
};
use futures_util::future::BoxFuture;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

use crate::{Desk, receive::LEASE_MILLIS};

/// How often the sweep looks without being woken.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// How long a stop waits for running turns.
const DRAIN_FOR: Duration = Duration::from_secs(10);

type Waiters = Arc<Mutex<HashMap<MessageId, Vec<oneshot::Sender<Turn>>>>>;

pub(crate) struct Work {
    permits: Arc<Semaphore>,
    concurrent: u32,
    waiters: Waiters,
    sweeper: Notify,
}

impl Work {
    pub fn new(concurrent: usize) -> Self {
        let concurrent = u32::try_from(concurrent.max(1)).unwrap_or(u32::MAX);
        Self {
            permits: Arc::new(Semaphore::new(concurrent as usize)),
            concurrent,
            waiters: Waiters::default(),
            sweeper: Notify::new(),
        }
    }

    /// The right to run a turn, if there is room now.
    pub fn try_start(&self) -> Option<OwnedSemaphorePermit> {
        self.permits.clone().try_acquire_owned().ok()
    }

    pub fn wake_sweeper(&self) {
        self.sweeper.notify_one();
    }

    /// Hears of the turn that answers `message`; dropping the future ends the listening.
    pub fn wait_for(&self, message: MessageId) -> BoxFuture<'static, Option<Turn>> {
        let (sender, receiver) = oneshot::channel();
        lock(&self.waiters).entry(message).or_default().push(sender);
        let guard = Listening { waiters: self.waiters.clone(), message };
        Box::pin(async move {
            let turn = receiver.await.ok();
            drop(guard);
            turn
        })
    }

    /// Tells everyone who waits for one of the turn's messages.
    pub fn announce(&self, turn: &Turn) {
        let mut waiters = lock(&self.waiters);
        for message in &turn.message_ids {
            for waiter in waiters.remove(message).unwrap_or_default() {
                // A waiter that gave up is no loss.
                let _ = waiter.send(turn.clone());
            }
        }
    }

    /// Takes no new work and waits for what runs.
    pub async fn drain(&self) {
        let all = self.permits.clone().acquire_many_owned(self.concurrent);
        match tokio::time::timeout(DRAIN_FOR, all).await {
            Ok(Ok(permits)) => permits.forget(),
            Ok(Err(_)) => {}
            Err(_) => tracing::warn!(
                "turns were still running after the drain; they are done again at the next start"
            ),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Listening {
    waiters: Waiters,
    message: MessageId,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut waiters = lock(&self.waiters);
        if let Some(listeners) = waiters.get_mut(&self.message) {
            listeners.retain(|listener| !listener.is_closed());
            if listeners.is_empty() {
                waiters.remove(&self.message);
            }
        }
    }
}

impl Desk {
    /// Runs turns of one claimed conversation until nothing is pending.
    pub(crate) fn work_on(
        &self,
        conversation: ConversationId,
        lease_token: i64,
        permit: OwnedSemaphorePermit,
    ) {
        let desk = self.clone();
        tokio::spawn(async move {
            if let Err(error) = desk.run_turns(conversation, lease_token).await {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, conversation.id = %conversation, "a turn failed; it is tried again");
                metrics::counter!("turn_failures_total").increment(1);
            }
            drop(permit);
            desk.inner.work.wake_sweeper();
        });
    }
}

/// Finds conversations whose messages nobody works on: left over from a crash, or accepted while all workers were busy. Ends
/// conversations that have been silent for long.
pub(crate) async fn sweep(desk: Desk) {
    let inner = &desk.inner;
    let mut backlog = true;
    loop {
        if !backlog {
            tokio::select! {
                () = inner.stop.cancelled() => return,
                () = inner.work.sweeper.notified() => {}
                () = tokio::time::sleep(SWEEP_EVERY) => {}
            }
        }
        let free = inner.work.permits.available_permits();
        if free == 0 {
            backlog = false;
            continue;
        }
        let now = desk.now();
        match inner.store.claim_due(now, now.plus_millis(LEASE_MILLIS), free.min(64)).await {
            Ok(claims) => {
                backlog = !claims.is_empty();
                for (conversation, token) in claims {
                    let Ok(permit) = inner.work.permits.clone().acquire_owned().await else { return };
                    desk.work_on(conversation, token, permit);
                }
            }
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "waiting messages could not be claimed; trying again");
                backlog = false;
            }
        }
        if inner.stop.is_cancelled() {
            return;
        }
    }
}
