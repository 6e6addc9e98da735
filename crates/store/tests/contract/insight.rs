use domain::{
    contact::Identity,
    event::EventKind,
    id::{AgentId, ContactId, ConversationId},
    insight::{DraftOutcome, Observation, Observed},
    message::{Author, Message, MessageKind},
    order::OrderLine,
    quantity::Quantity,
};
use store::{NewOrder, ObservationChunk, Store};

use super::{
    bench::Bench,
    build::{self, HOUR, accept, at, claiming, fresh, incoming, lease_of, situation, turn_of},
};

on_both! {
    runs_are_sealed_once_and_read_by_their_time
    an_order_is_of_all_who_belong_to_its_company
    what_became_of_a_draft_stands_in_the_event
}

fn chunk(first: i64, last: i64, hours: (i64, i64)) -> ObservationChunk {
    let observation = |number| Observation {
        number,
        at: at(hours.0 * 3_600),
        conversation: Some(fresh!(ConversationId)),
        contact: None,
        what: Observed::Written { draft: Some(DraftOutcome::Edited) },
    };
    ObservationChunk {
        first,
        last,
        first_at: at(hours.0 * 3_600),
        last_at: at(hours.1 * 3_600),
        observations: vec![observation(first), observation(last)],
    }
}

async fn runs_are_sealed_once_and_read_by_their_time(bench: Bench) {
    let store = bench.open().await;
    assert_eq!(store.sealed_observations().await.unwrap(), 0);
    let chunks = [chunk(1, 10, (0, 5)), chunk(11, 20, (5, 9)), chunk(21, 30, (8, 12))];
    for chunk in &chunks {
        store.seal_observations(chunk.clone()).await.unwrap();
    }
    store.seal_observations(chunk(11, 20, (90, 91))).await.unwrap();
    assert_eq!(store.sealed_observations().await.unwrap(), 30);
    let check = async |from: i64, to: i64, expected: &[usize]| {
        let (mut after, mut found) = (0, Vec::new());
        while let Some(chunk) = store
            .next_observations(at(0).plus_millis(from * HOUR), at(0).plus_millis(to * HOUR), after)
            .await
            .unwrap()
        {
            after = chunk.first;
            found.push(chunk);
        }
        let expected: Vec<_> = expected.iter().map(|&place| chunks[place].clone()).collect();
        assert_eq!(found, expected, "{from} to {to}");
    };
    check(0, 100, &[0, 1, 2]).await;
    check(6, 8, &[1]).await;
    check(5, 6, &[0, 1]).await;
    check(9, 100, &[1, 2]).await;
    check(13, 100, &[]).await;
    store.close().await;
}

async fn an_order_is_of_all_who_belong_to_its_company(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let order = |number: &str, company: Option<&str>, contact: Option<&str>, date: &str| NewOrder {
        id: fresh!(OrderId),
        fresh_company: fresh!(CompanyId),
        fresh_contact: fresh!(ContactId),
        number: number.into(),
        company_name: company.map(str::to_owned),
        contact_name: contact.map(str::to_owned),
        date: date.into(),
        country: None,
        lines: vec![OrderLine { product: "P001".into(), quantity: Quantity::whole(2), unit_price: None }],
        status: None,
    };
    let orders = vec![
        order("A1", Some("Acme"), None, "2026-11-01"),
        order("A2", Some("Acme"), Some("Bob"), "2026-11-05"),
        order("A3", Some("Acme"), None, "2026-12-01"),
    ];
    store.import_orders(orders, at(0)).await.unwrap();
    let joins = async |who: &str, verified: bool| {
        let mut message = incoming(inbox, who, None, at(0));
        message.contact.company = Some("Acme".into());
        message.contact.company_verified = verified;
        accept(&store, message).await.contact
    };
    let (sure, claims) = (joins("sure", true).await, joins("claims", false).await);
    let found =
        async |first: &str, last: &str| store.orders_of_contacts(first.into(), last.into()).await.unwrap();
    let dates = async |contact, first, last| -> Vec<String> {
        let of = found(first, last).await.into_iter().filter(|order| order.contact == contact);
        of.map(|order| order.date).collect()
    };
    assert_eq!(dates(sure, "2026-11-01", "2026-11-30").await, ["2026-11-01", "2026-11-05"]);
    assert_eq!(dates(sure, "2026-11-02", "2026-12-01").await, ["2026-11-05", "2026-12-01"]);
    assert_eq!(dates(claims, "2026-11-01", "2026-11-30").await, [""; 0]);
    assert_eq!(
        found("2026-11-05", "2026-11-05").await.len(),
        2,
        "Bob's own, and of one who is sure to belong there"
    );
    store.merge_contacts(claims, sure).await.unwrap();
    store
        .give_orders(identity_of(&store, sure).await, vec![order("B1", None, None, "2026-11-07")], at(2))
        .await
        .unwrap();
    assert_eq!(dates(claims, "2026-11-06", "2026-11-30").await, ["2026-11-07"], "he is the same person");
    store.close().await;
}

async fn identity_of(store: &Store, contact: ContactId) -> Identity {
    let mut known = store.identities_of(contact).await.unwrap();
    known.retain(|identity| identity.contact == contact);
    known.remove(0)
}

async fn what_became_of_a_draft_stands_in_the_event(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let agent: AgentId = fresh!(AgentId);
    let check = async |who: &str, drafted: bool, sent: &[&str], expected: &[Option<DraftOutcome>]| {
        let accepted = accept(&store, claiming(inbox, who, None, at(0))).await;
        let id = accepted.conversation;
        let seen = situation(&store, id).await;
        let mut commit = turn_of(&seen, lease_of(&accepted).expect("it is claimed"), at(1));
        commit.reply = commit.reply.map(|reply| Message { draft: drafted, ..reply });
        store.commit_turn(commit).await.unwrap();
        for text in sent {
            write(&store, id, agent, text).await;
        }
        assert_eq!(outcomes(&store, id, expected.len()).await, expected, "{who}");
    };
    check("unchanged", true, &["每台48000元。"], &[Some(DraftOutcome::Unchanged)]).await;
    check("edited", true, &["您好，每台48000元。"], &[Some(DraftOutcome::Edited)]).await;
    check("rejected", true, &["我打电话跟您说"], &[Some(DraftOutcome::Rejected)]).await;
    check("once", true, &["每台48000元。", "每台48000元。"], &[Some(DraftOutcome::Unchanged), None]).await;
    check("no draft", false, &["每台48000元。"], &[None]).await;
    store.close().await;
}

async fn write(store: &Store, conversation: ConversationId, agent: AgentId, text: &str) {
    let message = Message {
        id: fresh!(MessageId),
        conversation,
        seq: 0,
        author: Author::Agent(agent),
        external_id: None,
        kind: MessageKind::Text,
        text: text.into(),
        attachments: Vec::new(),
        turn: None,
        draft: false,
        at: at(2),
    };
    let events = [fresh!(EventId), fresh!(EventId)];
    store.send_as_agent(conversation, agent, message, None, at(2), events).await.unwrap();
}

/// What the events of a person's messages say of drafts, once there are `count`.
async fn outcomes(store: &Store, conversation: ConversationId, count: usize) -> Vec<Option<DraftOutcome>> {
    let mut feed = store.watch_events();
    loop {
        let events = store.events_since(0, 1_000).await.unwrap();
        let of_conversation = events.iter().filter(|event| {
            event.event.conversation == Some(conversation) && event.event.kind == EventKind::MessageSent
        });
        let written = of_conversation.filter_map(|event| match Observation::of(event)?.what {
            Observed::Written { draft } => Some(draft),
            _ => None,
        });
        let written: Vec<_> = written.collect();
        if written.len() >= count {
            return written;
        }
        feed.changed().await.unwrap();
    }
}
