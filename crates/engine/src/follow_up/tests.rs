use domain::{
    Timestamp,
    contact::CompanyLink,
    follow_up::{Reason, SentFollowUp},
    id::{self, AgentId, ContactId, ConversationId, MessageId},
    language::Language,
    profile::{Evidence, ProfileFact},
};

use super::{FollowUp, Past, compose, next, wake_at};
use crate::{
    models::Learned,
    situation::Situation,
    turn::scene::{START, Scene},
};

mod laws;

impl Scene {
    /// What follows if nobody writes, seen at `at`.
    fn follow_up(&self, at: Timestamp, past: &Past<'_>) -> Option<FollowUp> {
        next(&self.situation_at(at), past)
    }

    fn situation_at(&self, now: Timestamp) -> Situation<'_> {
        Situation {
            now,
            seed: 0,
            knowledge: &self.knowledge,
            inbox: &self.inbox,
            conversation: &self.conversation,
            contact: &self.contact,
            company: self.company.as_ref(),
            company_facts: &self.company_facts,
            orders: &self.orders,
            promises: &self.promises,
            lead: self.lead.as_ref(),
            quote: self.quote.as_ref(),
            colleagues: &self.colleagues,
            learned: Learned::default(),
            messages: &[],
        }
    }

    fn sent(step: &str, reason: Reason, at: Timestamp) -> SentFollowUp {
        let raw = id::compose(at, 1);
        SentFollowUp {
            message: MessageId::from_ulid(raw),
            contact: ContactId::from_ulid(raw),
            conversation: ConversationId::from_ulid(raw),
            step: step.into(),
            reason,
            why: String::new(),
            products: Vec::new(),
            draft: false,
            revision: 1,
            at,
        }
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a time")
}

/// `step @ time in Shanghai`, or `none`.
fn shown(found: Option<&FollowUp>) -> String {
    found.map_or("none".into(), |found| {
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone");
        let local = found.due_at.to_jiff().to_zoned(zone);
        format!("{} @ {}", found.step, local.strftime("%m-%d %H:%M"))
    })
}

#[track_caller]
fn check(scene: &Scene, expected: &str) {
    assert_eq!(shown(scene.follow_up(scene.now, &Past::default()).as_ref()), expected);
}

/// The scene starts on a Sunday at ten in Shanghai. Nothing was asked back.
fn asked_price(shop: &str) -> Scene {
    asked_price_of(Scene::with_shop(shop))
}

fn asked_price_of(mut scene: Scene) -> Scene {
    scene.worded = true;
    scene.say("price_inquiry", "[P001](product:P001) [20台](quantity:20台)多少钱");
    scene.conversation.memory.question = None;
    scene
}

#[test]
fn the_default_steps_follow_what_was_spoken_of() {
    let check = |intents: &str, marked: &str, expected: &str| {
        let mut scene = Scene::new();
        scene.say(intents, marked);
        check(&scene, expected);
    };
    // The place of delivery is asked for.
    check("price_inquiry", "[P001](product:P001) [20台](quantity:20台)多少钱", "question_open @ 11-23 09:00");
    check("price_inquiry", "[P001](product:P001)多少钱", "question_open @ 11-23 09:00");
    check("sample_request", "想要[P001](product:P001)样品", "sample_promised @ 11-23 10:01");
    check("product_inquiry", "[P001](product:P001)是做什么的", "interest @ 11-25 10:01");
    check("greeting", "你好", "none");
    check("complaint", "[P001](product:P001)太差了", "none");
    check("unsubscribe", "[P001](product:P001)别再发了", "none");
    check("solicitation", "我们是做货代的", "none");
    check("human_request", "转人工", "none");
    check("deny", "不用了", "none");
}

#[test]
fn nobody_is_written_to_in_quiet_hours_on_weekends_or_closed_days() {
    check(&asked_price(""), "price_given @ 11-23 10:01");
    // Sunday's silence ends on a closed Monday.
    let closed = "calendar: {closed: [{from: 2026-11-23, to: 2026-11-24}]}";
    check(&asked_price(closed), "price_given @ 11-25 09:00");
    check(&asked_price("follow_ups: {quiet_hours: \"09:00-14:30\"}"), "price_given @ 11-23 14:30");
    check(&asked_price("follow_ups: {quiet_hours: none, weekends: true}"), "price_given @ 11-23 10:01");
    let soon = "follow_ups: {steps: [{id: price_given, reason: price_given, after_hours: 2}]}";
    check(&asked_price(soon), "price_given @ 11-23 09:00");
    let worked =
        "follow_ups: {weekends: true, steps: [{id: price_given, reason: price_given, after_hours: 2}]}";
    check(&asked_price(worked), "price_given @ 11-22 12:01");
}

#[test]
fn it_is_day_where_the_buyer_is() {
    let check = |attribute: (&str, &str), expected: &str| {
        let mut scene = Scene::new();
        scene.contact.attributes.insert(attribute.0.into(), attribute.1.into());
        check(&asked_price_of(scene), expected);
    };
    check(("timezone", "Europe/Berlin"), "price_given @ 11-23 16:00");
    check(("country", "Germany"), "price_given @ 11-23 16:00");
    check(("region", "浙江"), "price_given @ 11-23 10:01");
    // Nine in the morning in Los Angeles, noon in New York; Monday there as well.
    check(("country", "美国"), "price_given @ 11-24 01:00");
    check(("country", "Atlantis"), "price_given @ 11-23 10:01");
    check(("timezone", "Nowhere/Land"), "price_given @ 11-23 10:01");
}

#[test]
fn the_channels_window_is_kept() {
    let window = |hours: i64| {
        let shop = format!("follow_ups: {{windows: {{api: {hours}}}}}");
        let mut scene = asked_price(&shop);
        scene.inbox.name = "api".into();
        shown(scene.follow_up(scene.now, &Past::default()).as_ref())
    };
    assert_eq!(window(48), "price_given @ 11-23 10:01");
    assert_eq!(window(24), "none", "the window closes at the very minute");
    assert_eq!(window(2), "none");
}

#[test]
fn caps_count_what_was_sent() {
    let scene = asked_price("");
    let look = scene.now.plus_hours(24);
    let sent = |hours: i64, step: &str| Scene::sent(step, Reason::PriceGiven, scene.now.plus_hours(hours));
    let check = |sent: &[SentFollowUp], expected: &str| {
        let past = Past { sent, ..Past::default() };
        assert_eq!(shown(scene.follow_up(look, &past).as_ref()), expected);
    };
    check(&[], "price_given @ 11-23 10:01");
    check(&[sent(1, "price_given")], "none");
    // Twenty hours between two: not before six in the morning, which is quiet.
    check(&[sent(20, "other")], "price_given @ 11-24 09:00");
    // Two within the week before the buyer wrote; the first of them is a week old on Wednesday.
    check(&[sent(-30, "a"), sent(-90, "b")], "price_given @ 11-25 16:01");
    check(&[sent(1, "a"), sent(2, "b"), sent(3, "c")], "none");
}

#[test]
fn a_person_a_closed_lead_and_an_opt_out_stop_it() {
    let check = |change: &dyn Fn(&mut Scene), past: Past<'_>, expected: &str| {
        let mut scene = asked_price("");
        change(&mut scene);
        assert_eq!(shown(scene.follow_up(scene.now, &past).as_ref()), expected);
    };
    let nothing = Past::default();
    let agent = AgentId::from_ulid(id::compose(Timestamp::from_millis(START), 7));
    check(&|_| {}, nothing, "price_given @ 11-23 10:01");
    check(&|scene| scene.conversation.take_over(agent).expect("it is open"), nothing, "none");
    check(&|scene| scene.conversation.resolve(scene.now).expect("it is open"), nothing, "none");
    check(
        &|scene| scene.conversation.lapse(scene.now).expect("it is open"),
        nothing,
        "price_given @ 11-23 10:01",
    );
    check(&|scene| scene.inbox.autonomy = domain::inbox::Autonomy::Off, nothing, "none");
    let opt_out = |scene: &mut Scene| {
        let evidence = Evidence::Message(MessageId::from_ulid(id::compose(scene.now, 5)));
        let fact = ProfileFact {
            key: "opt_out".into(),
            value: true.into(),
            confidence: 0.9,
            evidence,
            at: scene.now,
        };
        scene.contact.profile.learn(fact);
    };
    check(&opt_out, nothing, "none");
    let closed = |minutes: i64| Past {
        closed_at: Some(Timestamp::from_millis(START).plus_millis(minutes * 60_000)),
        ..Past::default()
    };
    check(&|_| {}, closed(5), "none");
    // Closed before he wrote again.
    check(&|_| {}, closed(-5), "price_given @ 11-23 10:01");
    // He goes on in another conversation.
    let elsewhere = |scene: &mut Scene| scene.contact.profile.last_active = Some(scene.now.plus_hours(1));
    check(&elsewhere, nothing, "none");
    check(&|scene| scene.knowledge.follow_ups.enabled = false, nothing, "none");
}

#[test]
fn what_goes_beyond_the_inbox_waits_for_a_person() {
    use domain::inbox::Autonomy::{Answer, Draft, Quote, Sell};
    let check = |intents: &str, marked: &str, expected: [bool; 4]| {
        for (autonomy, expected) in [Draft, Answer, Quote, Sell].into_iter().zip(expected) {
            let mut scene = Scene::new();
            scene.inbox.autonomy = autonomy;
            scene.say(intents, marked);
            let found = scene.follow_up(scene.now, &Past::default()).expect("a step");
            assert_eq!(found.draft, expected, "{intents} {autonomy:?}");
        }
    };
    check("price_inquiry", "[P001](product:P001) [20台](quantity:20台)多少钱", [true, true, false, false]);
    check("product_inquiry", "[P001](product:P001)是做什么的", [true, true, true, false]);
}

#[test]
fn goods_are_brought_up_again_by_the_rhythm_of_orders() {
    // Every sixty days, the last time on 10 October: ninety percent have passed on 3 December.
    let orders = [("P002", "2026-06-12"), ("P002", "2026-08-11"), ("P002", "2026-10-10")];
    let bought = |orders: &[(&str, &str)]| {
        let mut scene = Scene::new().bought(orders);
        scene.say("greeting", "你好");
        scene
    };
    let scene = bought(&orders);
    check(&scene, "reorder_due @ 12-03 09:00");
    let mut told = Scene::sent("reorder_due", Reason::ReorderDue, at("2026-10-20T10:00:00+08:00"));
    told.products = vec!["P002".into()];
    let past = Past { sent: std::slice::from_ref(&told), ..Past::default() };
    assert_eq!(shown(scene.follow_up(scene.now, &past).as_ref()), "none", "once in a cycle");
    check(&bought(&orders[..1]), "none");
    check(&bought(&[("P003", "2026-08-11"), ("P003", "2026-10-10")]), "none");
    check(&bought(&[("P002", "2020-08-11"), ("P002", "2020-10-10")]), "none");
    // A person who had the conversation to its end does not keep the rhythm from being seen.
    let mut ended = bought(&orders);
    ended.conversation.resolve(ended.now).expect("it is open");
    check(&ended, "reorder_due @ 12-03 09:00");
    // What he refused is not brought up for ninety days.
    let mut refused = bought(&orders);
    let evidence = Evidence::Message(MessageId::from_ulid(id::compose(refused.now, 5)));
    refused.contact.profile.learn(ProfileFact {
        key: "objection:P002".into(),
        value: true.into(),
        confidence: 0.9,
        evidence,
        at: refused.now,
    });
    check(&refused, "none");
    let quiet = Scene::with_shop("recommendation: {proactive: false}").bought(&orders);
    check(&quiet, "none");
}

#[test]
fn a_refusal_is_kept_until_the_reminder_leaves() {
    // P002 is due on 3 December; P005 four days later, asked for in the same message.
    let orders =
        [("P002", "2026-08-11"), ("P002", "2026-10-10"), ("P005", "2026-08-15"), ("P005", "2026-10-14")];
    let refused = |at: Option<Timestamp>, since: Option<Timestamp>| {
        let mut scene = Scene::new().bought(&orders);
        scene.say("greeting", "你好");
        let refused = at.map(|at| (at, true)).into_iter().chain(since.map(|at| (at, false)));
        for (at, value) in refused {
            let evidence = Evidence::Message(MessageId::from_ulid(id::compose(at, 5)));
            let (key, value) = ("objection:P005".to_owned(), value.into());
            scene.contact.profile.learn(ProfileFact { key, value, confidence: 0.9, evidence, at });
        }
        let found = scene.follow_up(scene.now, &Past::default()).expect("a reminder");
        assert_eq!(shown(Some(&found)), "reorder_due @ 12-03 09:00");
        found.products().iter().map(|product| product.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(refused(None, None), ["P002", "P005"]);
    // Ninety days are over on 5 December: in time for its own day, not for that of the message.
    let at = at("2026-09-06T10:00:00+08:00");
    assert_eq!(refused(Some(at), None), ["P002"]);
    // He asked about it since.
    assert_eq!(refused(Some(at), Some(at.plus_hours(24))), ["P002"]);
    assert_eq!(refused(Some(at.plus_hours(-24 * 10)), None), ["P002", "P005"]);
}

#[test]
fn orders_of_a_claimed_company_are_not_his() {
    let mut scene = Scene::new().of_company("宁波某某汽配", CompanyLink::Claimed);
    scene.say("greeting", "你好");
    // The store gives orders of verified companies alone; what it does not give is not known here.
    check(&scene, "none");
}

#[test]
fn the_words_come_from_templates_and_pass_the_check() {
    let said = |intents: &str, marked: &str, language: Language, shop: &str| {
        let mut scene = Scene::with_shop(shop);
        scene.language = language;
        scene.worded = true;
        scene.say(intents, marked);
        if language == Language::Zh {
            scene.conversation.memory.question = None;
        }
        let found = scene.follow_up(scene.now, &Past::default()).expect("a step");
        (found.why.clone(), compose(&scene.situation_at(scene.now), &found).map(|said| said.text))
    };
    let price = "[P001](product:P001) [20台](quantity:20台)多少钱";
    let (why, text) = said("price_inquiry", price, Language::Zh, "");
    assert_eq!(why, "报了六轴工业机器人（P001）的价格，客户没有回复");
    let expected = "您好，之前给您报的六轴工业机器人（P001），您考虑得怎么样？需要的话我出一份正式报价单。";
    assert_eq!(text.as_deref(), Ok(expected));
    let (_, text) = said("price_inquiry", "[P001](product:P001)多少钱", Language::En, "");
    let text = text.expect("words");
    assert!(text.contains("six-axis robot") && text.contains("quantity"), "{text}");
    let own = "follow_ups: {steps: [{id: price_given, reason: price_given, after_hours: 24, text: \"{product}还考虑吗？\"}]}";
    assert!(said("price_inquiry", price, Language::Zh, own).1.is_ok());
    let wrong = "follow_ups: {steps: [{id: price_given, reason: price_given, after_hours: 24, text: \"{product}只要99元\"}]}";
    let (_, withheld) = said("price_inquiry", price, Language::Zh, wrong);
    assert_eq!(withheld, Err(super::CannotSay::Withheld("price_given".into(), "99元".into())));
}

#[test]
fn a_terminal_is_not_written_to_later() {
    let mut scene = asked_price("");
    let stage = super::stage_of(&scene.situation_at(scene.now));
    scene.inbox.kind = domain::inbox::InboxKind::Api;
    assert!(wake_at(&scene.situation_at(scene.now), stage).is_some());
    scene.inbox.kind = domain::inbox::InboxKind::Chat;
    assert_eq!(wake_at(&scene.situation_at(scene.now), stage), None);
}
