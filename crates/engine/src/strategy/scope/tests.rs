use domain::{id, id::ContactId, turn::TestArm};

use super::place;
use crate::turn::scene::Scene;

/// A rule over all others; `fields` say when and for whom it is.
fn scene(fields: &str) -> Scene {
    Scene::with_shop(&format!(
        "rules:\n- {{name: greet_first, when: 'intent == \"greeting\"', then: closing, priority: 2000, {fields}}}\n"
    ))
}

/// Whether the rule fires at a greeting, and else why it did not.
fn check(fields: &str, expected: Result<(), &str>) {
    let turn = scene(fields).say("greeting", "你好").turn;
    let fired = turn.strategy.rule == "greet_first";
    let passed = turn.strategy.passed_over.iter().find(|passed| passed.rule == "greet_first");
    let outcome = if fired { Ok(()) } else { Err(passed.map_or("", |passed| passed.because.as_str())) };
    assert_eq!(outcome, expected, "{fields}");
}

#[test]
fn a_rule_is_in_force_from_its_first_to_its_last_day() {
    // The scene begins at 10 in the morning of 22 November where the shop is.
    check("from: 2026-11-22", Ok(()));
    check("from: 2026-11-23", Err("it begins on 2026-11-23"));
    check("until: 2026-11-22", Ok(()));
    check("until: 2026-11-21", Err("it ended on 2026-11-21"));
    check("from: 2026-11-01, until: 2026-11-30", Ok(()));
    check("enabled: false", Err(""));
}

#[test]
fn the_day_is_that_of_the_shop() {
    let mut scene = scene("from: 2026-11-24");
    // What is said a minute after 15:58 and 15:59 in UTC: before and at midnight in China.
    scene.now = domain::Timestamp::parse("2026-11-23T15:58:00Z").expect("a time");
    assert_ne!(scene.say("greeting", "你好").turn.strategy.rule, "greet_first");
    scene.now = domain::Timestamp::parse("2026-11-23T15:59:00Z").expect("a time");
    assert_eq!(scene.say("greeting", "你好").turn.strategy.rule, "greet_first");
}

/// What each of a thousand buyers gets of the tests, in the order of buyers.
fn arms(fields: &str) -> Vec<Vec<TestArm>> {
    let mut scene = Scene::with_shop(fields);
    (0..1_000)
        .map(|number| {
            scene.conversation.memory = domain::conversation::Memory::default();
            scene.contact.id = ContactId::from_ulid(id::compose(scene.now, number + 1_000));
            scene.say("greeting", "你好").turn.strategy.tests
        })
        .collect()
}

fn count(arms: &[Vec<TestArm>], rule: Option<&str>) -> usize {
    arms.iter().filter(|tests| tests.len() == 1 && tests[0].rule.as_deref() == rule).count()
}

const TWO: &str = "rules:
- {name: b, when: 'intent == \"greeting\"', then: small_talk, priority: 2000, share: {test: hello, percent: 30}}
- {name: a, when: 'intent == \"greeting\"', then: closing, priority: 2000, share: {test: hello, percent: 45.5, hold_out: 24.5}}
";

#[test]
fn buyers_fall_to_the_rules_of_a_test_by_their_shares() {
    let arms = arms(TWO);
    let counts = [Some("a"), Some("b"), None].map(|rule| count(&arms, rule));
    assert_eq!(counts.iter().sum::<usize>(), 1_000, "each buyer is in one arm");
    // Within three standard deviations of 455, 300 and 245.
    for (counted, expected) in counts.into_iter().zip([455_usize, 300, 245]) {
        assert!(counted.abs_diff(expected) <= 48, "{counts:?}");
    }
}

#[test]
fn a_buyer_stays_where_he_is_when_the_files_are_sorted_anew() {
    let lines: Vec<&str> = TWO.lines().collect();
    let turned = format!("{}\n{}\n{}\n", lines[0], lines[2], lines[1]);
    assert_eq!(arms(TWO), arms(&turned));
}

#[test]
fn a_test_of_another_name_divides_anew() {
    let other = TWO.replace("hello", "welcome");
    let moved = arms(TWO).iter().zip(arms(&other)).filter(|(one, two)| one[0].rule != two[0].rule).count();
    assert!(moved > 500, "only {moved} of 1000 buyers are elsewhere");
}

#[test]
fn the_trace_says_who_got_what_and_why() {
    let mut scene = Scene::with_shop(TWO);
    for number in 0..50 {
        scene.conversation.memory = domain::conversation::Memory::default();
        scene.contact.id = ContactId::from_ulid(id::compose(scene.now, number));
        let strategy = scene.say("greeting", "你好").turn.strategy;
        let arm = &strategy.tests[0];
        assert_eq!(arm.test, "hello");
        let because = |rule: &str| {
            strategy
                .passed_over
                .iter()
                .find(|passed| passed.rule == rule)
                .map(|passed| passed.because.as_str())
        };
        match arm.rule.as_deref() {
            Some("a") => {
                assert_eq!(strategy.rule, "a");
                assert!(strategy.why.iter().any(|why| why == "the buyer is in its 45.5 % of test `hello`"));
                assert_eq!(because("b"), Some("test `hello`: the buyer is in the share of a"));
            }
            Some("b") => assert_eq!(strategy.rule, "b"),
            _ => {
                assert!(!["a", "b"].contains(&strategy.rule.as_str()));
                assert_eq!(because("a"), Some("test `hello`: the buyer is held out"));
            }
        }
    }
}

#[test]
fn a_test_that_no_rule_came_to_is_not_noted() {
    let strategy = Scene::with_shop(TWO).say("farewell", "再见").turn.strategy;
    assert_eq!(strategy.tests, Vec::new());
}

#[test]
fn places_are_even_and_within_bounds() {
    let mut counts = [0_usize; 10];
    for number in 0..10_000 {
        let contact = ContactId::from_ulid(id::compose(domain::Timestamp::from_millis(1), number));
        counts[place("t", contact) as usize / 1_000] += 1;
    }
    assert!(counts.iter().all(|count| count.abs_diff(1_000) < 120), "{counts:?}");
}
