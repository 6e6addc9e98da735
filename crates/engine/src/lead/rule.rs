//! The article's points over columns of records: a signal holds where one of its conditions does.

use std::collections::BTreeMap;

use crate::{
    document::{self, Node, Problem, Problems, Value},
    learning::table::{Table, number},
};

/// Points in integer hundredths where a condition holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    pub name: String,
    pub points: u32,
    pub conditions: Vec<Condition>,
}

/// `column operator value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    column: usize,
    comparison: Comparison,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    AtLeast,
    AtMost,
    Above,
    Below,
    Is,
    IsNot,
}

/// The longer ones first, so that `>=` is not read as `>`.
const OPERATORS: [(&str, Comparison); 6] = [
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    ("==", Comparison::Is),
    ("!=", Comparison::IsNot),
    (">", Comparison::Above),
    ("<", Comparison::Below),
];

/// Why a condition was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    #[error("`{0}` compares nothing; write a column, one of >= <= == != > <, and a value")]
    NoComparison(String),
    #[error("there is no column `{name}`{}", near.as_ref().map_or_else(String::new, |near| format!("; did you mean `{near}`?")))]
    NoColumn { name: String, near: Option<String> },
    #[error("`{0}` is compared as a number and is none; write a number, or == for words")]
    NoNumber(String),
}

impl Condition {
    pub fn parse(text: &str, table: &Table) -> Result<Self, ConditionError> {
        let found = OPERATORS
            .iter()
            .filter_map(|(sign, comparison)| Some((text.find(sign)?, sign.len(), *comparison)))
            .min_by_key(|&(at, length, _)| (at, std::cmp::Reverse(length)));
        let Some((at, length, comparison)) = found else {
            return Err(ConditionError::NoComparison(text.trim().to_owned()));
        };
        let (name, value) = (text[..at].trim(), text[at + length..].trim());
        let Some(column) = table.column(name) else {
            let near = document::nearest(name, table.columns.iter().map(String::as_str));
            return Err(ConditionError::NoColumn { name: name.to_owned(), near: near.map(str::to_owned) });
        };
        let by_word = matches!(comparison, Comparison::Is | Comparison::IsNot);
        if !by_word && number(value).is_none() {
            return Err(ConditionError::NoNumber(value.to_owned()));
        }
        Ok(Self { column, comparison, value: value.to_owned() })
    }

    pub fn holds(&self, row: &[String]) -> bool {
        let cell = row.get(self.column).map_or("", |cell| cell.trim());
        let both = number(cell).zip(number(&self.value));
        let is = both.map_or(cell == self.value, |(left, right)| left.total_cmp(&right).is_eq());
        let ordered = |test: fn(f64, f64) -> bool| both.is_some_and(|(left, right)| test(left, right));
        match self.comparison {
            Comparison::AtLeast => ordered(|left, right| left >= right),
            Comparison::AtMost => ordered(|left, right| left <= right),
            Comparison::Above => ordered(|left, right| left > right),
            Comparison::Below => ordered(|left, right| left < right),
            Comparison::Is => is,
            Comparison::IsNot => !is,
        }
    }
}

impl Signal {
    pub fn holds(&self, row: &[String]) -> bool {
        self.conditions.iter().any(|condition| condition.holds(row))
    }
}

/// The sum of the points, capped at 100: integer hundredths.
pub fn score(signals: &[Signal], row: &[String]) -> u32 {
    signals.iter().filter(|signal| signal.holds(row)).map(|signal| signal.points).sum::<u32>().min(100)
}

/// Reads a rule from YAML: a mapping from signal to a condition, or to a list of conditions of which one must hold.
///
/// `points` says how much each known signal is worth; others are worth nothing by themselves.
pub fn read(
    path: &str,
    text: &[u8],
    table: &Table,
    points: &BTreeMap<String, u32>,
) -> Result<Vec<Signal>, Vec<Problem>> {
    let mut problems = Problems::default();
    let signals = document::parse(path, text, &mut problems).and_then(|root| {
        root.entries(
            |entry, problems| {
                let conditions = match &entry.value.value {
                    Value::Sequence(_) => {
                        entry.value.list(|node, problems| condition(node, table, problems), problems)
                    }
                    _ => condition(&entry.value, table, problems).map(|condition| vec![condition]),
                }?;
                let points = points.get(&entry.key).copied().unwrap_or_default();
                Some(Signal { name: entry.key.clone(), points, conditions })
            },
            &mut problems,
        )
    });
    if problems.has_errors() { Err(problems.into_list()) } else { Ok(signals.unwrap_or_default()) }
}

fn condition(node: &Node, table: &Table, problems: &mut Problems) -> Option<Condition> {
    let text = node.text(problems)?;
    Condition::parse(&text, table).map_err(|error| problems.error(node.place, error.to_string())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table { columns: vec!["visits".into(), "Lead Source".into()], rows: Vec::new() }
    }

    fn check(condition: &str, cells: [&str; 2], expected: bool) {
        let parsed = Condition::parse(condition, &table()).expect("a condition");
        assert_eq!(parsed.holds(&cells.map(str::to_owned)), expected, "{condition} on {cells:?}");
    }

    #[test]
    fn numbers_are_compared_as_numbers_and_words_as_words() {
        check("visits >= 5", ["5.0", ""], true);
        check("visits > 5", ["5", ""], false);
        check("visits <= 5", ["10", ""], false);
        check("visits < 5", ["", ""], false);
        check("visits == 5", ["5.00", ""], true);
        check("visits != 5", ["", ""], true);
        check("Lead Source == Google Ads", ["", " Google Ads "], true);
        check("Lead Source != Google", ["", "google"], true);
    }

    fn refused(condition: &str, expected: &str) {
        let error = Condition::parse(condition, &table()).expect_err("it is wrong");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn what_is_wrong_is_named() {
        refused("visits", "`visits` compares nothing; write a column, one of >= <= == != > <, and a value");
        refused("visit >= 5", "there is no column `visit`; did you mean `visits`?");
        refused(
            "visits >= many",
            "`many` is compared as a number and is none; write a number, or == for words",
        );
    }

    #[test]
    fn a_rule_is_read_from_yaml() {
        let points = BTreeMap::from([("asked_price".to_owned(), 20), ("five_messages".to_owned(), 20)]);
        let text = b"asked_price: visits >= 2\nfive_messages: [visits >= 5, Lead Source == Reference]";
        let rule = read("rule.yaml", text, &table(), &points).expect("it reads");
        let points = |cells: [&str; 2]| score(&rule, &cells.map(str::to_owned));
        assert_eq!((points(["1", ""]), points(["2", ""]), points(["5", ""])), (0, 20, 40));
        assert_eq!(points(["1", "Reference"]), 20);
        let problems = read("rule.yaml", b"asked_price: visit > 2", &table(), &BTreeMap::new());
        let problem = problems.expect_err("a wrong column")[0].to_string();
        assert!(problem.starts_with("rule.yaml:1:14: error: there is no column `visit`"), "{problem}");
    }
}
