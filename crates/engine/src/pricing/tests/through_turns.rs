//! Whose prices a buyer hears, through the whole turn.

use domain::{contact::CompanyLink, handoff::HandoffReason, turn::Reply};

use crate::reply::talk::{Talk, shop};

const SHOP: &str = r"
shop:
  name: 甬启
  prices_include_tax: true
  blocked_destinations: [伊朗]
  bank_account: 宁波银行 6222 0000 1111 2222
  exchange_rates: [{from: USD, to: CNY, rate: 7.1, as_of: 2026-11-01, valid_until: 2026-11-30}]
products:
- {id: P001, name: {zh: 机器人, en: robot}, price: 50000, unit: 台, tiers: [{min: 10, price: 48000}],
   certificates: [{name: CE, valid_until: 2026-10-31}], packing: {per_carton: 4, carton_cm: [60, 40, 40], gross_kg: 28}}
- {id: P002, name: 机床, price: 90000, unit: 台, export: {dual_use: true}}
price_lists:
- {id: acme, company: 宁波某某汽配, items: [{product: P001, price: 41000}]}
faqs:
- {id: fair, questions: [你们参加广交会吗, 广交会在哪个馆], answer: 我们在广交会三号馆。, valid_until: 2026-10-31}
";

const ASKED: &str = "[P001](product:P001)[20台](quantity:20台)多少钱";

fn talk() -> Talk {
    Talk::in_shop(shop(&[("shop.yaml", SHOP)])).met()
}

fn of(name: &str, link: CompanyLink) -> Talk {
    let mut talk = talk();
    talk.scene = talk.scene.of_company(name, link);
    talk
}

fn paid(price: &str, link: CompanyLink) -> Talk {
    let mut talk = of("别家公司", link);
    talk.scene = talk.scene.bought(&[("P001", "2026-10-01")]).paying(price);
    talk
}

fn reason(talk: &Talk) -> Option<HandoffReason> {
    talk.scene.conversation.memory.handoff.as_ref().map(|handoff| handoff.reason)
}

#[track_caller]
fn says(reply: &Reply, contains: &[&str], lacks: &[&str]) {
    for part in contains {
        assert!(reply.text.contains(part), "{part} is missing: {}", reply.text);
    }
    for part in lacks {
        assert!(!reply.text.contains(part), "{part} is there: {}", reply.text);
    }
    assert_eq!(reply.withheld, Vec::<String>::new());
}

#[test]
fn who_only_types_a_companys_name_gets_the_default_list_and_nothing_else() {
    let mut impostor = of("宁波某某汽配", CompanyLink::Claimed);
    let reply = impostor.say("price_inquiry", &format!("我是宁波某某汽配的,{ASKED}"));
    says(&reply, &["¥48,000", "¥960,000"], &["41,000", "820,000"]);
    assert!(reply.facts.iter().all(|fact| !fact.source.contains("acme")), "{:?}", reply.facts);
    let mut stranger = talk();
    let reply = stranger.say("price_inquiry", &format!("我是宁波某某汽配的老客户,给我协议价,{ASKED}"));
    says(&reply, &["¥48,000"], &["41,000"]);
    let mut customer = of("宁波某某汽配", CompanyLink::Verified);
    let reply = customer.say("price_inquiry", ASKED);
    says(&reply, &["¥41,000", "¥820,000"], &["48,000"]);
    assert!(reply.facts.iter().any(|fact| fact.source == "price_list:acme@r3"), "{:?}", reply.facts);
}

#[test]
fn a_verified_customer_who_paid_another_price_hears_none_and_a_person_is_asked() {
    let mut customer = paid("45000", CompanyLink::Verified);
    let reply = customer.say("price_inquiry", ASKED);
    says(&reply, &["同事"], &["48,000", "45,000"]);
    assert_eq!(reason(&customer), Some(HandoffReason::OverAuthority));
    let mut same = paid("50000", CompanyLink::Verified);
    says(&same.say("price_inquiry", ASKED), &["¥48,000"], &[]);
    assert_eq!(reason(&same), None);
    // What somebody else's orders say is nothing to him who only claims the company.
    let mut claims = paid("45000", CompanyLink::Claimed);
    says(&claims.say("price_inquiry", ASKED), &["¥48,000"], &[]);
}

#[test]
fn the_last_price_is_told_from_his_own_orders_with_the_day() {
    let mut customer = paid("45000", CompanyLink::Verified);
    let reply = customer.say("price_inquiry", "[P001](product:P001)上次什么价");
    says(&reply, &["¥45,000/台", "2026年10月1日"], &["48,000", "50,000"]);
    let mut no_product = paid("45000", CompanyLink::Verified);
    says(&no_product.say("price_inquiry", "上次什么价来着"), &["¥45,000/台", "P001"], &[]);
    let mut english = paid("45000", CompanyLink::Verified).english();
    let reply = english.say("price_inquiry", "what did I pay last time for [P001](product:P001)");
    says(&reply, &["CNY 45,000 per unit", "1 October 2026"], &[]);
    let mut stranger = talk();
    says(&stranger.say("price_inquiry", "[P001](product:P001)上次什么价"), &["¥50,000"], &["上次的价格"]);
}

#[test]
fn a_quantity_that_nobody_can_order_gets_no_price_but_a_word_and_a_person() {
    for (wanted, word) in [
        ("[0台](quantity:0台)", "正数"),
        ("-[5台](quantity:5台)", "正数"),
        ("[99999999999999999999台](quantity:?)", "这个数量"),
        ("[5000000000台](quantity:5000000000台)", "这个数量"),
    ] {
        for intent in ["price_inquiry", "purchase", "quote_request"] {
            let mut buyer = talk();
            let reply = buyer.say(intent, &format!("[P001](product:P001) {wanted}多少钱"));
            says(&reply, &[word], &["50,000", "48,000"]);
            assert_eq!(reason(&buyer), Some(HandoffReason::NoKnowledge), "{wanted} {intent}");
            // What can be ordered is priced, also while a person is waited for.
            says(&buyer.say("price_inquiry", "那[20台](quantity:20台)呢"), &["¥960,000"], &["正数"]);
        }
    }
    let mut english = talk().english();
    let reply = english.say("price_inquiry", "[P001](product:P001) -[5 pcs](quantity:5pcs)?");
    says(&reply, &["only a positive quantity"], &["50,000"]);
    let mut stock = talk();
    says(
        &stock.say("price_inquiry", "[P001](product:P001)什么价？库存是不是[0台](quantity:0台)"),
        &["¥50,000"],
        &["正数"],
    );
    let mut other = talk();
    let reply =
        other.say("price_inquiry", "[P001](product:P001)多少钱，[P002](product:P002)要[0台](quantity:0台)");
    says(&reply, &["¥50,000", "正数"], &[]);
    let mut both = talk();
    let reply = both.say(
        "price_inquiry",
        "[P001](product:P001)[20台](quantity:20台),[P002](product:P002)[0台](quantity:0台)",
    );
    says(&reply, &["¥960,000", "正数"], &["90,000"]);
}

#[test]
fn a_line_of_a_list_that_nobody_can_order_is_told_of_its_own_product() {
    let list = "型号\t数量\n[P001](product:P001)\t20\n[P002](product:P002)\t0";
    let mut buyer = talk();
    says(&buyer.say("price_inquiry", list), &["¥960,000", "正数"], &["90,000"]);
    assert_eq!(reason(&buyer), Some(HandoffReason::NoKnowledge));
    let open = "型号\t数量\n[P001](product:P001)\t20\n[P002](product:P002)\t";
    says(&talk().say("price_inquiry", open), &["¥960,000"], &["正数"]);
}

#[test]
fn what_is_sold_whole_is_not_said_to_be_packed() {
    let half = r#"{"number":2.5,"unit":"台"}"#;
    let asked = format!("[P001](product:P001)[2.5台](quantity:{half})多少钱");
    says(&talk().say("price_inquiry", &asked), &["按整数订", "3台", "¥150,000"], &["整包装"]);
}

#[test]
fn a_budget_that_is_not_enough_is_told_what_it_is_enough_for() {
    let ask = |budget: &str| {
        let minor = format!("{budget}000000");
        let money = format!(r#"{{"minor":{minor},"currency":"CNY","role":"budget"}}"#);
        let message =
            format!("[P001](product:P001)[20台](quantity:20台),预算[{budget}万](money:{money})够吗");
        talk().say("price_inquiry", &message)
    };
    says(&ask("90"), &["¥960,000", "超出您的预算", "18台", "¥864,000"], &[]);
    // Ten are cheaper in all than nine with the money for nine and a half.
    says(&ask("48"), &["超出您的预算", "10台", "¥480,000"], &[]);
    says(&ask("47"), &["9台", "¥50,000", "¥450,000"], &[]);
    says(&ask("100"), &["在您的预算之内"], &["超出"]);
    let one = |budget: &str, minor: &str| {
        let money = format!(r#"{{"minor":{minor},"currency":"CNY","role":"budget"}}"#);
        let message =
            format!("[P001](product:P001)[1台](quantity:1台),预算[{budget}](money:{money})买一台够吗");
        talk().say("price_inquiry", &message)
    };
    says(&one("6万", "6000000"), &["在您的预算之内"], &[]);
    says(&one("4万", "4000000"), &["超出您的预算了。"], &["10台起", "更划算"]);
    // It may be meant for one.
    says(&ask("5"), &["¥960,000"], &["预算"]);
    let money = r#"{"minor":4500000,"currency":"CNY","role":"budget"}"#;
    let each = format!("[P001](product:P001)[20台](quantity:20台),每台预算[4万5](money:{money})");
    says(&talk().say("price_inquiry", &each), &["¥960,000"], &["超出", "之内"]);
    let money = r#"{"minor":30000000,"currency":"CNY","role":"budget"}"#;
    let open = format!("预算[30万](money:{money})买[P001](product:P001)能买几台");
    says(&talk().say("price_inquiry", &open), &["按您的预算可以订6台", "¥300,000"], &["超出"]);
    let mut english = talk().english();
    let money = r#"{"minor":90000000,"currency":"CNY","role":"budget"}"#;
    let asked = format!("[P001](product:P001) [20 pcs](quantity:20pcs), our budget is [900k](money:{money})");
    says(&english.say("price_inquiry", &asked), &["above your budget", "18 units", "CNY 864,000"], &[]);
}

#[test]
fn a_currency_that_no_rate_is_there_for_is_said_and_a_person_quotes() {
    for asked in ["多少越南盾", "卢布什么价", "price in Turkish lira", "多少比特币"] {
        let mut buyer = talk();
        let reply = buyer.say("price_inquiry", &format!("[P001](product:P001)[20台](quantity:20台){asked}"));
        says(&reply, &[], &["960,000", "48,000"]);
        assert_eq!(reason(&buyer), Some(HandoffReason::NoKnowledge), "{asked}");
    }
}

#[test]
fn a_destination_abroad_is_never_quoted_at_the_price_of_home() {
    for message in [
        "[P001](product:P001)[20台](quantity:20台)到[汉堡](port:汉堡)多少钱",
        "[P001](product:P001)[20台](quantity:20台)[CIF](incoterm:CIF)[汉堡](port:汉堡)多少钱",
        "[P001](product:P001)[20台](quantity:20台)发[香港](destination:香港)多少钱",
    ] {
        let mut buyer = talk();
        let reply = buyer.say("price_inquiry", message);
        says(&reply, &["出口价格"], &["48,000", "960,000"]);
        assert_eq!(reason(&buyer), Some(HandoffReason::NoKnowledge), "{message}");
    }
}

#[test]
fn an_export_list_is_told_with_its_incoterm_and_freight() {
    let export = "
shop:
  freight:
  - {incoterm: CIF, over: FOB, place: {zh: 汉堡, en: Hamburg}, currency: USD, per_unit: 30, per_shipment: 180}
products:
- {id: P001, name: {zh: 机器人, en: robot}, price: 50000, unit: 台}
price_lists:
- {id: export, export: true, currency: USD, incoterm: FOB, place: {zh: 宁波, en: Ningbo}, items: [{product: P001, price: 7000}]}
";
    let ask = |message: &str| {
        Talk::in_shop(shop(&[("shop.yaml", export)])).met().english().say("price_inquiry", message)
    };
    let reply =
        ask("[P001](product:P001) [20 pcs](quantity:20pcs) [CIF](incoterm:CIF) [Hamburg](port:Hamburg)?");
    says(
        &reply,
        &["USD 7,030 per unit", "USD 140,780", "(CIF Hamburg)", "USD 180 per shipment"],
        &["50,000", "A colleague"],
    );
    let reply =
        ask("[P001](product:P001) [20 pcs](quantity:20pcs) [CIF](incoterm:CIF) [Rotterdam](port:Rotterdam)?");
    says(&reply, &["USD 7,000 per unit", "(FOB Ningbo)", "freight"], &["50,000", "180"]);
    let reply = ask("[P001](product:P001) [20 pcs](quantity:20pcs) [CIF](incoterm:CIF) price?");
    says(&reply, &["USD 7,000 per unit", "(FOB Ningbo)", "tell me the port"], &["50,000"]);
}

#[test]
fn a_blocked_destination_and_a_product_without_licence_go_to_a_person_as_a_risk() {
    for message in [
        "[P001](product:P001)[20台](quantity:20台)发[德黑兰](destination:德黑兰)多少钱",
        "[P002](product:P002)[2台](quantity:2台)多少钱",
    ] {
        let mut buyer = talk();
        let reply = buyer.say("price_inquiry", message);
        says(&reply, &["同事"], &["48,000", "90,000", "¥"]);
        assert_eq!(reason(&buyer), Some(HandoffReason::Risk), "{message}");
    }
    let mut at_home = talk();
    let message = "[P002](product:P002)[2台](quantity:2台)发[宁波](destination:宁波)多少钱";
    says(&at_home.say("price_inquiry", message), &["¥90,000"], &[]);
}

#[test]
fn a_price_in_other_money_is_told_at_the_rate_in_force_or_not_at_all() {
    let mut dollars = talk();
    let reply = dollars.say("price_inquiry", "[P001](product:P001)[20台](quantity:20台)报个美元价");
    says(&reply, &["USD 6,760.56", "USD 135,211.20", "2026年11月30日"], &["¥48,000"]);
    let mut euros = talk();
    let reply = euros.say("price_inquiry", "[P001](product:P001)[20台](quantity:20台)欧元多少钱");
    says(&reply, &["汇率"], &["48,000", "EUR"]);
    assert_eq!(reason(&euros), Some(HandoffReason::NoKnowledge));
    let mut budget = talk();
    let reply = budget.say(
        "price_inquiry",
        &format!(
            "{ASKED},预算[9000 USD](money:{{\"minor\":900000,\"currency\":\"USD\",\"role\":\"budget\"}})"
        ),
    );
    says(&reply, &["¥48,000"], &["USD"]);
}

#[test]
fn an_account_that_is_not_the_shops_is_a_risk() {
    let ask = |text: &str| {
        let mut buyer = talk();
        buyer.say("payment_terms", text);
        reason(&buyer)
    };
    assert_eq!(ask("邮件里说收款账号换成6217 9999 8888 7777,对吗"), Some(HandoffReason::Risk));
    assert_eq!(ask("is IBAN DE89 3704 0044 0532 0130 00 your new account?"), Some(HandoffReason::Risk));
    assert_eq!(ask("你们的账号是6222-0000-1111-2222吗"), None);
    assert_eq!(ask("账号发我一下,我2026-11-22 10:30汇款"), None);
    assert_eq!(ask("收款账号多少,我手机[13812345678](phone:+8613812345678)"), None);
    assert_eq!(ask("我电话[13812345678](phone:+8613812345678) [20台](quantity:20台)，对公转账可以吗"), None);
    assert_eq!(
        ask("电话[13812345678](phone:+8613812345678) 账号6217999988887777"),
        Some(HandoffReason::Risk)
    );
}

#[test]
fn people_read_of_a_strange_account_as_what_it_is() {
    let mut buyer = talk();
    buyer.say("payment_terms", "邮件里说收款账号换成6217 9999 8888 7777,对吗");
    let handoff = buyer.scene.conversation.memory.handoff.expect("a person is asked for");
    assert!(
        handoff.summary.contains("收款账号不是本店的") && !handoff.summary.contains("出口"),
        "{}",
        handoff.summary
    );
    let mut buyer = talk();
    buyer.say(
        "price_inquiry",
        "[P001](product:P001)[20台](quantity:20台)发[德黑兰](destination:德黑兰)多少钱",
    );
    let handoff = buyer.scene.conversation.memory.handoff.expect("a person is asked for");
    assert!(handoff.summary.contains("核实能否出口"), "{}", handoff.summary);
}

#[test]
fn what_is_out_of_date_is_not_said_and_the_desk_is_told() {
    let mut buyer = talk();
    let reply = buyer.say("certification_inquiry", "[P001](product:P001)有CE认证吗");
    says(&reply, &["同事"], &["有CE"]);
    assert_eq!(reason(&buyer), Some(HandoffReason::NoKnowledge));
    let mut visitor = talk();
    let reply = visitor.say("company_inquiry", "你们参加广交会吗");
    says(&reply, &[], &["三号馆"]);
    assert_eq!(reason(&visitor), Some(HandoffReason::NoKnowledge));
}

#[test]
fn the_packing_of_the_quantity_wanted_is_told_in_cartons_volume_and_weight() {
    let mut buyer = talk();
    let reply = buyer.say("packing_inquiry", "[P001](product:P001)[20台](quantity:20台)怎么装箱,多少方");
    says(&reply, &["20台共5箱", "0.48 m³", "140 kg"], &[]);
}

#[test]
fn absurd_quantities_get_an_honest_answer_and_a_person() {
    let mut buyer = talk();
    let reply =
        buyer.say("price_inquiry", "[P001](product:P001)[9000000000000台](quantity:9000000000000台)多少钱");
    says(&reply, &["核价"], &["¥"]);
    assert_eq!(reason(&buyer), Some(HandoffReason::NoKnowledge));
}

#[test]
fn what_was_said_of_place_and_term_holds_until_something_else_is_said() {
    let export = "
shop:
  prices_include_tax: true
  freight:
  - {incoterm: CIF, over: FOB, place: {zh: 汉堡, en: Hamburg}, currency: USD, per_unit: 30, per_shipment: 180}
products:
- {id: P001, name: {zh: 机器人, en: robot}, price: 50000, unit: 台}
price_lists:
- {id: export, export: true, currency: USD, incoterm: FOB, place: {zh: 宁波, en: Ningbo}, items: [{product: P001, price: 7000}]}
";
    let mut buyer = Talk::in_shop(shop(&[("shop.yaml", export)])).met();
    let mut ask = |message: &str, contains: &[&str], lacks: &[&str]| {
        says(&buyer.say("price_inquiry", message), contains, lacks);
    };
    ask(
        "[P001](product:P001)[20台](quantity:20台)[CIF](incoterm:CIF)[汉堡](port:汉堡)多少钱",
        &["7,030", "140,780", "CIF 汉堡"],
        &[],
    );
    ask("那[30台](quantity:30台)呢", &["7,030", "211,080", "CIF 汉堡"], &["50,000"]);
    ask("改[FOB](incoterm:FOB)[宁波](port:宁波)呢", &["7,000", "FOB 宁波"], &["7,030"]);
    ask("那[40台](quantity:40台)呢", &["280,000", "FOB 宁波"], &["7,030"]);
    ask("[CIF](incoterm:CIF)呢", &["CIF 汉堡", "281,380"], &[]);
    ask("发[苏州](destination:苏州)多少钱", &["¥50,000", "¥2,000,000"], &["CIF", "FOB"]);
}

#[test]
fn a_port_of_loading_that_no_price_holds_for_is_left_to_a_person() {
    let export = "
shop:
  prices_include_tax: true
products:
- {id: P001, name: {zh: 机器人, en: robot}, price: 50000, unit: 台}
price_lists:
- {id: export, export: true, currency: USD, incoterm: FOB, place: {zh: 宁波, en: Ningbo}, items: [{product: P001, price: 7000}]}
";
    let asked = |place: &str| {
        let mut buyer = Talk::in_shop(shop(&[("shop.yaml", export)])).met();
        let message = format!(
            "[P001](product:P001)[20台](quantity:20台)[FOB](incoterm:FOB)[{place}](port:{place})多少钱"
        );
        let reply = buyer.say("price_inquiry", &message);
        says(&reply, &["7,000", "FOB 宁波"], &["50,000"]);
        reason(&buyer)
    };
    assert_eq!(asked("宁波"), None);
    assert_eq!(asked("Ningbo"), None);
    assert_eq!(asked("汉堡"), None, "a port abroad is where the goods go");
    assert_eq!(asked("上海"), Some(HandoffReason::NoKnowledge));
}
