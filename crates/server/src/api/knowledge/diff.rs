//! `POST /api/v1/knowledge/diff`: what files would change of the knowledge in force.

use std::collections::BTreeMap;

use axum::extract::State;
use desk::{
    agents::Role,
    knowledge::{KnowledgeError, MAX_FOLDER_BYTES, SourceFile},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::Json,
    problem::{Code, Problem},
    resource::replay::KnowledgeDiff,
};

/// The files to compare.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeDiffRequest)]
struct Request {
    /// YAML texts by path; left out: the server's own folder as it is now.
    #[serde(default)]
    files: Option<BTreeMap<String, String>>,
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/knowledge/diff",
        Access::Role(Role::Manager),
        "What files would change of the knowledge in force, and what is wrong in them",
        diff,
    )
    .takes::<Request>()
    .up_to(MAX_FOLDER_BYTES as usize)
    .gives::<KnowledgeDiff>("the differences by what they say, and the problems")
    .fails(&[Code::KnowledgeFaulty])
}

async fn diff(
    State(state): State<AppState>,
    Json(request): Json<Request>,
) -> Result<axum::Json<KnowledgeDiff>, Problem> {
    let files = files(&state, request.files).await?;
    let comparison = state.desk.compare_knowledge(files).await.map_err(faulty)?;
    Ok(axum::Json(comparison.into()))
}

/// Those that are given, else those at hand.
pub(super) async fn files(
    state: &AppState,
    given: Option<BTreeMap<String, String>>,
) -> Result<Vec<SourceFile>, Problem> {
    match given {
        Some(files) => Ok(sources(files)),
        None => state.desk.files_at_hand().await.map_err(faulty),
    }
}

pub(super) fn sources(files: BTreeMap<String, String>) -> Vec<SourceFile> {
    files.into_iter().map(|(path, text)| SourceFile { path, text: text.into_bytes() }).collect()
}

/// Paths and lines are for those who write the knowledge; that is why a manager is needed here.
pub(super) fn faulty(error: KnowledgeError) -> Problem {
    match error {
        KnowledgeError::Store(error) => error.into(),
        overtaken @ KnowledgeError::Overtaken { .. } => {
            Problem::new(Code::InvalidMove, overtaken.to_string())
        }
        outdated @ KnowledgeError::Outdated { .. } => {
            Problem::new(Code::InvalidMove, outdated.to_string()).at("based_on")
        }
        lost @ KnowledgeError::Lost => Problem::new(Code::Internal, lost.to_string()),
        other => Problem::new(Code::KnowledgeFaulty, other.to_string()),
    }
}
