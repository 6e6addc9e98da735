//! Intents of a shop's own beside those of the pack: a handful of examples against hundreds.

use std::collections::HashMap;

use domain::{catalog::ShopIntent, language::LocalizedText};

use crate::{
    classifier::{concepts::NameKind, corpus, features::Family, trainer::Example},
    text,
};

/// The examples of one language, by intent. Examples without a single Han character are English.
pub fn examples(family: Family, shop_intents: &[ShopIntent]) -> Vec<Vec<Example>> {
    let of = |own: &ShopIntent| {
        let descriptions = own.description.iter().flat_map(LocalizedText::all);
        let lines = own.examples.iter().map(String::as_str).chain(descriptions);
        lines
            .map(|line| corpus::example(line, &own.name))
            .filter(|example| !example.text.trim().is_empty())
            .filter(|example| example.text.chars().any(text::is_han) == (family == Family::Chinese))
            .collect::<Vec<Example>>()
    };
    shop_intents.iter().map(of).filter(|examples| !examples.is_empty()).collect()
}

/// The examples of one intent count together as this share of what the median intent of the pack has: not all of it, for they say too
/// little of how else buyers would put it.
const SHARE: f64 = 0.25;
/// But none of them counts more often than this.
const MOST_COPIES: usize = 24;

/// What stands around a request without changing it; `{}` is some good's name.
const CHINESE_FRAMES: &[(&str, &str)] = &[
    ("", ""),
    ("{}", ""),
    ("你们的{}", ""),
    ("请问", ""),
    ("你好,", "?"),
    ("你们家{}", "啊"),
    ("我想问一下", ""),
    ("这款{}", "呢"),
    ("{},", "?"),
    ("麻烦问下{}", ""),
    ("老板,", ""),
    ("我们要{},", ""),
];
const ENGLISH_FRAMES: &[(&str, &str)] = &[
    ("", ""),
    ("hi, ", ""),
    ("for the {}, ", ""),
    ("", " for {}?"),
    ("hello sir, ", " please"),
    ("about your {}: ", ""),
    ("one question, ", "?"),
    ("we need {}, ", ""),
    ("", ", thanks"),
    ("dear, ", " with {}"),
];

/// Each example again and again, so that all of an intent together have their due weight beside the pack. The same words once more would
/// teach nothing after the first few times; in other surroundings they teach that the surroundings, which hundreds of the pack's
/// examples draw towards its intents, do not matter.
pub fn due_weight(family: Family, pack: &[Example], own: Vec<Vec<Example>>) -> Vec<Example> {
    let due = median_class(pack) as f64 * SHARE;
    let is_good = |(kind, _): &&(NameKind, String)| *kind == NameKind::Product;
    let goods: Vec<&(NameKind, String)> =
        pack.iter().flat_map(|example| &example.names).filter(is_good).collect();
    let frames = match family {
        Family::Chinese => CHINESE_FRAMES,
        Family::English => ENGLISH_FRAMES,
    };
    let mut all = Vec::new();
    for examples in own {
        let copies = ((due / examples.len() as f64) as usize).clamp(1, MOST_COPIES);
        for example in &examples {
            for copy in 0..copies {
                let (before, after) = frames[copy % frames.len()];
                // Far apart in the pack, so that they differ.
                let name = goods.get((all.len() * 101) % goods.len().max(1)).map_or("", |(_, name)| name);
                all.push(Example {
                    text: format!("{before}{}{after}", example.text).replace("{}", name),
                    ..example.clone()
                });
            }
        }
    }
    all
}

fn median_class(examples: &[Example]) -> usize {
    let mut sizes = HashMap::<&str, usize>::new();
    for example in examples.iter().filter(|example| example.asks().is_none()) {
        *sizes.entry(example.label.as_str()).or_default() += 1;
    }
    let mut sizes: Vec<usize> = sizes.into_values().collect();
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(count: usize) -> Vec<Example> {
        (0..count).map(|i| corpus::example(&format!("[水泵](product)多少钱{i}"), "price_inquiry")).collect()
    }

    fn check(in_pack: usize, own: &[&str], expected: usize) {
        let own: Vec<Example> = own.iter().map(|line| corpus::example(line, "leasing")).collect();
        let all = due_weight(Family::Chinese, &pack(in_pack), vec![own]);
        assert_eq!(all.len(), expected, "{all:?}");
        assert!(all.iter().all(|example| example.label == "leasing" && !example.text.contains("{}")));
        assert_eq!(all.iter().filter(|example| example.text == "可以租吗").count(), 1, "{all:?}");
    }

    #[test]
    fn few_examples_count_as_a_quarter_of_an_intent_of_the_pack() {
        check(80, &["可以租吗", "怎么租"], 20);
        check(4, &["可以租吗", "怎么租"], 2);
        check(0, &["可以租吗"], 1);
    }
}
