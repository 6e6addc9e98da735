//! The shapes of a turn's pieces as they are recorded; only their schemas are used.
#![expect(dead_code, reason = "these types describe what the domain serialises; none of them is ever made")]

use serde_json::Value;
use utoipa::ToSchema;

#[derive(ToSchema)]
pub(crate) struct Understanding {
    /// `zh`, `en`, `mixed` or `other`.
    language: String,
    /// `local`, `model` or `merged`.
    source: String,
    /// In order of appearance; the first is the primary one.
    intents: Vec<ScoredIntent>,
    entities: Vec<Entity>,
    /// The product category that the message is about.
    topic: Option<String>,
    /// Those that cannot be told apart, the likeliest first; not there where there is no doubt.
    #[schema(required = false)]
    undecided: Vec<ScoredIntent>,
    /// What of it a language model said; not there where none did.
    #[schema(required = false)]
    assisted: Option<Assisted>,
}

#[derive(ToSchema)]
pub(crate) struct Assisted {
    /// It picked the intents among those that could not be told apart.
    intents: bool,
    /// Where the entities begin that it pointed at.
    entities: Vec<usize>,
}

#[derive(ToSchema)]
pub(crate) struct ScoredIntent {
    name: String,
    /// Calibrated, within 0 to 1.
    confidence: f64,
}

#[derive(ToSchema)]
pub(crate) struct Entity {
    /// `product`, `quantity`, `money`, …: see the taxonomy.
    #[schema(rename = "type")]
    kind: String,
    text: String,
    /// Unicode code points of the turn's text.
    start: u64,
    end: u64,
    /// The normal form, which depends on the type; null where it is not resolved.
    value: Value,
    /// Excluded by the buyer.
    #[schema(required = false)]
    negated: bool,
    /// Where several fit.
    #[schema(required = false)]
    candidates: Vec<Value>,
    /// Of a product: words for a kind of goods, of which the candidates are.
    #[schema(required = false)]
    generic: bool,
}

/// What the turn set out to do, and which rule said so.
#[derive(ToSchema)]
pub(crate) struct Strategy {
    name: String,
    rule: String,
    /// The terms that held.
    why: Vec<String>,
    passed_over: Vec<PassedOver>,
    /// Tests of rules that this turn was part of; left out where there are none.
    tests: Option<Vec<TestArm>>,
}

#[derive(ToSchema)]
pub(crate) struct TestArm {
    test: String,
    /// The rule in whose share the buyer is; null where he is held out.
    rule: Option<String>,
}

#[derive(ToSchema)]
pub(crate) struct PassedOver {
    rule: String,
    /// The first term that failed.
    because: String,
}

#[derive(ToSchema)]
pub(crate) struct Recommendation {
    /// `same_topic`, `purchase_intent`, `asked`, `new_products` or `follow_up`.
    trigger: String,
    /// Three at most.
    items: Vec<RecommendedItem>,
}

#[derive(ToSchema)]
pub(crate) struct RecommendedItem {
    product: String,
    /// `reorder` or `discover`.
    kind: String,
    /// As said to the buyer.
    reason: String,
    /// The time since his last order, where the reason states it.
    #[schema(required = false)]
    since: Option<String>,
    /// What speaks for it in figures; nothing of it is said to the buyer.
    #[schema(required = false)]
    evidence: Vec<String>,
}

/// Something could have been offered that nobody asked for.
#[derive(ToSchema)]
#[schema(as = TurnMoment)]
pub(crate) struct Moment {
    trigger: String,
    /// What the moment looked like, for whoever learns from it.
    features: Vec<f32>,
    /// The chances of `wait`, `ask`, `reorder` and `discover`.
    propensities: [f64; 4],
    /// `wait`, `ask`, `reorder` or `discover`.
    action: String,
    /// `rules`, `policy` or `hold_out`.
    decided_by: String,
    /// What the rules would have done.
    by_rule: String,
    /// What was offered; where nothing was, what the rules would have offered.
    products: Vec<String>,
}

/// The lead as it stood after the turn.
#[derive(ToSchema)]
#[schema(as = TurnLead)]
pub(crate) struct Lead {
    id: String,
    /// Within 0 to 1, in hundredths.
    score: f64,
    /// What won and lost leads tell beside the points; not there until there are enough.
    #[schema(required = false)]
    learned: LearnedScore,
    signals: Vec<LeadSignal>,
    status: String,
    assigned_to: Option<String>,
}

/// The chance that the lead is won.
#[derive(ToSchema)]
pub(crate) struct LearnedScore {
    /// Within 0 to 1, calibrated.
    chance: f64,
    /// The weightiest first.
    reasons: Vec<ScoreReason>,
}

#[derive(ToSchema)]
pub(crate) struct ScoreReason {
    /// A signal, how many messages showed signals (`messages`), or two of these together.
    name: String,
    log_odds: f64,
}

#[derive(ToSchema)]
pub(crate) struct LeadSignal {
    name: String,
    points: f64,
    /// The message that earned them.
    evidence: String,
}

#[derive(ToSchema)]
#[schema(as = TurnHandoff)]
pub(crate) struct Handoff {
    /// `vip`, `asked_for_human`, `complaint`, `low_confidence`, `over_authority`, `high_value`, `risk`, `no_knowledge` or `routing`.
    reason: String,
    summary: String,
    assigned_to: Option<String>,
    requested_at: String,
    /// The id of the team that is asked.
    #[schema(required = false)]
    team: Option<String>,
    /// Until when somebody has to accept; the next one is asked then.
    #[schema(required = false)]
    due_at: Option<String>,
    /// Who was asked before and did not accept in time.
    #[schema(required = false)]
    asked: Vec<String>,
}

/// A request that goes further than the assistant may go, new in this turn or asked before.
#[derive(ToSchema)]
#[schema(as = TurnApproval)]
pub(crate) struct AskedApproval {
    /// `apr_…`
    id: String,
    /// `discount`, `payment_terms`, `free_sample`, `lead_time`, `moq` or `price_list`.
    parameter: String,
    /// `pending`, `approved`, `countered` or `rejected`.
    status: String,
}

#[derive(ToSchema)]
pub(crate) struct Reply {
    /// `answer`, `question`, `recommendation`, `quote`, `handoff` or `silent`.
    kind: String,
    text: String,
    /// `template` or `model`.
    worded_by: String,
    /// Held for a person to send; not there where it is not.
    #[schema(required = false)]
    draft: bool,
    facts: Vec<Fact>,
    /// What the check left out because no fact stands behind it.
    #[schema(required = false)]
    withheld: Vec<String>,
}

/// A statement that an engine issued; further fields depend on the type.
#[derive(ToSchema)]
pub(crate) struct Fact {
    /// `price`, `lead_time`, `stock`, …: see the taxonomy.
    #[schema(rename = "type")]
    kind: String,
    /// Where it came from: `price_list:default@r3`.
    source: String,
}

/// Microseconds.
#[derive(ToSchema)]
pub(crate) struct Timings {
    understand: u64,
    decide: u64,
    compose: u64,
    store: u64,
}
