//! What the build script writes: a model and the names that it knows. `decode` and `corpus` read them.

use std::collections::BTreeMap;

use super::{
    concepts::NameKind,
    decode::VERSION,
    features::Family,
    model::{Calibrated, Model},
    trainer::Example,
};

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

/// The bytes of a model. The same model gives the same bytes.
pub fn write(model: &Model) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, VERSION);
    number(&mut out, u32::from(model.vocabulary.featurizer.family == Family::English));
    number(&mut out, u32::from(model.vocabulary.featurizer.is_of_trade()));
    number(&mut out, model.labels.len() as u32);
    number(&mut out, model.out_of_scope.map_or(0, |class| class as u32 + 1));
    number(&mut out, model.vocabulary.idf.len() as u32);
    number(&mut out, u32::from(model.signs.is_some()));
    for label in &model.labels {
        number(&mut out, label.len() as u32);
        out.extend_from_slice(label.as_bytes());
    }
    let mut rows: Vec<(u32, u64)> = model.vocabulary.index.iter().map(|(&f, &row)| (row, f)).collect();
    rows.sort_unstable();
    for (_, feature) in rows {
        out.extend_from_slice(&feature.to_le_bytes());
    }
    floats(&mut out, &model.vocabulary.idf);
    let Calibrated { confidence, gate, candour, conformal } = &model.calibrated;
    floats(&mut out, &[model.vocabulary.unseen_idf, confidence.temperature, confidence.doubt]);
    for signals in [&gate.means, &gate.deviations, &gate.weights] {
        floats(&mut out, signals);
    }
    floats(&mut out, &[gate.bias, gate.threshold]);
    floats(&mut out, &[candour.slope, candour.shift, candour.foreign, *conformal]);
    floats(&mut out, &model.several.weights);
    floats(&mut out, &model.several.by_class);
    floats(&mut out, &[model.several.bar]);
    number(&mut out, u32::from(model.joints.is_some()));
    if let Some(joints) = &model.joints {
        floats(&mut out, &[joints.bar]);
        for side in [&joints.ends, &joints.begins] {
            let mut pairs: Vec<_> = side.iter().collect();
            pairs.sort_unstable_by_key(|(pair, _)| **pair);
            number(&mut out, pairs.len() as u32);
            for ((first, second), odds) in pairs {
                number(&mut out, u32::from(*first));
                number(&mut out, u32::from(*second));
                floats(&mut out, &[*odds]);
            }
        }
    }
    let signs = model.signs.iter().flat_map(|signs| [&signs.logistic, &signs.ratio]);
    for matrix in std::iter::once(&model.merged).chain(signs) {
        floats(&mut out, &matrix.scales);
        out.extend_from_slice(&matrix.values);
    }
    out
}

fn number(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn floats(out: &mut Vec<u8>, values: &[f32]) {
    for value in values {
        out.extend_from_slice(&value.to_le_bytes());
    }
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
