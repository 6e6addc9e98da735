//! Golden conversations spoken: each step through the desk, at its time.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use desk::{agents::Role, approvals::Ruling, receive::Received};
use domain::{
    approval::ApprovalStatus,
    id::{AgentId, ConversationId},
    turn::{ReplyKind, Turn},
};
use store::{ApprovalFilter, ConversationChange, Page};
use ulid::Ulid;

use super::{
    Action, AgentAction, Deed, Golden, GoldenContact, GoldenStep, Outcome, Step, compare, describe, silence,
};
use crate::TestDesk;

/// Half a minute, at which buyers type.
const BETWEEN_STEPS_MILLIS: i64 = 30_000;
/// The person at the shop.
const AGENT: AgentId = AgentId::from_ulid(Ulid(1));

/// The inbox knows the first contact by this, others by their names.
fn external_id(by: &str) -> &str {
    if by.is_empty() { "golden" } else { by }
}

pub(super) async fn speak(test: &TestDesk, golden: &Golden, outcome: &mut Outcome) -> Result<(), String> {
    for (by, contact) in &golden.contacts {
        if !contact.orders.is_empty() {
            // To whom he is where he writes first.
            let inbox =
                golden.steps.iter().find(|step| &step.by == by).map_or("chat", |step| step.inbox.as_str());
            crate::give_orders(&test.desk, inbox, external_id(by), &contact.orders)
                .await
                .map_err(|error| describe(&error))?;
        }
    }
    let mut open: HashMap<(&str, &str), ConversationId> = HashMap::new();
    for (index, step) in golden.steps.iter().enumerate() {
        match step.at {
            Some(at) => test.clock.set(at),
            None if index > 0 => test.clock.advance_millis(BETWEEN_STEPS_MILLIS),
            None => {}
        }
        let key = (step.by.as_str(), step.inbox.as_str());
        match &step.action {
            Action::Writes { text, expect } => {
                let contact = golden.contacts.get(&step.by);
                let contact = contact
                    .ok_or_else(|| format!("line {}: there is no contact `{}`", step.line, step.by))?;
                let taken = write(test, step, contact, text, outcome).await?;
                let before = open.insert(key, taken.conversation);
                let mut differences = compare::differences(expect, &taken);
                let conversation = if before == Some(taken.conversation) { "same" } else { "new" };
                if expect.conversation.as_deref().is_some_and(|expected| expected != conversation) {
                    differences.push(format!("the message came to a {conversation} conversation"));
                }
                for difference in differences {
                    outcome.differences.push(format!("line {}: `{text}`: {difference}", step.line));
                }
                remember(test, step, taken, outcome).await?;
            }
            Action::Agent(action) => {
                let conversation = open.get(&key).ok_or_else(|| {
                    format!(
                        "line {}: nobody has written there yet, so that an agent can do nothing",
                        step.line
                    )
                })?;
                act(test, *conversation, action, outcome)
                    .await
                    .map_err(|problem| format!("line {}: {problem}", step.line))?;
            }
            Action::Silence { millis, expect } => {
                let conversation = open.get_mut(&key).ok_or_else(|| {
                    format!("line {}: nobody has written there yet, so that nobody falls silent", step.line)
                })?;
                let silence = silence::keep(test, *conversation, *millis)
                    .await
                    .map_err(|problem| format!("line {}: {problem}", step.line))?;
                // What the shop opened meanwhile is where his answer belongs.
                *conversation = silence.conversation;
                outcome.transcript.extend(silence.transcript());
                for difference in silence.differences(expect) {
                    outcome.differences.push(format!("line {}: the silence: {difference}", step.line));
                }
            }
        }
    }
    Ok(())
}

async fn write(
    test: &TestDesk,
    step: &GoldenStep,
    contact: &GoldenContact,
    text: &str,
    outcome: &mut Outcome,
) -> Result<Turn, String> {
    let received = Received {
        inbox: step.inbox.clone(),
        contact_external_id: external_id(&step.by).to_owned(),
        contact_name: contact.name.clone(),
        company: contact.company.clone(),
        company_verified: contact.company_verified,
        attributes: contact.attributes.clone(),
        trusted: true,
        message_external_id: None,
        text: text.to_owned(),
        attachments: Vec::new(),
    };
    let receipt = test
        .desk
        .receive(received, Some(Duration::from_secs(30)))
        .await
        .map_err(|error| format!("line {}: {}", step.line, describe(&error)))?;
    let taken = receipt.turn.ok_or_else(|| format!("line {}: `{text}` got no turn", step.line))?;
    outcome.transcript.push(format!("买 {text}"));
    outcome.transcript.push(format!("卖 {}", said(&taken)));
    Ok(taken)
}

async fn remember(
    test: &TestDesk,
    step: &GoldenStep,
    taken: Turn,
    outcome: &mut Outcome,
) -> Result<(), String> {
    let store = test.desk.store();
    let conversation = store.conversation(taken.conversation).await.map_err(|error| describe(&error))?;
    let Some(conversation) = conversation else {
        return Err(format!("line {}: the conversation is gone", step.line));
    };
    let contact = store.contact(conversation.contact).await.map_err(|error| describe(&error))?;
    let requirement = contact.map(|contact| contact.requirement).unwrap_or_default();
    outcome.steps.push(Step { turn: taken, requirement, question: conversation.memory.question });
    Ok(())
}

async fn act(
    test: &TestDesk,
    conversation: ConversationId,
    action: &AgentAction,
    outcome: &mut Outcome,
) -> Result<(), String> {
    let change = match action {
        AgentAction::Says(text) => {
            let sent = test.desk.send_as_agent(conversation, AGENT, text.clone(), None).await;
            sent.map_err(|error| describe(&error))?;
            outcome.transcript.push(format!("人 {text}"));
            return Ok(());
        }
        AgentAction::Edits(facts) => return edit(test, conversation, facts, outcome).await,
        AgentAction::Does(Deed::Approve) => {
            return decide(test, conversation, Ruling::Approve, outcome).await;
        }
        AgentAction::Does(Deed::Reject) => {
            return decide(test, conversation, Ruling::Reject, outcome).await;
        }
        AgentAction::Does(Deed::TakeOver) => ConversationChange::TakeOver(AGENT),
        AgentAction::Does(Deed::ReturnToAssistant) => ConversationChange::ReturnToAssistant,
        AgentAction::Does(Deed::Resolve) => ConversationChange::Resolve,
    };
    let changed = test.desk.change_conversation(conversation, change).await;
    changed.map(drop).map_err(|error| describe(&error))
}

/// Sets facts of the profile of the one whose conversation it is.
async fn edit(
    test: &TestDesk,
    conversation: ConversationId,
    facts: &BTreeMap<String, serde_json::Value>,
    outcome: &mut Outcome,
) -> Result<(), String> {
    let talk = test.desk.store().conversation(conversation).await.map_err(|error| describe(&error))?;
    let talk = talk.ok_or("the conversation is gone")?;
    let edited = test.desk.edit_profile(talk.contact, AGENT, facts.clone()).await;
    edited.map_err(|error| describe(&error))?;
    outcome.transcript.push(format!("人 {}", serde_json::json!(facts)));
    Ok(())
}

/// Settles the conversation's newest pending approval.
async fn decide(
    test: &TestDesk,
    conversation: ConversationId,
    ruling: Ruling,
    outcome: &mut Outcome,
) -> Result<(), String> {
    let filter = ApprovalFilter { status: Some(ApprovalStatus::Pending), conversation: Some(conversation) };
    let pending = test.desk.store().approvals(filter, Page::first(1)).await;
    let pending = pending.map_err(|error| describe(&error))?.items;
    let approval = pending.first().ok_or("nothing waits for an approval")?;
    let settled = test.desk.decide_approval(approval.id, AGENT, Role::Admin, ruling, None).await;
    let settled = settled.map_err(|error| describe(&error))?;
    outcome
        .transcript
        .extend(settled.message.map(|message| format!("卖 {}", message.text.replace('\n', " / "))));
    Ok(())
}

fn said(turn: &Turn) -> String {
    match turn.reply.kind {
        ReplyKind::Silent => "(silent)".to_owned(),
        _ => turn.reply.text.replace('\n', " / "),
    }
}
