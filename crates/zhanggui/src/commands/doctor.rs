use std::{path::Path, process::ExitCode};

use clap::Args;
use desk::{
    Overrides,
    knowledge::{Learning, prepare_on, read_folder},
    ports::Clock as _,
    system::SystemClock,
};
use store::Store;

use crate::{Common, config::Config, control, embedded, wiring};

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
}

enum Finding {
    Good(String),
    /// What is wrong and how to mend it.
    Bad(String, String),
}

/// Looks at everything that a deployment needs and says how to mend what is wrong.
#[expect(clippy::print_stdout, reason = "the findings are what the command is asked for")]
pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let config = wiring::configure(&options.common, true)?;
    let mut findings = vec![clock(), knowledge(&config), documents(&config), address(&config).await];
    findings.push(database(&config).await);
    findings.extend(data_folder(&config));
    let mut bad = 0;
    for finding in &findings {
        match finding {
            Finding::Good(what) => println!("ok    {what}"),
            Finding::Bad(what, mend) => {
                bad += 1;
                println!("wrong {what}\n      mend: {mend}");
            }
        }
    }
    println!("{} checks, {bad} to mend", findings.len());
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn clock() -> Finding {
    let now = SystemClock::default().now();
    // The day this check was written; a clock before it has lost its battery or its network time.
    let earliest = domain::Timestamp::from_millis(1_795_305_600_000);
    if now < earliest {
        Finding::Bad(
            format!("the clock says {now}"),
            "set the time, best by NTP (timedatectl set-ntp true)".into(),
        )
    } else {
        Finding::Good(format!("clock: {now}"))
    }
}

fn knowledge(config: &Config) -> Finding {
    let files = match &config.knowledge_folder {
        Some(folder) => read_folder(Path::new(folder)),
        None => Ok(embedded::demo()),
    };
    let now = Some(SystemClock::default().now());
    let learning = Learning::default();
    match files.and_then(|files| prepare_on(&files, &Overrides::default(), &learning, now)) {
        Ok(published) => Finding::Good(format!(
            "knowledge: {} products, {} warnings",
            published.knowledge.products.len(),
            published.warnings.len()
        )),
        Err(error) => Finding::Bad(error.to_string(), "run `zhanggui check` after each change".into()),
    }
}

/// Quotes need a font with Chinese characters, and the pictures that the configuration names.
fn documents(config: &Config) -> Finding {
    use desk::ports::{RenderError, Renderer};
    match wiring::papers(config).ready() {
        Ok(font) => Finding::Good(format!("documents: quotes are set in {font}")),
        Err(RenderError::NotReady { what, mend }) => Finding::Bad(what, mend),
        Err(error) => Finding::Bad(error.to_string(), "name another font in `documents.font`".into()),
    }
}

async fn address(config: &Config) -> Finding {
    let running = matches!(tokio::net::TcpStream::connect(config.listen).await, Ok(_stream));
    if running {
        return Finding::Good(format!("address: something answers on {}", config.listen));
    }
    match tokio::net::TcpListener::bind(config.listen).await {
        Ok(_) => Finding::Good(format!("address: {} is free", config.listen)),
        Err(error) => Finding::Bad(
            format!("{} cannot be listened on: {error}", config.listen),
            "choose another address with --listen or server.listen".into(),
        ),
    }
}

async fn database(config: &Config) -> Finding {
    if control::is_served(&config.database_url).await {
        return Finding::Good("database: in use by the running server".into());
    }
    let options = store::StoreOptions { url: config.database_url.clone(), ..Default::default() };
    match Store::open(&options).await {
        Ok(store) => {
            let ready = store.ready().await;
            let name = store.dialect_name();
            store.close().await;
            match ready {
                Ok(()) => Finding::Good(format!("database: {name} commits")),
                Err(error) => Finding::Bad(
                    format!("the {name} database does not commit: {error}"),
                    "look for a full disk or missing rights".into(),
                ),
            }
        }
        Err(error) => {
            let mut what = format!("the database does not open: {error}");
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                what.push_str(&format!(": {cause}"));
                source = cause.source();
            }
            Finding::Bad(what, "check the URL, the server and its rights".into())
        }
    }
}

/// The database file must not be readable for others: it holds all that buyers said.
fn data_folder(config: &Config) -> Vec<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let Some(path) = config.database_url.strip_prefix("sqlite://") else { return Vec::new() };
    let Ok(metadata) = std::fs::metadata(path) else { return Vec::new() };
    let mode = metadata.permissions().mode() & 0o777;
    if mode.trailing_zeros() >= 3 {
        // Nothing for others.
        vec![Finding::Good(format!("data: `{path}` is closed to other users"))]
    } else {
        vec![Finding::Bad(format!("`{path}` can be read by every user"), format!("chmod 600 {path}"))]
    }
}
