use super::*;
use crate::reply::talk::demo;

/// Messages that no FAQ answers.
const UNRELATED: &[&str] = &[
    "你好", "在吗", "谢谢", "好的", "不用了", "可以,就这样", "P001多少钱", "20台什么价", "能不能再便宜点", "给我报个价", "我要下单",
    "跟上次一样再来50件", "转人工", "别再给我推销了", "今天天气怎么样", "你叫什么名字", "有什么新品", "帮我推荐几款", "我的订单到哪了",
    "你们这服务太差了", "款打过去了", "加个微信吧", "P001和P004差在哪", "负载多少公斤", "六轴机器人有现货吗", "最大臂展是多少",
    "我们是做货代的,贵司有需要吗", "讲个笑话", "hello", "thanks", "ok", "how much is P001", "price for 20 units", "can you do better on price",
    "please send me a quotation", "I want to place an order", "talk to a human", "stop sending me offers",
    "what's the weather like", "tell me a joke", "where is my order", "this is unacceptable", "I have paid", "recommend something for welding",
    "is the six-axis robot in stock", "what is the payload", "who won the match", "write me a poem about spring",
];

#[test]
fn measure() {
    let knowledge = demo();
    let (mut right, mut wrong, mut none, mut first) = (0, 0, 0, 0);
    let mut lines = Vec::new();
    let mut scores = Vec::new();
    for (index, faq) in knowledge.faqs.iter().enumerate() {
        for left_out in 0..faq.questions.len() {
            let mut faqs = knowledge.faqs.clone();
            let question = faqs[index].questions.remove(left_out);
            let built = FaqIndex::build(&faqs);
            let ranked = built.ranked(&question);
            let top = ranked.first().copied().unwrap_or((usize::MAX, 0.0));
            if top.0 == index { first += 1; }
            scores.push((top.1, top.0 == index));
            match built.best(&question) {
                Some((found, _)) if found == index => right += 1,
                Some((found, score)) => { wrong += 1; lines.push(format!("WRONG {score:.2} {question} -> {}", faqs[found].id)); }
                None => { none += 1; lines.push(format!("none {:.2} {question} ({})", top.1, top.0 == index)); }
            }
        }
    }
    println!("{}", lines.join("\n"));
    println!("right {right} wrong {wrong} none {none}; first {first}");
    for t in [0.15f32, 0.2, 0.25, 0.28, 0.3, 0.32, 0.35, 0.38, 0.4, 0.42] {
        let r = scores.iter().filter(|s| s.1 && s.0 >= t).count();
        let w = scores.iter().filter(|s| !s.1 && s.0 >= t).count();
        let u: Vec<_> = UNRELATED.iter().filter(|text| knowledge.faq_index.ranked(text).first().is_some_and(|s| s.1 >= t)).collect();
        println!("{t}: right {r} wrong {w} unrelated {} {:?}", u.len(), u);
    }
}
