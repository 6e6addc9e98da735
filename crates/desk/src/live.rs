//! The live feed: committed events, in order, to whoever listens.
//!
//! One follower per desk reads new events from the store and hands them to all listeners, so that ten thousand open widgets cost one
//! query. A listener that comes back names the last number it saw; what it missed is read from the store first.

use std::sync::Arc;

use domain::event::Event;
use store::StoreError;
use tokio::sync::{Notify, broadcast};

use crate::Desk;

/// Events that a slow listener may lag behind before it must start over.
const LAG: usize = 4_096;
const READ_AT_ONCE: usize = 1_000;

pub(crate) struct Live {
    events: broadcast::Sender<Arc<Event>>,
    deliveries: Notify,
}

impl Default for Live {
    fn default() -> Self {
        Self { events: broadcast::channel(LAG).0, deliveries: Notify::new() }
    }
}

impl Live {
    pub fn wake_deliveries(&self) {
        self.deliveries.notify_one();
    }

    pub async fn delivery_due(&self) {
        self.deliveries.notified().await;
    }
}

/// What a listener gets next.
#[derive(Debug, Clone)]
pub enum Heard {
    Event(Arc<Event>),
    /// Events were missed for good (too old, or the listener was too slow): read the state anew.
    Reset {
        next: i64,
    },
}

/// A place in the feed.
pub struct Listener {
    desk: Desk,
    feed: broadcast::Receiver<Arc<Event>>,
    last: i64,
    backlog: std::collections::VecDeque<Arc<Event>>,
    behind: bool,
    reset: bool,
}

impl Desk {
    /// Listens from after event `last`, or from now on.
    pub async fn listen(&self, last: Option<i64>) -> Result<Listener, StoreError> {
        // Subscribing comes first: what is committed meanwhile is then seen twice rather than not at all.
        let feed = self.inner.live.events.subscribe();
        let (first, newest) = self.inner.store.event_bounds().await?;
        let (last, reset, behind) = match last {
            None => (newest, false, false),
            Some(last) if last > newest || last + 1 < first => (newest, true, false),
            Some(last) => (last, false, last < newest),
        };
        Ok(Listener {
            desk: self.clone(),
            feed,
            last,
            backlog: std::collections::VecDeque::new(),
            behind,
            reset,
        })
    }
}

impl Listener {
    /// The next event, or `None` when the desk stops.
    pub async fn next(&mut self) -> Result<Option<Heard>, StoreError> {
        loop {
            if std::mem::take(&mut self.reset) {
                return Ok(Some(Heard::Reset { next: self.last }));
            }
            if let Some(event) = self.backlog.pop_front() {
                self.last = event.number;
                return Ok(Some(Heard::Event(event)));
            }
            if self.behind {
                let missed = self.desk.inner.store.events_since(self.last, READ_AT_ONCE).await?;
                self.behind = missed.len() == READ_AT_ONCE;
                self.backlog.extend(missed.into_iter().map(Arc::new));
                continue;
            }
            let stop = self.desk.inner.stop.clone();
            let heard = tokio::select! {
                heard = self.feed.recv() => heard,
                () = stop.cancelled() => return Ok(None),
            };
            match heard {
                Ok(event) if event.number > self.last => {
                    self.last = event.number;
                    return Ok(Some(Heard::Event(event)));
                }
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => self.behind = true,
                Err(broadcast::error::RecvError::Closed) => return Ok(None),
            }
        }
    }
}

/// Reads committed events and hands them to the listeners until the desk stops.
pub(crate) async fn follow(desk: Desk) {
    let mut changed = desk.inner.store.watch_events();
    let mut last = match desk.inner.store.event_bounds().await {
        Ok((_, last)) => last,
        Err(_) => 0,
    };
    loop {
        tokio::select! {
            () = desk.inner.stop.cancelled() => return,
            changed = changed.changed() => if changed.is_err() { return },
        }
        if desk.inner.live.events.receiver_count() == 0 {
            // Nobody listens; whoever comes reads what he missed from the store.
            last = last.max(*changed.borrow_and_update());
            continue;
        }
        loop {
            match desk.inner.store.events_since(last, READ_AT_ONCE).await {
                Ok(events) => {
                    let full = events.len() == READ_AT_ONCE;
                    for event in events {
                        last = event.number;
                        // No listeners is fine.
                        let _ = desk.inner.live.events.send(Arc::new(event));
                    }
                    if !full {
                        break;
                    }
                }
                Err(error) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, "events could not be read; trying again at the next commit");
                    break;
                }
            }
        }
    }
}
