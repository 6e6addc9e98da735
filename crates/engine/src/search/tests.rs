use domain::understanding::Understanding;

use super::*;
use crate::{knowledge::Knowledge, reply::talk::demo, turn::scene};

/// Messages that no FAQ answers.
const UNRELATED: &[&str] = &[
    "你好",
    "在吗",
    "谢谢",
    "好的",
    "不用了",
    "可以,就这样",
    "P001多少钱",
    "20台什么价",
    "能不能再便宜点",
    "给我报个价",
    "我要下单",
    "跟上次一样再来50件",
    "转人工",
    "别再给我推销了",
    "今天天气怎么样",
    "你叫什么名字",
    "有什么新品",
    "帮我推荐几款",
    "我的订单到哪了",
    "你们这服务太差了",
    "款打过去了",
    "加个微信吧",
    "P001和P004差在哪",
    "负载多少公斤",
    "六轴机器人有现货吗",
    "最大臂展是多少",
    "我们是做货代的,贵司有需要吗",
    "讲个笑话",
    "hello",
    "thanks",
    "ok",
    "how much is P001",
    "price for 20 units",
    "can you do better on price",
    "please send me a quotation",
    "I want to place an order",
    "talk to a human",
    "stop sending me offers",
    "what's the weather like",
    "tell me a joke",
    "where is my order",
    "this is unacceptable",
    "I have paid",
    "recommend something for welding",
    "is the six-axis robot in stock",
    "what is the payload",
    "who won the match",
    "stop",
    "how long",
    "how much?",
    "test",
    "I buy",
    "write me a poem about spring",
];

/// Every phrasing of the demo shop asked while it is left out: found first, found above the threshold, another found instead.
fn leave_one_out(knowledge: &Knowledge) -> (usize, usize, usize, usize) {
    let (mut asked, mut first, mut right, mut wrong) = (0, 0, 0, 0);
    let mut index = knowledge.faq_index.clone();
    for (place, faq) in knowledge.faqs.iter().enumerate() {
        for left_out in 0..faq.questions.len() {
            let others = faq.questions.iter().enumerate().filter(|(number, _)| *number != left_out);
            let texts = others.map(|(_, text)| text.as_str()).chain(faq.answer.all());
            let vectors: Vec<_> = texts.map(|text| index.weights.vector(text)).collect();
            let without = Entry::new(&mut index.postings, &vectors, faq.questions.len() - 1);
            let whole = std::mem::replace(&mut index.entries[place], without);
            let question = &faq.questions[left_out];
            asked += 1;
            first += usize::from(index.ranked(question).first().is_some_and(|found| found.0 == place));
            match index.best(question) {
                Some((found, _)) if found == place => right += 1,
                Some(_) => wrong += 1,
                None => {}
            }
            index.entries[place] = whole;
        }
    }
    (asked, first, right, wrong)
}

#[test]
fn most_phrasings_find_their_faq_when_left_out() {
    let (asked, first, right, wrong) = leave_one_out(&demo());
    assert!(first * 100 >= asked * 84, "{first} of {asked} stood first");
    assert!(right * 100 >= asked * 75, "{right} of {asked} were found");
    assert!(wrong * 100 <= asked * 10, "{wrong} of {asked} found another");
}

#[test]
fn every_phrasing_finds_its_own_faq() {
    let knowledge = demo();
    for (place, faq) in knowledge.faqs.iter().enumerate() {
        for question in &faq.questions {
            let found = knowledge.faq_index.best(question).map(|(found, _)| found);
            assert_eq!(found, Some(place), "{question}");
        }
    }
}

#[test]
fn messages_that_no_faq_answers_find_none() {
    let knowledge = demo();
    let found: Vec<_> =
        UNRELATED.iter().filter_map(|text| Some((text, knowledge.faq_index.best(text)?))).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn an_empty_index_and_an_empty_text_find_nothing() {
    assert_eq!(FaqIndex::default().best("质保多久"), None);
    assert_eq!(demo().faq_index.best(""), None);
    assert_eq!(demo().faq_index.best("?!…"), None);
}

#[track_caller]
fn finds(text: &str, expected: &[&str]) {
    let knowledge = demo();
    let found: Vec<_> = knowledge
        .product_search
        .find(&knowledge, text)
        .into_iter()
        .map(|product| product.id.to_string())
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn products_are_found_by_what_they_are_for() {
    finds("你们有做码垛的机器人吗", &["P006"]);
    finds("do you have a palletizing robot", &["P006"]);
    finds("今天天气怎么样", &[]);
    finds("", &[]);
}

/// The three nearest to a message with marked entities (see the scene) in a category: id, then each point as `name fit`.
#[track_caller]
fn nearest(category: Option<&str>, marked: &str, expected: &[&str]) {
    let knowledge = demo();
    let (text, entities) = scene::read(marked);
    let topic = category.map(str::to_owned);
    let understanding = Understanding { entities, topic, ..Understanding::default() };
    let wish = Wish::read(&knowledge, &understanding, &text);
    let hits = knowledge.product_search.search(&knowledge, &wish, 3);
    let found: Vec<String> = hits
        .iter()
        .map(|hit| {
            let points = hit.reasons.iter().map(|reason| {
                let name = match &reason.aspect {
                    Aspect::Property(attribute) => attribute.clone(),
                    Aspect::Certificate(name) => name.clone(),
                    other => format!("{other:?}").to_lowercase(),
                };
                format!(" {name} {}", format!("{:?}", reason.fit).to_lowercase())
            });
            format!("{}{}", hit.product.id, points.collect::<String>())
        })
        .collect();
    assert_eq!(found, expected, "{marked}");
}

const PAYLOAD: &str = r#"spec:{"attribute":"payload","comparator":">=","number":8,"unit":"kg"}"#;
const BUDGET: &str = r#"money:{"minor":9000000,"currency":"CNY","role":"budget"}"#;

#[test]
fn numbers_rank_products_and_say_why() {
    let cobot = Some("collaborative_robot");
    nearest(
        cobot,
        &format!("[负载8公斤以上]({PAYLOAD})、[预算9万]({BUDGET})以内的协作机器人"),
        &["P012 payload fits price fits", "P013 payload fits price nearly", "P011 payload fails price fits"],
    );
    // The spec's own 以上 stands outside of it, and behind it a comma of a list: the budget is a ceiling all the same.
    nearest(
        cobot,
        &format!("[负载8公斤]({PAYLOAD})以上、预算[9万]({BUDGET})以内的协作机器人"),
        &["P012 payload fits price fits", "P013 payload fits price nearly", "P011 payload fails price fits"],
    );
    let heavy = r#"spec:{"attribute":"payload","comparator":">=","number":20,"unit":"kg"}"#;
    nearest(
        cobot,
        &format!("[负载20公斤以上]({heavy})的协作机器人"),
        &["P013 payload fails", "P012 payload fails", "P011 payload fails"],
    );
    let reach = r#"spec:{"attribute":"reach","comparator":">=","number":1300,"unit":"mm"}"#;
    nearest(
        cobot,
        &format!("cobot with [reach over 1300 mm]({reach})"),
        // Both reach as far; the long-reach one has the word in its name.
        &["P013 reach fits", "P012 reach fits", "P011 reach fails"],
    );
}

#[test]
fn prices_are_compared_for_the_quantity_that_is_wanted() {
    let about = r#"money:{"amount":"35","currency":null}"#;
    let (few, many) = ("[5 pcs](quantity:5pcs)", "[300 pcs](quantity:300pcs)");
    let find = |quantity: &str| format!("sensor about [¥35]({about}), {quantity}");
    let prices = |marked: &str| {
        let knowledge = demo();
        let (text, entities) = scene::read(marked);
        let understanding = Understanding { entities, ..Understanding::default() };
        let wish = Wish::read(&knowledge, &understanding, &text);
        (wish.price, wish.quantity.map(|quantity| quantity.number()))
    };
    let (price, quantity) = prices(&find(many));
    assert_eq!(price.and_then(|range| range.about).map(|money| money.minor), Some(3_500));
    assert_eq!(quantity.as_deref(), Some("300"));
    let (price, _) = prices(
        "[300](money:{\"amount\":\"300\",\"currency\":null})到[500元](money:{\"minor\":50000,\"currency\":\"CNY\"})",
    );
    let bounds =
        price.map(|range| (range.at_least.map(|money| money.minor), range.at_most.map(|money| money.minor)));
    assert_eq!(bounds, Some((Some(30_000), Some(50_000))));
    let (price, _) = prices(&find(few));
    assert!(price.is_some_and(|range| !range.in_all));
    let (price, _) = prices(
        "[2台](quantity:2台)，[预算20万](money:{\"minor\":20000000,\"currency\":\"CNY\",\"role\":\"budget\"})",
    );
    assert!(price.is_some_and(|range| range.in_all && range.at_most.is_some()));
    let (price, _) = prices("[$500](money:{\"minor\":50000,\"currency\":\"USD\"})以内");
    assert_eq!(price, None, "no rate, no comparison");
}

#[test]
fn products_are_known_by_any_name_and_slips_are_near() {
    let knowledge = demo();
    let called = |name: &str| {
        let found = knowledge.product_search.called(&knowledge, name);
        found.iter().map(|product| product.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(called("p001"), ["P001"]);
    assert_eq!(called("ＱＭ－C10"), ["P012"]);
    assert_eq!(called("qm c10"), ["P012"]);
    assert_eq!(called("电动夹爪"), ["P002"]);
    assert!(called("").is_empty() && called("没有的").is_empty());
    let like = knowledge.product_search.like(&knowledge, "QM-C1O");
    assert!(like.contains(&&"P012".into()), "{like:?}");
    assert!(knowledge.product_search.like(&knowledge, "x").is_empty());
}
