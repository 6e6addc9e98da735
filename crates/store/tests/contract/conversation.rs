use domain::{
    conversation::{InvalidMove, Owner, Status},
    event::EventKind,
    message::{Author, Message, MessageKind},
};
use store::{
    ChangeError, CommitOutcome, ConversationChange, ConversationFilter, Page, Rejection, Store, StoreError,
};

use super::{
    bench::Bench,
    build::{
        self, accept, all, answer, at, claim, claiming, fresh, incoming, outbox_entry, situation, turn_of,
    },
};

on_both! {
    a_person_takes_over_and_gives_back
    an_ended_conversation_does_not_change
    what_a_person_writes_is_sent_once
    lists_lose_nothing_between_pages
    lists_are_filtered
    silent_conversations_lapse
}

async fn change(
    store: &Store,
    id: domain::id::ConversationId,
    change: ConversationChange,
) -> Result<domain::conversation::Conversation, ChangeError> {
    store.change_conversation(id, change, at(5), [fresh!(EventId)]).await
}

async fn a_person_takes_over_and_gives_back(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let id = first.conversation;
    answer(&store, id, 1, at(1)).await;
    let (one, two) = (fresh!(AgentId), fresh!(AgentId));
    let taken = change(&store, id, ConversationChange::TakeOver(one)).await.unwrap();
    assert_eq!((taken.owner, taken.owner_epoch, taken.assigned_to), (Owner::Person, 1, Some(one)));
    assert_eq!(store.due_outbox(at(9), 10).await.unwrap(), [], "the assistant's answer is not sent any more");
    let mine = change(&store, id, ConversationChange::TakeOver(one)).await.unwrap();
    assert_eq!(mine.owner_epoch, 1, "taking over what is one's own changes nothing");
    let refused = change(&store, id, ConversationChange::TakeOver(two)).await;
    assert!(matches!(refused, Err(ChangeError::InvalidMove(InvalidMove::OwnedByAnother))), "{refused:?}");
    change(&store, id, ConversationChange::Assign(two)).await.unwrap();

    // A message that nobody answered is answered once the assistant has the conversation again.
    accept(&store, incoming(inbox, "c", None, at(6))).await;
    let back = change(&store, id, ConversationChange::ReturnToAssistant).await.unwrap();
    assert_eq!((back.owner, back.owner_epoch, back.assigned_to), (Owner::Assistant, 3, None));
    let claimed = claim(&store, at(7), at(67), 10).await;
    assert_eq!(answer(&store, id, claimed[0].1, at(7)).await, CommitOutcome::Committed { more: false });
    assert_eq!(store.due_outbox(at(9), 10).await.unwrap().len(), 1);
    assert_eq!(store.conversation(id).await.unwrap().unwrap(), situation(&store, id).await.conversation);
    store.close().await;
}

async fn an_ended_conversation_does_not_change(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", Some("m"), at(0))).await;
    let before = situation(&store, first.conversation).await;
    let ended = change(&store, first.conversation, ConversationChange::Resolve).await.unwrap();
    assert_eq!((ended.status, ended.ended_at), (Status::Resolved, Some(at(5))));
    let again = change(&store, first.conversation, ConversationChange::Resolve).await;
    assert!(matches!(again, Err(ChangeError::InvalidMove(InvalidMove::Ended))), "{again:?}");
    let unknown = change(&store, fresh!(ConversationId), ConversationChange::Resolve).await;
    assert!(matches!(unknown, Err(ChangeError::NotFound)), "{unknown:?}");
    assert_eq!(store.commit_turn(turn_of(&before, 1, at(6))).await.unwrap(), CommitOutcome::OwnerChanged);
    let next = accept(&store, incoming(inbox, "c", Some("m-2"), at(7))).await;
    assert_ne!(next.conversation, first.conversation);
    let duplicate = accept(&store, incoming(inbox, "c", Some("m"), at(8))).await;
    assert_eq!((duplicate.conversation, duplicate.duplicate), (first.conversation, true));
    store.close().await;
}

async fn what_a_person_writes_is_sent_once(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let id = first.conversation;
    answer(&store, id, 1, at(1)).await;
    let agent = fresh!(AgentId);
    let send = async |agent, client_id: Option<&str>| {
        let message = Message {
            id: fresh!(MessageId),
            conversation: id,
            seq: 0,
            author: Author::Agent(agent),
            external_id: client_id.map(str::to_owned),
            kind: MessageKind::Text,
            text: "您好,我是小李".into(),
            attachments: Vec::new(),
            turn: None,
            draft: false,
            at: at(2),
        };
        let entry = outbox_entry(id, message.id, None, at(2));
        store.send_as_agent(id, agent, message, Some(entry), at(2), [fresh!(EventId), fresh!(EventId)]).await
    };
    let sent = send(agent, Some("k-1")).await.unwrap();
    assert_eq!(sent.seq, 3);
    let again = send(agent, Some("k-1")).await.unwrap();
    assert_eq!(again, sent);
    let owner = store.conversation(id).await.unwrap().unwrap();
    assert_eq!((owner.owner, owner.assigned_to, owner.owner_epoch), (Owner::Person, Some(agent), 1));
    let due = store.due_outbox(at(3), 10).await.unwrap();
    assert_eq!(due.len(), 1, "the person's message, and not the assistant's");
    assert_eq!(due[0].owner_epoch, None);
    let refused = send(fresh!(AgentId), Some("k-1")).await;
    assert!(matches!(refused, Err(ChangeError::InvalidMove(InvalidMove::OwnedByAnother))), "{refused:?}");
    assert_eq!(send(agent, None).await.unwrap().seq, 4);
    let other = accept(&store, incoming(inbox, "another", None, at(0))).await.conversation;
    let message = Message { conversation: other, id: fresh!(MessageId), ..sent.clone() };
    let events = [fresh!(EventId), fresh!(EventId)];
    let elsewhere = store.send_as_agent(other, agent, message, None, at(3), events).await;
    assert!(
        matches!(elsewhere, Err(ChangeError::Store(StoreError::Rejected(Rejection::SentElsewhere)))),
        "{elsewhere:?}"
    );
    assert_eq!(store.message(sent.id).await.unwrap(), Some(sent));
    let newest = store.latest_messages(id, Page::first(2)).await.unwrap().items;
    assert_eq!(newest.iter().map(|message| message.seq).collect::<Vec<_>>(), [4, 3]);
    store.close().await;
}

async fn lists_lose_nothing_between_pages(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    for number in 0..23 {
        // Many at the same moment: the id tells them apart.
        accept(&store, incoming(inbox, &format!("c-{number:02}"), None, at(number / 5))).await;
    }
    for size in [1, 4, 22, 23, 24] {
        let listed = all(size, |page| store.conversations(ConversationFilter::default(), page)).await;
        assert_eq!(listed.len(), 23);
        assert!(listed.is_sorted_by_key(|conversation| {
            std::cmp::Reverse((conversation.last_message_at, conversation.id))
        }));
        assert_eq!(all(size, |page| store.contacts(None, page)).await.len(), 23);
    }
    let spoilt = Page { after: Some("nonsense".into()), limit: 5 };
    assert!(store.conversations(ConversationFilter::default(), spoilt).await.is_err());
    let none = store.conversations(ConversationFilter::default(), Page::first(0)).await.unwrap();
    assert_eq!(none.items.len(), 1, "at least one");
    store.close().await;
}

async fn lists_are_filtered(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let one = accept(&store, incoming(inbox, "one", None, at(0))).await;
    let two = accept(&store, incoming(inbox, "two", None, at(1))).await;
    change(&store, one.conversation, ConversationChange::TakeOver(fresh!(AgentId))).await.unwrap();
    change(&store, two.conversation, ConversationChange::Resolve).await.unwrap();
    let check = async |filter: ConversationFilter, expected: &[domain::id::ConversationId]| {
        let found = all(5, |page| store.conversations(filter.clone(), page)).await;
        assert_eq!(found.iter().map(|found| found.id).collect::<Vec<_>>(), expected);
    };
    let any = ConversationFilter::default;
    check(any(), &[two.conversation, one.conversation]).await;
    check(ConversationFilter { owner: Some(Owner::Person), ..any() }, &[one.conversation]).await;
    check(ConversationFilter { status: Some(Status::Resolved), ..any() }, &[two.conversation]).await;
    check(ConversationFilter { inbox: Some(inbox), status: Some(Status::Lapsed), ..any() }, &[]).await;
    check(ConversationFilter { contact: Some(two.contact), ..any() }, &[two.conversation]).await;
    store.close().await;
}

async fn silent_conversations_lapse(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let silent = accept(&store, claiming(inbox, "silent", None, at(0))).await;
    answer(&store, silent.conversation, 1, at(0)).await;
    let owed = accept(&store, incoming(inbox, "owed", None, at(0))).await;
    let lively = accept(&store, claiming(inbox, "lively", None, at(0))).await;
    answer(&store, lively.conversation, 1, at(50)).await;
    assert_eq!(store.lapse_silent(at(10), at(60), 10).await.unwrap(), [silent.conversation]);
    assert_eq!(store.lapse_silent(at(10), at(60), 10).await.unwrap(), []);
    for (id, status) in [(&silent, Status::Lapsed), (&owed, Status::Open), (&lively, Status::Open)] {
        assert_eq!(store.conversation(id.conversation).await.unwrap().unwrap().status, status);
    }
    let mut feed = store.watch_events();
    while store.event_bounds().await.unwrap().1 < 9 {
        feed.changed().await.unwrap();
    }
    let events = store.events_since(0, 100).await.unwrap();
    let ended = events.iter().filter(|event| event.event.kind == EventKind::ConversationEnded);
    assert_eq!(ended.map(|event| event.event.conversation).collect::<Vec<_>>(), [Some(silent.conversation)]);
    store.close().await;
}
