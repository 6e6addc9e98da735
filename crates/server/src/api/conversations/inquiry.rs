//! `POST /api/v1/conversations/{id}/rfq`: a buyer's list of goods as a file, taken as his message.

use axum::extract::State;
use base64::{Engine, engine::general_purpose::STANDARD};
use desk::{
    agents::Role,
    inquiry::{InquiryError, InquiryLine, InquiryReceipt, MAX_BYTES},
    receive::MAX_NAME_BYTES,
};
use domain::id::ConversationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, post},
    envelope::{self, Envelope},
    extract::{Id, Json, written},
    problem::{Code, Problem},
};

/// The largest file in base64, and what stands around it: one that is a little larger is told so by what reads it.
const MAX_BODY: usize = MAX_BYTES.div_ceil(3) * 4 + 1_024;

/// A list of goods as the buyer sent it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InquiryFile)]
struct Request {
    /// The bytes of an XLSX file, or of a CSV file in UTF-8 or GBK, in base64.
    #[schema(min_length = 1)]
    content: String,
    /// Made by the client; the same again takes nothing and gives the first answer.
    #[schema(min_length = 1, max_length = 256)]
    client_id: Option<String>,
}

/// What was read, and the turn that answers it.
#[derive(Debug, Serialize, ToSchema)]
struct Inquiry {
    lines: Vec<Line>,
    /// Lines that were left out since the list is too long.
    beyond: usize,
    message: Envelope,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InquiryLine)]
struct Line {
    /// From 1, without the header.
    row: u32,
    /// What it says of the goods.
    text: String,
    /// A decimal; null where the line names none.
    quantity: Option<String>,
    unit: Option<String>,
    /// Null where it fits no product for certain.
    product: Option<String>,
    /// What it may mean then, the likeliest first.
    candidates: Vec<String>,
}

impl From<InquiryLine> for Line {
    fn from(line: InquiryLine) -> Self {
        let (quantity, unit) =
            line.quantity.map_or((None, None), |quantity| (Some(quantity.number()), quantity.unit));
        Self {
            row: line.row,
            text: line.text,
            quantity,
            unit,
            product: line.product.map(|product| product.to_string()),
            candidates: line.candidates.iter().map(ToString::to_string).collect(),
        }
    }
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/conversations/{id}/rfq",
        Access::Role(Role::Agent),
        "A buyer's list of goods as a file, taken as his message",
        take,
    )
    .takes::<Request>()
    .up_to(MAX_BODY)
    .gives::<Inquiry>("each line with its product or the candidates, and the turn")
    .fails(&[Code::NotFound, Code::Overloaded, Code::DiskFull, Code::Unavailable])
}

async fn take(
    State(state): State<AppState>,
    Id(id): Id<ConversationId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Inquiry>, Problem> {
    if let Some(client_id) = &request.client_id {
        written("client_id", client_id, MAX_NAME_BYTES)?;
    }
    let file = STANDARD
        .decode(request.content.trim())
        .map_err(|error| Problem::invalid_field("content", format!("`content` is not base64: {error}")))?;
    let taken = state.desk.take_inquiry(id, file, request.client_id, Some(state.options.turn_wait)).await;
    let InquiryReceipt { lines, beyond, receipt } = taken.map_err(|error| match error {
        InquiryError::NotFound => Problem::not_found("conversation"),
        InquiryError::Receive(error) => error.into(),
        InquiryError::Store(error) => error.into(),
        file @ (InquiryError::TooLarge | InquiryError::Sheet(_) | InquiryError::NoTable) => {
            Problem::invalid_field("content", file.to_string())
        }
    })?;
    let lines = lines.into_iter().map(Into::into).collect();
    Ok(axum::Json(Inquiry { lines, beyond, message: envelope::of(receipt) }))
}
