//! The control socket: commands reach the server that holds the database.
//!
//! A Unix socket beside the database file, for its owner only (mode 0600): one JSON request a line, one JSON answer a line. Databases
//! that are servers themselves need none.

use std::{
    collections::BTreeMap,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use desk::{
    Desk,
    agents::Role,
    knowledge::publishing::{Applied, Offered},
    orders::{ImportReport, RefusedRow, Row},
};
use engine::knowledge::SourceFile;
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// The largest request, in bytes.
const MAX_REQUEST: u64 = 256 << 20;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Request {
    CreateToken { name: String, role: String },
    ImportOrders { rows: Vec<(u64, Row)> },
    ApplyKnowledge { files: BTreeMap<String, String>, origin: String, based_on: Option<i64>, insists: bool },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Response {
    Token { secret: String },
    Imported(Imported),
    Applied { revision: i64, is_new: bool },
    Failed { reason: String },
}

/// [`ImportReport`] as it crosses the socket.
#[derive(Debug, Serialize, Deserialize)]
pub struct Imported {
    orders: usize,
    lines: usize,
    known: usize,
    companies: usize,
    unknown_products: Vec<String>,
    refused: Vec<(u64, String)>,
}

impl From<ImportReport> for Imported {
    fn from(report: ImportReport) -> Self {
        Self {
            orders: report.orders,
            lines: report.lines,
            known: report.known,
            companies: report.companies,
            unknown_products: report.unknown_products,
            refused: report.refused.into_iter().map(|row| (row.line, row.reason)).collect(),
        }
    }
}

impl From<Imported> for ImportReport {
    fn from(imported: Imported) -> Self {
        Self {
            orders: imported.orders,
            lines: imported.lines,
            known: imported.known,
            companies: imported.companies,
            unknown_products: imported.unknown_products,
            refused: imported.refused.into_iter().map(|(line, reason)| RefusedRow { line, reason }).collect(),
        }
    }
}

/// Where the socket of a database stands; `None` for databases that need none.
fn socket_path(database_url: &str) -> Option<PathBuf> {
    let path = database_url.strip_prefix("sqlite://")?;
    Some(PathBuf::from(format!("{path}.sock")))
}

/// Listens until `stop`; `None` where the database needs no socket.
pub async fn listen(
    database_url: &str,
    desk: Desk,
    stop: CancellationToken,
) -> anyhow::Result<Option<JoinHandle<()>>> {
    let Some(path) = socket_path(database_url) else { return Ok(None) };
    // The database's own lock says that no other server lives, so what is left there is from a killed one.
    match tokio::fs::remove_file(&path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("`{}` is in the way", path.display()));
        }
        _ => {}
    }
    let listener = UnixListener::bind(&path)
        .with_context(|| format!("the control socket `{}` could not be made", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
        .with_context(|| format!("`{}` could not be closed to others", path.display()))?;
    Ok(Some(tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = stop.cancelled() => break,
            };
            match accepted {
                Ok((stream, _)) => {
                    let desk = desk.clone();
                    tokio::spawn(async move {
                        if let Err(error) = answer(stream, &desk).await {
                            tracing::warn!(%error, "a request on the control socket failed");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the control socket could not accept");
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                }
            }
        }
        remove(&path);
    })))
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!(%error, "the control socket could not be removed");
    }
}

async fn answer(stream: UnixStream, desk: &Desk) -> anyhow::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    BufReader::new(read.take(MAX_REQUEST)).read_line(&mut line).await?;
    let response = match serde_json::from_str(&line) {
        Ok(request) => carry_out(desk, request).await,
        Err(error) => Response::Failed { reason: format!("the request is not understood: {error}") },
    };
    let mut text = serde_json::to_string(&response)?;
    text.push('\n');
    write.write_all(text.as_bytes()).await?;
    Ok(())
}

async fn carry_out(desk: &Desk, request: Request) -> Response {
    let outcome = match request {
        Request::CreateToken { name, role } => match Role::from_name(&role) {
            Some(role) => desk
                .create_token(&name, role)
                .await
                .map(|(_, secret)| Response::Token { secret: secret.reveal().to_owned() }),
            None => return Response::Failed { reason: format!("`{role}` is not a role") },
        },
        Request::ImportOrders { rows } => {
            desk.import_orders(rows).await.map(|report| Response::Imported(report.into()))
        }
        Request::ApplyKnowledge { files, origin, based_on, insists } => {
            let files = files.into_iter().map(|(path, text)| SourceFile { path, text: text.into_bytes() });
            let offered = Offered { files: files.collect(), origin, based_on, insists };
            return match desk.apply_knowledge(&offered).await {
                Ok(Applied { revision, is_new }) => Response::Applied { revision, is_new },
                Err(error) => Response::Failed { reason: error.to_string() },
            };
        }
    };
    outcome.unwrap_or_else(|error| Response::Failed { reason: error.to_string() })
}

/// Asks the server that holds the database; `None` where there is none.
pub async fn call(database_url: &str, request: &Request) -> anyhow::Result<Option<Response>> {
    let Some(path) = socket_path(database_url) else { return Ok(None) };
    let Ok(stream) = UnixStream::connect(&path).await else { return Ok(None) };
    let (read, mut write) = stream.into_split();
    let mut text = serde_json::to_string(request)?;
    text.push('\n');
    write.write_all(text.as_bytes()).await?;
    let mut line = String::new();
    BufReader::new(read).read_line(&mut line).await?;
    let response = serde_json::from_str(&line).context("the running server's answer is not understood")?;
    if let Response::Failed { reason } = response {
        anyhow::bail!("the running server could not do it: {reason}");
    }
    Ok(Some(response))
}

/// Whether a server that holds the database answers.
pub async fn is_served(database_url: &str) -> bool {
    match socket_path(database_url) {
        Some(path) => UnixStream::connect(&path).await.is_ok(),
        None => false,
    }
}
