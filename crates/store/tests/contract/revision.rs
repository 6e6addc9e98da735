use super::{
    bench::Bench,
    build::{all, at},
};

on_both! {
    the_same_knowledge_keeps_its_number
    concurrent_publishers_number_without_a_gap
}

async fn the_same_knowledge_keeps_its_number(bench: Bench) {
    let store = bench.open().await;
    assert_eq!(store.current_revision().await.unwrap(), None);
    let publish = async |digest: &str| store.publish_revision(digest, "folder", "{}", at(0)).await.unwrap();
    assert_eq!(publish("a").await, 1);
    assert_eq!(publish("a").await, 1);
    assert_eq!(publish("b").await, 2);
    assert_eq!(publish("a").await, 3, "going back is a new revision");
    let current = store.current_revision().await.unwrap().expect("a revision");
    assert_eq!((current.number, current.digest.as_str()), (3, "a"));
    assert_eq!(store.revision(2).await.unwrap().map(|revision| revision.digest), Some("b".into()));
    assert_eq!(store.revision(9).await.unwrap(), None);
    let listed = all(2, |page| store.revisions(page)).await;
    assert_eq!(listed.iter().map(|revision| revision.number).collect::<Vec<_>>(), [3, 2, 1]);
    store.close().await;
}

async fn concurrent_publishers_number_without_a_gap(bench: Bench) {
    let store = bench.open().await;
    let publishers = (0..3).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            store.publish_revision(&format!("d{number}"), "console", "{}", at(0)).await.unwrap()
        })
    });
    let mut numbers = Vec::new();
    for publisher in publishers.collect::<Vec<_>>() {
        numbers.push(publisher.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
    store.close().await;
}
