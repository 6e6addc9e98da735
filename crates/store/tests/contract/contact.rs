use domain::{
    inbox::{Autonomy, Inbox, InboxKind},
    profile::ProfileEdit,
};
use store::{ChangeError, ConversationFilter, Page, Rejection, StoreError};

use super::{
    bench::Bench,
    build::{self, accept, all, at, fresh, incoming, situation},
};

on_both! {
    an_inbox_is_made_once
    a_merge_is_a_link_that_can_be_undone
    a_merge_in_a_circle_is_refused
    whatever_was_joined_and_parted_is_as_it_was
    what_a_channel_says_is_said_of_the_person
    what_two_channels_say_of_one_person_is_all_kept
    a_second_delivery_writes_nothing_at_all
    contacts_are_found_by_name_and_company
    a_company_is_told_of_by_its_verified_contacts_alone
}

/// Each verified contact hears what the others told, a claim neither gives nor gets, and nobody hears himself.
async fn a_company_is_told_of_by_its_verified_contacts_alone(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let come = async |who: &str, company: &str, verified: bool| {
        let mut said = incoming(inbox, who, None, at(0));
        said.contact.company = Some(company.into());
        said.contact.company_verified = verified;
        accept(&store, said).await
    };
    let one = come("one", "宁波某某汽配", true).await;
    let two = come("two", "宁波某某汽配", true).await;
    let claims = come("claims", "宁波某某汽配", false).await;
    let other = come("other", "苏州某某机械", true).await;
    let mut second = 1;
    let mut set = async |contact, industry: &str| {
        second += 1;
        let facts = ["industry", "urgency"].map(|key| (key.to_owned(), Some(industry.into())));
        let edit = ProfileEdit { by: fresh!(AgentId), at: at(second), facts: facts.into() };
        store.edit_profile(contact, edit, fresh!(EventId)).await.expect("it is edited");
    };
    set(one.contact, "of one").await;
    set(claims.contact, "of a claim").await;
    set(other.contact, "of another").await;
    let check = async |conversation, expected: &[&str]| {
        let facts = situation(&store, conversation).await.company_facts;
        assert!(facts.iter().all(|fact| fact.key == "industry"), "{facts:?}");
        let values: Vec<_> = facts.iter().filter_map(|fact| fact.value.as_str()).collect();
        assert_eq!(values, expected);
    };
    check(one.conversation, &[]).await;
    check(two.conversation, &["of one"]).await;
    check(claims.conversation, &[]).await;
    check(other.conversation, &[]).await;
    set(two.contact, "of two").await;
    check(one.conversation, &["of two"]).await;
    // One person is not his own colleague.
    store.merge_contacts(two.contact, one.contact).await.expect("they are joined");
    check(one.conversation, &[]).await;
    check(two.conversation, &[]).await;
    store.unmerge_contact(two.contact).await.expect("they are parted");
    check(one.conversation, &["of two"]).await;
    store.close().await;
}

async fn an_inbox_is_made_once(bench: Bench) {
    let store = bench.open().await;
    let inbox = |autonomy| Inbox { id: fresh!(InboxId), name: "web".into(), kind: InboxKind::Web, autonomy };
    let made = store.ensure_inbox(&inbox(Autonomy::Draft)).await.unwrap();
    let again = Inbox { kind: InboxKind::Api, ..inbox(Autonomy::Quote) };
    let kept = store.ensure_inbox(&again).await.unwrap();
    assert_eq!(kept, Inbox { autonomy: Autonomy::Quote, ..made });
    assert_eq!(store.inboxes().await.unwrap(), [kept]);
    store.close().await;
}

async fn a_merge_is_a_link_that_can_be_undone(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let [one, two, three] = ["one", "two", "three"].map(|who| incoming(inbox, who, None, at(0)));
    let (one, two, three) =
        (accept(&store, one).await, accept(&store, two).await, accept(&store, three).await);
    store.merge_contacts(one.contact, two.contact).await.unwrap();
    let root = store.merge_contacts(two.contact, three.contact).await.unwrap();
    assert_eq!(root.id, three.contact);
    assert_eq!(situation(&store, one.conversation).await.contact.id, three.contact);
    assert_eq!(situation(&store, one.conversation).await.conversation.contact, one.contact, "no row moves");
    assert_eq!(store.identities_of(three.contact).await.unwrap().len(), 3);
    let of_three = ConversationFilter { contact: Some(three.contact), ..ConversationFilter::default() };
    assert_eq!(all(2, |page| store.conversations(of_three.clone(), page)).await.len(), 3);

    let parted = store.unmerge_contact(two.contact).await.unwrap();
    assert_eq!(parted.merged_into, None);
    assert_eq!(situation(&store, one.conversation).await.contact.id, two.contact);
    assert_eq!(store.identities_of(three.contact).await.unwrap().len(), 1);
    store.close().await;
}

async fn a_merge_in_a_circle_is_refused(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let one = accept(&store, incoming(inbox, "one", None, at(0))).await.contact;
    let two = accept(&store, incoming(inbox, "two", None, at(0))).await.contact;
    store.merge_contacts(one, two).await.unwrap();
    let check = async |from, into, expected: Rejection| match store.merge_contacts(from, into).await {
        Err(ChangeError::Store(StoreError::Rejected(reason))) => assert_eq!(reason, expected),
        other => panic!("{other:?}"),
    };
    check(two, two, Rejection::CircularMerge).await;
    check(two, one, Rejection::CircularMerge).await;
    check(one, two, Rejection::AlreadyMerged).await;
    let unknown = store.merge_contacts(fresh!(ContactId), one).await;
    assert!(matches!(unknown, Err(ChangeError::NotFound)), "{unknown:?}");
    let unknown = store.unmerge_contact(fresh!(ContactId)).await;
    assert!(matches!(unknown, Err(ChangeError::NotFound)), "{unknown:?}");
    store.close().await;
}

/// Any merges and partings, refused ones among them; once all are parted nothing tells that they were ever joined.
async fn whatever_was_joined_and_parted_is_as_it_was(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let mut known = Vec::new();
    for number in 0..6 {
        let mut message = incoming(inbox, &format!("c-{number}"), None, at(number));
        message.contact.name = Some(format!("王{number}"));
        message.contact.company = Some("宁波某某汽配".into());
        let accepted = accept(&store, message).await;
        known.push((accepted.contact, accepted.conversation));
    }
    let state = async || {
        let mut state = Vec::new();
        for (contact, conversation) in &known {
            let contact = store.contact(*contact).await.unwrap().expect("he is there");
            state.push((
                serde_json::to_string(&contact).expect("JSON"),
                situation(&store, *conversation).await,
            ));
        }
        state
    };
    let before = state().await;
    // A small generator, so that each run goes the same ways.
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut below = |bound: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % bound).expect("small")
    };
    for _ in 0..12 {
        let mut merged = 0;
        for _ in 0..20 {
            let (from, into) = (known[below(6)].0, known[below(6)].0);
            match below(3) {
                0 => drop(store.unmerge_contact(from).await.expect("he is there")),
                _ => merged += usize::from(store.merge_contacts(from, into).await.is_ok()),
            }
        }
        assert!(merged > 0);
        for (contact, _) in &known {
            store.unmerge_contact(*contact).await.expect("he is there");
        }
        assert_eq!(state().await, before);
    }
    store.close().await;
}

async fn what_a_channel_says_is_said_of_the_person(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let one = accept(&store, incoming(inbox, "one", None, at(0))).await;
    let two = accept(&store, incoming(inbox, "two", None, at(0))).await;
    store.merge_contacts(one.contact, two.contact).await.unwrap();
    let mut named = incoming(inbox, "one", None, at(2));
    named.contact.company = Some("宁波某某汽配".into());
    named.contact.company_verified = true;
    assert_eq!(accept(&store, named).await.contact, one.contact);
    assert!(store.contact(two.contact).await.unwrap().unwrap().is_verified());
    assert!(!store.contact(one.contact).await.unwrap().unwrap().is_verified());
    store.close().await;
}

/// Messages that queue up together are taken in as one set.
async fn what_two_channels_say_of_one_person_is_all_kept(bench: Bench) {
    const EACH: usize = 20;
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let root = accept(&store, incoming(inbox, "root", None, at(0))).await;
    for who in ["one", "two"] {
        let first = accept(&store, incoming(inbox, who, None, at(0))).await;
        store.merge_contacts(first.contact, root.contact).await.unwrap();
    }
    let writers = (0..EACH).flat_map(|number| {
        ["one", "two", "root"].map(|who| {
            let store = store.clone();
            let mut said = incoming(inbox, who, None, at(2));
            said.contact.attributes.insert(format!("{who}-{number}"), "said".into());
            tokio::spawn(async move { accept(&store, said).await })
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("a writer");
    }
    let known = store.contact(root.contact).await.unwrap().expect("the person");
    assert_eq!(known.attributes.len(), 3 * EACH, "{:?}", known.attributes.keys().collect::<Vec<_>>());
    store.close().await;
}

async fn a_second_delivery_writes_nothing_at_all(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    accept(&store, incoming(inbox, "c", Some("m-1"), at(0))).await;
    let mut again = incoming(inbox, "c", Some("m-1"), at(1));
    again.contact.company = Some("宁波某某汽配".into());
    assert!(accept(&store, again).await.duplicate);
    assert_eq!(store.companies(Page::first(10)).await.unwrap().items, []);
    store.close().await;
}

async fn contacts_are_found_by_name_and_company(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    for (who, name, company) in
        [("1", "王工", "宁波某某汽配"), ("2", "Ärger 50%", "ＡＣＭＥ"), ("3", "李", "50_50")]
    {
        let mut message = incoming(inbox, who, None, at(0));
        message.contact.name = Some(name.into());
        message.contact.company = Some(company.into());
        accept(&store, message).await;
    }
    let check = async |query: &str, expected: usize| {
        let found = store.contacts(Some(query.into()), Page::first(10)).await.unwrap().items;
        assert_eq!(found.len(), expected, "{query}");
    };
    check("汽配", 1).await;
    check("acme", 1).await;
    check("ärger", 1).await;
    check("50%", 1).await;
    check("50_", 1).await;
    check("  ", 3).await;
    check("nobody", 0).await;
    let known = store.identity_by_external(inbox, "2").await.unwrap().expect("an identity");
    assert_eq!(store.contact(known.contact).await.unwrap().unwrap().name.as_deref(), Some("Ärger 50%"));
    assert_eq!(store.identity_by_external(inbox, "9").await.unwrap(), None);
    store.close().await;
}
