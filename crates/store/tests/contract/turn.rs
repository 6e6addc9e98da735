use std::collections::BTreeMap;

use domain::{
    conversation::Owner,
    event::EventKind,
    lead::{Lead, LeadStatus, signal},
    message::Author,
    profile::{Evidence, ProfileEdit},
    turn::Turn,
};
use serde_json::json;
use store::{ChangeError, CommitOutcome, ConversationChange, Page};

use super::{
    bench::Bench,
    build::{
        self, accept, answer, asking_for_a_person, at, claim, claiming, fresh, incoming, lease_of, situation,
        turn_of,
    },
};

on_both! {
    a_turn_is_committed_whole
    a_worker_back_from_the_dead_is_fenced
    a_message_belongs_to_one_turn
    a_message_that_came_during_the_turn_keeps_the_claim
    a_take_over_during_the_turn_wins
    an_edit_of_the_profile_during_the_turn_wins
    take_over_and_commit_never_both_count
    what_people_set_survives_a_turn
    claims_are_given_out_once
    the_longest_waiting_is_claimed_first
    claims_are_void_after_a_restart_of_the_only_process
}

async fn a_turn_is_committed_whole(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    accept(&store, incoming(inbox, "c", None, at(1))).await;
    let mut before = situation(&store, first.conversation).await;
    assert_eq!(Some(before.lease_token), lease_of(&first));
    before.contact.profile.message_count = 2;
    let mut commit = asking_for_a_person(turn_of(&before, before.lease_token, at(2)));
    let mut lead = Lead::new(fresh!(LeadId), before.contact.id, at(2));
    lead.add_signal(signal::ASKED_PRICE, 20, first.message);
    commit.lead = Some(lead.clone());
    commit.conversation.memory.rounds = 1;
    let turn = Turn::clone(&commit.turn);
    assert_eq!(store.commit_turn(commit).await.unwrap(), CommitOutcome::Committed { more: false });

    let after = situation(&store, first.conversation).await;
    assert_eq!((after.conversation.owner, after.conversation.owner_epoch), (Owner::Waiting, 1));
    assert_eq!((after.conversation.memory.rounds, after.contact.profile.message_count), (1, 2));
    assert_eq!(after.lead, Some(lead));
    assert_eq!((after.messages.len(), store.pending_messages().await.unwrap()), (0, 0));
    let messages = store.messages(first.conversation, Page::first(10)).await.unwrap().items;
    assert_eq!(messages.iter().map(|message| message.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(messages.iter().all(|message| message.turn == Some(turn.id)));
    assert_eq!(messages[2].author, Author::Assistant);
    assert_eq!(store.turn(turn.id).await.unwrap(), Some(turn.clone()));
    assert_eq!(store.turn_of_message(first.message).await.unwrap().map(|turn| turn.id), Some(turn.id));
    assert_eq!(store.turns(first.conversation, Page::first(10)).await.unwrap().items, [turn]);
    // The claim was given back: the next message takes it.
    assert_eq!(lease_of(&accept(&store, claiming(inbox, "c", None, at(3))).await), Some(2));
    store.close().await;
}

async fn a_worker_back_from_the_dead_is_fenced(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let old = situation(&store, first.conversation).await;
    let claimed = claim(&store, at(61), at(121), 10).await;
    assert_eq!(claimed, [(first.conversation, 2)]);
    let late = store.commit_turn(turn_of(&old, 1, at(62))).await.unwrap();
    assert_eq!(late, CommitOutcome::Fenced);
    assert_eq!(answer(&store, first.conversation, 2, at(63)).await, CommitOutcome::Committed { more: false });
    assert_eq!(store.commit_turn(turn_of(&old, 1, at(64))).await.unwrap(), CommitOutcome::Fenced);
    assert_eq!(store.messages(first.conversation, Page::first(10)).await.unwrap().items.len(), 2);
    store.close().await;
}

async fn a_message_belongs_to_one_turn(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let old = situation(&store, first.conversation).await;
    answer(&store, first.conversation, 1, at(1)).await;
    // Even under a claim that still holds, a second turn over the same message leaves no trace.
    let second = accept(&store, claiming(inbox, "c", None, at(2))).await;
    let events = store.event_bounds().await.unwrap();
    let twice = turn_of(&old, lease_of(&second).unwrap(), at(3));
    assert_eq!(store.commit_turn(twice).await.unwrap(), CommitOutcome::Fenced);
    assert_eq!(situation(&store, first.conversation).await.messages.len(), 1);
    assert_eq!(store.turns(first.conversation, Page::first(10)).await.unwrap().items.len(), 1);
    assert_eq!(store.messages(first.conversation, Page::first(10)).await.unwrap().items.len(), 3);
    if bench.is_sqlite() {
        assert_eq!(store.event_bounds().await.unwrap(), events);
    }
    assert_eq!(answer(&store, first.conversation, 2, at(4)).await, CommitOutcome::Committed { more: false });
    store.close().await;
}

async fn a_message_that_came_during_the_turn_keeps_the_claim(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let before = situation(&store, first.conversation).await;
    accept(&store, incoming(inbox, "c", None, at(9))).await;
    let outcome = store.commit_turn(turn_of(&before, 1, at(5))).await.unwrap();
    assert_eq!(outcome, CommitOutcome::Committed { more: true });
    assert_eq!(claim(&store, at(6), at(66), 10).await, [], "the worker goes on");
    let next = situation(&store, first.conversation).await;
    assert_eq!((next.messages.len(), next.messages[0].seq, next.lease_token), (1, 2, 1));
    assert_eq!(next.conversation.last_message_at, at(9), "activity is not set back");
    assert_eq!(answer(&store, first.conversation, 1, at(7)).await, CommitOutcome::Committed { more: false });
    store.close().await;
}

async fn a_take_over_during_the_turn_wins(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let before = situation(&store, first.conversation).await;
    let agent = fresh!(AgentId);
    let change = ConversationChange::TakeOver(agent);
    store.change_conversation(first.conversation, change, at(1), [fresh!(EventId)]).await.unwrap();
    let outcome = store.commit_turn(turn_of(&before, 1, at(2))).await.unwrap();
    assert_eq!(outcome, CommitOutcome::OwnerChanged);
    let after = situation(&store, first.conversation).await;
    assert_eq!((after.conversation.owner, after.conversation.assigned_to), (Owner::Person, Some(agent)));
    assert_eq!(after.messages.len(), 1, "the message still waits for its turn");
    assert_eq!(answer(&store, first.conversation, 1, at(3)).await, CommitOutcome::Committed { more: false });
    store.close().await;
}

async fn an_edit_of_the_profile_during_the_turn_wins(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let before = situation(&store, first.conversation).await;
    let (agent, event) = (fresh!(AgentId), fresh!(EventId));
    let facts = BTreeMap::from([("region".to_owned(), Some("浙江".into()))]);
    // By a clock that is behind: it comes after what is stored all the same.
    let edit = ProfileEdit { by: agent, at: at(-5), facts };
    let edited = store.edit_profile(first.contact, edit.clone(), event).await.unwrap();
    let fact = edited.profile.fact("region").expect("the fact");
    assert_eq!((fact.evidence, edited.profile.edits), (Evidence::Agent(agent), 1));
    assert!(at(0) < fact.at);
    let mut feed = store.watch_events();
    feed.wait_for(|last| *last >= 3).await.expect("the store is open");
    let events = store.events_since(0, 100).await.unwrap();
    let told = events.iter().map(|told| &told.event).find(|told| told.id == event).expect("it is told");
    assert_eq!((told.kind, told.contact), (EventKind::ProfileEdited, Some(first.contact)));
    assert_eq!(told.data, json!({"by": agent, "facts": {"region": "浙江"}}));

    let outcome = store.commit_turn(turn_of(&before, 1, at(2))).await.unwrap();
    assert_eq!(outcome, CommitOutcome::OwnerChanged);
    let after = situation(&store, first.conversation).await;
    assert_eq!(after.contact.profile, edited.profile);
    assert_eq!(after.messages.len(), 1, "the message still waits for its turn");
    assert_eq!(answer(&store, first.conversation, 1, at(3)).await, CommitOutcome::Committed { more: false });
    assert_eq!(situation(&store, first.conversation).await.contact.profile, edited.profile);

    let past = store.history(first.contact).await.unwrap().expect("a past");
    assert_eq!(past.edits, [(first.contact, ProfileEdit { at: fact.at, ..edit.clone() })]);
    let unknown = store.edit_profile(fresh!(ContactId), edit, fresh!(EventId)).await;
    assert!(matches!(unknown, Err(ChangeError::NotFound)), "{unknown:?}");
    store.close().await;
}

async fn take_over_and_commit_never_both_count(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let (mut committed, mut overtaken) = (0, 0);
    for round in 0..100 {
        let first = accept(&store, claiming(inbox, &format!("c-{round}"), None, at(0))).await;
        let id = first.conversation;
        let commit = turn_of(&situation(&store, id).await, 1, at(1));
        let change = ConversationChange::TakeOver(fresh!(AgentId));
        let (turn, taken) = tokio::join!(
            tokio::spawn({
                let store = store.clone();
                async move {
                    if round % 2 == 0 {
                        tokio::task::yield_now().await;
                    }
                    store.commit_turn(commit).await
                }
            }),
            tokio::spawn({
                let store = store.clone();
                async move { store.change_conversation(id, change, at(1), [fresh!(EventId)]).await }
            })
        );
        taken.unwrap().expect("a person may always take over");
        let due = store.due_outbox(at(2), 10).await.unwrap();
        assert!(due.is_empty(), "nothing that the assistant wrote before the take-over is sent after it");
        match turn.unwrap().unwrap() {
            CommitOutcome::Committed { .. } => committed += 1,
            CommitOutcome::OwnerChanged => overtaken += 1,
            CommitOutcome::Fenced => panic!("nobody else claimed it"),
        }
        let messages = store.messages(id, Page::first(10)).await.unwrap().items.len();
        assert_eq!(messages as i64, 1 + i64::from(situation(&store, id).await.messages.is_empty()));
    }
    assert_eq!(committed + overtaken, 100);
    store.close().await;
}

async fn what_people_set_survives_a_turn(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let contact = situation(&store, first.conversation).await.contact;
    let mut commit = turn_of(&situation(&store, first.conversation).await, 1, at(1));
    let lead = Lead::new(fresh!(LeadId), contact.id, at(1));
    commit.lead = Some(lead.clone());
    store.commit_turn(commit).await.unwrap();
    let change = store::LeadChange {
        status: Some(LeadStatus::Contacted),
        assigned_to: Some("小李".into()),
        outcome_reason: None,
    };
    store.update_lead(lead.id, change, at(2), [fresh!(EventId)]).await.unwrap();

    let mut next = claiming(inbox, "c", None, at(3));
    next.contact.name = Some("王工".into());
    let next = accept(&store, next).await;
    let mut commit = turn_of(&situation(&store, first.conversation).await, lease_of(&next).unwrap(), at(4));
    let mut stale = lead.clone();
    stale.assigned_to = Some("robot".into());
    stale.add_signal(signal::ASKED_DELIVERY, 15, next.message);
    stale.notified_at = Some(at(4));
    commit.lead = Some(stale.clone());
    commit.contact = contact;
    store.commit_turn(commit).await.unwrap();
    let kept = store.lead(lead.id).await.unwrap().unwrap();
    assert_eq!((kept.assigned_to.as_deref(), kept.status), (Some("小李"), LeadStatus::Contacted));
    assert_eq!((kept.score, kept.notified_at), (15, Some(at(4))));
    let contact = store.contact(first.contact).await.unwrap().unwrap();
    assert_eq!(contact.name.as_deref(), Some("王工"), "the channel's word stands");
    store.close().await;
}

async fn the_longest_waiting_is_claimed_first(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let mut known = Vec::new();
    for who in ["a", "b", "c"] {
        let first = accept(&store, claiming(inbox, who, None, at(0))).await;
        answer(&store, first.conversation, 1, at(1)).await;
        known.push(first.conversation);
    }
    for (who, second) in [("c", 2), ("a", 3), ("b", 4), ("c", 5)] {
        accept(&store, incoming(inbox, who, None, at(second))).await;
    }
    let mut claimed = claim(&store, at(6), at(66), 2).await;
    claimed.sort();
    assert_eq!(claimed, [(known[0], 2), (known[2], 2)]);
    assert_eq!(claim(&store, at(6), at(66), 2).await, [(known[1], 2)]);
    store.close().await;
}

async fn claims_are_given_out_once(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    for number in 0..40 {
        accept(&store, incoming(inbox, &format!("c-{number}"), None, at(0))).await;
    }
    let claimers = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = claim(&store, at(1), at(61), 3).await;
                assert!(claimed.len() <= 3);
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed);
            }
        })
    });
    let mut all = Vec::new();
    for claimer in claimers.collect::<Vec<_>>() {
        all.extend(claimer.await.unwrap());
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 40);
    let (id, token) = all[0];
    store.release_lease(id, token - 1).await.unwrap();
    assert_eq!(claim(&store, at(2), at(61), 50).await, [], "an old claim cannot give it back");
    store.release_lease(id, token).await.unwrap();
    assert_eq!(claim(&store, at(2), at(61), 50).await, [(id, token + 1)]);
    store.close().await;
}

async fn claims_are_void_after_a_restart_of_the_only_process(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    store.close().await;
    let store = bench.open().await;
    let claimed = claim(&store, at(1), at(61), 10).await;
    // On PostgreSQL another node may be at work: the claim holds until it expires.
    let expected = if bench.is_sqlite() { vec![(first.conversation, 2)] } else { vec![] };
    assert_eq!(claimed, expected);
    store.close().await;
}
