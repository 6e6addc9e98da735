//! The names that examples tell, as the build script writes them; `corpus` and the lexicon read them.

use std::collections::BTreeMap;

use super::{concepts::NameKind, features::Family, trainer::Example};

/// The names of examples, one on a line behind its kind, sorted.
pub fn names(examples: &[Example]) -> String {
    let mut lines: Vec<String> = examples
        .iter()
        .flat_map(|example| &example.names)
        .map(|(kind, name)| format!("{} {}\n", *kind as u8, name.replace('\n', " ")))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines.concat()
}

/// A name of goods is kept if at least so many in a hundred of its occurrences, in examples in which names are marked, are marked.
const MARKED_SHARE: usize = 60;
/// The longest name that is looked for: Han characters, or words.
const LONGEST: usize = 8;

/// Names of goods among the examples, one on a line, sorted. What is marked in one example and left alone in others (单子, "unit") is
/// said of any goods; so is a short word that was marked only once.
pub fn goods(family: Family, examples: &[Example]) -> String {
    let mut marked: BTreeMap<&str, usize> = BTreeMap::new();
    let is_goods = |kind: NameKind| kind == NameKind::Product;
    for example in examples {
        for (_, name) in example.names.iter().filter(|(kind, _)| is_goods(*kind)) {
            *marked.entry(name.trim()).or_default() += 1;
        }
    }
    let mut said: BTreeMap<&str, usize> = BTreeMap::new();
    for example in examples.iter().filter(|example| !example.names.is_empty()) {
        for part in parts(family, &example.text) {
            if let Some((name, _)) = marked.get_key_value(part) {
                *said.entry(*name).or_default() += 1;
            }
        }
    }
    let mut names = String::new();
    for (name, times) in marked {
        let long = match family {
            Family::Chinese => name.chars().count() >= 3,
            Family::English => name.contains(' '),
        };
        let occurrences = said.get(name).copied().unwrap_or(0).max(times);
        if (times > 1 || long) && times * 100 >= occurrences * MARKED_SHARE && !name.contains('\n') {
            names.push_str(name);
            names.push('\n');
        }
    }
    names
}

/// The stretches of a text that a name may cover: of characters in Chinese, of whole words in English.
fn parts(family: Family, text: &str) -> Vec<&str> {
    let starts: Vec<usize> = match family {
        Family::Chinese => text.char_indices().map(|(at, _)| at).chain([text.len()]).collect(),
        Family::English => {
            let inner = |c: char| c.is_alphanumeric() || c == '-';
            let mut bounds: Vec<usize> = Vec::new();
            let mut within = false;
            for (at, c) in text.char_indices() {
                if inner(c) != within {
                    bounds.push(at);
                    within = !within;
                }
            }
            if within {
                bounds.push(text.len());
            }
            bounds
        }
    };
    let mut parts = Vec::new();
    match family {
        Family::Chinese => {
            for (i, &start) in starts.iter().enumerate() {
                let ends = starts.iter().skip(i + 2).take(LONGEST - 1);
                parts.extend(ends.map(|&end| &text[start..end]));
            }
        }
        Family::English => {
            for i in (0..starts.len()).step_by(2) {
                let ends = starts.iter().skip(i + 1).step_by(2).take(LONGEST / 2);
                parts.extend(ends.map(|&end| &text[starts[i]..end]));
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{super::corpus, *};

    #[test]
    fn goods_are_what_is_marked_nearly_always() {
        let goods_of = |family, lines: &[&str]| {
            let examples: Vec<Example> =
                lines.iter().map(|line| corpus::example(line, "price_inquiry")).collect();
            goods(family, &examples).lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let chinese = [
            "[球阀](product)多少钱",
            "有没有[球阀](product)",
            "[单子](product)发我",
            "[单子](product)呢",
            "那个单子改发[宁波](region)",
            "单子给[老王](person)",
            "[阀](product)一个",
            "[不锈钢软管](product)怎么卖",
        ];
        assert_eq!(goods_of(Family::Chinese, &chinese), ["不锈钢软管", "球阀"]);
        let english = [
            "price of [ball valves](product)",
            "[hose](product) please",
            "[unit](product) price, [20 pcs](quantity)",
            "per unit for [30 pcs](quantity)",
            "ball valves?",
        ];
        assert_eq!(goods_of(Family::English, &english), ["ball valves"]);
    }
}
