use domain::recommendation::{Action, Decider, Moment, Offer, Outcome, Trigger};
use store::{OfferOutcome, Store};

use super::{
    bench::Bench,
    build::{self, accept, all, at, claiming, situation, turn_of},
};

on_both! {
    a_moment_is_logged_with_its_turn
    moments_of_a_time_and_an_inbox_are_found
    what_became_of_a_moment_is_written_down
}

fn moment(action: Action) -> Moment {
    Moment {
        trigger: Trigger::PurchaseIntent,
        features: vec![1.0, 0.5],
        propensities: [0.25, 0.0, 0.1, 0.65],
        action,
        decided_by: Decider::Policy,
        by_rule: Action::Discover,
        products: vec!["P002".into()],
    }
}

async fn log(store: &Store, who: &str, action: Action, now: i64) -> Offer {
    let inbox = build::inbox(store).await;
    let first = accept(store, claiming(inbox, who, None, at(now))).await;
    let mut commit = turn_of(&situation(store, first.conversation).await, 1, at(now));
    let mut turn = (*commit.turn).clone();
    turn.moment = Some(moment(action));
    turn.seed = u64::MAX - 6;
    let logged = Offer {
        turn: turn.id,
        conversation: first.conversation,
        contact: first.contact,
        at: at(now),
        seed: turn.seed,
        moment: moment(action),
        outcome: None,
        settled: false,
    };
    commit.turn = turn.into();
    store.commit_turn(commit).await.expect("committed");
    logged
}

async fn a_moment_is_logged_with_its_turn(bench: Bench) {
    let store = bench.open().await;
    let mut logged = Vec::new();
    for (number, action) in [Action::Discover, Action::Wait, Action::Reorder].into_iter().enumerate() {
        logged.push(log(&store, &format!("c-{number}"), action, number as i64 / 2).await);
    }
    // A turn without a moment logs none.
    let inbox = build::inbox(&store).await;
    let other = accept(&store, claiming(inbox, "c-9", None, at(9))).await;
    store
        .commit_turn(turn_of(&situation(&store, other.conversation).await, 1, at(9)))
        .await
        .expect("committed");

    assert_eq!(all(2, |page| store.open_offers(page)).await, logged);
    logged.reverse();
    assert_eq!(all(1, |page| store.offers(page)).await, logged);
    let turn = store.turn(logged[0].turn).await.unwrap().expect("it is there");
    assert_eq!(turn.moment, Some(moment(Action::Reorder)));
    store.close().await;
}

async fn moments_of_a_time_and_an_inbox_are_found(bench: Bench) {
    let store = bench.open().await;
    let mut logged = Vec::new();
    for number in 0..4 {
        logged.push(log(&store, &format!("c-{number}"), Action::Discover, number).await);
    }
    let inbox = build::inbox(&store).await;
    let found =
        async |from, to, inbox| all(1, |page| store.offers_between(at(from), at(to), inbox, page)).await;
    assert_eq!(found(1, 3, None).await, [logged[2].clone(), logged[1].clone()]);
    assert_eq!(found(3, 4, Some(inbox)).await, [logged[3].clone()]);
    let other = domain::id::InboxId::from_ulid(domain::id::compose(at(0), 999));
    assert_eq!(found(0, 9, Some(other)).await, []);
    store.close().await;
}

async fn what_became_of_a_moment_is_written_down(bench: Bench) {
    let store = bench.open().await;
    let first = log(&store, "a", Action::Discover, 0).await;
    let second = log(&store, "b", Action::Discover, 1).await;
    let outcomes = vec![
        OfferOutcome { turn: first.turn, outcome: Some(Outcome::Order), settled: true },
        OfferOutcome { turn: second.turn, outcome: Some(Outcome::Ignore), settled: false },
    ];
    store.settle_offers(outcomes).await.unwrap();
    let open = all(5, |page| store.open_offers(page)).await;
    assert_eq!(open, [Offer { outcome: Some(Outcome::Ignore), ..second }]);
    let listed = all(5, |page| store.offers(page)).await;
    assert_eq!(listed.last(), Some(&Offer { outcome: Some(Outcome::Order), settled: true, ..first }));
    store.close().await;
}
