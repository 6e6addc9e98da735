//! Knowledge from a folder (or embedded) to a published revision, and the watch that reloads it.
//!
//! A revision is swapped whole. A broken folder never replaces a good revision: its problems are logged and counted, and the answers
//! go on with what is there.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use domain::{Timestamp, catalog::ShopIntent, event::EventKind, language::LocalizedText};
use engine::{
    document::Problem,
    knowledge::{Knowledge, SourceFile},
};
use sha2::{Digest as _, Sha256};
use store::{Store, StoreError};
use understanding::{Lexicon, TrainingError, Understander};

use crate::{Desk, DeskOptions, desk::Overrides, ports::ModelStore};

/// How often the folder is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The largest folder that is read, in bytes.
const MAX_FOLDER_BYTES: u64 = 64 << 20;

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
    prepare_on(files, overrides, None, None)
}

/// The same, with models that were trained before, if they are kept, and with a warning for what has ended before `now`: prices, lists,
/// rates and answers.
pub(crate) fn prepare_on(
    files: &[SourceFile],
    overrides: &Overrides,
    models: Option<&dyn ModelStore>,
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
    let understander = understander(lexicon, &knowledge.intents, models).map_err(KnowledgeError::Training)?;
    Ok(Published { knowledge: Arc::new(knowledge), understander, warnings: loaded.problems })
}

/// Trains on the shop's own intents, or takes what was trained on the same.
fn understander(
    lexicon: Lexicon,
    intents: &[ShopIntent],
    models: Option<&dyn ModelStore>,
) -> Result<Understander, TrainingError> {
    let Some(models) = models.filter(|_| !intents.is_empty()) else {
        return Understander::new(lexicon, intents);
    };
    let key = key(intents);
    let kept = models.load(&key).and_then(|trained| Understander::read(lexicon.clone(), intents, &trained));
    if let Some(understander) = kept {
        return Ok(understander);
    }
    let understander = Understander::new(lexicon, intents)?;
    if let Some(trained) = understander.trained(intents) {
        models.keep(&key, &trained);
    }
    Ok(understander)
}

/// The digest of all that training depends on.
fn key(intents: &[ShopIntent]) -> String {
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
    let mut key = String::with_capacity(64);
    for byte in digest.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
    key
}

/// Publishes what the desk starts with.
pub(crate) async fn first(
    store: &Store,
    options: &DeskOptions,
    models: Option<&dyn ModelStore>,
    now: Timestamp,
) -> Result<Published, KnowledgeError> {
    let (files, origin) = match &options.knowledge_folder {
        Some(folder) => (read_folder(folder)?, folder.display().to_string()),
        None => (options.embedded.clone(), "embedded".to_owned()),
    };
    publish(store, &files, &origin, &options.overrides, models, now).await
}

async fn publish(
    store: &Store,
    files: &[SourceFile],
    origin: &str,
    overrides: &Overrides,
    models: Option<&dyn ModelStore>,
    now: Timestamp,
) -> Result<Published, KnowledgeError> {
    let mut published = prepare_on(files, overrides, models, Some(now))?;
    for warning in &published.warnings {
        tracing::warn!(%warning, "knowledge");
    }
    let texts: serde_json::Map<String, serde_json::Value> = files
        .iter()
        .map(|file| (file.path.clone(), String::from_utf8_lossy(&file.text).into_owned().into()))
        .collect();
    let files_json = serde_json::Value::Object(texts).to_string();
    let number = store
        .publish_revision(&published.knowledge.digest, origin, &files_json, now)
        .await
        .map_err(KnowledgeError::Store)?;
    // Nobody else holds it yet.
    Arc::make_mut(&mut published.knowledge).revision = number;
    tracing::info!(
        knowledge.revision = number,
        knowledge.products = published.knowledge.products.len(),
        "knowledge published"
    );
    Ok(published)
}

/// What a folder looks like from outside; a change of any of it is a reason to read it again.
type Fingerprint = Vec<(PathBuf, u64, Option<SystemTime>)>;

fn fingerprint(folder: &Path) -> Fingerprint {
    fn walk(folder: &Path, found: &mut Fingerprint, depth: usize) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && depth < 8 {
                walk(&path, found, depth + 1);
            } else if let Ok(metadata) = std::fs::metadata(&path) {
                found.push((path, metadata.len(), metadata.modified().ok()));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found, 0);
    found.sort();
    found
}

/// Reads the folder again whenever it has changed and come to rest.
pub(crate) async fn watch(desk: Desk) {
    let Some(folder) = desk.inner.options.knowledge_folder.clone() else { return };
    let mut known = fingerprint(&folder);
    loop {
        tokio::select! {
            () = desk.inner.stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let seen = fingerprint(&folder);
        if seen == known {
            continue;
        }
        // Editors and copies write in steps: read when two looks agree.
        tokio::time::sleep(Duration::from_millis(200)).await;
        if fingerprint(&folder) != seen {
            continue;
        }
        known = seen;
        match desk.reload().await {
            Ok(true) => metrics::counter!("knowledge_reloads_total").increment(1),
            Ok(false) => {}
            Err(error) => {
                metrics::counter!("knowledge_reload_failures_total").increment(1);
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, "the changed knowledge was not taken; the published revision stays");
            }
        }
    }
}

/// The origin of revisions that people make in the console.
pub const CONSOLE: &str = "console";

impl Desk {
    /// Reads the folder again and publishes it if it is sound and different. Says whether it was.
    pub async fn reload(&self) -> Result<bool, KnowledgeError> {
        let Some(folder) = &self.inner.options.knowledge_folder else { return Ok(false) };
        let files = read_folder(folder)?;
        self.publish_files(&files, &folder.display().to_string()).await
    }

    /// Publishes files if they are sound and different. Says whether they were.
    pub(crate) async fn publish_files(
        &self,
        files: &[SourceFile],
        origin: &str,
    ) -> Result<bool, KnowledgeError> {
        let now = self.now();
        let (overrides, models) = (&self.inner.options.overrides, self.inner.models.as_deref());
        let published = publish(&self.inner.store, files, origin, overrides, models, now).await?;
        if published.knowledge.revision == self.published().knowledge.revision {
            return Ok(false);
        }
        let number = published.knowledge.revision;
        *self.inner.published.write().unwrap_or_else(std::sync::PoisonError::into_inner) =
            Arc::new(published);
        let event = domain::event::NewEvent {
            id: self.event_ids::<1>(now)[0],
            kind: EventKind::KnowledgePublished,
            conversation: None,
            contact: None,
            data: serde_json::json!({ "revision": number }),
            at: now,
        };
        self.inner.store.append_events(vec![event]).await.map_err(KnowledgeError::Store)?;
        Ok(true)
    }
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
    fn check(kept: &Kept, intents: &[ShopIntent], expected: (usize, usize)) {
        understander(Lexicon::default(), intents, Some(kept)).expect("trains");
        let inner = kept.0.lock().expect("no panic");
        assert_eq!((inner.0.len(), inner.1), expected);
    }

    #[test]
    fn the_same_intents_are_learnt_once() {
        let kept = Kept::default();
        check(&kept, &leasing("可以租吗"), (1, 0));
        check(&kept, &leasing("可以租吗"), (1, 1));
        check(&kept, &leasing("能不能租"), (2, 1));
        check(&kept, &[], (2, 1));
    }

    #[test]
    fn what_cannot_be_read_is_learnt_again() {
        let kept = Kept::default();
        kept.keep(&key(&leasing("可以租吗")), b"nothing");
        check(&kept, &leasing("可以租吗"), (1, 1));
        check(&kept, &leasing("可以租吗"), (1, 2));
        let inner = kept.0.lock().expect("no panic");
        assert!(inner.0.values().all(|bytes| bytes.len() > 1_000));
    }
}
