//! What is counted afterwards: each event that tells of a result, reduced to the little that figures need.
//!
//! Events are facts that are only ever added. An [`Observation`] is made of one event and of nothing else, so that whoever holds the
//! events can count again and must come to the same figures.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Timestamp,
    conversation::{Owner, Status},
    event::{Event, EventKind},
    fact::FactBody,
    id::{ContactId, ConversationId, InboxId, LeadId, ProductId, QuoteId, TurnId},
    lead::LeadStatus,
    quote::QuoteStatus,
    turn::{Reply, ReplyKind},
};

/// What a language model was asked. Tokens are an estimate by [`tokens`]: providers count in ways of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelUse {
    pub questions: u32,
    pub prompt_tokens: u32,
    pub answer_tokens: u32,
}

impl ModelUse {
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Takes in one question, whether it is answered or not.
    pub fn ask(&mut self, prompt: &str) {
        self.questions = self.questions.saturating_add(1);
        self.prompt_tokens = self.prompt_tokens.saturating_add(tokens(prompt));
    }

    /// Takes in what came back.
    pub fn hear(&mut self, answer: &str) {
        self.answer_tokens = self.answer_tokens.saturating_add(tokens(answer));
    }

    pub fn plus(&mut self, other: Self) {
        self.questions = self.questions.saturating_add(other.questions);
        self.prompt_tokens = self.prompt_tokens.saturating_add(other.prompt_tokens);
        self.answer_tokens = self.answer_tokens.saturating_add(other.answer_tokens);
    }
}

/// About how many tokens a text is: one for each character beyond ASCII, one for each four bytes of the rest.
pub fn tokens(text: &str) -> u32 {
    let wide = text.chars().filter(|character| !character.is_ascii()).count();
    let narrow = text.chars().filter(char::is_ascii).count();
    u32::try_from(wide + narrow.div_ceil(4)).unwrap_or(u32::MAX)
}

/// What a turn's event carries for those who count.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TurnCounts {
    /// Milliseconds from the first message that the turn answers to the turn.
    pub waited_ms: i64,
    /// The reply answers the matter: see [`is_substantive`].
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub substantive: bool,
    /// The products that the buyer named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductId>,
    /// The products that were recommended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offered: Vec<ProductId>,
    #[serde(skip_serializing_if = "ModelUse::is_none")]
    pub model: ModelUse,
}

/// Whether a reply answers the matter: it states something of a product, a price, an order, a document or the shop. When somebody will
/// answer, a question back, a greeting or an apology is none.
pub fn is_substantive(reply: &Reply) -> bool {
    let answers = matches!(reply.kind, ReplyKind::Answer | ReplyKind::Quote | ReplyKind::Recommendation);
    answers && reply.facts.iter().any(|fact| !matches!(fact.body, FactBody::Calendar { .. }))
}

/// What became of a draft when a person wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftOutcome {
    /// Sent as it stood.
    Unchanged,
    /// Sent with changes.
    Edited,
    /// The person wrote something else.
    Rejected,
}

impl DraftOutcome {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Edited => "edited",
            Self::Rejected => "rejected",
        }
    }

    /// Compares what was drafted with what was sent. Space does not count; a text that shares half of its pairs of characters with the
    /// draft is an edited one.
    pub fn of(draft: &str, sent: &str) -> Self {
        let letters = |text: &str| -> Vec<char> { text.chars().filter(|c| !c.is_whitespace()).collect() };
        let (draft, sent) = (letters(draft), letters(sent));
        if draft == sent {
            return Self::Unchanged;
        }
        let pairs = |text: &[char]| -> HashSet<(char, char)> {
            text.windows(2).map(|pair| (pair[0], pair[1])).collect()
        };
        let (draft, sent) = (pairs(&draft), pairs(&sent));
        let shared = draft.intersection(&sent).count();
        if shared > 0 && 4 * shared >= draft.len() + sent.len() { Self::Edited } else { Self::Rejected }
    }
}

/// A turn, as far as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedTurn {
    #[serde(rename = "t")]
    pub turn: TurnId,
    #[serde(rename = "k")]
    pub kind: ReplyKind,
    #[serde(rename = "s")]
    pub strategy: String,
    /// The first is the primary one.
    #[serde(rename = "i")]
    pub intents: Vec<String>,
    /// Held for a person to send.
    #[serde(rename = "d", default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
    /// `None` in events of versions that did not tell it yet; then the turn has no response time.
    #[serde(rename = "n")]
    pub counts: Option<TurnCounts>,
}

impl ObservedTurn {
    pub fn has_intent(&self, name: &str) -> bool {
        self.intents.iter().any(|intent| intent == name)
    }

    /// Whether the buyer got it from the assistant.
    pub const fn was_said(&self) -> bool {
        !self.draft && !matches!(self.kind, ReplyKind::Silent)
    }

    pub fn is_substantive(&self) -> bool {
        self.counts.as_ref().is_some_and(|counts| counts.substantive)
    }

    /// Milliseconds that the buyer had waited when the turn ran.
    pub fn waited_ms(&self) -> i64 {
        self.counts.as_ref().map_or(0, |counts| counts.waited_ms.max(0))
    }

    pub fn offered(&self) -> &[ProductId] {
        self.counts.as_ref().map_or(&[], |counts| &counts.offered)
    }
}

/// What an event tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Observed {
    #[serde(rename = "o")]
    Opened { inbox: InboxId },
    #[serde(rename = "t")]
    Turn(Box<ObservedTurn>),
    /// A person wrote to the buyer.
    #[serde(rename = "w")]
    Written { draft: Option<DraftOutcome> },
    /// A person was asked for.
    #[serde(rename = "h")]
    Handoff { reason: String },
    #[serde(rename = "p")]
    Owner { owner: Owner },
    #[serde(rename = "e")]
    Ended { status: Status },
    #[serde(rename = "l")]
    Lead { lead: LeadId, status: LeadStatus },
    #[serde(rename = "q")]
    Quote { quote: QuoteId, status: QuoteStatus, by: String },
}

/// One event, as far as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The event's number.
    #[serde(rename = "n")]
    pub number: i64,
    #[serde(rename = "a", with = "millis")]
    pub at: Timestamp,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    #[serde(rename = "w")]
    pub what: Observed,
}

impl Observation {
    /// What is counted of an event; `None` for one that no figure needs, or that does not hold what its kind promises.
    pub fn of(event: &Event) -> Option<Self> {
        let data = &event.event.data;
        let text = |name: &str| data.get(name).and_then(Value::as_str);
        let what = match event.event.kind {
            EventKind::ConversationOpened => Observed::Opened { inbox: text("inbox")?.parse().ok()? },
            EventKind::TurnCompleted => Observed::Turn(Box::new(turn(data)?)),
            EventKind::MessageSent if text("author") == Some("agent") => {
                let outcome = data.get("draft").and_then(|draft| draft.get("outcome"));
                Observed::Written { draft: outcome.and_then(read) }
            }
            // The next one who is asked is not another hand-over.
            EventKind::HandoffRequested if data.get("escalated").and_then(Value::as_bool) != Some(true) => {
                let reason = data.get("handoff").and_then(|handoff| handoff.get("reason"))?;
                Observed::Handoff { reason: reason.as_str()?.to_owned() }
            }
            EventKind::OwnerChanged => Observed::Owner { owner: Owner::from_name(text("owner")?)? },
            EventKind::ConversationEnded => Observed::Ended { status: Status::from_name(text("status")?)? },
            EventKind::LeadChanged => Observed::Lead {
                // Before 0.2 a person's change named it `lead`.
                lead: text("lead_id").or_else(|| text("lead"))?.parse().ok()?,
                status: LeadStatus::from_name(text("status")?)?,
            },
            EventKind::QuoteChanged => Observed::Quote {
                quote: text("quote_id")?.parse().ok()?,
                status: QuoteStatus::from_name(text("status")?)?,
                by: text("by").unwrap_or_default().to_owned(),
            },
            _ => return None,
        };
        let (conversation, contact, at) = (event.event.conversation, event.event.contact, event.event.at);
        Some(Self { number: event.number, at, conversation, contact, what })
    }
}

fn turn(data: &Value) -> Option<ObservedTurn> {
    let names = data.get("intents")?.as_array()?.iter();
    let names = names.filter_map(|intent| intent.get("name")?.as_str()).map(str::to_owned);
    Some(ObservedTurn {
        turn: data.get("turn_id")?.as_str()?.parse().ok()?,
        kind: read(data.get("reply_kind")?)?,
        strategy: data.get("strategy")?.as_str()?.to_owned(),
        intents: names.collect(),
        draft: data.get("draft").and_then(Value::as_bool).unwrap_or(false),
        counts: data.get("counts").and_then(read),
    })
}

fn read<'v, T: Deserialize<'v>>(value: &'v Value) -> Option<T> {
    T::deserialize(value).ok()
}

/// An order that is a contact's: his own, or one of the company that he is verified to belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderOfContact {
    pub contact: ContactId,
    /// ISO date.
    pub date: String,
    pub products: Vec<ProductId>,
}

/// An instant as the number of its milliseconds, which is short.
mod millis {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::Timestamp;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(at.millis())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{event::NewEvent, id};

    fn event(kind: EventKind, data: Value) -> Event {
        let raw = id::compose(Timestamp::from_millis(1), 1);
        let event = NewEvent {
            id: id::EventId::from_ulid(raw),
            kind,
            conversation: Some(ConversationId::from_ulid(raw)),
            contact: None,
            data,
            at: Timestamp::from_millis(5),
        };
        Event { number: 7, event }
    }

    #[test]
    fn a_draft_is_unchanged_edited_or_rejected() {
        let check = |draft, sent, expected| {
            assert_eq!(DraftOutcome::of(draft, sent).name(), expected, "{draft} / {sent}");
        };
        check("每台48000元，交期30天。", "每台48000元，交期30天。", "unchanged");
        check("每台48000元，交期30天。", " 每台48000元， 交期30天。\n", "unchanged");
        check("每台48000元，交期30天。", "您好，每台48000元，交期30天，含税。", "edited");
        check("It is 20 kg.", "It is 20 kg, at full reach.", "edited");
        check("每台48000元，交期30天。", "我打电话跟您说", "rejected");
        check("好", "不", "rejected");
        check("", "", "unchanged");
    }

    #[test]
    fn tokens_are_estimated_by_the_kind_of_characters() {
        let check = |text, expected| assert_eq!(tokens(text), expected, "{text}");
        check("", 0);
        check("price", 2);
        check("多少钱", 3);
        check("P001多少钱", 4);
    }

    #[test]
    fn an_event_is_reduced_to_what_is_counted() {
        let turn = TurnId::from_ulid(id::compose(Timestamp::from_millis(1), 2));
        let data = json!({
            "turn_id": turn, "intents": [{"name": "price_inquiry", "confidence": 0.9}], "strategy": "price_answer",
            "reply_kind": "answer", "draft": false, "counts": {"waited_ms": 1200, "substantive": true, "products": ["P001"]},
        });
        let seen = Observation::of(&event(EventKind::TurnCompleted, data)).expect("is counted");
        let stored = serde_json::to_string(&seen).expect("serialises");
        assert_eq!(serde_json::from_str::<Observation>(&stored).expect("parses"), seen);
        let Observed::Turn(turn) = seen.what else { panic!("a turn") };
        assert_eq!((turn.waited_ms(), turn.is_substantive(), turn.was_said()), (1200, true, true));
    }

    #[test]
    fn what_does_not_hold_what_its_kind_promises_is_left_out() {
        let check = |kind, data, expected: bool| {
            assert_eq!(Observation::of(&event(kind, data)).is_some(), expected, "{kind:?}");
        };
        check(EventKind::TurnCompleted, json!({}), false);
        check(EventKind::ConversationOpened, json!({"inbox": "elsewhere"}), false);
        check(EventKind::MessageSent, json!({"author": "assistant"}), false);
        check(EventKind::MessageSent, json!({"author": "agent"}), true);
        check(EventKind::HandoffRequested, json!({"handoff": null}), false);
        check(EventKind::HandoffRequested, json!({"handoff": {"reason": "vip"}}), true);
        check(EventKind::HandoffRequested, json!({"handoff": {"reason": "vip"}, "escalated": true}), false);
        check(EventKind::ConversationEnded, json!({"status": "lapsed"}), true);
        check(EventKind::MessageReceived, json!({"seq": 1}), false);
    }
}
