//! `GET /api/v1/agents/me`

use desk::agents::Role;

use crate::{
    access::{Access, Caller},
    endpoint::{Endpoint, get},
    resource::operation::Me,
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/agents/me", Access::Role(Role::Channel), "Who is calling", me).gives::<Me>("the caller")
}

async fn me(caller: Caller) -> axum::Json<Me> {
    axum::Json(caller.principal.into())
}
