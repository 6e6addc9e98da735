use super::{
    train::{Lesson, lesson, train},
    *,
};

/// The goods that a tagger finds in the message after these lessons.
fn check(lessons: &[&str], message: &str, expected: &[&str]) {
    let lessons: Vec<Lesson> = lessons.iter().map(|line| lesson(line)).collect();
    let bytes = train(&lessons);
    let tagger = Tagger::read(&bytes).expect("its own bytes");
    let chars: Vec<char> = crate::text::fold(message).chars().collect();
    let found: Vec<String> =
        tagger.spans(&chars).iter().map(|&(start, end)| chars[start..end].iter().collect()).collect();
    assert_eq!(found, expected, "{message}");
}

const CHINESE: &[&str] = &[
    "[水泵](product)多少钱一台",
    "[热水器](product)多少钱一台",
    "[打印机](product)多少钱",
    "[离心泵](product)一台多少",
    "你们有[球阀](product)吗",
    "[不锈钢软管](product)怎么卖",
    "我想问一下[轴承](product)多少钱",
    "多久能发货",
    "我想问一下运费怎么算",
    "有没有[蝶阀](product)现货",
    "[电机](product)有现货吗",
];
const ENGLISH: &[&str] = &[
    "price of [ball valves](product) please",
    "how much is the [gearbox](product)?",
    "do you have [rubber hoses](product) in stock",
    "how much is the freight to Lima",
    "do you have time today",
    "price of [bearings](product), and the moq?",
];

#[test]
fn goods_are_known_by_what_stands_around_them() {
    check(CHINESE, "卷帘门多少钱一台", &["卷帘门"]);
    check(CHINESE, "多久能发货", &[]);
    check(ENGLISH, "price of roller shutters please", &["roller shutters"]);
    check(ENGLISH, "how much is the freight", &[]);
    check(ENGLISH, "", &[]);
}

#[test]
fn other_bytes_are_refused_and_the_same_lessons_give_the_same_bytes() {
    let lessons: Vec<Lesson> = CHINESE.iter().map(|line| lesson(line)).collect();
    let bytes = train(&lessons);
    assert_eq!(bytes, train(&lessons));
    assert!(Tagger::read(&bytes[1..]).is_none());
    assert!(Tagger::read(&[]).is_none());
}

#[test]
fn a_name_never_goes_on_where_none_began() {
    let wished = [[0, -5, 9], [0, -5, 9], [9, -5, 0]];
    assert_eq!(best(&wished, &[[0; TAGS]; TAGS]), [BEGIN, INSIDE, OUTSIDE]);
    assert_eq!(best(&[[0, -20, 9]], &[[0; TAGS]; TAGS]), [OUTSIDE]);
}
