use domain::{
    contact::CompanyLink,
    lead::{Lead, LeadStatus},
    order::OrderLine,
    quantity::Quantity,
};
use store::{NewOrder, OrderCounts, Page};

use super::{
    bench::Bench,
    build::{self, accept, all, at, claiming, fresh, incoming, situation, turn_of},
};

on_both! {
    an_order_is_imported_once
    orders_are_seen_by_a_verified_company_only
    an_order_wins_the_lead_and_is_cause_to_look
}

fn order(number: &str, company: Option<&str>, contact: Option<&str>) -> NewOrder {
    NewOrder {
        id: fresh!(OrderId),
        fresh_company: fresh!(CompanyId),
        fresh_contact: fresh!(ContactId),
        number: number.into(),
        company_name: company.map(str::to_owned),
        contact_name: contact.map(str::to_owned),
        date: "2026-09-01".into(),
        country: Some("CN".into()),
        lines: vec![OrderLine { product: "P001".into(), quantity: Quantity::whole(2), unit_price: None }],
        status: Some("shipped".into()),
    }
}

async fn an_order_is_imported_once(bench: Bench) {
    let store = bench.open().await;
    let import = async |orders: Vec<NewOrder>, expected: (usize, usize, usize, usize)| {
        let OrderCounts { orders, known, companies, contacts } =
            store.import_orders(orders, at(0)).await.unwrap();
        assert_eq!((orders, known, companies, contacts), expected);
    };
    import(
        vec![
            order("A1", Some("Acme Ltd."), Some("Bob")),
            order("A2", Some("ACME LTD"), Some("bob")),
            order("A3", None, None),
            order("A1", Some("Other"), None),
        ],
        (3, 1, 1, 2),
    )
    .await;
    import(
        vec![order("A2", Some("Acme Ltd."), None), order("A4", Some("Acme Ltd."), Some("Bob"))],
        (1, 1, 0, 0),
    )
    .await;
    let listed = all(2, |page| store.orders(page)).await;
    assert_eq!(
        listed.iter().map(|order| order.number.as_str()).collect::<Vec<_>>(),
        ["A1", "A2", "A3", "A4"]
    );
    assert_eq!(listed[0].lines[0].quantity, Quantity::whole(2));
    let company = store.companies(Page::first(10)).await.unwrap().items.remove(0);
    assert_eq!(store.company(company.id).await.unwrap(), Some(company.clone()));
    assert_eq!(all(2, |page| store.orders_of_company(company.id, page)).await.len(), 3);
    store.close().await;
}

async fn orders_are_seen_by_a_verified_company_only(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let mut orders: Vec<_> =
        (0..60).map(|number| order(&format!("A{number:02}"), Some("Acme"), None)).collect();
    orders.push(order("B", Some("Rival"), None));
    store.import_orders(orders, at(0)).await.unwrap();
    let check = async |verified: bool, link: CompanyLink, expected: usize| {
        let mut message = incoming(inbox, "c", None, at(0));
        message.contact.company = Some("ACME".into());
        message.contact.company_verified = verified;
        let accepted = accept(&store, message).await;
        let seen = situation(&store, accepted.conversation).await;
        assert_eq!((seen.contact.company_link, seen.orders.len()), (Some(link), expected));
        assert_eq!(seen.company.expect("a company").name, "Acme");
        assert!(seen.orders.iter().all(|order| order.number.starts_with('A')));
    };
    check(false, CompanyLink::Claimed, 0).await;
    check(true, CompanyLink::Verified, 50).await;
    store.close().await;
}

async fn an_order_wins_the_lead_and_is_cause_to_look(bench: Bench) {
    let store = bench.open().await;
    let inbox = build::inbox(&store).await;
    let lead_of = async |who: &str, verified: bool| {
        let mut message = claiming(inbox, who, None, at(0));
        message.contact.company = Some("Acme".into());
        message.contact.company_verified = verified;
        let first = accept(&store, message).await;
        let known = situation(&store, first.conversation).await;
        let mut commit = turn_of(&known, 1, at(1));
        let lead = Lead {
            company: known.contact.company.filter(|_| verified),
            ..Lead::new(fresh!(LeadId), first.contact, at(1))
        };
        commit.lead = Some(lead.clone());
        store.commit_turn(commit).await.unwrap();
        (lead.id, first.conversation)
    };
    let (claimed, silent) = lead_of("a", false).await;
    let (verified, conversation) = lead_of("b", true).await;
    let status = async |id| store.lead(id).await.unwrap().unwrap().status;
    let wake_at = async |id| store.watched(id).await.unwrap().unwrap().wake_at;
    // What was ordered before the lead began is none of its doing.
    store.import_orders(vec![order("OLD", Some("Acme"), None)], at(60)).await.unwrap();
    assert_eq!(status(verified).await, LeadStatus::New);
    assert_eq!((wake_at(conversation).await, wake_at(silent).await), (Some(at(60)), None));
    let new = NewOrder { date: "2026-11-25".into(), ..order("NEW", Some("Acme"), None) };
    store.import_orders(vec![new], at(90)).await.unwrap();
    let won = store.lead(verified).await.unwrap().unwrap();
    assert_eq!((won.status, won.outcome_reason.as_deref()), (LeadStatus::Won, Some("order NEW")));
    assert_eq!(status(claimed).await, LeadStatus::New, "a claim of a company is not the company");
    store.close().await;
}
