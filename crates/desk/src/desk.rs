//! The one value that everything hangs off.

use std::{
    num::NonZero,
    path::PathBuf,
    sync::{Arc, RwLock},
};

use domain::{
    Timestamp,
    id::{EventId, InboxId},
    inbox::{Autonomy, Inbox, InboxKind},
};
use engine::models::Models;
use store::{OpenError, Store, StoreError, StoreOptions};
use tokio::{
    sync::{Notify, Semaphore},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    agents::KnownTokens,
    assist::{AssistOptions, Spent},
    colleagues::Colleagues,
    knowledge::{KnowledgeError, Learning, Published, following},
    leads::Loads,
    live::Live,
    ports::{ChannelSender, Clock, Encoders, IdSource, LanguageModel, ModelStore, Notifier, Renderer},
    work::Work,
};

/// Papers drawn at the same time.
const DRAWN_AT_ONCE: usize = 2;
/// Buyers' sheets read at the same time.
const READ_AT_ONCE: usize = 2;

/// How a desk runs. The defaults are those of a small shop on one machine.
#[derive(Debug, Clone)]
pub struct DeskOptions {
    pub store: StoreOptions,
    /// A folder of knowledge that is watched; without it `embedded` is published where nothing else was.
    pub knowledge_folder: Option<PathBuf>,
    /// Files that are published where there is no folder.
    pub embedded: Vec<engine::knowledge::SourceFile>,
    /// Hours of silence that end a conversation.
    pub silence_hours: i64,
    /// Days after which events that are counted and deliveries that are done are forgotten.
    pub keep_days: i64,
    /// A contact's profile is folded anew from his stored past each time he has written so many messages.
    pub update_interval: NonZero<u32>,
    /// Autonomy of the inboxes `api` and `web`.
    pub autonomy: Vec<(String, Autonomy)>,
    /// Turns computed at the same time.
    pub concurrent_turns: usize,
    /// Settings of the article's configuration that stand above the knowledge's own.
    pub overrides: Overrides,
    pub assist: AssistOptions,
    /// Where buyers reach this server: `https://desk.example`. Links to quotes begin with it.
    pub public_url: String,
    /// What a language model costs; without them no cost is counted.
    pub model_prices: Option<engine::insights::ModelPrices>,
}

impl DeskOptions {
    /// Messages after which a profile is folded anew, where nothing else is said.
    pub const UPDATE_INTERVAL: NonZero<u32> = NonZero::<u32>::MIN.saturating_add(99);
}

/// What the configuration says about deciding; `None` leaves it to the knowledge.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub proactive: Option<bool>,
    /// Integer hundredths.
    pub lead_threshold: Option<u32>,
}

/// Why a desk could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the database could not be opened")]
    Open(#[source] OpenError),
    #[error("the database did not answer")]
    Store(#[source] StoreError),
    #[error("the knowledge could not be published")]
    Knowledge(#[source] KnowledgeError),
}

/// A shop at work. Cloning it gives another handle to the same one.
#[derive(Clone)]
pub struct Desk {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub store: Store,
    pub options: DeskOptions,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
    pub sender: Arc<dyn ChannelSender>,
    pub notifier: Arc<dyn Notifier>,
    pub published: RwLock<Arc<Published>>,
    /// One publication at a time, from its check until it serves.
    pub publishing: tokio::sync::Mutex<()>,
    pub inboxes: RwLock<Vec<Inbox>>,
    pub live: Live,
    pub work: Work,
    pub known_tokens: KnownTokens,
    pub model: Option<Arc<dyn LanguageModel>>,
    pub models: Option<Arc<dyn ModelStore>>,
    /// What was learned from orders and outcomes.
    pub learned: RwLock<Arc<Models>>,
    /// Asks for everything to be learned anew.
    pub refit: Notify,
    pub encoders: Encoders,
    pub renderer: Arc<dyn Renderer>,
    /// Papers drawn at the same time: drawing is work for a processor, and answering comes first.
    pub drawing: Semaphore,
    /// Buyers' sheets read at the same time: each may take some memory.
    pub reading: Semaphore,
    /// One replay at a time: it is work for a processor, too.
    pub replaying: Semaphore,
    /// Reports counted at the same time: each holds the observations of its range.
    pub counting: Semaphore,
    pub spent: Spent,
    pub loads: Loads,
    pub colleagues: Colleagues,
    pub stop: CancellationToken,
    tasks: std::sync::Mutex<Vec<JoinHandle<()>>>,
}

/// The adapters that a desk works with.
#[derive(Clone)]
pub struct Ports {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
    pub sender: Arc<dyn ChannelSender>,
    pub notifier: Arc<dyn Notifier>,
    /// Without one everything works by the local way.
    pub model: Option<Arc<dyn LanguageModel>>,
    /// Without one a shop's own intents are learnt at each start.
    pub models: Option<Arc<dyn ModelStore>>,
    /// Sentence vectors for the classifier; a language without one is classified by words alone.
    pub encoders: Encoders,
    pub renderer: Arc<dyn Renderer>,
}

impl Desk {
    /// Opens the store, publishes the knowledge and starts the background work.
    pub async fn start(options: DeskOptions, ports: Ports) -> Result<Self, StartError> {
        let store = Store::open(&options.store).await.map_err(StartError::Open)?;
        let mut inboxes = Vec::new();
        for kind in [InboxKind::Api, InboxKind::Web, InboxKind::Chat] {
            let now = ports.clock.now();
            let autonomy = options
                .autonomy
                .iter()
                .find(|(name, _)| name == kind.name())
                .map_or(Autonomy::Sell, |&(_, autonomy)| autonomy);
            let inbox = Inbox {
                id: InboxId::from_ulid(ports.ids.ulid(now)),
                name: kind.name().to_owned(),
                kind,
                autonomy,
            };
            inboxes.push(store.ensure_inbox(&inbox).await.map_err(StartError::Store)?);
        }
        let learning = Learning { models: ports.models.clone(), encoders: ports.encoders.clone() };
        let published = crate::knowledge::first(&store, &options, learning, &*ports.ids, ports.clock.now())
            .await
            .map_err(StartError::Knowledge)?;
        let work = Work::new(options.concurrent_turns);
        let desk = Self {
            inner: Arc::new(Inner {
                store,
                clock: ports.clock,
                ids: ports.ids,
                sender: ports.sender,
                notifier: ports.notifier,
                published: RwLock::new(Arc::new(published)),
                publishing: tokio::sync::Mutex::default(),
                inboxes: RwLock::new(inboxes),
                live: Live::default(),
                work,
                known_tokens: KnownTokens::default(),
                model: ports.model,
                models: ports.models,
                learned: RwLock::default(),
                refit: Notify::new(),
                encoders: ports.encoders,
                renderer: ports.renderer,
                drawing: Semaphore::new(DRAWN_AT_ONCE),
                reading: Semaphore::new(READ_AT_ONCE),
                replaying: Semaphore::new(1),
                counting: Semaphore::new(1),
                spent: Spent::default(),
                loads: Loads::default(),
                colleagues: Colleagues::default(),
                stop: CancellationToken::new(),
                tasks: std::sync::Mutex::default(),
                options,
            }),
        };
        desk.spawn(crate::live::follow(desk.clone()));
        desk.spawn(crate::work::sweep(desk.clone()));
        desk.spawn(crate::deliver::run(desk.clone()));
        desk.spawn(crate::models::keep(desk.clone()));
        desk.spawn(crate::insights::keep(desk.clone()));
        if desk.inner.options.knowledge_folder.is_some() {
            desk.spawn(following::watch_folder(desk.clone()));
        }
        desk.spawn(following::follow_store(desk.clone()));
        Ok(desk)
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let handle = tokio::spawn(task);
        self.inner.tasks.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(handle);
    }

    /// Lets running turns end, then stops the background work and closes the store. What has not been answered yet is answered after
    /// the next start.
    pub async fn stop(&self) {
        self.inner.work.drain().await;
        self.inner.stop.cancel();
        let tasks = {
            let mut tasks = self.inner.tasks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::take(&mut *tasks)
        };
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a background task ended badly");
            }
        }
        self.inner.store.close().await;
    }

    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// For reading; every change goes through a use case of the desk.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The knowledge that turns are decided with now.
    pub fn published(&self) -> Arc<Published> {
        self.inner.published.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    pub fn inbox(&self, name: &str) -> Option<Inbox> {
        let inboxes = self.inner.inboxes.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        inboxes.iter().find(|inbox| inbox.name == name).cloned()
    }

    pub fn inboxes(&self) -> Vec<Inbox> {
        self.inner.inboxes.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    pub(crate) fn ulid(&self, now: Timestamp) -> ulid::Ulid {
        self.inner.ids.ulid(now)
    }

    pub(crate) fn event_ids<const N: usize>(&self, now: Timestamp) -> [EventId; N] {
        std::array::from_fn(|_| EventId::from_ulid(self.ulid(now)))
    }
}
