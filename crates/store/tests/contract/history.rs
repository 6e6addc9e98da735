//! A contact's whole past, and databases that are opened to be read only.

use domain::id::TurnId;
use store::{OpenError, Page, Store, StoreError};

use super::{
    bench::Bench,
    build::{self, accept, at, claiming, fresh, incoming, lease_of, situation, turn_of},
};

on_both! {
    the_past_of_a_contact_holds_that_of_everyone_merged_into_him
    a_contact_that_is_not_there_has_no_past
    a_database_is_read_beside_the_one_who_has_it_and_never_written
    what_is_not_there_or_older_is_not_opened_to_be_read
}

/// One message of `who`, answered.
async fn talk(store: &Store, who: &str, seconds: i64) -> (domain::id::ContactId, TurnId) {
    let inbox = build::inbox(store).await;
    let accepted = accept(store, claiming(inbox, who, None, at(seconds))).await;
    let stored = situation(store, accepted.conversation).await;
    let lease = lease_of(&accepted).expect("a lease");
    let commit = turn_of(&stored, lease, at(seconds + 1));
    let turn = commit.turn.id;
    store.commit_turn(commit).await.expect("the turn is stored");
    (accepted.contact, turn)
}

async fn the_past_of_a_contact_holds_that_of_everyone_merged_into_him(bench: Bench) {
    let store = bench.open().await;
    let (first, one) = talk(&store, "first", 0).await;
    let (second, two) = talk(&store, "second", 60).await;
    let (stranger, _) = talk(&store, "stranger", 90).await;
    store.merge_contacts(second, first).await.expect("merged");

    for asked in [first, second] {
        assert_eq!(store.merged_contact(asked).await.expect("reads"), Some(first));
        let past = store.history(asked).await.expect("reads").expect("a past");
        assert_eq!(past.contact.id, first);
        assert_eq!(past.turns.iter().map(|turn| turn.id).collect::<Vec<_>>(), [one, two]);
        assert_eq!(past.conversations.iter().map(|one| one.contact).collect::<Vec<_>>(), [first, second]);
        // Two of the buyer and two of the assistant.
        assert_eq!(past.messages.len(), 4);
        assert_eq!(past.inboxes.len(), 1);
    }
    let past = store.history(stranger).await.expect("reads").expect("a past");
    assert_eq!((past.conversations.len(), past.turns.len()), (1, 1));
    store.close().await;
}

async fn a_contact_that_is_not_there_has_no_past(bench: Bench) {
    let store = bench.open().await;
    let nobody = fresh!(ContactId);
    assert_eq!(store.history(nobody).await.expect("reads"), None);
    assert_eq!(store.merged_contact(nobody).await.expect("reads"), None);
    store.close().await;
}

async fn a_database_is_read_beside_the_one_who_has_it_and_never_written(bench: Bench) {
    let store = bench.open().await;
    let (contact, turn) = talk(&store, "first", 0).await;
    let reader = Store::open_to_read(&bench.options).await.expect("opens beside the other");
    let past = reader.history(contact).await.expect("reads").expect("a past");
    assert_eq!(past.turns.len(), 1);
    assert_eq!(past.turns[0].id, turn);
    // What the other writes meanwhile is seen.
    talk(&store, "second", 60).await;
    assert_eq!(reader.contacts(None, Page::first(10)).await.expect("reads").items.len(), 2);

    let inbox = build::inbox(&store).await;
    let refused = reader.accept(incoming(inbox, "third", None, at(90))).await;
    assert!(refused.is_err(), "{refused:?}");
    let refused = reader.append_events(Vec::new()).await;
    let refused = if bench.is_sqlite() { refused } else { reader.ready().await };
    assert!(matches!(refused, Err(StoreError::Driver(_))), "{refused:?}");
    assert_eq!(store.contacts(None, Page::first(10)).await.expect("reads").items.len(), 2);
    reader.close().await;
    store.close().await;
}

async fn what_is_not_there_or_older_is_not_opened_to_be_read(bench: Bench) {
    bench.open().await.close().await;
    bench.tamper("DELETE FROM schema_migration WHERE name LIKE '0004%'").await;
    let opened = Store::open_to_read(&bench.options).await;
    assert!(matches!(&opened, Err(OpenError::OlderSchema(name)) if name.starts_with("0004")), "{opened:?}");
    bench.tamper("INSERT INTO schema_migration (name) VALUES ('9999_future')").await;
    let opened = Store::open_to_read(&bench.options).await;
    assert!(matches!(opened, Err(OpenError::NewerSchema(_))), "{opened:?}");
    if bench.is_sqlite() {
        for url in ["sqlite::memory:", "sqlite:///nowhere/at/all.db"] {
            let options = store::StoreOptions { url: url.into(), ..bench.options.clone() };
            let opened = Store::open_to_read(&options).await;
            assert!(matches!(opened, Err(OpenError::NothingToRead(_))), "{url}: {opened:?}");
        }
    }
}
