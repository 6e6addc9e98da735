//! `POST /api/v1/knowledge/reload`: reads the folder again and publishes it if it is sound and different.

use axum::extract::State;
use desk::{agents::Role, knowledge::KnowledgeError};
use serde::Serialize;
use utoipa::ToSchema;

use super::current::{Knowledge, published};
use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    problem::{Code, Problem},
};

#[derive(Debug, Serialize, ToSchema)]
struct Reloaded {
    /// Whether there was anything new.
    published: bool,
    knowledge: Knowledge,
}

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/knowledge/reload", Access::Role(Role::Manager), "Reads the knowledge folder again", reload)
        .gives::<Reloaded>("what is published now")
        .fails(&[Code::KnowledgeFaulty])
}

async fn reload(State(state): State<AppState>) -> Result<axum::Json<Reloaded>, Problem> {
    let changed = state.desk.reload().await.map_err(|error| match error {
        KnowledgeError::Store(error) => error.into(),
        // Paths and lines are for those who write the knowledge; that is why a manager is needed here.
        other => Problem::new(Code::KnowledgeFaulty, other.to_string()),
    })?;
    Ok(axum::Json(Reloaded { published: changed, knowledge: published(&state.desk) }))
}
