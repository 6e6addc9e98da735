use domain::{
    contact::Company,
    id::{self, AgentId, CompanyId, ConversationId},
    merge::DismissedMerge,
    order::OrderLine,
    profile::ProfileEdit,
    quantity::Quantity,
};
use store::{ChangeError, NewOrder, Page, Rejection, Store, StoreError};

use super::{
    bench::Bench,
    build::{self, accept, all, at, fresh, incoming, situation},
};

on_both! {
    joined_companies_are_one_firm_for_their_verified_contacts
    whatever_companies_were_joined_and_parted_are_as_they_were
    companies_in_a_circle_are_refused
    what_is_not_one_is_remembered_once
}

async fn what_is_not_one_is_remembered_once(bench: Bench) {
    let store = bench.open().await;
    let dismissed = |seconds: i64| DismissedMerge {
        ids: ["cmp_2".into(), "cmp_1".into()],
        by: AgentId::from_ulid(id::compose(at(0), 1)),
        at: at(seconds),
    };
    let other = DismissedMerge { ids: ["con_2".into(), "con_1".into()], ..dismissed(3) };
    for dismissed in [dismissed(1), dismissed(2), other.clone()] {
        store.dismiss_merge(dismissed).await.expect("it is stored");
    }
    assert_eq!(store.dismissed_merges().await.expect("reads"), [dismissed(1), other]);
    store.close().await;
}

async fn come(store: &Store, who: &str, company: &str, verified: bool) -> (ConversationId, CompanyId) {
    let inbox = build::inbox(store).await;
    let mut said = incoming(inbox, who, None, at(0));
    said.contact.company = Some(company.into());
    said.contact.company_verified = verified;
    let conversation = accept(store, said).await.conversation;
    let company = situation(store, conversation).await.contact.company.expect("a company");
    (conversation, company)
}

async fn order(store: &Store, number: &str, company: &str) {
    let order = NewOrder {
        id: fresh!(OrderId),
        fresh_company: fresh!(CompanyId),
        fresh_contact: fresh!(ContactId),
        number: number.into(),
        company_name: Some(company.into()),
        contact_name: None,
        date: "2026-09-01".into(),
        country: None,
        lines: vec![OrderLine { product: "P001".into(), quantity: Quantity::whole(2), unit_price: None }],
        status: None,
    };
    store.import_orders(vec![order], at(0)).await.expect("it is imported");
}

/// Of one side what belongs to both: orders and facts. A claim gets nothing, not even the name of the other.
async fn joined_companies_are_one_firm_for_their_verified_contacts(bench: Bench) {
    let store = bench.open().await;
    let (left, acme) = come(&store, "left", "Acme", true).await;
    let (right, group) = come(&store, "right", "Acme Group", true).await;
    let (claims, _) = come(&store, "claims", "Acme", false).await;
    order(&store, "A", "Acme").await;
    order(&store, "G", "Acme Group").await;
    let stored = situation(&store, right).await;
    let facts = [("industry".to_owned(), Some("steel".into()))].into();
    let edit = ProfileEdit { by: fresh!(AgentId), at: at(2), facts };
    store.edit_profile(stored.contact.id, edit, fresh!(EventId)).await.expect("it is edited");

    let check = async |conversation, company: &str, orders: &[&str], facts: usize| {
        let seen = situation(&store, conversation).await;
        let mut numbers: Vec<_> = seen.orders.iter().map(|order| order.number.as_str()).collect();
        numbers.sort_unstable();
        assert_eq!((numbers.as_slice(), seen.company_facts.len()), (orders, facts), "{company}");
        let firm = seen.company.expect("a company");
        assert_eq!(firm.name, company);
        let past = store.history(seen.contact.id).await.expect("reads").expect("a past");
        assert_eq!((past.orders.len(), past.company), (orders.len(), Some(firm.clone())));
        firm
    };
    check(left, "Acme", &["A"], 0).await;
    check(right, "Acme Group", &["G"], 0).await;
    let joined = store.merge_companies(acme, group).await.expect("they are joined");
    assert_eq!((joined.id, joined.joined.len()), (group, 1));
    assert!(joined.is(acme) && joined.is(group));
    assert_eq!(check(left, "Acme Group", &["A", "G"], 1).await, joined);
    assert_eq!(check(right, "Acme Group", &["A", "G"], 0).await, joined);
    assert_eq!(check(claims, "Acme", &[], 0).await.joined, []);
    for id in [acme, group] {
        assert_eq!(all(1, |page| store.orders_of_company(id, page)).await.len(), 2);
        assert_eq!(store.firm(id).await.expect("reads"), Some(joined.clone()));
    }
    // An order of one side is an order of the firm.
    order(&store, "A2", "Acme").await;
    check(right, "Acme Group", &["A", "A2", "G"], 0).await;

    store.unmerge_company(acme).await.expect("they are parted");
    check(left, "Acme", &["A", "A2"], 0).await;
    check(right, "Acme Group", &["G"], 0).await;
    store.close().await;
}

/// Any merges and partings, refused ones among them; once all are parted nothing tells that they were ever joined.
async fn whatever_companies_were_joined_and_parted_are_as_they_were(bench: Bench) {
    let store = bench.open().await;
    let mut known = Vec::new();
    for number in 0..6 {
        let name = format!("Acme {number}");
        known.push(come(&store, &format!("c-{number}"), &name, number % 3 > 0).await);
        order(&store, &format!("O-{number}"), &name).await;
    }
    let state = async || {
        let mut state = Vec::new();
        for (conversation, company) in &known {
            let company: Option<Company> = store.company(*company).await.expect("reads");
            state.push((
                serde_json::to_string(&company).expect("JSON"),
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
            let (from, into) = (known[below(6)].1, known[below(6)].1);
            match below(3) {
                0 => drop(store.unmerge_company(from).await.expect("it is there")),
                _ => merged += usize::from(store.merge_companies(from, into).await.is_ok()),
            }
        }
        assert!(merged > 0);
        for (_, company) in &known {
            store.unmerge_company(*company).await.expect("it is there");
        }
        assert_eq!(state().await, before);
    }
    assert_eq!(store.companies(Page::first(10)).await.expect("reads").items.len(), 6);
    store.close().await;
}

async fn companies_in_a_circle_are_refused(bench: Bench) {
    let store = bench.open().await;
    let (_, one) = come(&store, "one", "Acme 1", true).await;
    let (_, two) = come(&store, "two", "Acme 2", true).await;
    let (_, three) = come(&store, "three", "Acme 3", true).await;
    store.merge_companies(one, two).await.expect("they are joined");
    let root = store.merge_companies(two, three).await.expect("they are joined");
    assert_eq!((root.id, root.joined.len()), (three, 2));
    let check = async |from, into, expected: Rejection| match store.merge_companies(from, into).await {
        Err(ChangeError::Store(StoreError::Rejected(reason))) => assert_eq!(reason, expected),
        other => panic!("{other:?}"),
    };
    check(three, three, Rejection::CircularMerge).await;
    check(three, one, Rejection::CircularMerge).await;
    check(one, three, Rejection::AlreadyMerged).await;
    let nobody = fresh!(CompanyId);
    for unknown in [store.merge_companies(nobody, one).await, store.merge_companies(one, nobody).await] {
        assert!(matches!(unknown, Err(ChangeError::NotFound)), "{unknown:?}");
    }
    let unknown = store.unmerge_company(nobody).await;
    assert!(matches!(unknown, Err(ChangeError::NotFound)), "{unknown:?}");
    store.close().await;
}
