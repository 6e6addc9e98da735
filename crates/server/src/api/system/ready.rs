//! `GET /readyz`: the server can take work, which it proves by committing a tiny write.

use std::time::Duration;

use axum::extract::State;

use crate::{
    AppState,
    access::Access,
    endpoint::{Content, Endpoint, get},
    problem::{Code, Problem},
};

/// A database that takes longer is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn endpoint() -> Endpoint {
    get(
        "/readyz",
        Access::Public,
        "Whether the server can take work: it is not stopping and can commit",
        ready,
    )
    .answers(200, "it can", Content::Text("text/plain"))
    .fails(&[Code::Stopping, Code::Unavailable, Code::DiskFull, Code::Overloaded])
}

async fn ready(State(state): State<AppState>) -> Result<&'static str, Problem> {
    if state.stopping.is_cancelled() {
        return Err(Problem::new(Code::Stopping, "the server is stopping"));
    }
    tokio::time::timeout(PATIENCE, state.desk.store().ready())
        .await
        .map_err(|_| Problem::new(Code::Unavailable, "the database does not commit in time"))??;
    Ok("ready\n")
}
