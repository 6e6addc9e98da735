//! `GET /api/v1/products`

use axum::extract::State;
use desk::agents::Role;

use crate::{
    AppState,
    access::Access,
    endpoint::{Endpoint, get},
    extract::{Paging, Params, page},
    problem::Problem,
    resource::{PageOf, catalog::Product},
};

pub(crate) fn endpoint() -> Endpoint {
    get("/api/v1/products", Access::Role(Role::Agent), "Products of the published knowledge, by id", list)
        .gives_pages_of::<Product>("a page of products")
}

async fn list(
    State(state): State<AppState>,
    Params(paging): Params<Paging>,
) -> Result<axum::Json<PageOf<Product>>, Problem> {
    let page = page(paging.after, paging.limit)?;
    let published = state.desk.published();
    let currency = published.knowledge.shop.currency;
    let mut products: Vec<_> = published
        .knowledge
        .products
        .iter()
        .filter(|product| page.after.as_deref().is_none_or(|after| product.id.as_str() > after))
        .collect();
    products.sort_by(|left, right| left.id.cmp(&right.id));
    let limit = page.limit as usize;
    let next =
        if products.len() > limit { products.get(limit - 1).map(|last| last.id.to_string()) } else { None };
    let items = products.into_iter().take(limit).map(|product| Product::of(product, currency)).collect();
    Ok(axum::Json(PageOf { items, next }))
}
