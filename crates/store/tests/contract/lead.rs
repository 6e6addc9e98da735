use domain::lead::{InvalidLeadMove, Lead, LeadStatus};
use store::{ChangeError, LeadChange, LeadFilter, Store};

use super::{
    bench::Bench,
    build::{self, accept, all, at, claiming, fresh, situation, turn_of},
};

on_both! {
    a_person_moves_a_lead
    leads_are_listed_by_their_last_change
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
