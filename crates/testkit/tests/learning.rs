//! From imported orders and logged offers to models that serve turns.

use std::collections::BTreeMap;

use desk::{
    insights::{Arm, Bucket, InsightsQuery},
    orders::Row,
    receive::Received,
};
use domain::{
    Timestamp,
    recommendation::{Action, Decider, Outcome},
    turn::Turn,
};
use engine::knowledge::SourceFile;
use testkit::TestDesk;

const SHOP: &str = r"
shop: {name: 甬启自动化, payment: 预付三成，发货前付清余款}
categories:
- {id: robot, name: {zh: 工业机器人, en: industrial robots}}
- {id: gripper, name: {zh: 夹爪, en: grippers}}
products:
- {id: P001, name: {zh: 六轴工业机器人, en: six-axis robot}, category: robot, price: 50000, unit: 台,
   lead_time_days: 15, warranty_months: 24, specs: {payload: 20 kg}}
- {id: P002, name: {zh: 电动夹爪, en: electric gripper}, category: gripper, price: 6800, unit: 只}
- {id: P003, name: {zh: 润滑脂, en: grease}, price: 80, unit: 桶}
- {id: P004, name: {zh: 线缆包, en: cable kit}, price: 900, unit: 套}
- {id: P005, name: {zh: 五轴机器人, en: five-axis robot}, category: robot, price: 30000, unit: 台}
";

async fn shop() -> TestDesk {
    let file = SourceFile { path: "shop.yaml".into(), text: SHOP.into() };
    testkit::open(vec![file]).await.expect("the shop opens")
}

fn row(cells: &[(&str, &str)]) -> Row {
    cells.iter().map(|&(name, cell)| (name.to_owned(), cell.to_owned())).collect::<BTreeMap<_, _>>()
}

/// Forty companies order grease every two weeks, up to the Monday of the tests; each second one takes robot and cable kit together.
async fn import(desk: &TestDesk) {
    let first = Timestamp::parse("2026-08-03T00:00:00Z").expect("a time");
    let mut rows = Vec::new();
    for week in 0..16 {
        for number in 0..40 {
            let date = first.plus_hours(24 * (7 * week + number % 5)).to_string()[..10].to_owned();
            let company = format!("第{number}工厂");
            let invoice = format!("SO-{week}-{number}");
            let mut push = |product: &str| {
                let cells = [
                    ("company", company.as_str()),
                    ("invoice", &invoice),
                    ("date", &date),
                    ("sku", product),
                    ("qty", "2"),
                ];
                rows.push((rows.len() as u64 + 2, row(&cells)));
            };
            if (week + number) % 2 == 0 {
                push("P003");
            }
            if number % 2 == 1 && (week + number) % 5 == 0 {
                push("P001");
                push("P004");
            }
        }
    }
    let report = desk.desk.import_orders(rows).await.expect("the orders are taken");
    assert!(report.refused.is_empty() && report.orders > 300, "{report:?}");
}

async fn say(desk: &TestDesk, who: &str, company: Option<&str>, text: &str) -> Turn {
    let received = Received {
        inbox: "api".into(),
        contact_external_id: who.into(),
        company: company.map(str::to_owned),
        company_verified: company.is_some(),
        trusted: true,
        text: text.into(),
        ..Received::default()
    };
    let patience = std::time::Duration::from_secs(30);
    desk.desk.receive(received, Some(patience)).await.expect("it is taken").turn.expect("it is answered")
}

#[tokio::test(flavor = "multi_thread")]
async fn imported_orders_teach_what_is_recommended() {
    let desk = shop().await;
    import(&desk).await;
    let learnt = desk.desk.refit().await.expect("it learns");
    assert!(learnt.baskets.is_some_and(|baskets| baskets >= 200), "{learnt:?}");

    let turn = say(&desk, "stranger", None, "P001推荐配什么").await;
    let found = turn.recommendation.expect("something is recommended");
    let item =
        found.items.iter().find(|item| item.product.as_str() == "P004").expect("what others take along");
    assert_eq!(item.reason, "订工业机器人的客户常一起带上", "{found:?}");

    // A verified buyer's own orders count for him, and for nobody else.
    let turn = say(&desk, "buyer", Some("第0工厂"), "有什么推荐").await;
    let found = turn.recommendation.expect("something is recommended");
    let own = found.items.iter().find(|item| item.product.as_str() == "P003").expect("what he orders");
    assert!(own.reason.starts_with("您上次订的润滑脂") && own.reason.ends_with("要不要备一批"), "{own:?}");
    assert!(turn.reply.text.contains(&own.reason), "it passed the check: {}", turn.reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_is_logged_and_what_became_of_it_is_written_down() {
    let desk = shop().await;
    for text in ["P001多少钱", "P001交期多久", "P001参数", "P001质保多久"] {
        assert_eq!(say(&desk, "c", None, text).await.moment, None, "{text}");
    }
    let report = desk.desk.offer_report().await.expect("it is reported");
    assert_eq!(report.moments, 0);

    let desk = shop().await;
    for buyer in 0..6 {
        let who = format!("c-{buyer}");
        for text in ["P001多少钱", "P001交期多久", "P001参数", "P001质保多久"] {
            say(&desk, &who, None, text).await;
        }
        let turn = say(&desk, &who, None, "P001付款方式").await;
        let moment = turn.moment.expect("a moment");
        assert_eq!((moment.action, moment.decided_by), (Action::Discover, Decider::Rules));
        assert_eq!(turn.recommendation.map(|found| found.items[0].product.to_string()), Some("P005".into()));
        if buyer < 2 {
            say(&desk, &who, None, "P005多少钱").await;
        }
    }
    let outcomes = async || desk.desk.offer_report().await.expect("it is reported").outcomes;
    let accepted = ((Action::Discover, Outcome::Accept), 2);
    assert_eq!(outcomes().await.into_iter().collect::<Vec<_>>(), [accepted]);
    desk.clock.advance_millis(80 * 3_600_000);
    let ignored = ((Action::Discover, Outcome::Ignore), 4);
    assert_eq!(outcomes().await.into_iter().collect::<Vec<_>>(), [accepted, ignored]);
    let learnt = desk.desk.refit().await.expect("it learns");
    assert_eq!((learnt.offers, learnt.baskets, learnt.leads), (6, None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_recommendations_bring_is_told_by_what_was_held_back() {
    let file = SourceFile {
        path: "shop.yaml".into(),
        text: format!("{SHOP}recommendation: {{hold_out_percent: 50}}\n").into(),
    };
    // In memory every turn has the same seed; the lot needs many.
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = testkit::options(vec![file]);
    options.store.url = format!("sqlite://{}", folder.path().join("desk.db").display());
    let desk = testkit::open_with(options).await.expect("the shop opens");
    let (mut decided, mut held_out) = (Arm::default(), Arm::default());
    let mut rows = Vec::new();
    for buyer in 0..30 {
        let (who, company) = (format!("c-{buyer}"), format!("第{buyer}工厂"));
        for text in ["P001多少钱", "P001交期多久", "P001参数", "P001质保多久"] {
            say(&desk, &who, Some(&company), text).await;
        }
        let turn = say(&desk, &who, Some(&company), "P001付款方式").await;
        let moment = turn.moment.expect("a moment");
        let is_held = moment.decided_by == Decider::HoldOut;
        assert_eq!(turn.recommendation.is_none(), is_held);
        let orders = buyer % if is_held { 4 } else { 2 } == 0;
        let arm = if is_held { &mut held_out } else { &mut decided };
        (arm.moments, arm.ordered) = (arm.moments + 1, arm.ordered + u64::from(orders));
        if orders {
            let date = desk.desk.now().to_string()[..10].to_owned();
            let invoice = format!("SO-{buyer}");
            let cells = [
                ("company", company.as_str()),
                ("invoice", &invoice),
                ("date", &date),
                ("sku", moment.products[0].as_str()),
                ("qty", "2"),
            ];
            rows.push((rows.len() as u64 + 2, row(&cells)));
        }
    }
    assert!(decided.moments > 0 && held_out.moments > 0, "{decided:?} {held_out:?}");
    let told = async || {
        let insights = desk.desk.insights(&InsightsQuery::default(), Bucket::Day).await;
        insights.expect("it is counted").uplift
    };
    assert_eq!(told().await.difference(), Some(0.0), "nobody has ordered yet");
    let report = desk.desk.import_orders(rows).await.expect("the orders are taken");
    assert!(report.refused.is_empty(), "{report:?}");
    // What became of the moments is written down when the log is looked at, and each night.
    desk.desk.offer_report().await.expect("it is reported");
    let uplift = told().await;
    assert_eq!((uplift.decided, uplift.held_out), (decided, held_out));
    let share = |arm: Arm| arm.ordered as f64 / arm.moments as f64;
    assert_eq!(uplift.difference(), Some(share(decided) - share(held_out)));
}
