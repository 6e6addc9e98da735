//! `POST /api/v1/conversations/{id}/assign`

use axum::extract::State;
use desk::agents::Role;
use domain::id::{AgentId, ConversationId};
use serde::Deserialize;
use store::ConversationChange;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    extract::{Id, Json, id_at},
    problem::{Code, Problem},
    resource::conversation::Conversation,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Assignment)]
struct Request {
    /// `agt_…`
    agent_id: String,
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/conversations/{id}/assign",
        Access::Role(Role::Agent),
        "Gives the conversation to a named person, whoever has it",
        assign,
    )
    .takes::<Request>()
    .gives::<Conversation>("the conversation as it is now")
    .fails(&[Code::InvalidMove])
}

async fn assign(
    State(state): State<AppState>,
    Id(id): Id<ConversationId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Conversation>, Problem> {
    let agent: AgentId = id_at("agent_id", &request.agent_id)?;
    if state.desk.store().agent(agent).await?.is_none() {
        return Err(Problem::invalid_field("agent_id", "there is no such agent")
            .with_help("`GET /api/v1/agents` lists those that exist."));
    }
    super::change(&state, id, ConversationChange::Assign(agent)).await
}
