use super::{
    train::{Lesson, Names, lesson, train},
    *,
};

const TRADE: &str = "# goods\n毛巾,水泵\ntowel,gearbox";

/// The goods that a tagger finds in the message after these lessons.
fn check(lessons: &[&str], message: &str, expected: &[&str]) {
    let names = Names::read(TRADE);
    let lessons: Vec<Lesson> = lessons.iter().map(|line| lesson(line, &names)).collect();
    let bytes = train(&lessons);
    let tagger = Tagger::read(&bytes).expect("its own bytes");
    let Lesson { chars, listed, .. } = lesson(message, &names);
    let found: Vec<String> = tagger
        .spans(&chars, &listed)
        .iter()
        .map(|&(start, end)| chars[start..end].iter().collect())
        .collect();
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
    "need [garden chairs](product) for a hotel",
    "quote [paper cups](product) please",
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
fn a_list_is_evidence_and_the_words_around_decide() {
    let more: Vec<&str> = CHINESE.iter().copied().chain(["我们[洗涤](industry)厂的毛巾太多了"]).collect();
    check(&more, "毛巾多少钱一条", &["毛巾"]);
    check(&more, "我们洗涤厂的毛巾太多了", &[]);
    // The plural is the same name.
    let more: Vec<&str> = ENGLISH.iter().copied().chain(["price of [towel](product)"]).collect();
    check(&more, "do you have gearboxes and towels in stock", &["towels"]);
}

#[test]
fn other_bytes_are_refused_and_the_same_lessons_give_the_same_bytes() {
    let lessons: Vec<Lesson> = CHINESE.iter().map(|line| lesson(line, &Names::default())).collect();
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

/// Of the marked goods in the held-out fifth of a pack, and of those found there, the share that agree in at least half of the longer
/// one: precision and recall. Only messages in which something is marked are judged: elsewhere goods may stand unmarked.
fn held_out(language: &str) -> (f64, f64) {
    let names = Names::read(include_str!("../entity/goods.txt"));
    let folder = format!("{}/../../packs/default/{language}/intents", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the pack").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let texts: Vec<String> = paths.iter().map(|path| std::fs::read_to_string(path).expect("text")).collect();
    let lines = texts.iter().flat_map(|text| text.lines()).map(str::trim);
    let lines =
        lines.filter(|line| !line.is_empty() && !line.starts_with("# ") && !line.starts_with("description:"));
    let (test, lessons): (Vec<_>, Vec<_>) = lines.enumerate().partition(|(at, _)| at % 5 == 0);
    let lessons: Vec<Lesson> = lessons.into_iter().map(|(_, line)| lesson(line, &names)).collect();
    let bytes = train(&lessons);
    let tagger = Tagger::read(&bytes).expect("its own bytes");
    let (mut marked, mut found, mut agreed) = (0, 0, 0);
    for (_, line) in test.into_iter().filter(|(_, line)| line.contains("](")) {
        let lesson = lesson(line, &names);
        let mut said = tagger.spans(&lesson.chars, &lesson.listed);
        marked += lesson.goods.len();
        found += said.len();
        for (start, end) in lesson.goods {
            let agrees = |&(from, to): &(usize, usize)| {
                2 * end.min(to).saturating_sub(start.max(from)) >= (end - start).max(to - from)
            };
            if let Some(at) = said.iter().position(agrees) {
                said.swap_remove(at);
                agreed += 1;
            }
        }
    }
    (f64::from(agreed) / found as f64, f64::from(agreed) / marked as f64)
}

#[test]
fn goods_of_a_held_out_fifth_of_the_pack_are_found() {
    for (language, precision, recall) in [("zh", 0.91, 0.81), ("en", 0.82, 0.56)] {
        let (p, r) = held_out(language);
        assert!(p >= precision && r >= recall, "{language}: precision {p:.3}, recall {r:.3}");
    }
}
