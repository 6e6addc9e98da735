//! `POST /api/v1/approvals/{id}/reject`

use desk::approvals::Ruling;

use super::decision;
use crate::endpoint::Endpoint;

pub(crate) fn endpoint() -> Endpoint {
    decision(
        "/api/v1/approvals/{id}/reject",
        "Refuses what was asked for; the assistant tells the buyer that the usual terms stand",
        Ruling::Reject,
    )
}
