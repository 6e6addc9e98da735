//! `POST /api/v1/knowledge/publish`: files become a new revision.

use std::collections::BTreeMap;

use axum::extract::State;
use desk::{
    agents::Role,
    knowledge::publishing::{CONSOLE, Offered},
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
    .gives::<Reloaded>("what is in force now")
    .fails(&[Code::KnowledgeFaulty, Code::InvalidMove])
}

async fn publish(
    State(state): State<AppState>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Reloaded>, Problem> {
    let in_force = state.desk.published().knowledge.revision;
    if request.based_on != in_force {
        let detail = format!(
            "revision {in_force} is in force, these files were made from {}; compare them with it first",
            request.based_on
        );
        return Err(Problem::new(Code::InvalidMove, detail).at("based_on"));
    }
    let offered = Offered {
        files: sources(request.files),
        origin: CONSOLE.to_owned(),
        based_on: Some(request.based_on),
        insists: false,
    };
    let changed = state.desk.apply_knowledge(&offered).await.map_err(faulty)?;
    Ok(axum::Json(Reloaded { published: changed, knowledge: published(&state.desk) }))
}
