//! Profiles folded anew. Each turn folds its messages into the profile; once in a while the whole of it is made again from what is stored,
//! so that words which newer knowledge reads better (an industry's name, a product's alias) count from the day on which they were said.

use std::sync::Arc;

use domain::{id::ContactId, profile::Profile};
use store::{StoreError, StoredSituation};

use crate::{Desk, replay::fold::profile::rebuild};

/// Contacts who wrote more than this are not folded anew: it would take longer than a turn may.
const MOST_MESSAGES: u32 = 5_000;

impl Desk {
    /// The profile that all stored turns and edits of the contact that `id` is now come to by the published knowledge. `None` where there
    /// is no such contact, or not all of his messages are stored any more.
    pub async fn rebuilt_profile(&self, id: ContactId) -> Result<Option<Profile>, StoreError> {
        let Some(past) = self.inner.store.history(id).await? else { return Ok(None) };
        let (published, inner) = (self.published(), Arc::clone(&self.inner));
        let rebuilding =
            tokio::task::spawn_blocking(move || rebuild(past, &published, &inner.options.public_url));
        Ok(rebuilding.await.unwrap_or_else(|error| {
            tracing::error!(%error, "folding a profile anew came to no end");
            None
        }))
    }

    /// Lets a turn start from the profile folded anew where its messages complete another `update_interval`.
    pub(crate) async fn rebuild_when_due(&self, stored: &mut StoredSituation) {
        let interval = self.inner.options.update_interval;
        let before = stored.contact.profile.message_count;
        let after = before.saturating_add(u32::try_from(stored.messages.len()).unwrap_or(u32::MAX));
        if before / interval == after / interval || after > MOST_MESSAGES {
            return;
        }
        match self.rebuilt_profile(stored.contact.id).await {
            Ok(Some(profile)) => {
                let changed = profile != stored.contact.profile;
                tracing::debug!(contact.id = %stored.contact.id, profile.changed = changed, "profile folded anew");
                metrics::counter!("profiles_rebuilt_total").increment(1);
                stored.contact.profile = profile;
            }
            Ok(None) => {}
            // The turn goes on from what is known; the next interval tries again.
            Err(error) => tracing::warn!(%error, "the profile could not be folded anew"),
        }
    }
}
