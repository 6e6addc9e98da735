//! Replay: stored conversations decided anew by other knowledge, to see what would change before it is published.
//!
//! Each contact's past is folded from its beginning, once by the knowledge that is in force and once by the other, on the same messages
//! at the same times with the same seeds; what people did meanwhile is taken as it happened. Both sides are decided now, so that the
//! knowledge is all that differs. Nothing is written and nothing is sent; the same database and the same two revisions give the same
//! report and the same hash, whatever the number of threads.

pub(crate) mod fold;
mod outcome;
mod report;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use domain::{
    Timestamp,
    id::{ContactId, ConversationId},
};
use store::{ConversationFilter, Page, Store, StoreError};
use tokio::runtime::Handle;

pub use outcome::{Aspect, Outcome};
pub use report::{Counts, Example, Report, Reproduced, RuleChanges};

use crate::{Desk, knowledge::Published};
use fold::{Scope, fold};
use report::Tally;

/// The most conversations that a request to a serving desk may replay: it shares the machine with buyers.
pub const MAX_SERVED: usize = 1_000;

/// What is replayed, and how.
#[derive(Debug, Clone)]
pub struct ReplayOptions {
    /// Turns before it are folded but not reported.
    pub since: Option<Timestamp>,
    /// The newest so many conversations.
    pub conversations: usize,
    /// None: as many as the machine has processors.
    pub threads: Option<NonZero<usize>>,
    /// Shown for each pair of rules.
    pub examples: usize,
    /// Where buyers reach the server; links in replies begin with it.
    pub public_url: String,
}

/// Why nothing was replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("the conversations could not be read")]
    Store(#[source] StoreError),
    /// The task that decided was lost.
    #[error("the replay came to no end")]
    Lost,
    #[error("another replay runs; try again when it has ended")]
    Busy,
}

/// Decides stored conversations anew: by `before`, which is in force, and by `after`.
pub async fn replay(
    store: &Store,
    before: Arc<Published>,
    after: Arc<Published>,
    options: ReplayOptions,
) -> Result<Report, ReplayError> {
    let (store, handle) = (store.clone(), Handle::current());
    // Deciding is work for processors, and reading embedded databases blocks: neither is for the threads that answer buyers.
    let replayed = tokio::task::spawn_blocking(move || run(&store, &handle, &before, &after, &options)).await;
    replayed.unwrap_or(Err(ReplayError::Lost))
}

impl Desk {
    /// The same for the desk's own conversations and published knowledge; one at a time, [`MAX_SERVED`] conversations at most.
    pub async fn replay(&self, after: Arc<Published>, options: ReplayOptions) -> Result<Report, ReplayError> {
        let _running = self.inner.replaying.try_acquire().map_err(|_| ReplayError::Busy)?;
        let conversations = options.conversations.min(MAX_SERVED);
        // One thread leaves the other processors to buyers.
        let threads = Some(NonZero::<usize>::MIN);
        let public_url = self.inner.options.public_url.clone();
        let options = ReplayOptions { conversations, threads, public_url, ..options };
        replay(self.store(), self.published(), after, options).await
    }
}

fn run(
    store: &Store,
    handle: &Handle,
    before: &Published,
    after: &Published,
    options: &ReplayOptions,
) -> Result<Report, ReplayError> {
    let chosen = handle.block_on(chosen(store, options)).map_err(ReplayError::Store)?;
    // Numbers of revisions stand in the sources of facts; they are no change.
    let mut knowledge = (*after.knowledge).clone();
    knowledge.revision = before.knowledge.revision;
    let numbered = Published {
        knowledge: Arc::new(knowledge),
        understander: after.understander.clone(),
        warnings: Vec::new(),
    };
    let scope = Scope {
        before,
        after: &numbered,
        understood_anew: !before.knowledge.is_understood_like(&after.knowledge),
        since: options.since,
        public_url: &options.public_url,
        examples: options.examples,
    };
    let contacts: Vec<(&ContactId, &BTreeSet<ConversationId>)> = chosen.iter().collect();
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let results = Mutex::new(Vec::with_capacity(contacts.len()));
    let work = || {
        while !failed.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((contact, conversations)) = contacts.get(index) else { break };
            let tally = handle.block_on(store.history(**contact)).map(|history| {
                history.map_or_else(Tally::default, |history| fold(&history, conversations, &scope))
            });
            failed.fetch_or(tally.is_err(), Ordering::Relaxed);
            results.lock().unwrap_or_else(PoisonError::into_inner).push((index, tally));
        }
    };
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok());
    std::thread::scope(|scope| {
        for _ in 1..threads.map_or(1, NonZero::get) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by_key(|(index, _)| *index);
    let mut whole = Tally::default();
    for (_, tally) in results {
        whole.add(tally.map_err(ReplayError::Store)?, options.examples);
    }
    Ok(whole.report(before, &after.knowledge.digest, options.since))
}

/// The newest conversations, by the contact that they belong to now.
async fn chosen(
    store: &Store,
    options: &ReplayOptions,
) -> Result<BTreeMap<ContactId, BTreeSet<ConversationId>>, StoreError> {
    let mut chosen: BTreeMap<ContactId, BTreeSet<ConversationId>> = BTreeMap::new();
    let (mut left, mut after) = (options.conversations, None);
    while left > 0 {
        let limit = u32::try_from(left).unwrap_or(Page::MAX).min(Page::MAX);
        let page = store.conversations(ConversationFilter::default(), Page { after, limit }).await?;
        left = left.saturating_sub(page.items.len());
        for conversation in page.items {
            if options.since.is_some_and(|since| conversation.last_message_at < since) {
                // The newest activity comes first: none of the others is newer.
                return Ok(chosen);
            }
            let contact = store.merged_contact(conversation.contact).await?;
            chosen.entry(contact.unwrap_or(conversation.contact)).or_default().insert(conversation.id);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(chosen)
}
