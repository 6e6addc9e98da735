//! What every handler works with.

use std::{net::IpAddr, ops::Deref, sync::Arc, time::Duration};

use desk::Desk;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use crate::throttle::Throttle;

/// Limits and manners of the server. The defaults are safe for a server that faces the internet behind a proxy.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Bytes of the largest body.
    pub body_limit: usize,
    /// From the first to the last byte of a body.
    pub body_timeout: Duration,
    /// For the head of a request; also how long an idle connection is kept.
    pub header_timeout: Duration,
    pub max_connections: usize,
    /// How long running requests may take when the server stops.
    pub drain: Duration,
    /// How long `POST /api/v1/messages` waits for the turn before it answers `202`.
    pub turn_wait: Duration,
    /// Between two signs of life in a stream of events; at each, it is asked again whether the listener may listen.
    pub heartbeat: Duration,
    /// Set where the server is reached by `https` only: browsers then send the console's cookie, and come back, by no other way.
    pub https: bool,
    /// Proxies whose `X-Forwarded-For` is believed, beside those on this machine.
    pub trusted_proxies: Vec<IpAddr>,
    pub visitor_messages_per_minute: u32,
    /// Messages per minute and address, of all visitors there: their secrets are of their own making.
    pub address_messages_per_minute: u32,
    /// Visitors per minute who write for the first time, wherever they are.
    pub new_visitors_per_minute: u32,
    /// Failed sign-ins per minute and address.
    pub failed_sign_ins_per_minute: u32,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            body_limit: 256 * 1024,
            body_timeout: Duration::from_secs(15),
            header_timeout: Duration::from_secs(5),
            max_connections: 16_384,
            drain: Duration::from_secs(10),
            turn_wait: Duration::from_secs(10),
            heartbeat: Duration::from_secs(15),
            https: false,
            trusted_proxies: Vec::new(),
            visitor_messages_per_minute: 30,
            address_messages_per_minute: 300,
            new_visitors_per_minute: 600,
            failed_sign_ins_per_minute: 10,
        }
    }
}

/// The desk with what serves it. Cloning gives another handle to the same; requests do that several times each.
#[derive(Clone)]
pub struct AppState(Arc<State>);

/// What an [`AppState`] is a handle to.
#[derive(Clone)]
pub struct State {
    pub desk: Desk,
    pub prometheus: PrometheusHandle,
    pub options: ServerOptions,
    /// Cancelled when the server begins to stop: from then on it is not ready, and streams of events end.
    pub stopping: CancellationToken,
    pub(crate) visitors: Arc<Throttle>,
    pub(crate) visitor_addresses: Arc<Throttle>,
    pub(crate) new_visitors: Arc<Throttle>,
    pub(crate) sign_ins: Arc<Throttle>,
}

impl Deref for AppState {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl AppState {
    pub fn new(desk: Desk, prometheus: PrometheusHandle, options: ServerOptions) -> Self {
        Self(Arc::new(State {
            desk,
            prometheus,
            stopping: CancellationToken::new(),
            visitors: Arc::new(Throttle::per_minute(options.visitor_messages_per_minute)),
            visitor_addresses: Arc::new(Throttle::per_minute(options.address_messages_per_minute)),
            new_visitors: Arc::new(Throttle::per_minute(options.new_visitors_per_minute)),
            sign_ins: Arc::new(Throttle::per_minute(options.failed_sign_ins_per_minute)),
            options,
        }))
    }

    /// The same, stopping when `stopping` is cancelled.
    pub(crate) fn until(&self, stopping: CancellationToken) -> Self {
        Self(Arc::new(State { stopping, ..State::clone(self) }))
    }
}
