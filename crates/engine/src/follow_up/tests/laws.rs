//! Ninety days of many buyers with schedules of their own: what must hold of every follow-up and every offer.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::LazyLock,
};

use domain::{
    Timestamp,
    conversation::{Owner, Status},
    follow_up::{Reason, SentFollowUp},
    id::{self, AgentId, ConversationId, ProductId},
    inbox::Autonomy,
    recommendation::{MAX_ITEMS, RecommendationKind, Trigger},
};
use jiff::tz::TimeZone;

use super::super::{FollowUp, Past, compose, stage_of, wake_at};
use crate::{
    knowledge::Knowledge,
    learning::random::Random,
    turn::scene::{START, Scene},
};

const DAY: i64 = 86_400_000;
const DAYS: i64 = 90;
/// Of each of the four parts, which run at once.
const BUYERS: u64 = 250;

const SHOP: &str = r"
calendar: {closed: [{from: 2026-12-24, to: 2027-01-03}], extra_workdays: [2026-12-19]}
follow_ups: {windows: {narrow: 30, wide: 100}}
";

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Scene::with_shop(SHOP).knowledge);

/// What buyers say, with its intents.
const SAID: &[(&str, &str)] = &[
    ("price_inquiry", "[P001](product:P001) [20台](quantity:20台)多少钱"),
    ("price_inquiry", "[P002](product:P002)多少钱"),
    ("product_inquiry", "[P005](product:P005)是做什么的"),
    ("spec_inquiry", "[P001](product:P001)负载多少"),
    ("sample_request", "想要[P001](product:P001)样品"),
    ("recommendation_request", "帮我推荐几款"),
    ("quote_request", "出个[P006](product:P006)的报价单"),
    ("greeting", "在吗"),
    ("affirm", "好的"),
    ("deny", "不要[P002](product:!P002)"),
    ("product_inquiry", "不要[P005](product:!P005)，有别的吗"),
    ("complaint", "你们太慢了"),
    ("unsubscribe", "别再发消息了"),
    ("human_request", "转人工"),
    ("order_status", "我的货到哪了"),
    ("lead_time_inquiry", "[P001](product:P001)交期多久"),
    ("product_comparison", "[P005](product:P005)和[P006](product:P006)差在哪"),
    ("price_inquiry", "[P006](product:P006) [50台](quantity:50台)多少钱"),
    ("stock_inquiry", "[P002](product:P002)有现货吗"),
    ("spec_inquiry", "[P008](product:P008)臂展多少"),
    ("moq_inquiry", "[P005](product:P005)起订量多少"),
    ("payment_terms", "付款方式有哪些"),
    ("new_products", "最近有什么新品"),
    ("purchase", "[P002](product:P002)来[5只](quantity:5只)"),
    ("farewell", "好的谢谢"),
];

const ZONES: &[(&str, &[&str])] = &[
    ("浙江", &["Asia/Shanghai"]),
    ("Germany", &["Europe/Berlin"]),
    ("USA", &["America/New_York", "America/Los_Angeles"]),
    ("India", &["Asia/Kolkata"]),
    ("", &["Asia/Shanghai"]),
];

/// What happened to one buyer, for the oracle.
#[derive(Default)]
struct Diary {
    sent: Vec<SentFollowUp>,
    /// When the buyer wrote.
    heard: Vec<Timestamp>,
    opted_out: Option<Timestamp>,
    /// Spans in which the assistant did not have the conversation.
    away: Vec<(Timestamp, Option<Timestamp>)>,
    refused: BTreeMap<ProductId, Timestamp>,
    /// When he last ordered a product, and the days between his orders of it.
    rhythm: BTreeMap<ProductId, (Timestamp, i64)>,
    stopped: usize,
    offers: usize,
}

struct Buyer<'d> {
    scene: Scene,
    random: Random,
    zones: &'static [&'static str],
    diary: &'d mut Diary,
    /// As the store keeps it: one at most, cleared by the buyer's message.
    wake: Option<Timestamp>,
    number: u64,
}

impl Buyer<'_> {
    fn below(&mut self, bound: u64) -> u64 {
        (self.random.share() * bound as f64) as u64
    }

    fn opens_again(&mut self) {
        if self.scene.conversation.status != Status::Open {
            let raw = id::compose(
                self.scene.now,
                u128::from(self.number) << 20 | self.scene.now.millis() as u128 & 0xfffff,
            );
            self.scene.conversation.id = ConversationId::from_ulid(raw);
            self.scene.conversation.status = Status::Open;
            self.scene.conversation.owner = Owner::Assistant;
            self.scene.conversation.memory = domain::conversation::Memory::default();
            self.scene.conversation.opened_at = self.scene.now;
        }
    }

    fn writes(&mut self, now: Timestamp) {
        self.scene.now = now;
        self.opens_again();
        // People give back what they have done.
        if self.below(2) == 0 {
            self.is_given_back(now);
        }
        let (intents, marked) = SAID[self.below(SAID.len() as u64) as usize];
        // The message itself clears what was planned, before any turn.
        if self.wake.take().is_some() {
            self.diary.stopped += 1;
        }
        let owner = self.scene.conversation.owner;
        let taken = self.scene.say(intents, marked);
        let now = self.scene.now;
        self.diary.heard.push(now);
        if intents == "unsubscribe" {
            self.diary.opted_out.get_or_insert(now);
        }
        if let Some(offered) = &taken.turn.recommendation {
            self.diary.offers += 1;
            assert!(offered.items.len() <= MAX_ITEMS, "{offered:?}");
            // Whoever asks for something, or for what is new, gets an answer.
            let unasked = !matches!(offered.trigger, Trigger::Asked | Trigger::NewProducts);
            assert!(!unasked || self.diary.opted_out.is_none(), "offered after an opt-out");
            for item in &offered.items {
                let fresh = self.diary.refused.get(&item.product);
                let fresh = fresh.is_some_and(|at| now.since(*at) < 90 * DAY);
                // Within a talk a refusal stands back where he is due to order the product again (docs/selling.md).
                let is_due = item.kind == RecommendationKind::Reorder
                    && self
                        .diary
                        .rhythm
                        .get(&item.product)
                        .is_some_and(|(last, gap)| now.since(*last) >= gap * DAY * 8 / 10);
                assert!(!fresh || !unasked || is_due, "{} was refused: {offered:?}", item.product);
            }
        }
        for part in marked.split("](product:!").skip(1) {
            let id: String = part.chars().take_while(|letter| *letter != ')').collect();
            self.diary.refused.insert(ProductId(id), now);
        }
        if owner == Owner::Assistant && self.scene.conversation.owner != Owner::Assistant {
            self.diary.away.push((now, None));
        }
        self.wake = taken.wake_at;
        if self.scene.conversation.owner != Owner::Assistant {
            self.wake = None;
        }
    }

    fn is_taken_over(&mut self, now: Timestamp) {
        self.scene.now = now;
        let agent = AgentId::from_ulid(id::compose(now, 3));
        if self.scene.conversation.take_over(agent).is_ok() {
            self.wake = None;
            self.diary.away.push((now, None));
        }
    }

    fn is_given_back(&mut self, now: Timestamp) {
        self.scene.now = now;
        if self.scene.conversation.return_to_assistant().is_ok() {
            for span in &mut self.diary.away {
                span.1.get_or_insert(now);
            }
        }
    }

    /// The sweep looks, the buyer may answer in the very moment between the decision and the commit.
    fn looks(&mut self, now: Timestamp) {
        if self.wake.is_none_or(|wake| wake > now) {
            return;
        }
        self.scene.now = now;
        let past = Past { sent: &self.diary.sent, ..Past::default() };
        let decided = self.scene.follow_up(now, &past);
        let seen = self.wake;
        if self.below(20) == 0 {
            self.writes(now);
        }
        if self.wake != seen {
            // The commit finds another time to look at and writes nothing.
            return;
        }
        let Some(step) = decided else {
            self.wake = None;
            return;
        };
        if step.due_at > now {
            self.wake = Some(step.due_at);
            return;
        }
        let said = compose(&self.scene.situation_at(now), &step);
        assert!(said.is_ok(), "{said:?}");
        self.sends(&step, now);
    }

    fn sends(&mut self, step: &FollowUp, now: Timestamp) {
        self.keeps_the_laws(step, now);
        let mut entry = Scene::sent(&step.step, step.reason, now);
        entry.draft = step.draft;
        entry.products = step.products().to_vec();
        self.diary.sent.push(entry);
        self.opens_again_for_the_message();
        self.scene.conversation.last_message_at = self.scene.conversation.last_message_at.max(now);
        let past = Past { sent: &self.diary.sent, ..Past::default() };
        self.wake = self.scene.follow_up(now, &past).map(|next| next.due_at);
    }

    fn opens_again_for_the_message(&mut self) {
        if self.scene.conversation.status != Status::Open {
            let recent = std::mem::take(&mut self.scene.conversation.memory.recent);
            self.opens_again();
            self.scene.conversation.memory.recent = recent;
        }
    }

    /// Told from the outside: by the calendar of the test, not by the code that is tested.
    fn keeps_the_laws(&self, step: &FollowUp, now: Timestamp) {
        let diary = &*self.diary;
        let what = format!("buyer {} at {now}: {}", self.number, step.step);
        for name in self.zones {
            let local = now.to_jiff().to_zoned(TimeZone::get(name).expect("a zone"));
            assert!((9..20).contains(&local.hour()), "quiet hours: {what}, {local}");
            let worked = local.date().to_string() == "2026-12-19";
            let weekend = local.weekday().to_monday_zero_offset() > 4;
            assert!(!weekend || worked, "weekend: {what}, {local}");
        }
        let day = now.to_jiff().to_zoned(TimeZone::get("Asia/Shanghai").expect("a zone")).date().to_string();
        assert!(!("2026-12-24".."2027-01-04").contains(&day.as_str()), "closed: {what}");
        let week = diary.sent.iter().filter(|sent| now.since(sent.at) < 7 * DAY).count();
        assert!(week < 2, "cap of a week: {what}");
        let heard = *diary.heard.last().expect("he wrote once");
        let in_a_row = diary.sent.iter().filter(|sent| sent.at > heard).count();
        assert!(in_a_row < 3, "in a row: {what}");
        let again = diary.sent.iter().any(|sent| sent.at > heard && sent.step == step.step);
        assert!(!again, "twice in one silence: {what}");
        assert!(diary.sent.last().is_none_or(|sent| now.since(sent.at) >= 20 * 3_600_000), "rest: {what}");
        assert!(diary.opted_out.is_none(), "opted out: {what}");
        let hours = match self.scene.inbox.name.as_str() {
            "narrow" => Some(30),
            "wide" => Some(100),
            _ => None,
        };
        assert!(hours.is_none_or(|hours| now.since(heard) < hours * 3_600_000), "window: {what}");
        let open = self.scene.conversation.status == Status::Open;
        let away = diary.away.iter().any(|(from, to)| *from <= now && to.is_none_or(|to| now < to));
        assert!(!(open && away), "a person has it: {what}");
        if !matches!(step.reason, Reason::ReorderDue | Reason::Interest) {
            return;
        }
        let products = step.products();
        assert!((1..=MAX_ITEMS).contains(&products.len()), "{what}: {products:?}");
        for product in products {
            let fresh = diary.refused.get(product).is_some_and(|at| now.since(*at) < 90 * DAY);
            assert!(!fresh, "{product} was refused: {what}");
            if step.reason == Reason::Interest {
                continue;
            }
            let last = diary
                .sent
                .iter()
                .filter(|sent| sent.reason == Reason::ReorderDue && sent.products.contains(product));
            assert!(last.count() == 0, "{product} twice in one cycle: {what}");
        }
    }
}

fn live(number: u64) -> Diary {
    let mut random = Random::new(number.wrapping_mul(0x9E37_79B9).wrapping_add(17));
    let mut pick = |bound: u64| (random.share() * bound as f64) as u64;
    let (place, zones) = ZONES[pick(ZONES.len() as u64) as usize];
    let mut scene = Scene::with_knowledge(KNOWLEDGE.clone());
    if !place.is_empty() {
        scene.contact.attributes.insert("region".into(), place.into());
    }
    scene.inbox.kind = domain::inbox::InboxKind::Api;
    scene.inbox.name = ["narrow", "wide", "api"][pick(3) as usize].into();
    scene.inbox.autonomy =
        [Autonomy::Draft, Autonomy::Answer, Autonomy::Quote, Autonomy::Sell][pick(4) as usize];
    let mut rhythm = BTreeMap::new();
    if pick(3) == 0 {
        let products = ["P001", "P002", "P005", "P006", "P008"];
        let mut orders = Vec::new();
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        for (index, product) in products.into_iter().enumerate() {
            let gap = 20 + i64::try_from(pick(60)).unwrap_or(0);
            let start = jiff::civil::date(2026, 11, 20);
            for nth in 0..3_i64 {
                use jiff::ToSpan as _;
                let date = start.checked_sub((gap * nth + index as i64).days()).expect("a date");
                orders.push((product, date.to_string()));
                if nth == 0 {
                    let begins = date.to_zoned(zone.clone()).expect("a day").timestamp();
                    let last = Timestamp::from_millis(begins.as_millisecond());
                    rhythm.insert(ProductId::from(product), (last, gap));
                }
            }
        }
        let orders: Vec<(&str, &str)> =
            orders.iter().map(|(product, date)| (*product, date.as_str())).collect();
        scene = scene.bought(&orders);
    }
    let mut moments: Vec<(i64, u8)> = Vec::new();
    for _ in 0..=pick(12) {
        let at = pick((DAYS * DAY) as u64) as i64;
        let burst = pick(4);
        moments.extend((0..=burst).map(|nth| (at + nth as i64 * 120_000, 0)));
    }
    for _ in 0..pick(3) {
        let at = pick((DAYS * DAY) as u64) as i64;
        moments.push((at, 1));
        moments.push((at + pick(5 * DAY as u64) as i64, 2));
    }
    for _ in 0..pick(3) {
        moments.push((pick((DAYS * DAY) as u64) as i64, 3));
    }
    moments.push((60_000, 0));
    // Random looks, and the one that is planned.
    moments.sort_unstable();
    let mut moments = VecDeque::from(moments);
    let mut diary = Diary { rhythm, ..Diary::default() };
    let mut buyer = Buyer { scene, random, zones, diary: &mut diary, wake: None, number };
    let start = Timestamp::from_millis(START);
    while let Some(&(offset, what)) = moments.front() {
        let at = start.plus_millis(offset);
        if let Some(wake) = buyer.wake.filter(|wake| *wake < at) {
            // The sweep comes by every ten seconds.
            let late = buyer.below(10_000) as i64;
            buyer.looks(wake.max(buyer.scene.now).plus_millis(late).min(at.max(buyer.scene.now)));
            continue_if_stuck(&mut buyer, wake);
            continue;
        }
        moments.pop_front();
        let at = at.max(buyer.scene.now);
        match what {
            0 => buyer.writes(at),
            1 => buyer.is_taken_over(at),
            2 => buyer.is_given_back(at),
            _ => {
                buyer.scene.now = at;
                let ends = buyer.scene.conversation.owner == Owner::Assistant;
                if ends && buyer.scene.conversation.status == Status::Open {
                    buyer.scene.conversation.lapse(at).expect("it is open");
                }
            }
        }
    }
    diary
}

/// A look that changed nothing would come again for ever.
fn continue_if_stuck(buyer: &mut Buyer<'_>, before: Timestamp) {
    if buyer.wake == Some(before) && buyer.scene.now < before {
        buyer.wake = None;
    }
}

/// Each diary asserts the laws as it goes.
fn ninety_days_of_part(part: u64) {
    let (mut sent, mut stopped, mut offers, mut reorders) = (0, 0, 0, 0);
    for number in part * BUYERS..(part + 1) * BUYERS {
        let diary = live(number);
        sent += diary.sent.len();
        reorders += diary.sent.iter().filter(|sent| sent.reason == Reason::ReorderDue).count();
        stopped += diary.stopped;
        offers += diary.offers;
    }
    // A law that nothing falls under says nothing.
    let least = BUYERS as usize;
    assert!(
        sent > least / 2 && stopped > least && reorders > least / 50 && offers > least / 5,
        "{sent} {stopped} {reorders} {offers}"
    );
}

#[test]
fn in_ninety_days_no_buyer_of_the_first_part_is_written_to_against_the_rules() {
    ninety_days_of_part(0);
}

#[test]
fn in_ninety_days_no_buyer_of_the_second_part_is_written_to_against_the_rules() {
    ninety_days_of_part(1);
}

#[test]
fn in_ninety_days_no_buyer_of_the_third_part_is_written_to_against_the_rules() {
    ninety_days_of_part(2);
}

#[test]
fn in_ninety_days_no_buyer_of_the_fourth_part_is_written_to_against_the_rules() {
    ninety_days_of_part(3);
}

#[test]
fn a_turn_and_a_look_plan_the_same() {
    let mut scene = Scene::with_knowledge(KNOWLEDGE.clone());
    scene.inbox.kind = domain::inbox::InboxKind::Api;
    let taken = scene.say("price_inquiry", "[P001](product:P001) [20台](quantity:20台)多少钱");
    let found = scene.follow_up(scene.now, &Past::default()).expect("a step");
    assert_eq!(taken.wake_at, Some(found.due_at));
    let stage = stage_of(&scene.situation_at(scene.now));
    assert_eq!((stage, wake_at(&scene.situation_at(scene.now), stage)), (taken.turn.stage, taken.wake_at));
}
