//! What whole messages yield: one line for each entity, `kind text value`.

use domain::{
    catalog::{LeadTimeBasis, LeadTimeFrom, Product, Term},
    language::LocalizedText,
    understanding::{Entity, EntityKind, EntityValue},
};
use jiff::civil::{Date, date};

use super::{Light, extract};
use crate::{lexicon::Lexicon, text::Folded};

fn product(id: &str, zh: &str, en: &str, aliases: &[&str], category: &str) -> Product {
    Product {
        id: id.into(),
        name: LocalizedText { zh: Some(zh.into()), en: Some(en.into()) },
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        category: Some(category.into()),
        price: None,
        tiers: Vec::new(),
        pricing: domain::trade::ProductPricing::default(),
        moq: None,
        pack: None,
        unit: "台".into(),
        packages: Vec::new(),
        stock: None,
        lead_time: Vec::new(),
        lead_time_basis: LeadTimeBasis::Calendar,
        lead_time_from: LeadTimeFrom::Order,
        sample: None,
        packing: None,
        export: None,
        specs: Vec::new(),
        warranty_months: None,
        certificates: Vec::new(),
        certificates_until: std::collections::BTreeMap::new(),
        industries: Vec::new(),
        related_products: Vec::new(),
        new_since: None,
        discontinued: false,
        description: None,
    }
}

fn term(id: &str, zh: &str, en: &str, aliases: &[&str]) -> Term {
    Term {
        id: id.into(),
        name: LocalizedText { zh: Some(zh.into()), en: Some(en.into()) },
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
    }
}

pub fn lexicon() -> Lexicon {
    Lexicon::new(
        &[
            product(
                "P001",
                "六轴工业机器人",
                "six-axis industrial robot",
                &["六轴", "6-axis arm"],
                "industrial_robot",
            ),
            product(
                "P002",
                "四轴码垛机器人",
                "palletizing robot",
                &["码垛机", "palletizer"],
                "industrial_robot",
            ),
            product("P003", "智能相机 QV-200", "QV-200 smart camera", &["QV-200", "视觉相机"], "vision"),
            product("P011", "协作机器人 QM-C5", "QM-C5 cobot", &["C5", "5 kg cobot"], "collaborative_robot"),
            product("P012", "协作机器人 QM-C10", "QM-C10 cobot", &["C10"], "collaborative_robot"),
        ],
        &[term("automotive_parts", "汽车零部件", "automotive parts", &["汽配", "car parts"])],
        &[term("box", "箱", "carton", &["件箱", "ctn", "case"])],
        &[term("industrial_robot", "工业机器人", "industrial robots", &["机械手"])],
        &[term("payload", "负载", "payload", &["载重"])],
    )
}

pub const TODAY: Date = date(2026, 11, 22);

pub fn entities(text: &str, asks_quantity: bool) -> Vec<Entity> {
    static LEXICON: std::sync::LazyLock<Lexicon> = std::sync::LazyLock::new(lexicon);
    extract(
        &Folded::new(text),
        &LEXICON,
        Light { today: TODAY, asks_quantity, asked: None, listed: crate::Listed::NONE, price: None },
    )
    .entities
}

fn show(entity: &Entity) -> String {
    let json = |value| serde_json::to_string(value).expect("serialises");
    let value = if entity.candidates.is_empty() {
        json(&entity.value)
    } else {
        serde_json::to_string(&entity.candidates).expect("serialises")
    };
    let generic = if entity.generic { " any" } else { "" };
    let negated = if entity.negated { " not" } else { "" };
    format!("{} {} {value}{generic}{negated}", entity.kind.name(), entity.text)
}

fn check(text: &str, expected: &[&str]) {
    let shown: Vec<String> = entities(text, false).iter().map(show).collect();
    assert_eq!(shown, expected, "{text}");
}

#[test]
fn products_by_id_name_alias_and_part() {
    check("P001多少钱", &[r#"product P001 "P001""#]);
    check("Ｐ００１多少钱", &[r#"product Ｐ００１ "P001""#]);
    check("六轴工业机器人什么价", &[r#"product 六轴工业机器人 "P001""#]);
    check("六轴的呢", &[r#"product 六轴 "P001""#]);
    check("qv200有货吗", &[r#"product qv200 "P003""#]);
    check("how much is the QV 200", &[r#"product QV 200 "P003""#]);
    check("price of palletizers", &[r#"product palletizers "P002""#]);
    check("5 kg cobot price", &[r#"product 5 kg cobot "P011""#]);
    check("协作机器人有几款", &[r#"product 协作机器人 ["P011","P012"]"#]);
    check("P0012", &[r"product P0012 null"]);
    check("P999多少钱", &["product P999 null"]);
    check("do you have VT-800", &["product VT-800 null"]);
    check("不要P002,要P001", &[r#"product P002 "P002" not"#, r#"product P001 "P001""#]);
    check("P002不要了", &[r#"product P002 "P002" not"#]);
    check("P002去掉,P001呢", &[r#"product P002 "P002" not"#, r#"product P001 "P001""#]);
    check("anything but not P002", &[r#"product P002 "P002" not"#]);
    check("你们有水泵吗", &["product 水泵 null"]);
    check("机器人有货吗", &[r#"product 机器人 ["P001","P002","P011","P012"]"#]);
    check("开机报E21错误怎么办", &[]);
}

#[test]
fn words_for_a_kind_of_goods_name_none_of_it() {
    // Of a category: those of its products that are sold.
    check("工业机器人有哪些", &[r#"product 工业机器人 ["P001","P002"] any"#]);
    check("有机械手吗", &[r#"product 机械手 ["P001","P002"] any"#]);
    check("do you sell industrial robots", &[r#"product industrial robots ["P001","P002"] any"#]);
    check("不要机械手,要P003", &[r#"product 机械手 ["P001","P002"] any not"#, r#"product P003 "P003""#]);
    // What trade calls by a word that stands in names of the shop.
    check("相机有货吗", &[r#"product 相机 ["P003"] any"#]);
    check("how much is a camera", &[r#"product camera ["P003"] any"#]);
    check("price of thermal cameras", &[r#"product thermal cameras ["P003"] any"#]);
    // What tells which it is belongs to the words, unless it is a name.
    check("QV-200 smart camera price", &[r#"product QV-200 smart camera "P003""#]);
    // An industry's words are no goods: 零部件 stands in 汽车零部件.
    check("汽车零部件行业", &[r#"industry 汽车零部件 "automotive_parts""#]);
}

#[test]
fn what_the_buyer_deals_in_is_no_product() {
    check("你们有轴承吗", &["product 轴承 null"]);
    check("我做轴承批发的", &[]);
    check("我们做轴承的,想问下运费", &[]);
    check("我们做轴承的生意", &["product 轴承 null"]);
    check("do you have bearings", &["product bearings null"]);
    check("we make bearings, can you deliver", &[]);
    check("we have a bearing factory", &[]);
}

#[test]
fn words_that_belong_to_no_name_are_left_out_at_its_ends() {
    let span = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        let span = super::product::without_modifiers(&chars, (0, chars.len()));
        span.map(|(start, end)| chars[start..end].iter().collect::<String>())
    };
    assert_eq!(span("another socket"), Some("socket".into()));
    assert_eq!(span("cable through"), Some("cable".into()));
    assert_eq!(span("a4 paper"), Some("a4 paper".into()));
    assert_eq!(span("our own"), None);
    assert_eq!(span("不锈钢 软管"), Some("不锈钢 软管".into()));
}

#[test]
fn a_measure_that_answers_a_question_for_a_property_is_one() {
    let read = |about: Option<&str>, text: &str| {
        let light = Light {
            today: TODAY,
            asks_quantity: false,
            asked: about,
            listed: crate::Listed::NONE,
            price: None,
        };
        let found = extract(&Folded::new(text), &lexicon(), light).entities;
        found.iter().map(show).collect::<Vec<_>>().join("; ")
    };
    let spec = |text: &str, attribute: &str, comparator: &str, unit: &str| {
        format!(
            r#"spec {text} {{"attribute":{attribute},"comparator":"{comparator}","number":20,"unit":"{unit}"}}"#
        )
    };
    assert_eq!(read(Some("payload"), "大概20公斤"), spec("20公斤", "\"payload\"", "=", "kg"));
    assert_eq!(read(Some("payload"), "about 20 kg"), spec("20 kg", "\"payload\"", "=", "kg"));
    assert_eq!(read(Some("reach"), "20米"), spec("20米", "\"reach\"", "=", "m"));
    assert_eq!(read(Some("use"), "搬箱子,大概20公斤"), spec("20公斤", "null", "=", "kg"));
    // A property that is named, or what is bought, goes before the question.
    assert_eq!(read(Some("reach"), "负载20公斤"), spec("负载20公斤", "\"payload\"", "=", "kg"));
    assert!(read(Some("use"), "先要20公斤").starts_with("quantity 20公斤"));
    assert!(read(Some("use"), "we need 20 kg").starts_with("quantity 20 kg"));
    for about in [None, Some("quantity"), Some("destination")] {
        assert!(read(about, "大概20公斤").starts_with("quantity 20公斤"), "{about:?}");
    }
    assert!(read(Some("payload"), "20台").starts_with("quantity 20台"));
}

#[test]
fn of_a_large_category_a_few_products_are_named() {
    let products: Vec<Product> = (0..30)
        .map(|i| Product { discontinued: i == 1, ..product(&format!("K{i:03}"), "", "", &[], "pump") })
        .collect();
    let lexicon = Lexicon::new(&products, &[], &[], &[term("pump", "水泵", "pumps", &[])], &[]);
    let light =
        Light { today: TODAY, asks_quantity: false, asked: None, listed: crate::Listed::NONE, price: None };
    let found = extract(&Folded::new("水泵多少钱"), &lexicon, light).entities;
    let [pump] = found.as_slice() else { panic!("{found:?}") };
    let ids: Vec<String> = pump.candidates.iter().map(|id| format!("{id:?}")).collect();
    assert_eq!(ids.len(), 10);
    assert!(ids[0].contains("K000") && ids[1].contains("K002"), "{ids:?}");
}

#[test]
fn quantities() {
    check("P001要20台", &[r#"product P001 "P001""#, r#"quantity 20台 {"number":20,"unit":"台"}"#]);
    check("一百二十台", &[r#"quantity 一百二十台 {"number":120,"unit":"台"}"#]);
    check("2-3万只", &[r#"quantity 2-3万只 {"min":20000,"max":30000,"unit":"只"}"#]);
    check("1,200 pcs", &[r#"quantity 1,200 pcs {"number":1200,"unit":"pcs"}"#]);
    check("1000 pieces", &[r#"quantity 1000 pieces {"number":1000,"unit":"pcs"}"#]);
    check("2 tons please", &[r#"quantity 2 tons {"number":2,"unit":"t"}"#]);
    check("两万平", &[r#"quantity 两万平 {"number":20000,"unit":"平"}"#]);
    check("要俩", &[r#"quantity 俩 {"number":2,"unit":null}"#]);
    check("two dozen", &[r#"quantity two dozen {"number":24,"unit":null}"#]);
    check("price for 500", &[r#"quantity 500 {"number":500,"unit":null}"#]);
    check("500 office chairs", &[r#"quantity 500 {"number":500,"unit":null}"#, "product office chairs null"]);
    check("50到100台", &[r#"quantity 50到100台 {"min":50,"max":100,"unit":"台"}"#]);
    check("5箱", &[r#"quantity 5箱 {"number":5,"unit":"箱"}"#]);
    check("12 ctn", &[r#"quantity 12 ctn {"number":12,"unit":"ctn"}"#]);
    check("1.5吨", &[r#"quantity 1.5吨 {"number":1.5,"unit":"吨"}"#]);
    check("5w只", &[r#"quantity 5w只 {"number":50000,"unit":"只"}"#]);
    check("1.200 pcs", &[r#"quantity 1.200 pcs [{"number":1200,"unit":"pcs"},{"number":1.2,"unit":"pcs"}]"#]);
    check("每年大概采购200台", &[r#"quantity 200台 {"number":200,"unit":"台"}"#]);
    check("200 units a year", &[r#"quantity 200 units {"number":200,"unit":"units"}"#]);
    check("一年采购200台", &[r#"quantity 200台 {"number":200,"unit":"台"}"#]);
    check("一台多少钱", &[]);
    check("好多钱一公斤", &[]);
    check("第一台", &[]);
    check("一个问题", &[]);
    check("3个人", &[]);
    check("80块一箱", &[r#"money 80块 {"minor":8000,"currency":"CNY","role":"price"}"#]);
    check("几个一箱", &[]);
    check("两个高柜", &[r#"quantity 两个高柜 {"number":2,"unit":"高柜"}"#]);
    check("20", &[r#"quantity 20 {"number":20,"unit":null}"#]);
}

#[test]
fn what_the_buyer_deals_in_is_no_wish_even_where_we_sell_it() {
    check("我们是做工业机器人的,要协作机器人", &[r#"product 协作机器人 ["P011","P012"]"#]);
    check("we make industrial robots", &[]);
}

#[test]
fn who_asks_whether_a_machine_answers_him_names_no_goods() {
    for text in ["你是工业机器人吗", "工业机器人回复的吧", "are you an industrial robot?"] {
        check(text, &[]);
    }
    check("工业机器人多少钱", &["product 工业机器人 [\"P001\",\"P002\"] any"]);
}

#[test]
fn the_end_of_very_many_names_is_a_kind_of_goods() {
    let many: Vec<Product> = (0..6)
        .map(|n| {
            product(
                &format!("M{n}"),
                &format!("{}号搬运机器人", ["一", "二", "三", "四", "五", "六"][n]),
                "",
                &[],
                "x",
            )
        })
        .collect();
    let lexicon = Lexicon::new(&many, &[], &[], &[], &[]);
    let folded = Folded::new("搬运机器人多少钱");
    let light =
        Light { today: TODAY, asks_quantity: false, asked: None, listed: crate::Listed::NONE, price: None };
    let found = extract(&folded, &lexicon, light).entities;
    let [only] = found.as_slice() else { panic!("{found:?}") };
    assert!(only.generic && only.candidates.len() == 6 && only.text == "搬运机器人", "{only:?}");
}

#[test]
fn quantities_that_nobody_can_order_are_read_as_well() {
    check("要0台", &[r#"quantity 0台 {"number":0,"unit":"台"}"#]);
    check("0 pcs", &[r#"quantity 0 pcs {"number":0,"unit":"pcs"}"#]);
    check("零台", &[r#"quantity 零台 {"number":0,"unit":"台"}"#]);
    check("99999999999999999999台多少钱", &["quantity 99999999999999999999台 null"]);
    check("99999999999999999999多少钱", &[]);
    for word in ["零件多少钱", "零部件多少钱", "零头抹掉", "零担发货", "0"] {
        check(word, &[]);
    }
}

#[test]
fn a_place_that_names_a_currency_is_no_place() {
    check("多少越南盾", &[]);
    check("price in Singapore dollars", &[]);
    check("在越南元件厂上班", &[r#"region 越南 "越南""#]);
}

#[test]
fn a_bare_number_answers_a_question_for_a_quantity() {
    let shown: Vec<String> = entities("大概3k", true).iter().map(show).collect();
    assert_eq!(shown, [r#"quantity 3k {"number":3000,"unit":null}"#]);
}

#[test]
fn amounts_of_money() {
    check("5万元", &[r#"money 5万元 {"minor":5000000,"currency":"CNY"}"#]);
    check("$1.2k", &[r#"money $1.2k {"minor":120000,"currency":"USD"}"#]);
    check("€3,150", &[r#"money €3,150 {"minor":315000,"currency":"EUR"}"#]);
    check("GBP 2,180", &[r#"money GBP 2,180 {"minor":218000,"currency":"GBP"}"#]);
    check("12.5美元", &[r#"money 12.5美元 {"minor":1250,"currency":"USD"}"#]);
    check("预算5万块", &[r#"money 5万块 {"minor":5000000,"currency":"CNY","role":"budget"}"#]);
    check("预算27万", &[r#"money 27万 {"amount":"270000","currency":null,"role":"budget"}"#]);
    check("our budget is $8,000", &[r#"money $8,000 {"minor":800000,"currency":"USD","role":"budget"}"#]);
    check("target price $4.20", &[r#"money $4.20 {"minor":420,"currency":"USD","role":"target_price"}"#]);
    check("12k", &[r#"money 12k {"amount":"12000","currency":null}"#]);
    check("两毛", &[r#"money 两毛 {"minor":20,"currency":"CNY"}"#]);
    check("三分钱", &[r#"money 三分钱 {"minor":3,"currency":"CNY"}"#]);
    check("5块5", &[r#"money 5块5 {"minor":550,"currency":"CNY"}"#]);
    check("内六角螺栓几分钱", &["product 内六角螺栓 null"]);
    check("方案和报价一起发我", &[]);
    check("砍一刀", &[]);
    check("INR 4,50,000", &[r#"money INR 4,50,000 {"minor":45000000,"currency":"INR"}"#]);
    check("RS485 port", &[]);
    check("rmb5000", &[r#"money rmb5000 {"minor":500000,"currency":"CNY"}"#]);
    check("$0.0135", &[r#"money $0.0135 {"amount":"0.0135","currency":"USD"}"#]);
}

#[test]
fn percentages_and_discounts() {
    check("八五折行吗", &[r#"percent 八五折 {"percent_off":15}"#]);
    check("打8折", &[r#"percent 8折 {"percent_off":20}"#]);
    check("九五折", &[r#"percent 九五折 {"percent_off":5}"#]);
    check("9.5折", &[r#"percent 9.5折 {"percent_off":5}"#]);
    check("让3个点", &[r#"percent 3个点 {"percent_off":3}"#]);
    check("15% off", &[r#"percent 15% {"percent_off":15}"#]);
    check("can you give 8% discount", &[r#"percent 8% {"percent_off":8}"#]);
    check("开13个点的票", &[r#"percent 13个点 {"percent":13}"#]);
    check("百分之三十", &[r#"percent 百分之三十 {"percent":30}"#]);
    check("便宜两成", &[r#"percent 两成 {"percent_off":20}"#]);
    check("能不能打折", &[]);
}

#[test]
fn dates_relative_to_the_day_of_the_message() {
    // A Sunday.
    check("今天", &[r#"date 今天 "2026-11-22""#]);
    check("明天要", &[r#"date 明天 "2026-11-23""#]);
    check("后天", &[r#"date 后天 "2026-11-24""#]);
    check("下周三", &[r#"date 下周三 "2026-11-25""#]);
    check("周五前", &[r#"date 周五 "2026-11-27""#]);
    check("下周", &[r#"date 下周 {"from":"2026-11-23","to":"2026-11-29"}"#]);
    check("月底", &[r#"date 月底 "2026-11-30""#]);
    check("下个月底", &[r#"date 下个月底 "2026-12-31""#]);
    check("11月30日", &[r#"date 11月30日 "2026-11-30""#]);
    check("3月5号", &[r#"date 3月5号 "2027-03-05""#]);
    check("十二月二十号", &[r#"date 十二月二十号 "2026-12-20""#]);
    check("八月中旬", &[r#"date 八月中旬 {"from":"2027-08-11","to":"2027-08-20"}"#]);
    check("2026年12月1日", &[r#"date 2026年12月1日 "2026-12-01""#]);
    check("2026-11-30", &[r#"date 2026-11-30 "2026-11-30""#]);
    check("明年三月", &[r#"date 明年三月 {"from":"2027-03-01","to":"2027-03-31"}"#]);
    check("春节前", &[r#"date 春节前 {"from":"2026-11-22","to":"2027-02-05"}"#]);
    check("三天后", &[r#"date 三天后 "2026-11-25""#]);
    check("20号", &[r#"date 20号 "2026-12-20""#]);
    check("去年双十一前", &[r#"date 去年双十一前 "2025-11-11""#]);
    check("tomorrow", &[r#"date tomorrow "2026-11-23""#]);
    check("next Friday", &[r#"date next Friday "2026-11-27""#]);
    check("by Nov 30", &[r#"date Nov 30 "2026-11-30""#]);
    check("30th of November", &[r#"date 30th of November "2026-11-30""#]);
    check("in three weeks", &[r#"date in three weeks "2026-12-13""#]);
    check("end of December", &[r#"date end of December "2026-12-31""#]);
    check("the 28th", &[r#"date the 28th "2026-11-28""#]);
    check("on Monday", &[r#"date Monday "2026-11-23""#]);
    check("March 5, 2027", &[r#"date March 5, 2027 "2027-03-05""#]);
    check("3/4/2027", &[r#"date 3/4/2027 ["2027-04-03","2027-03-04"]"#]);
    check("31/12/2026", &[r#"date 31/12/2026 "2026-12-31""#]);
    check("this week", &[r#"date this week {"from":"2026-11-16","to":"2026-11-22"}"#]);
    check("2月30日", &["date 2月30日 null"]);
}

#[test]
fn durations() {
    check("两周", &[r#"duration 两周 {"number":2,"unit":"week"}"#]);
    check("60 days", &[r#"duration 60 days {"number":60,"unit":"day"}"#]);
    check("质保一年", &[r#"duration 一年 {"number":1,"unit":"year"}"#]);
    check("仨月", &[r#"duration 仨月 {"number":3,"unit":"month"}"#]);
    check("半年", &[r#"duration 半年 {"number":0.5,"unit":"year"}"#]);
    check("十三个月", &[r#"duration 十三个月 {"number":13,"unit":"month"}"#]);
    check("3-5天", &[r#"duration 3-5天 {"min":3,"max":5,"unit":"day"}"#]);
    check("15个工作日", &[r#"duration 15个工作日 {"number":15,"unit":"day"}"#]);
    check("五天", &[r#"duration 五天 {"number":5,"unit":"day"}"#]);
    check("six weeks", &[r#"duration six weeks {"number":6,"unit":"week"}"#]);
    check("十来年了", &["duration 十来年 null"]);
}

#[test]
fn contacts() {
    check("15927340018", &[r#"phone 15927340018 "+8615927340018""#]);
    check("电话138 0013 8000", &[r#"phone 138 0013 8000 "+8613800138000""#]);
    check("call me +27 82 555 0147", &[r#"phone +27 82 555 0147 "+27825550147""#]);
    check("0574-87654321", &[r#"phone 0574-87654321 "+8657487654321""#]);
    check(
        "mail K.Horvat@Mlinar-Pek.HR please",
        &[r#"email K.Horvat@Mlinar-Pek.HR "k.horvat@mlinar-pek.hr""#],
    );
    check("微信zhao_cnc2020", &[r#"wechat_id zhao_cnc2020 "zhao_cnc2020""#]);
    check("加我微信号：Leo_led88", &[r#"wechat_id Leo_led88 "Leo_led88""#]);
    check("see https://example.com/p/500", &[]);
}

#[test]
fn identifiers() {
    check("订单SC2210037到哪了", &[r#"order_number SC2210037 "SC2210037""#]);
    check("container MSKU7781230", &[r#"order_number MSKU7781230 "MSKU7781230""#]);
    check("PO 7712 signed", &[r#"order_number 7712 "7712""#]);
    check("where is PO 7781", &[r#"order_number 7781 "7781""#]);
    check("PO-3312 status", &[r#"order_number PO-3312 "PO-3312""#]);
    check("order no. 4711-A", &[r#"order_number 4711-A "4711-A""#]);
    check("order 500 pcs", &[r#"quantity 500 pcs {"number":500,"unit":"pcs"}"#]);
    check("91330381MA2AT6N058", &[r#"tax_id 91330381MA2AT6N058 "91330381MA2AT6N058""#]);
    check("HS编码84818040", &[r#"hs_code 84818040 "84818040""#]);
}

#[test]
fn terms_of_trade() {
    check("CIF汉堡多少", &[r#"incoterm CIF "CIF""#, r#"port 汉堡 "汉堡""#]);
    check("fob price", &[r#"incoterm fob "FOB""#]);
    check("能开专票吗", &[r#"invoice_type 专票 "special""#]);
    check("不含税价", &[r#"invoice_type 不含税 "none""#]);
    check("VAT invoice please", &[r#"invoice_type VAT invoice "special""#]);
    check("30%定金", &[r#"payment_term 30%定金 {"deposit_percent":30}"#]);
    check("月结60天", &[r#"payment_term 月结60天 {"net_days":60}"#]);
    check("可以月结吗", &[r#"payment_term 月结 {"balance":"monthly"}"#]);
    check("货到付款", &[r#"payment_term 货到付款 {"balance":"on_delivery"}"#]);
    check("T/T 30/70", &[r#"payment_term T/T 30/70 {"method":"tt","deposit_percent":30}"#]);
    check("45天信用证", &[r#"payment_term 45天信用证 {"net_days":45,"method":"lc"}"#]);
    check("半年承兑", &[r#"payment_term 半年承兑 {"net_days":180,"method":"acceptance"}"#]);
    check("LC at sight", &[r#"payment_term LC at sight {"method":"lc","net_days":0}"#]);
    check("net 30", &[r#"payment_term net 30 {"net_days":30}"#]);
    check("首付两成", &[r#"payment_term 首付两成 {"deposit_percent":20}"#]);
    check("承兑收吗", &[r#"payment_term 承兑 {"method":"acceptance"}"#]);
}

#[test]
fn specifications() {
    check(
        "负载20公斤",
        &[r#"spec 负载20公斤 {"attribute":"payload","comparator":"=","number":20,"unit":"kg"}"#],
    );
    check(
        "负载不低于20kg",
        &[r#"spec 负载不低于20kg {"attribute":"payload","comparator":">=","number":20,"unit":"kg"}"#],
    );
    check("220V", &[r#"spec 220V {"attribute":"voltage","comparator":"=","number":220,"unit":"V"}"#]);
    check(
        "零下三十度",
        &[r#"spec 零下三十度 {"attribute":"temperature","comparator":"=","number":-30,"unit":"C"}"#],
    );
    check(
        "at least 1.8 kW",
        &[r#"spec 1.8 kW {"attribute":"power","comparator":">=","number":1.8,"unit":"kW"}"#],
    );
    check("20公斤", &[r#"quantity 20公斤 {"number":20,"unit":"公斤"}"#]);
}

#[test]
fn places_industries_and_names() {
    check("发到合肥", &[r#"destination 合肥 "合肥""#]);
    check("ship to Vienna", &[r#"destination Vienna "Vienna""#]);
    check("我们在苏州", &[r#"region 苏州 "苏州""#]);
    check("到上海港", &[r#"port 上海港 "上海港""#]);
    check("我们做汽配的", &[r#"industry 汽配 "automotive_parts""#]);
    check("we make car parts", &[r#"industry car parts "automotive_parts""#]);
    check("找王总", &[r#"person 王总 "王总""#]);
    check("宁波海川轴承有限公司", &[r#"company 宁波海川轴承有限公司 "宁波海川轴承有限公司""#]);
    check("this is Gulf Star Trading LLC", &[r#"company Gulf Star Trading LLC "Gulf Star Trading LLC""#]);
    check("My name is Sven Aker", &[r#"person Sven Aker "Sven Aker""#]);
}

#[test]
fn a_target_price_is_money_and_no_quantity() {
    check("target price 45000", &[r#"money 45000 {"amount":"45000","currency":null,"role":"target_price"}"#]);
    check("目标价4.5万", &[r#"money 4.5万 {"amount":"45000","currency":null,"role":"target_price"}"#]);
    check("资金就这些,18万封顶", &[r#"money 18万 {"amount":"180000","currency":null,"role":"budget"}"#]);
    check(
        "欠的六千三下周付",
        &[
            r#"money 六千三 {"amount":"6300","currency":null}"#,
            r#"date 下周 {"from":"2026-11-23","to":"2026-11-29"}"#,
        ],
    );
}

#[test]
fn a_purchasing_managers_introduction_gives_what_it_names_and_nothing_else() {
    check(
        "Hi, I'm Laura Beck, purchasing manager at Nordhafen Maschinen GmbH, laura.beck@nordhafen.example.com. \
         Our budget is $60,000 and my target price is 45000.",
        &[
            r#"person Laura Beck "Laura Beck""#,
            r#"company Nordhafen Maschinen GmbH "Nordhafen Maschinen GmbH""#,
            r#"email laura.beck@nordhafen.example.com "laura.beck@nordhafen.example.com""#,
            r#"money $60,000 {"minor":6000000,"currency":"USD","role":"budget"}"#,
            r#"money 45000 {"amount":"45000","currency":null,"role":"target_price"}"#,
        ],
    );
}

#[test]
fn orders_firms_and_places_by_what_follows_them() {
    check("K1180号订单到哪了", &[r#"order_number K1180 "K1180""#]);
    check("DZ3300128发货了吗", &[r#"order_number DZ3300128 "DZ3300128""#]);
    check("抬头写宁波海曙恒力实业", &[r#"company 宁波海曙恒力实业 "宁波海曙恒力实业""#]);
    check("兰州能送吗", &[r#"destination 兰州 "兰州""#]);
}

#[test]
fn each_figure_belongs_to_the_property_beside_it() {
    let spec = |text: &str| {
        entities(text, false)
            .into_iter()
            .filter(|entity| entity.kind == EntityKind::Spec)
            .map(|entity| match entity.value {
                EntityValue::Object(value) => value["attribute"].as_str().unwrap_or_default().to_owned(),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(spec("a robot with 10 kg payload and 1.3 m reach"), ["payload", "reach"]);
    assert_eq!(spec("payload 10 kg and reach 1.3 m"), ["payload", "reach"]);
    assert_eq!(spec("payload at least 10 kg, reach 1.3 m"), ["payload", "reach"]);
    assert_eq!(spec("reach of at least 1.8 m"), ["reach"]);
    assert_eq!(spec("10公斤负载和1.3米臂展的"), ["payload", "reach"]);
}

#[test]
fn a_bare_number_near_the_price_that_is_spoken_of_is_a_bid() {
    static LEXICON: std::sync::LazyLock<Lexicon> = std::sync::LazyLock::new(lexicon);
    let bids = |price: Option<i64>, text: &str| {
        let light =
            Light { today: TODAY, asks_quantity: false, asked: None, listed: crate::Listed::NONE, price };
        let found = extract(&Folded::new(text), &LEXICON, light).entities;
        found.into_iter().any(|entity| {
            matches!(
                entity.value,
                EntityValue::Amount { role: Some(domain::understanding::MoneyRole::TargetPrice), .. }
            )
        })
    };
    let check = |price, text, expected| assert_eq!(bids(price, text), expected, "{price:?} {text}");
    check(Some(50_000), "46000行不行", true);
    check(Some(50_000), "隔壁家才45000", true);
    check(Some(50_000), "can you do 46000?", true);
    check(Some(50_000), "那47000，今天就定", true);
    check(None, "46000行不行", false);
    check(Some(50_000), "12000行不行", false);
    check(Some(50_000), "46000台行不行", false);
    // Goods that cost little are counted in such numbers.
    check(Some(420), "要400", false);
    check(Some(420), "400行不行", true);
}

#[test]
fn what_it_is_to_be_made_is_a_quantity() {
    let quantities = |text: &str| {
        entities(text, false).iter().filter(|entity| entity.kind == EntityKind::Quantity).count()
    };
    assert_eq!(quantities("make it 8"), 1);
    assert_eq!(quantities("and make that 30 please"), 1);
    assert_eq!(quantities("make it cheaper"), 0);
}
