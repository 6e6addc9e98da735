//! What `zhanggui eval entities` needs: the entities that were marked in messages held against those that were read.
//!
//! A match is the same type and the same text in NFKC and lower case, each marked entity matching once. Products, specifications and
//! payment terms have no sharp borders; there the texts must share half of the longer one.

use std::collections::BTreeMap;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

/// An entity as somebody marked it or as it was read: its type by name, its text, its normal form.
#[derive(Debug, Clone, PartialEq)]
pub struct Marked {
    pub kind: String,
    pub text: String,
    pub value: Value,
}

/// What was found of one type, over all messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Marked in the data.
    pub marked: usize,
    /// Read by the extractors.
    pub read: usize,
    pub matched: usize,
    /// Matches whose marked value can be told: a date that depends on the day it was written on has none.
    pub valued: usize,
    pub value_right: usize,
}

/// What went wrong in one message.
#[derive(Debug, Clone, PartialEq)]
pub enum Miss {
    /// Marked and not read.
    Missed(Marked),
    /// Read and not marked.
    Invented(Marked),
    /// Matched, with another value: marked and read.
    Value(Marked, Marked),
}

impl Tally {
    pub fn precision(&self) -> Option<f64> {
        share(self.matched, self.read)
    }

    pub fn recall(&self) -> Option<f64> {
        share(self.matched, self.marked)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> Option<f64> {
        share(2 * self.matched, self.marked + self.read)
    }

    /// Of the matches whose value can be told, those with the right one.
    pub fn value_accuracy(&self) -> Option<f64> {
        share(self.value_right, self.valued)
    }

    pub const fn add(&mut self, other: &Self) {
        self.marked += other.marked;
        self.read += other.read;
        self.matched += other.matched;
        self.valued += other.valued;
        self.value_right += other.value_right;
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Holds one message's entities against each other and counts by type.
pub fn compare(marked: &[Marked], read: &[Marked], tallies: &mut BTreeMap<String, Tally>) -> Vec<Miss> {
    let mut misses = Vec::new();
    for one in marked {
        tallies.entry(one.kind.clone()).or_default().marked += 1;
    }
    for one in read {
        tallies.entry(one.kind.clone()).or_default().read += 1;
    }
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for (left, truth) in marked.iter().enumerate() {
        for (right, said) in read.iter().enumerate().filter(|(_, said)| said.kind == truth.kind) {
            if let Some(shared) = agreement(truth, said) {
                pairs.push((shared, left, right));
            }
        }
    }
    // What agrees most is paired first; among equals the order of the message decides.
    pairs.sort_by_key(|&(shared, left, right)| (usize::MAX - shared, left, right));
    let (mut left_taken, mut right_taken) = (vec![false; marked.len()], vec![false; read.len()]);
    for (_, left, right) in pairs {
        if left_taken[left] || right_taken[right] {
            continue;
        }
        (left_taken[left], right_taken[right]) = (true, true);
        let (truth, said) = (&marked[left], &read[right]);
        let tally = tallies.entry(truth.kind.clone()).or_default();
        tally.matched += 1;
        if !truth.value.is_null() {
            tally.valued += 1;
            if same_value(&truth.kind, &truth.value, &said.value) {
                tally.value_right += 1;
            } else {
                misses.push(Miss::Value(truth.clone(), said.clone()));
            }
        }
    }
    let left = marked.iter().zip(left_taken).filter(|(_, taken)| !taken);
    misses.extend(left.map(|(one, _)| Miss::Missed(one.clone())));
    let right = read.iter().zip(right_taken).filter(|(_, taken)| !taken);
    misses.extend(right.map(|(one, _)| Miss::Invented(one.clone())));
    misses
}

/// How many characters two texts share, where that makes a match.
fn agreement(truth: &Marked, said: &Marked) -> Option<usize> {
    let (left, right) = (normal(&truth.text), normal(&said.text));
    if left == right {
        return Some(left.len().max(1));
    }
    if !matches!(truth.kind.as_str(), "product" | "spec" | "payment_term") {
        return None;
    }
    let shared = longest_common(&left, &right);
    (shared > 0 && 2 * shared >= left.len().max(right.len())).then_some(shared)
}

fn normal(text: &str) -> Vec<char> {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// The length of the longest run of characters that stands in both.
fn longest_common(left: &[char], right: &[char]) -> usize {
    let mut best = 0;
    let mut previous = vec![0; right.len() + 1];
    for a in left {
        let mut row = vec![0; right.len() + 1];
        for (j, b) in right.iter().enumerate() {
            if a == b {
                row[j + 1] = previous[j] + 1;
                best = best.max(row[j + 1]);
            }
        }
        previous = row;
    }
    best
}

/// Whether two normal forms say the same. Of a specification number and unit count: its attribute has no closed list of names.
fn same_value(kind: &str, truth: &Value, said: &Value) -> bool {
    if kind == "spec" {
        let part = |value: &Value, key: &str| value.get(key).cloned().unwrap_or(Value::Null);
        return same(&part(truth, "number"), &part(said, "number"))
            && unit(&part(truth, "unit")) == unit(&part(said, "unit"));
    }
    same(truth, said)
}

fn unit(value: &Value) -> String {
    let text: String = value.as_str().unwrap_or_default().nfkc().flat_map(char::to_lowercase).collect();
    text.replace('°', "")
}

/// Equal as JSON, where 2 and 2.0 are one number and a missing field is null.
fn same(truth: &Value, said: &Value) -> bool {
    match (truth, said) {
        (Value::Number(a), Value::Number(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
            _ => a == b,
        },
        (Value::Object(a), Value::Object(b)) => {
            let null = Value::Null;
            let keys = a.keys().chain(b.keys());
            keys.into_iter().all(|key| same(a.get(key).unwrap_or(&null), b.get(key).unwrap_or(&null)))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => truth == said,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn marked(entities: &[(&str, &str, Value)]) -> Vec<Marked> {
        entities
            .iter()
            .map(|(kind, text, value)| Marked {
                kind: (*kind).to_owned(),
                text: (*text).to_owned(),
                value: value.clone(),
            })
            .collect()
    }

    /// Marked, read, matched, and right of those with a value.
    fn check(
        truth: &[(&str, &str, Value)],
        said: &[(&str, &str, Value)],
        expected: (usize, usize, usize, usize),
    ) {
        let mut tallies = BTreeMap::new();
        compare(&marked(truth), &marked(said), &mut tallies);
        let mut all = Tally::default();
        for tally in tallies.values() {
            all.add(tally);
        }
        assert_eq!((all.marked, all.read, all.matched, all.value_right), expected, "{truth:?} {said:?}");
    }

    #[test]
    fn width_and_case_do_not_matter_and_borders_do() {
        let twenty = json!({"number": 20, "unit": "PCS"});
        let same = json!({"number": 20.0, "unit": "PCS"});
        check(&[("quantity", "20PCS", twenty.clone())], &[("quantity", "２０pcs", same)], (1, 1, 1, 1));
        check(&[("quantity", "20 pcs", twenty.clone())], &[("quantity", "20", twenty.clone())], (1, 1, 0, 0));
        check(&[("quantity", "20", twenty.clone())], &[("money", "20", twenty)], (1, 1, 0, 0));
    }

    #[test]
    fn each_marked_entity_matches_once() {
        let port = ("port", "上海港", json!("上海港"));
        check(&[port.clone(), port.clone()], std::slice::from_ref(&port), (2, 1, 1, 1));
        check(std::slice::from_ref(&port), &[port.clone(), port.clone()], (1, 2, 1, 1));
    }

    #[test]
    fn products_match_by_half_of_the_longer_text() {
        let null = Value::Null;
        check(
            &[("product", "safety relay", null.clone())],
            &[("product", "relay", null.clone())],
            (1, 1, 0, 0),
        );
        check(&[("product", "水泵电机", null.clone())], &[("product", "水泵", null)], (1, 1, 1, 0));
    }

    #[test]
    fn of_a_specification_number_and_unit_count() {
        let truth = json!({"attribute": "承重", "comparator": "<=", "number": 40, "unit": "℃"});
        let said = json!({"attribute": "payload", "comparator": "=", "number": 40, "unit": "C"});
        check(&[("spec", "吊40公斤", truth)], &[("spec", "吊40公斤", said)], (1, 1, 1, 1));
    }

    #[test]
    fn a_value_that_nobody_could_mark_is_not_judged() {
        let mut tallies = BTreeMap::new();
        let truth = marked(&[("date", "今天", Value::Null)]);
        compare(&truth, &marked(&[("date", "今天", json!("2026-11-22"))]), &mut tallies);
        assert_eq!(tallies["date"].value_accuracy(), None);
        assert_eq!(tallies["date"].f1(), Some(1.0));
    }
}
