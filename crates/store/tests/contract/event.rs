use std::collections::BTreeSet;

use domain::event::{EventKind, NewEvent};
use store::ObservationChunk;

use super::{
    bench::Bench,
    build::{self, accept, at, event, incoming},
};

on_both! {
    a_reader_misses_no_event_of_concurrent_writers
    the_feed_tells_what_happened_in_order
    old_events_are_forgotten
    numbers_go_on_after_a_restart
}

async fn a_reader_misses_no_event_of_concurrent_writers(bench: Bench) {
    const WRITERS: usize = 8;
    const EACH: usize = 150;
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let mut feed = store.watch_events();
    let reader = tokio::spawn({
        let store = store.clone();
        async move {
            let (mut last, mut seen) = (0, BTreeSet::new());
            let expected = WRITERS * (1 + EACH * 2);
            while seen.len() < expected {
                for event in store.events_since(last, 17).await.expect("events") {
                    assert_eq!(event.number, last + 1, "no gap and no step back");
                    last = event.number;
                    assert!(seen.insert(event.event.id), "no event twice");
                }
                if seen.len() < expected && store.event_bounds().await.expect("bounds").1 <= last {
                    let heard =
                        tokio::time::timeout(std::time::Duration::from_secs(20), feed.changed()).await;
                    heard
                        .unwrap_or_else(|_| panic!("the feed stopped after {} of {expected}", seen.len()))
                        .expect("the store is open");
                }
            }
            seen
        }
    });
    let writers = (0..WRITERS).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut told = Vec::new();
            for number in 0..EACH {
                let message = incoming(inbox, &format!("c-{writer}"), None, at(number as i64));
                told.push(message.ids.events[2]);
                let accepted = accept(&store, message).await;
                let sent = event(EventKind::MessageSent, accepted.conversation);
                told.push(sent.id);
                store.append_events(vec![sent]).await.expect("an event");
            }
            told
        })
    });
    let mut told = BTreeSet::new();
    for writer in writers.collect::<Vec<_>>() {
        told.extend(writer.await.expect("a writer"));
    }
    let seen = reader.await.expect("the reader");
    assert!(told.is_subset(&seen), "every event that was committed was read");
    store.close().await;
}

async fn the_feed_tells_what_happened_in_order(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, build::claiming(inbox, "c", None, at(0))).await;
    build::answer(&store, first.conversation, 1, at(1)).await;
    let mut feed = store.watch_events();
    feed.wait_for(|last| *last >= 3).await.expect("the store is open");
    let events = store.events_since(0, 10).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| (event.number, event.event.kind)).collect();
    let expected =
        [(1, EventKind::ConversationOpened), (2, EventKind::MessageReceived), (3, EventKind::TurnCompleted)];
    assert_eq!(kinds, expected);
    assert_eq!(events[1].event.data["message_id"], first.message.to_string());
    assert_eq!(events[1].event.conversation, Some(first.conversation));
    assert_eq!(store.events_since(2, 10).await.unwrap(), events[2..]);
    store.close().await;
}

async fn old_events_are_forgotten(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    assert_eq!(store.event_bounds().await.unwrap(), (0, 0));
    let first = accept(&store, incoming(inbox, "c", None, at(0))).await;
    for number in 2..10 {
        let told = event(EventKind::MessageSent, first.conversation);
        store.append_events(vec![NewEvent { at: at(number), ..told }]).await.unwrap();
    }
    let mut feed = store.watch_events();
    feed.wait_for(|last| *last >= 10).await.expect("the store is open");
    let forgotten = async |before: i64, limit: usize, bounds: (i64, i64)| {
        let went = store.prune_events(at(before), limit).await.unwrap();
        assert_eq!(store.event_bounds().await.unwrap(), bounds, "{before}");
        went
    };
    assert_eq!(forgotten(100, 100, (1, 10)).await, 0, "the figures have not counted them yet");
    let sealed = |first, last| ObservationChunk {
        first,
        last,
        first_at: at(0),
        last_at: at(9),
        observations: Vec::new(),
    };
    store.seal_observations(sealed(1, 8)).await.unwrap();
    // The second tells of second 0, like the first; the third of second 2.
    assert_eq!(forgotten(4, 100, (5, 10)).await, 4);
    assert_eq!(forgotten(100, 2, (7, 10)).await, 2);
    assert_eq!(forgotten(100, 100, (9, 10)).await, 2, "behind what is sealed");
    store.seal_observations(sealed(9, 10)).await.unwrap();
    assert_eq!(forgotten(100, 100, (10, 10)).await, 1, "one always stays");
    store.append_events(vec![event(EventKind::MessageSent, first.conversation)]).await.unwrap();
    feed.wait_for(|last| *last >= 11).await.expect("the store is open");
    assert_eq!(store.events_since(10, 5).await.unwrap().len(), 1);
    store.close().await;
}

async fn numbers_go_on_after_a_restart(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    accept(&store, incoming(inbox, "c", None, at(0))).await;
    store.close().await;
    let store = bench.open().await;
    let mut feed = store.watch_events();
    feed.wait_for(|last| *last >= 2).await.expect("the store is open");
    accept(&store, incoming(inbox, "c", None, at(1))).await;
    feed.wait_for(|last| *last >= 3).await.expect("the store is open");
    assert_eq!(store.event_bounds().await.unwrap(), (1, 3));
    store.close().await;
}
