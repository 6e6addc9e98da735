//! Connections: how many, how slow, and how they end.

use std::{sync::Arc, time::Duration};

use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use crate::{AppState, access::Peer, router};

/// Bytes of the largest head of a request.
const MAX_HEAD: usize = 64 * 1024;

/// Failures to accept in a row after which the listener is taken for broken.
const MAX_FAILURES: u32 = 100;

/// Serves until `stopping` is cancelled, then lets running requests end within the drain time. From the cancellation on the server is
/// not ready and streams of events end.
///
/// A client may be as slow as it likes only within limits: its head within `header_timeout`, its body as each route says.
/// Connections beyond the cap wait in the system's queue until one ends. It is an error if no connection can be accepted for long.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    stopping: CancellationToken,
) -> std::io::Result<()> {
    let state = state.until(stopping.clone());
    let options = state.options.clone();
    let router = router(state);
    let connections = TaskTracker::new();
    let permits = Arc::new(Semaphore::new(options.max_connections));
    let mut failures = 0;
    loop {
        let permit = tokio::select! {
            () = stopping.cancelled() => break,
            permit = permits.clone().acquire_owned() => permit,
        };
        let Ok(permit) = permit else { break };
        let accepted = tokio::select! {
            () = stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if failures >= MAX_FAILURES => return Err(error),
            Err(error) => {
                // Out of file descriptors, most likely: whoever is connected goes on, and some will leave.
                tracing::warn!(%error, "a connection could not be accepted");
                failures += 1;
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        failures = 0;
        let connection =
            converse(stream, Peer(address), router.clone(), options.header_timeout, stopping.clone());
        connections.spawn(async move {
            metrics::gauge!("http_connections").increment(1);
            connection.await;
            metrics::gauge!("http_connections").decrement(1);
            drop(permit);
        });
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(options.drain, connections.wait()).await.is_err() {
        tracing::warn!(
            http.connections = connections.len(),
            "requests were still running after the drain; they are cut"
        );
    }
    Ok(())
}

async fn converse(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    header_timeout: Duration,
    stopping: CancellationToken,
) {
    // Answers are small and wanted at once.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Clients that leave or dawdle are no fault of ours.
        tracing::debug!(%error, "a connection ended early");
    }
}
