//! What is stored, read back through the API, against what was acknowledged.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::{http::Client, ledger::Acknowledgement, traffic};

/// The longest that a backlog may take to be worked off.
const BACKLOG_LIMIT: Duration = Duration::from_mins(1);

/// A stored message, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub id: String,
    pub conversation_id: String,
    pub seq: i64,
    pub from_buyer: bool,
    pub external_id: Option<String>,
    pub turn_id: Option<String>,
}

/// A stored turn: which of the buyer's messages it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTurn {
    pub id: String,
    pub message_ids: Vec<String>,
}

/// What the server gives back of some conversations.
#[derive(Debug, Clone, Default)]
pub struct Held {
    pub messages: Vec<Stored>,
    pub turns: Vec<StoredTurn>,
}

/// Every way in which the promises can be broken, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Buyers' messages that are stored.
    pub stored: u64,
    /// Turns that answer them.
    pub turns: u64,
    /// Acknowledged, but not stored, or not under the id that was acknowledged.
    pub lost: u64,
    /// The same message of a buyer stored more than once.
    pub doubled: u64,
    /// Buyers' messages without a turn although the backlog is worked off.
    pub unanswered: u64,
    /// A message that several turns answer, more than one reply in a turn, a turn or reply that answers nothing, or a turn other than
    /// the acknowledged one.
    pub answered_twice: u64,
    /// Neighbours in a conversation that stand in another order than they were acknowledged.
    pub inversions: u64,
    /// Samples, for whoever looks for the reason.
    pub examples: Vec<String>,
}

impl Verdict {
    pub fn is_clean(&self) -> bool {
        self.lost + self.doubled + self.unanswered + self.answered_twice + self.inversions == 0
    }

    pub fn add(&mut self, other: Self) {
        self.stored += other.stored;
        self.turns += other.turns;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.unanswered += other.unanswered;
        self.answered_twice += other.answered_twice;
        self.inversions += other.inversions;
        for example in other.examples {
            self.note(|| example);
        }
    }

    fn note(&mut self, example: impl FnOnce() -> String) {
        if self.examples.len() < 10 {
            self.examples.push(example());
        }
    }
}

/// Waits until every message in the acknowledged conversations is answered, then judges. A backlog that never ends is judged as it is.
pub async fn audit(client: &mut Client, acknowledged: &[Acknowledgement]) -> anyhow::Result<Verdict> {
    let conversations: BTreeSet<&str> =
        acknowledged.iter().map(|entry| entry.conversation_id.as_str()).collect();
    let begun = Instant::now();
    let mut held = Held::default();
    for conversation in conversations {
        loop {
            let messages = messages(client, conversation).await?;
            let waiting = messages.iter().any(|message| message.from_buyer && message.turn_id.is_none());
            if !waiting || begun.elapsed() > BACKLOG_LIMIT {
                held.messages.extend(messages);
                held.turns.extend(turns(client, conversation).await?);
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    Ok(judge(acknowledged, &held))
}

/// The ids of all conversations that the server lists.
pub async fn conversations(client: &mut Client) -> anyhow::Result<Vec<String>> {
    let items = pages(client, "/api/v1/conversations").await?;
    items.iter().map(|item| Ok(item["id"].as_str().context("a conversation has no id")?.to_owned())).collect()
}

/// All messages of a conversation in their order.
pub async fn messages(client: &mut Client, conversation: &str) -> anyhow::Result<Vec<Stored>> {
    let items = pages(client, &format!("/api/v1/conversations/{conversation}/messages")).await?;
    let mut messages: Vec<Stored> =
        items.iter().map(|item| stored(item).context("a message lacks a field")).collect::<Result<_, _>>()?;
    messages.sort_by_key(|message| message.seq);
    Ok(messages)
}

/// All turns of a conversation.
pub async fn turns(client: &mut Client, conversation: &str) -> anyhow::Result<Vec<StoredTurn>> {
    let items = pages(client, &format!("/api/v1/conversations/{conversation}/turns")).await?;
    let turn = |item: &Value| {
        let ids = item["message_ids"].as_array()?.iter().map(|id| id.as_str().map(str::to_owned));
        Some(StoredTurn { id: item["id"].as_str()?.to_owned(), message_ids: ids.collect::<Option<_>>()? })
    };
    items.iter().map(|item| turn(item).context("a turn lacks a field")).collect()
}

fn stored(item: &Value) -> Option<Stored> {
    let text = |name: &str| item[name].as_str().map(str::to_owned);
    Some(Stored {
        id: text("id")?,
        conversation_id: text("conversation_id")?,
        seq: item["seq"].as_i64()?,
        from_buyer: item["author"] == "buyer",
        external_id: text("external_id"),
        turn_id: text("turn_id"),
    })
}

async fn pages(client: &mut Client, path: &str) -> anyhow::Result<Vec<Value>> {
    let mut items = Vec::new();
    let mut after = None;
    loop {
        let cursor = after.map(|after: String| format!("&after={after}")).unwrap_or_default();
        let answer = client.get(&format!("{path}?limit=500{cursor}")).await?;
        if answer.status == 404 {
            // A conversation that is not there holds nothing; what was acknowledged in it is lost.
            return Ok(items);
        }
        if answer.status != 200 {
            bail!("{path} answered {}: {}", answer.status, answer.text());
        }
        let page = answer.json();
        items.extend(page["items"].as_array().context("a page has items")?.iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return Ok(items),
        }
    }
}

/// Compares what was acknowledged with what is stored in the same conversations.
pub fn judge(acknowledged: &[Acknowledgement], held: &Held) -> Verdict {
    let mut verdict = Verdict { turns: held.turns.len() as u64, ..Verdict::default() };
    let mut by_external: HashMap<&str, &Stored> = HashMap::new();
    for message in held.messages.iter().filter(|message| message.from_buyer) {
        verdict.stored += 1;
        if message.turn_id.is_none() {
            verdict.unanswered += 1;
            verdict.note(|| format!("{} has no turn", message.id));
        }
        let external_id = message.external_id.as_deref().unwrap_or_default();
        if let Some(first) = by_external.insert(external_id, message) {
            verdict.doubled += 1;
            verdict.note(|| format!("{external_id} is stored as {} and {}", first.id, message.id));
        }
    }
    for entry in acknowledged {
        let Some(found) = by_external.get(entry.external_id.as_str()) else {
            verdict.lost += 1;
            verdict.note(|| format!("{} is not stored", entry.external_id));
            continue;
        };
        if found.id != entry.message_id || found.conversation_id != entry.conversation_id {
            verdict.lost += 1;
            verdict.note(|| {
                format!("{} was acknowledged as {}, is {}", entry.external_id, entry.message_id, found.id)
            });
        }
        if entry.turn_id.is_some() && entry.turn_id != found.turn_id {
            verdict.answered_twice += 1;
            verdict.note(|| {
                format!("{} was answered by {:?}, then by {:?}", found.id, entry.turn_id, found.turn_id)
            });
        }
    }
    judge_turns(held, &mut verdict);
    count_inversions(&held.messages, &mut verdict);
    verdict
}

/// A turn and its messages must name each other, and a turn speaks once.
fn judge_turns(held: &Held, verdict: &mut Verdict) {
    let mut turn_of: HashMap<&str, &str> = HashMap::new();
    for turn in &held.turns {
        if turn.message_ids.is_empty() {
            verdict.answered_twice += 1;
            verdict.note(|| format!("{} answers nothing", turn.id));
        }
        for message in &turn.message_ids {
            if let Some(other) = turn_of.insert(message, &turn.id) {
                verdict.answered_twice += 1;
                verdict.note(|| format!("{message} is answered by {other} and {}", turn.id));
            }
        }
    }
    let known: HashSet<&str> = held.turns.iter().map(|turn| turn.id.as_str()).collect();
    let mut replies: BTreeMap<&str, u64> = BTreeMap::new();
    for message in &held.messages {
        let named = message.turn_id.as_deref();
        if !message.from_buyer {
            *replies.entry(named.unwrap_or_default()).or_default() += 1;
        } else if named.is_some() && named != turn_of.get(message.id.as_str()).copied() {
            verdict.answered_twice += 1;
            verdict.note(|| format!("{} says it belongs to {named:?}, which does not name it", message.id));
        }
    }
    for (turn, count) in replies {
        if count > 1 || !known.contains(turn) {
            verdict.answered_twice += 1;
            verdict.note(|| format!("turn {turn} has {count} replies"));
        }
    }
}

fn count_inversions(stored: &[Stored], verdict: &mut Verdict) {
    let mut conversations: BTreeMap<&str, Vec<&Stored>> = BTreeMap::new();
    for message in stored.iter().filter(|message| message.from_buyer) {
        conversations.entry(&message.conversation_id).or_default().push(message);
    }
    for messages in conversations.values_mut() {
        messages.sort_by_key(|message| message.seq);
        let number = |message: &Stored| message.external_id.as_deref().and_then(traffic::sequence_of);
        for pair in messages.windows(2) {
            if pair[0].seq == pair[1].seq || number(pair[0]) > number(pair[1]) {
                verdict.inversions += 1;
                verdict.note(|| format!("{} stands before {}", pair[0].id, pair[1].id));
            }
        }
    }
}

/// Delivers acknowledged messages once more and checks that the first answer comes: the same message, the same turn, and a turn that
/// names the message. Gives the number of those for which it does not.
pub async fn redeliver(client: &mut Client, acknowledged: &[Acknowledgement]) -> anyhow::Result<u64> {
    let mut wrong = 0;
    for entry in acknowledged {
        // Whatever the body says.
        let body = crate::buyer::request(&entry.contact, &entry.external_id, "另一条内容", true);
        let answer = client.message(body).await?;
        let envelope = answer.json();
        let names_it = envelope["turn"]["message_ids"]
            .as_array()
            .is_some_and(|ids| ids.iter().any(|id| *id == entry.message_id));
        let same_turn = entry.turn_id.as_ref().is_none_or(|turn| envelope["turn"]["id"] == *turn);
        let first = envelope["duplicate"] == true && envelope["message_id"] == entry.message_id;
        if answer.status != 200 || !first || !names_it || !same_turn {
            wrong += 1;
        }
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `b0 m1 t1` is the buyer's message number 0 with id m1 in turn t1, `a m2 t1` the assistant's m2; order is `seq`.
    fn story(lines: &[&str]) -> Vec<Stored> {
        let part = |line: &str, index| line.split(' ').nth(index).map(str::to_owned);
        let mut seq = 0;
        lines
            .iter()
            .map(|line| {
                seq += 1;
                let author = part(line, 0).unwrap();
                let number = author.strip_prefix('b');
                Stored {
                    id: part(line, 1).unwrap(),
                    conversation_id: "cnv".to_owned(),
                    seq,
                    from_buyer: number.is_some(),
                    external_id: number.map(|number| format!("x-m{number}")),
                    turn_id: part(line, 2),
                }
            })
            .collect()
    }

    fn acknowledged(lines: &[&str]) -> Vec<Acknowledgement> {
        let stored = story(lines);
        let entry = |message: Stored| {
            let external_id = message.external_id?;
            Some(Acknowledgement {
                contact: "x".to_owned(),
                sequence: traffic::sequence_of(&external_id)?,
                external_id,
                conversation_id: message.conversation_id,
                message_id: message.id,
                turn_id: message.turn_id,
            })
        };
        stored.into_iter().filter_map(entry).collect()
    }

    /// The turns that the messages name.
    fn turns(messages: &[Stored]) -> Vec<StoredTurn> {
        let mut turns: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for message in messages.iter().filter(|message| message.from_buyer) {
            if let Some(turn) = &message.turn_id {
                turns.entry(turn.clone()).or_default().push(message.id.clone());
            }
        }
        turns.into_iter().map(|(id, message_ids)| StoredTurn { id, message_ids }).collect()
    }

    /// Lost, doubled, unanswered, answered twice, inverted. `turn t9 m1` is one more turn, which answers m1.
    #[track_caller]
    fn check(acked: &[&str], stored: &[&str], expected: [u64; 5]) {
        let (extra, stored): (Vec<&str>, Vec<&str>) =
            stored.iter().partition(|line| line.starts_with("turn "));
        let messages = story(&stored);
        let mut turns = turns(&messages);
        for line in extra {
            let mut words = line.split(' ').skip(1).map(str::to_owned);
            turns.push(StoredTurn { id: words.next().unwrap(), message_ids: words.collect() });
        }
        let verdict = judge(&acknowledged(acked), &Held { messages, turns });
        let counts =
            [verdict.lost, verdict.doubled, verdict.unanswered, verdict.answered_twice, verdict.inversions];
        assert_eq!(counts, expected, "{acked:?} against {stored:?}: {verdict:?}");
        assert_eq!(verdict.is_clean(), expected == [0; 5]);
    }

    #[test]
    fn each_kind_of_broken_promise_is_seen() {
        check(&["b0 m1", "b1 m2 t1"], &["b0 m1 t1", "b1 m2 t1", "a m3 t1"], [0, 0, 0, 0, 0]);
        check(&["b0 m1"], &[], [1, 0, 0, 0, 0]);
        check(&["b0 m1"], &["b0 m9 t1", "a m3 t1"], [1, 0, 0, 0, 0]);
        check(&["b0 m1"], &["b0 m1 t1", "a m2 t1", "b0 m3 t2"], [1, 1, 0, 0, 0]);
        check(&["b0 m1"], &["b0 m1"], [0, 0, 1, 0, 0]);
        check(&["b0 m1"], &["b0 m1 t1", "a m2 t1", "a m3 t1"], [0, 0, 0, 1, 0]);
        check(&["b0 m1"], &["b0 m1 t1", "a m2 t1", "a m3 t2"], [0, 0, 0, 1, 0]);
        check(&["b0 m1 t1"], &["b0 m1 t2", "a m2 t2"], [0, 0, 0, 1, 0]);
        check(&["b0 m1"], &["b0 m1 t1", "turn t9"], [0, 0, 0, 1, 0]);
        // The second turn took the message from the first.
        check(&["b0 m1"], &["b0 m1 t1", "turn t9 m1"], [0, 0, 0, 2, 0]);
        check(&["b0 m1"], &["b1 m2 t1", "b0 m1 t1", "a m3 t1"], [0, 0, 0, 0, 1]);
    }

    #[test]
    fn what_was_never_acknowledged_may_be_stored_or_not() {
        check(&[], &["b0 m1 t1", "a m2 t1"], [0, 0, 0, 0, 0]);
    }
}
