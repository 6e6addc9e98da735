//! `POST /api/v1/knowledge/replay`: stored conversations decided anew by other knowledge, before it is published.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::State;
use desk::{
    agents::Role,
    knowledge::MAX_FOLDER_BYTES,
    replay::{MAX_SERVED, ReplayError, ReplayOptions},
};
use domain::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::diff::{faulty, files};
use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::Json,
    problem::{Code, Problem},
    resource::replay::Replay,
};

const CONVERSATIONS: usize = 200;
const EXAMPLES: usize = 3;
const MAX_EXAMPLES: usize = 20;

/// What is replayed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReplayRequest)]
struct Request {
    /// YAML texts by path; left out: the server's own folder as it is now.
    #[serde(default)]
    files: Option<BTreeMap<String, String>>,
    /// Turns from this instant on are reported (RFC 3339).
    #[serde(default)]
    since: Option<String>,
    /// The newest so many, 1000 at most; 200 if it is left out.
    #[serde(default)]
    conversations: Option<usize>,
    /// Shown for each pair of rules, 20 at most; 3 if it is left out.
    #[serde(default)]
    examples: Option<usize>,
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/knowledge/replay",
        Access::Role(Role::Manager),
        "Decides stored conversations anew by other knowledge; nothing is sent or written",
        replay,
    )
    .takes::<Request>()
    .up_to(MAX_FOLDER_BYTES as usize)
    .gives::<Replay>("what would change, by rule and with examples")
    .fails(&[Code::KnowledgeFaulty, Code::Overloaded])
}

async fn replay(
    State(state): State<AppState>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Replay>, Problem> {
    let since = request.since.as_deref().map(Timestamp::parse).transpose();
    let since = since.map_err(|error| Problem::invalid_field("since", error.to_string()))?;
    let conversations = request.conversations.unwrap_or(CONVERSATIONS);
    within("conversations", conversations, MAX_SERVED)?;
    let examples = request.examples.unwrap_or(EXAMPLES);
    within("examples", examples, MAX_EXAMPLES)?;
    let files = files(&state, request.files).await?;
    let after = Arc::new(state.desk.prepare_knowledge(files).await.map_err(faulty)?);
    let options = ReplayOptions { since, conversations, threads: None, examples, public_url: String::new() };
    let report = state.desk.replay(after, options).await.map_err(|error| match error {
        ReplayError::Store(error) => error.into(),
        ReplayError::Busy => Problem::new(Code::Overloaded, error.to_string()),
        ReplayError::Lost => Problem::new(Code::Internal, error.to_string()),
    })?;
    Ok(axum::Json(report.into()))
}

fn within(field: &'static str, value: usize, most: usize) -> Result<(), Problem> {
    if value <= most {
        return Ok(());
    }
    Err(Problem::invalid_field(field, format!("`{field}` is {most} at most")))
}
