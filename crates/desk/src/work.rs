//! Who works on which conversation: permits, those who wait for a turn, and the sweep that finds what was left behind.

use std::{
    any::Any,
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{
    id::{ConversationId, MessageId, OutboxId},
    turn::Turn,
};
use futures_util::{FutureExt, future::BoxFuture};
use store::{Claim, StoreError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

use self::intake::{Arrival, Intake};
use crate::{Desk, receive::LEASE_MILLIS};

mod intake;

/// How often the sweep looks without being woken.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// How long the sweep rests between two helpings of turns while messages come in more slowly than they could.
const REST: Duration = Duration::from_millis(20);
/// Conversations claimed at once, at the most and at the least, and by how many more after each helping that did no harm.
const MOST_HELPED: usize = 64;
const LEAST_HELPED: usize = 4;
const HELPED_MORE: usize = 4;
/// A person is asked once so many turns of a conversation failed one after another.
const FAILURES_BEFORE_HANDOFF: u32 = 3;
/// How long a stop waits for running turns.
const DRAIN_FOR: Duration = Duration::from_secs(10);

type Waiters = Arc<Mutex<HashMap<MessageId, Vec<oneshot::Sender<Turn>>>>>;

pub(crate) struct Work {
    permits: Arc<Semaphore>,
    concurrent: u32,
    waiters: Waiters,
    sweeper: Notify,
    intake: Intake,
    /// Messages may wait that nobody works on; without any the sweep need not look after each turn.
    left_over: AtomicBool,
    /// How often turns of a conversation failed since one was committed; only those that fail are in it.
    failures: Mutex<HashMap<ConversationId, u32>>,
}

impl Work {
    pub fn new(concurrent: usize) -> Self {
        let concurrent = u32::try_from(concurrent.max(1)).unwrap_or(u32::MAX);
        Self {
            permits: Arc::new(Semaphore::new(concurrent as usize)),
            concurrent,
            waiters: Waiters::default(),
            sweeper: Notify::new(),
            intake: Intake::default(),
            left_over: AtomicBool::new(true),
            failures: Mutex::default(),
        }
    }

    /// Counts a failure and gives how many there were in a row.
    fn count_failure(&self, conversation: ConversationId) -> u32 {
        let mut failures = lock(&self.failures);
        let count = failures.entry(conversation).or_default();
        *count = count.saturating_add(1);
        *count
    }

    fn forget_failures(&self, conversation: ConversationId) {
        lock(&self.failures).remove(&conversation);
    }

    /// Counts a message that is on its way in since `now_micros`.
    pub fn arrive(&self, now_micros: u64) -> Arrival<'_> {
        self.intake.arrive(now_micros)
    }

    /// The right to run a turn at once, if there is room now. Where nobody waits for the turn, taking in comes first.
    pub fn try_start_at_once(&self, awaited: bool) -> Option<OwnedSemaphorePermit> {
        if awaited || !self.intake.is_held_up() { self.try_start() } else { None }
    }

    fn try_start(&self) -> Option<OwnedSemaphorePermit> {
        self.permits.clone().try_acquire_owned().ok()
    }

    pub fn wake_sweeper(&self) {
        self.left_over.store(true, Ordering::SeqCst);
        self.sweeper.notify_one();
    }

    /// A worker is free again: what was left over can be taken up.
    fn worker_is_free(&self) {
        if self.left_over.load(Ordering::SeqCst) {
            self.sweeper.notify_one();
        }
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
    pub fn announce(&self, turn: Turn) {
        let mut waiting = {
            let mut waiters = lock(&self.waiters);
            let of_turn = turn.message_ids.iter().filter_map(|message| waiters.remove(message));
            of_turn.flatten().collect::<Vec<_>>()
        };
        // A waiter that gave up is no loss. Mostly there is one, who gets the turn itself.
        let last = waiting.pop();
        for waiter in waiting {
            let _ = waiter.send(turn.clone());
        }
        if let Some(last) = last {
            let _ = last.send(turn);
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
    pub(crate) fn work_on(&self, claim: Claim, permit: OwnedSemaphorePermit) {
        let desk = self.clone();
        tokio::spawn(async move {
            let conversation = claim.conversation;
            // A panic is a failure like any other: it is logged and counted, and it ends this turn alone.
            let outcome = AssertUnwindSafe(desk.run_turns(claim)).catch_unwind().await;
            match failure_of(conversation, outcome) {
                None => desk.inner.work.forget_failures(conversation),
                Some(failure) => desk.note_failure(conversation, failure).await,
            }
            drop(permit);
            desk.inner.work.worker_is_free();
        });
    }

    /// Counts a turn that failed. Where turns of one conversation fail again and again for what is its own, and not because the database
    /// was away, a person is asked: the buyer would wait without end.
    async fn note_failure(&self, conversation: ConversationId, failure: Failure) {
        metrics::counter!("turn_failures_total").increment(1);
        if failure == Failure::OfDatabase
            || self.inner.work.count_failure(conversation) < FAILURES_BEFORE_HANDOFF
        {
            return;
        }
        let now = self.now();
        let handoff = engine::routing::handoff_after_failures(
            &self.published().knowledge,
            &self.inner.colleagues.known(),
            now,
        );
        let outbox = OutboxId::from_ulid(self.ulid(now));
        let events = self.event_ids(now);
        match self.inner.store.request_person(conversation, handoff, outbox, now, events).await {
            Ok(true) => self.inner.live.wake_deliveries(),
            Ok(false) => {}
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, conversation.id = %conversation, "a person could not be asked");
            }
        }
    }
}

/// Why a turn failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// It passes by itself.
    OfDatabase,
    /// The same again will most likely fail again.
    OfConversation,
}

/// Logs a failure and says whose it is.
fn failure_of(
    conversation: ConversationId,
    outcome: std::thread::Result<Result<(), StoreError>>,
) -> Option<Failure> {
    match outcome {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            let failure = if error.is_transient() { Failure::OfDatabase } else { Failure::OfConversation };
            let error: &dyn std::error::Error = &error;
            tracing::error!(error, conversation.id = %conversation, "a turn failed; it is tried again");
            Some(failure)
        }
        Err(panic) => {
            let reason = words_of(&*panic);
            tracing::error!(reason, conversation.id = %conversation, "a turn panicked; it is tried again");
            Some(Failure::OfConversation)
        }
    }
}

/// What a panic says, where it says anything.
fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default()
}

/// Finds conversations whose messages nobody works on: left over from a crash, or accepted while all workers were busy. Ends
/// conversations that have been silent for long.
pub(crate) async fn sweep(desk: Desk) {
    let inner = &desk.inner;
    let mut backlog = true;
    let mut helping = MOST_HELPED;
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
        // What is not stored yet can be lost, a turn can wait: where taking in suffers, turns that nobody waits for get less.
        if inner.work.intake.is_held_up() {
            helping = (helping / 2).max(LEAST_HELPED);
            tokio::time::sleep(REST).await;
        } else {
            helping = (helping + HELPED_MORE).min(MOST_HELPED);
        }
        // Cleared before looking: what is left over from now on sets it again.
        inner.work.left_over.store(false, Ordering::SeqCst);
        let now = desk.now();
        match inner.store.claim_due(now, now.plus_millis(LEASE_MILLIS), free.min(helping)).await {
            Ok(claims) => {
                backlog = !claims.is_empty();
                if backlog {
                    inner.work.left_over.store(true, Ordering::SeqCst);
                }
                for claim in claims {
                    // Others may have taken the permits meanwhile, a stop for good; what is claimed then is found at the next start.
                    let permit = tokio::select! {
                        () = inner.stop.cancelled() => return,
                        permit = inner.work.permits.clone().acquire_owned() => permit,
                    };
                    let Ok(permit) = permit else { return };
                    desk.work_on(claim, permit);
                }
            }
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "waiting messages could not be claimed; trying again");
                inner.work.left_over.store(true, Ordering::SeqCst);
                backlog = false;
            }
        }
        if inner.stop.is_cancelled() {
            return;
        }
    }
}
