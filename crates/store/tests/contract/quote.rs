use domain::{
    event::EventKind,
    fact::Tax,
    handoff::{Handoff, HandoffReason},
    id::EventId,
    language::ReplyLanguage,
    lead::{Lead, LeadStatus},
    money::{Currency, Money},
    outbox::Delivery,
    quote::{Party, Quote, QuoteChange, QuoteCharge, QuoteContent, QuoteStatus},
    trade::InvoiceType,
};
use store::{ChangeError, CommitOutcome, Page, QuoteFilter, QuoteMove, Store, StoredSituation};

use super::{
    bench::Bench,
    build::{self, accept, all, at, claiming, fresh, situation, turn_of},
};

on_both! {
    a_turn_stores_a_quote_and_moves_the_lead
    a_new_version_supersedes_the_one_before
    a_turn_about_a_quote_that_was_moved_meanwhile_is_taken_again
    people_approve_send_and_reject
    a_buyers_yes_on_the_page_asks_for_a_person_once
    nothing_is_accepted_after_the_last_day
    quotes_are_listed_by_their_last_change
}

fn quote(of: &StoredSituation, number: &str, now: i64) -> Quote {
    let total = Money { minor: 96_000_000, currency: Currency::CNY };
    Quote {
        id: fresh!(QuoteId),
        number: number.into(),
        version: 1,
        status: QuoteStatus::Sent,
        conversation: of.conversation.id,
        contact: of.contact.id,
        company: None,
        turn: None,
        token: format!("{:064x}", build::number()),
        supersedes: None,
        sealed: false,
        expires_at: at(1_000),
        content: QuoteContent {
            language: ReplyLanguage::Zh,
            export: false,
            date: "2026-11-22".into(),
            valid_until: "2026-12-07".into(),
            seller: Party { name: "甬启自动化".into(), ..Party::default() },
            buyer: Party::default(),
            lines: Vec::new(),
            charges: vec![QuoteCharge {
                id: "hamburg".into(),
                product: None,
                name: "运费".into(),
                freight: true,
                net: total,
                tax: Money { minor: 0, ..total },
                total,
            }],
            net: total,
            tax_amount: Money { minor: 0, ..total },
            total,
            tax: Tax::None,
            tax_rate: None,
            invoice: Some(InvoiceType::Special),
            options: vec!["ip67".into()],
            payment: Some("预付30%".into()),
            transport: None,
            incoterm: None,
            incoterm_place: None,
            port_of_loading: None,
            destination: None,
            bank_account: None,
            shipping_marks: None,
            notes: Vec::new(),
            set_by_person: vec!["charges".into()],
            revision: 1,
        },
        reason: None,
        created_at: at(now),
        updated_at: at(now),
    }
}

/// Commits a turn of `who` that makes `change` of what it sees.
async fn turn(
    store: &Store,
    who: &str,
    now: i64,
    change: impl FnOnce(&StoredSituation) -> QuoteChange,
) -> (StoredSituation, CommitOutcome) {
    let inbox = build::inbox(store).await;
    let accepted = accept(store, claiming(inbox, who, None, at(now))).await;
    let seen = situation(store, accepted.conversation).await;
    let mut commit = turn_of(&seen, build::lease_of(&accepted).expect("claimed"), at(now));
    let mut lead = seen.lead.clone().unwrap_or_else(|| Lead::new(fresh!(LeadId), seen.contact.id, at(now)));
    lead.updated_at = at(now);
    commit.lead = Some(lead);
    commit.quote = Some((change(&seen), [fresh!(EventId), fresh!(EventId)]));
    let outcome = store.commit_turn(commit).await.expect("decided");
    (seen, outcome)
}

async fn sent(store: &Store, who: &str, now: i64) -> Quote {
    let mut made = None;
    let (_, outcome) = turn(store, who, now, |seen| {
        made = Some(quote(seen, &format!("QT-{who}"), now));
        QuoteChange::Insert(Box::new(made.clone().expect("made")))
    })
    .await;
    assert_eq!(outcome, CommitOutcome::Committed { more: false });
    made.expect("made")
}

/// How many events of a kind there are. On PostgreSQL they are numbered a moment after they were committed: an event of our own, which
/// comes after all that were told before, shows that this has been done.
async fn events_of(store: &Store, kind: EventKind) -> usize {
    let last = build::event(EventKind::OwnerChanged, fresh!(ConversationId));
    let id = last.id;
    let mut feed = store.watch_events();
    store.append_events(vec![last]).await.expect("it is told");
    loop {
        let events = store.events_since(0, 1_000).await.expect("events");
        if events.iter().any(|event| event.event.id == id) {
            return events.iter().filter(|event| event.event.kind == kind).count();
        }
        feed.changed().await.expect("the store is open");
    }
}

async fn a_turn_stores_a_quote_and_moves_the_lead(bench: Bench) {
    let store = bench.open().await;
    let made = sent(&store, "c", 0).await;
    assert_eq!(store.quote(made.id).await.unwrap(), Some(made.clone()));
    assert_eq!(store.quote_by_token(made.token.clone()).await.unwrap(), Some(made.clone()));
    assert_eq!(store.quote_by_token("0".repeat(64)).await.unwrap(), None);
    let seen = situation(&store, made.conversation).await;
    assert_eq!(seen.lead.map(|lead| lead.status), Some(LeadStatus::Quoted));
    store.close().await;
}

async fn a_new_version_supersedes_the_one_before(bench: Bench) {
    let store = bench.open().await;
    let first = sent(&store, "c", 0).await;
    let mut second = None;
    turn(&store, "c", 1, |seen| {
        let next = Quote { version: 2, supersedes: Some(first.id), ..quote(seen, &first.number, 1) };
        second = Some(next.clone());
        QuoteChange::Insert(Box::new(next))
    })
    .await;
    let second = second.expect("made");
    let status = async |id| store.quote(id).await.unwrap().map(|quote| quote.status);
    assert_eq!(status(first.id).await, Some(QuoteStatus::Superseded));
    assert_eq!(store.quote_after(first.id).await.unwrap(), Some(second.clone()));
    assert_eq!(store.quote_after(second.id).await.unwrap(), None);
    let third = Quote {
        id: fresh!(QuoteId),
        version: 3,
        status: QuoteStatus::Draft,
        token: format!("{:064x}", build::number()),
        supersedes: Some(second.id),
        ..second.clone()
    };
    store.revise_quote(third.clone(), at(2), [fresh!(EventId)]).await.unwrap();
    assert_eq!(status(second.id).await, Some(QuoteStatus::Superseded));
    assert_eq!(store.quote(third.id).await.unwrap(), Some(third));
    store.close().await;
}

async fn a_turn_about_a_quote_that_was_moved_meanwhile_is_taken_again(bench: Bench) {
    let store = bench.open().await;
    let first = sent(&store, "c", 0).await;
    let reject = QuoteMove::Reject { reason: "缺货".into() };
    store.change_quote(first.id, reject, at(1), three()).await.unwrap();
    let (_, outcome) = turn(&store, "c", 2, |_| QuoteChange::Accept(first.id)).await;
    assert_eq!(outcome, CommitOutcome::OwnerChanged);
    assert_eq!(store.quote(first.id).await.unwrap().map(|quote| quote.status), Some(QuoteStatus::Rejected));
    let pending = situation(&store, first.conversation).await.messages.len();
    assert_eq!(pending, 1, "nothing of the turn was written");
    store.close().await;
}

async fn people_approve_send_and_reject(bench: Bench) {
    let store = bench.open().await;
    let mut made = None;
    turn(&store, "c", 0, |seen| {
        let waiting = Quote { status: QuoteStatus::WaitingApproval, ..quote(seen, "QT-1", 0) };
        made = Some(waiting.clone());
        QuoteChange::Insert(Box::new(waiting))
    })
    .await;
    let id = made.expect("made").id;
    let change = async |change: QuoteMove| store.change_quote(id, change, at(1), three()).await;
    let refused = change(QuoteMove::Send).await;
    assert!(
        matches!(&refused, Err(ChangeError::InvalidQuoteMove(reason)) if reason.from == "waiting_approval")
    );
    let approved = change(QuoteMove::Approve).await.unwrap();
    assert_eq!((approved.status, approved.sealed), (QuoteStatus::Draft, true));
    let before = events_of(&store, EventKind::QuoteChanged).await;
    let moved = events_of(&store, EventKind::LeadChanged).await;
    assert_eq!(change(QuoteMove::Send).await.unwrap().status, QuoteStatus::Sent);
    assert_eq!(change(QuoteMove::Send).await.unwrap().status, QuoteStatus::Sent);
    assert_eq!(events_of(&store, EventKind::QuoteChanged).await, before + 1, "sending again tells nothing");
    assert_eq!(
        events_of(&store, EventKind::LeadChanged).await,
        moved + 1,
        "the board hears of the lead's move"
    );
    let events = store.events_since(0, 1_000).await.expect("events");
    let told = events.iter().rfind(|event| event.event.kind == EventKind::LeadChanged).expect("it moved");
    assert_eq!(told.event.data["status"], "quoted");
    let lead = told.event.data["lead_id"].as_str().and_then(|id| id.parse().ok()).expect("its id");
    assert_eq!(store.lead(lead).await.unwrap().map(|lead| lead.status), Some(LeadStatus::Quoted));
    let rejected = change(QuoteMove::Reject { reason: "客户取消".into() }).await.unwrap();
    assert_eq!((rejected.status, rejected.reason.as_deref()), (QuoteStatus::Rejected, Some("客户取消")));
    let unknown = store.change_quote(fresh!(QuoteId), QuoteMove::Send, at(1), three()).await;
    assert!(matches!(unknown, Err(ChangeError::NotFound)), "{unknown:?}");
    store.close().await;
}

fn three() -> [EventId; 3] {
    [fresh!(EventId), fresh!(EventId), fresh!(EventId)]
}

fn acceptance() -> QuoteMove {
    let handoff = Handoff::new(HandoffReason::OrderIntent, "客户接受报价".into(), at(1));
    QuoteMove::Accept { handoff, outbox: fresh!(OutboxId) }
}

async fn a_buyers_yes_on_the_page_asks_for_a_person_once(bench: Bench) {
    let store = bench.open().await;
    let made = sent(&store, "c", 0).await;
    let accept = async || store.change_quote(made.id, acceptance(), at(1), three()).await.unwrap();
    assert_eq!(accept().await.status, QuoteStatus::Accepted);
    assert_eq!(accept().await.status, QuoteStatus::Accepted);
    let conversation = store.conversation(made.conversation).await.unwrap().expect("it is there");
    assert_eq!((conversation.owner.name(), conversation.owner_epoch), ("waiting", 1));
    let reason = conversation.memory.handoff.map(|handoff| handoff.reason);
    assert_eq!(reason, Some(HandoffReason::OrderIntent));
    let due = store.due_outbox(at(2), 10).await.unwrap();
    let told = due.iter().filter(|entry| matches!(entry.delivery, Delivery::HandoffNotification { .. }));
    assert_eq!(told.count(), 1);
    assert_eq!(events_of(&store, EventKind::HandoffRequested).await, 1);
    store.close().await;
}

async fn nothing_is_accepted_after_the_last_day(bench: Bench) {
    let store = bench.open().await;
    let made = sent(&store, "c", 0).await;
    let late = store.change_quote(made.id, acceptance(), at(1_000), three()).await;
    assert!(
        matches!(&late, Err(ChangeError::InvalidQuoteMove(reason)) if reason.from == "expired"),
        "{late:?}"
    );
    assert_eq!(store.expire_quotes(at(999), 10).await.unwrap(), []);
    assert_eq!(store.expire_quotes(at(1_000), 10).await.unwrap(), [made.id]);
    assert_eq!(store.expire_quotes(at(1_000), 10).await.unwrap(), []);
    assert_eq!(store.quote(made.id).await.unwrap().map(|quote| quote.status), Some(QuoteStatus::Expired));
    store.close().await;
}

async fn quotes_are_listed_by_their_last_change(bench: Bench) {
    let store = bench.open().await;
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(sent(&store, &format!("c-{number}"), number / 2).await);
    }
    let check = async |filter: QuoteFilter, expected: usize| {
        let listed = all(2, |page: Page| store.quotes(filter.clone(), page)).await;
        assert_eq!(listed.len(), expected);
        assert!(listed.is_sorted_by_key(|quote| std::cmp::Reverse((quote.updated_at, quote.id))));
    };
    check(QuoteFilter::default(), 5).await;
    check(QuoteFilter { status: Some(QuoteStatus::Draft), ..QuoteFilter::default() }, 0).await;
    check(QuoteFilter { conversation: Some(made[1].conversation), ..QuoteFilter::default() }, 1).await;
    check(QuoteFilter { contact: Some(made[2].contact), ..QuoteFilter::default() }, 1).await;
    store.close().await;
}
