//! What a month of figures costs: events of so many turns are written to a database, then the figures are asked for twice (the first
//! time all runs of events are sealed), while a writer commits.
//!
//! `cargo run --release -p testkit --example insights_month -- 100000 month.db`

#![expect(clippy::print_stdout, reason = "figures for whoever runs it")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use desk::insights::{Bucket, InsightsQuery};
use domain::{
    Timestamp,
    event::{EventKind, NewEvent},
    id::{self, ContactId, ConversationId, EventId, InboxId, TurnId},
};
use engine::knowledge::SourceFile;
use serde_json::json;

const TURNS_PER_CONVERSATION: u64 = 5;
const SHOP: &str = "shop: {name: 店}\nproducts: [{id: P001, name: 泵, price: 10}]\n";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let turns: u64 = arguments.next().as_deref().unwrap_or("100000").parse()?;
    let path = arguments.next().unwrap_or_else(|| "month.db".to_owned());
    let mut options =
        testkit::options(vec![SourceFile { path: "shop.yaml".into(), text: SHOP.as_bytes().to_vec() }]);
    options.store.url = format!("sqlite://{path}");
    let test = testkit::open_with(options).await?;
    let store = test.desk.store();
    let inbox = test.desk.inbox("api").ok_or("there is an inbox")?.id;

    let end = test.desk.now();
    let begun = Instant::now();
    let conversations = turns.div_ceil(TURNS_PER_CONVERSATION);
    let step = 30 * 86_400_000 / conversations.max(1) as i64;
    let mut batch = Vec::new();
    for number in 0..conversations {
        let start = end.plus_millis(-step * (conversations - number) as i64);
        batch.extend(conversation(number, start, inbox));
        if batch.len() >= 4_000 {
            store.append_events(std::mem::take(&mut batch)).await?;
        }
    }
    store.append_events(batch).await?;
    let (_, events) = store.event_bounds().await?;
    println!("{turns} turns, {events} events written in {:?}", begun.elapsed());

    let stop = Arc::new(AtomicBool::new(false));
    let longest = Arc::new(AtomicU64::new(0));
    let writer = tokio::spawn({
        let (store, stop, longest) = (store.clone(), stop.clone(), longest.clone());
        async move {
            while !stop.load(Ordering::SeqCst) {
                let begun = Instant::now();
                if store.ready().await.is_err() {
                    return;
                }
                longest.fetch_max(begun.elapsed().as_micros() as u64, Ordering::SeqCst);
            }
        }
    });
    for round in ["first (seals)", "second", "third"] {
        longest.store(0, Ordering::SeqCst);
        let begun = Instant::now();
        let insights = test.desk.insights(&InsightsQuery::default(), Bucket::Day).await?;
        let took = begun.elapsed();
        let cases: u64 = insights.report.metrics.iter().map(|metric| metric.whole.count).sum();
        let held = longest.load(Ordering::SeqCst);
        println!("{round}: {took:?}, {cases} cases; a write beside it took {held} us at most");
    }
    stop.store(true, Ordering::SeqCst);
    writer.await?;
    test.desk.stop().await;
    Ok(())
}

fn conversation(number: u64, start: Timestamp, inbox: InboxId) -> Vec<NewEvent> {
    let raw = |kind: u64, at: Timestamp| id::compose(at, u128::from(number * 64 + kind) + 1);
    let conversation = Some(ConversationId::from_ulid(raw(0, start)));
    let contact =
        Some(ContactId::from_ulid(id::compose(Timestamp::from_millis(1), u128::from(number / 2) + 1)));
    let mut kinds = 0;
    let mut event = |kind, data, at| {
        kinds += 1;
        NewEvent { id: EventId::from_ulid(raw(kinds, at)), kind, conversation, contact, data, at }
    };
    let mut events = vec![event(EventKind::ConversationOpened, json!({ "inbox": inbox }), start)];
    for turn in 0..TURNS_PER_CONVERSATION {
        let at = start.plus_millis(turn as i64 * 60_000 + 40);
        events.push(event(
            EventKind::MessageReceived,
            json!({"message_id": "msg_01JD0000000000000000000000", "seq": turn}),
            at,
        ));
        let data = json!({
            "turn_id": TurnId::from_ulid(raw(32 + turn, at)),
            "intents": [{"name": "price_inquiry", "confidence": 0.94}, {"name": "lead_time_inquiry", "confidence": 0.81}],
            "strategy": "price_answer", "stage": "decision", "lead_score": 0.35, "reply_kind": "answer", "draft": false,
            "counts": {"waited_ms": 40, "substantive": true, "products": ["P001"]},
        });
        events.push(event(EventKind::TurnCompleted, data, at));
        let text = "P001 六轴工业机器人 20台，每台48000元，共960000元，含13%增值税。交期：下单后15天。";
        let sent =
            json!({"message_id": "msg_01JD0000000000000000000000", "author": "assistant", "text": text});
        events.push(event(EventKind::MessageSent, sent, at));
    }
    if number.is_multiple_of(10) {
        let at = start.plus_millis(600_000);
        events.push(event(EventKind::HandoffRequested, json!({"handoff": {"reason": "vip"}}), at));
        events.push(event(
            EventKind::MessageSent,
            json!({"author": "agent", "seq": 9}),
            at.plus_millis(90_000),
        ));
    }
    events
}
