use domain::{
    approval::{Approval, ApprovalStatus, Decision, Economics, InvalidDecision},
    conversation::Owner,
    event::EventKind,
    handoff::{Handoff, HandoffReason},
    id::AgentId,
    language::Language,
    message::{Author, Message, MessageKind},
    money::{Currency, UnitPrice},
    negotiation::{AskedApproval, Terms},
    outbox::OutboxStatus,
    promise::{Offer, Promise},
    quantity::Thousandths,
};
use store::{
    ApprovalFilter, ChangeError, CommitOutcome, ConversationChange, Page, PromiseFilter, Settlement, Store,
    Told,
};

use super::{
    bench::Bench,
    build::{self, accept, all, at, claiming, fresh, lease_of, outbox_entry, situation, turn_of},
};

on_both! {
    a_turn_asks_once_for_the_same
    what_two_conversations_wait_for_is_told_in_both
    a_decision_tells_the_buyer_and_gives_the_conversation_back
    a_person_who_has_the_conversation_is_not_spoken_over
    an_approval_is_settled_once
    a_turn_that_ran_meanwhile_starts_again
    what_ran_out_is_found
    promises_are_seen_by_the_contact_and_his_verified_colleagues
}

fn discount(amount: &str) -> Terms {
    Terms::Discount {
        percent_off: Some(Thousandths(10_000)),
        unit_price: UnitPrice::parse(amount, Currency::CNY, "台").ok(),
    }
}

/// A turn of `who` that asks a person; the conversation waits for him.
async fn asked(store: &Store, who: &str, key: &str, now: i64) -> Approval {
    let (approval, outcome) = asks(store, who, key, now).await;
    assert_eq!(outcome, CommitOutcome::Committed { more: false });
    approval
}

/// The same, with what became of the turn.
async fn asks(store: &Store, who: &str, key: &str, now: i64) -> (Approval, CommitOutcome) {
    let inbox = build::inbox(store).await;
    let first = accept(store, claiming(inbox, who, None, at(now))).await;
    let before = situation(store, first.conversation).await;
    let mut commit = turn_of(&before, lease_of(&first).unwrap_or(before.lease_token), at(now));
    let approval = Approval {
        id: fresh!(ApprovalId),
        conversation: before.conversation.id,
        contact: before.contact.id,
        company: None,
        grade: Some("new".into()),
        key: key.into(),
        product: Some("P001".into()),
        quantity: Some(Thousandths(20_000)),
        asked: discount("45000"),
        message: first.message,
        words: "4万5行不行".into(),
        language: Language::Zh,
        history: Vec::new(),
        economics: Economics {
            cost: UnitPrice::parse("31415", Currency::CNY, "台").ok(),
            ..Economics::default()
        },
        status: ApprovalStatus::Pending,
        outcome: None,
        created_at: at(now),
        expires_at: at(now).plus_hours(24),
    };
    let handoff = Handoff::new(HandoffReason::OverAuthority, String::new(), at(now));
    commit.conversation.request_person(handoff).expect("it is open");
    commit.conversation.memory.negotiation.ask(AskedApproval {
        id: approval.id,
        key: key.into(),
        status: ApprovalStatus::Pending,
    });
    commit.approvals = vec![approval.clone()];
    let outcome = store.commit_turn(commit).await.expect("decided");
    (approval, outcome)
}

/// What the assistant says once it is decided.
fn settlement(approval: &Approval, decision: Option<Decision>, now: i64) -> Settlement {
    let mut approval = approval.clone();
    let agent: AgentId = fresh!(AgentId);
    match decision {
        Some(decision) => approval.decide(decision, agent, Some("内部".into()), at(now)),
        None => approval.expire(at(now)),
    }
    .expect("it is pending");
    let message = Message {
        id: fresh!(MessageId),
        conversation: approval.conversation,
        seq: 0,
        author: Author::Assistant,
        external_id: None,
        kind: MessageKind::Text,
        text: "批下来了".into(),
        attachments: Vec::new(),
        turn: None,
        draft: false,
        at: at(now),
    };
    let delivery = outbox_entry(approval.conversation, message.id, None, at(now));
    let promise = approval.granted().map(|terms| Promise {
        id: fresh!(PromiseId),
        contact: approval.contact,
        company: approval.company,
        conversation: approval.conversation,
        offer: Offer {
            by: Author::Agent(agent),
            product: approval.product.clone(),
            quantity: approval.quantity,
            terms: terms.clone(),
            condition: None,
            turn: None,
            approval: Some(approval.id),
            at: at(now),
            valid_until: at(now).plus_hours(48),
        },
    });
    let told = Told {
        conversation: approval.conversation,
        message: Some(message),
        delivery: Some(delivery),
        events: [fresh!(EventId), fresh!(EventId)],
    };
    Settlement { approval, told, elsewhere: Vec::new(), promise, now: at(now), event: fresh!(EventId) }
}

async fn listed(store: &Store, status: Option<ApprovalStatus>) -> usize {
    let filter = ApprovalFilter { status, conversation: None };
    all(2, |page| store.approvals(filter.clone(), page)).await.len()
}

async fn a_turn_asks_once_for_the_same(bench: Bench) {
    let store = bench.open().await;
    let first = asked(&store, "c", "the same", 0).await;
    assert_eq!(store.approval(first.id).await.unwrap(), Some(first.clone()));
    let (again, outcome) = asks(&store, "d", "the same", 1).await;
    assert_eq!(outcome, CommitOutcome::OwnerChanged, "it waits already");
    assert_eq!(store.approval(again.id).await.unwrap(), None);
    assert!(situation(&store, again.conversation).await.messages.len() == 1, "nothing was written");
    let keys = vec!["unheard of".to_owned(), "the same".to_owned()];
    let known = store.asked_already(keys, at(0)).await.unwrap();
    let pending = AskedApproval { id: first.id, key: "the same".into(), status: ApprovalStatus::Pending };
    assert_eq!(known, std::slice::from_ref(&pending));
    asked(&store, "c", "another", 2).await;
    assert_eq!(listed(&store, Some(ApprovalStatus::Pending)).await, 2);
    assert_eq!(listed(&store, Some(ApprovalStatus::Rejected)).await, 0);
    // Once it is decided the decision stands for a while; then it may be asked for again.
    store.settle_approval(settlement(&first, Some(Decision::Reject), 3)).await.expect("settled");
    let same = || vec!["the same".to_owned()];
    let rejected = AskedApproval { status: ApprovalStatus::Rejected, ..pending };
    assert_eq!(store.asked_already(same(), at(3)).await.unwrap(), [rejected]);
    assert_eq!(store.asked_already(same(), at(4)).await.unwrap(), []);
    let later = asked(&store, "c", "the same", 4).await;
    let known = store.asked_already(same(), at(100)).await.unwrap();
    assert_eq!(known.iter().map(|asked| asked.id).collect::<Vec<_>>(), [later.id], "it is pending");
    // What ran out was never decided.
    store.settle_approval(settlement(&later, None, 5)).await.expect("settled");
    assert_eq!(store.asked_already(same(), at(0)).await.unwrap(), []);
    assert_eq!(listed(&store, None).await, 3);
    let mine = ApprovalFilter { status: None, conversation: Some(first.conversation) };
    let mine = all(2, |page| store.approvals(mine.clone(), page)).await;
    assert!(mine.is_sorted_by_key(|approval| std::cmp::Reverse((approval.created_at, approval.id))));
    store.close().await;
}

async fn a_decision_tells_the_buyer_and_gives_the_conversation_back(bench: Bench) {
    let store = bench.open().await;
    let approval = asked(&store, "c", "k", 0).await;
    let settled =
        store.settle_approval(settlement(&approval, Some(Decision::Approve), 5)).await.expect("settled");
    let message = settled.message.expect("the buyer is told");
    let after = situation(&store, approval.conversation).await;
    assert_eq!((after.conversation.owner, after.conversation.owner_epoch), (Owner::Assistant, 2));
    assert_eq!(after.conversation.memory.handoff, None);
    assert_eq!(after.conversation.memory.negotiation.approvals[0].status, ApprovalStatus::Approved);
    assert_eq!(after.conversation.last_message_at, at(5));
    let stored = store.message(message.id).await.unwrap().expect("it is stored");
    assert_eq!((stored.seq, stored.author), (3, Author::Assistant));
    let due = store.due_outbox(at(6), 10).await.unwrap();
    let entry = due.iter().find(|entry| entry.owner_epoch == Some(2)).expect("it is delivered");
    assert_eq!(entry.status, OutboxStatus::Pending);
    let known = store.approval(approval.id).await.unwrap().expect("it is there");
    assert_eq!(
        (known.status, known.outcome.and_then(|outcome| outcome.note)),
        (ApprovalStatus::Approved, Some("内部".into()))
    );
    assert_eq!(after.promises.len(), 1);
    assert_eq!(after.promises[0].offer.approval, Some(approval.id));
    store.close().await;
}

async fn what_two_conversations_wait_for_is_told_in_both(bench: Bench) {
    let store = bench.open().await;
    let first = asked(&store, "c", "k", 0).await;
    let other = asked(&store, "d", "of its own", 0).await;
    // The second conversation waits for the approval of the first one, too.
    let inbox = build::inbox(&store).await;
    let next = accept(&store, claiming(inbox, "d", None, at(1))).await;
    let before = situation(&store, other.conversation).await;
    let mut commit = turn_of(&before, lease_of(&next).expect("claimed"), at(2));
    let waits = AskedApproval { id: first.id, key: "k".into(), status: ApprovalStatus::Pending };
    commit.conversation.memory.negotiation.ask(waits);
    store.commit_turn(commit).await.expect("committed");

    let mut settled = settlement(&first, Some(Decision::Approve), 5);
    let heard = settlement(&other, Some(Decision::Approve), 5).told;
    settled.elsewhere = vec![heard.clone()];
    store.settle_approval(settled).await.expect("settled");
    let here = situation(&store, first.conversation).await.conversation;
    assert_eq!(here.owner, Owner::Assistant);
    let there = situation(&store, other.conversation).await.conversation;
    assert_eq!(there.owner, Owner::Waiting, "it waits for an approval of its own as well");
    let statuses: Vec<ApprovalStatus> =
        there.memory.negotiation.approvals.iter().map(|asked| asked.status).collect();
    assert_eq!(statuses, [ApprovalStatus::Pending, ApprovalStatus::Approved]);
    let message = heard.message.expect("a message").id;
    assert!(store.message(message).await.unwrap().is_some(), "the buyer is told there, too");
    store.settle_approval(settlement(&other, Some(Decision::Reject), 6)).await.expect("settled");
    assert_eq!(situation(&store, other.conversation).await.conversation.owner, Owner::Assistant);
    store.close().await;
}

async fn a_person_who_has_the_conversation_is_not_spoken_over(bench: Bench) {
    let store = bench.open().await;
    let approval = asked(&store, "c", "k", 0).await;
    let change = ConversationChange::TakeOver(fresh!(AgentId));
    store.change_conversation(approval.conversation, change, at(1), [fresh!(EventId)]).await.expect("taken");
    let settled =
        store.settle_approval(settlement(&approval, Some(Decision::Approve), 5)).await.expect("settled");
    assert_eq!(settled.message, None);
    let after = situation(&store, approval.conversation).await;
    assert_eq!(after.conversation.owner, Owner::Person);
    assert_eq!(store.messages(approval.conversation, Page::first(10)).await.unwrap().items.len(), 2);
    assert_eq!(after.promises.len(), 1, "what was approved stands in the ledger");
    // Nor in a conversation that has ended.
    let other = asked(&store, "d", "k", 0).await;
    let resolve = ConversationChange::Resolve;
    store.change_conversation(other.conversation, resolve, at(1), [fresh!(EventId)]).await.expect("resolved");
    let settled =
        store.settle_approval(settlement(&other, Some(Decision::Reject), 5)).await.expect("settled");
    assert_eq!(settled.message, None);
    store.close().await;
}

async fn an_approval_is_settled_once(bench: Bench) {
    let store = bench.open().await;
    let approval = asked(&store, "c", "k", 0).await;
    let (first, second) = tokio::join!(
        store.settle_approval(settlement(&approval, Some(Decision::Approve), 5)),
        store.settle_approval(settlement(&approval, Some(Decision::Reject), 5)),
    );
    let refused = [&first, &second].into_iter().filter(|result| {
        matches!(result, Err(ChangeError::InvalidDecision(InvalidDecision::Settled("approved" | "rejected"))))
    });
    assert_eq!(refused.count(), 1, "{first:?} {second:?}");
    assert_eq!(store.messages(approval.conversation, Page::first(10)).await.unwrap().items.len(), 3);
    let events = store.events_since(0, 100).await.unwrap();
    if bench.is_sqlite() {
        let changes = events.iter().filter(|event| event.event.kind == EventKind::ApprovalChanged);
        assert_eq!(changes.count(), 1);
    }
    for event in events {
        let told = event.event.data.to_string();
        assert!(!told.contains("31415") && !told.contains("内部"), "{told}");
    }
    let unknown = Approval { id: fresh!(ApprovalId), ..approval };
    let unknown = store.settle_approval(settlement(&unknown, Some(Decision::Reject), 6)).await;
    assert!(matches!(unknown, Err(ChangeError::NotFound)), "{unknown:?}");
    store.close().await;
}

async fn a_turn_that_ran_meanwhile_starts_again(bench: Bench) {
    let store = bench.open().await;
    let approval = asked(&store, "c", "k", 0).await;
    asked(&store, "c", "another", 0).await;
    let inbox = build::inbox(&store).await;
    let next = accept(&store, claiming(inbox, "c", None, at(1))).await;
    let running = situation(&store, approval.conversation).await;
    store.settle_approval(settlement(&approval, Some(Decision::Reject), 2)).await.expect("settled");
    let late = turn_of(&running, lease_of(&next).expect("claimed"), at(3));
    assert_eq!(store.commit_turn(late).await.unwrap(), CommitOutcome::Fenced);
    let claimed = build::claim(&store, at(4), at(64), 10).await;
    assert_eq!(claimed.len(), 1, "it is found at once");
    assert_eq!(
        build::answer(&store, approval.conversation, claimed[0].1, at(5)).await,
        CommitOutcome::Committed { more: false }
    );
    let after = situation(&store, approval.conversation).await;
    assert_eq!(after.conversation.memory.negotiation.approvals[0].status, ApprovalStatus::Rejected);
    assert_eq!(after.conversation.owner, Owner::Waiting, "the other one is still waited for");
    store.close().await;
}

async fn what_ran_out_is_found(bench: Bench) {
    let store = bench.open().await;
    let approval = asked(&store, "c", "k", 0).await;
    assert_eq!(store.due_approvals(at(60), 10).await.unwrap(), []);
    let due = store.due_approvals(at(24 * 3_600), 10).await.unwrap();
    assert_eq!(due, std::slice::from_ref(&approval));
    store.settle_approval(settlement(&approval, None, 24 * 3_600)).await.expect("settled");
    assert_eq!(store.due_approvals(at(25 * 3_600), 10).await.unwrap(), []);
    let after = situation(&store, approval.conversation).await;
    assert_eq!(after.conversation.owner, Owner::Waiting, "a person is still asked for");
    assert_eq!(after.promises, []);
    store.close().await;
}

async fn promises_are_seen_by_the_contact_and_his_verified_colleagues(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let who = |name: &str, verified: bool| {
        let mut incoming = claiming(inbox, name, None, at(0));
        incoming.contact.company = Some("宁波汽配".into());
        incoming.contact.company_verified = verified;
        incoming.contact.trusted = true;
        incoming
    };
    let promised = accept(&store, who("a", true)).await;
    let before = situation(&store, promised.conversation).await;
    let mut commit = turn_of(&before, before.lease_token, at(1));
    let promise = Promise {
        id: fresh!(PromiseId),
        contact: before.contact.id,
        company: before.contact.company,
        conversation: before.conversation.id,
        offer: Offer {
            by: Author::Assistant,
            product: Some("P001".into()),
            quantity: Some(Thousandths(20_000)),
            terms: discount("45000"),
            condition: Some("prepayment".into()),
            turn: Some(commit.turn.id),
            approval: None,
            at: at(1),
            valid_until: at(1).plus_hours(48),
        },
    };
    commit.promises = vec![promise.clone()];
    store.commit_turn(commit).await.expect("committed");
    let seen = async |id| situation(&store, id).await.promises;
    assert_eq!(seen(promised.conversation).await, std::slice::from_ref(&promise));
    let colleague = accept(&store, who("b", true)).await;
    assert_eq!(seen(colleague.conversation).await, std::slice::from_ref(&promise));
    // Who only says that he works there sees nothing.
    let impostor = accept(&store, who("c", false)).await;
    assert_eq!(seen(impostor.conversation).await, []);
    let of_company = PromiseFilter { contact: None, company: before.contact.company };
    assert_eq!(all(1, |page| store.promises(of_company.clone(), page)).await, [promise]);
    let of_other = PromiseFilter { contact: Some(impostor.contact), company: None };
    assert_eq!(all(1, |page| store.promises(of_other.clone(), page)).await, []);
    store.close().await;
}
