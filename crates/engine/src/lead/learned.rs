//! The score learned from leads that were won and lost.
//!
//! It sees of a lead what the points see: which signals the buyer showed, and over how many messages. Both end with the lead, so that
//! nothing of the outcome is in what is learned from. Before any outcome its order is that of the points.

use std::collections::BTreeSet;

use domain::lead::{Lead, LeadStatus, LearnedScore, ScoreReason};

use super::{
    rule::{Condition, Signal},
    scorecard::Scorecard,
};
use crate::{
    knowledge::{LeadSettings, Told},
    learning::table::Table,
};

/// Outcomes that are needed, and of those so many won and so many lost.
const LEAST_OUTCOMES: usize = 50;
const LEAST_OF_EACH: usize = 10;
/// The column beside those of the signals.
const MESSAGES: &str = "messages";

/// Made outside of turns from leads with an outcome; it does not change.
#[derive(Debug, Clone)]
pub struct Score {
    card: Scorecard,
    /// Names of signals, then [`MESSAGES`].
    columns: Vec<String>,
    outcomes: usize,
    /// Chances of the leads of the weeks before, falling, and how many weeks those are.
    recent: Vec<f64>,
    weeks: usize,
}

impl Score {
    /// Learns from leads in the order of time; open ones teach nothing. `recent` are all leads of the last `weeks` weeks, which tell how
    /// many would reach a chance. `None` where outcomes are too few.
    pub fn learn(leads: &[Lead], recent: &[Lead], weeks: usize, settings: &LeadSettings) -> Option<Self> {
        let closed: Vec<&Lead> = leads.iter().filter(|lead| !lead.status.is_open()).collect();
        let won = closed.iter().filter(|lead| lead.status == LeadStatus::Won).count();
        if closed.len() < LEAST_OUTCOMES || won < LEAST_OF_EACH || closed.len() - won < LEAST_OF_EACH {
            return None;
        }
        let shown = closed.iter().flat_map(|lead| &lead.signals).map(|signal| signal.name.as_str());
        let names: BTreeSet<&str> = settings.points.keys().map(String::as_str).chain(shown).collect();
        let mut columns: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        columns.push(MESSAGES.to_owned());
        let mut table = Table { columns: columns.clone(), rows: Vec::new() };
        let signals: Vec<Signal> = settings
            .points
            .iter()
            .filter_map(|(name, points)| {
                // The column is there, since it was made from the same names.
                let condition = Condition::parse(&format!("{name} == 1"), &table).ok()?;
                Some(Signal { name: name.clone(), points: *points, conditions: vec![condition] })
            })
            .collect();
        table.rows = closed.iter().map(|lead| cells(&columns, lead)).collect();
        let outcomes: Vec<bool> = closed.iter().map(|lead| lead.status == LeadStatus::Won).collect();
        let rows: Vec<usize> = (0..closed.len()).collect();
        let card = Scorecard::fit(&table, &rows, &outcomes, &signals);
        let mut score =
            Self { card, columns, outcomes: closed.len(), recent: Vec::new(), weeks: weeks.max(1) };
        score.recent = recent.iter().map(|lead| score.chance(lead)).collect();
        score.recent.sort_by(|left, right| right.total_cmp(left));
        Some(score)
    }

    /// Leads with an outcome that it learned from.
    pub const fn outcomes(&self) -> usize {
        self.outcomes
    }

    /// That the lead is won.
    pub fn chance(&self, lead: &Lead) -> f64 {
        self.card.chance(&cells(&self.columns, lead))
    }

    /// The chance with what it is made of, the weightiest first; the reasons add up to the log odds but for the constant.
    pub fn explain(&self, lead: &Lead) -> LearnedScore {
        // A signal speaks by its points and by itself; both are one reason.
        let mut reasons: Vec<ScoreReason> = Vec::new();
        for reason in self.card.reasons(&cells(&self.columns, lead)) {
            match reasons.iter_mut().find(|known| known.name == reason.name) {
                Some(known) => known.log_odds += reason.log_odds,
                None => reasons.push(ScoreReason { name: reason.name, log_odds: reason.log_odds }),
            }
        }
        reasons.retain(|reason| reason.log_odds.abs() > 1e-9);
        reasons.sort_by(|left, right| right.log_odds.abs().total_cmp(&left.log_odds.abs()));
        LearnedScore { chance: self.chance(lead), reasons }
    }

    /// The least chance at which no more leads a week would have been told than `capacity`.
    fn cut(&self, capacity: u32) -> f64 {
        let places = capacity as usize * self.weeks;
        match self.recent.get(places) {
            // The next one would be too many: only what stands above it is told.
            Some(beyond) => beyond.next_up(),
            None => 0.0,
        }
    }

    /// Whether somebody is told of the lead, by what the owner chose. `amount` is the order's in whole units of the shop's currency.
    pub(crate) fn is_worth_telling(
        &self,
        lead: &Lead,
        told: Told,
        threshold: u32,
        amount: Option<i64>,
    ) -> bool {
        let chance = self.chance(lead);
        let by_chance = chance >= f64::from(threshold) / 100.0;
        match told {
            Told::Points => lead.score >= threshold,
            Told::Chance => by_chance,
            // Without an amount nothing can be weighed.
            Told::Value(least) => amount.map_or(by_chance, |amount| chance * amount as f64 >= least as f64),
            Told::Capacity(most) => chance >= self.cut(most),
        }
    }
}

/// A lead as a record.
fn cells(columns: &[String], lead: &Lead) -> Vec<String> {
    let messages: BTreeSet<_> = lead.signals.iter().map(|signal| signal.evidence).collect();
    columns
        .iter()
        .map(|column| {
            if column == MESSAGES {
                return messages.len().to_string();
            }
            let shown = lead.signals.iter().any(|signal| signal.name == *column);
            if shown { "1" } else { "0" }.to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests;
