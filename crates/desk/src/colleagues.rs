//! Who is at the shop and how much he has to do, for whom a conversation is handed to.
//!
//! Presence is kept in the database, so that every node knows who is signed in to another one. A turn asks nobody: it takes the picture
//! that housekeeping made some seconds ago.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use domain::{Timestamp, colleague::Colleague, handoff::Handoff, id::AgentId};
use store::StoreError;

use crate::Desk;

/// Whoever was seen within so many minutes is on-line.
const ONLINE_MINUTES: i64 = 3;
/// Being seen is written down so often; the console's live feed asks for it every few seconds.
const SEEN_EVERY_MILLIS: i64 = 60_000;

#[derive(Debug, Default)]
pub(crate) struct Colleagues {
    known: RwLock<Arc<[Colleague]>>,
    /// When it was last written down that somebody was seen.
    seen: Mutex<HashMap<AgentId, Timestamp>>,
}

impl Colleagues {
    pub fn known(&self) -> Arc<[Colleague]> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, colleagues: Vec<Colleague>) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = colleagues.into();
    }

    /// He has one more from now on, without waiting for the next picture: of two buyers who ask at once both would get the same person.
    pub fn take_one_more(&self, handoff: &Handoff) {
        let Some(name) = &handoff.assigned_to else { return };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut all = known.to_vec();
        match all.iter_mut().find(|colleague| &colleague.name == name) {
            Some(colleague) => colleague.conversations += 1,
            None => all.push(Colleague { name: name.clone(), online: false, conversations: 1 }),
        }
        *known = all.into();
    }

    /// Whether it is time to write down again that somebody was seen; asking says that it is done.
    fn is_news(&self, agent: AgentId, now: Timestamp) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = seen.get(&agent).is_none_or(|at| now.since(*at).abs() >= SEEN_EVERY_MILLIS);
        if is_news {
            seen.insert(agent, now);
        }
        is_news
    }

    fn forget(&self, agent: AgentId) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(&agent);
    }
}

impl Desk {
    /// Somebody uses the console, or has it open. That it cannot be written down keeps nobody out.
    pub(crate) async fn see(&self, agent: AgentId) {
        let now = self.now();
        if !self.inner.colleagues.is_news(agent, now) {
            return;
        }
        if let Err(error) = self.inner.store.set_seen(agent, Some(now)).await {
            self.inner.colleagues.forget(agent);
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, agent.id = %agent, "it could not be stored that somebody is there");
        }
    }

    /// Somebody signed out.
    pub(crate) async fn miss(&self, agent: AgentId) -> Result<(), StoreError> {
        self.inner.colleagues.forget(agent);
        self.inner.store.set_seen(agent, None).await
    }

    /// Looks who is there and who has how much.
    pub async fn look_for_colleagues(&self) -> Result<(), StoreError> {
        let since = self.now().plus_millis(-ONLINE_MINUTES * 60_000);
        self.inner.colleagues.set(self.inner.store.colleagues(since).await?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain::handoff::HandoffReason;
    use ulid::Ulid;

    use super::*;

    #[test]
    fn being_seen_is_written_down_once_a_minute() {
        let colleagues = Colleagues::default();
        let at = |seconds: i64| Timestamp::from_millis(1_795_335_240_000 + seconds * 1_000);
        let (one, other) = (AgentId::from_ulid(Ulid(1)), AgentId::from_ulid(Ulid(2)));
        assert!(colleagues.is_news(one, at(0)));
        assert!(!colleagues.is_news(one, at(59)));
        assert!(colleagues.is_news(other, at(59)));
        assert!(colleagues.is_news(one, at(60)));
        colleagues.forget(one);
        assert!(colleagues.is_news(one, at(61)), "who signed out and in again is there");
    }

    #[test]
    fn who_was_asked_has_one_more_at_once() {
        let colleagues = Colleagues::default();
        colleagues.set(vec![Colleague { name: "陈晓".into(), online: true, conversations: 2 }]);
        for name in ["陈晓", "林佳怡"] {
            let now = Timestamp::from_millis(1);
            let assigned_to = Some(name.to_owned());
            colleagues.take_one_more(&Handoff {
                assigned_to,
                ..Handoff::new(HandoffReason::Vip, String::new(), now)
            });
        }
        let known = colleagues.known();
        let known: Vec<_> =
            known.iter().map(|one| (one.name.as_str(), one.online, one.conversations)).collect();
        assert_eq!(known, [("陈晓", true, 3), ("林佳怡", false, 1)]);
    }
}
