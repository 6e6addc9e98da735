use domain::{
    Timestamp,
    colleague::Colleague,
    contact::CompanyLink,
    handoff::{Handoff, HandoffReason},
    language::{Language, ReplyLanguage},
};

use super::{Wanted, ask_next, shop_time};
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
    let zh = Wanted { language: ReplyLanguage::Zh, goods: &[] };
    let second = ask_next(&knowledge, &first, &zh, &[], at("2026-11-23T17:20:00+08:00"));
    assert_eq!(second.handoff.assigned_to.as_deref(), Some("林佳怡"));
    // Ten minutes of Monday and five of Tuesday.
    assert_eq!(second.handoff.due_at, Some(at("2026-11-24T08:35:00+08:00")));
    assert_eq!(second.told.as_deref(), Some("陈晓暂时没接上，已改请林佳怡，10分钟内回复您。"));
    let third = ask_next(&knowledge, &second.handoff, &zh, &[], at("2026-11-24T08:35:00+08:00"));
    assert_eq!(third.handoff.asked, ["陈晓", "林佳怡"]);
    assert_eq!(
        (third.handoff.assigned_to.as_deref(), third.handoff.due_at, third.told),
        (Some("销售部"), None, None)
    );
    let en = Wanted { language: ReplyLanguage::En, goods: &[] };
    let english = ask_next(&knowledge, &first, &en, &[], at("2026-11-21T10:00:00+08:00"));
    let told = english.told.expect("words");
    assert!(told.contains("林佳怡") && told.contains("Monday"), "{told}");
}

const PEOPLE: &str = r"
products:
- {id: P001, name: 机器人, category: industrial_robot, price: 50000}
- {id: P002, name: 夹爪, category: gripper, price: 100}
routing:
  owners: {宁波某某汽配: 赵总, 苏州某某电子: 林佳怡}
  teams:
  - {id: sales, name: 销售部, members: [陈晓, 林佳怡, 沈工, Kevin], intents: [price_inquiry]}
  - {id: abroad, name: 外贸部, members: [Anna], intents: [price_inquiry], regions: [Germany]}
  - {id: service, name: 售后部, members: [胡建明], intents: [complaint]}
  handoff: {complaint: service, default: sales}
  skills:
    陈晓: {languages: [zh]}
    沈工: {languages: [zh], goods: [industrial_robot]}
    林佳怡: {languages: [zh], goods: [gripper]}
";

fn colleague(name: &str, online: bool, conversations: u32) -> Colleague {
    Colleague { name: name.into(), online, conversations }
}

/// Who is asked when the buyer wants a person after he said `said`.
fn asked_for(scene: &mut Scene, said: &str) -> Handoff {
    scene.say("price_inquiry", said);
    let taken = scene.say("human_request", "转人工");
    assert_eq!(taken.turn.colleagues, scene.colleagues, "recorded for replay");
    taken.turn.handoff.expect("a person is asked for")
}

#[test]
fn who_speaks_the_language_is_there_knows_the_goods_and_has_least_to_do_is_asked() {
    let check = |language: Language, said: &str, colleagues: &[Colleague], expected: &str| {
        let mut scene = Scene::of_shop(PEOPLE);
        scene.language = language;
        scene.colleagues = colleagues.to_vec();
        let handoff = asked_for(&mut scene, said);
        assert_eq!(handoff.assigned_to.as_deref(), Some(expected), "{language:?} {said} {colleagues:?}");
        assert_eq!(handoff.team.as_deref(), Some("sales"));
    };
    let robot = "[P001](product:P001)多少钱";
    let gripper = "[P002](product:P002)多少钱";
    // Skill: who knows the goods, before who says nothing of them, before who knows others.
    check(Language::Zh, robot, &[], "沈工");
    check(Language::Zh, gripper, &[], "林佳怡");
    check(Language::Zh, "你们的东西多少钱", &[], "陈晓");
    // On-line comes before the goods.
    check(Language::Zh, robot, &[colleague("陈晓", true, 9)], "陈晓");
    check(Language::Zh, robot, &[colleague("陈晓", true, 0), colleague("沈工", true, 9)], "沈工");
    // Load: of those who fit alike.
    check(Language::Zh, "你们的东西多少钱", &[colleague("陈晓", false, 2)], "林佳怡");
    let busy = [colleague("陈晓", true, 3), colleague("林佳怡", true, 3), colleague("Kevin", true, 1)];
    check(Language::Zh, "你们的东西多少钱", &busy, "Kevin");
    // A language comes before all else: nobody but Kevin reads English.
    check(Language::En, robot, &[colleague("陈晓", true, 0), colleague("Kevin", false, 9)], "Kevin");
}

#[test]
fn a_hand_over_goes_to_the_owner_of_the_company_and_the_team_of_the_region() {
    let check = |company: Option<(&str, CompanyLink)>, region: &str, intent: &str, expected: (&str, &str)| {
        let mut scene = Scene::of_shop(PEOPLE);
        if let Some((name, link)) = company {
            scene = scene.of_company(name, link);
        }
        if !region.is_empty() {
            scene.contact.attributes.insert("region".into(), region.into());
        }
        let text = if intent == "complaint" { "质量太差了" } else { "[P001](product:P001)多少钱" };
        let taken = scene.say(&format!("{intent} human_request"), text);
        let handoff = taken.turn.handoff.expect("a person is asked for");
        let asked = (handoff.assigned_to.as_deref().unwrap_or(""), handoff.team.as_deref().unwrap_or(""));
        assert_eq!(asked, expected, "{company:?} {region} {intent}");
    };
    let zhao = Some(("宁波某某汽配", CompanyLink::Verified));
    let lin = Some(("苏州某某电子", CompanyLink::Verified));
    check(None, "", "price_inquiry", ("沈工", "sales"));
    check(None, "Hamburg", "price_inquiry", ("Anna", "abroad"));
    check(zhao, "Hamburg", "price_inquiry", ("赵总", "abroad"));
    check(lin, "Hamburg", "price_inquiry", ("林佳怡", "sales"));
    check(Some(("宁波某某汽配", CompanyLink::Claimed)), "", "price_inquiry", ("沈工", "sales"));
    // The matter has a team of its own, to which the owner does not belong.
    check(zhao, "", "complaint", ("胡建明", "service"));
}

#[test]
fn the_next_one_is_asked_in_the_same_order_by_who_is_there_then() {
    let scene = Scene::of_shop(PEOPLE);
    let at = Timestamp::parse("2026-11-23T10:00:00+08:00").expect("a time");
    let first = Handoff {
        assigned_to: Some("陈晓".into()),
        team: Some("sales".into()),
        ..Handoff::new(HandoffReason::AskedForHuman, String::new(), at)
    };
    let goods = ["gripper".to_owned()];
    let check = |language, colleagues: &[Colleague], expected: &str| {
        let wanted = Wanted { language, goods: &goods };
        let next = ask_next(&scene.knowledge, &first, &wanted, colleagues, at).handoff;
        assert_eq!(next.assigned_to.as_deref(), Some(expected));
    };
    check(ReplyLanguage::Zh, &[], "林佳怡");
    check(ReplyLanguage::Zh, &[colleague("沈工", true, 4)], "沈工");
    check(ReplyLanguage::En, &[colleague("沈工", true, 4)], "Kevin");
}
