use domain::{event::EventKind, id::EventId};
use store::{NewRevision, Publication};

use super::{
    bench::Bench,
    build::{all, at},
};

on_both! {
    the_same_knowledge_keeps_its_number
    of_those_that_follow_the_same_revision_one_is_published
    whoever_follows_the_feed_hears_of_a_revision_once_it_is_there
}

async fn the_same_knowledge_keeps_its_number(bench: Bench) {
    let store = bench.open().await;
    assert_eq!(store.current_revision().await.unwrap(), None);
    assert_eq!(store.current_revision_number().await.unwrap(), 0);
    let publish =
        async |digest: &str, follows| store.publish_revision(revision(digest, follows)).await.unwrap();
    assert_eq!(publish("a", 0).await, Publication::Published(1));
    assert_eq!(publish("a", 1).await, Publication::Same(1));
    assert_eq!(publish("b", 1).await, Publication::Published(2));
    assert_eq!(publish("c", 1).await, Publication::Overtaken, "it was checked against the first");
    assert_eq!(publish("a", 2).await, Publication::Published(3), "going back is a new revision");
    assert_eq!(store.current_revision_number().await.unwrap(), 3);
    let current = store.current_revision().await.unwrap().expect("a revision");
    assert_eq!((current.number, current.digest.as_str()), (3, "a"));
    assert_eq!(store.revision(2).await.unwrap().map(|revision| revision.digest), Some("b".into()));
    assert_eq!(store.revision(9).await.unwrap(), None);
    let listed = all(2, |page| store.revisions(page)).await;
    assert_eq!(listed.iter().map(|revision| revision.number).collect::<Vec<_>>(), [3, 2, 1]);
    store.close().await;
}

async fn of_those_that_follow_the_same_revision_one_is_published(bench: Bench) {
    let store = bench.open().await;
    let publishers = (0..3).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { store.publish_revision(revision(&format!("d{number}"), 0)).await.unwrap() })
    });
    let mut outcomes = Vec::new();
    for publisher in publishers.collect::<Vec<_>>() {
        outcomes.push(publisher.await.unwrap());
    }
    let published = outcomes.iter().filter(|outcome| **outcome == Publication::Published(1)).count();
    let overtaken = outcomes.iter().filter(|outcome| **outcome == Publication::Overtaken).count();
    assert_eq!((published, overtaken), (1, 2), "{outcomes:?}");
    assert_eq!(store.current_revision_number().await.unwrap(), 1);
    store.close().await;
}

async fn whoever_follows_the_feed_hears_of_a_revision_once_it_is_there(bench: Bench) {
    let store = bench.open().await;
    let event = |number| Some(EventId::from_ulid(domain::id::compose(at(0), number)));
    let told = NewRevision { event: event(1), ..revision("a", 0) };
    assert_eq!(store.publish_revision(told.clone()).await.unwrap(), Publication::Published(1));
    let same = NewRevision { event: event(2), follows: 1, ..told.clone() };
    assert_eq!(store.publish_revision(same).await.unwrap(), Publication::Same(1));
    let late = NewRevision { event: event(3), digest: "b".into(), ..told };
    assert_eq!(store.publish_revision(late).await.unwrap(), Publication::Overtaken);
    let mut feed = store.watch_events();
    feed.wait_for(|last| *last >= 1).await.expect("the store is open");
    let events = store.events_since(0, 10).await.unwrap();
    let heard: Vec<_> = events.iter().map(|event| (event.event.kind, event.event.data.clone())).collect();
    assert_eq!(heard, [(EventKind::KnowledgePublished, serde_json::json!({ "revision": 1 }))]);
    store.close().await;
}

fn revision(digest: &str, follows: i64) -> NewRevision {
    NewRevision {
        digest: digest.to_owned(),
        origin: "folder".into(),
        files_json: "{}".into(),
        follows,
        event: None,
        at: at(0),
    }
}
