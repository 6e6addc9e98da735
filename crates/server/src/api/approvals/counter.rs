//! `POST /api/v1/approvals/{id}/counter`: offers other terms than those asked for.

use axum::extract::State;
use desk::{
    agents::Role,
    approvals::{CounterOffer, Ruling},
};
use domain::{decimal, id::ApprovalId, money::UnitPrice, quantity::Thousandths};
use serde::Deserialize;
use utoipa::ToSchema;

use super::settle;
use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, post},
    extract::{Id, Json},
    problem::{Code, Problem},
    resource::approval::Settled,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CounterOffer)]
struct Request {
    terms: Terms,
    /// For colleagues; the buyer does not see it.
    #[schema(min_length = 1, max_length = 500)]
    note: Option<String>,
}

/// What is offered: the fields of the parameter that was asked for, no others.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CounterTerms)]
struct Terms {
    /// A decimal in the shop's currency: `46500`. For `discount` and `price_list`.
    unit_price: Option<String>,
    /// Below the list, for `discount`.
    #[schema(value_type = Option<f64>)]
    percent_off: Option<Thousandths>,
    /// For `payment_terms`.
    #[schema(value_type = Option<f64>)]
    deposit_percent: Option<Thousandths>,
    /// For `payment_terms`.
    net_days: Option<i64>,
    /// Pieces, for `free_sample`.
    count: Option<i64>,
    /// For `lead_time`.
    days: Option<i64>,
    /// In the product's unit, for `moq`.
    #[schema(value_type = Option<f64>)]
    quantity: Option<Thousandths>,
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/approvals/{id}/counter",
        Access::Role(Role::Agent),
        "Offers other terms, within the caller's authority; the assistant tells the buyer",
        counter,
    )
    .takes::<Request>()
    .gives::<Settled>("the approval as it is now, and what the buyer was told")
    .fails(&[Code::InvalidMove])
}

async fn counter(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ApprovalId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Settled>, Problem> {
    let Terms { unit_price, percent_off, deposit_percent, net_days, count, days, quantity } = request.terms;
    let unit_price = unit_price.map(|text| {
        decimal::parse_scaled(&text, UnitPrice::DIGITS)
            .map_err(|error| Problem::invalid_field("terms.unit_price", format!("`unit_price`: {error}")))
    });
    let offer = CounterOffer {
        unit_price: unit_price.transpose()?,
        percent_off,
        deposit_percent,
        net_days,
        count,
        days,
        quantity,
    };
    settle(&state, &caller, id, Ruling::Counter(offer), request.note).await
}
