//! Time in which nobody writes: the desk looks after its silent conversations, and what it did is compared.

use std::collections::BTreeMap;

use domain::{
    Timestamp,
    follow_up::SentFollowUp,
    id::{ConversationId, MessageId},
    lead::Lead,
    message::Message,
};
use store::{LeadFilter, Page};

use super::{ExpectedLeadPlace, ExpectedSilence, ExpectedWritten, describe};
use crate::TestDesk;

/// How often the desk looks.
const LOOK_EVERY_MILLIS: i64 = 10 * 60_000;

/// What came of a silence.
pub(super) struct Silence {
    /// Where the talk goes on.
    pub conversation: ConversationId,
    /// The shop's messages, with the follow-up that each is.
    written: Vec<(Message, Option<SentFollowUp>)>,
    asked: Option<String>,
    /// The contact's newest.
    lead: Option<Lead>,
}

/// Lets `millis` pass.
pub(super) async fn keep(
    test: &TestDesk,
    conversation: ConversationId,
    millis: i64,
) -> Result<Silence, String> {
    let since = test.desk.now();
    let until = since.plus_millis(millis);
    loop {
        let next = test.desk.now().plus_millis(LOOK_EVERY_MILLIS);
        test.clock.set(next.min(until));
        test.desk.housekeep().await;
        if next >= until {
            break;
        }
    }
    read(test, conversation, since).await.map_err(|error| describe(&error))
}

async fn read(
    test: &TestDesk,
    conversation: ConversationId,
    since: Timestamp,
) -> Result<Silence, store::StoreError> {
    let store = test.desk.store();
    let follow_ups = test.desk.follow_ups(conversation).await?;
    let sent: BTreeMap<MessageId, SentFollowUp> = follow_ups
        .into_iter()
        .flat_map(|known| known.sent)
        .filter(|sent| sent.at > since)
        .map(|sent| (sent.message, sent))
        .collect();
    let mut conversations: Vec<ConversationId> = sent.values().map(|sent| sent.conversation).collect();
    conversations.push(conversation);
    conversations.sort_unstable();
    conversations.dedup();
    let mut written = Vec::new();
    for id in &conversations {
        for message in store.messages(*id, Page::first(1_000)).await?.items {
            if message.at > since {
                let follow_up = sent.get(&message.id).cloned();
                written.push((message, follow_up));
            }
        }
    }
    written.sort_by_key(|(message, _)| (message.at, message.id));
    // Ids rise with time.
    let newest = conversations.into_iter().max().unwrap_or(conversation);
    let stored = store.conversation(newest).await?;
    let asked = stored.as_ref().and_then(|stored| stored.memory.handoff.as_ref()?.assigned_to.clone());
    let leads = store.leads(LeadFilter::default(), Page::first(1_000)).await?.items;
    let contact = stored.map(|stored| stored.contact);
    let own = leads.into_iter().filter(|lead| Some(lead.contact) == contact);
    let lead = own.max_by_key(|lead| (lead.created_at, lead.id));
    Ok(Silence { conversation: newest, written, asked, lead })
}

impl Silence {
    pub fn transcript(&self) -> Vec<String> {
        let line = |message: &Message| format!("卖 ({}) {}", message.at, message.text.replace('\n', " / "));
        self.written.iter().map(|(message, _)| line(message)).collect()
    }

    pub fn differences(&self, expect: &ExpectedSilence) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(expected) = &expect.written {
            if expected.len() != self.written.len() {
                let texts = self.transcript().join("; ");
                found.push(format!(
                    "the shop wrote {} messages, expected {}: {texts}",
                    self.written.len(),
                    expected.len()
                ));
            }
            for (expected, (message, follow_up)) in expected.iter().zip(&self.written) {
                found.extend(of_message(expected, message, follow_up.as_ref()));
            }
        }
        differs(&mut found, "asked", expect.asked.as_deref(), self.asked.as_deref());
        if let Some(expected) = &expect.lead {
            found.extend(of_lead(expected, self.lead.as_ref()));
        }
        found
    }
}

fn of_message(
    expected: &ExpectedWritten,
    message: &Message,
    follow_up: Option<&SentFollowUp>,
) -> Vec<String> {
    let mut found = Vec::new();
    differs(&mut found, "step", expected.step.as_deref(), follow_up.map(|sent| sent.step.as_str()));
    differs(&mut found, "reason", expected.reason.as_deref(), follow_up.map(|sent| sent.reason.name()));
    if let Some(at) = expected.at
        && !(0..=LOOK_EVERY_MILLIS).contains(&message.at.since(at))
    {
        found.push(format!("`{}` was written at {}, expected {at}", message.text, message.at));
    }
    if expected.draft.is_some_and(|draft| draft != message.draft) {
        found.push(format!("draft is {} of `{}`", message.draft, message.text));
    }
    for part in &expected.contains {
        if !message.text.contains(part.as_str()) {
            found.push(format!("the message lacks `{part}`: {}", message.text));
        }
    }
    for part in &expected.lacks {
        if message.text.contains(part.as_str()) {
            found.push(format!("the message contains `{part}`: {}", message.text));
        }
    }
    found
}

fn of_lead(expected: &ExpectedLeadPlace, lead: Option<&Lead>) -> Vec<String> {
    let mut found = Vec::new();
    let assigned_to = lead.and_then(|lead| lead.assigned_to.as_deref());
    differs(&mut found, "lead.assigned_to", expected.assigned_to.as_deref(), assigned_to);
    differs(&mut found, "lead.status", expected.status.as_deref(), lead.map(|lead| lead.status.name()));
    let proposed = lead.and_then(|lead| lead.proposal.as_ref()).map(|proposal| proposal.status.name());
    differs(&mut found, "lead.proposed", expected.proposed.as_deref(), proposed);
    found
}

fn differs(found: &mut Vec<String>, what: &str, expected: Option<&str>, actual: Option<&str>) {
    if let Some(expected) = expected
        && actual.unwrap_or("none") != expected
    {
        found.push(format!("{what} is {}, expected {expected}", actual.unwrap_or("none")));
    }
}
