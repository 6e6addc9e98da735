//! Conversations: what was said, and who answers.

pub(crate) mod answer;
pub(crate) mod assign;
pub(crate) mod inquiry;
pub(crate) mod list;
pub(crate) mod messages;
pub(crate) mod read;
pub(crate) mod resolve;
pub(crate) mod return_to_assistant;
pub(crate) mod take_over;
pub(crate) mod turns;

use domain::id::ConversationId;

use crate::{AppState, problem::Problem, resource::conversation::Conversation};

/// Does one change and gives the conversation as it is then.
async fn change(
    state: &AppState,
    id: ConversationId,
    change: store::ConversationChange,
) -> Result<axum::Json<Conversation>, Problem> {
    Ok(axum::Json(state.desk.change_conversation(id, change).await?.into()))
}

/// A conversation that is not there is not an empty list.
async fn must_exist(state: &AppState, id: ConversationId) -> Result<(), Problem> {
    state.desk.store().conversation(id).await?.map(drop).ok_or_else(|| Problem::not_found("conversation"))
}
