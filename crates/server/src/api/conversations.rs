//! Conversations: what was said, and who answers.

pub(crate) mod answer;
pub(crate) mod assign;
pub(crate) mod cancel_follow_up;
pub(crate) mod follow_ups;
pub(crate) mod inquiry;
pub(crate) mod list;
pub(crate) mod messages;
pub(crate) mod read;
pub(crate) mod resolve;
pub(crate) mod return_to_assistant;
pub(crate) mod take_over;
pub(crate) mod turns;
pub(crate) mod word_follow_up;

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

/// The conversation is there, but nothing is planned in it.
fn no_follow_up(error: store::ChangeError) -> Problem {
    match error {
        store::ChangeError::NotFound => Problem::not_found("follow-up")
            .with_help("Nothing is planned in this conversation: a follow-up is planned again after the buyer's next message."),
        other => other.into(),
    }
}
