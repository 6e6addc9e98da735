//! What keeps a running desk at the newest knowledge: the watch of its folder, and revisions that another node or a command published.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::{
    KnowledgeError, aside, in_force,
    publishing::{self, Applied},
};
use crate::Desk;

/// How often folder and store are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Editors and copies write in steps: the folder is read when two looks so far apart agree.
const AT_REST: Duration = Duration::from_millis(200);

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

async fn look(folder: &Path) -> Result<Fingerprint, KnowledgeError> {
    let folder = folder.to_path_buf();
    aside(move || Ok(fingerprint(&folder))).await
}

/// Reads the folder again whenever it has changed and come to rest.
pub(crate) async fn watch_folder(desk: Desk) {
    let Some(folder) = desk.inner.options.knowledge_folder.clone() else { return };
    let mut known = look(&folder).await.unwrap_or_default();
    loop {
        tokio::select! {
            () = desk.inner.stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let Ok(seen) = look(&folder).await else { continue };
        if seen == known {
            continue;
        }
        tokio::time::sleep(AT_REST).await;
        if look(&folder).await.is_ok_and(|again| again != seen) {
            continue;
        }
        known = seen;
        match desk.reload().await {
            Ok(applied) if applied.is_new => metrics::counter!("knowledge_reloads_total").increment(1),
            Ok(_) => {}
            Err(error) => {
                metrics::counter!("knowledge_reload_failures_total").increment(1);
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, "the changed knowledge was not taken; the published revision stays");
            }
        }
    }
}

/// Takes up revisions that were published elsewhere: by another node, or by a command that reached the store itself.
pub(crate) async fn follow_store(desk: Desk) {
    let mut refused = 0;
    loop {
        tokio::select! {
            () = desk.inner.stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        // What the store cannot tell now it tells at the next look; its failures are logged where work waits for it.
        let Ok(newest) = desk.inner.store.current_revision_number().await else { continue };
        if newest <= desk.published().knowledge.revision || newest == refused {
            continue;
        }
        match desk.catch_up().await {
            Ok(()) => metrics::counter!("knowledge_reloads_total").increment(1),
            Err(KnowledgeError::Store(_)) => {}
            Err(error) => {
                refused = newest;
                metrics::counter!("knowledge_reload_failures_total").increment(1);
                let error: &dyn std::error::Error = &error;
                tracing::error!(
                    error,
                    knowledge.revision = newest,
                    "a newer revision does not pass this version's check; the one before it stays"
                );
            }
        }
    }
}

impl Desk {
    /// Reads the folder again and publishes it if it is sound and different. Without a folder nothing is done.
    pub async fn reload(&self) -> Result<Applied, KnowledgeError> {
        let Some(folder) = self.inner.options.knowledge_folder.clone() else {
            return Ok(Applied { revision: self.published().knowledge.revision, is_new: false });
        };
        self.apply_knowledge(&publishing::of_folder(folder).await?).await
    }

    /// Makes the store's current revision the one that turns are decided with.
    async fn catch_up(&self) -> Result<(), KnowledgeError> {
        let _turn = self.inner.publishing.lock().await;
        let inner = &self.inner;
        if let Some(newest) = in_force(&inner.store, &inner.options.overrides, &self.learning()).await? {
            self.swap_in(newest);
        }
        Ok(())
    }
}
