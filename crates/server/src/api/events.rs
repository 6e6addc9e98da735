//! `GET /api/v1/events`: the live feed.

use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use desk::agents::Role;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Content, Endpoint, get},
    live::stream_to,
    problem::Problem,
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/events", Access::Role(Role::Agent), "The live feed, as server-sent events", events)
        .answers(
            200,
            "`id` is the event's number, `event` its kind, `data` a LiveEvent; `reset` where events were missed for good: \
             read the state anew",
            Content::EventStream,
        )
        .header("Last-Event-ID", "the number of the last event seen; what came after it is sent first")
}

async fn events(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    stream_to(state, caller, &headers).await
}
