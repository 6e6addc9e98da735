use domain::lead::{InvalidLeadMove, Lead, LeadStatus};
use store::{ChangeError, ConversationChange, LeadChange, LeadFilter, LeadStep, Store};

use super::{
    bench::Bench,
    build::{self, accept, all, at, claiming, fresh, situation, turn_of},
};

on_both! {
    a_person_moves_a_lead
    leads_are_listed_by_their_last_change
    colleagues_at_one_company_share_its_lead
    a_lead_is_passed_on_unless_a_person_was_faster
    who_speaks_to_the_buyer_has_taken_up_his_lead
    a_lead_that_nobody_hears_of_is_found
    a_turn_gives_nobody_what_a_person_took_from_him
}

async fn lead(store: &Store, who: &str, score: u32, now: i64) -> Lead {
    let inbox = build::inbox(store).await;
    let first = accept(store, claiming(inbox, who, None, at(now))).await;
    let mut commit = turn_of(&situation(store, first.conversation).await, 1, at(now));
    let mut lead = Lead::new(fresh!(LeadId), first.contact, at(now));
    lead.score = score;
    commit.lead = Some(lead.clone());
    store.commit_turn(commit).await.expect("committed");
    lead
}

async fn a_person_moves_a_lead(bench: Bench) {
    let store = bench.open().await;
    let lead = lead(&store, "c", 80, 0).await;
    let change =
        async |change: LeadChange| store.update_lead(lead.id, change, at(1), [fresh!(EventId)]).await;
    let won = LeadChange {
        status: Some(LeadStatus::Won),
        outcome_reason: Some("价格合适".into()),
        assigned_to: Some("小李".into()),
    };
    let changed = change(won).await.unwrap();
    assert_eq!((changed.status, changed.outcome_reason.as_deref()), (LeadStatus::Won, Some("价格合适")));
    assert_eq!(store.lead(lead.id).await.unwrap(), Some(changed));
    let refused = change(LeadChange { status: Some(LeadStatus::Quoted), ..LeadChange::default() }).await;
    let expected = InvalidLeadMove { from: "won", to: "quoted" };
    assert!(matches!(refused, Err(ChangeError::InvalidLeadMove(reason)) if reason == expected));
    let reopened = change(LeadChange {
        status: Some(LeadStatus::New),
        outcome_reason: Some(String::new()),
        ..LeadChange::default()
    });
    let reopened = reopened.await.unwrap();
    assert_eq!((reopened.outcome_reason, reopened.assigned_to.as_deref()), (None, Some("小李")));
    let unknown = store.update_lead(fresh!(LeadId), LeadChange::default(), at(1), [fresh!(EventId)]).await;
    assert!(matches!(unknown, Err(ChangeError::NotFound)), "{unknown:?}");
    store.close().await;
}

async fn leads_are_listed_by_their_last_change(bench: Bench) {
    let store = bench.open().await;
    let mut made = Vec::new();
    for number in 0..7_u32 {
        made.push(lead(&store, &format!("c-{number}"), number * 15, i64::from(number / 3)).await.id);
    }
    let check = async |filter: LeadFilter, expected: usize| {
        let listed = all(2, |page| store.leads(filter.clone(), page)).await;
        assert_eq!(listed.len(), expected);
        assert!(listed.is_sorted_by_key(|lead| std::cmp::Reverse((lead.updated_at, lead.id))));
    };
    check(LeadFilter::default(), 7).await;
    check(LeadFilter { min_score: Some(60), status: None }, 3).await;
    check(LeadFilter { min_score: None, status: Some(LeadStatus::Won) }, 0).await;
    store.close().await;
}

async fn colleagues_at_one_company_share_its_lead(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let first = async |who: &str, verified: bool| {
        let mut message = claiming(inbox, who, None, at(0));
        message.contact.company = Some("Acme".into());
        message.contact.company_verified = verified;
        accept(&store, message).await
    };
    let one = first("one", true).await;
    let known = situation(&store, one.conversation).await;
    let mut commit = turn_of(&known, 1, at(1));
    let company = known.contact.company;
    let needs = vec!["gripper".to_owned()];
    let lead = Lead { company, needs, ..Lead::new(fresh!(LeadId), one.contact, at(1)) };
    commit.lead = Some(lead.clone());
    store.commit_turn(commit).await.unwrap();
    let two = first("two", true).await;
    assert_eq!(situation(&store, two.conversation).await.lead, Some(lead.clone()));
    let three = first("three", false).await;
    assert_eq!(situation(&store, three.conversation).await.lead, None, "a claim opens nothing");
    // His own comes before a colleague's newer one.
    let own = Lead { company, ..Lead::new(fresh!(LeadId), two.contact, at(0)) };
    let mut commit = turn_of(&situation(&store, two.conversation).await, 1, at(2));
    commit.lead = Some(own.clone());
    store.commit_turn(commit).await.unwrap();
    assert_eq!(situation(&store, two.conversation).await.lead, Some(own));
    store.close().await;
}

/// With somebody who has to take it up.
async fn pressing(store: &Store, who: &str) -> Lead {
    let inbox = build::inbox(store).await;
    let first = accept(store, claiming(inbox, who, None, at(0))).await;
    let mut commit = turn_of(&situation(store, first.conversation).await, 1, at(0));
    let due_at = Some(at(600));
    let assigned_to = Some("陈晓".into());
    let lead = Lead {
        due_at,
        assigned_to,
        notified_at: Some(at(0)),
        ..Lead::new(fresh!(LeadId), first.contact, at(0))
    };
    commit.lead = Some(lead.clone());
    store.commit_turn(commit).await.expect("committed");
    lead
}

async fn a_lead_is_passed_on_unless_a_person_was_faster(bench: Bench) {
    let store = bench.open().await;
    let lead = pressing(&store, "c").await;
    assert_eq!(store.due_leads(at(599), 10).await.unwrap(), []);
    assert_eq!(store.due_leads(at(600), 10).await.unwrap(), std::slice::from_ref(&lead));
    assert_eq!(store.lead_loads().await.unwrap(), [("陈晓".to_owned(), 1)]);
    let next = Lead {
        assigned_to: Some("林佳怡".into()),
        asked: vec!["陈晓".into()],
        due_at: Some(at(1_200)),
        updated_at: at(600),
        ..lead.clone()
    };
    let step = |expected: &Lead| LeadStep {
        lead: next.clone(),
        expected: expected.clone(),
        outbox: None,
        event: fresh!(EventId),
    };
    assert!(store.step_lead(step(&lead)).await.unwrap());
    assert_eq!(store.lead(lead.id).await.unwrap(), Some(next.clone()));
    assert!(!store.step_lead(step(&lead)).await.unwrap(), "it is another's by now");
    // Whoever moves it on the board has taken it up.
    let contacted = LeadChange { status: Some(LeadStatus::Contacted), ..LeadChange::default() };
    store.update_lead(lead.id, contacted, at(700), [fresh!(EventId)]).await.unwrap();
    assert_eq!(store.due_leads(at(9_999), 10).await.unwrap(), []);
    assert!(!store.step_lead(step(&next)).await.unwrap());
    store.close().await;
}

async fn who_speaks_to_the_buyer_has_taken_up_his_lead(bench: Bench) {
    let store = bench.open().await;
    let lead = pressing(&store, "c").await;
    let conversation = store
        .conversations(store::ConversationFilter::default(), store::Page::first(1))
        .await
        .unwrap()
        .items
        .remove(0);
    let change = ConversationChange::TakeOver(fresh!(AgentId));
    store.change_conversation(conversation.id, change, at(9), [fresh!(EventId)]).await.unwrap();
    assert_eq!(store.lead(lead.id).await.unwrap().unwrap().due_at, None);
    store.close().await;
}

async fn a_lead_that_nobody_hears_of_is_found(bench: Bench) {
    let store = bench.open().await;
    let lead = pressing(&store, "c").await;
    let silent = async |before: i64| store.silent_leads(at(before), 10).await.unwrap();
    assert_eq!(silent(0).await, []);
    assert_eq!(silent(1).await, [lead.id]);
    // Word from the buyer is word, though nothing of the lead changes.
    let inbox = build::inbox(&store).await;
    let again = accept(&store, claiming(inbox, "c", None, at(50))).await;
    let mut commit =
        turn_of(&situation(&store, again.conversation).await, again.claim.unwrap().lease_token, at(50));
    commit.lead = None;
    store.commit_turn(commit).await.unwrap();
    assert_eq!(silent(50).await, []);
    let proposal =
        domain::lead::Proposal { status: LeadStatus::Lost, reason: "没有消息".into(), at: at(90) };
    let next = Lead { proposal: Some(proposal), updated_at: at(90), ..lead.clone() };
    let step = LeadStep { lead: next.clone(), expected: lead, outbox: None, event: fresh!(EventId) };
    assert!(store.step_lead(step).await.unwrap());
    assert_eq!(silent(100).await, [], "proposed once");
    assert_eq!(store.lead(next.id).await.unwrap(), Some(next));
    store.close().await;
}

async fn a_turn_gives_nobody_what_a_person_took_from_him(bench: Bench) {
    let store = bench.open().await;
    let lead = pressing(&store, "c").await;
    let cleared = LeadChange { assigned_to: Some(String::new()), ..LeadChange::default() };
    let cleared = store.update_lead(lead.id, cleared, at(5), [fresh!(EventId)]).await.unwrap();
    assert_eq!((cleared.assigned_to, cleared.asked), (None, vec!["陈晓".to_owned()]));
    let inbox = build::inbox(&store).await;
    let again = accept(&store, claiming(inbox, "c", None, at(6))).await;
    let mut commit =
        turn_of(&situation(&store, again.conversation).await, again.claim.unwrap().lease_token, at(7));
    commit.lead = Some(Lead { score: 20, ..lead });
    store.commit_turn(commit).await.unwrap();
    let after = store.lead(cleared.id).await.unwrap().unwrap();
    assert_eq!((after.assigned_to, after.score), (None, 20));
    store.close().await;
}
