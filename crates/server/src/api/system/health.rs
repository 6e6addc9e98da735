//! `GET /healthz`: the process answers.

use crate::{
    access::Access,
    endpoint::{Content, Endpoint, get},
};

pub(crate) fn endpoint() -> Endpoint {
    get("/healthz", Access::Public, "Whether the process answers", health).answers(
        200,
        "it does",
        Content::Text("text/plain"),
    )
}

async fn health() -> &'static str {
    "ok\n"
}
