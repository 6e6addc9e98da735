//! What other knowledge would change: of the files, and of stored conversations.

use desk::{knowledge::publishing::Comparison, replay};
use serde::Serialize;
use utoipa::ToSchema;

/// One place where files differ from the revision in force.
#[derive(Debug, Serialize, ToSchema)]
struct KnowledgeDifference {
    /// `products.P001.price`
    path: String,
    /// As written; null where it is not there.
    before: Option<String>,
    after: Option<String>,
}

/// What files would change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnowledgeDiff {
    /// In force now.
    revision: i64,
    differences: Vec<KnowledgeDifference>,
    /// Whether they could be published.
    sound: bool,
    /// Errors and warnings with file, line, column and how to mend them.
    problems: Vec<String>,
}

impl From<Comparison> for KnowledgeDiff {
    fn from(comparison: Comparison) -> Self {
        let sound = comparison.is_sound();
        let differences = comparison.differences.into_iter().map(|one| KnowledgeDifference {
            path: one.path,
            before: one.before,
            after: one.after,
        });
        Self {
            revision: comparison.revision,
            differences: differences.collect(),
            sound,
            problems: comparison.problems.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What would change in stored conversations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Replay {
    /// In force now.
    revision: i64,
    conversations: u64,
    turns: u64,
    /// Turns whose messages are not stored any more.
    skipped: u64,
    reproduced: ReplayReproduced,
    changed_conversations: u64,
    changed: ReplayCounts,
    /// The pair of rules with the most changes first.
    by_rule: Vec<ReplayRule>,
    /// The same conversations and knowledge give the same.
    hash: String,
}

/// How far deciding again gives what was decided then: of the turns that the revision in force decided.
#[derive(Debug, Serialize, ToSchema)]
struct ReplayReproduced {
    of: u64,
    exactly: u64,
}

/// Changed turns by what changes in them; one turn may count in several.
#[derive(Debug, Serialize, ToSchema)]
struct ReplayCounts {
    turns: u64,
    /// Of these, turns that change only because something earlier in the talk does.
    following: u64,
    replies: u64,
    prices: u64,
    handoffs: u64,
    recommendations: u64,
    scores: u64,
    approvals: u64,
    strategies: u64,
}

/// Changes of turns that one rule decides now and another, or the same, would decide.
#[derive(Debug, Serialize, ToSchema)]
struct ReplayRule {
    rule_before: String,
    rule_after: String,
    changed: ReplayCounts,
    examples: Vec<ReplayExample>,
}

#[derive(Debug, Serialize, ToSchema)]
struct ReplayExample {
    conversation_id: String,
    turn_id: String,
    message_id: String,
    at: String,
    /// What the buyer wrote.
    text: String,
    /// `reply`, `price`, `handoff`, `recommendation`, `score`, `approval`, `strategy`.
    changes: Vec<&'static str>,
    /// It changes only because something earlier in the talk does.
    following: bool,
    before: ReplayOutcome,
    after: ReplayOutcome,
}

/// What a turn comes to by one knowledge.
#[derive(Debug, Serialize, ToSchema)]
struct ReplayOutcome {
    strategy: String,
    rule: String,
    stage: &'static str,
    /// Empty where the assistant says nothing.
    reply: String,
    draft: bool,
    prices: Vec<String>,
    /// The reason.
    handoff: Option<&'static str>,
    recommendation: Vec<String>,
    score: Option<f64>,
    /// What people would be asked to approve.
    approvals: Vec<&'static str>,
}

impl From<replay::Report> for Replay {
    fn from(report: replay::Report) -> Self {
        let by_rule = report.by_rule.into_iter().map(|pair| ReplayRule {
            rule_before: pair.rule_before,
            rule_after: pair.rule_after,
            changed: pair.changed.into(),
            examples: pair.examples.into_iter().map(Into::into).collect(),
        });
        Self {
            revision: report.revision,
            conversations: report.conversations,
            turns: report.turns,
            skipped: report.skipped,
            reproduced: ReplayReproduced { of: report.reproduced.of, exactly: report.reproduced.exactly },
            changed_conversations: report.changed_conversations,
            changed: report.changed.into(),
            by_rule: by_rule.collect(),
            hash: report.hash,
        }
    }
}

impl From<replay::Counts> for ReplayCounts {
    fn from(counts: replay::Counts) -> Self {
        let replay::Counts {
            turns,
            following,
            replies,
            prices,
            handoffs,
            recommendations,
            scores,
            approvals,
            strategies,
        } = counts;
        Self { turns, following, replies, prices, handoffs, recommendations, scores, approvals, strategies }
    }
}

impl From<replay::Example> for ReplayExample {
    fn from(example: replay::Example) -> Self {
        Self {
            conversation_id: example.conversation.to_string(),
            turn_id: example.turn.to_string(),
            message_id: example.message.to_string(),
            at: example.at.to_string(),
            text: example.text,
            changes: example.aspects.into_iter().map(replay::Aspect::name).collect(),
            following: example.following,
            before: example.before.into(),
            after: example.after.into(),
        }
    }
}

impl From<replay::Outcome> for ReplayOutcome {
    fn from(outcome: replay::Outcome) -> Self {
        Self {
            strategy: outcome.strategy,
            rule: outcome.rule,
            stage: outcome.stage.name(),
            reply: outcome.reply,
            draft: outcome.draft,
            prices: outcome.prices,
            handoff: outcome.handoff.map(domain::handoff::HandoffReason::name),
            recommendation: outcome.recommendation.iter().map(ToString::to_string).collect(),
            score: outcome.score,
            approvals: outcome.approvals.into_iter().map(domain::negotiation::Parameter::name).collect(),
        }
    }
}
