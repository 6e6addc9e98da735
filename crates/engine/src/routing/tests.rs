use domain::Timestamp;

use super::shop_time;
use crate::turn::scene::Scene;

#[test]
fn the_shop_is_open_in_its_hours_but_not_on_closed_days() {
    let scene = Scene::with_shop(
        r#"
business_hours: {days: {mon: ["08:30-12:00", "13:00-17:30"], tue: ["08:30-17:30"]}}
calendar: {closed: [{from: 2026-11-24, to: 2026-11-24}], extra_workdays: [2026-11-29]}
"#,
    );
    let check = |at: &str, expected: (i64, i64, bool)| {
        let time = shop_time(&scene.knowledge, Timestamp::parse(at).expect("a time"));
        assert_eq!((time.hour, time.weekday, time.open), expected, "{at}");
    };
    check("2026-11-23T08:29:59+08:00", (8, 1, false));
    check("2026-11-23T08:30:00+08:00", (8, 1, true));
    check("2026-11-23T12:00:00+08:00", (12, 1, false));
    check("2026-11-23T05:30:00Z", (13, 1, true));
    check("2026-11-24T10:00:00+08:00", (10, 2, false));
    check("2026-11-29T10:00:00+08:00", (10, 7, true));
    check("2026-11-22T10:00:00+08:00", (10, 7, false));
    assert!(shop_time(&Scene::new().knowledge, Timestamp::from_millis(i64::MAX)).open, "no hours named");
}
