//! Who gets a lead, until when he has to take it up, and what becomes of one that nobody hears of.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use domain::{
    Timestamp,
    id::{EventId, LeadId, OutboxId},
    lead::{Lead, LeadStatus},
    outbox::{Delivery, OutboxEntry, OutboxStatus},
};
use engine::{routing, turn::TakenTurn};
use store::{ChangeError, LeadChange, LeadStep, StoreError};

use crate::Desk;

/// So many are looked at in one go.
const BATCH: usize = 100;
/// How often silent leads are looked for: a day more or less is nothing to them.
const SILENCE_EVERY_MILLIS: i64 = 3_600_000;

/// How much everybody has to do, as far as it is known without asking the database in a turn.
#[derive(Debug, Default)]
pub(crate) struct Loads {
    open: Mutex<HashMap<String, i64>>,
    /// When silent leads were last looked for, in milliseconds.
    silence_at: AtomicI64,
}

impl Loads {
    /// Of `candidates` the one with the fewest open leads, the first of several; he has one more from now on.
    fn choose<'c>(&self, candidates: &'c [String]) -> Option<&'c String> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let chosen = candidates.iter().min_by_key(|name| open.get(*name).copied().unwrap_or(0))?;
        *open.entry(chosen.clone()).or_default() += 1;
        Some(chosen)
    }

    fn set(&self, counts: Vec<(String, i64)>) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = counts.into_iter().collect();
    }

    /// Whether it is time again to look for silent leads; asking says that it is done.
    fn look_for_silence(&self, now: Timestamp) -> bool {
        let last = self.silence_at.load(Ordering::Relaxed);
        let due = last == 0 || now.millis().saturating_sub(last).abs() >= SILENCE_EVERY_MILLIS;
        if due {
            self.silence_at.store(now.millis(), Ordering::Relaxed);
        }
        due
    }
}

impl Desk {
    /// Gives a new lead to the one of its candidates who has the least to do.
    pub(crate) fn assign_lead(&self, taken: &mut TakenTurn) {
        let Some(lead) = &mut taken.lead else { return };
        if let Some(chosen) = self.inner.loads.choose(&taken.lead_candidates) {
            lead.assigned_to = Some(chosen.clone());
            if let Some(view) = &mut taken.turn.lead {
                view.assigned_to = Some(chosen.clone());
            }
        }
    }

    /// Passes on what nobody took up in time, proposes to close what nobody hears of, and counts anew who has how much.
    pub async fn look_after_leads(&self) -> Result<(), StoreError> {
        let now = self.now();
        let store = &self.inner.store;
        let published = self.published();
        let knowledge = &published.knowledge;
        for lead in store.due_leads(now, BATCH).await? {
            let next = routing::pass_lead_on(knowledge, &lead, now);
            let entry = OutboxEntry {
                id: OutboxId::from_ulid(self.ulid(now)),
                delivery: Delivery::LeadNotification { lead: lead.id },
                owner_epoch: None,
                status: OutboxStatus::Pending,
                attempts: 0,
                due_at: now,
                expires_at: None,
                created_at: now,
            };
            let event = EventId::from_ulid(self.ulid(now));
            let step = LeadStep { lead: next, expected: lead, outbox: Some(entry), event };
            if store.step_lead(step).await? {
                metrics::counter!("leads_passed_on_total").increment(1);
                self.inner.live.wake_deliveries();
            }
        }
        if self.inner.loads.look_for_silence(now) {
            let before = now.plus_hours(-24 * knowledge.leads.lost_after_days);
            for id in store.silent_leads(before, BATCH).await? {
                let Some(lead) = store.lead(id).await? else { continue };
                let proposal = Some(routing::propose_lost(knowledge, now));
                let next = Lead { proposal, updated_at: now, ..lead.clone() };
                let event = EventId::from_ulid(self.ulid(now));
                store.step_lead(LeadStep { lead: next, expected: lead, outbox: None, event }).await?;
            }
        }
        self.inner.loads.set(store.lead_loads().await?);
        Ok(())
    }

    /// Moves a lead on the board; won and lost need a reason. An empty assignee clears it.
    pub async fn change_lead(
        &self,
        lead: LeadId,
        status: Option<LeadStatus>,
        assigned_to: Option<String>,
        outcome_reason: Option<String>,
    ) -> Result<Lead, ChangeError> {
        let now = self.now();
        let change = LeadChange { status, assigned_to, outcome_reason };
        self.inner.store.update_lead(lead, change, now, self.event_ids(now)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn who_has_the_least_to_do_gets_the_next_one_and_equals_take_turns() {
        let loads = Loads::default();
        let team = names(&["陈晓", "林佳怡", "Kevin Zhou"]);
        let mut given: Vec<&str> = Vec::new();
        for _ in 0..6 {
            given.push(loads.choose(&team).expect("somebody"));
        }
        assert_eq!(given, ["陈晓", "林佳怡", "Kevin Zhou", "陈晓", "林佳怡", "Kevin Zhou"]);
        loads.set(vec![("陈晓".into(), 5), ("林佳怡".into(), 2), ("Kevin Zhou".into(), 3)]);
        let next: Vec<&str> = (0..3).map(|_| loads.choose(&team).expect("somebody").as_str()).collect();
        assert_eq!(next, ["林佳怡", "林佳怡", "Kevin Zhou"]);
        assert_eq!(loads.choose(&[]), None);
    }

    #[test]
    fn silence_is_looked_for_once_an_hour() {
        let loads = Loads::default();
        let at = |minutes: i64| Timestamp::from_millis(1_795_335_240_000 + minutes * 60_000);
        assert!(loads.look_for_silence(at(0)));
        assert!(!loads.look_for_silence(at(59)));
        assert!(loads.look_for_silence(at(60)));
    }
}
