use super::*;
use crate::{
    learning::random::Random,
    recommendation::moment::tests::{features, offer},
};

/// Moments at half of which somebody wants to buy; offers were made by lot with a chance of 0.6. Who wants to buy accepts `keen`, others
/// `idle`.
fn log(count: u32, keen: f64, idle: f64) -> Vec<Offer> {
    let mut random = Random::new(3);
    (0..count)
        .map(|number| {
            let wants = random.share() < 0.5;
            let action = if random.share() < 0.6 { Action::Discover } else { Action::Wait };
            let accepted = random.share() < if wants { keen } else { idle };
            let outcome = if accepted { Outcome::Accept } else { Outcome::Ignore };
            let mut offer = offer(number, features(wants), action, outcome);
            offer.moment.propensities = [0.4, 0.0, 0.0, 0.6];
            offer.moment.by_rule = Action::Discover;
            offer
        })
        .collect()
}

#[test]
fn what_another_way_would_have_brought_is_told_from_what_was_seen() {
    let report = report(&log(4_000, 0.6, 0.02));
    // Offering always brings (0.6 - 0.4 * 0.2) and (0.02 - 0.98 * 0.2) in halves; offering to the keen only brings half of the former.
    let (always, keen_only) = ((0.52 - 0.176) / 2.0, 0.26);
    for (name, value, expected) in [("rules", report.rules, always), ("learned", report.learned, keen_only)] {
        assert!((value.snipw - expected).abs() < 0.04, "{name}: {value:?}, not {expected}");
        assert!((value.doubly_robust - expected).abs() < 0.04, "{name}: {value:?}, not {expected}");
        assert!(value.standard_error < 0.02 && value.effective > 1_000.0, "{name}: {value:?}");
    }
    assert!(report.logged < report.rules.snipw, "a part was held out");
    assert!((report.rules.offer_rate - 1.0).abs() < 1e-12);
    assert!((0.4..0.7).contains(&report.learned.offer_rate), "{:?}", report.learned);
}

#[test]
fn the_log_is_counted_by_action_and_outcome() {
    let mut offers = vec![
        offer(1, features(true), Action::Discover, Outcome::Accept),
        offer(2, features(true), Action::Reorder, Outcome::Order),
        offer(3, features(true), Action::Discover, Outcome::Accept),
        offer(4, features(true), Action::Wait, Outcome::Ignore),
    ];
    offers[3].outcome = None;
    let report = report(&offers);
    assert_eq!((report.moments, report.observed), (3, 3));
    let counts: Vec<_> = report.outcomes.into_iter().collect();
    let expected = [((Action::Reorder, Outcome::Order), 1), ((Action::Discover, Outcome::Accept), 2)];
    assert_eq!(counts, expected);
    assert!((report.logged - 1.0).abs() < 1e-12);
}

#[test]
fn an_empty_log_tells_nothing() {
    let report = report(&[]);
    assert_eq!(report.moments, 0);
    assert_eq!((report.learned.snipw, report.learned.doubly_robust), (0.0, 0.0));
}
