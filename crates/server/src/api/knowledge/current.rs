//! `GET /api/v1/knowledge`

use axum::extract::State;
use desk::{Desk, agents::Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    resource::catalog::Text,
};

/// What turns are decided with now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Knowledge {
    /// Turns name it.
    pub revision: i64,
    digest: String,
    products: usize,
    faqs: usize,
    scripts: usize,
    intents: usize,
    /// The industries that profiles name by id.
    industries: Vec<Industry>,
    /// What its check warned of, with file and line.
    warnings: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Industry {
    id: String,
    name: Text,
}

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/knowledge", Access::Role(Role::Agent), "What turns are decided with now", current)
        .gives::<Knowledge>("the published knowledge in numbers")
}

async fn current(State(state): State<AppState>) -> axum::Json<Knowledge> {
    axum::Json(published(&state.desk))
}

pub(crate) fn published(desk: &Desk) -> Knowledge {
    let published = desk.published();
    let knowledge = &published.knowledge;
    let industries = knowledge
        .industries
        .iter()
        .map(|industry| Industry { id: industry.id.clone(), name: industry.name.clone().into() });
    Knowledge {
        revision: knowledge.revision,
        digest: knowledge.digest.clone(),
        products: knowledge.products.len(),
        faqs: knowledge.faqs.len(),
        scripts: knowledge.scripts.len(),
        intents: knowledge.intents.len(),
        industries: industries.collect(),
        warnings: published.warnings.iter().map(ToString::to_string).collect(),
    }
}
