use domain::suggestion::{Proposal, Suggestion, SuggestionStatus};
use store::{Page, SuggestionFilter};

use super::{
    bench::Bench,
    build::{all, at, fresh},
};

on_both! {
    open_suggestions_are_replaced_and_decided_ones_stay
    those_come_first_that_most_buyers_asked_for
}

fn suggestion(buyers: u32) -> Suggestion {
    Suggestion {
        id: fresh!(SuggestionId),
        status: SuggestionStatus::Open,
        proposal: Proposal::Faq { questions: vec!["质保多久".into()], answer: String::new() },
        evidence: Vec::new(),
        basis: Vec::new(),
        buyers,
        messages: buyers,
        created_at: at(0),
        updated_at: at(0),
        decided_by: None,
        revision: None,
    }
}

async fn open_suggestions_are_replaced_and_decided_ones_stay(bench: Bench) {
    let store = bench.open().await;
    let [kept, gone, fresh] = [suggestion(1), suggestion(1), suggestion(1)];
    store.replace_suggestions(vec![kept.clone(), gone.clone()]).await.unwrap();
    let decided = Suggestion { status: SuggestionStatus::Dismissed, updated_at: at(5), ..kept.clone() };
    assert!(store.decide_suggestion(decided.clone()).await.unwrap());
    assert!(!store.decide_suggestion(decided.clone()).await.unwrap(), "it is decided already");
    store.replace_suggestions(vec![kept.clone(), fresh.clone()]).await.unwrap();
    assert_eq!(store.suggestion(kept.id).await.unwrap(), Some(decided.clone()));
    assert_eq!(store.suggestion(gone.id).await.unwrap(), None);
    let of = async |status| all(5, |page| store.suggestions(SuggestionFilter { status }, page)).await;
    assert_eq!(of(Some(SuggestionStatus::Open)).await, std::slice::from_ref(&fresh));
    assert_eq!(of(Some(SuggestionStatus::Dismissed)).await, std::slice::from_ref(&decided));
    assert_eq!(of(None).await, [decided, fresh]);
    store.close().await;
}

async fn those_come_first_that_most_buyers_asked_for(bench: Bench) {
    let store = bench.open().await;
    let given: Vec<Suggestion> = [1, 3, 2, 3].map(suggestion).to_vec();
    store.replace_suggestions(given.clone()).await.unwrap();
    let expected = [1, 3, 2, 0].map(|place: usize| given[place].id);
    for size in [1, 3, 10] {
        let listed = all(size, |page| store.suggestions(SuggestionFilter::default(), page)).await;
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), expected);
    }
    let spoilt = Page { after: Some("nonsense".into()), limit: 5 };
    assert!(store.suggestions(SuggestionFilter::default(), spoilt).await.is_err());
    store.close().await;
}
