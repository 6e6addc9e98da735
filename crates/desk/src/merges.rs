//! Proposals to join contacts or companies. People decide; nothing is joined by itself.

use std::collections::HashSet;

use domain::{
    id::AgentId,
    merge::{DismissedMerge, MergeProposal},
};
use engine::identity::Identities;
use store::{Page, Paged, StoreError};

use crate::Desk;

impl Desk {
    /// What may be one person or one firm, by what they have in common, without what people dismissed.
    pub async fn merge_proposals(&self) -> Result<Vec<MergeProposal>, StoreError> {
        // It reads all contacts: one look at a time, and none beside a report.
        let _turn = self.inner.counting.acquire().await.ok();
        let store = &self.inner.store;
        let mut identities = Identities::default();
        let mut page = Page::first(Page::MAX);
        loop {
            let Paged { items, next } = store.companies(page).await?;
            for company in &items {
                identities.add_company(company);
            }
            match next {
                Some(after) => page = Page { after: Some(after), limit: Page::MAX },
                None => break,
            }
        }
        let mut page = Page::first(Page::MAX);
        loop {
            let Paged { items, next } = store.contacts(None, page).await?;
            for contact in &items {
                identities.add_contact(contact);
            }
            match next {
                Some(after) => page = Page { after: Some(after), limit: Page::MAX },
                None => break,
            }
        }
        let dismissed: HashSet<[String; 2]> =
            store.dismissed_merges().await?.into_iter().map(|dismissed| dismissed.ids).collect();
        let mut proposals = identities.proposals();
        proposals.retain(|proposal| !dismissed.contains(&proposal.pair.ids()));
        Ok(proposals)
    }

    /// The two of a proposal are not one: it is not made again.
    pub async fn dismiss_merge(&self, ids: [String; 2], by: AgentId) -> Result<(), StoreError> {
        self.inner.store.dismiss_merge(DismissedMerge { ids, by, at: self.now() }).await
    }
}
