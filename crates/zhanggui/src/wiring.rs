//! From configuration to a running desk: the one place where adapters meet ports.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context;
use connectors::document::Papers;
use desk::{Desk, DeskOptions, Overrides, Ports, assist::AssistOptions, ports::ModelStore};
use domain::inbox::Autonomy;
use store::StoreOptions;

use crate::{
    Common,
    config::{self, Config},
    embedded, encoders, logging,
    model_folder::ModelFolder,
};

/// The configuration of a command: file, then environment, then the command line.
///
/// Commands that print for people (`quiet`) log warnings only.
pub fn configure(common: &Common, quiet: bool) -> anyhow::Result<Config> {
    let (mut config, warnings) = config::load(common.config.as_deref(), std::env::vars())?;
    if let Some(url) = &common.database {
        config.database_url.clone_from(url);
    }
    if let Some(folder) = &common.knowledge {
        config.knowledge_folder = Some(folder.display().to_string());
    }
    if quiet && config.log_filter == Config::default().log_filter {
        "warn".clone_into(&mut config.log_filter);
    }
    logging::start(config.log_format, &config.log_filter);
    for warning in warnings {
        tracing::warn!(%warning, "configuration");
    }
    Ok(config)
}

/// What draws papers: with the pictures that are named, else those in the folder `documents` of the shop's knowledge.
pub fn papers(config: &Config) -> Papers {
    let beside = |name: &str| {
        let folder = PathBuf::from(config.knowledge_folder.as_ref()?);
        let endings = ["png", "jpg", "jpeg"];
        let mut files =
            endings.iter().map(|ending| folder.join("documents").join(format!("{name}.{ending}")));
        files.find(|file| file.is_file())
    };
    let documents = &config.documents;
    let named = |path: &Option<String>| path.as_ref().map(PathBuf::from);
    Papers::new(connectors::document::Options {
        font: named(&documents.font),
        logo: named(&documents.logo).or_else(|| beside("logo")),
        seal: named(&documents.seal).or_else(|| beside("seal")),
    })
}

/// Where buyers reach the server.
pub fn public_url(config: &Config) -> String {
    config.public_url.clone().unwrap_or_else(|| format!("http://{}", config.listen))
}

/// Opens the desk that `config` describes.
pub async fn open(config: &Config) -> anyhow::Result<Desk> {
    let knowledge_folder = config.knowledge_folder.as_ref().map(PathBuf::from);
    let mut autonomy = config.autonomy.clone();
    if knowledge_folder.is_some() && !autonomy.iter().any(|(inbox, _)| inbox == "web") {
        // A real shop starts with a person who sends what the assistant drafts.
        autonomy.push(("web".to_owned(), Autonomy::Draft));
    }
    let options = DeskOptions {
        store: StoreOptions { url: config.database_url.clone(), ..StoreOptions::default() },
        embedded: if knowledge_folder.is_some() { Vec::new() } else { embedded::demo() },
        knowledge_folder,
        silence_hours: config.silence_hours,
        keep_days: config.keep_days,
        update_interval: config.update_interval,
        autonomy,
        concurrent_turns: config.concurrent_turns,
        overrides: Overrides { proactive: config.proactive, lead_threshold: config.lead_threshold },
        assist: AssistOptions::default(),
        public_url: public_url(config),
        model_prices: config.model_prices,
    };
    let ports = Ports {
        clock: Arc::new(desk::system::SystemClock::default()),
        ids: Arc::new(desk::system::RandomIds::default()),
        sender: Arc::new(connectors::channel::Direct),
        notifier: Arc::new(connectors::notify::Log),
        model: None,
        models: ModelFolder::beside(&config.database_url)
            .map(|folder| Arc::new(folder) as Arc<dyn ModelStore>),
        encoders: encoders::load(&config.encoder_folders)?,
        renderer: Arc::new(papers(config)),
    };
    Desk::start(options, ports).await.context("the shop could not be opened")
}
