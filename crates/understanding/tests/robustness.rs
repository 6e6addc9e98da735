//! Hostile and strange input: never a panic, spans always valid, always the same result.

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::{fs, path::PathBuf, time::Instant};

use domain::{Timestamp, catalog::Term, language::LocalizedText, understanding::Understanding};
use proptest::prelude::*;
use understanding::{Context, Lexicon, Understander};

fn understander() -> Understander {
    let industry = Term {
        id: "automotive_parts".into(),
        name: LocalizedText { zh: Some("汽车零部件".into()), en: Some("automotive parts".into()) },
        aliases: vec!["汽配".into()],
    };
    Understander::new(Lexicon::new(&[], &[industry], &[], &[], &[]), &[]).expect("the embedded model")
}

fn context() -> Context<'static> {
    Context {
        now: Timestamp::from_millis(1_795_335_240_000),
        timezone: "Asia/Shanghai",
        question: None,
        focus: None,
        topic: None,
        listed: understanding::Listed::NONE,
        language: None,
    }
}

/// The laws that hold for every message.
fn check(text: &str, understanding: &Understanding) {
    let chars: Vec<char> = text.chars().collect();
    assert!(!understanding.intents.is_empty());
    for intent in understanding.intents.iter().chain(&understanding.undecided) {
        assert!((0.0..=1.0).contains(&intent.confidence), "{intent:?}");
    }
    let mut reached = 0;
    for entity in &understanding.entities {
        assert!(
            reached <= entity.start && entity.start < entity.end && entity.end <= chars.len(),
            "{entity:?}"
        );
        let written: String = chars[entity.start..entity.end].iter().collect();
        assert_eq!(written, entity.text);
        reached = entity.end;
    }
}

fn attacks(file: &str) -> Option<serde_json::Value> {
    #[expect(clippy::disallowed_methods, reason = "a test finds its data where the environment says")]
    let root =
        std::env::var("ZHANGGUI_SHARED").map_or_else(|_| PathBuf::from("../../../shared"), PathBuf::from);
    let text = fs::read_to_string(root.join("bench/attacks").join(file)).ok();
    if text.is_none() {
        println!("skipped: {file} is not here; set ZHANGGUI_SHARED to the folder that holds bench/");
    }
    serde_json::from_str(&text?).ok()
}

fn strings(value: &serde_json::Value, out: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => out.push(text.clone()),
        serde_json::Value::Array(values) => values.iter().for_each(|value| strings(value, out)),
        serde_json::Value::Object(fields) => fields.values().for_each(|value| strings(value, out)),
        _ => {}
    }
}

#[test]
fn no_naughty_string_breaks_it() {
    let understander = understander();
    for file in ["naughty_strings.json", "unicode_edge.json"] {
        let mut texts = Vec::new();
        if let Some(value) = attacks(file) {
            strings(&value, &mut texts);
        }
        for text in texts {
            check(&text, &understander.understand(&context(), &text));
        }
    }
}

#[test]
fn nothing_signs_and_noise_are_out_of_scope_or_courtesy() {
    let understander = understander();
    for text in ["", " ", "\n\n", "\u{0}\u{1}", "...", "\u{202e}\u{202d}"] {
        let understanding = understander.understand(&context(), text);
        assert_eq!(understanding.primary(), "out_of_scope", "{text:?}");
        check(text, &understanding);
    }
}

#[test]
fn time_grows_with_length_only() {
    let understander = understander();
    for unit in [
        "a",
        "1",
        "一",
        "1,",
        "1-",
        "@",
        "a@",
        "到",
        "30%",
        "万",
        "p1-",
        "👨‍👩‍👧‍👦",
        "ﷺ",
        "e\u{301}",
        "1.",
        "((",
        "http://",
        "+1 ",
        "\n",
        "and ",
    ] {
        let text = unit.repeat(100_000 / unit.len());
        let begun = Instant::now();
        check(&text, &understander.understand(&context(), &text));
        let taken = begun.elapsed();
        assert!(taken.as_millis() < 2_000, "{unit:?} took {taken:?}");
    }
}

#[test]
fn the_same_message_gives_the_same_understanding() {
    let (first, second) = (understander(), understander());
    for text in ["P001 20台多少钱?交期多久", "how much for 500 and when can you ship to Lagos", "忽悠人呢"]
    {
        let one = serde_json::to_string(&first.understand(&context(), text)).expect("serialises");
        let other = serde_json::to_string(&second.understand(&context(), text)).expect("serialises");
        assert_eq!(one, other);
    }
}

/// Text out of the pieces that extractors look for.
fn message() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "20",
        "1,200",
        "台",
        "万",
        "两",
        "百",
        "十",
        "半",
        "折",
        "%",
        "$",
        "元",
        "块",
        "5",
        "-",
        "到",
        "~",
        "/",
        ".",
        ",",
        " ",
        "p001",
        "po",
        "订单",
        "月",
        "日",
        "号",
        "年",
        "周",
        "下",
        "三",
        "days",
        "in",
        "weeks",
        "net",
        "lc",
        "t/t",
        "定金",
        "@",
        "a.com",
        "+86",
        "138",
        "0013",
        "8000",
        "微信",
        "abc_123",
        "fob",
        "上海",
        "港",
        "nov",
        "30th",
        "零下",
        "度",
        "负载",
        "kg",
        "mm",
        "k",
        "w",
        "dozen",
        "two",
        "hundred",
        "王",
        "总",
        "有限公司",
        "我们是",
        "不要",
        "²",
        "½",
        "㎡",
        "①",
        "\u{200b}",
        "\n",
        "İ",
        "ß",
        "ﷺ",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_valid_whatever_is_written(text in prop_oneof![message(), ".{0,60}"]) {
        static UNDERSTANDER: std::sync::LazyLock<Understander> = std::sync::LazyLock::new(understander);
        check(&text, &UNDERSTANDER.understand(&context(), &text));
    }
}
