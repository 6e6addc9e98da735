//! `GET /api/v1/quotes/{id}/pdf` and `/xlsx`: the paper as a file, in any state.

use axum::{extract::State, response::Response};
use desk::{agents::Role, quotes::Form};
use domain::id::QuoteId;
use serde_json::json;

use super::{InLanguage, file};
use crate::{
    AppState,
    access::Access,
    endpoint::{Content, Endpoint, get},
    extract::{Id, Params},
    problem::{Code, Problem},
};

const ROLE: Access = Access::Role(Role::Agent);

pub(crate) fn pdf_endpoint() -> Endpoint {
    described(get("/api/v1/quotes/{id}/pdf", ROLE, "The quote as PDF", pdf), Form::Pdf)
}

pub(crate) fn xlsx_endpoint() -> Endpoint {
    described(get("/api/v1/quotes/{id}/xlsx", ROLE, "The quote as a spreadsheet", xlsx), Form::Xlsx)
}

fn described(endpoint: Endpoint, form: Form) -> Endpoint {
    endpoint
        .answers(200, "the file", Content::Text(form.content_type()))
        .parameter(
            "lang",
            "its language; else the quote's own",
            json!({"type": "string", "enum": ["zh", "en"]}),
        )
        .fails(&[Code::CannotDraw])
}

async fn pdf(state: State<AppState>, id: Id<QuoteId>, lang: Params<InLanguage>) -> Result<Response, Problem> {
    draw(state, id, lang, Form::Pdf).await
}

async fn xlsx(
    state: State<AppState>,
    id: Id<QuoteId>,
    lang: Params<InLanguage>,
) -> Result<Response, Problem> {
    draw(state, id, lang, Form::Xlsx).await
}

async fn draw(
    State(state): State<AppState>,
    Id(id): Id<QuoteId>,
    Params(wanted): Params<InLanguage>,
    form: Form,
) -> Result<Response, Problem> {
    let quote = state.desk.store().quote(id).await?.ok_or_else(|| Problem::not_found("quote"))?;
    file(&state, &quote, form, wanted.language()?).await
}
