//! The floor: an axum server that reads JSON and gives it back, and does nothing else.

use std::net::SocketAddr;

use anyhow::Context;
use axum::{Json, Router, routing::post};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

/// Serves until it is killed. Prints its address, since the system chooses the port.
pub async fn serve(mut announce: impl FnMut(&str)) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    announce(&listener.local_addr()?.to_string());
    let router = Router::new()
        .route("/api/v1/messages", post(|Json(body): Json<serde_json::Value>| async { Json(body) }));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = hyper_util::service::TowerToHyperService::new(router.clone());
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(hyper_util::rt::TokioIo::new(stream), service);
        // Clients that leave are no fault of ours.
        tokio::spawn(async move { drop(connection.await) });
    }
}

/// The echo server in a process of its own. Dropping it kills it.
pub struct Echo {
    _process: Child,
    pub address: SocketAddr,
}

impl Echo {
    pub async fn start() -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program does not find itself")?;
        let mut process = Command::new(program)
            .arg("echo")
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = process.stdout.take().context("the echo server's output is piped")?;
        let line =
            BufReader::new(stdout).lines().next_line().await?.context("the echo server ended at once")?;
        let address = line.parse().with_context(|| format!("`{line}` is not an address"))?;
        Ok(Self { _process: process, address })
    }
}
