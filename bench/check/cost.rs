//! What wording a plain price answer costs, the check included: the reply of one turn is composed over and over.
//!
//! `cargo build --release -p engine --example check_cost`, then count the instructions of two lengths and divide their difference:
//! `valgrind --tool=callgrind target/release/examples/check_cost 100`, the same with 300.

use std::{path::Path, process::ExitCode, time::Instant};

use domain::{
    Timestamp,
    contact::Contact,
    conversation::{Conversation, Memory, Owner, Status},
    id::{
        self, ApprovalId, ContactId, ConversationId, IdentityId, InboxId, LeadId, MessageId, ProductId,
        TurnId,
    },
    inbox::{Autonomy, Inbox, InboxKind},
    language::Language,
    message::{Author, Message, MessageKind},
    negotiation::Parameter,
    quantity::Quantity,
    understanding::{Entity, EntityKind, EntityValue, ScoredIntent, Understanding},
};
use engine::{
    facts,
    knowledge::{self, Knowledge, SourceFile},
    reply,
    situation::Situation,
    turn::{TurnIds, decide, remember},
};

/// The demo shop, whose folder stands beside this file's.
fn demo() -> Result<Knowledge, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/demo");
    let mut files = Vec::new();
    for folder in [root.clone(), root.join("products")] {
        for entry in std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                let text =
                    std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                let path = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
                files.push(SourceFile { path, text: text.into() });
            }
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    let loaded = knowledge::load(&files);
    loaded.knowledge.ok_or_else(|| "the demo shop has errors".to_owned())
}

fn entity(kind: EntityKind, text: &str, value: EntityValue) -> Entity {
    Entity {
        kind,
        text: text.into(),
        start: 0,
        end: 0,
        value,
        negated: false,
        candidates: Vec::new(),
        generic: false,
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the figure is what the program is run for")]
fn main() -> ExitCode {
    let rounds: u32 = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(20_000);
    match run(rounds) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(rounds: u32) -> Result<String, String> {
    let knowledge = demo()?;
    let now = Timestamp::from_millis(1_795_400_000_000);
    let raw = id::compose(now, 1);
    let contact = Contact::new(ContactId::from_ulid(raw), now);
    let inbox = Inbox {
        id: InboxId::from_ulid(raw),
        name: "api".into(),
        kind: InboxKind::Api,
        autonomy: Autonomy::Sell,
    };
    let conversation = Conversation {
        id: ConversationId::from_ulid(raw),
        inbox: inbox.id,
        identity: IdentityId::from_ulid(raw),
        contact: contact.id,
        status: Status::Open,
        owner: Owner::Assistant,
        owner_epoch: 0,
        assigned_to: None,
        memory: Memory::default(),
        opened_at: now,
        last_message_at: now,
        ended_at: None,
    };
    let messages = [Message {
        id: MessageId::from_ulid(raw),
        conversation: conversation.id,
        seq: 1,
        author: Author::Buyer,
        external_id: None,
        kind: MessageKind::Text,
        text: "P001 20台多少钱?交期多久".into(),
        attachments: Vec::new(),
        turn: None,
        draft: false,
        at: now,
    }];
    let scored = |name: &str| ScoredIntent { name: name.to_owned(), confidence: 0.9 };
    let understanding = Understanding {
        language: Language::Zh,
        intents: vec![scored("price_inquiry"), scored("lead_time_inquiry")],
        entities: vec![
            entity(EntityKind::Product, "P001", EntityValue::Product(ProductId::from("P001"))),
            entity(EntityKind::Quantity, "20台", EntityValue::Quantity(Quantity::whole(20).with_unit("台"))),
        ],
        ..Understanding::default()
    };
    let situation = Situation {
        now,
        seed: 1,
        knowledge: &knowledge,
        inbox: &inbox,
        conversation: &conversation,
        contact: &contact,
        company: None,
        company_facts: &[],
        orders: &[],
        promises: &[],
        quote: None,
        lead: None,
        colleagues: &[],
        learned: engine::models::Learned::default(),
        messages: &messages,
    };
    let approvals = Parameter::ALL.map(|_| ApprovalId::from_ulid(raw));
    let ids = TurnIds { turn: TurnId::from_ulid(raw), lead: LeadId::from_ulid(raw), approvals };
    let remembered = remember(&situation, &understanding);
    let plan = decide(&situation, &understanding, &remembered, &ids);
    let issued = facts::issue(&situation, &understanding, &remembered, &plan);
    let first = reply::compose(&situation, &understanding, &remembered, &plan, issued.clone());
    let started = Instant::now();
    let mut letters = 0;
    for _ in 0..rounds {
        let reply = reply::compose(&situation, &understanding, &remembered, &plan, issued.clone());
        letters += reply.text.len();
    }
    let nanos = started.elapsed().as_nanos() / u128::from(rounds.max(1));
    if letters != first.text.len() * rounds as usize {
        return Err("the same turn gave different words".into());
    }
    Ok(format!("{rounds} replies, {nanos} ns each:\n{}", first.text))
}
