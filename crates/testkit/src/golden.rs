//! Golden conversations: what a buyer says, turn by turn, and what must come of it.
//!
//! ```yaml
//! knowledge: ../../knowledge/demo     # a folder or file beside this one; none: the demo shop
//! contact: {name: 王工, company: 宁波某某汽配, attributes: {tier: vip}, orders: [{date: 2026-01-05, product: P001, quantity: 2}]}
//! turns:
//! - buyer: P001多少钱
//!   at: 2026-11-23T10:00:00+08:00      # else half a minute after the turn before
//!   expect:
//!     intent: price_inquiry
//!     entities: [{type: product, value: P001}]
//!     strategy: price_answer
//!     stage: decision
//!     profile: {industry: automotive_parts}
//!     reply: {contains: ["50,000"], lacks: [抱歉], kind: answer}
//!     facts: [{type: price, product: P001}]
//!     recommendation: none             # or {trigger: asked, min: 1, max: 3}
//!     lead: {min: 0.2, max: 0.5}       # or none
//!     handoff: none                    # or a reason
//! ```
//!
//! What is not expected is not looked at. Each file runs through the real pipeline with a store of its own in memory.

mod compare;
mod read;

use std::path::{Path, PathBuf};

use desk::receive::Received;
use domain::{
    conversation::PendingQuestion,
    requirement::Requirement,
    turn::{ReplyKind, Turn},
};
use engine::knowledge::SourceFile;

use crate::{PastOrder, TestDesk};

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Golden {
    pub knowledge: Option<PathBuf>,
    pub contact: GoldenContact,
    pub turns: Vec<GoldenTurn>,
}

#[derive(Debug, Default)]
pub(crate) struct GoldenContact {
    pub name: Option<String>,
    pub company: Option<String>,
    pub company_verified: bool,
    pub attributes: domain::contact::Attributes,
    pub orders: Vec<PastOrder>,
}

#[derive(Debug)]
pub(crate) struct GoldenTurn {
    pub line: u32,
    pub buyer: String,
    pub at: Option<domain::Timestamp>,
    pub expect: Expectation,
}

/// What must hold of a turn; `None` is not looked at.
#[derive(Debug, Default)]
pub(crate) struct Expectation {
    pub intent: Option<String>,
    /// Each must be part of one of the turn's entities.
    pub entities: Vec<serde_json::Value>,
    pub strategy: Option<String>,
    pub stage: Option<String>,
    /// Key and value; a mapping must be part of the fact's value.
    pub profile: Vec<(String, serde_json::Value)>,
    pub reply_contains: Vec<String>,
    pub reply_lacks: Vec<String>,
    pub reply_kind: Option<String>,
    /// Each must be part of one of the reply's facts.
    pub facts: Vec<serde_json::Value>,
    pub recommendation: Option<ExpectedRecommendation>,
    pub lead: Option<ExpectedLead>,
    /// `none` or a reason.
    pub handoff: Option<String>,
}

#[derive(Debug)]
pub(crate) enum ExpectedRecommendation {
    None,
    Some { trigger: Option<String>, min: usize, max: usize },
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

/// Half a minute, at which buyers type.
const BETWEEN_TURNS_MILLIS: i64 = 30_000;

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
    let mut outcome = Outcome::default();
    if let Err(problem) = converse(file, demo, &mut outcome).await {
        outcome.differences.push(problem);
    }
    outcome
}

async fn converse(file: &Path, demo: Vec<SourceFile>, outcome: &mut Outcome) -> Result<(), String> {
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
    let spoken = speak(&test, &golden, outcome).await;
    test.desk.stop().await;
    spoken
}

async fn speak(test: &TestDesk, golden: &Golden, outcome: &mut Outcome) -> Result<(), String> {
    const BUYER: &str = "golden";
    if !golden.contact.orders.is_empty() {
        crate::give_orders(&test.desk, "chat", BUYER, &golden.contact.orders)
            .await
            .map_err(|error| describe(&error))?;
    }
    for (index, turn) in golden.turns.iter().enumerate() {
        match turn.at {
            Some(at) => test.clock.set(at),
            None if index > 0 => test.clock.advance_millis(BETWEEN_TURNS_MILLIS),
            None => {}
        }
        let received = Received {
            inbox: "chat".to_owned(),
            contact_external_id: BUYER.to_owned(),
            contact_name: golden.contact.name.clone(),
            company: golden.contact.company.clone(),
            company_verified: golden.contact.company_verified,
            attributes: golden.contact.attributes.clone(),
            trusted: true,
            message_external_id: None,
            text: turn.buyer.clone(),
            attachments: Vec::new(),
        };
        let receipt = test
            .desk
            .receive(received, Some(std::time::Duration::from_secs(30)))
            .await
            .map_err(|error| describe(&error))?;
        let Some(taken) = receipt.turn else {
            return Err(format!("line {}: `{}` got no turn", turn.line, turn.buyer));
        };
        outcome.transcript.push(format!("买 {}", turn.buyer));
        outcome.transcript.push(format!("卖 {}", said(&taken)));
        for difference in compare::differences(&turn.expect, &taken) {
            outcome.differences.push(format!("line {}: `{}`: {difference}", turn.line, turn.buyer));
        }
        let store = test.desk.store();
        let conversation =
            store.conversation(receipt.conversation).await.map_err(|error| describe(&error))?;
        let Some(conversation) = conversation else {
            return Err(format!("line {}: the conversation is gone", turn.line));
        };
        let contact = store.contact(conversation.contact).await.map_err(|error| describe(&error))?;
        let requirement = contact.map(|contact| contact.requirement).unwrap_or_default();
        outcome.steps.push(Step { turn: taken, requirement, question: conversation.memory.question });
    }
    Ok(())
}

fn said(turn: &Turn) -> String {
    match turn.reply.kind {
        ReplyKind::Silent => "(silent)".to_owned(),
        _ => turn.reply.text.replace('\n', " / "),
    }
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
