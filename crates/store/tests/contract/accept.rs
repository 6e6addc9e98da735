use std::collections::{BTreeMap, BTreeSet};

use domain::contact::CompanyLink;
use store::{Rejection, StoreError};

use super::{
    bench::Bench,
    build::{self, accept, at, claim, claiming, fresh, incoming, lease_of, situation},
};

on_both! {
    a_first_message_brings_everything_along
    a_second_delivery_gives_the_first_answer
    concurrent_clients_with_duplicates_lose_and_double_nothing
    messages_are_numbered_in_the_order_of_acceptance
    the_free_conversation_is_claimed_with_the_message
    silence_opens_a_new_conversation
    a_claim_never_weakens_a_verified_company
    the_tier_is_believed_of_trusted_callers_only
    the_null_character_is_refused
    one_person_in_two_inboxes_is_two_contacts
}

async fn a_first_message_brings_everything_along(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let mut first = incoming(inbox, "c-42", Some("m-1"), at(0));
    first.contact.name = Some("王工".into());
    first.contact.company = Some("宁波某某汽配".into());
    first.contact.attributes.insert("region".into(), "浙江".into());
    let accepted = accept(&store, first.clone()).await;
    assert_eq!((accepted.seq, accepted.duplicate, lease_of(&accepted)), (1, false, None));
    let found = situation(&store, accepted.conversation).await;
    assert_eq!(found.contact.name.as_deref(), Some("王工"));
    assert_eq!(found.contact.company_link, Some(CompanyLink::Claimed));
    assert_eq!(found.contact.attributes["region"], "浙江");
    assert_eq!(found.company.expect("a company").name, "宁波某某汽配");
    assert_eq!(found.messages.len(), 1);
    assert_eq!(found.messages[0].text, first.message.text);
    assert_eq!(store.pending_messages().await.unwrap(), 1);
    store.close().await;
}

async fn a_second_delivery_gives_the_first_answer(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", Some("m"), at(0))).await;
    let mut again = claiming(inbox, "c", Some("m"), at(9));
    again.message.text = "another body".into();
    let second = accept(&store, again.clone()).await;
    assert!(second.duplicate);
    assert_eq!((second.message, second.conversation, second.turn), (first.message, first.conversation, None));
    build::answer(&store, first.conversation, lease_of(&first).unwrap(), at(10)).await;
    let third = accept(&store, again).await;
    assert!(third.duplicate);
    let turn = store.turn_of_message(first.message).await.unwrap().expect("a turn");
    assert_eq!(third.turn, Some(turn.id));
    assert_eq!(store.messages(first.conversation, store::Page::first(10)).await.unwrap().items.len(), 2);
    // Without an id nothing can be recognised: each is a message of its own.
    let unnamed = accept(&store, incoming(inbox, "c", None, at(11))).await;
    let unnamed_too = accept(&store, incoming(inbox, "c", None, at(11))).await;
    assert_ne!(unnamed.message, unnamed_too.message);
    store.close().await;
}

async fn concurrent_clients_with_duplicates_lose_and_double_nothing(bench: Bench) {
    const CLIENTS: usize = 8;
    const EACH: usize = 1_250;
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let mut running = Vec::new();
    for client in 0..CLIENTS {
        let store = store.clone();
        running.push(tokio::spawn(async move {
            let mut told = Vec::new();
            let mut state = client as u64 + 1;
            for number in 0..EACH {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                // Three of ten are deliveries of a message that this or another client has delivered or will deliver.
                let shared = (state >> 33) % 10 < 3;
                let id =
                    if shared { format!("shared-{}", number / 2) } else { format!("m-{client}-{number}") };
                let who = format!("c-{}", if shared { number / 2 % 40 } else { (state >> 40) as usize % 40 });
                let message = incoming(inbox, &who, Some(&id), at(number as i64));
                told.push((who, id, accept(&store, message).await));
            }
            told
        }));
    }
    let mut first: BTreeMap<(String, String), _> = BTreeMap::new();
    let mut fresh = 0;
    for client in running {
        for (who, id, accepted) in client.await.expect("a client") {
            fresh += usize::from(!accepted.duplicate);
            let known = *first.entry((who, id)).or_insert(accepted.message);
            assert_eq!(known, accepted.message, "every delivery gives the same message");
        }
    }
    assert_eq!(fresh, first.len(), "each message is new once");
    assert!(first.len() < CLIENTS * EACH * 9 / 10, "there were duplicates");
    assert_eq!(store.pending_messages().await.unwrap(), first.len() as i64);
    let conversations =
        build::all(7, |page| store.conversations(store::ConversationFilter::default(), page)).await;
    assert_eq!(conversations.len(), 40, "one conversation each");
    let mut stored = BTreeSet::new();
    for conversation in conversations {
        let messages = build::all(100, |page| store.messages(conversation.id, page)).await;
        let numbers: Vec<i64> = messages.iter().map(|message| message.seq).collect();
        assert_eq!(numbers, (1..=messages.len() as i64).collect::<Vec<_>>(), "no gap in a conversation");
        stored.extend(messages.iter().map(|message| message.id));
    }
    assert_eq!(stored, first.into_values().collect());
    store.close().await;
}

async fn messages_are_numbered_in_the_order_of_acceptance(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let mut conversation = None;
    for number in 1..=30 {
        // The sender's clock goes backwards; the order of acceptance is what counts.
        let accepted = accept(&store, incoming(inbox, "c", None, at(-number))).await;
        assert_eq!(accepted.seq, number);
        assert_eq!(*conversation.get_or_insert(accepted.conversation), accepted.conversation);
    }
    let pending = situation(&store, conversation.unwrap()).await.messages;
    assert_eq!(pending.iter().map(|message| message.seq).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
    store.close().await;
}

async fn the_free_conversation_is_claimed_with_the_message(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    assert_eq!(lease_of(&first), Some(1));
    assert_eq!(lease_of(&accept(&store, claiming(inbox, "c", None, at(1))).await), None, "somebody has it");
    assert_eq!(
        lease_of(&accept(&store, claiming(inbox, "c", None, at(60))).await),
        Some(2),
        "it has expired"
    );
    store.close().await;
}

async fn silence_opens_a_new_conversation(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = accept(&store, claiming(inbox, "c", None, at(0))).await;
    let later = at(73 * 3_600);
    let second = accept(&store, incoming(inbox, "c", None, later)).await;
    assert_eq!(second.conversation, first.conversation, "an answer is owed there");
    build::answer(&store, first.conversation, lease_of(&first).unwrap(), later).await;
    let third = accept(&store, incoming(inbox, "c", None, later.plus_hours(72))).await;
    assert_eq!(third.conversation, first.conversation, "not longer than the limit");
    let leases = claim(&store, later.plus_hours(72), later.plus_hours(73), 9).await;
    build::answer(&store, leases[0].0, leases[0].1, later.plus_hours(72)).await;
    let fourth = accept(&store, incoming(inbox, "c", None, later.plus_hours(145))).await;
    assert_ne!(fourth.conversation, first.conversation);
    assert_eq!(fourth.contact, first.contact);
    let ended = store.conversation(first.conversation).await.unwrap().expect("it is kept");
    assert_eq!(ended.status, domain::conversation::Status::Lapsed);
    assert_eq!(ended.ended_at, Some(later.plus_hours(145)));
    store.close().await;
}

async fn a_claim_never_weakens_a_verified_company(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let check = async |company: &str, verified: bool, expected: (&str, CompanyLink)| {
        let mut message = incoming(inbox, "c", None, at(0));
        message.contact.company = Some(company.into());
        message.contact.company_verified = verified;
        let accepted = accept(&store, message).await;
        let contact = store.contact(accepted.contact).await.unwrap().expect("a contact");
        assert_eq!(
            (contact.company_name.as_deref(), contact.company_link),
            (Some(expected.0), Some(expected.1))
        );
        contact.company.expect("a company")
    };
    let first = check("Acme Ltd.", false, ("Acme Ltd.", CompanyLink::Claimed)).await;
    check("Other GmbH", false, ("Other GmbH", CompanyLink::Claimed)).await;
    let proven = check("ACME LTD", true, ("ACME LTD", CompanyLink::Verified)).await;
    assert_eq!(first, proven, "one company however it is spelt");
    check("Other GmbH", false, ("ACME LTD", CompanyLink::Verified)).await;
    check("Third SA", true, ("Third SA", CompanyLink::Verified)).await;
    assert_eq!(store.companies(store::Page::first(10)).await.unwrap().items.len(), 3);
    store.close().await;
}

async fn the_tier_is_believed_of_trusted_callers_only(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let check = async |trusted: bool, expected: Option<&str>| {
        let mut message = incoming(inbox, "c", None, at(0));
        message.contact.attributes.insert("tier".into(), "vip".into());
        message.contact.attributes.insert(" Tier".into(), "vip".into());
        message.contact.trusted = trusted;
        let accepted = accept(&store, message).await;
        let contact = store.contact(accepted.contact).await.unwrap().expect("a contact");
        assert_eq!(contact.attributes.get("tier").map(String::as_str), expected);
    };
    check(false, None).await;
    check(true, Some("vip")).await;
    store.close().await;
}

async fn the_null_character_is_refused(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let spoilt: [fn(&mut store::Incoming); 5] = [
        |message| message.message.text.push('\0'),
        |message| message.contact.external_id.push('\0'),
        |message| message.contact.name = Some("\0".into()),
        |message| drop(message.contact.attributes.insert("region".into(), "a\0b".into())),
        |message| message.message.external_id = Some("a\0".into()),
    ];
    for spoil in spoilt {
        let mut message = incoming(inbox, "c", None, at(0));
        spoil(&mut message);
        let result = store.accept(message).await;
        assert!(matches!(result, Err(StoreError::Rejected(Rejection::NulCharacter))), "{result:?}");
    }
    let setting = store.set_setting("key", "a\0b").await;
    assert!(matches!(setting, Err(StoreError::Rejected(Rejection::NulCharacter))), "{setting:?}");
    assert_eq!(store.pending_messages().await.unwrap(), 0);
    store.close().await;
}

async fn one_person_in_two_inboxes_is_two_contacts(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let web = domain::inbox::Inbox {
        id: fresh!(InboxId),
        name: "web".into(),
        kind: domain::inbox::InboxKind::Web,
        autonomy: domain::inbox::Autonomy::Draft,
    };
    let web = store.ensure_inbox(&web).await.unwrap().id;
    let one = accept(&store, incoming(inbox, "c", Some("m"), at(0))).await;
    let two = accept(&store, incoming(web, "c", Some("m"), at(0))).await;
    assert!(!two.duplicate);
    assert_ne!((one.contact, one.conversation), (two.contact, two.conversation));
    let unknown = store.accept(incoming(fresh!(InboxId), "c", None, at(0))).await;
    assert!(unknown.is_err(), "an inbox that is not there");
    accept(&store, incoming(inbox, "c", None, at(0))).await;
    store.close().await;
}
