//! `GET /api/v1/merge-proposals`

use axum::extract::State;
use desk::agents::Role;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Paging, Params, page},
    problem::Problem,
    resource::{PageOf, buyer::MergeProposal},
};

pub(crate) fn endpoint() -> Endpoint {
    let summary = "Contacts and companies that may be one, for people to join or dismiss";
    get("/api/v1/merge-proposals", Access::Role(Role::Agent), summary, list)
        .gives_pages_of::<MergeProposal>("a page of proposals")
}

async fn list(
    State(state): State<AppState>,
    Params(paging): Params<Paging>,
) -> Result<axum::Json<PageOf<MergeProposal>>, Problem> {
    let page = page(paging.after, paging.limit)?;
    let mut proposals = state.desk.merge_proposals().await?;
    proposals.sort_by_cached_key(|proposal| proposal.pair.ids().join("~"));
    Ok(axum::Json(PageOf::cut(proposals, &page, |proposal| proposal.pair.ids().join("~"))))
}
