use std::{net::SocketAddr, process::ExitCode};

use anyhow::Context;
use clap::Args;
use desk::{Desk, knowledge::publishing::EMBEDDED};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use server::ServerOptions;
use tokio::{net::TcpListener, signal::unix};
use tokio_util::sync::CancellationToken;

use crate::{Common, commands::import, config::Config, control, embedded, wiring};

#[derive(Args, Default)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Address to listen on; loopback unless you say otherwise
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Runs everything until SIGTERM or Ctrl-C.
pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let mut config = wiring::configure(&options.common, false)?;
    if let Some(listen) = options.listen {
        config.listen = listen;
    }
    let metrics = record_metrics().context("metrics could not be started")?;
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("cannot listen on {}; is it in use? choose another with --listen", config.listen)
    })?;
    let address = listener.local_addr()?;
    // Links lead to where it really listens.
    config.listen = address;
    let desk = wiring::open(&config).await?;
    open_shop(&desk, &config).await?;
    announce(&desk, &config, address).await?;

    let stop = CancellationToken::new();
    let control = control::listen(&config.database_url, desk.clone(), stop.clone()).await?;
    tokio::spawn(stop_on_signal(stop.clone()));
    let options = ServerOptions {
        https: wiring::public_url(&config).starts_with("https://"),
        trusted_proxies: config.trusted_proxies.clone(),
        ..ServerOptions::default()
    };
    let state = server::AppState::new(desk.clone(), metrics, options);
    server::serve(listener, state, stop.clone()).await.context("the server ended")?;
    stop.cancel();
    desk.stop().await;
    if let Some(control) = control {
        control.await.context("the control socket ended badly")?;
    }
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Seconds from 20 µs to 10 s, in steps of about two.
const SECONDS: [f64; 18] = [
    0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0,
    2.0, 5.0, 10.0,
];
const GROUP_SIZES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

fn record_metrics() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Full("store_group_size".to_owned()), &GROUP_SIZES)?
        .install_recorder()
}

/// What has to be there before the first buyer: the operator's token, and the demo shop's past.
async fn open_shop(desk: &Desk, config: &Config) -> anyhow::Result<()> {
    if let Some(token) = &config.bootstrap_token {
        desk.keep_bootstrap_token(&token.0).await.context("the bootstrap token could not be kept")?;
    }
    let current = desk.store().current_revision().await.context("the knowledge could not be read")?;
    // Companies and orders of the demo belong to nobody's shop.
    if current.is_some_and(|current| current.origin == EMBEDDED) {
        let rows = import::read_csv(embedded::demo_orders())?;
        let report = desk.import_orders(rows).await.context("the demo shop's orders could not be stored")?;
        if report.orders > 0 {
            tracing::info!(orders = report.orders, companies = report.companies, "demo orders imported");
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the addresses are what the command is asked for")]
async fn announce(desk: &Desk, config: &Config, address: SocketAddr) -> anyhow::Result<()> {
    let base = format!("http://{address}");
    let shop = desk.published().knowledge.shop.name.clone();
    let name = shop.get(domain::language::ReplyLanguage::Zh);
    let name = if name.is_empty() { "掌柜 Zhanggui" } else { name };
    println!("{name} 开张了 · is open");
    println!("  演示 demo      {base}/demo");
    println!("  后台 console   {base}/");
    println!("  接口 API       {base}/api/openapi.json");
    match desk.setup_secret().await.context("the set-up link could not be made")? {
        Some(secret) => {
            println!("  首位管理员请打开此链接（一次有效）· first admin, valid once:");
            println!("                 {base}/setup?code={}", secret.reveal());
        }
        None => println!("  用已有账号或令牌登录 · sign in with your session or a token"),
    }
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "listening beyond this machine; put TLS before it");
    }
    tracing::info!(
        %address,
        database = desk.store().dialect_name(),
        knowledge.folder = config.knowledge_folder.as_deref().unwrap_or("demo shop"),
        "ready"
    );
    Ok(())
}

async fn stop_on_signal(stop: CancellationToken) {
    let terminated = async {
        match unix::signal(unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
        () = stop.cancelled() => {}
    }
    tracing::info!("stopping: running turns end first");
    stop.cancel();
}

#[cfg(test)]
mod tests {
    use store::{NewRevision, Page, Store, StoreOptions};

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_demo_shops_orders_come_with_the_demo_shop_alone() {
        let check = async |is_somebodys: bool| {
            let place = tempfile::tempdir().expect("a folder");
            let database_url = format!("sqlite://{}", place.path().join("desk.db").display());
            if is_somebodys {
                let options = StoreOptions { url: database_url.clone(), ..StoreOptions::default() };
                let store = Store::open(&options).await.expect("opens");
                let own = NewRevision {
                    digest: "own".into(),
                    origin: "/shop".into(),
                    files_json: r#"{"shop.yaml":"products: [{id: P001, name: robot, price: 1}]"}"#.into(),
                    follows: 0,
                    event: None,
                    at: domain::Timestamp::from_millis(0),
                };
                store.publish_revision(own).await.expect("stored");
                store.close().await;
            }
            let config = Config { database_url, ..Config::default() };
            let desk = wiring::open(&config).await.expect("opens");
            open_shop(&desk, &config).await.expect("opens");
            let orders = desk.store().orders(Page::first(1)).await.expect("reads").items;
            assert_eq!(orders.is_empty(), is_somebodys);
            assert_eq!(desk.published().knowledge.products.len() == 1, is_somebodys);
            desk.stop().await;
        };
        check(true).await;
        check(false).await;
    }
}
