//! `POST /api/v1/conversations/{id}/messages`: a person answers the buyer, which is taking over.

use axum::extract::State;
use desk::{
    agents::Role,
    receive::{MAX_NAME_BYTES, MAX_TEXT_CHARS},
};
use domain::id::ConversationId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, post},
    extract::{Id, Json, written},
    problem::{Code, Problem},
    resource::conversation::Message,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Answer)]
struct Request {
    #[schema(min_length = 1, max_length = 8000)]
    text: String,
    /// Made by the client; the same again sends nothing and gives the first message.
    #[schema(min_length = 1, max_length = 256)]
    client_id: Option<String>,
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/conversations/{id}/messages",
        Access::Role(Role::Agent),
        "A person answers the buyer; from then on the assistant is silent",
        answer,
    )
    .takes::<Request>()
    .gives::<Message>("the message as it was sent")
    .fails(&[Code::InvalidMove])
}

async fn answer(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ConversationId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Message>, Problem> {
    written("text", &request.text, MAX_TEXT_CHARS)?;
    if let Some(client_id) = &request.client_id {
        written("client_id", client_id, MAX_NAME_BYTES)?;
    }
    let sent = state.desk.send_as_agent(id, caller.agent()?, request.text, request.client_id).await?;
    Ok(axum::Json(sent.into()))
}
