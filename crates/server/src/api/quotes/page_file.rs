//! `GET /q/{token}/quote.pdf` and `/quote.xlsx`: the buyer's own copy.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use desk::quotes::Form;
use serde_json::json;

use super::{
    InLanguage, file,
    page::{Opened, answer, open, speaks},
};
use crate::{
    AppState,
    access::Access,
    endpoint::{Content, Endpoint, get},
    extract::Params,
    problem::{Code, Problem},
    quote_page,
};

pub(crate) fn pdf_endpoint() -> Endpoint {
    described(get("/q/{token}/quote.pdf", Access::Public, "The buyer's quote as PDF", pdf), Form::Pdf)
}

pub(crate) fn xlsx_endpoint() -> Endpoint {
    described(
        get("/q/{token}/quote.xlsx", Access::Public, "The buyer's quote as a spreadsheet", xlsx),
        Form::Xlsx,
    )
}

fn described(endpoint: Endpoint, form: Form) -> Endpoint {
    endpoint
        .answers(200, "the file", Content::Text(form.content_type()))
        .answers(410, "the quote is over", Content::Text("text/html"))
        .parameter(
            "lang",
            "its language; else the quote's own",
            json!({"type": "string", "enum": ["zh", "en"]}),
        )
        .fails(&[Code::CannotDraw, Code::TooManyRequests])
}

type Token = Path<String>;

async fn pdf(
    state: State<AppState>,
    token: Token,
    lang: Params<InLanguage>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    draw(state, token, lang, headers, Form::Pdf).await
}

async fn xlsx(
    state: State<AppState>,
    token: Token,
    lang: Params<InLanguage>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    draw(state, token, lang, headers, Form::Xlsx).await
}

async fn draw(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Params(wanted): Params<InLanguage>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    match open(&state, &token).await? {
        Opened::Quote(quote) => {
            // Drawing costs more than anything else that can be asked for without an account.
            state.visitors.take(&format!("quote {token}"), state.desk.now()).map_err(|seconds| {
                Problem::new(Code::TooManyRequests, "this file was asked for too often").retry_after(seconds)
            })?;
            file(&state, &quote, form, wanted.language()?).await
        }
        Opened::Over(notice) => Ok(answer(notice.status(), quote_page::notice(&notice, speaks(&headers)))),
    }
}
