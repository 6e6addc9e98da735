//! Replay: what was decided is decided again, and what other knowledge would change is found.

use std::{num::NonZero, sync::Arc, time::Duration};

use desk::{
    Overrides,
    knowledge::{self, Published},
    receive::Received,
    replay::{Aspect, ReplayOptions, Report, replay},
};
use domain::{
    Timestamp,
    handoff::HandoffReason,
    id::{self, AgentId},
};
use engine::knowledge::SourceFile;
use store::Page;
use testkit::TestDesk;

const SHOP: &str = "
products:
- {id: P001, name: {zh: 六轴机器人, en: six-axis robot}, price: 50000, unit: 台, lead_time_days: 15, specs: {payload: 20 kg}}
- {id: P002, name: {zh: 电动夹爪, en: electric gripper}, price: 6800, unit: 只}
";

fn files(text: &str) -> Vec<SourceFile> {
    vec![SourceFile { path: "shop.yaml".into(), text: text.as_bytes().to_vec() }]
}

fn options() -> ReplayOptions {
    ReplayOptions {
        since: None,
        conversations: 100,
        threads: NonZero::new(2),
        examples: 3,
        public_url: testkit::PUBLIC_URL.to_owned(),
    }
}

/// Each inner list is what one buyer writes, a minute apart.
async fn talked(shop: &str, buyers: &[&[&str]]) -> TestDesk {
    let test = testkit::open(files(shop)).await.expect("the desk opens");
    for (buyer, texts) in buyers.iter().enumerate() {
        for text in *texts {
            test.clock.advance_millis(60_000);
            let received = Received {
                inbox: "chat".into(),
                contact_external_id: format!("buyer-{buyer}"),
                trusted: true,
                text: (*text).to_owned(),
                ..Received::default()
            };
            let receipt =
                test.desk.receive(received, Some(Duration::from_secs(30))).await.expect("it is taken");
            assert!(receipt.turn.is_some(), "{text} is answered");
        }
    }
    test
}

fn published(text: &str) -> Arc<Published> {
    Arc::new(knowledge::prepare(&files(text), &Overrides::default()).expect("it passes the check"))
}

/// What another shop's knowledge would change; nothing may be written meanwhile.
async fn replayed(test: &TestDesk, after: &str, options: ReplayOptions) -> Report {
    let store = test.desk.store();
    let events = store.event_bounds().await.expect("reads");
    let report = replay(store, test.desk.published(), published(after), options).await.expect("replays");
    assert_eq!(store.event_bounds().await.expect("reads"), events);
    report
}

const TALKS: &[&[&str]] = &[
    &["P001多少钱", "要20台", "交期多久"],
    &["how much is the electric gripper?", "30 pieces please"],
    &["你好", "谢谢,再见"],
];

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_price_is_found_where_it_was_said() {
    let test = talked(SHOP, TALKS).await;
    let report = replayed(&test, &SHOP.replace("price: 50000", "price: 49000"), options()).await;
    assert_eq!((report.conversations, report.turns, report.changed_conversations), (3, 7, 1));
    assert_eq!((report.reproduced.exactly, report.reproduced.of), (7, 7));
    let changed = report.changed;
    assert_eq!(
        (changed.turns, changed.replies, changed.prices, changed.following),
        (2, 2, 2, 0),
        "{report:#?}"
    );
    assert_eq!((changed.handoffs, changed.scores, changed.strategies), (0, 0, 0));
    let example = &report.by_rule[0].examples[0];
    assert!(example.text.contains("P001"), "{example:?}");
    assert_eq!(example.aspects, [Aspect::Reply, Aspect::Price]);
    assert!(example.before.reply.contains("50,000") && example.after.reply.contains("49,000"), "{example:?}");
    assert!(example.after.prices[0].contains("49000 CNY"), "{example:?}");
    test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_set_in_a_profile_stands_when_the_past_is_decided_anew() {
    let rule = "industries: [{id: textiles, name: {zh: 纺织, en: textiles}}]
rules: [{name: weavers_by_people, when: 'profile.industry == \"textiles\"', then: {strategy: human_handoff, reason: risk}, priority: 5000}]";
    let shop = format!("{SHOP}{rule}\n");
    let test = talked(&shop, &[&["P001多少钱"]]).await;
    let contacts = test.desk.store().contacts(None, Page::first(1)).await.expect("reads");
    let agent = AgentId::from_ulid(id::compose(Timestamp::from_millis(1), 1));
    let facts = [("industry".to_owned(), "textiles".into())].into();
    test.desk.edit_profile(contacts.items[0].id, agent, facts).await.expect("it is edited");
    test.clock.advance_millis(60_000);
    let received = Received {
        inbox: "chat".into(),
        contact_external_id: "buyer-0".into(),
        trusted: true,
        text: "P002多少钱".to_owned(),
        ..Received::default()
    };
    let receipt = test.desk.receive(received, Some(Duration::from_secs(30))).await.expect("it is taken");
    assert_eq!(receipt.turn.expect("a turn").strategy.rule, "weavers_by_people");
    let report = replayed(&test, &shop, options()).await;
    assert_eq!((report.reproduced.exactly, report.reproduced.of), (2, 2), "{report:#?}");
    // Before the edit nothing is known of it.
    let report = replayed(&test, &shop.replace("reason: risk", "reason: complaint"), options()).await;
    assert_eq!((report.turns, report.changed.turns, report.changed.handoffs), (2, 1, 1), "{report:#?}");
    test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_rule_is_found_with_what_follows_from_it() {
    let test = talked(SHOP, TALKS).await;
    let rule = "rules: [{name: all_prices_by_people, when: 'intent == \"price_inquiry\"', then: {strategy: human_handoff, reason: risk}, priority: 5000}]";
    let report = replayed(&test, &format!("{SHOP}{rule}\n"), options()).await;
    assert_eq!(report.changed_conversations, 2);
    let fired = report.by_rule.iter().filter(|pair| pair.rule_after == "all_prices_by_people");
    let examples: Vec<_> = fired.flat_map(|pair| &pair.examples).collect();
    assert!(!examples.is_empty());
    for example in examples {
        assert_eq!(example.before.handoff, None);
        assert_eq!(example.after.handoff, Some(HandoffReason::Risk));
        assert!(example.aspects.contains(&Aspect::Handoff) && !example.following);
    }
    // Who waits for a person because of the rule is answered otherwise from then on.
    assert!(report.changed.following > 0, "{:?}", report.changed);
    assert!(report.changed.following < report.changed.turns);
    test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_and_recommendations_are_compared() {
    let test = talked(SHOP, TALKS).await;
    let report =
        replayed(&test, &format!("{SHOP}leads: {{points: {{asked_price: 0.5}}}}\n"), options()).await;
    assert!(report.changed.scores > 0, "{:?}", report.changed);
    assert_eq!((report.changed.replies, report.changed.prices), (0, 0), "{:?}", report.changed);

    let asked: &[&[&str]] = &[&["推荐几款产品"]];
    let test_of_asking = talked(SHOP, asked).await;
    let without = SHOP.replace("unit: 只}", "unit: 只, discontinued: true}");
    let report = replayed(&test_of_asking, &without, options()).await;
    assert_eq!(report.changed.recommendations, 1, "{report:#?}");
    test.desk.stop().await;
    test_of_asking.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_read_anew_where_the_words_differ() {
    let test = talked(SHOP, &[&["小白多少钱"]]).await;
    let named = SHOP.replace("unit: 只}", "unit: 只, aliases: [小白]}");
    let report = replayed(&test, &named, options()).await;
    assert_eq!((report.changed.turns, report.changed.prices), (1, 1), "{report:#?}");
    test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_gives_the_same_hash_and_something_else_another() {
    let test = talked(SHOP, TALKS).await;
    let other = SHOP.replace("price: 50000", "price: 49000");
    let mut hashes = Vec::new();
    for (threads, shop) in [(1, other.as_str()), (8, &other), (2, SHOP)] {
        let options = ReplayOptions { threads: NonZero::new(threads), ..options() };
        hashes.push(replayed(&test, shop, options).await.hash);
    }
    assert_eq!(hashes[0], hashes[1]);
    assert_ne!(hashes[1], hashes[2]);
    test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_turns_are_folded_and_not_reported() {
    let test = talked(SHOP, TALKS).await;
    let start = Timestamp::parse(testkit::MORNING).expect("a time");
    let check = async |options: ReplayOptions, expected: (u64, u64)| {
        let report = replayed(&test, SHOP, options).await;
        assert_eq!((report.conversations, report.turns), expected);
        assert_eq!(report.reproduced.exactly, report.turns);
    };
    // The first buyer wrote in minutes 1 to 3, the second in 4 and 5, the third in 6 and 7.
    let since =
        |minutes: i64| ReplayOptions { since: Some(start.plus_millis(minutes * 60_000)), ..options() };
    check(since(0), (3, 7)).await;
    check(since(2), (3, 6)).await;
    check(since(5), (2, 3)).await;
    check(since(8), (0, 0)).await;
    check(ReplayOptions { conversations: 1, ..options() }, (1, 2)).await;
    check(ReplayOptions { conversations: 0, ..options() }, (0, 0)).await;
    test.desk.stop().await;
}
