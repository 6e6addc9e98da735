//! `GET /api/v1/conversations/{id}/turns`

use axum::extract::State;
use desk::agents::Role;
use domain::id::ConversationId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    envelope::TurnEnvelope,
    extract::{Id, Paging, Params, page},
    problem::Problem,
    resource::PageOf,
};

pub(crate) fn endpoint() -> Endpoint {
    get(
        "/api/v1/conversations/{id}/turns",
        Access::Role(Role::Agent),
        "What was understood, decided and answered, turn by turn",
        turns,
    )
    .gives_pages_of::<TurnEnvelope>("a page of turns, oldest first")
}

async fn turns(
    State(state): State<AppState>,
    Id(id): Id<ConversationId>,
    Params(paging): Params<Paging>,
) -> Result<axum::Json<PageOf<TurnEnvelope>>, Problem> {
    let page = page(paging.after, paging.limit)?;
    super::must_exist(&state, id).await?;
    Ok(axum::Json(PageOf::of(state.desk.store().turns(id, page).await?)))
}
