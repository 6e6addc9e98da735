//! What differs between two sets of files, by what they say and not by where it stands.
//!
//! A product that moves to another file has not changed; a list whose rows have ids is compared row by row, whatever their order.

use std::{collections::BTreeMap, fmt::Write as _};

use super::load::SourceFile;
use crate::document::{self, Node, Problems, Value};

/// One place where they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `products.P001.price`.
    pub path: String,
    /// As it is written; none where it is not there. Costs and floors are not told: a difference may come into a log.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The keys by which rows of lists are known, the first that a row has.
const KEYS: [&str; 11] =
    ["id", "name", "questions", "intent", "product", "min", "max", "from", "incoterm", "code", "unit"];

/// What the authority alone reads; its values show as [`UNTOLD`].
const HIDDEN: [&str; 2] = ["cost", "floor_price"];
const UNTOLD: &str = "…";

/// Every difference, by path. Files that cannot be read as YAML say nothing.
pub fn differences(before: &[SourceFile], after: &[SourceFile]) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", Some(&tree(before)), Some(&tree(after)), &mut found);
    found
}

/// What files say, without places.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tree {
    Leaf(String),
    /// A value that is compared and not told.
    Hidden(Box<Tree>),
    Branch(BTreeMap<String, Tree>),
}

fn tree(files: &[SourceFile]) -> Tree {
    let mut problems = Problems::default();
    let mut whole = BTreeMap::new();
    let mut files: Vec<&SourceFile> = files.iter().collect();
    files.sort_by(|left, right| left.path.cmp(&right.path));
    for file in files {
        if let Some(Tree::Branch(sections)) =
            document::parse(&file.path, &file.text, &mut problems).map(|root| read(&root))
        {
            for (section, said) in sections {
                join(&mut whole, section, said);
            }
        }
    }
    Tree::Branch(whole)
}

/// Sections may be spread over files.
fn join(whole: &mut BTreeMap<String, Tree>, key: String, said: Tree) {
    match (whole.get_mut(&key), said) {
        (Some(Tree::Branch(known)), Tree::Branch(more)) => {
            for (key, said) in more {
                join(known, key, said);
            }
        }
        (_, said) => {
            whole.insert(key, said);
        }
    }
}

fn read(node: &Node) -> Tree {
    match &node.value {
        Value::Scalar(scalar) => Tree::Leaf(scalar.text.clone()),
        Value::Mapping(entries) => {
            let said = |entry: &document::Entry| {
                let value = read(&entry.value);
                let hidden = HIDDEN.contains(&entry.key.as_str());
                (entry.key.clone(), if hidden { Tree::Hidden(Box::new(value)) } else { value })
            };
            Tree::Branch(entries.iter().map(said).collect())
        }
        Value::Sequence(items) => {
            let keys: Option<Vec<String>> = items.iter().map(key).collect();
            match keys {
                Some(keys) if !items.is_empty() => {
                    let mut rows = BTreeMap::new();
                    for (key, item) in keys.into_iter().zip(items) {
                        let mut own = key.clone();
                        for again in 2.. {
                            if !rows.contains_key(&own) {
                                break;
                            }
                            own = format!("{key} ({again})");
                        }
                        rows.insert(own, read(item));
                    }
                    Tree::Branch(rows)
                }
                // Rows without a name of their own change as a whole.
                _ => Tree::Leaf(format!(
                    "[{}]",
                    items.iter().map(|item| written(&read(item))).collect::<Vec<_>>().join(", ")
                )),
            }
        }
    }
}

/// By what a row is known.
fn key(item: &Node) -> Option<String> {
    let named = KEYS.iter().find_map(|key| item.get(key))?;
    match &named.value {
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        Value::Sequence(items) => items.first()?.as_scalar().map(|scalar| scalar.text.clone()),
        // A name in two languages.
        Value::Mapping(entries) => entries.first()?.value.as_scalar().map(|scalar| scalar.text.clone()),
    }
}

fn compare(path: &str, before: Option<&Tree>, after: Option<&Tree>, found: &mut Vec<Difference>) {
    match (before, after) {
        (Some(Tree::Branch(before)), Some(Tree::Branch(after))) => {
            let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(&inner, before.get(key), after.get(key), found);
            }
        }
        (before, after) if before != after => found.push(Difference {
            path: path.to_owned(),
            before: before.map(written),
            after: after.map(written),
        }),
        _ => {}
    }
}

/// On one line.
fn written(tree: &Tree) -> String {
    match tree {
        Tree::Leaf(text) => text.replace('\n', " "),
        Tree::Hidden(_) => UNTOLD.to_owned(),
        Tree::Branch(entries) => {
            let mut text = String::from("{");
            for (index, (key, value)) in entries.iter().enumerate() {
                let comma = if index > 0 { ", " } else { "" };
                // Writing to a string cannot fail.
                let _ = write!(text, "{comma}{key}: {}", written(value));
            }
            text.push('}');
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(texts: &[&str]) -> Vec<SourceFile> {
        let file = |(index, text): (usize, &&str)| SourceFile {
            path: format!("{index}.yaml"),
            text: text.as_bytes().to_vec(),
        };
        texts.iter().enumerate().map(file).collect()
    }

    /// Each difference as `path: before → after`, `-` for what is not there.
    fn check(before: &[&str], after: &[&str], expected: &[&str]) {
        let found: Vec<String> = differences(&files(before), &files(after))
            .into_iter()
            .map(|Difference { path, before, after }| {
                let shown = |side: Option<String>| side.unwrap_or_else(|| "-".into());
                format!("{path}: {} → {}", shown(before), shown(after))
            })
            .collect();
        assert_eq!(found, expected, "{before:?} {after:?}");
    }

    const ONE: &str = "products:\n- {id: P1, name: a, price: 5}\n- {id: P2, name: b, price: 6}\n";

    #[test]
    fn a_changed_value_is_named_by_its_path() {
        check(&[ONE], &[&ONE.replace("price: 5", "price: 4")], &["products.P1.price: 5 → 4"]);
        check(&[ONE], &[&ONE.replace(", price: 5", "")], &["products.P1.price: 5 → -"]);
        check(
            &["products: [{id: P1, name: a, tiers: [{min: 10, price: 4}]}]"],
            &["products: [{id: P1, name: a, tiers: [{min: 10, price: 3}, {min: 50, price: 2}]}]"],
            &["products.P1.tiers.10.price: 4 → 3", "products.P1.tiers.50: - → {min: 50, price: 2}"],
        );
    }

    #[test]
    fn order_files_and_spelling_are_no_difference() {
        check(
            &[ONE],
            &["products:\n- id: P2\n  price: 6\n  name: 'b'\n- {price: 5, id: P1, name: a}\n"],
            &[],
        );
        check(
            &[ONE],
            &["products: [{id: P2, name: b, price: 6}]", "products: [{id: P1, name: a, price: 5}]"],
            &[],
        );
        check(&[], &[], &[]);
    }

    #[test]
    fn whole_rows_come_and_go() {
        check(
            &[ONE],
            &["products: [{id: P1, name: a, price: 5}]"],
            &["products.P2: {id: P2, name: b, price: 6} → -"],
        );
        check(&[], &["rules: [{name: x, when: faq}]"], &["rules: - → {x: {name: x, when: faq}}"]);
        check(
            &["faqs: [{questions: [a, b], answer: x}]"],
            &["faqs: [{questions: [a, b], answer: y}]"],
            &["faqs.a.answer: x → y"],
        );
        check(
            &["shop: {languages: [zh, en]}"],
            &["shop: {languages: [en]}"],
            &["shop.languages: [zh, en] → [en]"],
        );
    }

    #[test]
    fn costs_and_floors_are_compared_and_not_told() {
        check(
            &["products: [{id: P1, name: a, cost: 31, floor_price: 42}]"],
            &["products: [{id: P1, name: a, cost: 31, floor_price: 43}]"],
            &["products.P1.floor_price: … → …"],
        );
        check(
            &["products: [{id: P1, name: a, cost: 31}]"],
            &[],
            &["products: {P1: {cost: …, id: P1, name: a}} → -"],
        );
    }

    #[test]
    fn rows_of_one_name_are_told_apart_and_broken_files_say_nothing() {
        check(
            &["sales_scripts: [{intent: a, script: x}, {intent: a, script: y}]"],
            &["sales_scripts: [{intent: a, script: x}, {intent: a, script: z}]"],
            &["sales_scripts.a (2).script: y → z"],
        );
        check(&["{"], &["shop: {name: a}"], &["shop: - → {name: a}"]);
    }
}
