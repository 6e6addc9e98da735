//! Made-up histories: events as the desk writes them, in every order that can happen and some that cannot.

use domain::event::{Event, EventKind, NewEvent};
use serde_json::{Value, json};

use super::*;

const KINDS: [&str; 6] = ["answer", "question", "recommendation", "quote", "handoff", "silent"];
const STRATEGIES: [&str; 7] =
    ["price_answer", "dont_know", "clarify", "quote", "opt_out", "faq_answer", "human_handoff"];
const INTENTS: [&str; 9] = [
    "price_inquiry",
    "greeting",
    "quote_request",
    "deny",
    "affirm",
    "unsubscribe",
    "complaint",
    "spec_inquiry",
    "purchase",
];
const REASONS: [&str; 3] = ["vip", "complaint", "no_knowledge"];
const PRODUCTS: [&str; 4] = ["P001", "P002", "P003", "P004"];

pub struct History {
    pub events: Vec<Event>,
    pub orders: Vec<OrderOfContact>,
    pub inboxes: [InboxId; 2],
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }

    fn some<'a>(&mut self, list: &[&'a str], percent: u64) -> Vec<&'a str> {
        list.iter().copied().filter(|_| self.chance(percent)).collect()
    }
}

macro_rules! raw {
    ($number:expr) => {
        id::compose(START, u128::from($number) + 1)
    };
}

fn contact(number: u64) -> ContactId {
    ContactId::from_ulid(raw!(number))
}

impl History {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(977));
        let inboxes = [1_u64, 2].map(|number| InboxId::from_ulid(raw!(number)));
        let mut told: Vec<NewEvent> = Vec::new();
        for conversation in 0..25 {
            let who = contact(dice.below(12));
            let mut now = at(dice.below(18 * 1_440) as i64);
            let mut tell = |kind, data: Value, at| {
                told.push(NewEvent {
                    id: EventId::from_ulid(raw!(0_u64)),
                    kind,
                    conversation: Some(ConversationId::from_ulid(raw!(1_000 + conversation))),
                    contact: Some(who),
                    data,
                    at,
                });
            };
            if dice.chance(95) {
                let inbox = inboxes[dice.below(2) as usize];
                tell(EventKind::ConversationOpened, json!({ "inbox": inbox }), now);
            }
            let mut quotes = Vec::new();
            for step in 0..dice.below(12) {
                let pause = [1, 20, 400, 4_000][dice.below(4) as usize];
                now = now.plus_millis((1 + dice.below(pause)) as i64 * MINUTE + dice.below(999) as i64);
                let (kind, data) = match dice.below(20) {
                    0..=9 => (EventKind::TurnCompleted, turn(&mut dice, conversation * 100 + step)),
                    10 | 11 => {
                        let outcome = json!({"outcome": dice.of(&["unchanged", "edited", "rejected"])});
                        let draft = if dice.chance(70) { outcome } else { Value::Null };
                        (EventKind::MessageSent, json!({"author": "agent", "draft": draft}))
                    }
                    12 => (EventKind::HandoffRequested, json!({"handoff": {"reason": dice.of(&REASONS)}})),
                    13 => {
                        let owner = dice.of(&["person", "person", "assistant"]);
                        (EventKind::OwnerChanged, json!({ "owner": owner }))
                    }
                    14 => {
                        let lead = LeadId::from_ulid(raw!(dice.below(5)));
                        let status = dice.of(&["new", "contacted", "won"]);
                        let name = dice.of(&["lead", "lead_id"]);
                        (EventKind::LeadChanged, json!({name: lead, "status": status}))
                    }
                    15..=17 => {
                        let fresh = quotes.is_empty() || dice.chance(40);
                        if fresh {
                            quotes.push(QuoteId::from_ulid(raw!(conversation * 100 + step)));
                        }
                        let quote = quotes[dice.below(quotes.len() as u64) as usize];
                        let status = dice.of(&["sent", "sent", "draft", "accepted", "rejected", "expired"]);
                        let by = dice.of(&["assistant", "person", "buyer"]);
                        (EventKind::QuoteChanged, json!({"quote_id": quote, "status": status, "by": by}))
                    }
                    18 => (EventKind::MessageReceived, json!({ "seq": step })),
                    _ => (EventKind::MessageSent, json!({"author": "assistant", "text": "…"})),
                };
                tell(kind, data, now);
            }
            if dice.chance(60) {
                let status = dice.of(&["resolved", "lapsed"]);
                let end = now.plus_millis(dice.below(4_400) as i64 * MINUTE);
                tell(EventKind::ConversationEnded, json!({ "status": status }), end);
            }
        }
        told.sort_by_key(|event| event.at);
        let orders = (0..6).map(|_| OrderOfContact {
            contact: contact(dice.below(12)),
            date: format!("2026-11-{:02}", 23 + dice.below(8)),
            products: dice.some(&PRODUCTS, 50).into_iter().map(Into::into).collect(),
        });
        let orders = orders.collect();
        Self { events: numbered(told), orders, inboxes }
    }
}

fn numbered(told: Vec<NewEvent>) -> Vec<Event> {
    (1..).zip(told).map(|(number, event)| Event { number, event }).collect()
}

fn turn(dice: &mut Dice, number: u64) -> Value {
    let intents: Vec<Value> =
        dice.some(&INTENTS, 20).into_iter().map(|name| json!({ "name": name })).collect();
    let kind = dice.of(&KINDS);
    let offered = if dice.chance(35) { dice.some(&PRODUCTS, 40) } else { Vec::new() };
    let mut data = json!({
        "turn_id": TurnId::from_ulid(raw!(number)),
        "intents": intents,
        "strategy": dice.of(&STRATEGIES),
        "reply_kind": kind,
        "draft": kind != "silent" && dice.chance(20),
    });
    if dice.chance(95) {
        data["counts"] = json!({
            "waited_ms": dice.below(40) * 700,
            "substantive": dice.chance(60),
            "products": dice.some(&PRODUCTS, 15),
            "offered": offered,
            "model": {"questions": dice.below(2), "prompt_tokens": dice.below(900), "answer_tokens": dice.below(200)},
        });
    }
    data
}

/// The events of one conversation, by minute and word.
pub fn told(steps: &[(i64, &str)]) -> Vec<Event> {
    let turn = |number: usize, kind: &str, draft: bool, substantive: bool| {
        json!({
            "turn_id": TurnId::from_ulid(raw!(number as u64)), "intents": [{"name": "price_inquiry"}],
            "strategy": "price_answer", "reply_kind": kind, "draft": draft,
            "counts": {"waited_ms": 0, "substantive": substantive},
        })
    };
    let events = steps.iter().enumerate().map(|(number, &(minute, word))| {
        let (kind, data) = match word {
            "open" => (EventKind::ConversationOpened, json!({"inbox": InboxId::from_ulid(raw!(1_u64))})),
            "turn" => (EventKind::TurnCompleted, turn(number, "answer", false, true)),
            "handing over" => (EventKind::TurnCompleted, turn(number, "handoff", false, false)),
            "silent" => (EventKind::TurnCompleted, turn(number, "silent", false, false)),
            "draft" => (EventKind::TurnCompleted, turn(number, "answer", true, true)),
            "handoff" => (EventKind::HandoffRequested, json!({"handoff": {"reason": "vip"}})),
            "write" => (EventKind::MessageSent, json!({"author": "agent"})),
            owner => (EventKind::OwnerChanged, json!({ "owner": owner })),
        };
        let conversation = Some(ConversationId::from_ulid(raw!(1_u64)));
        let id = EventId::from_ulid(raw!(0_u64));
        NewEvent { id, kind, conversation, contact: Some(contact(1)), data, at: at(minute) }
    });
    numbered(events.collect())
}
