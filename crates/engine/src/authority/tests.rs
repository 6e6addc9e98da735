//! The table of authority: role, grade, parameter, and a wish under, at and over the limit.

use std::fmt::Write as _;

use domain::{
    approval::ApprovalStatus,
    contact::CompanyLink,
    decimal,
    handoff::HandoffReason,
    id::{self, AgentId, CompanyId, ContactId, PromiseId},
    inbox::Autonomy,
    message::Author,
    money::{Currency, UnitPrice},
    negotiation::{Parameter, Terms},
    promise::{Offer, Promise},
    quantity::Thousandths,
    turn::ReplyKind,
};

use super::{Role, Subject, allows};
use crate::turn::scene::Scene;

const SHOP: &str = r#"
shop: {name: 甬启自动化, payment: "预付50%，发货前付清余款"}
products:
- {id: P001, name: {zh: 六轴机器人, en: six-axis robot}, price: 50000, unit: 台, moq: 100, lead_time_days: 30, sample: {fee: 200},
   cost: 31415.9, floor_price: 41234.5, warranty_months: 24}
price_lists:
- {id: dealer, grade: dealer, items: [{product: P001, price: 47000}]}
routing:
  teams: [{id: sales, name: 销售部, members: [陈晓], intents: [price_negotiation]}]
authority:
  assistant: {max_discount_percent: 3, payment: {min_deposit_percent: 30, max_net_days: 7}, free_samples: 2,
              lead_time_days_earlier: 3, min_moq_percent: 80}
  rep: {max_discount_percent: 8, payment: {min_deposit_percent: 20, max_net_days: 30}, free_samples: 4,
        lead_time_days_earlier: 6, min_moq_percent: 60, price_lists: [dealer]}
  manager: {max_discount_percent: 15, payment: {min_deposit_percent: 10, max_net_days: 60}, free_samples: 9,
            lead_time_days_earlier: 12, min_moq_percent: 30, price_lists: [dealer]}
  grades:
    Gold:
      assistant: {max_discount_percent: 5, payment: {min_deposit_percent: 25, max_net_days: 15}, free_samples: 3,
                  lead_time_days_earlier: 5, min_moq_percent: 70, price_lists: [dealer]}
      rep: {max_discount_percent: 9}
"#;

/// The limits once more, as the table is read: discount, deposit, days of credit, samples, days earlier, share of the minimum, the list.
#[derive(Clone, Copy)]
struct Expected {
    discount: i64,
    deposit: i64,
    net_days: i64,
    samples: i64,
    earlier: i64,
    moq: i64,
    list: bool,
}

const ASSISTANT: Expected =
    Expected { discount: 3, deposit: 30, net_days: 7, samples: 2, earlier: 3, moq: 80, list: false };
const GOLD: Expected =
    Expected { discount: 5, deposit: 25, net_days: 15, samples: 3, earlier: 5, moq: 70, list: true };
const REP: Expected =
    Expected { discount: 8, deposit: 20, net_days: 30, samples: 4, earlier: 6, moq: 60, list: true };
const MANAGER: Expected =
    Expected { discount: 15, deposit: 10, net_days: 60, samples: 9, earlier: 12, moq: 30, list: true };

const TABLE: [(Role, &str, Option<Expected>); 12] = [
    (Role::Assistant, "new", Some(ASSISTANT)),
    (Role::Assistant, "silver", Some(ASSISTANT)),
    (Role::Assistant, "gold", Some(GOLD)),
    (Role::Rep, "new", Some(REP)),
    (Role::Rep, "silver", Some(REP)),
    (Role::Rep, "gold", Some(Expected { discount: 9, ..REP })),
    (Role::Manager, "new", Some(MANAGER)),
    (Role::Manager, "silver", Some(MANAGER)),
    (Role::Manager, "gold", Some(MANAGER)),
    (Role::Owner, "new", None),
    (Role::Owner, "silver", None),
    (Role::Owner, "gold", None),
];

/// A wish of one parameter: well within, exactly at, and just over the limit.
fn wishes(parameter: Parameter, limit: Expected) -> [(Terms, bool); 3] {
    let percent =
        |thousandths: i64| Terms::Discount { percent_off: Some(Thousandths(thousandths)), unit_price: None };
    let credit = |deposit: i64, days: i64| Terms::PaymentTerms {
        deposit_percent: Some(Thousandths(deposit * 1_000)),
        net_days: Some(days),
    };
    let moq = |pieces: i64| Terms::Moq { quantity: Thousandths(pieces * 1_000) };
    let list = |list: &str| Terms::PriceList {
        list: list.into(),
        unit_price: UnitPrice::parse("47000", Currency::CNY, "台").ok(),
    };
    match parameter {
        Parameter::Discount => [
            (percent(limit.discount * 1_000 - 1), true),
            (percent(limit.discount * 1_000), true),
            (percent(limit.discount * 1_000 + 1), false),
        ],
        Parameter::PaymentTerms => [
            (credit(limit.deposit + 1, limit.net_days - 1), true),
            (credit(limit.deposit, limit.net_days), true),
            (credit(limit.deposit, limit.net_days + 1), false),
        ],
        Parameter::FreeSample => [
            (Terms::FreeSample { count: limit.samples - 1 }, true),
            (Terms::FreeSample { count: limit.samples }, true),
            (Terms::FreeSample { count: limit.samples + 1 }, false),
        ],
        Parameter::LeadTime => [
            (Terms::LeadTime { days: 30 - limit.earlier + 1 }, true),
            (Terms::LeadTime { days: 30 - limit.earlier }, true),
            (Terms::LeadTime { days: 30 - limit.earlier - 1 }, false),
        ],
        // Each piece is a percent of the minimum of a hundred.
        Parameter::Moq => [(moq(limit.moq + 1), true), (moq(limit.moq), true), (moq(limit.moq - 1), false)],
        Parameter::PriceList => {
            [(list("dealer"), limit.list), (list("dealer"), limit.list), (list("other"), false)]
        }
    }
}

#[test]
fn every_role_grants_every_grade_up_to_its_limit_and_not_a_hair_beyond() {
    let scene = Scene::of_shop(SHOP);
    let knowledge = &scene.knowledge;
    let product = knowledge.product(&"P001".into());
    let list_price = UnitPrice::parse("50000", Currency::CNY, "台").ok();
    let mut checked = 0;
    for (role, grade, limit) in TABLE {
        for parameter in Parameter::ALL {
            for (terms, within) in wishes(parameter, limit.unwrap_or(MANAGER)) {
                // Nothing limits the owner.
                let expected = limit.is_none() || within;
                let quantity = Some(Thousandths(200_000));
                let subject = Subject { product, quantity, list_price: list_price.as_ref() };
                let allowed = allows(knowledge, role, Some(grade), subject, &terms);
                assert_eq!(allowed, expected, "{} {grade} {terms:?}", role.name());
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 12 * 6 * 3);
}

/// What a buyer writes for a wish, with its intent; quantities and entities are marked.
fn said(terms: &Terms) -> (&'static str, String) {
    const ROBOTS: &str = "[P001](product:P001) [200台](quantity:200台)";
    let number = |value: Thousandths| decimal::format_scaled(value.0, 3);
    match terms {
        Terms::Discount { percent_off, .. } => {
            let off = number(percent_off.expect("a percent"));
            ("price_negotiation", format!(r#"{ROBOTS}[让{off}个点](percent:{{"percent_off":{off}}})"#))
        }
        Terms::PaymentTerms { deposit_percent, net_days } => {
            let (deposit, days) = (number(deposit_percent.expect("a deposit")), net_days.expect("days"));
            let value = format!(r#"{{"deposit_percent":{deposit},"net_days":{days}}}"#);
            ("payment_terms", format!("[定金{deposit}%账期{days}天](payment_term:{value})可以吗"))
        }
        Terms::FreeSample { count } => {
            ("sample_request", format!("[P001](product:P001)免费寄[{count}台](quantity:{count}台)样品"))
        }
        Terms::LeadTime { days } => {
            let value = format!(r#"{{"number":{days},"unit":"day"}}"#);
            ("lead_time_inquiry", format!("{ROBOTS}[{days}天](duration:{value})能交吗"))
        }
        Terms::Moq { quantity } => {
            let pieces = number(*quantity);
            ("moq_inquiry", format!("[P001](product:P001)[{pieces}台](quantity:{pieces}台)行不行"))
        }
        Terms::PriceList { list, .. } => ("price_inquiry", format!("{ROBOTS}给dealer价吧，{list}")),
    }
}

#[test]
fn a_wish_beyond_the_assistants_authority_makes_exactly_one_approval_and_one_within_makes_none() {
    let mut approvals = 0;
    for (grade, limit) in [("", ASSISTANT), ("silver", ASSISTANT), ("gold", GOLD)] {
        for parameter in Parameter::ALL {
            for (terms, within) in wishes(parameter, limit) {
                // A list that does not exist cannot be named.
                if matches!(&terms, Terms::PriceList { list, .. } if list == "other") {
                    continue;
                }
                let mut scene = Scene::of_shop(SHOP);
                if !grade.is_empty() {
                    scene = scene.graded(grade);
                }
                scene.worded = true;
                let (intent, text) = said(&terms);
                let taken = scene.say(intent, &text);
                let what = format!("{grade} {text} {:?}", taken.turn.strategy);
                assert_eq!(taken.approvals.len(), usize::from(!within), "{what}");
                let handed = taken.turn.handoff.as_ref().map(|handoff| handoff.reason);
                assert_eq!(handed == Some(HandoffReason::OverAuthority), !within, "{what}");
                assert_eq!(taken.offers.is_empty(), !within, "nothing is promised beyond: {what}");
                if within {
                    assert!(taken.turn.reply.withheld.is_empty(), "{what} {:?}", taken.turn.reply.withheld);
                    continue;
                }
                let [approval] = taken.approvals.as_slice() else { panic!("{what}") };
                assert_eq!(
                    (approval.status, approval.asked.parameter()),
                    (ApprovalStatus::Pending, parameter)
                );
                assert!(taken.turn.reply.text.contains("正在请示主管"), "{}", taken.turn.reply.text);
                // The same request again is the same approval.
                let again = scene.say(intent, &text);
                assert_eq!(again.approvals, [], "{what}");
                let known: Vec<_> = again.turn.approvals.iter().map(|view| view.id).collect();
                assert_eq!(known, [approval.id], "{what}");
                approvals += 1;
            }
        }
    }
    // Over the limit once for each parameter and grade but the list that gold may have; the list is asked for three times.
    assert_eq!(approvals, 3 * 5 + 2 * 2);
}

#[test]
fn two_wishes_in_one_message_are_two_approvals() {
    let mut scene = Scene::of_shop(SHOP);
    let taken = scene.say(
        "price_negotiation payment_terms",
        r#"[P001](product:P001) [200台](quantity:200台)[八折](percent:{"percent_off":20})，[月结60天](payment_term:{"net_days":60})"#,
    );
    let asked: Vec<_> = taken.approvals.iter().map(|approval| approval.asked.parameter()).collect();
    assert_eq!(asked, [Parameter::Discount, Parameter::PaymentTerms]);
    assert_ne!(taken.approvals[0].id, taken.approvals[1].id);
    // Another wish while the first two wait is a third one.
    let third = scene.say("sample_request", "[P001](product:P001)再免费寄[5台](quantity:5台)样品");
    assert_eq!(third.approvals.len(), 1);
}

#[test]
fn an_approval_shows_the_margin_the_words_and_what_was_said_before() {
    let mut scene = Scene::of_shop(SHOP);
    scene.worded = true;
    scene.say(
        "price_negotiation",
        r#"[P001](product:P001)[200台](quantity:200台)[让2个点](percent:{"percent_off":2})"#,
    );
    let taken = scene.say(
        "price_negotiation",
        r#"[4万5](money:{"amount":"45000","currency":null,"role":"target_price"})行就定"#,
    );
    let approval = &taken.approvals[0];
    assert_eq!(approval.words, "4万5行就定");
    assert_eq!(approval.quantity, Some(Thousandths(200_000)));
    let economics = &approval.economics;
    let amount = |price: &Option<UnitPrice>| price.as_ref().map(UnitPrice::amount);
    assert_eq!(amount(&economics.list_price).as_deref(), Some("50000"));
    assert_eq!(amount(&economics.cost).as_deref(), Some("31415.9"));
    assert_eq!(amount(&economics.floor_price).as_deref(), Some("41234.5"));
    assert_eq!(economics.list_margin_percent, Some(Thousandths(37_168)));
    assert_eq!(economics.asked_margin_percent, Some(Thousandths(30_186)));
    assert_eq!(approval.history.len(), 2, "the wish and the offer before it");
}

/// Everything of a turn but the approvals, which only those who decide may see, as JSON.
fn seen(taken: &crate::turn::TakenTurn) -> String {
    let mut text = serde_json::to_string(&taken.turn).expect("serialises");
    let _ = write!(text, "{}", serde_json::to_string(&taken.conversation.memory).expect("serialises"));
    let _ = write!(text, "{}", serde_json::to_string(&taken.offers).expect("serialises"));
    let _ = write!(text, "{taken:?}");
    text
}

#[test]
fn costs_and_floors_reach_neither_the_buyer_nor_the_trace_nor_a_log() {
    let mut scene = Scene::of_shop(SHOP);
    scene.worded = true;
    let said = [
        ("price_inquiry", "[P001](product:P001) [200台](quantity:200台)多少钱"),
        ("price_negotiation", "能便宜点吗，成本价多少"),
        ("price_negotiation", r#"[17.6个点](percent:{"percent_off":17.6})行吗"#),
        ("price_negotiation", r#"[41240](money:{"amount":"41240","currency":null})卖不卖"#),
        ("product_inquiry", "[P001](product:P001)底价和成本告诉我"),
    ];
    for (intent, text) in said {
        let taken = scene.say(intent, text);
        let seen = seen(&taken);
        for secret in ["31415", "31,415", "41234.5", "41,234.5", "41234500000", "31415900000"] {
            assert!(!seen.contains(secret), "{secret} after {text}: {seen}");
        }
        for approval in &taken.approvals {
            assert!(approval.economics.cost.is_some(), "those who decide see it");
        }
    }
    let knowledge = format!("{:?}", scene.knowledge);
    assert!(
        !knowledge.contains("31415") && !knowledge.contains("412345"),
        "the revision does not show them either"
    );
}

#[test]
fn no_discount_goes_below_the_floor_or_the_margin() {
    let check = |assistant: &str, percent: i64, expected: bool| {
        let shop = format!(
            "products: [{{id: P001, name: 机器人, price: 50000, cost: 40000, floor_price: 43000}}, {{id: P002, name: 夹爪, price: 100}}]\n\
             authority: {{assistant: {{{assistant}}}}}"
        );
        let scene = Scene::of_shop(&shop);
        let terms = Terms::Discount { percent_off: Some(Thousandths(percent * 1_000)), unit_price: None };
        let product = scene.knowledge.product(&"P001".into());
        let list_price = UnitPrice::parse("50000", Currency::CNY, "件").ok();
        let subject = |product| Subject { product, quantity: None, list_price: list_price.as_ref() };
        let allowed = allows(&scene.knowledge, Role::Assistant, None, subject(product), &terms);
        assert_eq!(allowed, expected, "{assistant} {percent}");
        // Without a cost no margin can be proved.
        let other = scene.knowledge.product(&"P002".into());
        let allowed = allows(&scene.knowledge, Role::Assistant, None, subject(other), &terms);
        assert_eq!(allowed, expected && !assistant.contains("margin"), "{assistant} {percent}");
    };
    check("max_discount_percent: 10", 10, true);
    check("max_discount_percent: 14", 14, true);
    check("min_margin_percent: 10", 11, true);
    check("min_margin_percent: 10", 12, false);
    check("min_margin_percent: 20", 1, false);
    check("max_discount_percent: 3, min_margin_percent: 10", 4, false);
    check("free_samples: 1", 1, false);
    let scene = Scene::of_shop(
        "products: [{id: P001, name: 机器人, price: 50000, floor_price: 43000}]\nauthority: {assistant: {max_discount_percent: 50}}",
    );
    let product = scene.knowledge.product(&"P001".into());
    let list_price = UnitPrice::parse("50000", Currency::CNY, "件").ok();
    let subject = Subject { product, quantity: None, list_price: list_price.as_ref() };
    let allowed = |percent: i64| {
        let terms = Terms::Discount { percent_off: Some(Thousandths(percent)), unit_price: None };
        allows(&scene.knowledge, Role::Assistant, None, subject, &terms)
    };
    assert!(allowed(14_000) && !allowed(14_001));
}

fn agent() -> AgentId {
    AgentId::from_ulid(id::compose(domain::Timestamp::from_millis(1), 7))
}

#[test]
fn what_was_refused_is_not_asked_again_and_what_was_granted_stands() {
    let ask = r#"[P001](product:P001)[200台](quantity:200台)[九折](percent:{"percent_off":10})"#;
    let mut scene = Scene::of_shop(SHOP);
    scene.worded = true;
    let approval = scene.say("price_negotiation", ask).approvals.remove(0);
    scene.conversation.return_to_assistant().expect("it waits");
    scene.conversation.memory.negotiation.settle(approval.id, ApprovalStatus::Rejected);
    let again = scene.say("price_negotiation", ask);
    assert_eq!((again.approvals.len(), again.turn.handoff.is_some()), (0, false));
    assert_eq!(again.turn.approvals[0].status, ApprovalStatus::Rejected);
    assert!(again.turn.reply.text.contains("这个条件这次做不到"), "{}", again.turn.reply.text);
    // One that ran out may be asked again.
    scene.conversation.memory.negotiation.settle(approval.id, ApprovalStatus::Expired);
    assert_eq!(scene.say("price_negotiation", ask).approvals.len(), 1);
    // Another wish is another request.
    let other = scene.say("price_negotiation", r#"那[八五折](percent:{"percent_off":15})呢"#);
    assert_eq!(other.approvals.len(), 1);
}

#[test]
fn a_promise_is_kept_when_the_price_is_asked_for_again() {
    let mut scene = Scene::of_shop(SHOP);
    scene.worded = true;
    let granted = scene.say(
        "price_negotiation",
        r#"[P001](product:P001)[200台](quantity:200台)[让3个点](percent:{"percent_off":3})"#,
    );
    assert_eq!(granted.offers.len(), 1);
    scene.promise(&granted);
    let again = scene.say("price_inquiry", "[P001](product:P001)[250台](quantity:250台)多少钱");
    assert!(again.turn.reply.text.contains("¥48,500/台"), "{}", again.turn.reply.text);
    let fewer = scene.say("price_inquiry", "[P001](product:P001)[150台](quantity:150台)多少钱");
    assert!(!fewer.turn.reply.text.contains("48,500"), "{}", fewer.turn.reply.text);
    // After its time it binds nobody.
    scene.now = scene.now.plus_hours(24 * 15);
    let late = scene.say("price_inquiry", "[P001](product:P001)[250台](quantity:250台)多少钱");
    assert!(!late.turn.reply.text.contains("48,500"), "{}", late.turn.reply.text);
}

#[test]
fn a_price_against_a_colleagues_waits_for_a_person() {
    // Asked quantity, the colleague's quantity and price, whether the company is verified: whether the reply is held.
    let check = |quantity: i64, colleague: (i64, &str), verified: bool, held: bool| {
        let mut scene = Scene::of_shop(SHOP);
        scene.worded = true;
        let raw = id::compose(scene.now, 99);
        let company = CompanyId::from_ulid(raw);
        scene.contact.company = Some(company);
        scene.contact.company_link =
            Some(if verified { CompanyLink::Verified } else { CompanyLink::Claimed });
        let own = scene.say(
            "price_negotiation",
            r#"[P001](product:P001)[200台](quantity:200台)[让1个点](percent:{"percent_off":1})"#,
        );
        scene.promise(&own);
        let promise = scene.promises.last_mut().expect("one");
        promise.contact = ContactId::from_ulid(raw);
        promise.company = Some(company);
        promise.offer.quantity = Some(Thousandths(colleague.0 * 1_000));
        promise.offer.terms = Terms::Discount {
            percent_off: None,
            unit_price: UnitPrice::parse(colleague.1, Currency::CNY, "台").ok(),
        };
        let text = format!("[P001](product:P001)[{quantity}台](quantity:{quantity}台)多少钱");
        let taken = scene.say("price_inquiry", &text);
        assert_eq!(taken.turn.reply.draft, held, "{quantity} {colleague:?} {:?}", taken.turn.strategy.why);
        let said = taken.turn.strategy.why.iter().any(|why| why.contains("同公司的同事"));
        assert_eq!(said, held);
    };
    check(200, (200, "48000"), true, true);
    check(200, (200, "50000"), true, false);
    check(200, (200, "48000"), false, false);
    check(300, (200, "48000"), true, true);
    check(300, (200, "52000"), true, false);
    check(150, (200, "48000"), true, false);
    check(150, (200, "52000"), true, true);
}

#[test]
fn autonomy_by_intent_and_grade_holds_a_reply_for_a_person() {
    let shop = format!(
        "{SHOP}  autonomy:\n  - {{intents: [price_negotiation], level: draft}}\n  - {{grades: [gold], intents: [price_inquiry], level: answer}}\n"
    );
    let check = |grade: &str, intent: &str, text: &str, draft: bool| {
        let mut scene = Scene::of_shop(&shop).graded(grade);
        scene.worded = true;
        let taken = scene.say(intent, text);
        assert_eq!(taken.turn.reply.draft, draft, "{grade} {intent}");
        assert_eq!(scene.inbox.autonomy, Autonomy::Sell);
        if draft {
            assert_eq!(taken.offers, [], "a draft promises nothing");
        }
    };
    let price = "[P001](product:P001)[200台](quantity:200台)多少钱";
    check("silver", "price_inquiry", price, false);
    check("gold", "price_inquiry", price, true);
    check("silver", "price_negotiation", r#"[P001](product:P001)[让1个点](percent:{"percent_off":1})"#, true);
    check("silver", "greeting", "你好", false);
}

#[test]
fn a_person_who_has_the_conversation_is_not_bypassed() {
    let mut scene = Scene::of_shop(SHOP);
    scene.conversation.take_over(agent()).expect("takes over");
    let taken = scene.say("price_negotiation", r#"[P001](product:P001)[五折](percent:{"percent_off":50})"#);
    assert_eq!((taken.turn.reply.kind, taken.approvals.len()), (ReplyKind::Silent, 0));
}

#[test]
fn a_last_price_that_differs_is_decided_by_a_person_and_then_kept() {
    let shop = SHOP.replacen("shop: {", "shop: {price_memory_days: 180, ", 1);
    let scene = |link| {
        let customer = Scene::of_shop(&shop).bought(&[("P001", "2026-10-05")]).paying("45000");
        let mut scene = customer.of_company("宁波汽配", link);
        scene.worded = true;
        scene
    };
    let ask = "[P001](product:P001)[200台](quantity:200台)多少钱";
    let mut verified = scene(CompanyLink::Verified);
    let taken = verified.say("price_inquiry", ask);
    let [approval] = taken.approvals.as_slice() else { panic!("{:?}", taken.turn.strategy) };
    let amount = |price: Option<&UnitPrice>| price.map(UnitPrice::amount);
    assert_eq!(amount(approval.asked.unit_price()).as_deref(), Some("45000"), "his last price");
    assert_eq!(amount(approval.economics.list_price.as_ref()).as_deref(), Some("50000"), "the computed one");
    let text = &taken.turn.reply.text;
    assert!(!text.contains("45,000") && !text.contains("50,000"), "nothing is quoted: {text}");
    // Approved, it is the price.
    verified.conversation.return_to_assistant().expect("it waits");
    verified.promises.push(Promise {
        id: PromiseId::from_ulid(id::compose(verified.now, 77)),
        contact: verified.contact.id,
        company: verified.contact.company,
        conversation: verified.conversation.id,
        offer: Offer {
            by: Author::Agent(agent()),
            product: approval.product.clone(),
            quantity: approval.quantity,
            terms: approval.asked.clone(),
            condition: None,
            turn: None,
            approval: Some(approval.id),
            at: verified.now,
            valid_until: verified.now.plus_hours(48),
        },
    });
    let again = verified.say("price_inquiry", ask);
    assert_eq!(
        (again.approvals.len(), again.turn.handoff.is_some()),
        (0, false),
        "{:?}",
        again.turn.strategy
    );
    assert!(again.turn.reply.text.contains("¥45,000/台"), "{}", again.turn.reply.text);
    // Who only says that he is of the company gets the list price.
    let claimed = scene(CompanyLink::Claimed).say("price_inquiry", ask);
    assert_eq!(claimed.approvals, []);
    assert!(claimed.turn.reply.text.contains("¥50,000/台"), "{}", claimed.turn.reply.text);
}
