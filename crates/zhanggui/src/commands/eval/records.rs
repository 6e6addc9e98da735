//! Records with an outcome, from CSV.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, bail};
use engine::{
    knowledge::LeadSettings,
    lead::rule::{self, Signal},
    learning::table::{Table, number},
};

/// Records without their outcome, and the outcomes beside them.
#[derive(Debug)]
pub struct Records {
    pub table: Table,
    pub outcomes: Vec<bool>,
}

const YES: [&str; 4] = ["1", "true", "yes", "won"];
const NO: [&str; 4] = ["0", "false", "no", "lost"];

/// Reads a file; `drop` are columns that must not be looked at, `order` one to sort by, which is not looked at either.
pub fn read(path: &Path, label: &str, order: Option<&str>, drop: &[String]) -> anyhow::Result<Records> {
    let text = std::fs::read(path).with_context(|| format!("`{}` could not be read", path.display()))?;
    parse(&text, label, order, drop).with_context(|| format!("`{}`", path.display()))
}

fn parse(text: &[u8], label: &str, order: Option<&str>, drop: &[String]) -> anyhow::Result<Records> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
    let header: Vec<String> = reader
        .byte_headers()
        .context("the header line could not be read")?
        .iter()
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect();
    let place = |name: &str| {
        let found = header.iter().position(|column| column == name);
        found.with_context(|| format!("there is no column `{name}`; the columns are {}", header.join(", ")))
    };
    let label = place(label)?;
    let order = order.map(place).transpose()?;
    let dropped = drop.iter().map(|name| place(name)).collect::<anyhow::Result<Vec<_>>>()?;
    // Spreadsheets write columns without a name.
    let kept: Vec<usize> = (0..header.len())
        .filter(|at| *at != label && Some(*at) != order && !dropped.contains(at) && !header[*at].is_empty())
        .collect();
    let mut rows: Vec<(String, Vec<String>, bool)> = Vec::new();
    for record in reader.byte_records() {
        let record = record.context("a line could not be read")?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| {
            record.get(at).map_or_else(String::new, |cell| String::from_utf8_lossy(cell).into_owned())
        };
        let said = cell(label).to_lowercase();
        let outcome = match said.as_str() {
            yes if YES.contains(&yes) => true,
            no if NO.contains(&no) => false,
            _ => bail!("line {line}: `{}` is `{said}`; write 1 or 0", header[label]),
        };
        rows.push((order.map_or_else(String::new, cell), kept.iter().map(|at| cell(*at)).collect(), outcome));
    }
    if rows.is_empty() {
        bail!("there are no records");
    }
    if rows.iter().all(|(order, ..)| number(order).is_some()) {
        let key = |row: &(String, Vec<String>, bool)| number(&row.0).unwrap_or_default();
        rows.sort_by(|left, right| key(left).total_cmp(&key(right)));
    } else {
        rows.sort_by(|left, right| left.0.cmp(&right.0));
    }
    let columns = kept.iter().map(|at| header[*at].clone()).collect();
    let (mut table, mut outcomes) = (Table { columns, rows: Vec::new() }, Vec::new());
    for (_, row, outcome) in rows {
        table.rows.push(row);
        outcomes.push(outcome);
    }
    Ok(Records { table, outcomes })
}

/// The rule in a file, with the points that leads have where nothing else is said.
pub fn rule(path: &Path, table: &Table) -> anyhow::Result<Vec<Signal>> {
    let text = std::fs::read(path).with_context(|| format!("`{}` could not be read", path.display()))?;
    let points: BTreeMap<String, u32> = LeadSettings::default().points;
    rule::read(&path.display().to_string(), &text, table, &points).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{}", lines.join("\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "id,visits,source,won\n2,5,web,1\n10,1,fair,no\n1,3,,TRUE\n";

    fn check(order: Option<&str>, drop: &[&str], expected: &[(&[&str], bool)]) {
        let drop: Vec<String> = drop.iter().map(|name| (*name).to_owned()).collect();
        let records = parse(FILE.as_bytes(), "won", order, &drop).expect("it reads");
        let found: Vec<(Vec<&str>, bool)> = records
            .table
            .rows
            .iter()
            .zip(&records.outcomes)
            .map(|(row, outcome)| (row.iter().map(String::as_str).collect(), *outcome))
            .collect();
        let expected: Vec<(Vec<&str>, bool)> =
            expected.iter().map(|(row, outcome)| (row.to_vec(), *outcome)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn records_come_in_their_order_without_label_order_and_what_is_dropped() {
        check(Some("id"), &[], &[(&["3", ""], true), (&["5", "web"], true), (&["1", "fair"], false)]);
        check(None, &["id", "source"], &[(&["5"], true), (&["1"], false), (&["3"], true)]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |label: &str, text: &str| {
            parse(text.as_bytes(), label, None, &[]).expect_err("wrong").to_string()
        };
        assert_eq!(wrong("lost", FILE), "there is no column `lost`; the columns are id, visits, source, won");
        assert_eq!(wrong("a", "a,b\nmaybe,1\n"), "line 2: `a` is `maybe`; write 1 or 0");
        assert_eq!(wrong("a", "a,b\n"), "there are no records");
    }
}
