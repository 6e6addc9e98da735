//! `POST /api/v1/knowledge/reload`: reads the folder again and publishes it if it is sound and different.

use axum::extract::State;
use desk::agents::Role;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    current::{Knowledge, published},
    diff::faulty,
};
use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    problem::{Code, Problem},
};

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reloaded {
    /// Whether there was anything new.
    pub published: bool,
    pub knowledge: Knowledge,
}

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/knowledge/reload", Access::Role(Role::Manager), "Reads the knowledge folder again", reload)
        .gives::<Reloaded>("what is published now")
        .fails(&[Code::KnowledgeFaulty, Code::InvalidMove])
}

async fn reload(State(state): State<AppState>) -> Result<axum::Json<Reloaded>, Problem> {
    let applied = state.desk.reload().await.map_err(faulty)?;
    Ok(axum::Json(Reloaded { published: applied.is_new, knowledge: published(&state.desk) }))
}
