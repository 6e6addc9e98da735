#![doc = include_str!("../README.md")]

mod fakes;
pub mod golden;
pub mod obedient;
mod orders;

use std::sync::Arc;

use desk::{
    Desk, DeskOptions, Overrides, Ports, StartError,
    assist::AssistOptions,
    ports::{Encoders, IdSource, LanguageModel, ModelStore},
    system::RandomIds,
};
use domain::Timestamp;
use engine::knowledge::SourceFile;
use store::StoreOptions;

pub use fakes::{CountingIds, PlainRenderer, Recorder, ScriptedModel, SetClock};
pub use orders::{GiveOrdersError, PastOrder, give_orders};

/// A desk on a store in memory, with everything that is usually given by the world set by the test.
pub struct TestDesk {
    pub desk: Desk,
    pub clock: Arc<SetClock>,
    pub recorder: Arc<Recorder>,
}

/// When test desks begin: a Monday morning in China, within working hours.
pub const MORNING: &str = "2026-11-23T10:00:00+08:00";

/// Where the links of test desks lead.
pub const PUBLIC_URL: &str = "http://127.0.0.1:8080";

/// Opens a desk for `files` of knowledge.
pub async fn open(files: Vec<SourceFile>) -> Result<TestDesk, StartError> {
    open_with(options(files)).await
}

/// The options of [`open`].
pub fn options(files: Vec<SourceFile>) -> DeskOptions {
    DeskOptions {
        store: StoreOptions { url: "sqlite::memory:".to_owned(), ..StoreOptions::default() },
        knowledge_folder: None,
        embedded: files,
        silence_hours: 72,
        keep_days: 90,
        update_interval: DeskOptions::UPDATE_INTERVAL,
        autonomy: Vec::new(),
        concurrent_turns: 16,
        overrides: Overrides::default(),
        assist: AssistOptions::default(),
        public_url: PUBLIC_URL.to_owned(),
        model_prices: None,
    }
}

/// The same with options of the test's own.
pub async fn open_with(options: DeskOptions) -> Result<TestDesk, StartError> {
    open_with_model(options, None).await
}

/// The same with a language model.
pub async fn open_with_model(
    options: DeskOptions,
    model: Option<Arc<dyn LanguageModel>>,
) -> Result<TestDesk, StartError> {
    start(options, model, None).await
}

/// The same with a place for models that were trained.
pub async fn open_with_models(
    options: DeskOptions,
    models: Arc<dyn ModelStore>,
) -> Result<TestDesk, StartError> {
    start(options, None, Some(models)).await
}

async fn start(
    options: DeskOptions,
    model: Option<Arc<dyn LanguageModel>>,
    models: Option<Arc<dyn ModelStore>>,
) -> Result<TestDesk, StartError> {
    let clock = Arc::new(SetClock::new(Timestamp::parse(MORNING).unwrap_or_default()));
    let recorder = Arc::new(Recorder::default());
    // A database that outlives the desk wants ids that no desk before gave.
    let ids: Arc<dyn IdSource> = if options.store.url == "sqlite::memory:" {
        Arc::new(CountingIds::default())
    } else {
        Arc::new(RandomIds::default())
    };
    let ports = Ports {
        clock: clock.clone(),
        ids,
        sender: recorder.clone(),
        notifier: recorder.clone(),
        model,
        models,
        encoders: Encoders::default(),
        renderer: Arc::new(PlainRenderer),
    };
    let desk = Desk::start(options, ports).await?;
    Ok(TestDesk { desk, clock, recorder })
}
