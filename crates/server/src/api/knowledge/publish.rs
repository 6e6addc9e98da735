//! `POST /api/v1/knowledge/publish`: files become a new revision.

use std::collections::BTreeMap;

use axum::extract::State;
use desk::{
    agents::Role,
    knowledge::{
        MAX_FOLDER_BYTES,
        publishing::{CONSOLE, Offered},
    },
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    current::published,
    diff::{faulty, sources},
    reload::Reloaded,
};
use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::Json,
    problem::{Code, Problem},
};

/// All files of the new revision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgePublication)]
struct Request {
    /// YAML texts by path.
    files: BTreeMap<String, String>,
    /// The revision that they were made from. Where another one is in force by now, nothing is published.
    based_on: i64,
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/knowledge/publish",
        Access::Role(Role::Manager),
        "Publishes files as a new revision, if they were made from the one in force",
        publish,
    )
    .takes::<Request>()
    .up_to(MAX_FOLDER_BYTES as usize)
    .gives::<Reloaded>("what is in force now")
    .fails(&[Code::KnowledgeFaulty, Code::InvalidMove])
}

async fn publish(
    State(state): State<AppState>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Reloaded>, Problem> {
    let offered = Offered {
        files: sources(request.files),
        origin: CONSOLE.to_owned(),
        based_on: Some(request.based_on),
        insists: false,
    };
    let applied = state.desk.apply_knowledge(&offered).await.map_err(faulty)?;
    Ok(axum::Json(Reloaded { published: applied.is_new, knowledge: published(&state.desk) }))
}
