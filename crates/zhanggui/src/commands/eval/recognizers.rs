use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use serde::Serialize;
use understanding::recognizers::{Case, Culture, Model, Recognized, judge};

#[derive(Args)]
pub struct Options {
    /// Folder of the cases: `Culture_Group_Model.jsonl`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Also show the cases that fail
    #[arg(long)]
    failures: bool,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

/// Of a file: how many cases there are, how many pass by type and text, and how many by value too.
#[derive(Serialize, Default, Clone, Copy)]
struct Figures {
    cases: usize,
    passed_span: usize,
    passed_value: usize,
}

#[derive(Serialize)]
struct Report {
    files: BTreeMap<String, Figures>,
}

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what the command is asked for"
)]
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let folder = &options.folder;
    let unreadable = || format!("`{}` could not be read", folder.display());
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some((culture, model)) = parse_name(&name) else { continue };
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("`{}` could not be read", path.display()))?;
        let mut figures = Figures::default();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let case =
                Case::parse(line).map_err(|error| anyhow!("{}:{}: {error}", path.display(), index + 1))?;
            let verdict = judge(model, culture, &case);
            figures.cases += 1;
            figures.passed_span += usize::from(verdict.span);
            figures.passed_value += usize::from(verdict.value);
            if options.failures && !verdict.value {
                eprintln!("{name}:{} {:?}", index + 1, case.input);
                eprintln!("    wanted {}\n    read   {}", shown(&case.expected), shown(&verdict.read));
            }
        }
        files.insert(name, figures);
    }
    if files.is_empty() {
        bail!(
            "`{}` holds no cases; a file is named like `English_Number_NumberModel.jsonl`",
            folder.display()
        );
    }
    if options.json {
        println!("{}", serde_json::to_string(&Report { files })?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{:<52}{:>6}{:>8}{:>8}", "file", "cases", "span", "value");
    for (name, one) in &files {
        let share = |part: usize| part as f64 / one.cases.max(1) as f64;
        let (span, value) = (share(one.passed_span), share(one.passed_value));
        println!("{name:<52}{:>6}{span:>8.3}{value:>8.3}", one.cases);
    }
    Ok(ExitCode::SUCCESS)
}

/// The culture and model that a file's name tells; other files are passed over.
fn parse_name(name: &str) -> Option<(Culture, Model)> {
    let stem = name.strip_suffix(".jsonl")?;
    let (culture, rest) = stem.split_once('_')?;
    let culture = match culture {
        "Chinese" => Culture::Chinese,
        "English" => Culture::English,
        _ => return None,
    };
    Some((culture, Model::parse(rest.rsplit('_').next()?)?))
}

fn shown(entities: &[Recognized]) -> String {
    let one = |entity: &Recognized| format!("{} `{}` {}", entity.type_name, entity.text, entity.resolution);
    let all: Vec<String> = entities.iter().map(one).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<(Culture, Model)>) {
        assert_eq!(parse_name(name), expected, "{name}");
    }

    #[test]
    fn a_files_name_tells_culture_and_model() {
        check("English_Number_NumberModel.jsonl", Some((Culture::English, Model::Number)));
        check("Chinese_Sequence_URLModel.jsonl", Some((Culture::Chinese, Model::Url)));
        check("French_Number_NumberModel.jsonl", None);
        check("English_Number_NumberModel.json", None);
        check("LICENSE", None);
    }
}
