//! Buyers whose messages are numbered, so that loss, doubling and disorder show.
//!
//! Each client speaks for its own buyers and sends one message after the other. A message without an answer is sent again with the
//! same id, as channels do.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinSet};

use crate::{
    buyer,
    http::Client,
    ledger::{Acknowledgement, Ledger},
    random::Random,
};

/// How many clients write for how many buyers.
#[derive(Debug, Clone)]
pub struct Shape {
    pub clients: usize,
    pub buyers: usize,
    /// The longest pause of a client between two messages, in microseconds.
    pub pause_micros: u64,
}

impl Default for Shape {
    fn default() -> Self {
        Self { clients: 8, buyers: 50, pause_micros: 4_000 }
    }
}

/// All clients, with what each will send next. Outlives the servers that it speaks to.
pub struct Traffic {
    writers: Vec<Writer>,
}

struct Writer {
    random: Random,
    buyers: Vec<Buyer>,
    pause_micros: u64,
}

struct Buyer {
    contact: String,
    /// The number of the message to send; the same until it is acknowledged.
    next: u64,
    /// It was sent, and whether it arrived is not known.
    in_doubt: bool,
}

/// What happened to the messages of one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub acknowledged: u64,
    /// Answered with `503`: nothing was stored, it is sent again.
    pub refused: u64,
    /// Answered with a status that is no right answer to a right message.
    pub wrong: u64,
    /// Without an answer.
    pub unanswered: u64,
}

impl std::ops::AddAssign for Sent {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.refused += other.refused;
        self.wrong += other.wrong;
        self.unanswered += other.unanswered;
    }
}

enum Outcome {
    Acknowledged,
    Refused,
    Wrong,
    Unanswered,
}

/// Tells a run to end.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    pub fn now(self) {
        self.0.send_replace(true);
    }
}

impl Traffic {
    /// Buyers whose names begin with `prefix`.
    pub fn new(prefix: &str, shape: &Shape, random: &mut Random) -> Self {
        let mut writers: Vec<Writer> = (0..shape.clients.max(1))
            .map(|_| Writer { random: random.fork(), buyers: Vec::new(), pause_micros: shape.pause_micros })
            .collect();
        for number in 0..shape.buyers.max(shape.clients) {
            let writer = number % writers.len();
            let contact = format!("{prefix}-b{number}");
            writers[writer].buyers.push(Buyer { contact, next: 0, in_doubt: false });
        }
        Self { writers }
    }

    /// Messages that were sent at least once.
    pub fn sent(&self) -> u64 {
        let buyers = self.writers.iter().flat_map(|writer| &writer.buyers);
        buyers.map(|buyer| buyer.next + u64::from(buyer.in_doubt)).sum()
    }

    /// Lets the clients write in the background. They end when told, or when the server is gone.
    pub fn start(self, address: SocketAddr, ledger: &Arc<Ledger>) -> (Running, Stop) {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for mut writer in self.writers {
            let (ledger, stopped) = (ledger.clone(), stopped.clone());
            tasks.spawn(async move {
                let sent = writer.write(address, &ledger, &stopped).await;
                (writer, sent)
            });
        }
        (Running { tasks }, Stop(stop))
    }

    /// Writes for `time` to a server that is expected to live.
    pub async fn run_for(
        self,
        time: Duration,
        address: SocketAddr,
        ledger: &Arc<Ledger>,
    ) -> anyhow::Result<(Self, Sent)> {
        let (running, stop) = self.start(address, ledger);
        tokio::time::sleep(time).await;
        stop.now();
        running.end().await
    }
}

/// Clients at work.
pub struct Running {
    tasks: JoinSet<(Writer, anyhow::Result<Sent>)>,
}

impl Running {
    /// Waits until all clients have ended.
    pub async fn end(mut self) -> anyhow::Result<(Traffic, Sent)> {
        let mut total = Sent::default();
        let mut writers = Vec::new();
        while let Some(ended) = self.tasks.join_next().await {
            let (writer, sent) = ended?;
            total += sent?;
            writers.push(writer);
        }
        Ok((Traffic { writers }, total))
    }
}

impl Writer {
    async fn write(
        &mut self,
        address: SocketAddr,
        ledger: &Ledger,
        stopped: &watch::Receiver<bool>,
    ) -> anyhow::Result<Sent> {
        let mut client = Client::new(address);
        let mut sent = Sent::default();
        // What is in doubt comes first: a channel redelivers before it delivers.
        let mut in_doubt: Vec<usize> =
            (0..self.buyers.len()).filter(|&index| self.buyers[index].in_doubt).collect();
        while !in_doubt.is_empty() || !*stopped.borrow() {
            let index =
                in_doubt.pop().unwrap_or_else(|| self.random.below(self.buyers.len() as u64) as usize);
            match self.send(index, &mut client, ledger).await? {
                Outcome::Acknowledged => sent.acknowledged += 1,
                Outcome::Refused => {
                    sent.refused += 1;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Outcome::Wrong => sent.wrong += 1,
                Outcome::Unanswered => {
                    sent.unanswered += 1;
                    return Ok(sent);
                }
            }
            if self.pause_micros > 0 {
                tokio::time::sleep(Duration::from_micros(self.random.below(self.pause_micros))).await;
            }
        }
        Ok(sent)
    }

    async fn send(&mut self, index: usize, client: &mut Client, ledger: &Ledger) -> anyhow::Result<Outcome> {
        let wait = self.random.chance(50);
        let phrase = buyer::TEXTS[self.random.below(buyer::TEXTS.len() as u64) as usize];
        let buyer = &mut self.buyers[index];
        let external_id = external_id(&buyer.contact, buyer.next);
        let text = format!("{phrase} [{}]", buyer.next);
        buyer.in_doubt = true;
        let Ok(answer) = client.message(buyer::request(&buyer.contact, &external_id, &text, wait)).await
        else {
            return Ok(Outcome::Unanswered);
        };
        match answer.status {
            200 | 202 => {}
            503 => return Ok(Outcome::Refused),
            _ => return Ok(Outcome::Wrong),
        }
        let envelope = answer.json();
        let field = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let (Some(conversation_id), Some(message_id)) =
            (field(&envelope["conversation_id"]), field(&envelope["message_id"]))
        else {
            return Ok(Outcome::Wrong);
        };
        let turn_id = field(&envelope["turn"]["id"]);
        if answer.status == 200 && wait && turn_id.is_none() {
            return Ok(Outcome::Wrong);
        }
        let entry = Acknowledgement {
            contact: buyer.contact.clone(),
            sequence: buyer.next,
            external_id,
            conversation_id,
            message_id,
            turn_id,
        };
        ledger.record(entry).await?;
        buyer.next += 1;
        buyer.in_doubt = false;
        Ok(Outcome::Acknowledged)
    }
}

/// The channel's id of a buyer's message; [`sequence_of`] reads the number back.
fn external_id(contact: &str, sequence: u64) -> String {
    format!("{contact}-m{sequence}")
}

/// The number in an id that was made here.
pub fn sequence_of(external_id: &str) -> Option<u64> {
    external_id.rsplit_once("-m")?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_can_be_read_from_the_id() {
        assert_eq!(sequence_of(&external_id("r1-b7", 12)), Some(12));
        assert_eq!(sequence_of("foreign"), None);
    }

    #[test]
    fn every_buyer_belongs_to_one_client() {
        let traffic =
            Traffic::new("t", &Shape { clients: 3, buyers: 10, pause_micros: 0 }, &mut Random::new(1));
        let mut contacts: Vec<_> = traffic
            .writers
            .iter()
            .flat_map(|writer| writer.buyers.iter().map(|buyer| &buyer.contact))
            .collect();
        contacts.sort();
        contacts.dedup();
        assert_eq!(contacts.len(), 10);
    }
}
