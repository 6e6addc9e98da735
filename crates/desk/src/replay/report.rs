//! What a replay found: counts, by rule, with examples, and the hash of all of it.

use std::{cmp::Reverse, collections::BTreeMap, fmt::Write as _};

use domain::{
    Timestamp,
    id::{ConversationId, MessageId, TurnId},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::outcome::{Aspect, Outcome};
use crate::knowledge::Published;

/// What would change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The revision that is in force, 0 where none was published.
    pub revision: i64,
    /// Of the knowledge that is in force, and of the other.
    pub digest_before: String,
    pub digest_after: String,
    pub since: Option<Timestamp>,
    /// Conversations with at least one turn that was decided anew.
    pub conversations: u64,
    pub turns: u64,
    /// Turns whose messages are not stored any more.
    pub skipped: u64,
    pub reproduced: Reproduced,
    pub changed_conversations: u64,
    pub changed: Counts,
    /// The pair of rules with the most changes first.
    pub by_rule: Vec<RuleChanges>,
    /// SHA-256 over both outcomes of every turn.
    pub hash: String,
}

/// How far deciding again gives what was decided then: of the turns that the same revision decided and no language model worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Reproduced {
    pub of: u64,
    pub exactly: u64,
}

/// Changed turns by what changed in them; one turn may count in several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    pub turns: u64,
    /// Of these, turns that change only because something earlier in the talk did.
    pub following: u64,
    pub replies: u64,
    pub prices: u64,
    pub handoffs: u64,
    pub recommendations: u64,
    pub scores: u64,
    pub approvals: u64,
    pub strategies: u64,
}

/// Changes of turns that one rule decided before and another, or the same, decides after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleChanges {
    pub rule_before: String,
    pub rule_after: String,
    pub changed: Counts,
    pub examples: Vec<Example>,
}

/// One turn, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    pub conversation: ConversationId,
    pub turn: TurnId,
    /// The first of the buyer's messages.
    pub message: MessageId,
    pub at: Timestamp,
    /// What the buyer wrote.
    pub text: String,
    pub aspects: Vec<Aspect>,
    /// It changes only because something earlier in the talk did.
    pub following: bool,
    pub before: Outcome,
    pub after: Outcome,
}

impl Counts {
    fn count(&mut self, aspects: &[Aspect], following: bool) {
        self.turns += 1;
        self.following += u64::from(following);
        for aspect in aspects {
            let counter = match aspect {
                Aspect::Reply => &mut self.replies,
                Aspect::Price => &mut self.prices,
                Aspect::Handoff => &mut self.handoffs,
                Aspect::Recommendation => &mut self.recommendations,
                Aspect::Score => &mut self.scores,
                Aspect::Approval => &mut self.approvals,
                Aspect::Strategy => &mut self.strategies,
            };
            *counter += 1;
        }
    }

    fn add(&mut self, other: &Self) {
        let Self {
            turns,
            following,
            replies,
            prices,
            handoffs,
            recommendations,
            scores,
            approvals,
            strategies,
        } = other;
        self.turns += turns;
        self.following += following;
        self.replies += replies;
        self.prices += prices;
        self.handoffs += handoffs;
        self.recommendations += recommendations;
        self.scores += scores;
        self.approvals += approvals;
        self.strategies += strategies;
    }
}

#[derive(Debug, Default)]
struct Pair {
    changed: Counts,
    examples: Vec<Example>,
}

/// What was found so far. Tallies are added in the order of contacts, so that nothing depends on who was done first.
#[derive(Default)]
pub(super) struct Tally {
    conversations: u64,
    changed_conversations: u64,
    pub(super) turns: u64,
    pub(super) skipped: u64,
    pub(super) reproduced: Reproduced,
    changed: Counts,
    pairs: BTreeMap<(String, String), Pair>,
    hash: Sha256,
    /// The conversations of one contact, with whether anything changed in them.
    talks: BTreeMap<ConversationId, bool>,
}

impl Tally {
    /// Takes in one turn that was decided both ways.
    pub(super) fn take(
        &mut self,
        conversation: ConversationId,
        turn: TurnId,
        before: &Outcome,
        after: &Outcome,
    ) {
        self.turns += 1;
        self.talks.entry(conversation).or_default();
        self.hash.update(turn.to_string());
        for outcome in [before, after] {
            // Outcomes hold texts and numbers alone, which are always written.
            let text = serde_json::to_vec(outcome).unwrap_or_default();
            self.hash.update((text.len() as u64).to_le_bytes());
            self.hash.update(text);
        }
    }

    /// Counts a change; `most` examples are kept of each pair of rules.
    pub(super) fn change(&mut self, example: Example, most: usize) {
        self.talks.insert(example.conversation, true);
        self.changed.count(&example.aspects, example.following);
        let rules = (example.before.rule.clone(), example.after.rule.clone());
        let pair = self.pairs.entry(rules).or_default();
        pair.changed.count(&example.aspects, example.following);
        if pair.examples.len() < most {
            pair.examples.push(example);
        }
    }

    pub(super) fn add(&mut self, other: Self, most: usize) {
        let Self {
            turns,
            skipped,
            reproduced,
            changed,
            pairs,
            hash,
            talks,
            conversations,
            changed_conversations,
        } = other;
        self.conversations += conversations + talks.len() as u64;
        self.changed_conversations +=
            changed_conversations + talks.values().filter(|changed| **changed).count() as u64;
        self.turns += turns;
        self.skipped += skipped;
        self.reproduced.of += reproduced.of;
        self.reproduced.exactly += reproduced.exactly;
        self.changed.add(&changed);
        for (rules, Pair { changed, examples }) in pairs {
            let pair = self.pairs.entry(rules).or_default();
            pair.changed.add(&changed);
            let room = most.saturating_sub(pair.examples.len());
            pair.examples.extend(examples.into_iter().take(room));
        }
        self.hash.update(hash.finalize());
    }

    pub(super) fn report(self, before: &Published, digest_after: &str, since: Option<Timestamp>) -> Report {
        let mut hash = self.hash;
        let digest_before = before.knowledge.digest.clone();
        for digest in [&*digest_before, digest_after] {
            hash.update((digest.len() as u64).to_le_bytes());
            hash.update(digest);
        }
        let hash = hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        let mut by_rule: Vec<RuleChanges> = self
            .pairs
            .into_iter()
            .map(|((rule_before, rule_after), Pair { changed, examples })| RuleChanges {
                rule_before,
                rule_after,
                changed,
                examples,
            })
            .collect();
        // The sort is stable: equal ones stay by name.
        by_rule.sort_by_key(|pair| Reverse(pair.changed.turns));
        Report {
            revision: before.knowledge.revision,
            digest_before,
            digest_after: digest_after.to_owned(),
            since,
            conversations: self.conversations,
            turns: self.turns,
            skipped: self.skipped,
            reproduced: self.reproduced,
            changed_conversations: self.changed_conversations,
            changed: self.changed,
            by_rule,
            hash,
        }
    }
}
