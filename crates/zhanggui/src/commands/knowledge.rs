use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use desk::{
    Overrides,
    knowledge::{
        self, Learning,
        publishing::{self, BASIS, Comparison, Offered},
    },
    ports::{Clock as _, ModelStore},
    system::{RandomIds, SystemClock},
};
use engine::knowledge::SourceFile;
use store::{Store, StoreOptions};

use super::replay;
use crate::{Common, config::Config, control, encoders, model_folder::ModelFolder, wiring};

#[derive(Subcommand)]
pub enum Knowledge {
    /// What the folder would change of the knowledge in force, and what is wrong in it; exit code 1 on an error
    Diff(Diff),
    /// Publish the folder as a new revision
    Apply(Apply),
    /// Write the revision in force as files
    Export(Export),
}

#[derive(Args)]
pub struct Diff {
    #[command(flatten)]
    common: Common,
    /// For machines
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Apply {
    #[command(flatten)]
    common: Common,
    /// Publish even if that undoes what was published in the console since
    #[arg(long)]
    force: bool,
}

#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    common: Common,
    /// A folder that is not there yet, or is empty
    folder: PathBuf,
}

pub async fn run(command: Knowledge) -> anyhow::Result<ExitCode> {
    match command {
        Knowledge::Diff(options) => diff(options).await,
        Knowledge::Apply(options) => apply(options).await,
        Knowledge::Export(options) => export(options).await,
    }
}

fn overrides(config: &Config) -> Overrides {
    Overrides { proactive: config.proactive, lead_threshold: config.lead_threshold }
}

#[expect(clippy::print_stdout, reason = "the differences are what the command is asked for")]
async fn diff(options: Diff) -> anyhow::Result<ExitCode> {
    let config = wiring::configure(&options.common, true)?;
    let store = replay::open(&config).await?;
    let files = replay::candidate(&config)?;
    let now = SystemClock::default().now();
    let comparison = publishing::compare(&store, files, now).await?;
    store.close().await;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&as_json(&comparison))?);
    } else {
        print(&comparison);
    }
    Ok(if comparison.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn as_json(comparison: &Comparison) -> serde_json::Value {
    let differences = comparison
        .differences
        .iter()
        .map(|one| serde_json::json!({ "path": one.path, "before": one.before, "after": one.after }));
    serde_json::json!({
        "revision": comparison.revision,
        "differences": differences.collect::<Vec<_>>(),
        "problems": comparison.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

#[expect(clippy::print_stdout, reason = "the differences are what the command is asked for")]
fn print(comparison: &Comparison) {
    for problem in &comparison.problems {
        println!("{problem}");
    }
    match comparison.differences.len() {
        0 => println!("nothing differs from revision {}", comparison.revision),
        1 => println!("one difference from revision {}:", comparison.revision),
        many => println!("{many} differences from revision {}:", comparison.revision),
    }
    for one in &comparison.differences {
        match (&one.before, &one.after) {
            (Some(before), Some(after)) => println!("~ {}: {before} → {after}", one.path),
            (Some(before), None) => println!("- {}: {before}", one.path),
            (None, after) => println!("+ {}: {}", one.path, after.as_deref().unwrap_or_default()),
        }
    }
}

#[expect(clippy::print_stdout, reason = "the outcome is what the command is asked for")]
async fn apply(options: Apply) -> anyhow::Result<ExitCode> {
    let config = wiring::configure(&options.common, true)?;
    let Some(folder) = &config.knowledge_folder else {
        bail!("name the folder to publish with --knowledge");
    };
    let offered = Offered {
        files: replay::candidate(&config)?,
        // The server may run elsewhere in the file system.
        origin: publishing::origin(Path::new(folder)),
        based_on: publishing::basis(Path::new(folder)),
        insists: options.force,
    };
    let request = control::Request::ApplyKnowledge {
        files: texts(&offered.files)?,
        origin: offered.origin.clone(),
        based_on: offered.based_on,
        insists: offered.insists,
    };
    let (revision, is_new) = match control::call(&config.database_url, &request).await? {
        Some(control::Response::Applied { revision, is_new }) => (revision, is_new),
        Some(other) => bail!("the running server answered {other:?}"),
        None => {
            let url = config.database_url.clone();
            let store = Store::open(&StoreOptions { url, ..StoreOptions::default() })
                .await
                .context("the database could not be opened")?;
            let models = ModelFolder::beside(&config.database_url);
            let models = models.map(|models| Arc::new(models) as Arc<dyn ModelStore>);
            let learning = Learning { models, encoders: encoders::load(&config.encoder_folders)? };
            let (ids, now) = (RandomIds::default(), SystemClock::default().now());
            let applied =
                publishing::apply(&store, &offered, &overrides(&config), &learning, &ids, now).await;
            store.close().await;
            let (published, is_new) = applied?;
            (published.knowledge.revision, is_new)
        }
    };
    note_basis(Path::new(folder), revision)?;
    if is_new {
        println!("published as revision {revision}");
    } else {
        println!("revision {revision} says the same; nothing was published");
    }
    Ok(ExitCode::SUCCESS)
}

fn texts(files: &[SourceFile]) -> anyhow::Result<BTreeMap<String, String>> {
    let text = |file: &SourceFile| {
        let text = String::from_utf8(file.text.clone());
        Ok((
            file.path.clone(),
            text.with_context(|| format!("`{}` is not UTF-8; save it as such", file.path))?,
        ))
    };
    files.iter().map(text).collect()
}

/// Notes in the folder which revision its files stand for.
fn note_basis(folder: &Path, revision: i64) -> anyhow::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let path = folder.join(BASIS);
    fs::write(&path, format!("{revision}\n"))
        .with_context(|| format!("`{}` could not be written", path.display()))
}

#[expect(clippy::print_stdout, reason = "the outcome is what the command is asked for")]
async fn export(options: Export) -> anyhow::Result<ExitCode> {
    let config = wiring::configure(&options.common, true)?;
    let store = replay::open(&config).await?;
    let revision = store.current_revision().await?;
    store.close().await;
    let Some(revision) = revision else {
        bail!("no knowledge was published in this database yet; start the server once");
    };
    let files = knowledge::files_of(&revision).context("the published revision could not be read")?;
    let folder = &options.folder;
    let is_taken = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if is_taken || folder.is_file() {
        bail!("`{}` is not empty; name a folder that is not there yet", folder.display());
    }
    let named: Vec<PathBuf> = files.iter().map(|file| inner_path(&file.path)).collect();
    let shared = shared_folders(&named);
    for (file, path) in files.iter().zip(&named) {
        let path = folder.join(path.components().skip(shared).collect::<PathBuf>());
        let written =
            path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &file.text));
        written.with_context(|| format!("`{}` could not be written", path.display()))?;
    }
    note_basis(folder, revision.number)?;
    println!("revision {} written to `{}`, {} files", revision.number, folder.display(), files.len());
    Ok(ExitCode::SUCCESS)
}

/// A path that leads nowhere but inward.
fn inner_path(path: &str) -> PathBuf {
    Path::new(path).components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

/// How many folders all files lie in, which is where the revision came from.
fn shared_folders(paths: &[PathBuf]) -> usize {
    let folders = |path: &PathBuf| path.components().count().saturating_sub(1);
    let least = paths.iter().map(folders).min().unwrap_or(0);
    let Some(first) = paths.first() else { return 0 };
    (0..least)
        .take_while(|&depth| {
            let part = first.components().nth(depth);
            paths.iter().all(|path| path.components().nth(depth) == part)
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_exported_by_where_they_lie_in_their_folder() {
        let check = |paths: &[&str], expected: &[&str]| {
            let named: Vec<PathBuf> = paths.iter().map(|path| inner_path(path)).collect();
            let shared = shared_folders(&named);
            let found: Vec<PathBuf> =
                named.iter().map(|path| path.components().skip(shared).collect()).collect();
            assert_eq!(found, expected.iter().map(PathBuf::from).collect::<Vec<_>>(), "{paths:?}");
        };
        check(&["/srv/shop/a.yaml", "/srv/shop/products/b.yaml"], &["a.yaml", "products/b.yaml"]);
        check(&["demo/a.yaml"], &["a.yaml"]);
        check(&["a.yaml", "b/c.yaml"], &["a.yaml", "b/c.yaml"]);
        check(&["../../etc/a.yaml", "../../etc/b.yaml"], &["a.yaml", "b.yaml"]);
        check(&[], &[]);
    }
}
