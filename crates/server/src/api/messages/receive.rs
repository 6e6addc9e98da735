//! `POST /api/v1/messages`: one buyer message in, the turn out.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use desk::{
    agents::Role,
    receive::{Receipt, Received},
};
use domain::message::{Attachment, MessageKind};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Content, Endpoint, post},
    envelope::{self, Envelope},
    extract::{Json, Object},
    problem::{Code, Problem},
};

/// One buyer message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IncomingMessage)]
struct Request {
    /// The inbox's name; `api` where it is left out.
    inbox: Option<String>,
    #[schema(value_type = ContactInput)]
    contact: Object<ContactInput>,
    #[schema(value_type = MessageInput)]
    message: Object<MessageInput>,
    /// `false`: answer `202` as soon as the message is durable.
    #[schema(default = true)]
    wait: Option<bool>,
}

/// The buyer, as the channel knows him.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ContactInput {
    /// Unique within the inbox; at most 256 bytes.
    #[schema(min_length = 1, max_length = 256)]
    external_id: String,
    #[schema(max_length = 256)]
    name: Option<String>,
    /// The firm that he says he works for: a claim.
    #[schema(max_length = 256)]
    company: Option<String>,
    /// The caller vouches for the firm, which opens its prices and orders. Believed from API tokens only.
    company_verified: Option<bool>,
    /// Short texts: `region`, `tier` (believed from API tokens only), …
    attributes: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MessageInput {
    /// The channel's own id. The same again gives the first answer and never a second turn.
    #[schema(min_length = 1, max_length = 256)]
    external_id: Option<String>,
    /// At most 8000 characters. May be left out where there are attachments.
    #[schema(max_length = 8000)]
    text: Option<String>,
    #[schema(max_items = 10, value_type = Option<Vec<AttachmentInput>>)]
    attachments: Option<Vec<Object<AttachmentInput>>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AttachmentInput {
    kind: AttachmentKind,
    #[schema(max_length = 2048)]
    url: String,
    #[schema(max_length = 256)]
    name: Option<String>,
    /// Bytes.
    #[schema(minimum = 0)]
    size: Option<u32>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AttachmentKind {
    Image,
    Voice,
    Video,
    File,
    Location,
    Card,
}

pub(crate) fn endpoint() -> Endpoint {
    post("/api/v1/messages", Access::Role(Role::Channel), "One buyer message in, the turn out", receive)
        .takes::<Request>()
        .gives::<Envelope>("the turn, once it is durable; of a repeated message, its first answer")
        .answers(
            202,
            "the message is durable; the turn was not waited for, or takes longer",
            Content::Json(crate::endpoint::shape::<Envelope>()),
        )
        .fails(&[Code::Overloaded, Code::DiskFull, Code::Unavailable])
}

async fn receive(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let wait = request.wait.unwrap_or(true);
    let received = request.into_received(caller.is_trusted_program());
    let mut receipt: Receipt = state.desk.receive(received, wait.then_some(state.options.turn_wait)).await?;
    if receipt.duplicate && receipt.turn.is_none() {
        receipt.turn = state.desk.turn_of(receipt.message).await?;
    }
    let status = if receipt.turn.is_some() { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok((status, axum::Json(envelope::of(receipt))).into_response())
}

impl Request {
    fn into_received(self, trusted: bool) -> Received {
        let (Object(contact), Object(message)) = (self.contact, self.message);
        let attachments =
            message.attachments.unwrap_or_default().into_iter().map(|Object(attachment)| Attachment {
                kind: attachment.kind.into(),
                url: attachment.url,
                name: attachment.name,
                size: attachment.size.map(i64::from),
            });
        Received {
            inbox: self.inbox.unwrap_or_else(|| "api".to_owned()),
            contact_external_id: contact.external_id,
            contact_name: contact.name,
            company: contact.company,
            company_verified: trusted && contact.company_verified.unwrap_or(false),
            attributes: contact.attributes.unwrap_or_default(),
            trusted,
            message_external_id: message.external_id,
            text: message.text.unwrap_or_default(),
            attachments: attachments.collect(),
        }
    }
}

impl From<AttachmentKind> for MessageKind {
    fn from(kind: AttachmentKind) -> Self {
        match kind {
            AttachmentKind::Image => Self::Image,
            AttachmentKind::Voice => Self::Voice,
            AttachmentKind::Video => Self::Video,
            AttachmentKind::File => Self::File,
            AttachmentKind::Location => Self::Location,
            AttachmentKind::Card => Self::Card,
        }
    }
}
