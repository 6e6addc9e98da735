//! Kills, power cuts and redeliveries, each against a record of what was acknowledged.

pub mod duplicates;
pub mod kill;
pub mod power_cut;

use std::{path::PathBuf, time::Duration};

use crate::{
    audit::Verdict,
    traffic::{Sent, Shape},
};

/// What a run with faults needs.
#[derive(Debug, Clone)]
pub struct Setup {
    pub binary: PathBuf,
    /// Empty, and thrown away afterwards.
    pub folder: PathBuf,
    pub rounds: u32,
    pub seed: u64,
    pub shape: Shape,
    /// The fault strikes after so many milliseconds of load, at the earliest and at the latest.
    pub strike_millis: (u64, u64),
}

impl Setup {
    pub fn new(binary: PathBuf, folder: PathBuf, rounds: u32, seed: u64) -> Self {
        Self { binary, folder, rounds, seed, shape: Shape::default(), strike_millis: (150, 2_000) }
    }
}

/// What came of all rounds.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub rounds: u32,
    pub sent: Sent,
    pub verdict: Verdict,
    /// Redelivered messages that did not get the first answer again.
    pub wrong_answers: u64,
    /// From each start after a fault to the first `200` of `/readyz`.
    pub recoveries: Vec<Duration>,
    /// Rounds after which a full check of the database file found it sound; none where it could not be run.
    pub sound_files: Option<u32>,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.verdict.is_clean()
            && self.sent.wrong == 0
            && self.wrong_answers == 0
            && self.sound_files.is_none_or(|sound| sound == self.rounds)
    }

    /// One sentence with all figures.
    pub fn sentence(&self, what: &str, seed: u64) -> String {
        let Verdict { stored, turns, lost, doubled, unanswered, answered_twice, inversions, .. } =
            &self.verdict;
        let mut text = format!(
            "{} {what}: {} acknowledged, {stored} stored in {turns} turns; {lost} lost, {doubled} doubled, {unanswered} unanswered, \
             {answered_twice} answered twice, {inversions} out of order; {} wrong answers",
            self.rounds,
            self.sent.acknowledged,
            self.sent.wrong + self.wrong_answers,
        );
        let mut recoveries = self.recoveries.clone();
        recoveries.sort();
        if let (Some(median), Some(longest)) = (recoveries.get(recoveries.len() / 2), recoveries.last()) {
            text.push_str(&format!(
                "; ready again after {} ms in the median, {} ms at most",
                median.as_millis(),
                longest.as_millis()
            ));
        }
        if let Some(sound) = self.sound_files {
            text.push_str(&format!("; integrity check ok after {sound} of {}", self.rounds));
        }
        text.push_str(&format!(" (seed {seed})"));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_clean_only_if_nothing_at_all_went_wrong() {
        let clean = Report { rounds: 2, ..Report::default() };
        assert!(clean.is_clean());
        assert!(Report { sound_files: Some(2), ..clean.clone() }.is_clean());
        assert!(!Report { sound_files: Some(1), ..clean.clone() }.is_clean());
        assert!(!Report { wrong_answers: 1, ..clean.clone() }.is_clean());
        assert!(!Report { verdict: Verdict { lost: 1, ..Verdict::default() }, ..clean.clone() }.is_clean());
        assert!(!Report { sent: Sent { wrong: 1, ..Sent::default() }, ..clean }.is_clean());
    }
}
