use super::*;
use crate::reply::talk::demo;

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
