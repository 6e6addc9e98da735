use std::process::ExitCode;

use clap::Args;
use desk::{
    Overrides,
    knowledge::{KnowledgeError, Learning, prepare_on, read_folder},
    ports::Clock as _,
    system::SystemClock,
};
use engine::document::Problem;

use crate::{Common, config, embedded};

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
}

/// Validates configuration and knowledge and lists every problem with its place.
#[expect(clippy::print_stdout, reason = "the findings are what the command is asked for")]
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut folder = options.common.knowledge.clone();
    match config::load(options.common.config.as_deref(), std::env::vars()) {
        Ok((config, warnings)) => {
            problems.extend(warnings);
            folder = folder.or(config.knowledge_folder.map(Into::into));
        }
        Err(config::ConfigError::Problems(found)) => problems.extend(found),
        Err(error) => return Err(error.into()),
    }
    let files = match &folder {
        Some(folder) => read_folder(folder)?,
        None => embedded::demo(),
    };
    let mut summary = String::new();
    let now = Some(SystemClock::default().now());
    match prepare_on(&files, &Overrides::default(), &Learning::default(), now) {
        Ok(published) => {
            let knowledge = &published.knowledge;
            summary = format!(
                "{}, {}, {}, {}",
                count(knowledge.products.len(), "product"),
                count(knowledge.faqs.len(), "FAQ"),
                count(knowledge.scripts.len(), "script"),
                count(knowledge.rules.rules.len(), "rule")
            );
            problems.extend(published.warnings);
        }
        Err(KnowledgeError::Problems { problems: found }) => problems.extend(found),
        Err(error) => return Err(error.into()),
    }
    for problem in &problems {
        println!("{problem}");
    }
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let warnings = count(problems.len() - errors, "warning");
    if errors > 0 {
        println!("{}, {warnings}", count(errors, "error"));
        return Ok(ExitCode::FAILURE);
    }
    println!("ok: {summary}; {warnings}");
    Ok(ExitCode::SUCCESS)
}

/// `1 error`, `2 errors`.
fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
