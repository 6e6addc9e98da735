use domain::{
    Timestamp,
    id::{self, ContactId, ConversationId, EventId, InboxId, LeadId, QuoteId, TurnId},
    insight::{Observation, OrderOfContact},
};

use super::*;
use crate::knowledge;

mod history;
mod oracle;

const MINUTE: i64 = 60_000;
/// A Monday, eight in the morning in China.
const START: Timestamp = Timestamp::from_millis(1_795_392_000_000);

fn shop(text: &str) -> Knowledge {
    let file = knowledge::SourceFile { path: "shop.yaml".into(), text: text.as_bytes().to_vec() };
    let loaded = knowledge::load_on(&[file], None);
    loaded.knowledge.unwrap_or_else(|| panic!("{:?}", loaded.problems))
}

fn plain_shop() -> Knowledge {
    shop("shop: {name: 店, timezone: Asia/Shanghai}\nproducts: [{id: P001, name: 泵, price: 10}]\n")
}

fn office() -> Knowledge {
    let hours = "{mon: [\"08:30-12:00\", \"13:00-17:30\"], tue: [\"08:30-17:30\"], fri: [\"22:00-24:00\"]}";
    shop(&format!(
        "shop: {{name: 店, timezone: Asia/Shanghai}}\nbusiness_hours: {{days: {hours}}}\nproducts: [{{id: P001, name: 泵}}]\n"
    ))
}

fn at(minutes: i64) -> Timestamp {
    START.plus_millis(minutes * MINUTE)
}

#[test]
fn working_time_is_the_time_when_the_shop_is_open() {
    let (office, open_always) = (office(), plain_shop());
    let week = |knowledge| WorkingTime::new(knowledge, at(0), at(7 * 1_440));
    let check = |from: i64, to: i64, expected: i64| {
        assert_eq!(week(&office).between(at(from), at(to)), expected * MINUTE, "{from} to {to}");
    };
    check(0, 30, 0);
    check(0, 40, 10);
    check(60, 61, 1);
    check(30, 300, 210);
    check(210, 330, 60);
    check(0, 1_440, 480);
    // Over the night to Tuesday: fifteen minutes before the end, ten after the start.
    check(555, 1_480, 25);
    // The hours before midnight on Friday.
    check(4 * 1_440, 7 * 1_440, 120);
    check(40, 0, 0);
    assert_eq!(week(&open_always).between(at(0), at(90)), 90 * MINUTE);
}

#[test]
fn figures_are_exact_ranks_and_rounded_means() {
    let knowledge = plain_shop();
    let range = Range { from: at(0), to: at(1_440) };
    let check = |values: &[i64], expected: (Option<i64>, Option<i64>, Option<i64>)| {
        let sample = |&value: &i64| Sample {
            metric: Metric::PersonMessages,
            at: at(1),
            conversation: None,
            contact: None,
            value,
            hit: value > 2,
            label: "".into(),
        };
        let samples: Vec<Sample> = values.iter().map(sample).collect();
        let report = report(&knowledge, &samples, range, Bucket::Day);
        let of = |metric| report.metrics.iter().find(|one| one.metric == metric).expect("is there");
        let figures = &of(Metric::PersonMessages).whole;
        assert_eq!((figures.median, figures.ninetieth, figures.mean()), expected, "{values:?}");
    };
    check(&[], (None, None, None));
    check(&[7], (Some(7), Some(7), Some(7)));
    check(&[1, 2], (Some(1), Some(2), Some(2)));
    check(&[3, 1, 2], (Some(2), Some(3), Some(2)));
    check(&[1, 1, 2], (Some(1), Some(2), Some(1)));
    check(&[10, 1, 9, 2, 8, 3, 7, 4, 6, 5], (Some(5), Some(9), Some(6)));
}

#[test]
fn a_range_is_cut_where_the_shops_days_and_weeks_begin() {
    let knowledge = plain_shop();
    let check = |first: &str, last: &str, bucket, expected: &[&str]| {
        let range = days(&knowledge, first, last).expect("a range");
        assert_eq!(report(&knowledge, &[], range, bucket).starts, expected);
    };
    check("2026-11-23", "2026-11-25", Bucket::Day, &["2026-11-23", "2026-11-24", "2026-11-25"]);
    check("2026-11-22", "2026-12-01", Bucket::Week, &["2026-11-16", "2026-11-23", "2026-11-30"]);
    assert_eq!(days(&knowledge, "2026-11-23", "2026-11-22"), None);
    assert_eq!(days(&knowledge, "2026-13-01", "2026-11-22"), None);
    let one = days(&knowledge, "2026-11-23", "2026-11-23").expect("a day");
    assert_eq!((one.from, one.to), (at(-480), at(960)), "midnight in China");
}

#[test]
fn every_figure_is_what_the_raw_events_say_counted_another_way() {
    for (seed, knowledge) in (1..=40).zip([plain_shop(), office()].into_iter().cycle()) {
        let history = history::History::new(seed);
        let inquiry = |inbox| Inquiry {
            range: Range { from: at(2 * 1_440), to: at(16 * 1_440) },
            inbox,
            now: at(20 * 1_440),
            prices: Some(ModelPrices { prompt: 15_000_000, answer: 60_000_001 }),
        };
        let observations: Vec<Observation> = history.events.iter().filter_map(Observation::of).collect();
        let material =
            Material { observations: &observations, orders: &history.orders, knowledge: &knowledge };
        for inbox in [None, Some(history.inboxes[0])] {
            let inquiry = inquiry(inbox);
            let counted = samples(&material, &inquiry);
            for &metric in Metric::ALL {
                let mut seen: Vec<oracle::Case> = counted
                    .iter()
                    .filter(|sample| sample.metric == metric)
                    .map(|sample| {
                        let conversation = sample.conversation.expect("every case has one").to_string();
                        (sample.at.millis(), conversation, sample.value, sample.hit, sample.label.to_string())
                    })
                    .collect();
                let mut expected = oracle::cases(metric, &history, &knowledge, &inquiry);
                seen.sort();
                expected.sort();
                assert_eq!(seen, expected, "{} with seed {seed}", metric.name());
            }
        }
    }
}

#[test]
fn the_histories_hold_cases_of_every_figure_and_every_label() {
    let knowledge = office();
    let mut labels = std::collections::BTreeSet::new();
    for seed in 1..=40 {
        let history = history::History::new(seed);
        let observations: Vec<Observation> = history.events.iter().filter_map(Observation::of).collect();
        let material =
            Material { observations: &observations, orders: &history.orders, knowledge: &knowledge };
        let inquiry = Inquiry {
            range: Range { from: at(0), to: at(20 * 1_440) },
            inbox: None,
            now: at(20 * 1_440),
            prices: Some(ModelPrices { prompt: 1, answer: 1 }),
        };
        labels.extend(
            samples(&material, &inquiry).into_iter().map(|sample| (sample.metric, sample.label.into_owned())),
        );
    }
    let of = |metric| -> Vec<&str> {
        labels.iter().filter(|(one, _)| *one == metric).map(|(_, label)| label.as_str()).collect()
    };
    for &metric in Metric::ALL {
        assert!(!of(metric).is_empty(), "{}", metric.name());
    }
    assert_eq!(of(Metric::Resolution), ["pending", "person", "returned", "unanswered", "verified"]);
    assert_eq!(of(Metric::Funnel), ["inquiry", "lead", "order", "quote"]);
    assert_eq!(
        of(Metric::Recommendations),
        ["accepted", "declined", "ignored", "ordered", "pending", "silent"]
    );
    assert_eq!(of(Metric::Quotes), ["accepted", "expired", "open", "rejected", "superseded"]);
    assert_eq!(of(Metric::Drafts), ["edited", "rejected", "superseded", "unchanged", "unused"]);
    assert_eq!(of(Metric::FirstAnswerTime), ["assistant", "person"]);
}

/// The minutes of each case of a figure, for a conversation told by its events.
fn check_minutes(events: &[(i64, &str)], metric: Metric, expected: &[i64]) {
    let history = history::told(events);
    let observations: Vec<Observation> = history.iter().filter_map(Observation::of).collect();
    let knowledge = plain_shop();
    let material = Material { observations: &observations, orders: &[], knowledge: &knowledge };
    let range = Range { from: at(0), to: at(30 * 1_440) };
    let inquiry = Inquiry { range, inbox: None, now: at(30 * 1_440), prices: None };
    let seen: Vec<i64> = samples(&material, &inquiry)
        .into_iter()
        .filter(|sample| sample.metric == metric)
        .map(|sample| sample.value / MINUTE)
        .collect();
    assert_eq!(seen, expected, "{events:?}");
}

#[test]
fn what_the_assistant_says_is_no_answer_of_a_person() {
    let check = |events: &[(i64, &str)], expected: &[i64]| {
        check_minutes(events, Metric::PersonResponseTime, expected);
    };
    // Asked for at 1, the assistant goes on telling who will answer, the person writes at 11.
    check(&[(0, "open"), (1, "turn"), (1, "handoff"), (5, "turn"), (11, "person"), (11, "write")], &[10]);
    // The second message in a row answers nothing.
    check(&[(0, "open"), (1, "handoff"), (3, "write"), (50, "write")], &[2]);
    // Days later in the same conversation: only the last wait counts.
    check(
        &[(0, "open"), (1, "handoff"), (2, "person"), (2, "write"), (7_201, "silent"), (7_211, "write")],
        &[1, 10],
    );
    // A draft that the assistant overtook itself does not wait for a person any more.
    check(&[(0, "open"), (1, "draft"), (2, "turn"), (7_000, "person"), (7_000, "write")], &[]);
    check(&[(0, "open"), (1, "draft"), (9, "write")], &[8]);
    // Given back to the assistant, nobody waits for a person.
    check(&[(0, "open"), (1, "handoff"), (2, "assistant"), (500, "write")], &[]);
}

#[test]
fn hearing_who_will_answer_is_an_answer_but_not_a_substantive_one() {
    let told = [(0, "open"), (1, "handing over"), (30, "write")];
    check_minutes(&told, Metric::FirstAnswerTime, &[1]);
    check_minutes(&told, Metric::FirstSubstantiveAnswerTime, &[30]);
    check_minutes(&[(0, "open"), (2, "turn")], Metric::FirstSubstantiveAnswerTime, &[2]);
    check_minutes(&[(0, "open"), (2, "draft")], Metric::FirstAnswerTime, &[]);
}
