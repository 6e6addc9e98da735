//! The cases of Microsoft Recognizers-Text: no file's pass rate falls below what `recognizers.txt` holds.

use std::{fs, path::PathBuf};

use proptest::prelude::*;
use understanding::recognizers::{Case, Culture, Model, judge, recognize};

fn folder() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test finds its data where the environment says")]
    let root =
        std::env::var("ZHANGGUI_SHARED").map_or_else(|_| PathBuf::from("../../../shared"), PathBuf::from);
    root.join("bench/entities/recognizers")
}

/// Cases of a file, and how many pass by span and by value.
fn passed(name: &str, text: &str) -> (usize, usize, usize) {
    let (culture, rest) = name.split_once('_').expect("a culture");
    let culture = if culture == "Chinese" { Culture::Chinese } else { Culture::English };
    let model = rest.rsplit_once('_').and_then(|(_, model)| Model::parse(model)).expect("a model");
    let verdicts = text.lines().map(|line| judge(model, culture, &Case::parse(line).expect("a case")));
    verdicts.fold((0, 0, 0), |(cases, span, value), verdict| {
        (cases + 1, span + usize::from(verdict.span), value + usize::from(verdict.value))
    })
}

#[test]
fn no_pass_rate_falls() {
    for line in include_str!("recognizers.txt").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [name, span, value] = fields.as_slice() else { panic!("`{line}` is not `file span value`") };
        let Ok(text) = fs::read_to_string(folder().join(format!("{name}.jsonl"))) else {
            println!("skipped: {name} is not here; set ZHANGGUI_SHARED to the folder that holds bench/");
            continue;
        };
        let floor = |text: &str| text.parse::<f64>().expect("a rate");
        let (cases, by_span, by_value) = passed(name, &text);
        let rate = |part: usize| part as f64 / cases.max(1) as f64;
        assert!(
            rate(by_span) >= floor(span) - 5e-4 && rate(by_value) >= floor(value) - 5e-4,
            "{name}: {:.3} {:.3} were {span} {value}; `zhanggui eval recognizers --failures` shows the cases",
            rate(by_span),
            rate(by_value)
        );
    }
}

/// Pieces that the readers look for, and that they might stumble over where they stand in odd company.
const PIECES: &[&str] = &[
    "1",
    "20",
    "1,200",
    "3.5",
    "100000000000000000000",
    "-",
    "/",
    ".",
    ":",
    "(",
    ")",
    "+",
    "@",
    "#",
    "%",
    "$",
    "e",
    "^",
    " ",
    "  ",
    "k",
    "m",
    "十",
    "万",
    "亿",
    "零",
    "点",
    "分之",
    "半",
    "年",
    "月",
    "日",
    "号",
    "周",
    "每",
    "上",
    "下午",
    "从",
    "到",
    "之前",
    "元",
    "角",
    "千",
    "克",
    "成",
    "折",
    "and",
    "a",
    "half",
    "third",
    "hundred",
    "million",
    "point",
    "over",
    "from",
    "to",
    "next",
    "last",
    "monday",
    "may",
    "2019",
    "am",
    "pm",
    "in",
    "the",
    "of",
    "week",
    "ago",
    "every",
    "first",
    "usd",
    "feet",
    "inches",
    "http://",
    "www.",
    "com",
    "x",
    "²",
    "½",
    "\u{200b}",
    "é",
    "\n",
];

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(indices in prop::collection::vec(0..PIECES.len(), 0..14)) {
        let text: String = indices.iter().map(|&index| PIECES[index]).collect();
        let models = [
            Model::Number, Model::Ordinal, Model::NumberRange, Model::Percent, Model::Currency, Model::Dimension, Model::DateTime,
            Model::PhoneNumber, Model::Email, Model::Url,
        ];
        for culture in [Culture::Chinese, Culture::English] {
            for model in models {
                for reference in [jiff::civil::DateTime::MIN, jiff::civil::DateTime::MAX, jiff::civil::date(2026, 11, 22).at(9, 0, 0, 0)] {
                    recognize(model, culture, &text, reference);
                }
            }
        }
    }
}
