//! Structured logs on stderr: lower case, one line an event, dotted fields with the unit in the name.

use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::LogFormat;

/// Starts logging. A filter that cannot be read falls back to `info`, and says so.
pub fn start(format: LogFormat, filter: &str) {
    let (filter, complaint) = match EnvFilter::try_new(filter) {
        Ok(parsed) => (parsed, None),
        Err(error) => (EnvFilter::new("info"), Some(error)),
    };
    let registry = tracing_subscriber::registry().with(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let started = match format {
        LogFormat::Text => registry.with(lines.with_ansi(false)).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
    if started.is_ok()
        && let Some(error) = complaint
    {
        tracing::warn!(%error, "log.filter could not be read; using `info`");
    }
}
