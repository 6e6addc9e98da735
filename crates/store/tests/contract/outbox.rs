use domain::outbox::OutboxStatus;

use super::{
    bench::Bench,
    build::{self, accept, answer, at, claiming, situation, turn_of},
};

on_both! {
    an_entry_is_handed_out_once_until_it_is_marked
    what_is_too_old_expires
    what_a_former_owner_wrote_is_superseded
    a_delivery_is_tried_again_when_it_is_due
}

async fn an_entry_is_handed_out_once_until_it_is_marked(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    for number in 0..5 {
        let first = accept(&store, claiming(inbox, &format!("c-{number}"), None, at(0))).await;
        answer(&store, first.conversation, 1, at(number)).await;
    }
    assert_eq!(store.due_outbox(at(-1), 10).await.unwrap(), []);
    let stats = store.outbox_stats(at(10)).await.unwrap();
    assert_eq!((stats.pending, stats.oldest_age_ms), (5, 10_000));
    let first = store.due_outbox(at(5), 3).await.unwrap();
    let rest = store.due_outbox(at(5), 3).await.unwrap();
    assert_eq!((first.len(), rest.len()), (3, 2));
    assert!(first.iter().chain(&rest).map(|entry| entry.created_at).is_sorted());
    assert_eq!(store.due_outbox(at(6), 10).await.unwrap(), []);
    store.mark_outbox(first[0].id, OutboxStatus::Sent, 1, at(6)).await.unwrap();
    // Marked once, it stays so.
    store.mark_outbox(first[0].id, OutboxStatus::Pending, 1, at(6)).await.unwrap();
    assert_eq!(store.outbox_stats(at(10)).await.unwrap().pending, 4);
    // What was handed out and never marked comes back: its node may be gone.
    assert_eq!(store.due_outbox(at(66), 10).await.unwrap().len(), 4);
    // What was sent is forgotten in time, what is not is kept.
    assert_eq!(store.prune_outbox(first[0].created_at, 10).await.unwrap(), 0);
    assert_eq!(store.prune_outbox(at(1_000), 10).await.unwrap(), 1);
    assert_eq!(store.outbox_stats(at(10)).await.unwrap().pending, 4);
    store.close().await;
}

async fn what_is_too_old_expires(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    answer(&store, first.conversation, 1, at(0)).await;
    assert_eq!(store.due_outbox(at(600), 10).await.unwrap(), []);
    assert_eq!(store.outbox_stats(at(600)).await.unwrap().pending, 0);
    store.close().await;
}

async fn what_a_former_owner_wrote_is_superseded(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    // The entry is written under an epoch that is no longer the conversation's by the time it is due.
    let mut commit = turn_of(&situation(&store, first.conversation).await, 1, at(0));
    commit.outbox[0].owner_epoch = Some(7);
    store.commit_turn(commit).await.unwrap();
    assert_eq!(store.due_outbox(at(1), 10).await.unwrap(), []);
    assert_eq!(store.outbox_stats(at(1)).await.unwrap().pending, 0);
    store.close().await;
}

async fn a_delivery_is_tried_again_when_it_is_due(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    answer(&store, first.conversation, 1, at(0)).await;
    let entry = store.due_outbox(at(1), 10).await.unwrap().remove(0);
    store.mark_outbox(entry.id, OutboxStatus::Pending, 1, at(30)).await.unwrap();
    assert_eq!(store.due_outbox(at(29), 10).await.unwrap(), []);
    let again = store.due_outbox(at(30), 10).await.unwrap().remove(0);
    assert_eq!((again.id, again.attempts, again.delivery), (entry.id, 1, entry.delivery));
    store.close().await;
}
