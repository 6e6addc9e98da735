use std::process::ExitCode;

use clap::Args;
use desk::{
    Overrides,
    knowledge::{KnowledgeError, prepare, read_folder},
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
    match prepare(&files, &Overrides::default()) {
        Ok(published) => {
            let knowledge = &published.knowledge;
            summary = format!(
                "{} products, {} FAQs, {} scripts, {} rules",
                knowledge.products.len(),
                knowledge.faqs.len(),
                knowledge.scripts.len(),
                knowledge.rules.rules.len()
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
    let warnings = problems.len() - errors;
    if errors > 0 {
        println!("{errors} errors, {warnings} warnings");
        return Ok(ExitCode::FAILURE);
    }
    println!("ok: {summary}; {warnings} warnings");
    Ok(ExitCode::SUCCESS)
}
