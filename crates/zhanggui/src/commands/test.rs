use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use testkit::golden;

use crate::embedded;

#[derive(Args)]
pub struct Options {
    /// Files or folders with golden conversations
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write what was said as well
    #[arg(long, short)]
    verbose: bool,
}

/// Runs golden conversations through the real pipeline and reports each difference.
#[expect(clippy::print_stdout, reason = "the findings are what the command is asked for")]
pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let files = golden::find(&options.paths)?;
    let (mut passed, mut failed) = (0, 0);
    for file in files {
        let outcome = golden::run(&file, embedded::demo()).await;
        if outcome.differences.is_empty() {
            passed += 1;
        } else {
            failed += 1;
        }
        if options.verbose {
            for line in &outcome.transcript {
                println!("    {line}");
            }
        }
        let verdict = if outcome.differences.is_empty() { "ok  " } else { "FAIL" };
        println!("{verdict} {}", file.display());
        for difference in &outcome.differences {
            println!("       {difference}");
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
