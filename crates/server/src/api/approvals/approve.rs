//! `POST /api/v1/approvals/{id}/approve`

use desk::approvals::Ruling;

use super::decision;
use crate::endpoint::Endpoint;

pub(crate) fn endpoint() -> Endpoint {
    decision(
        "/api/v1/approvals/{id}/approve",
        "Grants what was asked for, within the caller's authority; the assistant tells the buyer",
        Ruling::Approve,
    )
}
