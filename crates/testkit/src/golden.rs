//! Golden conversations: what a buyer says, turn by turn, and what must come of it.
//!
//! ```yaml
//! knowledge: ../../knowledge/demo     # a folder or file beside this one; none: the demo shop
//! contact: {name: 王工, company: 宁波某某汽配, attributes: {tier: vip}, orders: [{date: 2026-01-05, product: P001, quantity: 2}]}
//! contacts:                             # further buyers, by a name of the file's own
//!   colleague: {name: 李经理, company: 宁波某某汽配, company_verified: true}
//! turns:
//! - buyer: P001多少钱
//!   at: 2026-11-23T10:00:00+08:00      # else half a minute after the turn before
//!   expect:
//!     intent: price_inquiry
//!     entities: [{type: product, value: P001}]
//!     strategy: price_answer
//!     stage: decision
//!     profile: {industry: automotive_parts}       # null: nothing is known
//!     reply: {contains: ["50,000"], lacks: [抱歉], kind: answer}
//!     facts: [{type: price, product: P001}]
//!     recommendation: none             # or {trigger: asked, min: 1, max: 3}
//!     lead: {min: 0.2, max: 0.5}       # or none
//!     handoff: none                    # or a reason
//!     rule: price_with_quantity        # that fired
//!     passed_over: {vip_customer: contact.tier}   # rules that did not fire, each with words of why
//!     tests: {quote_or_price: hold_out}           # of shares: the rule that the buyer falls to, or hold_out
//!     conversation: same               # or new: whether this message opened one
//! - buyer: 我是他同事
//!   by: colleague                      # who writes; none: `contact`
//!   inbox: web                         # where; none: chat
//! - agent: {says: 您好，我是陈晓}         # a person at the shop writes to the buyer, and so takes over
//! - agent: {edits: {industry: textiles, budget: null}}   # sets facts of the buyer's profile, null takes one away
//! - agent: return_to_assistant         # or take_over, resolve, approve, reject (the pending approval); `by` and `inbox` as above
//! - silence_hours: 24                  # nobody writes for so long, the desk looks after its silent conversations
//!   by: colleague
//!   inbox: web                         # a terminal is never written to later
//!   expect:
//!     written:                         # every message of the shop's own accord meanwhile, in order; `[]`: none
//!     - {step: question_open, reason: question_open, at: 2026-11-24T09:00:00+08:00, draft: false, contains: [数量]}
//!     asked: 林佳怡                     # who is asked to take the conversation over
//!     lead: {assigned_to: 林佳怡, status: won, proposed: lost}   # the buyer's newest lead
//! ```
//!
//! What is not expected is not looked at. Each file runs through the real pipeline with a store of its own in memory.

mod compare;
mod read;
mod silence;
mod speak;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use domain::{conversation::PendingQuestion, requirement::Requirement, turn::Turn};
use engine::knowledge::SourceFile;

use crate::{PastOrder, TestDesk};

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Golden {
    pub knowledge: Option<PathBuf>,
    /// By the name that steps call them; the first one has none.
    pub contacts: BTreeMap<String, GoldenContact>,
    pub steps: Vec<GoldenStep>,
}

#[derive(Debug, Default)]
pub(crate) struct GoldenContact {
    pub name: Option<String>,
    pub company: Option<String>,
    pub company_verified: bool,
    pub attributes: domain::contact::Attributes,
    pub orders: Vec<PastOrder>,
}

/// Something that somebody does.
#[derive(Debug)]
pub(crate) struct GoldenStep {
    pub line: u32,
    /// Whose conversation it is about: a key of [`Golden::contacts`].
    pub by: String,
    pub inbox: String,
    pub at: Option<domain::Timestamp>,
    pub action: Action,
}

#[derive(Debug)]
pub(crate) enum Action {
    Writes {
        text: String,
        expect: Box<Expectation>,
    },
    Agent(AgentAction),
    /// Nobody writes for so long.
    Silence {
        millis: i64,
        expect: Box<ExpectedSilence>,
    },
}

/// What must have come of a silence; `None` is not looked at.
#[derive(Debug, Default)]
pub(crate) struct ExpectedSilence {
    /// Every message of the shop, in order.
    pub written: Option<Vec<ExpectedWritten>>,
    /// Who is asked to take the conversation over.
    pub asked: Option<String>,
    pub lead: Option<ExpectedLeadPlace>,
}

/// A message that the desk wrote by itself.
#[derive(Debug, Default)]
pub(crate) struct ExpectedWritten {
    /// Of a follow-up.
    pub step: Option<String>,
    pub reason: Option<String>,
    /// Not before, and at the desk's next look at the latest.
    pub at: Option<domain::Timestamp>,
    /// Held for a person to send.
    pub draft: Option<bool>,
    pub contains: Vec<String>,
    pub lacks: Vec<String>,
}

/// Where the buyer's newest lead stands.
#[derive(Debug, Default)]
pub(crate) struct ExpectedLeadPlace {
    pub assigned_to: Option<String>,
    pub status: Option<String>,
    /// The status that is proposed.
    pub proposed: Option<String>,
}

/// What a person at the shop does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AgentAction {
    Says(String),
    /// Sets facts of the buyer's profile.
    Edits(BTreeMap<String, serde_json::Value>),
    Does(Deed),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    TakeOver,
    ReturnToAssistant,
    Resolve,
    Approve,
    Reject,
}

/// What must hold of a turn; `None` is not looked at.
#[derive(Debug, Default)]
pub(crate) struct Expectation {
    pub intent: Option<String>,
    /// Each must be part of one of the turn's entities.
    pub entities: Vec<serde_json::Value>,
    pub strategy: Option<String>,
    pub rule: Option<String>,
    /// Rules that did not fire, each with words of the reason.
    pub passed_over: Vec<(String, String)>,
    /// Tests with the rule that the buyer falls to, or `hold_out`.
    pub tests: Vec<(String, String)>,
    pub stage: Option<String>,
    /// Key and value; a mapping must be part of the fact's value.
    pub profile: Vec<(String, serde_json::Value)>,
    /// The same of what colleagues told of the company.
    pub company_facts: Vec<(String, serde_json::Value)>,
    pub reply_contains: Vec<String>,
    pub reply_lacks: Vec<String>,
    pub reply_kind: Option<String>,
    /// Each must be part of one of the reply's facts.
    pub facts: Vec<serde_json::Value>,
    pub recommendation: Option<ExpectedRecommendation>,
    pub lead: Option<ExpectedLead>,
    /// `none` or a reason.
    pub handoff: Option<String>,
    /// `new` or `same`.
    pub conversation: Option<String>,
}

#[derive(Debug)]
pub(crate) enum ExpectedRecommendation {
    None,
    Some {
        trigger: Option<String>,
        min: usize,
        max: usize,
        /// Products that must be among the items, and that must not.
        has: Vec<String>,
        lacks: Vec<String>,
    },
}

/// Integer hundredths.
#[derive(Debug)]
pub(crate) enum ExpectedLead {
    None,
    Between { min: u32, max: u32 },
}

/// What became of a golden conversation.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Empty where all went as expected.
    pub differences: Vec<String>,
    pub transcript: Vec<String>,
    pub steps: Vec<Step>,
}

/// One turn and what was known after it.
#[derive(Debug)]
pub struct Step {
    pub turn: Turn,
    pub requirement: Requirement,
    /// What the assistant asked in this turn.
    pub question: Option<PendingQuestion>,
}

/// The YAML files that `paths` name, folders searched through, sorted.
pub fn find(paths: &[PathBuf]) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            let entry = entry?.path();
            if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "yaml") {
                collect(&entry, files)?;
            }
        }
    } else {
        // A path that is not there fails here, rather than passing as an empty folder.
        std::fs::metadata(path)?;
        files.push(path.to_path_buf());
    }
    Ok(())
}

/// Runs one file; `demo` is the knowledge where the file names none.
pub async fn run(file: &Path, demo: Vec<SourceFile>) -> Outcome {
    let (outcome, test) = hold(file, demo).await;
    if let Some(test) = test {
        test.desk.stop().await;
    }
    outcome
}

/// The same, and leaves the desk open with all that was said; none where it did not come to talking.
pub async fn hold(file: &Path, demo: Vec<SourceFile>) -> (Outcome, Option<TestDesk>) {
    let mut outcome = Outcome::default();
    let opened = open(file, demo).await;
    let (golden, test) = match opened {
        Ok(opened) => opened,
        Err(problem) => {
            outcome.differences.push(problem);
            return (outcome, None);
        }
    };
    if let Err(problem) = speak::speak(&test, &golden, &mut outcome).await {
        outcome.differences.push(problem);
    }
    (outcome, Some(test))
}

async fn open(file: &Path, demo: Vec<SourceFile>) -> Result<(Golden, TestDesk), String> {
    let text = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let golden = read::read(&file.display().to_string(), &text)?;
    let files = match &golden.knowledge {
        Some(path) => {
            let path = file.parent().unwrap_or(Path::new(".")).join(path);
            desk::knowledge::read_folder(&path).map_err(|error| error.to_string())?
        }
        None => demo,
    };
    let test = crate::open(files).await.map_err(|error| describe(&error))?;
    Ok((golden, test))
}

fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
