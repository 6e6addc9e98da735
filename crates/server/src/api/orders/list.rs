//! `GET /api/v1/orders`

use axum::extract::State;
use desk::agents::Role;
use serde::Deserialize;
use serde_json::json;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Params, id_in, page},
    problem::Problem,
    resource::{PageOf, catalog::Order},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    company: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/orders", Access::Role(Role::Agent), "Past orders, in the order of their import", list)
        .gives_pages_of::<Order>("a page of orders")
        .parameter("company", "the id of the company", json!({"type": "string"}))
}

async fn list(
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<axum::Json<PageOf<Order>>, Problem> {
    let company = id_in("company", query.company.as_deref())?;
    let page = page(query.after, query.limit)?;
    let store = state.desk.store();
    let orders = match company {
        Some(company) => store.orders_of_company(company, page).await?,
        None => store.orders(page).await?,
    };
    Ok(axum::Json(PageOf::of(orders)))
}
