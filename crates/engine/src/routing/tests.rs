use domain::{
    Timestamp,
    handoff::{Handoff, HandoffReason},
    language::ReplyLanguage,
};

use super::{ask_next, shop_time};
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

#[test]
fn the_next_one_is_asked_and_the_buyer_told_once() {
    let scene = Scene::with_shop(
        r#"
business_hours: {days: {mon: ["08:30-12:00", "13:00-17:30"], tue: ["08:30-17:30"]}}
"#,
    );
    let mut knowledge = scene.knowledge.clone();
    knowledge.routing.accept_within_minutes = Some(15);
    knowledge.routing.answer_within_minutes = Some(10);
    let at = |text: &str| Timestamp::parse(text).expect("a time");
    let first = Handoff {
        assigned_to: Some("陈晓".into()),
        team: Some("sales".into()),
        ..Handoff::new(HandoffReason::Vip, String::new(), at("2026-11-23T17:20:00+08:00"))
    };
    let second = ask_next(&knowledge, &first, ReplyLanguage::Zh, at("2026-11-23T17:20:00+08:00"));
    assert_eq!(second.handoff.assigned_to.as_deref(), Some("林佳怡"));
    // Ten minutes of Monday and five of Tuesday.
    assert_eq!(second.handoff.due_at, Some(at("2026-11-24T08:35:00+08:00")));
    assert_eq!(second.told.as_deref(), Some("陈晓暂时没接上，已改请林佳怡，10分钟内回复您。"));
    let third = ask_next(&knowledge, &second.handoff, ReplyLanguage::Zh, at("2026-11-24T08:35:00+08:00"));
    assert_eq!(third.handoff.asked, ["陈晓", "林佳怡"]);
    assert_eq!(
        (third.handoff.assigned_to.as_deref(), third.handoff.due_at, third.told),
        (Some("销售部"), None, None)
    );
    let english = ask_next(&knowledge, &first, ReplyLanguage::En, at("2026-11-21T10:00:00+08:00"));
    let told = english.told.expect("words");
    assert!(told.contains("林佳怡") && told.contains("Monday"), "{told}");
}
