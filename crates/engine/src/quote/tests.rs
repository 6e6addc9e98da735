use domain::{
    fact::{FactBody, Tax},
    inbox::Autonomy,
    language::ReplyLanguage,
    money::{Currency, Money},
    quantity::Thousandths,
    quote::{Party, Quote, QuoteChange, QuoteStatus, document::Document},
};

use super::{RevisedLine, lines::split, *};
use crate::{
    authority::Role,
    turn::{TakenTurn, TurnIds, scene::Scene},
};

const SHOP: &str = "
shop: {name: {zh: 甬启自动化, en: Yongqi Automation}, tax_rate: 13, prices_include_tax: true, payment: {zh: \"预付30%，发货前付清\", en: \"30% deposit\"},
       shipping: {zh: 国内包邮, en: free delivery}, address: {zh: 宁波市, en: Ningbo}, phone: \"+86 574 0000 0000\", bank_account: \"0000 1111\"}
quotes: {valid_days: 10, approval_from: 3000000}
products:
- {id: P001, name: {zh: 六轴工业机器人, en: six-axis robot}, price: 50000, unit: 台, tiers: [{min: 10, price: 48000}],
   specs: {payload: 20 kg}, lead_time_days: [{max: 10, days: 15}, {days: 30}],
   packing: {per_carton: 4, carton_cm: [60, 40, 40], gross_kg: 28}, export: {hs_code: \"8479.50\", origin: CN}}
- {id: P002, name: {zh: 电动夹爪, en: electric gripper}, price: 6800, unit: 只}
- {id: P003, name: {zh: 定制工作站, en: custom cell}, unit: 台}
";

/// One buyer; each message runs through all stages with the quote that the one before made.
struct Desk {
    scene: Scene,
    next: u128,
}

impl Desk {
    fn new() -> Self {
        Self::of(SHOP)
    }

    fn of(shop: &str) -> Self {
        let mut scene = Scene::of_shop(shop);
        scene.contact.name = Some("王工".into());
        scene.contact.company_name = Some("宁波某某汽配".into());
        Self { scene, next: 0 }
    }

    fn say(&mut self, intents: &str, marked: &str) -> TakenTurn {
        self.next += 1;
        let means = QuoteMeans {
            id: QuoteId::from_ulid(domain::id::compose(self.scene.now, self.next)),
            token: format!("{:064x}", self.next),
        };
        let taken = self.scene.hear(intents, &[marked], |situation, understanding, ids: &TurnIds| {
            let remembered = crate::turn::remember(situation, understanding);
            let plan = crate::turn::decide(situation, understanding, &remembered, ids);
            let mut facts = crate::facts::issue(situation, understanding, &remembered, &plan);
            let base = "http://127.0.0.1:8080";
            let quoting = quote(situation, understanding, &remembered, &plan, &facts, base, || means.clone());
            let (change, fact) = quoting.map_or((None, None), |quoting| (quoting.change, Some(quoting.fact)));
            facts.extend(fact);
            let reply = crate::reply::compose(situation, understanding, &remembered, &plan, facts);
            crate::turn::assemble(situation, understanding, remembered, plan, reply, ids).with_quote(change)
        });
        match &taken.quote {
            Some(QuoteChange::Insert(quote)) => self.scene.quote = Some(Quote::clone(quote)),
            Some(QuoteChange::Accept(id)) => {
                let quote = self.scene.quote.as_mut().expect("a quote");
                assert_eq!(quote.id, *id);
                quote.status = quote.status.accept().expect("it was sent");
            }
            None => {}
        }
        taken
    }

    fn made(&mut self, intents: &str, marked: &str) -> Quote {
        match self.say(intents, marked).quote {
            Some(QuoteChange::Insert(quote)) => *quote,
            other => panic!("no quote but {other:?}"),
        }
    }
}

const ASK: &str = "[P001](product:P001) [20台](quantity:20台)，请出报价单";

#[test]
fn a_complete_request_becomes_a_quote_that_is_sent_with_its_link() {
    let mut desk = Desk::new();
    let taken = desk.say("quote_request", ASK);
    let quote = desk.scene.quote.clone().expect("a quote");
    assert_eq!((quote.version, quote.status), (1, QuoteStatus::Sent));
    assert_eq!(quote.number, "QT20261122-000001");
    assert_eq!(
        (quote.content.date.as_str(), quote.content.valid_until.as_str()),
        ("2026-11-22", "2026-12-02")
    );
    assert_eq!(quote.expires_at.to_string(), "2026-12-02T16:00:00.000Z", "midnight in Shanghai");
    assert_eq!(quote.content.total, Money { minor: 96_000_000, currency: Currency::CNY });
    assert_eq!(taken.contact.requirement.quote, Some(quote.id));
    assert_eq!(quote.turn, Some(taken.turn.id));
    let text = &taken.turn.reply.text;
    assert!(
        text.contains("QT20261122-000001") && text.contains("¥960,000") && text.contains("2026年12月2日"),
        "{text}"
    );
    assert!(text.contains(&page_url("http://127.0.0.1:8080/", &quote.token)), "{text}");
    assert_eq!(taken.turn.reply.withheld, Vec::<String>::new());
}

#[test]
fn a_product_named_in_an_answer_is_one_line_of_the_whole() {
    let mut desk = Desk::new();
    let both = "[P001](product:P001) [20台](quantity:20台)，[P002](product:P002)也要，请出报价单";
    assert_eq!(desk.say("quote_request", both).quote, None);
    let quote = desk.made("price_inquiry", "[P002](product:P002)要[5只](quantity:5只)");
    let lines: Vec<&str> = quote.content.lines.iter().map(|line| line.product.as_str()).collect();
    assert_eq!(lines, ["P001", "P002"]);
    // Who names one of them when he asks for a quote wants that one.
    let quote = desk.made("quote_request", "只要[P002](product:P002)的报价单");
    let lines: Vec<&str> = quote.content.lines.iter().map(|line| line.product.as_str()).collect();
    assert_eq!(lines, ["P002"]);
}

#[test]
fn tax_is_split_off_or_added_once_per_line() {
    fn check(minor: i64, tax: Tax, rate: Option<i64>, expected: (i64, i64, i64)) {
        let money = Money { minor, currency: Currency::CNY };
        let (net, of_tax, total) = split(money, tax, rate.map(Thousandths)).expect("it fits");
        assert_eq!((net.minor, of_tax.minor, total.minor), expected, "{minor} {tax:?} {rate:?}");
    }
    check(96_000_000, Tax::Included, Some(13_000), (84_955_752, 11_044_248, 96_000_000));
    check(113, Tax::Included, Some(13_000), (100, 13, 113));
    check(1, Tax::Included, Some(13_000), (1, 0, 1));
    check(100, Tax::Excluded, Some(13_000), (100, 13, 113));
    check(104, Tax::Excluded, Some(13_000), (104, 14, 118));
    check(1_000, Tax::Included, Some(1_000), (990, 10, 1_000));
    check(500, Tax::None, Some(13_000), (500, 0, 500));
    check(500, Tax::Included, None, (500, 0, 500));
    check(500, Tax::Included, Some(0), (500, 0, 500));
    assert_eq!(
        split(Money { minor: i64::MAX, currency: Currency::CNY }, Tax::Excluded, Some(Thousandths(13_000))),
        None
    );
}

#[test]
fn who_may_send_decides_where_a_quote_begins() {
    fn check(autonomy: Autonomy, ask: &str, expected: QuoteStatus, linked: bool) {
        let mut desk = Desk::new();
        desk.scene.inbox.autonomy = autonomy;
        let taken = desk.say("quote_request", ask);
        let quote = desk.scene.quote.expect("a quote");
        assert_eq!(quote.status, expected, "{autonomy:?} {ask}");
        let fact = taken.turn.reply.facts.iter().find_map(|fact| match &fact.body {
            FactBody::Quote { url, .. } => Some(url.is_some()),
            _ => None,
        });
        assert_eq!(fact, Some(linked), "{autonomy:?} {ask}");
    }
    check(Autonomy::Sell, ASK, QuoteStatus::Sent, true);
    check(Autonomy::Quote, ASK, QuoteStatus::Sent, true);
    check(Autonomy::Answer, ASK, QuoteStatus::Draft, false);
    check(Autonomy::Draft, ASK, QuoteStatus::Draft, false);
    let large = "[P001](product:P001) [63台](quantity:63台)，请出报价单";
    check(Autonomy::Sell, large, QuoteStatus::WaitingApproval, false);
    let below = "[P001](product:P001) [62台](quantity:62台)，请出报价单";
    check(Autonomy::Sell, below, QuoteStatus::Sent, true);
}

#[test]
fn a_quote_that_needs_approval_asks_for_a_person() {
    let mut desk = Desk::new();
    let taken = desk.say("quote_request", "[P001](product:P001) [63台](quantity:63台)，请出报价单");
    assert!(taken.turn.handoff.is_some());
    assert!(!taken.turn.reply.text.contains("/q/"), "{}", taken.turn.reply.text);
    assert!(taken.turn.reply.text.contains("确认后马上发您"), "{}", taken.turn.reply.text);
}

#[test]
fn what_has_no_price_gets_no_quote() {
    for ask in [
        "[P003](product:P003) [2台](quantity:2台)，请出报价单",
        "[P001](product:P001) [20吨](quantity:20吨)，请出报价单",
        "[P001](product:P001) [20台](quantity:20台) [FOB](incoterm:FOB) [宁波港](port:宁波港)，请出报价单",
        "[P999](product:?) [20台](quantity:20台)，请出报价单",
    ] {
        let mut desk = Desk::new();
        assert_eq!(desk.say("quote_request", ask).quote, None, "{ask}");
    }
}

const MORE_GOODS: &str = "
- {id: P004, name: {zh: 示教器, en: pendant}, price: 3000, unit: 台, price_valid_until: 2026-11-28}
";

#[test]
fn a_quote_holds_no_longer_than_its_prices() {
    let mut desk = Desk::of(&format!("{SHOP}{}", MORE_GOODS.trim_start()));
    let quote = desk.made("quote_request", "[P004](product:P004) [20台](quantity:20台)，请出报价单");
    assert_eq!((quote.content.valid_until.as_str(), quote.version), ("2026-11-28", 1));
    let revised = revise(
        &desk.scene.knowledge,
        Customer::default(),
        &quote,
        &Revision { payment: Some("月结30天".into()), ..Revision::default() },
        desk.scene.now,
    );
    assert_eq!(
        revised.map(|content| content.valid_until),
        Ok("2026-11-28".into()),
        "what stays is not prolonged"
    );
}

#[test]
fn the_level_of_this_turn_decides_and_not_the_inbox_alone() {
    let mut desk =
        Desk::of(&format!("{SHOP}authority: {{autonomy: [{{intents: [quote_request], level: answer}}]}}\n"));
    desk.scene.inbox.autonomy = Autonomy::Sell;
    let quote = desk.made("quote_request", ASK);
    assert_eq!(quote.status, QuoteStatus::Draft);
}

#[test]
fn the_same_request_again_gives_the_same_quote_and_a_changed_one_its_next_version() {
    let mut desk = Desk::new();
    let first = desk.made("quote_request", ASK);
    let again = desk.say("quote_request", "[P001](product:P001)报价单再发一次");
    assert_eq!(again.quote, None);
    assert!(again.turn.reply.text.contains(&first.token), "{}", again.turn.reply.text);
    let second = desk.made("quote_request", "[P001](product:P001)改成[30台](quantity:30台)，重新报价");
    assert_eq!((second.number.as_str(), second.version), (first.number.as_str(), 2));
    assert_eq!((second.supersedes, second.content.total.minor), (Some(first.id), 144_000_000));
    assert_ne!(second.token, first.token);
    assert_eq!(label(&second), format!("{}-V2", first.number));
}

#[test]
fn several_products_of_the_conversation_stand_on_one_quote() {
    let mut desk = Desk::new();
    desk.say("price_inquiry", "[P001](product:P001) [20台](quantity:20台)多少钱");
    desk.say("price_inquiry", "[P002](product:P002) [5只](quantity:5只)呢");
    let quote = desk.made("quote_request", "一起出个报价单");
    let lines: Vec<&str> = quote.content.lines.iter().map(|line| line.product.as_str()).collect();
    assert_eq!(lines, ["P001", "P002"]);
    assert_eq!(quote.content.total.minor, 96_000_000 + 3_400_000);
    let sum: i64 = quote.content.lines.iter().map(|line| line.net.minor + line.tax.minor).sum();
    assert_eq!(sum, quote.content.total.minor);
}

#[test]
fn a_yes_accepts_only_what_was_quoted() {
    fn check(intents: &str, answer: &str, expected: bool) {
        let mut desk = Desk::new();
        desk.made("quote_request", ASK);
        let taken = desk.say(intents, answer);
        assert_eq!(matches!(taken.quote, Some(QuoteChange::Accept(_))), expected, "{answer}");
        if expected {
            let reason = taken.turn.handoff.as_ref().map(|handoff| handoff.reason.name());
            assert_eq!(reason, Some("order_intent"), "{answer}");
            assert!(taken.turn.reply.text.contains("QT20261122-000001"), "{}", taken.turn.reply.text);
        }
    }
    check("purchase", "就按这个报价下单", true);
    check("quote_request", "好的，就按这个报价下单", true);
    check("quote_request", "We accept the quotation, thank you", true);
    check("quote_request", "如果再降2%就接受报价", false);
    check("quote_request", "再出一份报价", false);
    check("affirm", "好的", false);
    check("purchase", "怎么下单", false);
    check("purchase", "可以下单吗？", false);
    check("purchase", "如果能早点交货就下单", false);
    check("purchase", "先不下单", false);
    check("purchase", "Place the order, please", true);
    check("purchase", "How do I place an order", false);
    check("purchase", "I'll order later", false);
    check("purchase", "[P001](product:P001) [20台](quantity:20台)，下单", true);
    check("purchase", "那就[30台](quantity:30台)下单", false);
    check("purchase", "[P002](product:P002)也下单", false);
    check("purchase", "不要[P001](product:!P001)，其余下单", false);
    check("purchase", "[90万](money:{\"minor\":90000000,\"currency\":\"CNY\"})就下单", false);
    check("price_negotiation", "便宜点就下单", false);
    check("price_inquiry", "这个报价是多少", false);
}

#[test]
fn nothing_is_accepted_after_the_last_day() {
    let mut desk = Desk::new();
    desk.made("quote_request", ASK);
    desk.scene.now = desk.scene.now.plus_hours(24 * 12);
    assert_eq!(desk.say("purchase", "就按这个报价下单").quote, None);
}

fn words(document: &Document) -> String {
    let entries = document.particulars.iter().chain(&document.terms).chain([&document.in_words]);
    let mut text: Vec<String> = entries.map(|entry| format!("{}:{}", entry.label, entry.value)).collect();
    text.extend(document.rows.iter().flatten().map(|cell| cell.text.clone()));
    text.extend(document.totals.iter().map(|(label, cell)| format!("{label}:{}", cell.text)));
    text.push(format!("{} {} {}", document.title, document.seller.name, document.buyer.name));
    text.join("\n")
}

#[test]
fn the_chinese_paper_says_everything_that_a_buyer_files() {
    let mut desk = Desk::new();
    let document = document(&desk.made("quote_request", ASK), ReplyLanguage::Zh);
    let text = words(&document);
    for part in [
        "报价单 甬启自动化 宁波某某汽配",
        "单号:QT20261122-000001",
        "有效期至:2026年12月2日",
        "P001：负载 20 kg",
        "20 台",
        "42,477.88",
        "48,000.00",
        "13%",
        "960,000.00",
        "不含税合计:849,557.52",
        "税额:110,442.48",
        "含税合计:960,000.00",
        "大写金额:人民币玖拾陆万元整",
        "交货期:下单后30天",
        "付款方式:预付30%，发货前付清",
        "运输方式:国内包邮",
        "对公账户:0000 1111",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert_eq!(document.buyer.entries[0].value, "王工");
    assert!(!document.sealed);
    assert_eq!(document.columns.iter().map(|column| column.weight).sum::<u32>(), Document::WIDTH);
    assert!(document.rows.iter().all(|row| row.len() == document.columns.len()));
}

#[test]
fn a_proforma_invoice_says_what_customs_and_banks_ask_for() {
    let shop = SHOP.replace("prices_include_tax: true", "prices_include_tax: false, currency: USD");
    let shop = shop.replace("tax_rate: 13, ", "").replace(
        "quotes: {",
        "price_lists: [{id: export, export: true, currency: USD, incoterm: FOB, place: {zh: 宁波, en: Ningbo},
           items: [{product: P001, price: 50000, tiers: [{min: 10, price: 48000}]}]}]
quotes: {",
    );
    let mut desk = Desk::of(&shop);
    desk.scene.language = domain::language::Language::En;
    let quote = desk.made(
        "quote_request",
        "[P001](product:P001) [20 units](quantity:20), [FOB](incoterm:fob) [Ningbo](port:Ningbo), please quote",
    );
    let text = words(&document(&quote, ReplyLanguage::En));
    for part in [
        "PROFORMA INVOICE Yongqi Automation",
        "8479.50",
        "CN",
        "Incoterm (2020):FOB Ningbo",
        "Port of loading:Ningbo",
        "Packing:5 cartons",
        "Gross weight:140 kg",
        "Measurement:0.48 m³",
        "Shipping marks:N/M",
        "Amount in words:SAY US DOLLARS NINE HUNDRED AND SIXTY THOUSAND ONLY",
        "Total:960,000.00",
        "Bank details:0000 1111",
        "Lead time:30 days after order",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn a_person_revises_what_he_likes_and_nothing_else_changes() {
    let mut desk = Desk::new();
    let first = desk.made("quote_request", ASK);
    let knowledge = &desk.scene.knowledge;
    let change =
        |revision: &Revision| revise(knowledge, Customer::default(), &first, revision, desk.scene.now);
    let line = |product: &str, quantity: i64, unit_price: Option<i64>| RevisedLine {
        product: product.into(),
        quantity: Thousandths(quantity * 1_000),
        unit_price,
    };
    let of = |lines: Vec<RevisedLine>| Revision { lines: Some(lines), ..Revision::default() };

    let cheaper =
        change(&of(vec![line("P001", 20, Some(46_000_000_000)), line("P002", 2, None)])).expect("fine");
    assert_eq!(cheaper.total.minor, 92_000_000 + 1_360_000);
    assert_eq!(cheaper.payment, first.content.payment);
    let may = |percent: &str, content: &QuoteContent| {
        let shop = format!("{SHOP}authority: {{rep: {{max_discount_percent: {percent}}}}}\n");
        let knowledge = Scene::of_shop(&shop).knowledge;
        is_within(&knowledge, Customer::default(), Role::Rep, content, &[], desk.scene.now)
    };
    assert!(may("4.167", &cheaper) && !may("4.166", &cheaper), "2,000 of 48,000, rounded up");
    assert!(may("0", &first.content));
    let kept = change(&of(vec![line("P001", 20, None)])).expect("fine");
    assert_eq!(kept.lines, first.content.lines);
    let terms = Revision {
        payment: Some("月结30天".into()),
        transport: Some(String::new()),
        valid_until: Some("2026-12-31".into()),
        buyer: Some(Party { name: "宁波某某汽配有限公司".into(), ..Party::default() }),
        ..Revision::default()
    };
    let terms = change(&terms).expect("fine");
    assert_eq!((terms.payment.as_deref(), terms.transport), (Some("月结30天"), None));
    assert_eq!((terms.valid_until.as_str(), terms.total), ("2026-12-31", first.content.total));

    let refused = |revision: &Revision| change(revision).map(drop).map_err(|problem| problem.to_string());
    for (lines, part) in [
        (vec![], "from one to 40 lines"),
        (vec![line("P9", 1, None)], "line 1: there is no product `P9`"),
        (vec![line("P001", 0, None)], "line 1: the quantity must be more than 0"),
        (vec![line("P001", 1, Some(0))], "line 1: the unit price must be more than 0"),
        (vec![line("P001", 1, None), line("P003", 1, None)], "line 2: the price list has no price"),
        (vec![line("P001", 9_000_000_000_000, Some(i64::MAX))], "too large"),
    ] {
        let problem = refused(&of(lines)).expect_err(part);
        assert!(problem.contains(part), "{problem}");
    }
    for date in ["2026-11-21", "soon", "2026-02-30"] {
        let revision = Revision { valid_until: Some(date.into()), ..Revision::default() };
        assert!(refused(&revision).is_err_and(|problem| problem.contains(date)), "{date}");
    }
}

#[test]
fn the_settings_are_checked_with_their_place() {
    fn check(quotes: &str, expected: &str) {
        let file = crate::knowledge::SourceFile { path: "shop.yaml".into(), text: quotes.into() };
        let loaded = crate::knowledge::load(&[file]);
        let problems: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{problems:?}");
    }
    check("quotes: {valid_days: 0}", "shop.yaml:1:22");
    check("quotes: {number_prefix: qt-1}", "one to eight capital letters");
    check("quotes: {approval_from: 0}", "more than 0");
    check("quotes: {valid_day: 3}", "valid_days");
    check("quotes: {notes: [a, b, c, d, e, f, g, h, i]}", "keep 8 at most");
}

mod charges;
mod limits;
