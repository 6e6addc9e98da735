//! `GET /api/v1/products/{id}`

use axum::extract::{Path, State};
use desk::agents::Role;
use domain::id::ProductId;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    problem::Problem,
    resource::catalog::Product,
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/products/{id}", Access::Role(Role::Agent), "One product", read)
        .gives::<Product>("the product")
}

async fn read(
    State(state): State<AppState>,
    id: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<axum::Json<Product>, Problem> {
    let not_found = || Problem::not_found("product");
    let Path(id) = id.map_err(|_| not_found())?;
    let published = state.desk.published();
    let product = published.knowledge.product(&ProductId(id)).ok_or_else(not_found)?;
    Ok(axum::Json(Product::of(product, published.knowledge.shop.currency)))
}
