//! `POST /api/v1/widget/messages`: the visitor writes. The answer comes by the history or the events.

use axum::{extract::State, http::StatusCode};
use desk::receive::{MAX_NAME_BYTES, MAX_TEXT_CHARS, Received};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{INBOX, identity};
use crate::{
    AppState,
    access::{Access, Address, Visitor},
    endpoint::{Content, Endpoint, post, shape},
    extract::{Json, written},
    problem::{Code, Problem},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VisitorInput)]
struct Request {
    #[schema(min_length = 1, max_length = 8000)]
    text: String,
    /// Made by the browser; the same again is one message.
    #[schema(min_length = 1, max_length = 256)]
    client_id: String,
}

/// The message is durable.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitorReceipt)]
struct Taken {
    message_id: String,
    client_id: String,
    duplicate: bool,
}

/// The one key of a throttle that is for all.
const EVERYBODY: &str = "";

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/widget/messages", Access::Visitor, "The visitor writes", send)
        .takes::<Request>()
        .answers(202, "the message is durable", Content::Json(shape::<Taken>()))
        .fails(&[Code::TooManyRequests, Code::Overloaded, Code::DiskFull, Code::Unavailable])
}

async fn send(
    State(state): State<AppState>,
    visitor: Visitor,
    Address(address): Address,
    Json(request): Json<Request>,
) -> Result<(StatusCode, axum::Json<Taken>), Problem> {
    written("text", &request.text, MAX_TEXT_CHARS)?;
    written("client_id", &request.client_id, MAX_NAME_BYTES)?;
    let now = state.desk.now();
    let too_many =
        |why: &'static str| move |seconds| Problem::new(Code::TooManyRequests, why).retry_after(seconds);
    state
        .visitors
        .take(&visitor.external_id, now)
        .map_err(too_many("you write faster than anyone can read"))?;
    // Anyone can make himself as many secrets as he likes: what they may do together is limited, too.
    state
        .visitor_addresses
        .take(&address, now)
        .map_err(too_many("too many messages come from this address; try again in a moment"))?;
    if identity(&state, &visitor).await?.is_none() {
        state
            .new_visitors
            .take(EVERYBODY, now)
            .map_err(too_many("too many new visitors write at once; try again in a moment"))?;
    }
    let received = Received {
        inbox: INBOX.to_owned(),
        contact_external_id: visitor.external_id,
        message_external_id: Some(request.client_id.clone()),
        text: request.text,
        ..Default::default()
    };
    let receipt = state.desk.receive(received, None).await?;
    let taken = Taken {
        message_id: receipt.message.to_string(),
        client_id: request.client_id,
        duplicate: receipt.duplicate,
    };
    Ok((StatusCode::ACCEPTED, axum::Json(taken)))
}
