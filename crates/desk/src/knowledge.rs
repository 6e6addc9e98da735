//! Knowledge from a folder (or embedded) to a published revision, and the watch that reloads it.
//!
//! A revision is swapped whole. A broken folder never replaces a good revision: its problems are logged and counted, and the answers
//! go on with what is there.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{Timestamp, catalog::ShopIntent, language::LocalizedText};
use engine::{
    document::Problem,
    knowledge::{Difference, Knowledge},
};
use sha2::{Digest as _, Sha256};
use store::{Revision, Store, StoreError};
use understanding::{Encoders, Lexicon, TrainingError, Understander};

use crate::{
    DeskOptions,
    desk::Overrides,
    ports::{IdSource, ModelStore},
};

pub use engine::knowledge::SourceFile;
use publishing::{CONSOLE, EMBEDDED, Offered};

pub(crate) mod following;
pub mod publishing;

/// The largest folder that is read, in bytes.
pub const MAX_FOLDER_BYTES: u64 = 64 << 20;

/// One revision with what was made of it.
pub struct Published {
    pub knowledge: Arc<Knowledge>,
    pub understander: Understander,
    /// Warnings of its check; errors there are none.
    pub warnings: Vec<Problem>,
}

/// Why knowledge was not published.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    #[error("`{}` could not be read", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("`{}` holds more than {} MiB of YAML; is it the right folder?", path.display(), MAX_FOLDER_BYTES >> 20)]
    TooLarge { path: PathBuf },
    #[error("`{}` is not a folder; give the folder that holds the YAML files", path.display())]
    NotAFolder { path: PathBuf },
    #[error("the knowledge has {} to mend:\n{}", count(problems), list(problems))]
    Problems { problems: Vec<Problem> },
    #[error("the shop's own intents could not be learned")]
    Training(#[source] TrainingError),
    #[error("the revision could not be stored")]
    Store(#[source] StoreError),
    #[error(
        "revision {revision} was published from {}, and these files were not made from it; they would undo:\n{}\n\
         export that revision and make the changes there, or insist",
        place(origin),
        undone(differences)
    )]
    Overtaken { revision: i64, origin: String, differences: Vec<Difference> },
    #[error(
        "revision {revision} is in force, these files were made from {based_on}; compare them with it first"
    )]
    Outdated { revision: i64, based_on: i64 },
    /// The task that read them was lost.
    #[error("the knowledge could not be read")]
    Lost,
}

/// Where a revision came from, in words.
fn place(origin: &str) -> String {
    match origin {
        CONSOLE => "the console".to_owned(),
        EMBEDDED => "the demo shop".to_owned(),
        folder => format!("`{folder}`"),
    }
}

/// The first differences, one a line.
fn undone(differences: &[Difference]) -> String {
    const SHOWN: usize = 20;
    let line = |side: &Option<String>| {
        side.as_ref().map_or_else(|| "(none)".to_owned(), |text| text.chars().take(80).collect())
    };
    let mut lines: Vec<String> = differences
        .iter()
        .take(SHOWN)
        .map(|one| format!("  {}: {} → {}", one.path, line(&one.before), line(&one.after)))
        .collect();
    if differences.len() > SHOWN {
        lines.push(format!("  … and {} more", differences.len() - SHOWN));
    }
    lines.join("\n")
}

fn count(problems: &[Problem]) -> String {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") }
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Reads every YAML file below `folder`, or the one file that it names, sorted by path.
pub fn read_folder(folder: &Path) -> Result<Vec<SourceFile>, KnowledgeError> {
    let mut files = Vec::new();
    let mut budget = MAX_FOLDER_BYTES;
    if folder.is_file() {
        let text = std::fs::read(folder)
            .map_err(|source| KnowledgeError::Read { path: folder.to_path_buf(), source })?;
        return Ok(vec![SourceFile { path: folder.display().to_string(), text }]);
    }
    if !folder.is_dir() {
        return Err(KnowledgeError::NotAFolder { path: folder.to_path_buf() });
    }
    visit(folder, &mut |path, text| files.push(SourceFile { path, text }), &mut budget, 0)?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn visit(
    folder: &Path,
    take: &mut impl FnMut(String, Vec<u8>),
    budget: &mut u64,
    depth: usize,
) -> Result<(), KnowledgeError> {
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source| KnowledgeError::Read { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if hidden {
            continue;
        }
        if path.is_dir() {
            // Deeper than anyone sorts products; a link that leads in a circle ends here.
            if depth < 8 {
                visit(&path, take, budget, depth + 1)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            let size = entry.metadata().map_err(failed(&path))?.len();
            *budget = budget
                .checked_sub(size)
                .ok_or_else(|| KnowledgeError::TooLarge { path: folder.to_path_buf() })?;
            let text = std::fs::read(&path).map_err(failed(&path))?;
            take(path.display().to_string(), text);
        }
    }
    Ok(())
}

/// Checks files and makes of them what turns need; nothing is stored.
pub fn prepare(files: &[SourceFile], overrides: &Overrides) -> Result<Published, KnowledgeError> {
    prepare_with(files, overrides, &Learning::default())
}

/// What the classifier learns with.
#[derive(Clone, Default)]
pub struct Learning {
    /// Where models that were trained before are kept.
    pub models: Option<Arc<dyn ModelStore>>,
    /// Sentence vectors as further features.
    pub encoders: Encoders,
}

/// The same with what the classifier learns with.
pub fn prepare_with(
    files: &[SourceFile],
    overrides: &Overrides,
    learning: &Learning,
) -> Result<Published, KnowledgeError> {
    prepare_on(files, overrides, learning, None)
}

/// The files of a revision, as they were given; `None` where it holds none.
pub fn files_of(revision: &Revision) -> Option<Vec<SourceFile>> {
    let files: BTreeMap<String, String> = serde_json::from_str(&revision.files_json).ok()?;
    Some(files.into_iter().map(|(path, text)| SourceFile { path, text: text.into_bytes() }).collect())
}

/// The same, with models that were trained before, if they are kept, and with a warning for what has ended before `now`: prices, lists,
/// rates and answers.
pub fn prepare_on(
    files: &[SourceFile],
    overrides: &Overrides,
    learning: &Learning,
    now: Option<Timestamp>,
) -> Result<Published, KnowledgeError> {
    let loaded = engine::knowledge::load_on(files, now);
    let Some(mut knowledge) = loaded.knowledge else {
        return Err(KnowledgeError::Problems { problems: loaded.problems });
    };
    if let Some(proactive) = overrides.proactive {
        knowledge.recommendation.proactive = proactive;
    }
    if let Some(threshold) = overrides.lead_threshold {
        knowledge.leads.threshold = threshold;
    }
    let lexicon = Lexicon::new(
        &knowledge.products,
        &knowledge.industries,
        &knowledge.units,
        &knowledge.categories,
        &knowledge.attributes,
    );
    let understander =
        understander(lexicon, &knowledge.intents, learning).map_err(KnowledgeError::Training)?;
    Ok(Published { knowledge: Arc::new(knowledge), understander, warnings: loaded.problems })
}

/// Trains on the shop's own intents, or takes what was trained on the same.
fn understander(
    lexicon: Lexicon,
    intents: &[ShopIntent],
    learning: &Learning,
) -> Result<Understander, TrainingError> {
    let encoders = &learning.encoders;
    let learns = !intents.is_empty() || !encoders.is_empty();
    let Some(models) = learning.models.as_ref().filter(|_| learns) else {
        return Understander::with_encoders(lexicon, intents, encoders);
    };
    let key = key(intents, encoders);
    let kept = models
        .load(&key)
        .and_then(|trained| Understander::read(lexicon.clone(), intents, encoders, &trained));
    if let Some(understander) = kept {
        return Ok(understander);
    }
    let understander = Understander::with_encoders(lexicon, intents, encoders)?;
    if let Some(trained) = understander.trained(intents, encoders) {
        models.keep(&key, &trained);
    }
    Ok(understander)
}

/// The digest of all that training depends on.
fn key(intents: &[ShopIntent], encoders: &Encoders) -> String {
    let mut digest = Sha256::new();
    for part in Understander::training_basis() {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    for intent in intents {
        let descriptions = intent.description.iter().flat_map(LocalizedText::all);
        let texts: Vec<&str> = std::iter::once(intent.name.as_str())
            .chain(descriptions)
            .chain(intent.examples.iter().map(String::as_str))
            .collect();
        digest.update((texts.len() as u64).to_le_bytes());
        for text in texts {
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text);
        }
    }
    for encoder in [&encoders.chinese, &encoders.english] {
        let part = encoder.as_ref().map_or(&[][..], |encoder| encoder.digest());
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    let mut key = String::with_capacity(64);
    for byte in digest.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
    key
}

/// The same off the async threads: own intents may have to be learnt, which takes seconds of a processor.
async fn prepare_aside(
    files: Vec<SourceFile>,
    overrides: Overrides,
    learning: Learning,
    now: Option<Timestamp>,
) -> Result<Published, KnowledgeError> {
    aside(move || prepare_on(&files, &overrides, &learning, now)).await
}

/// Does work that keeps a processor or the disk busy off the async threads.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KnowledgeError> + Send + 'static,
) -> Result<T, KnowledgeError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| KnowledgeError::Lost)?
}

/// Publishes what the desk starts with.
pub(crate) async fn first(
    store: &Store,
    options: &DeskOptions,
    learning: Learning,
    ids: &dyn IdSource,
    now: Timestamp,
) -> Result<Published, KnowledgeError> {
    let mut offered = match &options.knowledge_folder {
        Some(folder) => publishing::of_folder(folder.clone()).await?,
        None => Offered {
            files: options.embedded.clone(),
            origin: EMBEDDED.to_owned(),
            based_on: None,
            insists: false,
        },
    };
    let overrides = &options.overrides;
    let refusal = match publishing::apply(store, &offered, overrides, &learning, ids, now).await {
        Err(refusal @ KnowledgeError::Overtaken { .. }) => refusal,
        outcome => return outcome.map(|(published, _)| published),
    };
    let is_embedded = offered.origin == EMBEDDED;
    match in_force(store, overrides, &learning).await {
        Ok(Some(kept)) => {
            // Buyers are answered by what people published last; whoever changed the files hears why they do not count.
            if is_embedded {
                tracing::info!(
                    knowledge.revision = kept.knowledge.revision,
                    "what was published last is in force"
                );
            } else {
                let error: &dyn std::error::Error = &refusal;
                tracing::warn!(error, origin = offered.origin, "the files were not published");
            }
            Ok(kept)
        }
        // A demo never answers the buyers of a shop.
        Err(error) if is_embedded => Err(error),
        outcome => {
            let error = outcome.err();
            let error = error.as_ref().map(|error| error as &dyn std::error::Error);
            tracing::warn!(
                error,
                "the revision in force does not pass this version's check; the files take its place"
            );
            offered.insists = true;
            let applied = publishing::apply(store, &offered, overrides, &learning, ids, now).await;
            applied.map(|(published, _)| published)
        }
    }
}

/// The current revision as it stands, made ready for turns; `None` where nothing was published.
async fn in_force(
    store: &Store,
    overrides: &Overrides,
    learning: &Learning,
) -> Result<Option<Published>, KnowledgeError> {
    let Some(current) = store.current_revision().await.map_err(KnowledgeError::Store)? else {
        return Ok(None);
    };
    let files = files_of(&current).unwrap_or_default();
    let mut published = prepare_aside(files, overrides.clone(), learning.clone(), None).await?;
    // Nobody else holds it yet.
    Arc::make_mut(&mut published.knowledge).revision = current.number;
    Ok(Some(published))
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Mutex};

    use super::*;

    /// Keeps in memory, and counts what it was asked for.
    #[derive(Default)]
    struct Kept(Mutex<(HashMap<String, Vec<u8>>, usize)>);

    impl ModelStore for Kept {
        fn load(&self, key: &str) -> Option<Vec<u8>> {
            let mut kept = self.0.lock().expect("no panic");
            let found = kept.0.get(key).cloned();
            kept.1 += usize::from(found.is_some());
            found
        }

        fn keep(&self, key: &str, bytes: &[u8]) {
            self.0.lock().expect("no panic").0.insert(key.to_owned(), bytes.to_vec());
        }
    }

    fn leasing(example: &str) -> Vec<ShopIntent> {
        let examples = [example, "设备租赁怎么收费", "租一台一个月"].map(str::to_owned).to_vec();
        vec![ShopIntent { name: "leasing".into(), description: None, examples }]
    }

    /// How many models are kept, and how often one was found, after a start with these intents.
    fn check(kept: &Arc<Kept>, intents: &[ShopIntent], expected: (usize, usize)) {
        let learning = Learning { models: Some(kept.clone()), ..Learning::default() };
        understander(Lexicon::default(), intents, &learning).expect("trains");
        let inner = kept.0.lock().expect("no panic");
        assert_eq!((inner.0.len(), inner.1), expected);
    }

    #[test]
    fn the_same_intents_are_learnt_once() {
        let kept = Arc::new(Kept::default());
        check(&kept, &leasing("可以租吗"), (1, 0));
        check(&kept, &leasing("可以租吗"), (1, 1));
        check(&kept, &leasing("能不能租"), (2, 1));
        check(&kept, &[], (2, 1));
    }

    #[test]
    fn what_cannot_be_read_is_learnt_again() {
        let kept = Arc::new(Kept::default());
        kept.keep(&key(&leasing("可以租吗"), &Encoders::default()), b"nothing");
        check(&kept, &leasing("可以租吗"), (1, 1));
        check(&kept, &leasing("可以租吗"), (1, 2));
        let inner = kept.0.lock().expect("no panic");
        assert!(inner.0.values().all(|bytes| bytes.len() > 1_000));
    }
}
