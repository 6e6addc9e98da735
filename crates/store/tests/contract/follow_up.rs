use domain::{
    Timestamp,
    conversation::{Conversation, Memory, Owner, Status},
    follow_up::{Reason, SentFollowUp},
    handoff::{Handoff, HandoffReason},
    id::ConversationId,
    lead::{Lead, LeadStatus},
    message::{Author, Message, MessageKind},
};
use store::{
    Agent, ChangeError, CommitOutcome, ConversationChange, FollowUpWords, LeadChange, Page, Step,
    StepOutcome, Store, Woken,
};

use super::{
    bench::Bench,
    build::{self, HOUR, accept, at, claiming, fresh, incoming, situation, turn_of},
};

on_both! {
    a_turn_says_when_to_look_again
    a_reply_stops_the_follow_up_with_the_message_itself
    a_reply_and_a_follow_up_never_both_count
    what_is_due_is_looked_at_by_one
    a_follow_up_is_remembered_with_its_contact
    an_ended_conversation_is_followed_up_in_a_new_one
    a_take_over_stops_the_follow_up
    a_person_cancels_or_words_the_next_one
    who_waits_for_a_person_still_waits_after_writing
    a_lead_that_is_closed_is_known_to_be
}

/// A buyer who wrote once and was answered; to be looked at after a day.
async fn silent(store: &Store, who: &str) -> ConversationId {
    let inbox = build::inbox(store).await;
    let first = accept(store, claiming(inbox, who, None, at(0))).await;
    let mut commit = turn_of(&situation(store, first.conversation).await, 1, at(1));
    commit.wake_at = Some(tomorrow());
    assert_eq!(store.commit_turn(commit).await.unwrap(), CommitOutcome::Committed { more: false });
    first.conversation
}

fn tomorrow() -> Timestamp {
    at(0).plus_hours(24)
}

async fn wake(store: &Store, now: Timestamp) -> Vec<Woken> {
    store.claim_woken(now, now.plus_millis(60_000), 10).await.expect("a look")
}

async fn wake_at(store: &Store, id: ConversationId) -> Option<Timestamp> {
    store.watched(id).await.expect("it is read").expect("it is there").wake_at
}

/// A follow-up in the conversation as it stands now.
async fn step(store: &Store, id: ConversationId, now: Timestamp) -> Step {
    let watched = store.watched(id).await.unwrap().expect("it is there");
    let conversation = watched.situation.conversation;
    let message = Message {
        id: fresh!(MessageId),
        conversation: id,
        seq: 0,
        author: Author::Assistant,
        external_id: None,
        kind: MessageKind::Text,
        text: "您之前问的价格考虑得怎么样？".into(),
        attachments: Vec::new(),
        turn: None,
        draft: false,
        at: now,
    };
    let sent = SentFollowUp {
        message: message.id,
        contact: conversation.contact,
        conversation: id,
        step: "price_given".into(),
        reason: Reason::PriceGiven,
        why: "报了价格，客户没有回复".into(),
        products: Vec::new(),
        draft: false,
        revision: 1,
        at: now,
    };
    Step {
        expected_wake: watched.wake_at,
        expected_seq: watched.last_seq,
        expected_epoch: conversation.owner_epoch,
        conversation,
        opens: None,
        message: Some(message),
        sent: Some(sent),
        outbox: Vec::new(),
        events: Vec::new(),
        wake_at: None,
    }
}

async fn texts(store: &Store, id: ConversationId) -> usize {
    store.messages(id, Page::first(100)).await.unwrap().items.len()
}

async fn agent(store: &Store) -> Agent {
    let agent = Agent {
        id: fresh!(AgentId),
        name: "陈晓".into(),
        role: "agent".into(),
        machine: false,
        created_at: at(0),
    };
    store.insert_agent(&agent).await.expect("an agent");
    agent
}

async fn a_turn_says_when_to_look_again(bench: Bench) {
    let store = bench.open().await;
    let id = silent(&store, "c").await;
    assert_eq!(wake_at(&store, id).await, Some(tomorrow()));
    assert_eq!(wake(&store, tomorrow().plus_millis(-1)).await, []);
    let due = wake(&store, tomorrow()).await;
    assert_eq!(due, [Woken { conversation: id, until: tomorrow().plus_millis(60_000) }]);
    let later = tomorrow().plus_hours(3);
    store.look_again(due[0], Some(later)).await.unwrap();
    assert_eq!(wake_at(&store, id).await, Some(later));
    // A look that lasted too long changes nothing any more.
    store.look_again(due[0], None).await.unwrap();
    assert_eq!(wake_at(&store, id).await, Some(later));
    store.close().await;
}

async fn a_reply_stops_the_follow_up_with_the_message_itself(bench: Bench) {
    let store = bench.open().await;
    let id = silent(&store, "c").await;
    let inbox = build::inbox(&store).await;
    let decided = step(&store, id, tomorrow()).await;
    accept(&store, incoming(inbox, "c", None, tomorrow())).await;
    assert_eq!(wake_at(&store, id).await, None);
    assert_eq!(store.commit_step(decided).await.unwrap(), StepOutcome::Stopped);
    assert_eq!(texts(&store, id).await, 3);
    // Even one that is decided after the message came waits for the turn that answers it.
    let late = step(&store, id, tomorrow()).await;
    assert_eq!(store.commit_step(late).await.unwrap(), StepOutcome::Stopped);
    assert_eq!(wake(&store, tomorrow().plus_hours(1_000)).await, []);
    store.close().await;
}

async fn a_reply_and_a_follow_up_never_both_count(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    for round in 0..20 {
        let who = format!("c-{round}");
        let id = silent(&store, &who).await;
        let decided = step(&store, id, tomorrow()).await;
        let reply = incoming(inbox, &who, None, tomorrow());
        let (replied, stepped) = tokio::join!(store.accept(reply), store.commit_step(decided));
        let reply = replied.unwrap().message;
        let messages = store.messages(id, Page::first(10)).await.unwrap().items;
        let last = messages.last().expect("a message");
        match stepped.unwrap() {
            // It was sent before the reply came.
            StepOutcome::Committed => assert_eq!((messages.len(), last.id), (4, reply), "{round}"),
            StepOutcome::Stopped => assert_eq!((messages.len(), last.id), (3, reply), "{round}"),
        }
        assert_eq!(wake_at(&store, id).await, None, "{round}");
    }
    store.close().await;
}

async fn what_is_due_is_looked_at_by_one(bench: Bench) {
    let store = bench.open().await;
    for who in ["a", "b", "c"] {
        silent(&store, who).await;
    }
    let (now, until) = (tomorrow(), tomorrow().plus_millis(60_000));
    let (one, two) = tokio::join!(store.claim_woken(now, until, 2), store.claim_woken(now, until, 2));
    let mut found: Vec<_> =
        one.unwrap().into_iter().chain(two.unwrap()).map(|woken| woken.conversation).collect();
    found.extend(wake(&store, now).await.into_iter().map(|woken| woken.conversation));
    found.sort_unstable();
    let count = found.len();
    found.dedup();
    assert_eq!((found.len(), count), (3, 3));
    // Who looked and died leaves them to others after a minute.
    assert_eq!(wake(&store, until).await.len(), 3);
    store.close().await;
}

async fn a_follow_up_is_remembered_with_its_contact(bench: Bench) {
    let store = bench.open().await;
    let id = silent(&store, "c").await;
    let mut decided = step(&store, id, tomorrow()).await;
    decided.wake_at = Some(tomorrow().plus_hours(48));
    let sent = decided.sent.clone().unwrap();
    assert_eq!(store.commit_step(decided.clone()).await.unwrap(), StepOutcome::Committed);
    let watched = store.watched(id).await.unwrap().unwrap();
    assert_eq!(watched.sent, [sent]);
    assert_eq!((watched.wake_at, watched.last_seq), (Some(tomorrow().plus_hours(48)), 3));
    assert_eq!(watched.situation.conversation.last_message_at, tomorrow());
    assert_eq!(store.commit_step(decided).await.unwrap(), StepOutcome::Stopped, "a step counts once");
    assert_eq!(texts(&store, id).await, 3);
    store.close().await;
}

async fn an_ended_conversation_is_followed_up_in_a_new_one(bench: Bench) {
    let store = bench.open().await;
    let id = silent(&store, "c").await;
    let inbox = build::inbox(&store).await;
    let later = at(0).plus_hours(100);
    store.lapse_silent(later.plus_hours(-72), later, 10).await.unwrap();
    assert_eq!(wake_at(&store, id).await, Some(tomorrow()), "silence alone stops nothing");
    let mut decided = step(&store, id, later).await;
    assert_eq!(decided.conversation.status, Status::Lapsed);
    let opened = Conversation {
        id: fresh!(ConversationId),
        status: Status::Open,
        owner_epoch: 0,
        memory: Memory { disclosed: true, ..Memory::default() },
        opened_at: later,
        last_message_at: later,
        ended_at: None,
        ..decided.conversation.clone()
    };
    decided.message.as_mut().unwrap().conversation = opened.id;
    decided.opens = Some(opened.clone());
    decided.wake_at = Some(later.plus_hours(24));
    let again = decided.clone();
    assert_eq!(store.commit_step(decided).await.unwrap(), StepOutcome::Committed);
    assert_eq!((texts(&store, id).await, texts(&store, opened.id).await), (2, 1));
    assert_eq!(wake_at(&store, id).await, None);
    let watched = store.watched(opened.id).await.unwrap().unwrap();
    assert_eq!((&watched.situation.conversation, watched.last_seq), (&opened, 1));
    assert_eq!(watched.wake_at, Some(later.plus_hours(24)));
    assert_eq!(store.commit_step(again).await.unwrap(), StepOutcome::Stopped);
    // The buyer's answer belongs to it.
    let reply = accept(&store, incoming(inbox, "c", None, later.plus_millis(HOUR))).await;
    assert_eq!((reply.conversation, reply.seq), (opened.id, 2));
    store.close().await;
}

async fn a_take_over_stops_the_follow_up(bench: Bench) {
    let store = bench.open().await;
    let person = agent(&store).await.id;
    let id = silent(&store, "c").await;
    let decided = step(&store, id, tomorrow()).await;
    let change =
        async |change| store.change_conversation(id, change, at(9), [fresh!(EventId)]).await.unwrap();
    change(ConversationChange::TakeOver(person)).await;
    assert_eq!(wake_at(&store, id).await, None);
    assert_eq!(store.commit_step(decided).await.unwrap(), StepOutcome::Stopped);
    change(ConversationChange::ReturnToAssistant).await;
    assert_eq!(wake_at(&store, id).await, None, "the buyer's next message decides anew");
    store.close().await;
}

async fn a_person_cancels_or_words_the_next_one(bench: Bench) {
    let store = bench.open().await;
    let person = agent(&store).await.id;
    let id = silent(&store, "c").await;
    let words = |text: &str| FollowUpWords { text: text.into(), agent: person, at: at(5) };
    store.word_follow_up(id, words("一"), [fresh!(EventId)]).await.unwrap();
    store.word_follow_up(id, words("二"), [fresh!(EventId)]).await.unwrap();
    assert_eq!(store.watched(id).await.unwrap().unwrap().words, Some(words("二")));
    let inbox = build::inbox(&store).await;
    let next = accept(&store, claiming(inbox, "c", None, at(7))).await;
    let mut commit = turn_of(&situation(&store, id).await, next.claim.unwrap().lease_token, at(8));
    commit.wake_at = Some(tomorrow());
    store.commit_turn(commit).await.unwrap();
    assert_eq!(store.watched(id).await.unwrap().unwrap().words, None, "said before the buyer wrote");
    store.cancel_follow_up(id, person, at(9), [fresh!(EventId)]).await.unwrap();
    let watched = store.watched(id).await.unwrap().unwrap();
    assert_eq!((watched.wake_at, watched.cancelled, watched.words), (None, true, None));
    let again = store.cancel_follow_up(id, person, at(9), [fresh!(EventId)]).await;
    assert!(matches!(again, Err(ChangeError::NotFound)), "{again:?}");
    let late = store.word_follow_up(id, words("三"), [fresh!(EventId)]).await;
    assert!(matches!(late, Err(ChangeError::NotFound)), "{late:?}");
    store.close().await;
}

async fn who_waits_for_a_person_still_waits_after_writing(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let mut commit = turn_of(&situation(&store, first.conversation).await, 1, at(1));
    let due_at = at(600);
    let handoff =
        Handoff { due_at: Some(due_at), ..Handoff::new(HandoffReason::Vip, "要人".into(), at(1)) };
    commit.conversation.request_person(handoff.clone()).expect("the assistant has it");
    commit.wake_at = Some(due_at);
    store.commit_turn(commit).await.unwrap();
    let second = accept(&store, claiming(inbox, "c", None, at(2))).await;
    assert_eq!(wake_at(&store, first.conversation).await, Some(due_at));
    // The next person is asked although a message waits; the turn that ran meanwhile starts again.
    let running =
        turn_of(&situation(&store, first.conversation).await, second.claim.unwrap().lease_token, at(601));
    let mut decided = step(&store, first.conversation, at(600)).await;
    decided.sent = None;
    decided.conversation.memory.handoff =
        Some(Handoff { assigned_to: Some("林佳怡".into()), asked: vec!["陈晓".into()], ..handoff });
    assert_eq!(store.commit_step(decided).await.unwrap(), StepOutcome::Committed);
    assert_eq!(store.commit_turn(running).await.unwrap(), CommitOutcome::Fenced);
    let after = situation(&store, first.conversation).await;
    assert_eq!(after.conversation.owner, Owner::Waiting);
    let handoff = after.conversation.memory.handoff.expect("it waits");
    assert_eq!(handoff.assigned_to.as_deref(), Some("林佳怡"));
    store.close().await;
}

async fn a_lead_that_is_closed_is_known_to_be(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let mut commit = turn_of(&situation(&store, first.conversation).await, 1, at(1));
    let lead = Lead::new(fresh!(LeadId), first.contact, at(1));
    commit.lead = Some(lead.clone());
    store.commit_turn(commit).await.unwrap();
    let closed_at = async || store.watched(first.conversation).await.unwrap().unwrap().closed_at;
    assert_eq!(closed_at().await, None);
    let won =
        LeadChange {
            status: Some(LeadStatus::Won), outcome_reason: Some("下单".into()), assigned_to: None
        };
    store.update_lead(lead.id, won, at(5), [fresh!(EventId)]).await.unwrap();
    assert_eq!(closed_at().await, Some(at(5)));
    store.close().await;
}
