//! Values for the tests: fresh ids, messages, turns.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{
    Timestamp,
    contact::Attributes,
    conversation::Owner,
    event::{EventKind, NewEvent},
    handoff::{Handoff, HandoffReason},
    id::{ConversationId, EventId, InboxId, MessageId, OutboxId, TurnId},
    inbox::{Autonomy, Inbox, InboxKind},
    lead::LeadStatus,
    message::{Author, Message, MessageKind},
    outbox::{Delivery, OutboxEntry, OutboxStatus},
    profile::CustomerType,
    stage::Stage,
    turn::{ProfileView, Reply, ReplyKind, Strategy, Timings, Turn, WordedBy},
    understanding::Understanding,
};
use serde_json::json;
use store::{
    Accepted, CommitOutcome, FreshIds, Incoming, IncomingContact, IncomingMessage, Page, Paged, Store,
    StoredSituation, TurnCommit,
};

/// An id that no other test has.
macro_rules! fresh {
    ($name:ident) => {
        domain::id::$name::from_ulid(domain::id::compose(
            crate::contract::build::START,
            crate::contract::build::number(),
        ))
    };
}
pub(crate) use fresh;

pub(crate) const HOUR: i64 = 3_600_000;
/// When the tests' clock starts.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_795_335_240_000);

pub(crate) fn at(seconds: i64) -> Timestamp {
    START.plus_millis(seconds * 1_000)
}

/// A number that no other id of this process has.
pub(crate) fn number() -> u128 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed).into()
}

pub(crate) async fn inbox(store: &Store) -> InboxId {
    let wanted =
        Inbox { id: fresh!(InboxId), name: "api".into(), kind: InboxKind::Api, autonomy: Autonomy::Sell };
    store.ensure_inbox(&wanted).await.expect("an inbox").id
}

/// A plain message of `who`.
pub(crate) fn incoming(inbox: InboxId, who: &str, message: Option<&str>, now: Timestamp) -> Incoming {
    Incoming {
        inbox,
        contact: IncomingContact {
            external_id: who.into(),
            name: None,
            company: None,
            company_verified: false,
            attributes: Attributes::new(),
            trusted: false,
        },
        message: IncomingMessage {
            external_id: message.map(str::to_owned),
            kind: MessageKind::Text,
            text: "P001 20台多少钱?".into(),
            attachments: Vec::new(),
        },
        now,
        silence_ms: 72 * HOUR,
        lease: None,
        ids: FreshIds {
            contact: fresh!(ContactId),
            identity: fresh!(IdentityId),
            conversation: fresh!(ConversationId),
            message: fresh!(MessageId),
            company: fresh!(CompanyId),
            events: [fresh!(EventId), fresh!(EventId), fresh!(EventId), fresh!(EventId)],
        },
    }
}

/// The lease that came with a message.
pub(crate) fn lease_of(accepted: &Accepted) -> Option<i64> {
    accepted.claim.as_ref().map(|claim| claim.lease_token)
}

/// Claims what is due: conversations with their leases. A situation that comes along is the one that a reader sees.
pub(crate) async fn claim(
    store: &Store,
    now: Timestamp,
    until: Timestamp,
    limit: usize,
) -> Vec<(ConversationId, i64)> {
    let mut leases = Vec::new();
    for claim in store.claim_due(now, until, limit).await.unwrap() {
        if let Some(at_hand) = claim.situation {
            assert_eq!(*at_hand, situation(store, claim.conversation).await);
        }
        leases.push((claim.conversation, claim.lease_token));
    }
    leases
}

/// The same, with the conversation claimed for a minute.
pub(crate) fn claiming(inbox: InboxId, who: &str, message: Option<&str>, now: Timestamp) -> Incoming {
    Incoming { lease: Some(now.plus_millis(60_000)), ..incoming(inbox, who, message, now) }
}

pub(crate) async fn accept(store: &Store, incoming: Incoming) -> Accepted {
    store.accept(incoming).await.expect("the message is accepted")
}

pub(crate) fn event(kind: EventKind, conversation: ConversationId) -> NewEvent {
    let id: EventId = fresh!(EventId);
    NewEvent { id, kind, conversation: Some(conversation), contact: None, data: json!({ "n": 1 }), at: START }
}

/// A turn that answers all pending messages of the situation with a reply by the assistant.
pub(crate) fn turn_of(situation: &StoredSituation, lease_token: i64, now: Timestamp) -> TurnCommit {
    let id: TurnId = fresh!(TurnId);
    let conversation = situation.conversation.clone();
    let reply: MessageId = fresh!(MessageId);
    let text = "每台48000元。".to_owned();
    let turn = Turn {
        contact: None,
        id,
        conversation: conversation.id,
        message_ids: situation.messages.iter().map(|message| message.id).collect(),
        understanding: Understanding::default(),
        profile: ProfileView {
            company_facts: Vec::new(),
            facts: Vec::new(),
            customer_type: CustomerType::New,
            tier: None,
            message_count: 1,
        },
        stage: Stage::Decision,
        strategy: Strategy {
            name: "price_answer".into(),
            rule: "price_with_quantity".into(),
            why: Vec::new(),
            passed_over: Vec::new(),
            tests: Vec::new(),
        },
        recommendation: None,
        moment: None,
        lead: None,
        handoff: None,
        colleagues: Vec::new(),
        approvals: Vec::new(),
        reply: Reply {
            kind: ReplyKind::Answer,
            text: text.clone(),
            worded_by: WordedBy::Template,
            draft: false,
            facts: Vec::new(),
            withheld: Vec::new(),
        },
        revision: 1,
        seed: 7,
        at: now,
        timings: Timings::default(),
    };
    let message = Message {
        id: reply,
        conversation: conversation.id,
        seq: 0,
        author: Author::Assistant,
        external_id: None,
        kind: MessageKind::Text,
        text,
        attachments: Vec::new(),
        turn: Some(id),
        draft: false,
        at: now,
    };
    let entry = outbox_entry(conversation.id, reply, Some(conversation.owner_epoch), now);
    TurnCommit {
        turn: turn.into(),
        lease_token,
        expected_epoch: conversation.owner_epoch,
        answered_seq: situation.messages.last().map_or(0, |message| message.seq),
        events: vec![event(EventKind::TurnCompleted, conversation.id)],
        conversation,
        contact: situation.contact.clone(),
        lead: situation.lead.clone().filter(|lead| lead.status == LeadStatus::New),
        approvals: Vec::new(),
        promises: Vec::new(),
        reply: Some(message),
        outbox: vec![entry],
        quote: None,
        wake_at: None,
        keep_lease_until: now.plus_millis(60_000),
    }
}

pub(crate) fn outbox_entry(
    conversation: ConversationId,
    message: MessageId,
    owner_epoch: Option<i64>,
    now: Timestamp,
) -> OutboxEntry {
    let id: OutboxId = fresh!(OutboxId);
    OutboxEntry {
        id,
        delivery: Delivery::Message { conversation, message },
        owner_epoch,
        status: OutboxStatus::Pending,
        attempts: 0,
        due_at: now,
        expires_at: Some(now.plus_millis(600_000)),
        created_at: now,
    }
}

/// The same turn, with a person asked for.
pub(crate) fn asking_for_a_person(mut commit: TurnCommit) -> TurnCommit {
    let requested_at = commit.turn.at;
    let handoff = Handoff::new(HandoffReason::Vip, "要人".into(), requested_at);
    commit.conversation.request_person(handoff).expect("the assistant has it");
    assert_eq!(commit.conversation.owner, Owner::Waiting);
    commit
}

pub(crate) async fn situation(store: &Store, id: ConversationId) -> StoredSituation {
    store.situation(id).await.expect("it is read").expect("it is there")
}

/// Answers everything that is pending under this claim.
pub(crate) async fn answer(
    store: &Store,
    id: ConversationId,
    lease_token: i64,
    now: Timestamp,
) -> CommitOutcome {
    let situation = situation(store, id).await;
    store.commit_turn(turn_of(&situation, lease_token, now)).await.expect("the turn is decided")
}

/// All items of a list, read in pages of `size`.
pub(crate) async fn all<T, F>(size: u32, mut read: impl FnMut(Page) -> F) -> Vec<T>
where
    F: Future<Output = Result<Paged<T>, store::StoreError>>,
{
    let mut items = Vec::new();
    let mut page = Page::first(size);
    loop {
        let paged = read(page).await.expect("a page");
        assert!(paged.items.len() <= size as usize);
        items.extend(paged.items);
        match paged.next {
            Some(next) => page = Page { after: Some(next), limit: size },
            None => return items,
        }
    }
}
