//! Redeliveries: the same message again, at once from several connections, later, and after the server was killed.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::task::JoinSet;

use super::{Report, Setup};
use crate::{
    audit, buyer,
    http::Client,
    ledger::Acknowledgement,
    random::Random,
    server::{Launch, Server},
};

/// One of how many deliveries, in percent, is of a message that was delivered before.
const DUPLICATES_PERCENT: u64 = 30;
/// How often a delivery is tried anew while the server is overloaded.
const TRIES: u32 = 200;

/// One delivery of the message with this number.
#[derive(Debug, Clone)]
struct Delivery {
    number: u64,
    wait: bool,
    /// A redelivery may even say something else: the ids decide.
    text: &'static str,
}

#[derive(Debug)]
struct Outcome {
    delivery: Delivery,
    /// None: no answer came.
    answer: Option<(u16, serde_json::Value)>,
}

/// Delivers `deliveries` messages; in the middle the server is killed. `setup.rounds` is not used.
pub async fn run(setup: &Setup, deliveries: usize) -> anyhow::Result<Report> {
    let mut random = Random::new(setup.seed);
    let folder = setup.folder.join("duplicates");
    std::fs::create_dir_all(&folder)?;
    let launch = Launch::sqlite(&setup.binary, &folder, &folder.join("zhanggui.db"));
    let plan = plan(deliveries, &mut random);
    let (first, second) = plan.split_at(plan.len() / 2);
    let server = launch.start().await?;
    let mut outcomes = deliver(setup, &server, first.to_vec()).await?;
    // The next few are under way when the server dies; whatever became of them, they are delivered again.
    let under_way = second.iter().take(64).cloned().collect();
    tokio::select! {
        answered = deliver(setup, &server, under_way) => outcomes.extend(answered?),
        () = tokio::time::sleep(Duration::from_millis(3)) => {}
    }
    server.kill().await?;
    let server = launch.start().await?;
    let mut report = Report { rounds: 1, recoveries: vec![server.ready_after], ..Report::default() };
    outcomes.extend(deliver(setup, &server, second.to_vec()).await?);
    let acknowledged = judge(&outcomes, setup.shape.buyers.max(1) as u64, &mut report);
    report.sent.acknowledged = acknowledged.len() as u64;
    let mut client = server.client();
    report.verdict = audit::audit(&mut client, &acknowledged).await?;
    report.wrong_answers +=
        audit::redeliver(&mut client, &acknowledged[..acknowledged.len().min(500)]).await?;
    server.stop().await?;
    Ok(report)
}

fn plan(deliveries: usize, random: &mut Random) -> Vec<Delivery> {
    let mut next = 0;
    let choose_text = |random: &mut Random| buyer::TEXTS[random.below(buyer::TEXTS.len() as u64) as usize];
    (0..deliveries)
        .map(|_| {
            let again = next > 0 && random.chance(DUPLICATES_PERCENT);
            let number = if !again {
                next += 1;
                next - 1
            } else if random.chance(50) {
                // At about the same time as the first.
                next - 1 - random.below(next.min(8))
            } else {
                random.below(next)
            };
            Delivery { number, wait: random.chance(50), text: choose_text(random) }
        })
        .collect()
}

async fn deliver(setup: &Setup, server: &Server, plan: Vec<Delivery>) -> anyhow::Result<Vec<Outcome>> {
    let plan = Arc::new(plan);
    let next = Arc::new(AtomicUsize::new(0));
    let buyers = setup.shape.buyers.max(1) as u64;
    let mut clients = JoinSet::new();
    for _ in 0..setup.shape.clients.max(1) {
        let (plan, next, mut client) = (plan.clone(), next.clone(), server.client());
        clients.spawn(async move {
            let mut outcomes = Vec::new();
            while let Some(delivery) = plan.get(next.fetch_add(1, Ordering::Relaxed)) {
                let answer = attempt(&mut client, delivery, buyers).await;
                outcomes.push(Outcome { delivery: delivery.clone(), answer });
            }
            outcomes
        });
    }
    let mut all = Vec::new();
    while let Some(outcomes) = clients.join_next().await {
        all.extend(outcomes?);
    }
    Ok(all)
}

async fn attempt(client: &mut Client, delivery: &Delivery, buyers: u64) -> Option<(u16, serde_json::Value)> {
    let (contact, external_id) = ids(delivery.number, buyers);
    let body = buyer::request(&contact, &external_id, delivery.text, delivery.wait);
    for _ in 0..TRIES {
        let answer = client.message(body.clone()).await.ok()?;
        if answer.status != 503 {
            return Some((answer.status, answer.json()));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    None
}

fn ids(number: u64, buyers: u64) -> (String, String) {
    (format!("d-b{}", number % buyers), format!("delivery-{number}"))
}

/// All answers to one message must agree, and one of them at most is not marked as a duplicate. Gives one acknowledgement a message.
fn judge(outcomes: &[Outcome], buyers: u64, report: &mut Report) -> Vec<Acknowledgement> {
    let mut by_message: BTreeMap<u64, (Option<Acknowledgement>, u32)> = BTreeMap::new();
    for outcome in outcomes {
        let Some((status, envelope)) = &outcome.answer else {
            report.sent.unanswered += 1;
            continue;
        };
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let (Some(conversation_id), Some(message_id), true) =
            (text(&envelope["conversation_id"]), text(&envelope["message_id"]), matches!(status, 200 | 202))
        else {
            report.sent.wrong += 1;
            continue;
        };
        let (kept, firsts) = by_message.entry(outcome.delivery.number).or_default();
        *firsts += u32::from(envelope["duplicate"] == false);
        let turn_id = text(&envelope["turn"]["id"]);
        let entry = kept.get_or_insert_with(|| {
            let (contact, external_id) = ids(outcome.delivery.number, buyers);
            Acknowledgement {
                contact,
                sequence: outcome.delivery.number,
                external_id,
                conversation_id: conversation_id.clone(),
                message_id: message_id.clone(),
                turn_id: turn_id.clone(),
            }
        });
        let turns_agree = entry.turn_id.is_none() || turn_id.is_none() || entry.turn_id == turn_id;
        if *firsts > 1
            || entry.message_id != message_id
            || entry.conversation_id != conversation_id
            || !turns_agree
        {
            report.wrong_answers += 1;
        }
        entry.turn_id = entry.turn_id.take().or(turn_id);
    }
    by_message.into_values().filter_map(|(entry, _)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(number: u64, message: &str, duplicate: bool, turn: Option<&str>) -> Outcome {
        let envelope = serde_json::json!({
            "conversation_id": "cnv", "message_id": message, "duplicate": duplicate, "turn": turn.map(|id| serde_json::json!({"id": id})),
        });
        Outcome { delivery: Delivery { number, wait: true, text: "" }, answer: Some((200, envelope)) }
    }

    #[track_caller]
    fn check(outcomes: &[Outcome], wrong: u64) {
        let mut report = Report::default();
        judge(outcomes, 50, &mut report);
        assert_eq!(report.wrong_answers, wrong, "{outcomes:?}");
    }

    #[test]
    fn answers_to_the_same_message_must_agree() {
        check(&[answer(0, "m", false, Some("t")), answer(0, "m", true, Some("t"))], 0);
        check(&[answer(0, "m", true, None), answer(0, "m", false, Some("t"))], 0);
        check(&[answer(0, "m", false, None), answer(0, "m", false, None)], 1);
        check(&[answer(0, "m", false, None), answer(0, "n", true, None)], 1);
        check(&[answer(0, "m", false, Some("t")), answer(0, "m", true, Some("u"))], 1);
    }

    #[test]
    fn about_a_third_of_the_deliveries_are_repeated() {
        let plan = plan(10_000, &mut Random::new(1));
        let messages = plan.iter().map(|delivery| delivery.number).max().unwrap() + 1;
        assert!((6_700..7_300).contains(&messages), "{messages}");
    }
}
