//! Publishing by people: what would change, a new revision, and the files of the one in force.
//!
//! Folders and console both make revisions. What was published in the console or from another folder is not undone by files that know
//! nothing of it: they are refused with what they would undo, until they were made from that revision (`export` notes it in the folder)
//! or somebody insists. The demo shop gives way to anything and takes nothing's place.
//!
//! What is checked against one revision is stored in the place of that one or not at all, so that of two who publish at once the second
//! is checked anew.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use domain::{Timestamp, id::EventId};
use engine::{
    document::Problem,
    knowledge::{Difference, SourceFile, differences},
};
use store::{NewRevision, Publication, Revision, Store};

use super::{KnowledgeError, Learning, Published, aside, files_of, prepare_aside, read_folder};
use crate::{Desk, desk::Overrides, ports::IdSource};

/// The origin of revisions that people make in the console or by the API.
pub const CONSOLE: &str = "console";
/// The origin of the demo shop, which the program carries.
pub const EMBEDDED: &str = "embedded";
/// In a folder: the number of the revision that its files were made from.
pub const BASIS: &str = ".revision";

/// Files on their way to be published.
#[derive(Debug, Clone)]
pub struct Offered {
    pub files: Vec<SourceFile>,
    /// The folder, [`CONSOLE`] or [`EMBEDDED`].
    pub origin: String,
    /// The revision that they were made from, where it is known. What comes from the console has to be made from the one in force.
    pub based_on: Option<i64>,
    /// Whether they may undo what they do not know of.
    pub insists: bool,
}

/// What files would change.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// In force now; 0 where nothing was published.
    pub revision: i64,
    pub differences: Vec<Difference>,
    /// Errors, with which they cannot be published, and warnings.
    pub problems: Vec<Problem>,
}

impl Comparison {
    /// Whether the files could be published.
    pub fn is_sound(&self) -> bool {
        !self.problems.iter().any(Problem::is_error)
    }
}

/// What became of files that were offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// In force now.
    pub revision: i64,
    /// Whether it is a new one; else the one in force says the same.
    pub is_new: bool,
}

/// The origin of what lies in a folder: its path, the same wherever a program was started.
pub fn origin(folder: &Path) -> String {
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf()).display().to_string()
}

/// A folder as it is now, on its way to be published.
pub(super) async fn of_folder(folder: PathBuf) -> Result<Offered, KnowledgeError> {
    aside(move || {
        let files = read_folder(&folder)?;
        Ok(Offered { files, origin: origin(&folder), based_on: basis(&folder), insists: false })
    })
    .await
}

/// The revision that a folder's files were made from, if it is noted there.
pub fn basis(folder: &Path) -> Option<i64> {
    fs::read_to_string(folder.join(BASIS)).ok()?.trim().parse().ok()
}

/// Compares files with the revision in force.
pub async fn compare(
    store: &Store,
    files: Vec<SourceFile>,
    now: Timestamp,
) -> Result<Comparison, KnowledgeError> {
    let current = store.current_revision().await.map_err(KnowledgeError::Store)?;
    aside(move || {
        let in_force = current.as_ref().and_then(files_of).unwrap_or_default();
        Ok(Comparison {
            revision: current.map_or(0, |current| current.number),
            differences: differences(&in_force, &files),
            problems: engine::knowledge::load_on(&files, Some(now)).problems,
        })
    })
    .await
}

/// Why these files may not take the place of the revision in force, if that is so.
fn overtaken(current: Option<&Revision>, offered: &Offered) -> Option<KnowledgeError> {
    let current = current.filter(|_| !offered.insists)?;
    let revision = current.number;
    if offered.origin == CONSOLE {
        let based_on = offered.based_on.unwrap_or_default();
        return (based_on != revision).then_some(KnowledgeError::Outdated { revision, based_on });
    }
    let knows = offered.based_on.is_some_and(|basis| basis >= revision);
    if knows || current.origin == EMBEDDED || is_same_place(&current.origin, &offered.origin) {
        return None;
    }
    let undone = differences(&files_of(current).unwrap_or_default(), &offered.files);
    (!undone.is_empty() || offered.origin == EMBEDDED).then(|| KnowledgeError::Overtaken {
        revision,
        origin: current.origin.clone(),
        differences: undone,
    })
}

/// Whether two origins are one folder: earlier versions noted it as it was named.
fn is_same_place(left: &str, right: &str) -> bool {
    let is_folder = |place: &str| place != CONSOLE && place != EMBEDDED;
    left == right
        || (is_folder(left) && is_folder(right) && origin(Path::new(left)) == origin(Path::new(right)))
}

/// Checks files and publishes them; gives what is in force then, and whether that is new.
pub async fn apply(
    store: &Store,
    offered: &Offered,
    overrides: &Overrides,
    learning: &Learning,
    ids: &dyn IdSource,
    now: Timestamp,
) -> Result<(Published, bool), KnowledgeError> {
    let mut ready = None;
    loop {
        let current = store.current_revision().await.map_err(KnowledgeError::Store)?;
        if let Some(refusal) = overtaken(current.as_ref(), offered) {
            return Err(refusal);
        }
        let mut published = match ready.take() {
            Some(published) => published,
            None => checked(offered, overrides, learning, now).await?,
        };
        let texts = offered.files.iter().map(|file| {
            (file.path.clone(), serde_json::Value::from(String::from_utf8_lossy(&file.text).into_owned()))
        });
        let revision = NewRevision {
            digest: published.knowledge.digest.clone(),
            origin: offered.origin.clone(),
            files_json: serde_json::Value::Object(texts.collect()).to_string(),
            follows: current.as_ref().map_or(0, |current| current.number),
            // Before the first one nobody is there to hear.
            event: current.is_some().then(|| EventId::from_ulid(ids.ulid(now))),
            at: now,
        };
        let (number, is_new) = match store.publish_revision(revision).await.map_err(KnowledgeError::Store)? {
            Publication::Published(number) => (number, true),
            Publication::Same(number) => (number, false),
            // Somebody was faster: these files are judged anew, by his.
            Publication::Overtaken => {
                ready = Some(published);
                continue;
            }
        };
        // Nobody else holds it yet.
        Arc::make_mut(&mut published.knowledge).revision = number;
        if is_new {
            tracing::info!(
                knowledge.revision = number,
                knowledge.products = published.knowledge.products.len(),
                "knowledge published"
            );
        }
        return Ok((published, is_new));
    }
}

async fn checked(
    offered: &Offered,
    overrides: &Overrides,
    learning: &Learning,
    now: Timestamp,
) -> Result<Published, KnowledgeError> {
    let (files, overrides, learning) = (offered.files.clone(), overrides.clone(), learning.clone());
    let published = prepare_aside(files, overrides, learning, Some(now)).await?;
    for warning in &published.warnings {
        tracing::warn!(%warning, "knowledge");
    }
    Ok(published)
}

/// Puts a revision in force in one process, unless a later one is; says whether it did.
fn raise(serving: &RwLock<Arc<Published>>, published: Published) -> bool {
    let mut serving = serving.write().unwrap_or_else(PoisonError::into_inner);
    let is_later = published.knowledge.revision > serving.knowledge.revision;
    if is_later {
        *serving = Arc::new(published);
    }
    is_later
}

impl Desk {
    pub(super) fn learning(&self) -> Learning {
        Learning { models: self.inner.models.clone(), encoders: self.inner.encoders.clone() }
    }

    /// Publishes files that people bring. They serve from the next turn on.
    pub async fn apply_knowledge(&self, offered: &Offered) -> Result<Applied, KnowledgeError> {
        // Two at once would each learn first, for one of them in vain.
        let _turn = self.inner.publishing.lock().await;
        let (inner, learning) = (&self.inner, self.learning());
        let overrides = &inner.options.overrides;
        let applied = apply(&inner.store, offered, overrides, &learning, &*inner.ids, self.now()).await;
        let (published, is_new) = applied?;
        let revision = published.knowledge.revision;
        self.swap_in(published);
        Ok(Applied { revision, is_new })
    }

    /// What files would change of the knowledge in force.
    pub async fn compare_knowledge(&self, files: Vec<SourceFile>) -> Result<Comparison, KnowledgeError> {
        compare(&self.inner.store, files, self.now()).await
    }

    /// Checks files and makes of them what turns would need; nothing is stored.
    pub async fn prepare_knowledge(&self, files: Vec<SourceFile>) -> Result<Published, KnowledgeError> {
        prepare_aside(files, self.inner.options.overrides.clone(), self.learning(), None).await
    }

    /// The files that the desk would publish if it started now: its folder's, else those that it carries.
    pub async fn files_at_hand(&self) -> Result<Vec<SourceFile>, KnowledgeError> {
        match self.inner.options.knowledge_folder.clone() {
            Some(folder) => aside(move || read_folder(&folder)).await,
            None => Ok(self.inner.options.embedded.clone()),
        }
    }

    /// Makes a revision of the store the one that turns are decided with, unless a later one is.
    pub(super) fn swap_in(&self, published: Published) {
        if raise(&self.inner.published, published) {
            self.learn_soon();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(number: i64) -> Published {
        let files = [SourceFile { path: "a.yaml".into(), text: b"products: [{id: P1, name: a}]".to_vec() }];
        let mut published = super::super::prepare(&files, &Overrides::default()).expect("sound");
        Arc::make_mut(&mut published.knowledge).revision = number;
        published
    }

    #[test]
    fn what_serves_only_rises() {
        let serving = RwLock::new(Arc::new(revision(2)));
        let check = |offered: i64, expected: (bool, i64)| {
            let raised = raise(&serving, revision(offered));
            assert_eq!((raised, serving.read().expect("no panic").knowledge.revision), expected);
        };
        check(4, (true, 4));
        check(3, (false, 4));
        check(4, (false, 4));
    }

    #[test]
    fn one_folder_has_one_origin_however_it_is_named() {
        let folder = std::env::current_dir().expect("a folder");
        assert!(is_same_place(".", &folder.display().to_string()));
        assert!(is_same_place("./src/..", &folder.display().to_string()));
        assert!(!is_same_place("src", "."));
        assert!(!is_same_place(CONSOLE, EMBEDDED));
    }
}
