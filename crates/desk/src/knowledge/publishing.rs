//! Publishing by people: what would change, a new revision, and the files of the one in force.
//!
//! Folder and console both make revisions. What was published in the console is not undone by files that know nothing of it: they are
//! refused with what they would undo, until they were made from that revision (`export` notes it in the folder) or somebody insists.

use std::{path::Path, sync::Arc};

use domain::{Timestamp, event::EventKind};
use engine::{
    document::Problem,
    knowledge::{Difference, SourceFile, differences},
};
use store::{Revision, Store};
use understanding::Encoders;

use super::{KnowledgeError, Learning, Published, files_of, prepare_on, publish, read_folder};
use crate::{Desk, desk::Overrides};

/// The origin of revisions that people make in the console or by the API.
pub const CONSOLE: &str = "console";
/// In a folder: the number of the revision that its files were made from.
pub const BASIS: &str = ".revision";

/// Files on their way to be published.
#[derive(Debug, Clone)]
pub struct Offered {
    pub files: Vec<SourceFile>,
    /// The folder, or [`CONSOLE`].
    pub origin: String,
    /// The revision that they were made from, where it is known.
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

/// The revision that a folder's files were made from, if it is noted there.
pub fn basis(folder: &Path) -> Option<i64> {
    std::fs::read_to_string(folder.join(BASIS)).ok()?.trim().parse().ok()
}

/// Compares files with the revision in force.
pub async fn compare(
    store: &Store,
    files: &[SourceFile],
    overrides: &Overrides,
    now: Timestamp,
) -> Result<Comparison, KnowledgeError> {
    let current = store.current_revision().await.map_err(KnowledgeError::Store)?;
    let in_force = current.as_ref().and_then(files_of).unwrap_or_default();
    let problems = match prepare_on(
        files,
        overrides,
        Learning { models: None, encoders: &Encoders::default() },
        Some(now),
    ) {
        Ok(published) => published.warnings,
        Err(KnowledgeError::Problems { problems }) => problems,
        Err(other) => return Err(other),
    };
    Ok(Comparison {
        revision: current.map_or(0, |current| current.number),
        differences: differences(&in_force, files),
        problems,
    })
}

/// Why these files may not take the place of the revision in force, if that is so.
pub(super) fn overtaken(
    current: Option<&Revision>,
    offered: &[SourceFile],
    based_on: Option<i64>,
) -> Option<KnowledgeError> {
    let current = current
        .filter(|current| current.origin == CONSOLE && based_on.is_none_or(|basis| basis < current.number))?;
    let undone = differences(&files_of(current).unwrap_or_default(), offered);
    (!undone.is_empty())
        .then_some(KnowledgeError::Overtaken { revision: current.number, differences: undone })
}

/// Checks files and publishes them; gives what is in force then, and whether that is new.
pub async fn apply(
    store: &Store,
    offered: &Offered,
    overrides: &Overrides,
    learning: Learning<'_>,
    now: Timestamp,
) -> Result<(Published, bool), KnowledgeError> {
    let current = store.current_revision().await.map_err(KnowledgeError::Store)?;
    if !offered.insists
        && let Some(refusal) = overtaken(current.as_ref(), &offered.files, offered.based_on)
    {
        return Err(refusal);
    }
    let published = publish(store, &offered.files, &offered.origin, overrides, learning, now).await?;
    let is_new = current.is_none_or(|current| current.number != published.knowledge.revision);
    Ok((published, is_new))
}

impl Desk {
    fn learning(&self) -> Learning<'_> {
        Learning { models: self.inner.models.as_deref(), encoders: &self.inner.encoders }
    }

    /// Publishes files that people bring; says whether anything was new. They serve from the next turn on.
    pub async fn apply_knowledge(&self, offered: &Offered) -> Result<bool, KnowledgeError> {
        let (overrides, learning) = (&self.inner.options.overrides, self.learning());
        let now = self.now();
        let (published, is_new) = apply(&self.inner.store, offered, overrides, learning, now).await?;
        if is_new {
            self.swap_in(published, now).await?;
        }
        Ok(is_new)
    }

    /// What files would change of the knowledge in force.
    pub async fn compare_knowledge(&self, files: &[SourceFile]) -> Result<Comparison, KnowledgeError> {
        compare(&self.inner.store, files, &self.inner.options.overrides, self.now()).await
    }

    /// Checks files and makes of them what turns would need; nothing is stored.
    pub fn prepare_knowledge(&self, files: &[SourceFile]) -> Result<Published, KnowledgeError> {
        prepare_on(files, &self.inner.options.overrides, self.learning(), None)
    }

    /// The files that the desk would publish if it started now: its folder's, else those that it carries.
    pub fn files_at_hand(&self) -> Result<Vec<SourceFile>, KnowledgeError> {
        match &self.inner.options.knowledge_folder {
            Some(folder) => read_folder(folder),
            None => Ok(self.inner.options.embedded.clone()),
        }
    }

    /// Makes a published revision the one that turns are decided with.
    pub(super) async fn swap_in(&self, published: Published, now: Timestamp) -> Result<(), KnowledgeError> {
        let number = published.knowledge.revision;
        *self.inner.published.write().unwrap_or_else(std::sync::PoisonError::into_inner) =
            Arc::new(published);
        self.learn_soon();
        let event = domain::event::NewEvent {
            id: self.event_ids::<1>(now)[0],
            kind: EventKind::KnowledgePublished,
            conversation: None,
            contact: None,
            data: serde_json::json!({ "revision": number }),
            at: now,
        };
        self.inner.store.append_events(vec![event]).await.map_err(KnowledgeError::Store)
    }
}
