use std::sync::Arc;

use domain::recommendation::{Recommendation, RecommendationKind};

use super::*;
use crate::{
    learning::random::Random,
    models::Models,
    recommendation::learned::{EaseSettings, PlacedLine},
    turn::scene::Scene,
};

/// Half a year of weekly orders up to the scene's day by forty buyers of two industries. All order P005 each second week; who orders P001
/// takes P008 along; one lone buyer orders P007 with P005 every week.
fn orders() -> OrderBookBuilder {
    let mut builder = OrderBookBuilder::default();
    let mut random = Random::new(9);
    let today = day(Date::constant(2026, 11, 22));
    for week in 1..=26 {
        for number in 0..40 {
            let buyer = format!("cmp_{number}");
            let group = Some(["automotive_parts", "food"][number % 2]);
            let day = today - 7 * week + (number % 5) as Day;
            let mut push = |product: &str| {
                builder.push(&PlacedLine { buyer: &buyer, group, product, day, quantity: 1.0 });
            };
            if (week as usize + number).is_multiple_of(2) {
                push("P005");
            }
            if random.share() < 0.15 {
                push("P001");
                push("P008");
            }
            if number % 2 == 1 && random.share() < 0.3 {
                push("P002");
            }
            if number == 0 {
                push("P007");
                push("P005");
            }
        }
    }
    builder
}

fn scene() -> Scene {
    let mut scene = Scene::new();
    let settings = Settings {
        weeks: 8,
        ease: EaseSettings { ridge: 5.0, ..EaseSettings::default() },
        ..Settings::default()
    };
    let ranking = Ranking::learn_with(orders(), Date::constant(2026, 11, 22), &scene.knowledge, &settings);
    scene.models = Some(Arc::new(Models { ranking: Some(ranking.expect("enough")), ..Models::default() }));
    scene
}

fn asked(scene: &mut Scene, text: &str) -> Recommendation {
    scene.say("recommendation_request", text).turn.recommendation.expect("something")
}

fn check(found: &Recommendation, expected: &[(&str, RecommendationKind, &str)]) {
    let found: Vec<(&str, RecommendationKind, &str)> =
        found.items.iter().map(|item| (item.product.as_str(), item.kind, item.reason.as_str())).collect();
    assert_eq!(found.get(..expected.len()), Some(expected), "{found:?}");
}

const ROBOT: &str = "[P001](product:P001)呢";

#[test]
fn what_shares_baskets_with_the_product_under_discussion_comes_first() {
    // The owner names P002 beside P001; buyers take P008 along.
    let found = asked(&mut scene(), ROBOT);
    let ids: Vec<&str> = found.items.iter().map(|item| item.product.as_str()).collect();
    assert!(ids[..2].contains(&"P008") && ids[..2].contains(&"P002"), "{found:?}");
    let item = found.items.iter().find(|item| item.product.as_str() == "P008").expect("it is there");
    assert_eq!(item.reason, "订工业机器人的客户常一起带上");
    assert!(item.evidence.iter().any(|figure| figure.starts_with("shares baskets with P001")), "{item:?}");
}

#[test]
fn what_is_due_is_said_with_its_date_and_what_is_new_stands_beside_it() {
    let orders = [("P005", "2026-09-28"), ("P005", "2026-10-26"), ("P001", "2026-09-28")];
    let found = asked(&mut scene().bought(&orders), "推荐几款");
    check(&found, &[("P005", RecommendationKind::Reorder, "您上次订的伺服电机快一个月了，要不要备一批")]);
    assert!(found.items.iter().any(|item| item.kind == RecommendationKind::Discover), "{found:?}");
    let due = &found.items[0];
    assert_eq!(due.since.as_deref(), Some("一个月"));
    assert!(due.evidence.iter().any(|figure| figure.contains("usually every 28 days")), "{due:?}");
}

#[test]
fn what_one_buyer_alone_orders_is_nobody_elses_to_hear_of() {
    for orders in [&[][..], &[("P005", "2026-11-01")], &[("P005", "2026-10-01"), ("P001", "2026-11-01")]] {
        for text in ["推荐几款", "[P005](product:P005)配什么"] {
            let mut scene = scene().bought(orders);
            let found = scene.say("recommendation_request", text).turn.recommendation;
            let said = |id: &str| {
                found.iter().flat_map(|found| &found.items).find(|item| item.product.as_str() == id)
            };
            // It may stand there as any product of the range, but never for what that buyer did.
            assert!(said("P007").is_none_or(|item| !item.reason.contains("一起")), "{found:?}");
        }
    }
    let learnt = scene().models.expect("set");
    let ranking = learnt.ranking.as_ref().expect("set");
    assert!(ranking.nearness(&"P005".into(), &"P007".into()).abs() < 1e-9);
    assert_eq!(ranking.buyers_lately(&"P007".into()), None);
    assert_eq!(ranking.buyers_of_industry("automotive_parts", &"P007".into()), None);
    assert!(ranking.nearness(&"P001".into(), &"P008".into()) > 0.0);
}

#[test]
fn who_has_no_orders_sees_what_his_industry_orders() {
    let found = asked(&mut scene(), "我们是做[食品](industry:food)的，推荐几款");
    let reason = |id: &str| {
        found.items.iter().find(|item| item.product.as_str() == id).map(|item| item.reason.as_str())
    };
    assert_eq!(reason("P002"), Some("食品行业的客户近期常订"), "{found:?}");
}

#[test]
fn what_many_had_once_and_few_lately_is_not_said_to_be_in_demand() {
    let mut builder = orders();
    let today = day(Date::constant(2026, 11, 22));
    let mut push = |number: usize, product: &str, day: Day| {
        let buyer = format!("cmp_{number}");
        let group = Some(["automotive_parts", "food"][number % 2]);
        builder.push(&PlacedLine { buyer: &buyer, group, product, day, quantity: 1.0 });
    };
    for number in 0..20 {
        push(number, "P003", today - 60);
        push(number, "P004", today - 60);
    }
    // One buyer three times, and three of one industry.
    for ago in 1..=3 {
        push(0, "P003", today - ago);
    }
    for number in [0, 2, 4] {
        push(number, "P004", today - 1);
    }
    let knowledge = Scene::new().knowledge;
    let settings = Settings { weeks: 8, ..Settings::default() };
    let learnt = Ranking::learn_with(builder, Date::constant(2026, 11, 22), &knowledge, &settings);
    let ranking = learnt.expect("enough");
    let said = |id: &str| {
        let of = |industry| ranking.buyers_of_industry(industry, &id.into());
        (ranking.buyers_lately(&id.into()), of("automotive_parts"), of("food"))
    };
    assert_eq!(said("P003"), (None, None, None));
    assert_eq!(said("P004"), (Some(3), Some(3), None));
}

#[test]
fn few_orders_teach_nothing() {
    let knowledge = Scene::new().knowledge;
    let today = Date::constant(2026, 11, 22);
    assert!(Ranking::learn(OrderBookBuilder::default(), today, &knowledge).is_none());
    let mut few = OrderBookBuilder::default();
    for number in 0..30 {
        let buyer = format!("cmp_{number}");
        few.push(&PlacedLine {
            buyer: &buyer,
            group: None,
            product: "P001",
            day: day(today) - 3,
            quantity: 1.0,
        });
    }
    assert!(Ranking::learn(few, today, &knowledge).is_none());
    assert!(Ranking::learn(orders(), Date::constant(2028, 1, 1), &knowledge).is_none(), "long ago");
}

#[test]
fn hard_filters_stand_before_what_was_learned() {
    // P003 has no stock, P004 is discontinued; neither is offered, however it sells.
    let mut builder = orders();
    let today = Date::constant(2026, 11, 22);
    for number in 0..40 {
        let buyer = format!("cmp_{number}");
        for product in ["P003", "P004"] {
            let day = day(today) - 1 - number;
            builder.push(&PlacedLine { buyer: &buyer, group: None, product, day, quantity: 1.0 });
        }
    }
    let mut scene = Scene::new();
    let ranking = Ranking::learn(builder, today, &scene.knowledge);
    scene.models = Some(Arc::new(Models { ranking, ..Models::default() }));
    for _ in 0..3 {
        let turn = scene.say("recommendation_request", "还有什么推荐").turn;
        let items = turn.recommendation.map(|found| found.items).unwrap_or_default();
        assert!(items.len() <= 3);
        assert!(items.iter().all(|item| !["P003", "P004"].contains(&item.product.as_str())), "{items:?}");
    }
}
