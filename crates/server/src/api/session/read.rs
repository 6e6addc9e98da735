//! `GET /api/v1/session`

use desk::agents::Role;

use crate::{
    access::{Access, Caller},
    endpoint::{Endpoint, get},
    resource::operation::Me,
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/session", Access::Role(Role::Channel), "Who is signed in", read).gives::<Me>("the caller")
}

async fn read(caller: Caller) -> axum::Json<Me> {
    axum::Json(caller.principal.into())
}
