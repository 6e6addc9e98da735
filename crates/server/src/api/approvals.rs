//! Requests beyond the assistant's authority: who decides, and what he says.

pub(crate) mod approve;
pub(crate) mod counter;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod reject;

use axum::extract::State;
use desk::{agents::Role, approvals::Ruling};
use domain::id::ApprovalId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, post},
    extract::{Given, Id, written},
    problem::{Code, Problem},
    resource::approval::Settled,
};

/// Longest note, in code points.
const MAX_NOTE: usize = 500;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DecisionNote)]
struct Note {
    /// For colleagues; the buyer does not see it.
    #[schema(min_length = 1, max_length = 500)]
    note: Option<String>,
}

/// A decision that takes nothing but a note.
fn decision(path: &'static str, summary: &'static str, ruling: Ruling) -> Endpoint {
    let decide = move |State(state): State<AppState>,
                       caller: Caller,
                       Id(id): Id<ApprovalId>,
                       Given(Note { note }): Given<Note>| async move {
        settle(&state, &caller, id, ruling, note).await
    };
    post(path, Access::Role(Role::Agent), summary, decide)
        .may_take::<Note>()
        .gives::<Settled>("the approval as it is now, and what the buyer was told")
        .fails(&[Code::InvalidMove])
}

/// Settles an approval by the caller's authority.
async fn settle(
    state: &AppState,
    caller: &Caller,
    id: ApprovalId,
    ruling: Ruling,
    note: Option<String>,
) -> Result<axum::Json<Settled>, Problem> {
    if let Some(note) = &note {
        written("note", note, MAX_NOTE)?;
    }
    let role = caller.principal.role;
    let settled = state.desk.decide_approval(id, caller.agent()?, role, ruling, note).await?;
    Ok(axum::Json(Settled::seen_by(role, settled)))
}
