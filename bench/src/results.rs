//! `RESULTS.md`: one section for each kind of run, so that one run never loses what another wrote.

use std::path::Path;

use anyhow::Context;

const TITLE: &str = "# Results\n\nWritten by the program `bench` (see README.md there); each section by the run that it names.\n";

/// What a run writes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Load,
    Faults,
    Commerce,
    Selling,
    Understanding,
}

/// The sections in their order, with their headings.
const SECTIONS: [(Section, &str); 5] = [
    (Section::Load, "## Load"),
    (Section::Faults, "## Faults"),
    (Section::Commerce, "## Commerce"),
    (Section::Selling, "## Selling"),
    (Section::Understanding, "## Understanding"),
];

const FAULTS_HEAD: &str = "\n| date | code | run | result |\n|---|---|---|---|\n";

/// Puts the text of a run in the place of the one before.
pub fn replace(file: &Path, section: Section, text: &str) -> anyhow::Result<()> {
    edit(file, section, |_| format!("\n{}\n", text.trim()))
}

/// Adds a line to the table of faults.
pub fn append_fault(
    file: &Path,
    date: &str,
    code: &str,
    command: &str,
    sentence: &str,
) -> anyhow::Result<()> {
    edit(file, Section::Faults, |old| {
        let rows = old.trim_end();
        let rows = if rows.is_empty() { FAULTS_HEAD.trim_end() } else { rows };
        format!("{rows}\n| {date} | `{code}` | `{command}` | {sentence} |\n")
    })
}

fn edit(file: &Path, section: Section, change: impl FnOnce(&str) -> String) -> anyhow::Result<()> {
    let held = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("`{}` cannot be read", file.display())),
    };
    std::fs::write(file, changed(&held, section, change))
        .with_context(|| format!("`{}` cannot be written", file.display()))
}

fn changed(held: &str, section: Section, change: impl FnOnce(&str) -> String) -> String {
    let mut change = Some(change);
    let mut text = TITLE.to_owned();
    for (name, heading) in SECTIONS {
        let old = body(held, heading);
        let new = match change.take_if(|_| name == section) {
            Some(change) => change(old),
            None => old.to_owned(),
        };
        if !new.trim().is_empty() {
            text.push_str(&format!("\n{heading}\n{}\n", new.trim_end()));
        }
    }
    text
}

/// What stands beneath a heading, up to the next of its rank.
fn body<'a>(text: &'a str, heading: &str) -> &'a str {
    let Some((_, rest)) = text.split_once(&format!("\n{heading}\n")) else { return "" };
    rest.find("\n## ").map_or(rest, |end| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_leaves_the_other_sections_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("RESULTS.md");
        append_fault(&file, "d1", "c1", "bench kill", "first").unwrap();
        replace(&file, Section::Load, "old\n\n### Table\nx").unwrap();
        append_fault(&file, "d2", "c2", "bench kill", "second").unwrap();
        replace(&file, Section::Load, "new").unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with(TITLE));
        let rest = text.strip_prefix(TITLE).unwrap();
        assert_eq!(
            rest,
            "\n## Load\n\nnew\n\n## Faults\n\n| date | code | run | result |\n|---|---|---|---|\n\
             | d1 | `c1` | `bench kill` | first |\n| d2 | `c2` | `bench kill` | second |\n"
        );
    }
}
